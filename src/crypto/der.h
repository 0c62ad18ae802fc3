/* Reading DER (X.690): tags of one byte, lengths in their shortest form. Each reader takes one
 * element off the front of a slice; slices point into the bytes that are read. */
#ifndef DS_CRYPTO_DER_H
#define DS_CRYPTO_DER_H

#include "base/slice.h"
#include "base/status.h"

#include <stdint.h>

#define DS_DER_BOOLEAN          0x01
#define DS_DER_INTEGER          0x02
#define DS_DER_BIT_STRING       0x03
#define DS_DER_OCTET_STRING     0x04
#define DS_DER_OID              0x06
#define DS_DER_ENUMERATED       0x0a
#define DS_DER_UTC_TIME         0x17
#define DS_DER_GENERALIZED_TIME 0x18
#define DS_DER_SEQUENCE         0x30
#define DS_DER_SET              0x31
#define DS_DER_CONTEXT(n)       (0xa0 | (n)) /* constructed */

/* Returns whether the next element has this tag. */
bool ds_der_is(ds_slice from, unsigned char tag);

/* Takes an element with this tag. Out: its content, and *whole, where not NULL, with tag and
 * length. Returns false, taking nothing, when there is none. */
bool ds_der_take(ds_slice *from, unsigned char tag, ds_slice *content,
                 ds_slice *whole) DS_MUST_CHECK;

/* Takes an element of any tag. */
bool ds_der_any(ds_slice *from, unsigned char *tag, ds_slice *content) DS_MUST_CHECK;

/* Takes an INTEGER. Out: its content, which has the shortest form and may be negative. */
bool ds_der_integer(ds_slice *from, ds_slice *content) DS_MUST_CHECK;

/* Takes an INTEGER from 0 to max. */
bool ds_der_number(ds_slice *from, uint32_t max, uint32_t *out) DS_MUST_CHECK;

/* Takes a BOOLEAN. */
bool ds_der_boolean(ds_slice *from, bool *out) DS_MUST_CHECK;

/* Takes a BIT STRING whose bits fill its bytes. */
bool ds_der_bits(ds_slice *from, ds_slice *bytes) DS_MUST_CHECK;

/* Takes a time of RFC 5280: UTCTime (years 1950 to 2049) or GeneralizedTime, with seconds, in UTC.
 * Out: Unix seconds. */
bool ds_der_time(ds_slice *from, int64_t *seconds) DS_MUST_CHECK;

#endif
