#include "base/arena.h"

#include "base/wipe.h"

#include <stdint.h>
#include <stdlib.h>

#define CHUNK_BYTES 960
#define ALIGN       sizeof(max_align)

typedef union max_align {
    long long integer;
    long double real;
    void *pointer;
} max_align;

struct ds_arena_chunk {
    struct ds_arena_chunk *next;
    size_t size, used;
    max_align bytes[];
};

static struct ds_arena_chunk *new_chunk(ds_arena *arena, size_t size)
{
    struct ds_arena_chunk *chunk = calloc(1, sizeof *chunk + size);
    if (chunk == NULL)
        return NULL;
    chunk->size = size;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    return chunk;
}

void *ds_arena_alloc(ds_arena *arena, size_t n)
{
    struct ds_arena_chunk *chunk = arena->chunks;
    if (n > SIZE_MAX / 2)
        return NULL;
    n = (n + ALIGN - 1) / ALIGN * ALIGN;
    if (chunk == NULL || chunk->size - chunk->used < n)
        chunk = new_chunk(arena, n > CHUNK_BYTES ? n : CHUNK_BYTES);
    if (chunk == NULL)
        return NULL;
    void *at = (unsigned char *)chunk->bytes + chunk->used;
    chunk->used += n;
    return at;
}

bool ds_arena_copy(ds_arena *arena, ds_slice *copy, ds_slice from)
{
    unsigned char *at = ds_arena_alloc(arena, from.len + 1);
    *copy = ds_slice_of(at, at == NULL ? 0 : from.len);
    if (at != NULL && from.len > 0)
        memcpy(at, from.data, from.len);
    return at != NULL;
}

void ds_arena_free(ds_arena *arena)
{
    while (arena->chunks != NULL) {
        struct ds_arena_chunk *chunk = arena->chunks;
        arena->chunks = chunk->next;
        ds_wipe(chunk->bytes, chunk->used);
        free(chunk);
    }
}
