/* Memory for one message: taken in pieces, given back all at once, wiped when it is. */
#ifndef DS_BASE_ARENA_H
#define DS_BASE_ARENA_H

#include "base/slice.h"

typedef struct ds_arena {
    struct ds_arena_chunk *chunks;
} ds_arena;

/* Returns n zeroed bytes, aligned for any type, or NULL. A zeroed arena is an empty one. */
void *ds_arena_alloc(ds_arena *arena, size_t n);

/* Copies a slice, with a NUL behind it. Out: *copy. Returns false when memory is short. */
bool ds_arena_copy(ds_arena *arena, ds_slice *copy, ds_slice from);

/* Wipes and frees everything; the arena is empty afterwards. */
void ds_arena_free(ds_arena *arena);

#endif
