/* OpenSSL's key and certificate objects, as the files in this room share them; nobody else includes
 * this. They leave OpenSSL's error queue to their callers. */
#ifndef DS_CRYPTO_PKEY_H
#define DS_CRYPTO_PKEY_H

#include "base/slice.h"
#include "base/status.h"
#include "crypto/ecdsa.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

/* The largest private key that is read, in bytes of DER, and the longest key that is used: RSA of
 * more bits would keep the processor busy for seconds. */
#define DS_PKEY_MAXBYTES 8192
#define DS_PKEY_MAXBITS  8192

/* OpenSSL's name of the curve. */
#define DS_PKEY_P256 "prime256v1"

/* Of the largest curve that OpenSSL knows. */
#define DS_PKEY_SCALARBYTES 72
#define DS_PKEY_POINTBYTES  (1 + 2 * DS_PKEY_SCALARBYTES)

/* Makes a P-256 key. In: a checked scalar, or NULL for a public key; pub, 04 | x | y, which may
 * be NULL beside a scalar. Returns the key, to be freed, or NULL, also when pub is no point. */
EVP_PKEY *ds_pkey_p256(const unsigned char *scalar, const unsigned char *pub);

/* Makes a public key of the curve that OpenSSL knows by that name. In: a point as SEC 1 writes it.
 * Returns the key, to be freed, or NULL, also when it is no point. */
EVP_PKEY *ds_pkey_ec_public(const char *curve, ds_slice point);

/* Makes what verifies with a public key as ds_ecdsa_verify takes it: a point, or
 * SubjectPublicKeyInfo. Returns it, to be freed, or NULL. */
EVP_PKEY_CTX *ds_pkey_ecdsa(ds_curve curve, ds_slice key);

/* ds_ecdsa_verify with that. Returns DS_OK, DS_VERIFY, DS_INVALID (hash), DS_MEMORY or DS_INTERNAL.
 */
ds_status ds_pkey_ecdsa_verify(EVP_PKEY_CTX *ctx, ds_curve curve, ds_hash_id hash,
                               const unsigned char *sig, ds_slice msg) DS_MUST_CHECK;

/* Makes a key of the curve that OpenSSL knows by that name. In: the scalar, big-endian; its point
 * as SEC 1 writes it, not compared with the scalar, or empty: such a key can sign and nothing else.
 * Returns the key, to be freed, or NULL, also when the point is none. */
EVP_PKEY *ds_pkey_ec_pair(const char *curve, ds_slice scalar, ds_slice point);

/* Computes a scalar's point, 04 | x | y. Out: up to size bytes. Returns how many, or 0. */
size_t ds_pkey_ec_point(unsigned char *out, size_t size, const char *curve,
                        ds_slice scalar) DS_MUST_CHECK;

/* Makes a key of a kind whose halves are 32 raw bytes, "ED25519" or "X25519". Given both, OpenSSL
 * does not compute the public one, which takes as long as signing. Returns the key, to be freed, or
 * NULL. */
EVP_PKEY *ds_pkey_raw_pair(const char *kind, const unsigned char secret[32],
                           const unsigned char pub[32]);

/* Out: 04 | x | y. Returns false when the key is not of P-256. */
bool ds_pkey_p256_public(unsigned char out[65], const EVP_PKEY *key) DS_MUST_CHECK;

/* Reads PKCS#8 in DER. Returns the key, to be freed, or NULL. */
EVP_PKEY *ds_pkey_from_pkcs8(ds_slice der);

/* Reads one "PRIVATE KEY" block, PKCS#8. Out: *key, to be freed, or NULL.
 * Returns DS_OK, DS_INVALID, DS_TOO_LARGE or DS_MEMORY. */
ds_status ds_pkey_from_pem(EVP_PKEY **key, ds_slice pem, ds_error *err) DS_MUST_CHECK;

/* Reads one "CERTIFICATE" block. Out: *cert, to be freed, or NULL.
 * Returns DS_OK, DS_INVALID, DS_TOO_LARGE or DS_MEMORY. */
ds_status ds_x509_from_pem(X509 **cert, ds_slice pem, ds_error *err) DS_MUST_CHECK;

#endif
