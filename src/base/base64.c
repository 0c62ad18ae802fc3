#include "base/base64.h"

#include "base/wipe.h"

static const char *const alphabets[] = {
    [DS_BASE64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    [DS_BASE64URL] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

static const char *const names[] = {[DS_BASE64] = "base64", [DS_BASE64URL] = "base64url"};

#define DIGITS   64
#define GROUP    4 /* characters for three bytes */
#define NO_DIGIT 0xff

/* Writes n bytes, 1 to 3, as n + 1 characters. */
static void encode_group(unsigned char *out, const unsigned char *in, size_t n,
                         const char *alphabet)
{
    unsigned bits = 0;
    for (size_t i = 0; i < 3; i++)
        bits = bits << 8 | (i < n ? in[i] : 0u);
    for (size_t i = 0; i <= n; i++)
        out[i] = (unsigned char)alphabet[bits >> (18 - 6 * i) & 63];
}

ds_status ds_base64_encode(ds_buf *out, ds_slice in, ds_base64_kind kind)
{
    const unsigned char *p = in.data;
    size_t rest = in.len % 3, padding = rest > 0 && kind == DS_BASE64 ? 3 - rest : 0;
    size_t digits = in.len / 3 * GROUP + (rest > 0 ? rest + 1 : 0);
    unsigned char *at = in.len > (size_t)-1 / 2 ? NULL : ds_buf_grow(out, digits + padding);
    if (at == NULL)
        return ds_buf_status(out) == DS_OK ? DS_TOO_LARGE : ds_buf_status(out);
    for (size_t i = 0; i < in.len; i += 3, at += GROUP)
        encode_group(at, p + i, in.len - i < 3 ? in.len - i : 3, alphabets[kind]);
    if (padding > 0)
        memset(at - padding, '=', padding);
    return DS_OK;
}

/* The value of each digit of base64 plus one; 0 for all that is no digit. */
static const unsigned char values[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

int ds_base64_value(unsigned char c)
{
    return values[c] - 1;
}

static unsigned value_of(unsigned char c, ds_base64_kind kind)
{
    const char *last = alphabets[kind] + DIGITS - 2;
    if (c == last[0] || c == last[1])
        return c == last[0] ? 62u : 63u;
    return values[c] == 0 || values[c] > DIGITS - 2 ? NO_DIGIT : values[c] - 1u;
}

bool ds_base64_groups(unsigned char *out, const unsigned char *in, size_t n)
{
    for (; n > 0; n--, in += GROUP, out += 3) {
        unsigned a = values[in[0]], b = values[in[1]], c = values[in[2]], d = values[in[3]];
        if (a == 0 || b == 0 || c == 0 || d == 0)
            return false;
        unsigned bits = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
        out[0] = (unsigned char)(bits >> 16);
        out[1] = (unsigned char)(bits >> 8);
        out[2] = (unsigned char)bits;
    }
    return true;
}

/* Reads n characters, 2 to 4, as n - 1 bytes. Out: *bad, 1 and up, the character at fault; 0 when
 * only the bits behind the last byte are. Returns false for those. */
static bool decode_group(unsigned char *out, const unsigned char *in, size_t n, ds_base64_kind kind,
                         size_t *bad)
{
    unsigned bits = 0;
    for (size_t i = 0; i < GROUP; i++) {
        unsigned value = i < n ? value_of(in[i], kind) : 0;
        *bad = value == NO_DIGIT ? i + 1 : 0;
        if (value == NO_DIGIT)
            return false;
        bits = bits << 6 | value;
    }
    for (size_t i = 0; i + 1 < n; i++)
        out[i] = (unsigned char)(bits >> (16 - 8 * i));
    return n == GROUP || (bits & ((1u << 8 * (GROUP - n)) - 1)) == 0;
}

static ds_status decode_digits(unsigned char *out, const unsigned char *in, size_t len,
                               ds_base64_kind kind, ds_error *err)
{
    size_t bad;
    for (size_t i = 0; i < len; i += GROUP, out += 3) {
        if (decode_group(out, in + i, len - i < GROUP ? len - i : GROUP, kind, &bad))
            continue;
        if (bad > 0)
            return ds_fail(err, DS_INVALID, "%s: character %lu is no %s digit", names[kind],
                           (unsigned long)(i + bad), names[kind]);
        return ds_fail(err, DS_INVALID, "%s: the bits behind the last byte are not zero",
                       names[kind]);
    }
    return DS_OK;
}

/* Padding is two characters at most; what is wrong beyond that is no digit. */
static size_t padding_of(ds_slice text, ds_base64_kind kind)
{
    const char *p = text.data;
    size_t n = 0;
    while (kind == DS_BASE64 && n < 2 && n < text.len && p[text.len - 1 - n] == '=')
        n++;
    return n;
}

ds_status ds_base64_decode(ds_buf *out, ds_slice text, ds_base64_kind kind, ds_error *err)
{
    size_t digits = text.len - padding_of(text, kind), rest = digits % GROUP;
    if (kind == DS_BASE64 && text.len % GROUP != 0)
        return ds_fail(err, DS_INVALID, "base64: %lu characters are no multiple of 4",
                       (unsigned long)text.len);
    if (rest == 1)
        return ds_fail(err, DS_INVALID, "%s: %lu characters are one too many", names[kind],
                       (unsigned long)digits);
    size_t before = out->len, size = digits / GROUP * 3 + (rest > 0 ? rest - 1 : 0);
    unsigned char *at = ds_buf_grow(out, size);
    if (at == NULL)
        return ds_fail(err, ds_buf_status(out), "%s: %s", names[kind],
                       ds_status_meaning(ds_buf_status(out)));
    ds_status status = decode_digits(at, text.data, digits, kind, err);
    if (status != DS_OK) {
        ds_wipe(at, size);
        out->len = before;
    }
    return status;
}
