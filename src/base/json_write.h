/* Writing a parsed document again, in the exact form that somebody's writer gives it. */
#ifndef DS_BASE_JSON_WRITE_H
#define DS_BASE_JSON_WRITE_H

#include "base/json.h"
#include "base/number.h"

/* In which order an object's members come. */
typedef enum ds_json_order {
    DS_ORDER_KEPT,   /* as they stand */
    DS_ORDER_BYTES,  /* by the bytes of their names, which is by code points */
    DS_ORDER_JS,     /* names that are array indices first, by number, then by UTF-16 units */
    DS_ORDER_JS_KEPT /* names that are array indices first, by number, then as they stand */
} ds_json_order;

/* What becomes of a number that is out of a double's range. */
typedef enum ds_json_wild { DS_WILD_REFUSED, DS_WILD_NULL } ds_json_wild;

typedef struct ds_json_style {
    const char *name;
    unsigned indent; /* blanks a level; 0: all in one line */
    bool blank;      /* one behind each colon */
    bool newline;    /* at the end */
    bool ascii;      /* \u escapes for all but printable ASCII, as Python's ensure_ascii */
    bool html;       /* \u escapes for & < > U+2028 U+2029, as Go writes them */
    bool long_bf;    /* \u0008 and \u000c instead of \b and \f, as Go did up to 1.21 */
    bool last_wins;  /* of members with one name; else they are refused */
    bool js_quirks;  /* in order JS: __proto__ is lost, as JavaScript assigns to it; an object that
                      * has  a member "constructor" is left in order JS_KEPT, with all in it */
    ds_json_order order;
    ds_number_form numbers;
    ds_json_wild wild;
} ds_json_style;

/* Adds a value. On failure the buffer holds a part of it. Fails with DS_INVALID and a text that
 * names the member, DS_TOO_LARGE or DS_MEMORY. */
ds_status ds_json_write(ds_buf *out, const ds_json *value, const ds_json_style *style,
                        ds_error *err) DS_MUST_CHECK;

/* Adds a string as that style writes it, with its quotes. */
ds_status ds_json_write_string(ds_buf *out, ds_slice text, const ds_json_style *style);

#endif
