/* Header fields as RFC 9110 section 5 writes them; for replies and for requests. */
#ifndef DS_HTTP1_FIELD_H
#define DS_HTTP1_FIELD_H

#include "base/slice.h"

/* Returns true for one or more token characters (section 5.6.2). */
bool ds_field_token(const char *text, size_t len);

/* Returns true when every byte may stand in a value: printable, blank, tab, or over 0x7f. */
bool ds_field_text(const char *text, size_t len);

/* Returns how many bytes at the beginning are visible ASCII: no blanks, no controls. */
size_t ds_field_visible(const char *text, size_t len);

/* Returns the text without surrounding blanks and tabs. */
ds_slice ds_field_trim(const char *text, size_t len);

/* Splits a line (without its end) into a token, a colon and a value.
 * Out: *name as it stands, *value without surrounding blanks; both point into line, both are empty
 * on failure. Returns false when the line is anything else. */
bool ds_field_split(const char *line, size_t len, ds_slice *name, ds_slice *value);

/* Compares ASCII text with a word in lower case, ignoring the text's case. */
bool ds_field_is(ds_slice text, const char *word);

/* Makes ASCII letters small, in place, whatever the locale. */
void ds_field_lower(char *text, size_t len);

/* Takes the next element off a comma-separated list (section 5.6.1), without blanks around it.
 * In/out: *list. Returns false when the list is used up. */
bool ds_field_element(ds_slice *list, ds_slice *element);

#endif
