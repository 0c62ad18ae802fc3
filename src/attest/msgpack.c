#include "attest/msgpack.h"

/* First bytes. Where several sizes of length follow, the smallest one's; the next is one more. */
enum {
    FIXMAP = 0x80,
    FIXARRAY = 0x90,
    FIXSTR = 0xa0,
    NIL = 0xc0,
    BIN8 = 0xc4,
    UINT8 = 0xcc,
    STR8 = 0xd9,
    ARRAY16 = 0xdc
};

#define FIXSTR_MAX   31
#define FIXARRAY_MAX 15
#define FIXINT_MAX   0x7f

static void put_big_endian(ds_buf *out, uint32_t n, unsigned bytes)
{
    while (bytes-- > 0)
        ds_buf_byte(out, (unsigned char)(n >> 8 * bytes & 0xff));
}

/* Adds a first byte and behind it n, in 1, 2 or 4 bytes, with `least` the fewest there are. */
static void put_sized(ds_buf *out, unsigned char first, size_t n, unsigned least)
{
    unsigned step = n <= 0xff ? 0 : n <= 0xffff ? 1 : 2;
    unsigned from = least == 1 ? 0 : 1;
    step = step < from ? from : step;
    ds_buf_byte(out, (unsigned char)(first + step - from));
    put_big_endian(out, (uint32_t)n, 1u << step);
}

ds_status ds_msgpack_array(ds_buf *out, size_t n)
{
    if (n <= FIXARRAY_MAX)
        return ds_buf_byte(out, (unsigned char)(FIXARRAY | n));
    put_sized(out, ARRAY16, n, 2);
    return ds_buf_status(out);
}

ds_status ds_msgpack_map(ds_buf *out, size_t n)
{
    return ds_buf_byte(out, (unsigned char)(FIXMAP | n));
}

ds_status ds_msgpack_nil(ds_buf *out)
{
    return ds_buf_byte(out, NIL);
}

ds_status ds_msgpack_uint(ds_buf *out, uint32_t n)
{
    if (n <= FIXINT_MAX)
        return ds_buf_byte(out, (unsigned char)n);
    put_sized(out, UINT8, n, 1);
    return ds_buf_status(out);
}

ds_status ds_msgpack_bin(ds_buf *out, ds_slice bytes)
{
    put_sized(out, BIN8, bytes.len, 1);
    return ds_buf_slice(out, bytes);
}

static void begin_text(ds_buf *out, size_t len)
{
    if (len <= FIXSTR_MAX)
        ds_buf_byte(out, (unsigned char)(FIXSTR | len));
    else
        put_sized(out, STR8, len, 1);
}

ds_status ds_msgpack_text(ds_buf *out, ds_slice text)
{
    begin_text(out, text.len);
    return ds_buf_slice(out, text);
}

ds_status ds_msgpack_hex(ds_buf *out, ds_slice bytes)
{
    begin_text(out, 2 * bytes.len);
    return ds_buf_hex(out, bytes.data, bytes.len);
}

ds_status ds_msgpack_key(ds_buf *out, const char *name)
{
    return ds_msgpack_text(out, ds_slice_of(name, strlen(name)));
}

ds_status ds_msgpack_integers(ds_buf *out, ds_slice bytes)
{
    const unsigned char *p = bytes.data;
    ds_msgpack_array(out, bytes.len);
    for (size_t i = 0; i < bytes.len; i++)
        ds_msgpack_uint(out, p[i]);
    return ds_buf_status(out);
}
