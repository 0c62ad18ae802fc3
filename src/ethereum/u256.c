#include "ethereum/u256.h"

#include "base/hex.h"

#define DIGITS_MAX   78 /* of 2^256 - 1 */
#define DIGITS_SMALL 15 /* so many of either base fit into 64 bits */

ds_u256 ds_u256_of(uint64_t n)
{
    ds_u256 out = {{0}};
    for (size_t i = DS_U256_BYTES; n > 0; n >>= 8)
        out.bytes[--i] = (unsigned char)n;
    return out;
}

/* The number of zero bytes in front. */
static size_t zeros(const ds_u256 *value)
{
    size_t n = 0;
    while (n < DS_U256_BYTES && value->bytes[n] == 0)
        n++;
    return n;
}

bool ds_u256_to_u64(uint64_t *n, const ds_u256 *value)
{
    uint64_t sum = 0;
    if (zeros(value) < DS_U256_BYTES - sizeof sum)
        return false;
    for (size_t i = DS_U256_BYTES - sizeof sum; i < DS_U256_BYTES; i++)
        sum = sum << 8 | value->bytes[i];
    *n = sum;
    return true;
}

bool ds_u256_is_zero(const ds_u256 *value)
{
    return zeros(value) == DS_U256_BYTES;
}

ds_u256 ds_u256_negated(const ds_u256 *value)
{
    ds_u256 out;
    unsigned carry = 1;
    for (size_t i = DS_U256_BYTES; i-- > 0; carry >>= 8) {
        carry += value->bytes[i] ^ 0xffu;
        out.bytes[i] = (unsigned char)carry;
    }
    return out;
}

/* Ranges -------------------------------------------------------------------------------------- */

/* The bit of value 2^n. */
static unsigned bit(const ds_u256 *word, unsigned n)
{
    return (unsigned)word->bytes[DS_U256_BYTES - 1 - n / 8] >> n % 8 & 1u;
}

bool ds_u256_fits(const ds_u256 *word, ds_u256_range range)
{
    unsigned above = range.is_signed ? bit(word, range.bits - 1) : 0, n = range.bits;
    for (; n % 8 != 0; n++)
        if (bit(word, n) != above)
            return false;
    for (size_t i = 0; i < DS_U256_BYTES - n / 8; i++)
        if (word->bytes[i] != 0xff * above)
            return false;
    return true;
}

ds_status ds_u256_take(ds_u256 *word, const ds_u256 *magnitude, bool negative, ds_u256_range range,
                       ds_error *err)
{
    bool is_negative = negative && !ds_u256_is_zero(magnitude);
    *word = is_negative ? ds_u256_negated(magnitude) : *magnitude;
    /* Of 256 bits, those of a magnitude may have turned into a sign. */
    bool kept = !range.is_signed || (bit(word, 255) == 1) == is_negative;
    if ((range.is_signed || !is_negative) && kept && ds_u256_fits(word, range))
        return DS_OK;
    *word = ds_u256_of(0);
    if (is_negative && !range.is_signed)
        return ds_fail(err, DS_INVALID, "negative, which uint%u cannot be", range.bits);
    return ds_fail(err, DS_INVALID, "out of the range of %s%u", range.is_signed ? "int" : "uint",
                   range.bits);
}

/* Reading ------------------------------------------------------------------------------------- */

/* Puts a digit behind those that are there. Returns false when the number gets too large. */
static bool put_digit(ds_u256 *value, unsigned base, unsigned digit)
{
    unsigned carry = digit;
    for (size_t i = DS_U256_BYTES; i-- > 0; carry >>= 8) {
        carry += value->bytes[i] * base;
        value->bytes[i] = (unsigned char)carry;
    }
    return carry == 0;
}

static ds_status too_large(ds_u256 *value, ds_error *err)
{
    *value = ds_u256_of(0);
    return ds_fail(err, DS_INVALID, "a number of more than 256 bits");
}

/* The digit's value, or base when it is none. */
static unsigned digit_of(char c, unsigned base)
{
    unsigned char value[1];
    const char pair[] = {'0', c};
    return ds_hex_decode(value, pair, 2) && value[0] < base ? value[0] : base;
}

/* Takes digits from the front of the text, which moves. Returns how many; *large says whether they
 * were too much. The first ones behind nothing are taken by the machine's own arithmetic. */
static size_t take_digits(ds_u256 *value, ds_slice *text, unsigned base, bool *large)
{
    const char *p = text->data;
    size_t n = 0, few = ds_u256_is_zero(value) ? DIGITS_SMALL : 0;
    uint64_t small = 0;
    unsigned digit;
    for (; n < few && n < text->len && (digit = digit_of(p[n], base)) < base; n++)
        small = small * base + digit;
    if (n > 0)
        *value = ds_u256_of(small);
    for (; n < text->len && (digit = digit_of(p[n], base)) < base; n++)
        *large |= !put_digit(value, base, digit);
    *text = ds_slice_of(p + n, text->len - n);
    return n;
}

ds_status ds_u256_read(ds_u256 *word, ds_slice text, ds_u256_range range, ds_error *err)
{
    ds_u256 magnitude = ds_u256_of(0);
    bool negative = ds_slice_starts(text, DS_LITERAL("-")), large = false;
    ds_slice rest = ds_slice_behind(text, negative ? 1 : 0);
    bool hex = ds_slice_starts(rest, DS_LITERAL("0x"));
    *word = magnitude;
    rest = ds_slice_behind(rest, hex ? 2 : 0);
    if (take_digits(&magnitude, &rest, hex ? 16 : 10, &large) == 0 || rest.len > 0)
        return ds_fail(err, DS_INVALID,
                       "not a whole number in decimal digits, or in hex digits behind 0x");
    if (large)
        return too_large(word, err);
    return ds_u256_take(word, &magnitude, negative, range, err);
}

ds_status ds_u256_read_scaled(ds_u256 *out, ds_slice text, unsigned decimals, ds_error *err)
{
    bool large = false;
    size_t fraction = 0;
    *out = ds_u256_of(0);
    size_t whole = take_digits(out, &text, 10, &large);
    bool point = ds_slice_starts(text, DS_LITERAL("."));
    if (point) {
        text = ds_slice_behind(text, 1);
        fraction = take_digits(out, &text, 10, &large);
    }
    if (whole == 0 || (point && fraction == 0) || text.len > 0) {
        *out = ds_u256_of(0);
        return ds_fail(err, DS_INVALID,
                       "not digits with at most one point between them, such as 1.5");
    }
    if (fraction > decimals) {
        *out = ds_u256_of(0);
        return ds_fail(err, DS_INVALID, "%lu digits behind the point, and the unit has %u",
                       (unsigned long)fraction, decimals);
    }
    for (; fraction < decimals; fraction++)
        large |= !put_digit(out, 10, 0);
    return large ? too_large(out, err) : DS_OK;
}

/* Printing ------------------------------------------------------------------------------------ */

/* Takes the last decimal digit off the number and returns it. */
static unsigned take_last_digit(ds_u256 *value)
{
    unsigned rest = 0;
    for (size_t i = 0; i < DS_U256_BYTES; i++) {
        rest = rest << 8 | value->bytes[i];
        value->bytes[i] = (unsigned char)(rest / 10);
        rest %= 10;
    }
    return rest;
}

/* Out: at the end of the DIGITS_MAX characters, at least `least` digits. Returns how many. */
static size_t decimal(char *out, const ds_u256 *value, size_t least)
{
    ds_u256 left = *value;
    size_t n = 0;
    while (n < least || !ds_u256_is_zero(&left))
        out[DIGITS_MAX - ++n] = (char)('0' + take_last_digit(&left));
    return n;
}

ds_status ds_u256_print(ds_buf *out, const ds_u256 *word, bool is_signed)
{
    char digits[DIGITS_MAX];
    bool negative = is_signed && bit(word, 255) == 1;
    ds_u256 magnitude = negative ? ds_u256_negated(word) : *word;
    size_t n = decimal(digits, &magnitude, 1);
    if (negative)
        ds_buf_byte(out, '-');
    return ds_buf_add(out, digits + DIGITS_MAX - n, n);
}

ds_status ds_u256_print_hex(ds_buf *out, const ds_u256 *value)
{
    char digits[2 * DS_U256_BYTES];
    size_t first = 0;
    ds_hex_encode(digits, value->bytes, DS_U256_BYTES);
    while (first < sizeof digits - 1 && digits[first] == '0')
        first++;
    ds_buf_text(out, "0x");
    return ds_buf_add(out, digits + first, sizeof digits - first);
}

ds_status ds_u256_print_scaled(ds_buf *out, const ds_u256 *value, unsigned decimals)
{
    char digits[DIGITS_MAX];
    size_t n = decimal(digits, value, decimals + 1), fraction = decimals;
    while (fraction > 0 && digits[DIGITS_MAX - decimals + fraction - 1] == '0')
        fraction--;
    ds_buf_add(out, digits + DIGITS_MAX - n, n - decimals);
    if (fraction > 0)
        ds_buf_byte(out, '.');
    return ds_buf_add(out, digits + DIGITS_MAX - decimals, fraction);
}
