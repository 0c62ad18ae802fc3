/* Pieces of JSON texts as they stand, for those that are signed or hashed. */
#ifndef DS_BASE_JSON_CUT_H
#define DS_BASE_JSON_CUT_H

#include "base/json.h"

/* Finds a member of an object: the bytes of its value, from its first to its last character.
 * In: name, without characters that JSON escapes. Out: *value, pointing into the text. Returns
 * DS_OK; DS_INVALID when the text is no JSON object, or the member not there or there twice; or as
 * ds_json_parse does. */
ds_status ds_json_cut(ds_slice *value, ds_slice text, const char *name,
                      ds_error *err) DS_MUST_CHECK;

/* Returns the text without the blanks around it that JSON allows. */
ds_slice ds_json_trim(ds_slice text);

#endif
