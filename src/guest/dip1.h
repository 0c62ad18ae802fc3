/* DIP-1: report data that name a public key, as text: a tag such as "dip1::ed25519-pk:", the key in
 * base64url without padding, zeros behind. What GetAttestationForAppKey has vouched for. */
#ifndef DS_GUEST_DIP1_H
#define DS_GUEST_DIP1_H

#include "attest/report_data.h"
#include "guest/key.h"

/* In: a public key of that algorithm. Out: DS_REPORT_DATA_BYTES bytes, zeros on failure.
 * Fails with DS_MEMORY. */
ds_status ds_dip1_write(unsigned char out[DS_REPORT_DATA_BYTES], ds_key_algorithm algorithm,
                        const ds_public_key *public_key) DS_MUST_CHECK;

/* In: report_data of DS_REPORT_DATA_BYTES bytes. Out: algorithm and key, not judged beyond its
 * length. DS_INVALID: no such text; DS_MEMORY. */
ds_status ds_dip1_read(ds_key_algorithm *algorithm, ds_public_key *public_key,
                       const unsigned char report_data[DS_REPORT_DATA_BYTES],
                       ds_error *err) DS_MUST_CHECK;

#endif
