#include "base/base58.h"

#include "base/wipe.h"

#define BASE 58

static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* Writes a number in another base: digits come most significant first and go out least significant
 * first, without the zeros in front. Returns how many went out. */
static size_t convert(unsigned char *out, const unsigned char *in, size_t len, unsigned from,
                      unsigned to)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned carry = in[i];
        for (size_t j = 0; j < n; j++) {
            carry += from * out[j];
            out[j] = (unsigned char)(carry % to);
            carry /= to;
        }
        for (; carry > 0; carry /= to)
            out[n++] = (unsigned char)(carry % to);
    }
    return n;
}

static size_t leading(const unsigned char *in, size_t len, unsigned char what)
{
    size_t n = 0;
    while (n < len && in[n] == what)
        n++;
    return n;
}

ds_status ds_base58_encode(ds_buf *out, ds_slice in)
{
    unsigned char digits[DS_BASE58_MAXTEXT];
    if (in.len > DS_BASE58_MAXBYTES)
        return DS_TOO_LARGE;
    size_t zeros = leading(in.data, in.len, 0);
    size_t n = convert(digits, in.data, in.len, 256, BASE);
    unsigned char *at = ds_buf_grow(out, zeros + n);
    if (at != NULL) {
        memset(at, alphabet[0], zeros);
        for (size_t i = 0; i < n; i++)
            at[zeros + i] = (unsigned char)alphabet[digits[n - 1 - i]];
    }
    ds_wipe(digits, sizeof digits);
    return ds_buf_status(out);
}

/* Out: the value of each character. Returns how many were digits, text.len when all are. */
static size_t values_of(unsigned char *values, ds_slice text)
{
    const char *p = text.data;
    for (size_t i = 0; i < text.len; i++) {
        const char *digit = memchr(alphabet, p[i], BASE);
        if (digit == NULL)
            return i;
        values[i] = (unsigned char)(digit - alphabet);
    }
    return text.len;
}

static ds_status add_reversed(ds_buf *out, size_t zeros, const unsigned char *digits, size_t n)
{
    unsigned char *at = ds_buf_grow(out, zeros + n);
    if (at == NULL)
        return ds_buf_status(out);
    memset(at, 0, zeros);
    for (size_t i = 0; i < n; i++)
        at[zeros + i] = digits[n - 1 - i];
    return DS_OK;
}

ds_status ds_base58_decode(ds_buf *out, ds_slice text, ds_error *err)
{
    unsigned char values[DS_BASE58_MAXTEXT], bytes[DS_BASE58_MAXTEXT];
    ds_status status = DS_OK;
    size_t bad = text.len, zeros = 0, n = 0;
    if (text.len <= sizeof values && (bad = values_of(values, text)) == text.len) {
        zeros = leading(values, text.len, 0);
        n = convert(bytes, values, text.len, BASE, 256);
    }
    if (bad < text.len)
        status = ds_fail(err, DS_INVALID, "base58: character %lu is no base58 digit",
                         (unsigned long)bad + 1);
    else if (text.len > sizeof values || zeros + n > DS_BASE58_MAXBYTES)
        status = ds_fail(err, DS_TOO_LARGE, "base58: more than %d bytes", DS_BASE58_MAXBYTES);
    else if ((status = add_reversed(out, zeros, bytes, n)) != DS_OK)
        ds_fail(err, status, "base58: %s", ds_status_meaning(status));
    ds_wipe(values, sizeof values);
    ds_wipe(bytes, sizeof bytes);
    return status;
}
