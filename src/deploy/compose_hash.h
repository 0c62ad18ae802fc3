/* The text that an SDK's `get_compose_hash` hashes, as each of them makes it.
 *
 * None of these is what a guest measures: that is the SHA-256 of app-compose.json as it lies there.
 * The two are equal only for a file that was written in this very form. */
#ifndef DS_DEPLOY_COMPOSE_HASH_H
#define DS_DEPLOY_COMPOSE_HASH_H

#include "base/json_write.h"

typedef struct ds_flavour ds_flavour;

/* Returns the flavour at that place of the list, or NULL behind its end. */
const ds_flavour *ds_flavour_at(size_t i);

/* In: "js", "python", "go" (1.22 or later) or "go-1.21" (up to that). Returns NULL for others. */
const ds_flavour *ds_flavour_by_name(ds_slice name);

const char *ds_flavour_name(const ds_flavour *flavour);

/* Adds the text to be hashed. In: text, JSON; normalize, whether members that the runner does not
 * use are left out, and a pre_launch_script that is empty.
 * Fails with DS_INVALID (no JSON object, or one on which that SDK's helper fails), DS_TOO_LARGE or
 * DS_MEMORY. */
ds_status ds_compose_canonical(ds_buf *out, ds_slice text, const ds_flavour *flavour,
                               bool normalize, ds_error *err) DS_MUST_CHECK;

#endif
