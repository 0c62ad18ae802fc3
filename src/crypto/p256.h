/* P-256 (secp256r1, FIPS 186-4, SEC 2) keys and ECDSA with SHA-256, by OpenSSL.
 *
 * Keys are big-endian scalars, 1 <= scalar < n; public keys are uncompressed points, 04 | x | y.
 * Outputs are zeroed on failure. Every function may return DS_MEMORY or DS_INTERNAL besides what
 * is listed. */
#ifndef DS_CRYPTO_P256_H
#define DS_CRYPTO_P256_H

#include "base/slice.h"
#include "base/status.h"

#define DS_P256_KEYBYTES       32
#define DS_P256_PUBLICBYTES    65
#define DS_P256_SIGNATUREBYTES 64
#define DS_P256_PKCS8BYTES     138
#define DS_P256_SPKIBYTES      91

/* Returns DS_OK, or DS_INVALID for a scalar of 0 and of n or more. */
ds_status ds_p256_public_key(unsigned char out[65], const unsigned char scalar[32]) DS_MUST_CHECK;

/* Signs SHA-256 of len bytes with a random nonce. Out: r | s. Returns DS_OK or DS_INVALID
 * (scalar). */
ds_status ds_p256_sign(unsigned char sig[64], const void *msg, size_t len,
                       const unsigned char scalar[32]) DS_MUST_CHECK;

/* Signs likewise with the nonce of RFC 6979, so that the same arguments give the same signature.
 * Its time depends on the key: not for keys that protect something. */
ds_status ds_p256_sign_rfc6979(unsigned char sig[64], const void *msg, size_t len,
                               const unsigned char scalar[32]) DS_MUST_CHECK;

/* Returns DS_OK; DS_INVALID when pub is no point; DS_VERIFY when the signature is not this key's
 * over this message, r and s out of range included. A high s is as good as a low one: that is
 * what X.509 expects. */
ds_status ds_p256_verify(const unsigned char sig[64], const void *msg, size_t len,
                         const unsigned char pub[65]) DS_MUST_CHECK;

/* Out: the key as DER: PrivateKeyInfo version 0 (RFC 5208), inside it ECPrivateKey (RFC 5915)
 * without parameters and with the public key. Returns DS_OK or DS_INVALID (scalar). */
ds_status ds_p256_pkcs8(unsigned char out[DS_P256_PKCS8BYTES],
                        const unsigned char scalar[32]) DS_MUST_CHECK;

/* Out: SubjectPublicKeyInfo as DER (RFC 5480). Returns DS_OK, or DS_INVALID when pub is no
 * point. */
ds_status ds_p256_spki(unsigned char out[DS_P256_SPKIBYTES],
                       const unsigned char pub[65]) DS_MUST_CHECK;

/* Reads one "PRIVATE KEY" block. Out: the scalar.
 * Returns DS_OK; DS_INVALID for anything but a P-256 key in PKCS#8 form whose public part, if it
 * has one, belongs to it; DS_TOO_LARGE above 8192 bytes. */
ds_status ds_p256_key_from_pem(unsigned char scalar[32], ds_slice pem, ds_error *err) DS_MUST_CHECK;

#endif
