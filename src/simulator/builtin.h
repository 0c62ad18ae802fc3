/* The built-in development identity: a key management service and an application.
 *
 * All of its keys are derived from one constant in builtin.c, so they are the same for everybody
 * and protect nothing. They are made as a real KMS makes them: the application's root key from the
 * KMS root key and the app id, with a signature that ties one to the other. */
#ifndef DS_SIMULATOR_BUILTIN_H
#define DS_SIMULATOR_BUILTIN_H

#include "base/buf.h"
#include "crypto/p256.h"
#include "guest/key.h"

typedef struct ds_builtin_kms {
    unsigned char root_key[DS_KEY_BYTES]; /* secp256k1 */
    unsigned char root[DS_SECP256K1_PUBLICBYTES];
    unsigned char ca_key[DS_P256_KEYBYTES]; /* issues TLS certificates */
} ds_builtin_kms;

/* Out: *kms, to be wiped by the caller; zeroed on failure. */
ds_status ds_builtin_kms_open(ds_builtin_kms *kms) DS_MUST_CHECK;

/* Issues an application's keys. In: app_id, 20 bytes.
 * Out: its root key, and the KMS's signature over the public part; zeroed on failure. */
ds_status ds_builtin_issue_app(unsigned char app_root_key[DS_KEY_BYTES],
                               unsigned char link[DS_LINK_BYTES], const ds_builtin_kms *kms,
                               ds_slice app_id) DS_MUST_CHECK;

/* Adds the CA certificate, PEM. Always the same but for its signature, whose nonce is random. */
ds_status ds_builtin_ca_certificate(ds_buf *pem, const ds_builtin_kms *kms,
                                    ds_error *err) DS_MUST_CHECK;

/* Derives len bytes for the purpose that label names: a key, or an id. In: seed, empty for the one
 * that the rest comes from. Out: zeroed on failure. */
ds_status ds_builtin_derive(unsigned char *out, size_t len, ds_slice seed,
                            const char *label) DS_MUST_CHECK;

/* What an agent reads from app-compose.json. */
ds_slice ds_builtin_compose(void);

#endif
