/* The keys of a KMS, as upstream's makes them from its two root keys. */
#ifndef DS_SIMULATOR_KMS_H
#define DS_SIMULATOR_KMS_H

#include "crypto/p256.h"
#include "crypto/x25519.h"

/* Derives the key that an application's environment is sealed to: HKDF-SHA256 of the CA's key, for
 * the app id and "env-encrypt-key", gives a P-256 key; the SHA-256 of its PKCS#8 form is the X25519
 * secret. It does not depend on the compose file.
 * In: app_id, 20 bytes. Out: secret, zeroed on failure. Returns DS_OK or DS_INTERNAL. */
ds_status ds_kms_env_key(unsigned char secret[DS_X25519_SECRETBYTES],
                         const unsigned char ca_key[DS_P256_KEYBYTES],
                         ds_slice app_id) DS_MUST_CHECK;

#endif
