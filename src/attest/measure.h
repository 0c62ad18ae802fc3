/* Values that sum up a TDX machine. Source: dstack's attestation. SHA-256 is FIPS 180-4. */
#ifndef DS_ATTEST_MEASURE_H
#define DS_ATTEST_MEASURE_H

#include "attest/tdreport.h"
#include "base/status.h"

#define DS_MR_SUM_BYTES       32
#define DS_COMPOSE_HASH_BYTES 32

/* SHA-256(mr_td | rtmr0 | rtmr1 | rtmr2 | rtmr3 [| mr_config_id | mr_owner | mr_owner_config, when
 * one of the three is not zero]).
 * In: rtmr3, DS_MR_BYTES: the report's own, or that of a replay up to some event.
 * Out: DS_MR_SUM_BYTES bytes, zeroed on failure. */
ds_status ds_mr_aggregated(unsigned char *out, const ds_td_report *report,
                           const unsigned char *rtmr3) DS_MUST_CHECK;

/* SHA-256(mr_td | rtmr0 | rtmr1 | rtmr2 | k), k being SHA-256 of the key-provider event's payload,
 * or 32 zero bytes where that is empty.
 * Out: DS_MR_SUM_BYTES bytes, zeroed on failure. */
ds_status ds_mr_system(unsigned char *out, const ds_td_report *report,
                       ds_slice key_provider) DS_MUST_CHECK;

/* The first form of mr_config_id: 01 | compose hash | zeros.
 * In: DS_COMPOSE_HASH_BYTES bytes. Out: DS_MR_BYTES bytes. */
void ds_mr_config_id_v1(unsigned char *out, const unsigned char *compose_hash);

#define DS_APP_ID_BYTES 20

/* The second form: 02 | Keccak-256(compose hash | app id | provider | provider id) | zeros.
 * In: compose_hash and app_id of their sizes; provider, 0 none, 1 local, 2 kms, 3 tpm.
 * Out: DS_MR_BYTES bytes, zeroed on failure. */
ds_status ds_mr_config_id_v2(unsigned char *out, ds_slice compose_hash, ds_slice app_id,
                             unsigned char provider, ds_slice provider_id) DS_MUST_CHECK;

/* The third form: 03 | SHA-256("dstack-mr-config-v3:" | 00 | document) | zeros. In: the document as
 * it came. Out: DS_MR_BYTES bytes, zeroed on failure. */
ds_status ds_mr_config_id_v3(unsigned char *out, ds_slice document) DS_MUST_CHECK;

#endif
