#include "crypto/hkdf.h"

#include "base/wipe.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>

/* Returns a context ready for data, or NULL. */
static EVP_MAC_CTX *start(ds_hash_id id, ds_slice key)
{
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)ds_hash_sha2_name(id), 0),
        OSSL_PARAM_construct_end()};
    /* A NULL key would mean "as before" to OpenSSL and not "empty". */
    const void *bytes = key.len == 0 ? "" : key.data;
    if (ctx != NULL && EVP_MAC_init(ctx, bytes, key.len, params) != 1) {
        EVP_MAC_CTX_free(ctx);
        ctx = NULL;
    }
    return ctx;
}

static bool add(EVP_MAC_CTX *ctx, const ds_slice *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (parts[i].len > 0 && EVP_MAC_update(ctx, parts[i].data, parts[i].len) != 1)
            return false;
    return true;
}

/* HMAC of before | parts | after, the three being optional. Out: ds_hash_size(id) bytes. */
static ds_status hmac(ds_hash_id id, unsigned char *out, ds_slice key, ds_slice before,
                      const ds_slice *parts, size_t count, ds_slice after)
{
    size_t size = ds_hash_size(id), written;
    ERR_set_mark();
    EVP_MAC_CTX *ctx = start(id, key);
    bool good = ctx != NULL && add(ctx, &before, 1) && add(ctx, parts, count) &&
                add(ctx, &after, 1) && EVP_MAC_final(ctx, out, &written, size) == 1;
    EVP_MAC_CTX_free(ctx);
    ERR_pop_to_mark();
    if (!good)
        ds_wipe(out, size);
    return good ? DS_OK : DS_INTERNAL;
}

ds_status ds_hmac(ds_hash_id id, unsigned char *out, ds_slice key, const ds_slice *parts,
                  size_t count)
{
    ds_slice none = {NULL, 0};
    if (ds_hash_sha2_name(id) == NULL) {
        memset(out, 0, ds_hash_size(id));
        return DS_INVALID;
    }
    return hmac(id, out, key, none, parts, count, none);
}

/* RFC 5869, 2.3: T(i) = HMAC(PRK, T(i-1) | info | i), the output being T(1) | T(2) | ... */
static ds_status expand(ds_hash_id id, unsigned char *out, size_t out_len, ds_slice prk,
                        const ds_slice *info, size_t info_count)
{
    unsigned char block[DS_HASH_MAXBYTES] = {0}, counter = 0;
    size_t size = ds_hash_size(id);
    ds_slice last = {block, 0};
    ds_status status = DS_OK;
    for (size_t done = 0; status == DS_OK && done < out_len; done += last.len) {
        counter++;
        status = hmac(id, block, prk, last, info, info_count, ds_slice_of(&counter, 1));
        last.len = out_len - done < size ? out_len - done : size;
        memcpy(out + done, block, last.len);
    }
    ds_wipe(block, sizeof block);
    return status;
}

ds_status ds_hkdf(ds_hash_id id, unsigned char *out, size_t out_len, ds_slice salt, ds_slice key,
                  const ds_slice *info, size_t info_count)
{
    unsigned char prk[DS_HASH_MAXBYTES];
    size_t size = ds_hash_size(id);
    ds_status status = DS_INVALID;
    if (out_len <= DS_HKDF_BLOCKS * size)
        status = ds_hmac(id, prk, salt, &key, 1);
    if (status == DS_OK)
        status = expand(id, out, out_len, ds_slice_of(prk, size), info, info_count);
    if (status != DS_OK)
        ds_wipe(out, out_len);
    ds_wipe(prk, sizeof prk);
    return status;
}

ds_status ds_hkdf_sha256(unsigned char *out, size_t out_len, ds_slice salt, ds_slice key,
                         const ds_slice *info, size_t info_count)
{
    return ds_hkdf(DS_SHA256, out, out_len, salt, key, info, info_count);
}
