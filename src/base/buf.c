#include "base/buf.h"

#include "base/hex.h"
#include "base/wipe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void ds_buf_init(ds_buf *buf, size_t max)
{
    *buf = (ds_buf){.max = max};
}

void ds_buf_free(ds_buf *buf)
{
    if (buf->data != NULL)
        ds_wipe(buf->data, buf->cap);
    free(buf->data);
    ds_buf_init(buf, buf->max);
}

void ds_buf_clear(ds_buf *buf)
{
    if (buf->data != NULL)
        ds_wipe(buf->data, buf->len);
    buf->len = 0;
    buf->status = DS_OK;
}

/* No realloc: it would leave a copy of the old content behind. */
static ds_status reserve(ds_buf *buf, size_t need)
{
    size_t cap = buf->cap < 256 ? 256 : buf->cap;
    while (cap < need)
        cap = cap > buf->max / 2 ? buf->max : cap * 2;
    unsigned char *data = malloc(cap);
    if (data == NULL)
        return DS_MEMORY;
    if (buf->data != NULL) {
        memcpy(data, buf->data, buf->len);
        ds_wipe(buf->data, buf->cap);
        free(buf->data);
    }
    buf->data = data;
    buf->cap = cap;
    return DS_OK;
}

unsigned char *ds_buf_grow(ds_buf *buf, size_t n)
{
    if (buf->status != DS_OK)
        return NULL;
    if (n > buf->max - buf->len)
        buf->status = DS_TOO_LARGE;
    else if (buf->len + n > buf->cap || buf->data == NULL)
        buf->status = reserve(buf, buf->len + n);
    if (buf->status != DS_OK)
        return NULL;
    unsigned char *at = buf->data + buf->len;
    buf->len += n;
    return at;
}

ds_status ds_buf_add(ds_buf *buf, const void *data, size_t n)
{
    unsigned char *at = ds_buf_grow(buf, n);
    if (at != NULL && n > 0)
        memcpy(at, data, n);
    return buf->status;
}

ds_status ds_buf_byte(ds_buf *buf, unsigned char byte)
{
    return ds_buf_add(buf, &byte, 1);
}

ds_status ds_buf_text(ds_buf *buf, const char *text)
{
    return ds_buf_add(buf, text, strlen(text));
}

ds_status ds_buf_slice(ds_buf *buf, ds_slice slice)
{
    return ds_buf_add(buf, slice.data, slice.len);
}

ds_status ds_buf_printf(ds_buf *buf, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof text)
        return buf->status = DS_INTERNAL;
    ds_buf_add(buf, text, (size_t)n);
    ds_wipe(text, (size_t)n);
    return buf->status;
}

ds_status ds_buf_hex(ds_buf *buf, const void *data, size_t n)
{
    unsigned char *at = ds_buf_grow(buf, 2 * n);
    if (at != NULL)
        ds_hex_encode((char *)at, data, n);
    return buf->status;
}
