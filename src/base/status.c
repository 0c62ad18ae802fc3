#include "base/status.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *ds_status_word(ds_status status)
{
    static const char *const words[] = {
#define DS_STATUS_WORD(name, word, meaning) word,
        DS_STATUS_LIST(DS_STATUS_WORD)
#undef DS_STATUS_WORD
    };
    return words[status];
}

const char *ds_status_meaning(ds_status status)
{
    static const char *const meanings[] = {
#define DS_STATUS_MEANING(name, word, meaning) meaning,
        DS_STATUS_LIST(DS_STATUS_MEANING)
#undef DS_STATUS_MEANING
    };
    return meanings[status];
}

ds_status ds_fail(ds_error *err, ds_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    err->status = status;
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    return status;
}

ds_status ds_fail_memory(ds_error *err)
{
    return ds_fail(err, DS_MEMORY, "out of memory");
}

/* Characters that take over a terminal or turn text around although they are well-formed: C1
 * controls, zero-width and direction marks, the byte order mark. */
static bool is_trick(const unsigned char *p, size_t size)
{
    if (size == 2)
        return p[0] == 0xc2 && p[1] < 0xa0;
    if (size != 3)
        return false;
    unsigned code = (p[0] & 0xfu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
    return (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

const char *ds_excerpt(char *out, size_t out_size, const void *in, size_t in_len)
{
    const unsigned char *p = in, *end = p + in_len;
    size_t room = out_size > 4 ? out_size - 4 : 0; /* "..." and the NUL */
    size_t n = 0;
    while (p < end) {
        size_t size = ds_utf8_size(p, (size_t)(end - p));
        bool plain = size > 1 ? !is_trick(p, size) : size == 1 && *p >= 0x20 && *p != 0x7f;
        size_t take = plain || size > 1 ? size : 1;
        size_t adds = plain ? take : 1;
        if (n + adds > room) {
            memcpy(out + n, "...", 3);
            n += 3;
            break;
        }
        if (plain)
            memcpy(out + n, p, take);
        else
            out[n] = '.';
        n += adds;
        p += take;
    }
    out[n] = '\0';
    return out;
}
