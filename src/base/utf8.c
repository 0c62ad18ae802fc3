#include "base/utf8.h"

static bool is_tail(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

/* The second byte decides overlong forms, surrogates and the upper end (RFC 3629 section 4). */
static bool second_fits(unsigned char first, unsigned char second)
{
    switch (first) {
    case 0xe0:
        return second >= 0xa0;
    case 0xed:
        return second < 0xa0;
    case 0xf0:
        return second >= 0x90;
    case 0xf4:
        return second < 0x90;
    default:
        return true;
    }
}

size_t ds_utf8_size(const unsigned char *p, size_t len)
{
    if (len == 0)
        return 0;
    if (p[0] < 0x80)
        return 1;
    size_t size = p[0] >= 0xc2 && p[0] <= 0xdf   ? 2
                  : p[0] >= 0xe0 && p[0] <= 0xef ? 3
                  : p[0] >= 0xf0 && p[0] <= 0xf4 ? 4
                                                 : 0;
    if (size == 0 || size > len || !second_fits(p[0], p[1]))
        return 0;
    for (size_t i = 1; i < size; i++)
        if (!is_tail(p[i]))
            return 0;
    return size;
}

bool ds_utf8_valid(const void *data, size_t len)
{
    const unsigned char *p = data;
    while (len > 0) {
        size_t size = ds_utf8_size(p, len);
        if (size == 0)
            return false;
        p += size;
        len -= size;
    }
    return true;
}

size_t ds_utf8_put(unsigned char *out, unsigned code)
{
    if (code < 0x80) {
        out[0] = (unsigned char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (unsigned char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (unsigned char)(lead[size] | code);
    return size;
}
