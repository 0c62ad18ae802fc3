#include "crypto/signed.h"

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

ds_status ds_signed_by(ds_keyring *ring, ds_slice key, ds_slice text,
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

void ds_keyring_free(ds_keyring *ring)
{
    while (ring->count > 0)
        EVP_PKEY_CTX_free(ring->list[--ring->count].key);
}
