/* The one public-key operation of everything that verifies quotes and their certificates. It stands
 * alone so that what measures can count it, and what fuzzes parsers can leave it out. */
#ifndef DS_CRYPTO_SIGNED_H
#define DS_CRYPTO_SIGNED_H

#include "base/slice.h"
#include "base/status.h"

/* Signatures that were good, the ones asked for last: who judges the same statements again and
 * again need not check them again. Whether a signature is good depends on nothing but key, text and
 * signature, and only the digest of all three is kept. A zeroed one is empty, and owns nothing. */
#define DS_KNOWN_GOOD_MAX 16

typedef struct ds_known_good {
    unsigned char digests[DS_KNOWN_GOOD_MAX][32];
    size_t count;
} ds_known_good;

/* Keys that OpenSSL has made from their bytes, which takes a tenth of what using one does. A zeroed
 * ring is an empty one; a key that finds no room is made anew each time. */
#define DS_KEYRING_MAX 8

typedef struct ds_keyring {
    struct {
        ds_slice bytes; /* which have to outlive the ring */
        void *key;
    } list[DS_KEYRING_MAX];
    size_t count;
    ds_known_good *known; /* is asked before a signature is checked; NULL: none */
} ds_keyring;

/* Frees the keys; the ring is empty afterwards. */
void ds_keyring_free(ds_keyring *ring);

/* Checks an ECDSA signature by P-256 over SHA-256 of a text, unless it is known to be good.
 * In: ring, or NULL for none; key, 04 | x | y or SubjectPublicKeyInfo; signature, r | s, 64 bytes.
 * Returns DS_OK; DS_VERIFY when it is not this key's over this text, or the key is none of P-256;
 * DS_MEMORY or DS_INTERNAL. */
ds_status ds_signed_by(ds_keyring *ring, ds_slice key, ds_slice text,
                       const unsigned char signature[64]) DS_MUST_CHECK;

#endif
