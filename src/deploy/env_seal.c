#include "deploy/env_seal.h"

#include "base/wipe.h"
#include "crypto/random.h"

#define NO_AAD ds_slice_of(NULL, 0)

static ds_status library_failed(ds_status status, ds_error *err)
{
    return ds_fail(err, status, "the environment could not be processed: %s",
                   ds_status_meaning(status));
}

static ds_status agree(unsigned char shared[DS_X25519_SHAREDBYTES], const unsigned char secret[32],
                       const unsigned char pub[32], const char *whose, ds_error *err)
{
    ds_status status = ds_x25519_shared_secret(shared, secret, pub);
    if (status == DS_INVALID)
        return ds_fail(
            err, status,
            "%s is of low order: the shared secret would be zeros, which everybody knows", whose);
    return status == DS_OK ? DS_OK : library_failed(status, err);
}

static ds_status seal_into(unsigned char *out, ds_slice plain, const unsigned char recipient[32],
                           const unsigned char ephemeral[32], const unsigned char nonce[12],
                           ds_error *err)
{
    unsigned char shared[DS_X25519_SHAREDBYTES];
    ds_status status = agree(shared, ephemeral, recipient, "the public key", err);
    if (status != DS_OK)
        return status;
    status = ds_x25519_public_key(out, ephemeral);
    memcpy(out + DS_X25519_PUBLICBYTES, nonce, DS_AES256_GCM_NONCEBYTES);
    if (status == DS_OK)
        status = ds_aes256_gcm_seal(out + DS_X25519_PUBLICBYTES + DS_AES256_GCM_NONCEBYTES, shared,
                                    nonce, plain, NO_AAD);
    ds_wipe(shared, sizeof shared);
    return status == DS_OK ? DS_OK : library_failed(status, err);
}

ds_status ds_env_seal_with(ds_buf *blob, ds_slice plain, const unsigned char recipient[32],
                           const unsigned char ephemeral[32], const unsigned char nonce[12],
                           ds_error *err)
{
    size_t before = blob->len, size = plain.len + DS_ENV_BLOB_OVERHEAD;
    if (plain.len > DS_ENV_BLOB_MAX - DS_ENV_BLOB_OVERHEAD)
        return ds_fail(err, DS_INVALID,
                       "sealed, the environment is %lu bytes, a guest takes at most %lu",
                       (unsigned long)size, (unsigned long)DS_ENV_BLOB_MAX);
    unsigned char *out = ds_buf_grow(blob, size);
    if (out == NULL)
        return library_failed(ds_buf_status(blob), err);
    ds_status status = seal_into(out, plain, recipient, ephemeral, nonce, err);
    if (status != DS_OK)
        blob->len = before;
    return status;
}

ds_status ds_env_seal(ds_buf *blob, ds_slice plain, const unsigned char recipient[32],
                      ds_error *err)
{
    unsigned char ephemeral[DS_X25519_SECRETBYTES], nonce[DS_AES256_GCM_NONCEBYTES];
    ds_status status = ds_random(ephemeral, sizeof ephemeral);
    if (status == DS_OK)
        status = ds_random(nonce, sizeof nonce);
    status = status == DS_OK ? ds_env_seal_with(blob, plain, recipient, ephemeral, nonce, err)
                             : library_failed(status, err);
    ds_wipe(ephemeral, sizeof ephemeral);
    return status;
}

static ds_status open_into(unsigned char *out, const unsigned char *blob, size_t len,
                           const unsigned char secret[32], ds_error *err)
{
    unsigned char shared[DS_X25519_SHAREDBYTES];
    const unsigned char *nonce = blob + DS_X25519_PUBLICBYTES;
    const unsigned char *sealed = nonce + DS_AES256_GCM_NONCEBYTES;
    ds_status status = agree(shared, secret, blob, "the sealer's key", err);
    if (status != DS_OK)
        return status;
    status = ds_aes256_gcm_open(out, shared, nonce,
                                ds_slice_of(sealed, len - (size_t)(sealed - blob)), NO_AAD);
    ds_wipe(shared, sizeof shared);
    if (status == DS_VERIFY)
        return ds_fail(err, status,
                       "the environment does not open: it was sealed to another key, or changed");
    return status == DS_OK ? DS_OK : library_failed(status, err);
}

ds_status ds_env_open(ds_buf *plain, ds_slice blob, const unsigned char secret[32], ds_error *err)
{
    size_t before = plain->len;
    if (blob.len < DS_ENV_BLOB_OVERHEAD || blob.len > DS_ENV_BLOB_MAX)
        return ds_fail(err, DS_INVALID, "an encrypted environment has %d to %lu bytes, not %lu",
                       DS_ENV_BLOB_OVERHEAD, (unsigned long)DS_ENV_BLOB_MAX,
                       (unsigned long)blob.len);
    /* one more, so that an empty text has a place too */
    unsigned char *out = ds_buf_grow(plain, blob.len - DS_ENV_BLOB_OVERHEAD + 1);
    if (out == NULL)
        return library_failed(ds_buf_status(plain), err);
    ds_status status = open_into(out, blob.data, blob.len, secret, err);
    plain->len = status == DS_OK ? plain->len - 1 : before;
    return status;
}
