#include "crypto/signed.h"

#include "crypto/hash.h"
#include "crypto/pkey.h"

#include <openssl/err.h>

/* Returns where a key stands in the ring, or its count. */
static size_t find(const ds_keyring *ring, ds_slice bytes)
{
    size_t i = 0;
    while (i < ring->count && !ds_slice_equal(ring->list[i].bytes, bytes))
        i++;
    return i;
}

/* Out: *own, set when the caller has to free the key. Returns it, or NULL. */
static EVP_PKEY_CTX *get_key(ds_keyring *ring, ds_slice bytes, bool *own)
{
    size_t i = ring == NULL ? DS_KEYRING_MAX : find(ring, bytes);
    *own = false;
    if (ring != NULL && i < ring->count)
        return ring->list[i].key;
    EVP_PKEY_CTX *key = ds_pkey_ecdsa(DS_CURVE_P256, bytes);
    *own = key != NULL && i == DS_KEYRING_MAX;
    if (key != NULL && !*own) {
        ring->list[i].bytes = bytes;
        ring->list[i].key = key;
        ring->count++;
    }
    return key;
}

static ds_status check(ds_keyring *ring, ds_slice key, ds_slice text,
                       const unsigned char signature[64])
{
    bool own;
    ds_status status = DS_VERIFY;
    ERR_set_mark();
    EVP_PKEY_CTX *made = get_key(ring, key, &own);
    if (made != NULL)
        status = ds_pkey_ecdsa_verify(made, DS_CURVE_P256, DS_SHA256, signature, text);
    if (own)
        EVP_PKEY_CTX_free(made);
    ERR_pop_to_mark();
    return status;
}

/* What a signature is known by. The key's length tells where the key ends. */
static ds_status digest_of(unsigned char out[DS_SHA256_BYTES], ds_slice key, ds_slice text,
                           const unsigned char signature[64])
{
    const ds_slice parts[] = {{&key.len, sizeof key.len}, key, {signature, 64}, text};
    return ds_hash(DS_SHA256, out, parts, sizeof parts / sizeof parts[0]);
}

/* Puts a digest in front of those before the i-th, which gives way. */
static void put_first(ds_known_good *known, size_t i, const unsigned char digest[DS_SHA256_BYTES])
{
    memmove(known->digests[1], known->digests[0], i * sizeof known->digests[0]);
    memcpy(known->digests[0], digest, sizeof known->digests[0]);
}

static bool is_known(ds_known_good *known, const unsigned char digest[DS_SHA256_BYTES])
{
    size_t i = 0;
    while (i < known->count && memcmp(known->digests[i], digest, sizeof known->digests[i]) != 0)
        i++;
    if (i == known->count)
        return false;
    put_first(known, i, digest);
    return true;
}

static void learn(ds_known_good *known, const unsigned char digest[DS_SHA256_BYTES])
{
    if (known->count < DS_KNOWN_GOOD_MAX)
        known->count++;
    put_first(known, known->count - 1, digest);
}

ds_status ds_signed_by(ds_keyring *ring, ds_slice key, ds_slice text,
                       const unsigned char signature[64])
{
    unsigned char digest[DS_SHA256_BYTES];
    ds_known_good *known = ring == NULL ? NULL : ring->known;
    if (known == NULL)
        return check(ring, key, text, signature);
    ds_status status = digest_of(digest, key, text, signature);
    if (status != DS_OK || is_known(known, digest))
        return status;
    status = check(ring, key, text, signature);
    if (status == DS_OK)
        learn(known, digest);
    return status;
}

void ds_keyring_free(ds_keyring *ring)
{
    while (ring->count > 0)
        EVP_PKEY_CTX_free(ring->list[--ring->count].key);
}
