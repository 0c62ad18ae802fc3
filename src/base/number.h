/* Numbers as JSON texts of several languages have them. From literal to literal: nothing depends on
 * the locale. */
#ifndef DS_BASE_NUMBER_H
#define DS_BASE_NUMBER_H

#include "base/buf.h"

typedef enum ds_number_form {
    DS_NUMBER_EXACT,  /* integers keep all digits, others as JavaScript prints them */
    DS_NUMBER_PYTHON, /* integers keep all digits, others as Python's repr prints them */
    DS_NUMBER_JS,     /* all pass through a double and are printed as JavaScript does */
    DS_NUMBER_GO      /* likewise, but minus zero keeps its sign */
} ds_number_form;

/* Whether a literal is an integer's: without fraction and exponent. */
bool ds_number_is_integer(ds_slice literal);

/* Returns the nearest double of a JSON number's literal; infinite where that is out of range. */
double ds_number_double(ds_slice literal);

/* Adds a finite double as JavaScript prints it: the shortest digits that give the same double. */
ds_status ds_number_put_js(ds_buf *out, double value);

/* Adds the number of a literal in that form.
 * Returns DS_INVALID, having added nothing, where the form needs a double and it is out of range;
 * else ds_buf_status. */
ds_status ds_number_put(ds_buf *out, ds_slice literal, ds_number_form form) DS_MUST_CHECK;

#endif
