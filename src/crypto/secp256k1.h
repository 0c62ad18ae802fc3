/* secp256k1 keys and ECDSA signatures (SEC 1 and SEC 2 version 2), by libsecp256k1.
 *
 * Keys are big-endian scalars, 1 <= key < n. Public keys are SEC 1 points: 33 bytes (02 or 03, x)
 * or 65 (04, x, y); the hybrid forms 06 and 07 are refused. Signatures are r | s, 32 bytes each,
 * big-endian, and are low-s always: ours are made so, others' are refused otherwise, because a
 * high s makes a second valid signature out of every first.
 * The hash that is signed is the caller's choice, always 32 bytes.
 *
 * Arguments: outputs, then inputs. Outputs are zeroed on failure. Every function may return
 * DS_MEMORY or DS_INTERNAL besides what is listed. */
#ifndef DS_CRYPTO_SECP256K1_H
#define DS_CRYPTO_SECP256K1_H

#include "base/slice.h"
#include "base/status.h"

#define DS_SECP256K1_KEYBYTES          32
#define DS_SECP256K1_PUBLICBYTES       33
#define DS_SECP256K1_UNCOMPRESSEDBYTES 65
#define DS_SECP256K1_HASHBYTES         32
#define DS_SECP256K1_SIGNATUREBYTES    64
#define DS_SECP256K1_RECOVERABLEBYTES  65

/* Returns DS_OK, or DS_INVALID for 0 and for n or more. */
ds_status ds_secp256k1_key_check(const unsigned char key[32]) DS_MUST_CHECK;

/* Out: the compressed point. Returns DS_OK or DS_INVALID (key). */
ds_status ds_secp256k1_public_key(unsigned char out[33], const unsigned char key[32]) DS_MUST_CHECK;

/* In: 33 or 65 bytes. Out: the same point, compressed.
 * Returns DS_OK, or DS_INVALID when it is no such encoding or not on the curve. */
ds_status ds_secp256k1_public_parse(unsigned char out[33], ds_slice in) DS_MUST_CHECK;

/* Out: 04 | x | y. Returns DS_OK or DS_INVALID (point). */
ds_status ds_secp256k1_public_uncompressed(unsigned char out[65],
                                           const unsigned char in[33]) DS_MUST_CHECK;

/* Signs; the nonce is that of RFC 6979 with HMAC-SHA-256, without extra data, so the same input
 * always gives the same bytes. Returns DS_OK or DS_INVALID (key). */
ds_status ds_secp256k1_sign(unsigned char sig[64], const unsigned char hash[32],
                            const unsigned char key[32]) DS_MUST_CHECK;

/* Signs likewise. Out: r | s | v, v being the recovery id 0..3 (not 27 or 28): bit 0 is the
 * parity of the nonce point's y after the low-s flip, bit 1 says that its x was n or more. */
ds_status ds_secp256k1_sign_recoverable(unsigned char sig[65], const unsigned char hash[32],
                                        const unsigned char key[32]) DS_MUST_CHECK;

/* Returns DS_OK; DS_INVALID unless 1 <= r, s < n; DS_VERIFY for a high s. */
ds_status ds_secp256k1_signature_check(const unsigned char sig[64], ds_error *err) DS_MUST_CHECK;

/* Makes s low: the other of the two signatures that say the same.
 * In, out: r | s, left alone on failure. Out: *flipped, whether s was high; a recovery id that
 * belongs to the signature changes its lowest bit then.
 * Returns DS_OK, or DS_INVALID unless 1 <= r, s < n. */
ds_status ds_secp256k1_signature_normalize(unsigned char sig[64], bool *flipped,
                                           ds_error *err) DS_MUST_CHECK;

/* In: public_key as for ds_secp256k1_public_parse.
 * Returns DS_OK; DS_INVALID for a malformed key or signature; DS_VERIFY for a high s and for a
 * signature that is not this key's over this hash. */
ds_status ds_secp256k1_verify(const unsigned char sig[64], const unsigned char hash[32],
                              ds_slice public_key, ds_error *err) DS_MUST_CHECK;

/* Finds the key a signature was made with (SEC 1, 4.1.6). Nothing is proven by that until the
 * caller compares it: nearly every signature leads to some key.
 * In: r | s | v, judged as by ds_secp256k1_signature_check; v is 0..3.
 * Out: the compressed point.
 * Returns DS_OK; DS_INVALID for r, s or v out of range; DS_VERIFY for a high s, or when no key
 * fits. */
ds_status ds_secp256k1_recover(unsigned char out[33], const unsigned char sig[65],
                               const unsigned char hash[32], ds_error *err) DS_MUST_CHECK;

#endif
