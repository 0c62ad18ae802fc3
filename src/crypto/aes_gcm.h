/* AES-256-GCM (NIST SP 800-38D), by OpenSSL.
 *
 * The nonce is 12 bytes, the length that GCM uses as it is: any other would be hashed first, and
 * may then meet another nonce's hash. One nonce never serves one key twice: that gives away the
 * key that protects against forgery. */
#ifndef DS_CRYPTO_AES_GCM_H
#define DS_CRYPTO_AES_GCM_H

#include "base/slice.h"
#include "base/status.h"

#define DS_AES256_GCM_KEYBYTES   32
#define DS_AES256_GCM_NONCEBYTES 12
#define DS_AES256_GCM_TAGBYTES   16

/* The longest text and the longest additional data: what OpenSSL takes in one step. */
#define DS_AES256_GCM_MAXBYTES ((size_t)1 << 30)

/* In: plain and aad, either may be empty.
 * Out: plain.len bytes of ciphertext, then the tag of 16; zeroed on failure. Apart from plain.
 * Returns DS_OK; DS_TOO_LARGE, out being left alone; or DS_INTERNAL. */
ds_status ds_aes256_gcm_seal(unsigned char *out, const unsigned char key[32],
                             const unsigned char nonce[12], ds_slice plain,
                             ds_slice aad) DS_MUST_CHECK;

/* In: sealed, as seal wrote it: ciphertext and tag, 16 bytes at least.
 * Out: sealed.len - 16 bytes; zeroed on failure, so that nothing unauthentic is seen.
 * Returns DS_OK; DS_INVALID for less than 16 bytes; DS_VERIFY when key, nonce, additional data or
 * any sealed bit is another than at sealing; DS_TOO_LARGE, out being left alone; DS_INTERNAL. */
ds_status ds_aes256_gcm_open(unsigned char *out, const unsigned char key[32],
                             const unsigned char nonce[12], ds_slice sealed,
                             ds_slice aad) DS_MUST_CHECK;

#endif
