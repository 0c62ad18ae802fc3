/* The digest of a dstack runtime event, by which it extends RTMR3.
 *
 * Version 1 hashes  u32 type (little endian) | ":" | name | ":" | payload.
 * Version 2 hashes  {"name":...,"payload":"<lowercase hex>","type":134217729}  as RFC 8785 has it.
 * Source: dstack's event log; the hash is SHA-384 (FIPS 180-4). */
#ifndef DS_ATTEST_EVENT_H
#define DS_ATTEST_EVENT_H

#include "base/buf.h"

#define DS_RUNTIME_EVENT_TYPE 0x08000001u
#define DS_RUNTIME_EVENT_IMR  3

#define DS_EVENT_DIGEST_BYTES 48
#define DS_EVENT_MAXBYTES     (32u << 20) /* of a preimage */

/* Adds the bytes that are hashed. In: version 1 or 2.
 * Fails with DS_INVALID for another version, or a version 2 name that is not UTF-8. */
ds_status ds_event_preimage(ds_buf *out, unsigned version, ds_slice name,
                            ds_slice payload) DS_MUST_CHECK;

/* Out: DS_EVENT_DIGEST_BYTES bytes, zeroed on failure. Fails as ds_event_preimage does, and with
 * DS_TOO_LARGE for a preimage over DS_EVENT_MAXBYTES. */
ds_status ds_event_digest(unsigned char *out, unsigned version, ds_slice name,
                          ds_slice payload) DS_MUST_CHECK;

#endif
