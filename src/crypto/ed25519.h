/* Ed25519 signatures (RFC 8032, pure), by OpenSSL. */
#ifndef DS_CRYPTO_ED25519_H
#define DS_CRYPTO_ED25519_H

#include "base/status.h"

#include <stdbool.h>

#define DS_ED25519_SEEDBYTES      32
#define DS_ED25519_PUBLICBYTES    32
#define DS_ED25519_SIGNATUREBYTES 64

/* Out: the public key of the seed, zeroed on failure. Any 32 bytes are a seed.
 * Returns DS_OK or DS_INTERNAL. */
ds_status ds_ed25519_public_key(unsigned char out[32], const unsigned char seed[32]) DS_MUST_CHECK;

/* Signs len bytes. Out: R | S, zeroed on failure. Returns DS_OK or DS_INTERNAL. */
ds_status ds_ed25519_sign(unsigned char sig[64], const void *msg, size_t len,
                          const unsigned char seed[32]) DS_MUST_CHECK;

/* ds_ed25519_sign in half the time, for who has the public key at hand. In: pub, which must have
 * been computed from the seed and come from nobody else: with a wrong one a signature gives the key
 * away.
 */
ds_status ds_ed25519_sign_pair(unsigned char sig[64], const void *msg, size_t len,
                               const unsigned char seed[32],
                               const unsigned char pub[32]) DS_MUST_CHECK;

/* Returns true for a public key of order 1, 2, 4 or 8, in any spelling. Nobody has its secret, and
 * signatures by it can be made for nearly any message. */
bool ds_ed25519_low_order(const unsigned char pub[32]);

/* Checks without the cofactor, S < L required, as the agents do. Takes keys of low order: who was
 * given the key by somebody else asks ds_ed25519_low_order first.
 * Returns DS_OK; DS_VERIFY when the signature is not this key's over this message, or when the
 * key is no point; DS_INTERNAL. */
ds_status ds_ed25519_verify(const unsigned char sig[64], const void *msg, size_t len,
                            const unsigned char pub[32]) DS_MUST_CHECK;

#endif
