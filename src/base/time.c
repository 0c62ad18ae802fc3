#include "base/time.h"

#include <stdio.h>

#define DAY_SECONDS 86400
#define EPOCH_DAYS  719468 /* from 0000-03-01 to 1970-01-01 */
#define ERA_DAYS    146097 /* of 400 years */

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_of(unsigned month, unsigned year)
{
    if (month == 2)
        return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Counts in years that begin with March, so that the leap day is a year's last one. */
static int64_t days_before(unsigned year, unsigned month, unsigned day)
{
    int64_t y = (int64_t)year - (month <= 2 ? 1 : 0);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    unsigned of_era = (unsigned)(y - era * 400);
    unsigned of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    unsigned since_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * ERA_DAYS + since_era - EPOCH_DAYS;
}

bool ds_time_from_date(int64_t *seconds, const ds_date *date)
{
    if (date->month < 1 || date->month > 12 || date->day < 1 ||
        date->day > days_of(date->month, date->year) || date->hour > 23 || date->minute > 59 ||
        date->second > 59)
        return false;
    *seconds = days_before(date->year, date->month, date->day) * DAY_SECONDS +
               (int64_t)(date->hour * 3600 + date->minute * 60 + date->second);
    return true;
}

bool ds_time_digits(unsigned *value, ds_slice *text, size_t n)
{
    const char *p = text->data;
    if (text->len < n)
        return false;
    *value = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        *value = *value * 10 + (unsigned)(p[i] - '0');
    }
    *text = ds_slice_of(p + n, text->len - n);
    return true;
}

/* Takes one of two characters off the text. Returns it, or 0. */
static char take(ds_slice *text, char one, char other)
{
    const char *p = text->data;
    char c = text->len == 0 ? '\0' : p[0];
    if (c != one && c != other)
        return 0;
    *text = ds_slice_of(p + 1, text->len - 1);
    return c;
}

/* "+hh:mm", "-hh:mm" or "Z". Out: how far the clock is ahead of UTC. */
static bool take_offset(int64_t *ahead, ds_slice *text)
{
    unsigned hours, minutes;
    *ahead = 0;
    if (take(text, 'Z', 'z'))
        return true;
    char sign = take(text, '+', '-');
    if (sign == 0 || !ds_time_digits(&hours, text, 2) || !take(text, ':', ':') ||
        !ds_time_digits(&minutes, text, 2) || hours > 23 || minutes > 59)
        return false;
    *ahead = (int64_t)(hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
    return true;
}

static bool take_fraction(ds_slice *text)
{
    unsigned digit;
    if (!take(text, '.', '.'))
        return true;
    if (!ds_time_digits(&digit, text, 1))
        return false;
    while (ds_time_digits(&digit, text, 1))
        ;
    return true;
}

bool ds_time_from_rfc3339(int64_t *seconds, ds_slice text)
{
    ds_date date;
    int64_t ahead;
    if (!ds_time_digits(&date.year, &text, 4) || !take(&text, '-', '-') ||
        !ds_time_digits(&date.month, &text, 2) || !take(&text, '-', '-') ||
        !ds_time_digits(&date.day, &text, 2) || !take(&text, 'T', 't') ||
        !ds_time_digits(&date.hour, &text, 2) || !take(&text, ':', ':') ||
        !ds_time_digits(&date.minute, &text, 2) || !take(&text, ':', ':') ||
        !ds_time_digits(&date.second, &text, 2) || !take_fraction(&text) ||
        !take_offset(&ahead, &text) || text.len > 0 || !ds_time_from_date(seconds, &date))
        return false;
    *seconds -= ahead;
    return true;
}

const char *ds_time_text(char text[DS_TIME_BYTES], int64_t seconds)
{
    static const int64_t first = -62135596800, last = 253402300799; /* of the years 1 and 9999 */
    int64_t at = seconds < first ? first : seconds > last ? last : seconds;
    int64_t day = at / DAY_SECONDS - (at % DAY_SECONDS < 0 ? 1 : 0);
    unsigned second = (unsigned)(at - day * DAY_SECONDS);
    unsigned since = (unsigned)(day + EPOCH_DAYS); /* since 0000-03-01 */
    unsigned of_era = since % ERA_DAYS;
    unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
    unsigned march = (5 * of_year + 2) / 153; /* months since March */
    unsigned month = march < 10 ? march + 3 : march - 9;
    year += since / ERA_DAYS * 400 + (month <= 2 ? 1 : 0);
    snprintf(text, DS_TIME_BYTES, "%04u-%02u-%02uT%02u:%02u:%02uZ", year % 10000, month % 100,
             (of_year - (153 * march + 2) / 5 + 1) % 100, second / 3600 % 100, second / 60 % 60,
             second % 60);
    return text;
}
