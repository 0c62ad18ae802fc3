/* The exact forms of app-compose.json that deployment tools write: each is other bytes, and so
 * another compose hash, of the same document. */
#ifndef DS_DEPLOY_FORM_H
#define DS_DEPLOY_FORM_H

#include "base/json_write.h"

/* Returns the form at that place of the list, or NULL behind its end. */
const ds_json_style *ds_form_at(size_t i);

/* Returns the form of that name, or NULL. */
const ds_json_style *ds_form_by_name(ds_slice name);

/* Writes a JSON text in that form. Fails with DS_INVALID (no JSON, two members of one name, a
 * number beyond a double's range), DS_TOO_LARGE or DS_MEMORY. */
ds_status ds_form_write(ds_buf *out, ds_slice text, const ds_json_style *form,
                        ds_error *err) DS_MUST_CHECK;

#endif
