/* Sealing an environment to an application's key, and opening it.
 *
 * A blob is: the sealer's ephemeral X25519 public key (32), a nonce (12), ciphertext, tag (16). The
 * shared secret is the AES-256-GCM key as it is; there is no version, no recipient and no
 * additional data in it. */
#ifndef DS_DEPLOY_ENV_SEAL_H
#define DS_DEPLOY_ENV_SEAL_H

#include "base/buf.h"
#include "crypto/aes_gcm.h"
#include "crypto/x25519.h"

#define DS_ENV_BLOB_OVERHEAD                                                                       \
    (DS_X25519_PUBLICBYTES + DS_AES256_GCM_NONCEBYTES + DS_AES256_GCM_TAGBYTES)

/* The most a guest copies from its host. */
#define DS_ENV_BLOB_MAX ((size_t)256 << 10)

/* Seals with a fresh key and nonce. In: recipient, an X25519 public key.
 * Out: the blob is added to *blob; on failure it is as before.
 * Returns DS_OK; DS_INVALID for a key of low order, with which everybody could open the blob, or
 * for more than DS_ENV_BLOB_MAX; DS_MEMORY; DS_INTERNAL. */
ds_status ds_env_seal(ds_buf *blob, ds_slice plain, const unsigned char recipient[32],
                      ds_error *err) DS_MUST_CHECK;

/* ds_env_seal with the key and nonce that are given, for tests: using any twice gives away what is
 * sealed. */
ds_status ds_env_seal_with(ds_buf *blob, ds_slice plain, const unsigned char recipient[32],
                           const unsigned char ephemeral[32], const unsigned char nonce[12],
                           ds_error *err) DS_MUST_CHECK;

/* Opens a blob. In: secret, the recipient's.
 * Out: the text is added to *plain; on failure it is as before.
 * Returns DS_OK; DS_INVALID for less than DS_ENV_BLOB_OVERHEAD or more than DS_ENV_BLOB_MAX, or an
 * ephemeral key of low order; DS_VERIFY when it was sealed to another key or changed since;
 * DS_MEMORY; DS_INTERNAL. */
ds_status ds_env_open(ds_buf *plain, ds_slice blob, const unsigned char secret[32],
                      ds_error *err) DS_MUST_CHECK;

#endif
