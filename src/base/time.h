/* Unix seconds from and to calendar dates, without the C library's time zones and locale. */
#ifndef DS_BASE_TIME_H
#define DS_BASE_TIME_H

#include "base/slice.h"
#include "base/status.h"

#include <stdint.h>

/* "2018-05-21T10:45:10Z" and a NUL. */
#define DS_TIME_BYTES 21

/* A date of the Gregorian calendar and a time of day, UTC. */
typedef struct ds_date {
    unsigned year, month, day, hour, minute, second;
} ds_date;

/* Out: Unix seconds. Returns false for what is no date (month 13, February 30, hour 24) or has a
 * leap second. In: years up to 9999. */
bool ds_time_from_date(int64_t *seconds, const ds_date *date) DS_MUST_CHECK;

/* Reads a timestamp of RFC 3339: 2018-05-21T10:45:10Z, also with a fraction, which is dropped, and
 * with an offset in Z's place. Out: Unix seconds. Returns false for anything else. */
bool ds_time_from_rfc3339(int64_t *seconds, ds_slice text) DS_MUST_CHECK;

/* Writes a time as RFC 3339 has it, in UTC. Out: text. In: the years 1 to 9999; others are given as
 * the nearest of these. Returns text. */
const char *ds_time_text(char text[DS_TIME_BYTES], int64_t seconds);

/* Takes n decimal digits off the text. Out: their value. Returns false when they are not there. */
bool ds_time_digits(unsigned *value, ds_slice *text, size_t n) DS_MUST_CHECK;

#endif
