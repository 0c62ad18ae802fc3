/* Where in a value something is: message.to[1].wallet. Links lie on the C stack of who walks down;
 * items are counted from 1, as in Lua. */
#ifndef DS_ETHEREUM_PATH_H
#define DS_ETHEREUM_PATH_H

#include "base/slice.h"
#include "base/status.h"

typedef struct ds_path {
    const struct ds_path *up; /* NULL for the root */
    ds_slice name;            /* of a member, or the root; empty: an item */
    size_t index;             /* of an item, from 1 */
} ds_path;

/* The way to a member, or to an item when the name is empty. */
ds_path ds_path_down(const ds_path *up, ds_slice name, size_t index);

/* Puts "path: " in front of a failure's text. What names have in them is made fit for a message; a
 * path too long is cut in front. Returns err->status. */
ds_status ds_path_say(const ds_path *path, ds_error *err);

/* ds_fail with the path in front. */
ds_status ds_path_fail(const ds_path *path, ds_error *err, ds_status status, const char *format,
                       ...) DS_PRINTF(4, 5);

#endif
