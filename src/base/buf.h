/* A growing buffer with an upper bound, for text and bytes that may be secret.
 *
 * The bound is given once; going over it is an error and not growth. Additions after a failure do
 * nothing, so a writer adds freely and asks ds_buf_status once at the end. Whatever the buffer
 * leaves behind when it grows or is freed has been wiped. */
#ifndef DS_BASE_BUF_H
#define DS_BASE_BUF_H

#include "base/slice.h"
#include "base/status.h"

typedef struct ds_buf {
    unsigned char *data; /* NULL while empty */
    size_t len;
    size_t cap;
    size_t max;
    ds_status status;
} ds_buf;

/* Out: an empty buffer for at most max bytes. Allocates nothing. */
void ds_buf_init(ds_buf *buf, size_t max);

/* Wipes and frees; the buffer is empty afterwards and may be used again. */
void ds_buf_free(ds_buf *buf);

/* Wipes the content and forgets a failure, but keeps the memory. */
void ds_buf_clear(ds_buf *buf);

/* Adds n bytes. On DS_TOO_LARGE or DS_MEMORY the content is as before. Returns ds_buf_status. */
ds_status ds_buf_add(ds_buf *buf, const void *data, size_t n);

/* Adds n uninitialised bytes. Returns where they begin, or NULL on failure. */
unsigned char *ds_buf_grow(ds_buf *buf, size_t n);

ds_status ds_buf_byte(ds_buf *buf, unsigned char byte);
ds_status ds_buf_text(ds_buf *buf, const char *text);
ds_status ds_buf_slice(ds_buf *buf, ds_slice slice);

/* Adds formatted text of at most 1023 bytes. */
ds_status ds_buf_printf(ds_buf *buf, const char *format, ...) DS_PRINTF(2, 3);

/* Adds the lowercase hex form of n bytes. */
ds_status ds_buf_hex(ds_buf *buf, const void *data, size_t n);

/* Returns DS_OK, or why the first failing addition failed. */
static inline ds_status ds_buf_status(const ds_buf *buf)
{
    return buf->status;
}

static inline ds_slice ds_buf_content(const ds_buf *buf)
{
    return ds_slice_of(buf->data, buf->len);
}

#endif
