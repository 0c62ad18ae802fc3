#include "solana/amount.h"

/* Decimal digits of 2^64 - 1. */
#define DIGITS 20

/* Appends a digit to a number. Returns false when it becomes too large. */
static bool append(uint64_t *number, unsigned digit)
{
    if (*number > (UINT64_MAX - digit) / 10)
        return false;
    *number = *number * 10 + digit;
    return true;
}

static ds_status too_large(ds_error *err)
{
    return ds_fail(err, DS_INVALID, "more than 18446744073709551615, which is all that fits");
}

/* Takes digits off the text and appends them. */
static bool append_digits(uint64_t *number, size_t *count, ds_slice *text)
{
    const unsigned char *p = text->data;
    size_t n = 0;
    bool fits = true;
    while (fits && n < text->len && p[n] >= '0' && p[n] <= '9')
        fits = append(number, p[n++] - (unsigned)'0');
    *count = n;
    *text = ds_slice_of(p + n, text->len - n);
    return fits;
}

static bool take_point(ds_slice *text)
{
    const char *p = text->data;
    if (text->len == 0 || *p != '.')
        return false;
    *text = ds_slice_of(p + 1, text->len - 1);
    return true;
}

static ds_status not_a_number(unsigned decimals, ds_error *err)
{
    return ds_fail(err, DS_INVALID,
                   decimals > 0 ? "not a decimal number" : "not a whole number in decimal digits");
}

ds_status ds_solana_amount_read(uint64_t *out, ds_slice text, unsigned decimals, ds_error *err)
{
    size_t whole, fraction = 0;
    *out = 0;
    if (!append_digits(out, &whole, &text))
        return too_large(err);
    bool has_point = decimals > 0 && take_point(&text);
    if (has_point && !append_digits(out, &fraction, &text))
        return too_large(err);
    if (whole == 0 || (has_point && fraction == 0) || text.len > 0)
        return not_a_number(decimals, err);
    if (fraction > decimals)
        return ds_fail(err, DS_INVALID, "%lu decimals, at most %u can be", (unsigned long)fraction,
                       decimals);
    for (; fraction < decimals; fraction++)
        if (!append(out, 0))
            return too_large(err);
    return DS_OK;
}

ds_status ds_solana_amount_write(ds_buf *out, uint64_t amount, unsigned decimals)
{
    char digits[DS_SOLANA_MAXDECIMALS + DIGITS + 1]; /* the least significant first */
    size_t n = 0, first = 0;
    for (; amount > 0 || n <= decimals; amount /= 10)
        digits[n++] = (char)('0' + amount % 10);
    while (first < decimals && digits[first] == '0')
        first++;
    while (n > first) {
        ds_buf_byte(out, (unsigned char)digits[--n]);
        if (n == decimals && n > first)
            ds_buf_byte(out, '.');
    }
    return ds_buf_status(out);
}
