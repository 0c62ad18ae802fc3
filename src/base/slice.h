/* A run of bytes that somebody else owns. */
#ifndef DS_BASE_SLICE_H
#define DS_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct ds_slice {
    const void *data;
    size_t len;
} ds_slice;

/* The bytes of a string literal, without its final NUL. */
#define DS_LITERAL(text) ((ds_slice){(text), sizeof(text) - 1})

static inline ds_slice ds_slice_of(const void *data, size_t len)
{
    return (ds_slice){data, len};
}

/* Returns true when both hold the same bytes. Not for secrets: see ds_equal in wipe.h. */
static inline bool ds_slice_equal(ds_slice a, ds_slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* Returns true when the bytes of `a` begin with those of `prefix`. */
static inline bool ds_slice_starts(ds_slice a, ds_slice prefix)
{
    return a.len >= prefix.len && ds_slice_equal(ds_slice_of(a.data, prefix.len), prefix);
}

/* Returns what is behind the first n bytes, of which there must be as many. */
static inline ds_slice ds_slice_behind(ds_slice bytes, size_t n)
{
    return n == 0 ? bytes : ds_slice_of((const unsigned char *)bytes.data + n, bytes.len - n);
}

/* Takes n bytes off the front of *from. Out: *out, those bytes. Returns false, and takes none, when
 * there are fewer. */
static inline bool ds_slice_take(ds_slice *from, size_t n, ds_slice *out)
{
    if (from->len < n)
        return false;
    *out = ds_slice_of(from->data, n);
    *from = ds_slice_behind(*from, n);
    return true;
}

#endif
