/* A file that appears whole or not at all: written beside its place, then renamed. Several can be
 * written first and put in place together. */
#ifndef DS_HOST_STAGED_H
#define DS_HOST_STAGED_H

#include "base/slice.h"
#include "base/status.h"

#include <stdbool.h>
#include <sys/types.h>

/* A zeroed one is empty. */
typedef struct ds_staged {
    char *path;      /* its place */
    char *temporary; /* where it lies until it is put there */
} ds_staged;

/* Returns true when two paths name the same place, however they are spelled. A path whose directory
 * cannot be looked at is the same as none. */
bool ds_staged_same_place(const char *a, const char *b);

/* Writes a file beside its place, with that mode less what the user's mask takes, and to the disk.
 * An ordinary file may be in that place, and will be replaced; anything else is refused, symbolic
 * links too.
 * In: *file, zeroed. Fails with DS_INVALID when there can be no such file, with DS_INTERNAL when it
 * could not be written; *file is empty then. */
ds_status ds_staged_write(ds_staged *file, const char *path, ds_slice bytes, mode_t mode,
                          ds_error *err) DS_MUST_CHECK;

/* Puts the file in its place. *file is empty afterwards, also after a failure. */
ds_status ds_staged_commit(ds_staged *file, ds_error *err) DS_MUST_CHECK;

/* Removes what was written and not put in its place; does nothing to an empty one. */
void ds_staged_drop(ds_staged *file);

#endif
