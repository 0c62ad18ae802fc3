/* ECDSA over the NIST curves (FIPS 186-4): verification by OpenSSL, and the two forms in which
 * signatures of any curve come.
 *
 * Raw, also called P1363: r | s, big-endian, each as long as the curve's order; that is what our
 * functions take. DER: Ecdsa-Sig-Value (RFC 3279), what certificates and most libraries write. */
#ifndef DS_CRYPTO_ECDSA_H
#define DS_CRYPTO_ECDSA_H

#include "crypto/hash.h"

/* The largest number, of P-384, and what two of them take as DER. */
#define DS_ECDSA_NUMBERBYTES 48
#define DS_ECDSA_DERBYTES    (2 + 2 * (3 + DS_ECDSA_NUMBERBYTES))

typedef enum ds_curve { DS_CURVE_P256, DS_CURVE_P384, DS_CURVE_COUNT } ds_curve;

/* Returns the bytes of a number: 32 or 48. */
size_t ds_curve_number_size(ds_curve curve);

/* In: hash, of SHA-2; sig, raw, twice ds_curve_number_size bytes; public_key, a point as SEC 1
 * writes it, compressed (02 or 03, x) or not (04, x, y), or SubjectPublicKeyInfo (RFC 5480) with
 * the curve named and the point as before. The hybrid forms 06 and 07 are refused. A high s is as
 * good as a low one here: that is what X.509 and quotes expect. Returns DS_OK; DS_INVALID when
 * public_key is none of this curve, or for another hash; DS_VERIFY when the signature is not this
 * key's over this message, r and s out of range included; DS_MEMORY or DS_INTERNAL. */
ds_status ds_ecdsa_verify(ds_curve curve, ds_hash_id hash, const unsigned char *sig, ds_slice msg,
                          ds_slice public_key) DS_MUST_CHECK;

/* Reads the one DER form that a signature has: shortest lengths, shortest integers, neither of them
 * negative, nothing behind.
 * In: size, the bytes of a number, at most DS_ECDSA_NUMBERBYTES. Out: 2 * size bytes, zeroed on
 * failure. Returns DS_OK or DS_INVALID. */
ds_status ds_ecdsa_from_der(unsigned char *sig, size_t size, ds_slice der) DS_MUST_CHECK;

/* Out: at most DS_ECDSA_DERBYTES. In: a raw signature of 2 * size bytes. Returns the DER's length.
 */
size_t ds_ecdsa_to_der(unsigned char der[DS_ECDSA_DERBYTES], const unsigned char *sig, size_t size);

#endif
