#include "base/number.h"

#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define DIGITS_MAX    17  /* that a double ever needs */
#define DIGITS_SEEN   800 /* more than ever decide which double is the nearest: 767 */
#define EXPONENT_WILD 1000000000L

/* The value 0.DIGITS * 10^point: digits do not end in a zero, and zero has the digit "0". */
typedef struct decimal {
    char digits[24];
    int count;
    int point;
} decimal;

bool ds_number_is_integer(ds_slice literal)
{
    const char *p = literal.data;
    for (size_t i = 0; i < literal.len; i++)
        if (p[i] == '.' || p[i] == 'e' || p[i] == 'E')
            return false;
    return true;
}

/* What stands behind the e, which may have any number of digits. */
static long exponent_of(const char *p, const char *end)
{
    bool negative = p < end && *p == '-';
    long n = 0;
    for (; p < end; p++)
        if (*p >= '0' && *p <= '9' && n < EXPONENT_WILD)
            n = 10 * n + (*p - '0');
    return negative ? -n : n;
}

/* A literal's digits, without leading zeros, and the power of ten that the last one counts. */
typedef struct mantissa {
    char text[DIGITS_SEEN + 32]; /* room for one digit more, the exponent and a NUL */
    size_t count;
    long power;
    bool more; /* digits that are not zero were passed over */
} mantissa;

static void take_digit(mantissa *m, char digit, bool fraction)
{
    if (m->count == 0 && digit == '0') {
        m->power -= fraction;
    } else if (m->count < DIGITS_SEEN) {
        m->text[m->count++] = digit;
        m->power -= fraction;
    } else {
        m->more = m->more || digit != '0';
        m->power += !fraction;
    }
}

/* strtod minds the locale's decimal point, so it is given digits and an exponent only. Of the
 * digits behind those that can matter, one stands for all. */
double ds_number_double(ds_slice literal)
{
    mantissa m = {.count = 0};
    const char *p = literal.data, *end = p + literal.len;
    bool negative = p < end && *p == '-', fraction = false;
    for (p += negative; p < end && *p != 'e' && *p != 'E'; p++) {
        if (*p == '.')
            fraction = true;
        else
            take_digit(&m, *p, fraction);
    }
    if (p < end)
        m.power += exponent_of(p + 1, end);
    if (m.more || m.count == 0)
        m.text[m.count++] = m.more ? '1' : '0';
    m.power -= m.more;
    snprintf(m.text + m.count, sizeof m.text - m.count, "e%ld", m.power);
    double value = strtod(m.text, NULL);
    return negative ? -value : value;
}

/* The double that so many units of the tenth power give. */
static double scaled(uint64_t units, int power)
{
    char text[40];
    snprintf(text, sizeof text, "%" PRIu64 "e%d", units, power);
    return strtod(text, NULL);
}

/* value > 0, rounded to `count` digits: units * 10^*power. Passes over the decimal point, whatever
 * it is. */
static uint64_t rounded(double value, int count, int *power)
{
    char text[48];
    uint64_t units = 0;
    snprintf(text, sizeof text, "%.*e", count - 1, value);
    const char *p = text;
    for (; *p != 'e'; p++)
        if (*p >= '0' && *p <= '9')
            units = 10 * units + (uint64_t)(*p - '0');
    *power = (int)strtol(p + 1, NULL, 10) - (count - 1);
    return units;
}

/* At a power of two the double below is nearer than the one above: there the shortest digits may
 * lie above what rounding gives. */
static bool next_will_do(double value, uint64_t units, int power)
{
    int ignored;
    return frexp(value, &ignored) == 0.5 && scaled(units + 1, power) == value;
}

/* value > 0. 15 digits always survive the way to a double and back, except that of the smallest
 * ones few do. */
static decimal shortest(double value)
{
    decimal d = {"", 0, 0};
    int power = 0;
    uint64_t units = 0;
    for (int count = value < DBL_MIN ? 1 : 15; count <= DIGITS_MAX; count++) {
        units = rounded(value, count, &power);
        if (scaled(units, power) == value)
            break;
        if (next_will_do(value, units, power)) {
            units++;
            break;
        }
    }
    for (; units % 10 == 0; power++)
        units /= 10;
    d.count = snprintf(d.digits, sizeof d.digits, "%" PRIu64, units);
    d.point = d.count + power;
    return d;
}

static void put_zeros(ds_buf *out, int n)
{
    while (n-- > 0)
        ds_buf_byte(out, '0');
}

/* "123", "12.3", "0.0123" */
static void put_positional(ds_buf *out, const decimal *d)
{
    if (d->point <= 0) {
        ds_buf_text(out, "0.");
        put_zeros(out, -d->point);
        ds_buf_text(out, d->digits);
    } else if (d->point >= d->count) {
        ds_buf_text(out, d->digits);
        put_zeros(out, d->point - d->count);
    } else {
        ds_buf_add(out, d->digits, (size_t)d->point);
        ds_buf_byte(out, '.');
        ds_buf_text(out, d->digits + d->point);
    }
}

/* "1.23e+25"; Python writes at least two digits of exponent. */
static void put_scientific(ds_buf *out, const decimal *d, int width)
{
    int exponent = d->point - 1;
    ds_buf_byte(out, (unsigned char)d->digits[0]);
    if (d->count > 1) {
        ds_buf_byte(out, '.');
        ds_buf_text(out, d->digits + 1);
    }
    ds_buf_printf(out, "e%c%0*d", exponent < 0 ? '-' : '+', width, abs(exponent));
}

ds_status ds_number_put_js(ds_buf *out, double value)
{
    if (value == 0)
        return ds_buf_byte(out, '0');
    if (value < 0)
        ds_buf_byte(out, '-');
    decimal d = shortest(fabs(value));
    if (d.point > 21 || d.point < -5)
        put_scientific(out, &d, 1);
    else
        put_positional(out, &d);
    return ds_buf_status(out);
}

static void put_python(ds_buf *out, double value)
{
    if (signbit(value))
        ds_buf_byte(out, '-');
    if (value == 0) {
        ds_buf_text(out, "0.0");
        return;
    }
    decimal d = shortest(fabs(value));
    if (d.point > 16 || d.point < -3) {
        put_scientific(out, &d, 2);
        return;
    }
    put_positional(out, &d);
    if (d.point >= d.count)
        ds_buf_text(out, ".0");
}

static bool is_minus_zero(ds_slice literal)
{
    return ds_slice_equal(literal, DS_LITERAL("-0"));
}

/* JSON's integers have no leading zeros; minus zero is zero. */
static ds_status put_integer(ds_buf *out, ds_slice literal)
{
    if (is_minus_zero(literal))
        return ds_buf_byte(out, '0');
    return ds_buf_slice(out, literal);
}

/* An integer that is as it stands in every form: of so few digits that a double holds it. */
static bool is_plain(ds_slice literal)
{
    return literal.len <= 15 && ds_number_is_integer(literal) && !is_minus_zero(literal);
}

ds_status ds_number_put(ds_buf *out, ds_slice literal, ds_number_form form)
{
    if (is_plain(literal))
        return ds_buf_slice(out, literal);
    if ((form == DS_NUMBER_EXACT || form == DS_NUMBER_PYTHON) && ds_number_is_integer(literal))
        return put_integer(out, literal);
    double value = ds_number_double(literal);
    if (isinf(value))
        return DS_INVALID;
    if (form == DS_NUMBER_GO && value == 0 && signbit(value))
        ds_buf_byte(out, '-');
    if (form == DS_NUMBER_PYTHON)
        put_python(out, value);
    else
        ds_number_put_js(out, value);
    return ds_buf_status(out);
}
