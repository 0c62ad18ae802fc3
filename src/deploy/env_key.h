/* Whose key an environment is sealed to: the KMS's word for it.
 *
 * A KMS signs with its root key (secp256k1, over Keccak-256) "dstack-env-encrypt-pubkey:", the app
 * id, since 0.5.6 the time as 8 bytes big-endian, and the X25519 public key. Without the time
 * anybody may replay an answer for ever. Nearly every signature leads to *some* key: what is
 * recovered means nothing until it is compared with a root key from a source that is trusted. */
#ifndef DS_DEPLOY_ENV_KEY_H
#define DS_DEPLOY_ENV_KEY_H

#include "base/slice.h"
#include "crypto/secp256k1.h"

#include <stdbool.h>
#include <stdint.h>

/* How old a signature may be unless somebody says otherwise, and how far clocks may disagree, in
 * seconds; both bounds are still right. */
#define DS_ENV_KEY_MAX_AGE 300
#define DS_ENV_KEY_SKEW    60

typedef struct ds_env_key_claim {
    ds_slice app_id;     /* 20 bytes */
    ds_slice public_key; /* 32 bytes */
    bool has_timestamp;  /* false: the older form */
    uint64_t timestamp;  /* Unix seconds */
} ds_env_key_claim;

/* Signs as a KMS does. Returns DS_OK, DS_INVALID (a length or the key), or DS_INTERNAL. */
ds_status ds_env_key_sign(unsigned char sig[DS_SECP256K1_RECOVERABLEBYTES],
                          const ds_env_key_claim *claim,
                          const unsigned char root_key[32]) DS_MUST_CHECK;

/* Finds out who signed. In: signature, r | s | v, low-s, v 0..3; expected, 33 or 65 bytes that the
 * signer must be, or empty.
 * Out: signer, compressed; zeroed on failure.
 * Returns DS_OK; DS_INVALID for a wrong length or an expected key that is none; DS_VERIFY for a
 * signature that is nobody's or another's; DS_INTERNAL. */
ds_status ds_env_key_verify(unsigned char signer[DS_SECP256K1_PUBLICBYTES],
                            const ds_env_key_claim *claim, ds_slice signature, ds_slice expected,
                            ds_error *err) DS_MUST_CHECK;

/* Returns DS_OK, or DS_VERIFY when a claim's time is more than max_age before now or more than
 * DS_ENV_KEY_SKEW after it. */
ds_status ds_env_key_fresh(uint64_t timestamp, uint64_t now, uint64_t max_age,
                           ds_error *err) DS_MUST_CHECK;

#endif
