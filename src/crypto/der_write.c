#include "crypto/der_write.h"

/* The shortest form of a length: X.690, 8.1.3 and 10.1. Returns how many bytes it takes. */
static size_t put_length(unsigned char *out, size_t length)
{
    size_t bytes = 0;
    if (length < 0x80) {
        out[0] = (unsigned char)length;
        return 1;
    }
    while (length >> 8 * bytes > 0)
        bytes++;
    out[0] = (unsigned char)(0x80 | bytes);
    for (size_t i = 0; i < bytes; i++)
        out[1 + i] = (unsigned char)(length >> 8 * (bytes - 1 - i) & 0xff);
    return 1 + bytes;
}

ds_status ds_der_wrap(ds_buf *der, size_t from, unsigned char tag)
{
    unsigned char header[2 + sizeof(size_t)] = {tag};
    if (ds_buf_status(der) != DS_OK)
        return ds_buf_status(der);
    size_t length = der->len - from, size = 1 + put_length(header + 1, length);
    if (ds_buf_grow(der, size) == NULL)
        return ds_buf_status(der);
    memmove(der->data + from + size, der->data + from, length);
    memcpy(der->data + from, header, size);
    return DS_OK;
}

ds_status ds_der_put(ds_buf *der, unsigned char tag, ds_slice content)
{
    size_t from = der->len;
    ds_buf_slice(der, content);
    return ds_der_wrap(der, from, tag);
}

ds_status ds_der_put_number(ds_buf *der, unsigned number)
{
    size_t from = der->len, bytes = 1;
    while (bytes < sizeof number && number >> (8 * bytes - 1) > 0)
        bytes++;
    if (bytes == sizeof number && number >> (8 * bytes - 1) > 0)
        ds_buf_byte(der, 0);
    while (bytes > 0)
        ds_buf_byte(der, (unsigned char)(number >> 8 * --bytes & 0xff));
    return ds_der_wrap(der, from, DS_DER_INTEGER);
}
