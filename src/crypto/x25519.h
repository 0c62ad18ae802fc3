/* X25519 key agreement (RFC 7748), by OpenSSL. */
#ifndef DS_CRYPTO_X25519_H
#define DS_CRYPTO_X25519_H

#include "base/status.h"

#define DS_X25519_SECRETBYTES 32
#define DS_X25519_PUBLICBYTES 32
#define DS_X25519_SHAREDBYTES 32

/* Out: the public key of the secret, zeroed on failure. Any 32 bytes are a secret: what RFC 7748
 * calls clamping is done at every use. Returns DS_OK or DS_INTERNAL. */
ds_status ds_x25519_public_key(unsigned char out[32], const unsigned char secret[32]) DS_MUST_CHECK;

/* Out: the shared secret, zeroed on failure. It is a point's coordinate and not a key yet: derive
 * one from it, as with ds_hkdf.
 * Returns DS_OK; DS_INVALID when the other's key is of low order, which makes a shared secret of
 * zeros whatever ours is (RFC 7748, 6.1); DS_INTERNAL. */
ds_status ds_x25519_shared_secret(unsigned char out[32], const unsigned char secret[32],
                                  const unsigned char pub[32]) DS_MUST_CHECK;

#endif
