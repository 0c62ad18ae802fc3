#include "crypto/der.h"

#include "base/time.h"

#define LONG_FORM    0x80
#define LENGTH_BYTES 4 /* of the longest length */

/* Takes a length in its shortest form, and no more than the bytes that are there. */
static bool take_length(ds_slice *from, size_t *length)
{
    const unsigned char *p = from->data;
    size_t used = 1, n = from->len == 0 ? 0 : p[0];
    if (from->len == 0)
        return false;
    if (n >= LONG_FORM) {
        size_t count = n - LONG_FORM;
        if (count > LENGTH_BYTES || from->len < 1 + count)
            return false;
        for (n = 0; used <= count; used++)
            n = n << 8 | p[used];
        if (n < LONG_FORM || n >> 8 * (count - 1) == 0) /* no bytes at all are less, too */
            return false;
    }
    if (n > from->len - used)
        return false;
    *from = ds_slice_of(p + used, from->len - used);
    *length = n;
    return true;
}

bool ds_der_is(ds_slice from, unsigned char tag)
{
    return from.len > 0 && *(const unsigned char *)from.data == tag;
}

bool ds_der_take(ds_slice *from, unsigned char tag, ds_slice *content, ds_slice *whole)
{
    const unsigned char *start = from->data;
    size_t length;
    if (!ds_der_is(*from, tag))
        return false;
    ds_slice rest = ds_slice_of(start + 1, from->len - 1);
    if (!take_length(&rest, &length))
        return false;
    *content = ds_slice_of(rest.data, length);
    *from = ds_slice_of((const unsigned char *)rest.data + length, rest.len - length);
    if (whole != NULL)
        *whole = ds_slice_of(start, (size_t)((const unsigned char *)from->data - start));
    return true;
}

bool ds_der_any(ds_slice *from, unsigned char *tag, ds_slice *content)
{
    *tag = from->len == 0 ? 0 : *(const unsigned char *)from->data;
    return (*tag & 0x1f) != 0x1f && ds_der_take(from, *tag, content, NULL);
}

bool ds_der_integer(ds_slice *from, ds_slice *content)
{
    ds_slice rest = *from;
    if (!ds_der_take(&rest, DS_DER_INTEGER, content, NULL) || content->len == 0)
        return false;
    const unsigned char *p = content->data;
    if (content->len > 1 && ((p[0] == 0 && p[1] < 0x80) || (p[0] == 0xff && p[1] >= 0x80)))
        return false;
    *from = rest;
    return true;
}

bool ds_der_number(ds_slice *from, uint32_t max, uint32_t *out)
{
    ds_slice content;
    uint64_t n = 0;
    if (!ds_der_integer(from, &content) || content.len > sizeof(uint32_t) + 1)
        return false;
    const unsigned char *p = content.data;
    for (size_t i = 0; i < content.len; i++)
        n = n << 8 | p[i];
    *out = (uint32_t)n;
    return p[0] < 0x80 && n <= max;
}

bool ds_der_boolean(ds_slice *from, bool *out)
{
    ds_slice content;
    if (!ds_der_take(from, DS_DER_BOOLEAN, &content, NULL) || content.len != 1)
        return false;
    unsigned char value = *(const unsigned char *)content.data;
    *out = value != 0;
    return value == 0 || value == 0xff;
}

bool ds_der_bits(ds_slice *from, ds_slice *bytes)
{
    ds_slice content;
    if (!ds_der_take(from, DS_DER_BIT_STRING, &content, NULL) || content.len == 0 ||
        *(const unsigned char *)content.data != 0)
        return false;
    *bytes = ds_slice_of((const unsigned char *)content.data + 1, content.len - 1);
    return true;
}

static bool read_date(ds_date *date, ds_slice text, bool utc)
{
    if (!ds_time_digits(&date->year, &text, utc ? 2 : 4) ||
        !ds_time_digits(&date->month, &text, 2) || !ds_time_digits(&date->day, &text, 2) ||
        !ds_time_digits(&date->hour, &text, 2) || !ds_time_digits(&date->minute, &text, 2) ||
        !ds_time_digits(&date->second, &text, 2))
        return false;
    if (utc)
        date->year += date->year < 50 ? 2000 : 1900;
    return ds_slice_equal(text, DS_LITERAL("Z"));
}

bool ds_der_time(ds_slice *from, int64_t *seconds)
{
    ds_date date;
    ds_slice text;
    bool utc = ds_der_is(*from, DS_DER_UTC_TIME);
    return ds_der_take(from, utc ? DS_DER_UTC_TIME : DS_DER_GENERALIZED_TIME, &text, NULL) &&
           read_date(&date, text, utc) && ds_time_from_date(seconds, &date);
}
