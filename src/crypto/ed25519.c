#include "crypto/ed25519.h"

#include "base/wipe.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>

ds_status ds_ed25519_public_key(unsigned char out[32], const unsigned char seed[32])
{
    size_t size = DS_ED25519_PUBLICBYTES;
    ERR_set_mark();
    EVP_PKEY *key =
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, DS_ED25519_SEEDBYTES);
    bool good = key != NULL && EVP_PKEY_get_raw_public_key(key, out, &size) == 1;
    EVP_PKEY_free(key);
    ERR_pop_to_mark();
    if (!good)
        memset(out, 0, DS_ED25519_PUBLICBYTES);
    return good ? DS_OK : DS_INTERNAL;
}

/* Signs and frees the key, which may be NULL for one that could not be made. */
static ds_status sign(unsigned char sig[64], const void *msg, size_t len, EVP_PKEY *key)
{
    size_t size = DS_ED25519_SIGNATUREBYTES;
    const void *bytes = len == 0 ? "" : msg;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = key != NULL && ctx != NULL &&
                EVP_DigestSignInit_ex(ctx, NULL, NULL, NULL, NULL, key, NULL) == 1 &&
                EVP_DigestSign(ctx, sig, &size, bytes, len) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    if (!good)
        memset(sig, 0, DS_ED25519_SIGNATUREBYTES);
    return good ? DS_OK : DS_INTERNAL;
}

ds_status ds_ed25519_sign(unsigned char sig[64], const void *msg, size_t len,
                          const unsigned char seed[32])
{
    ERR_set_mark();
    ds_status status =
        sign(sig, msg, len,
             EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, DS_ED25519_SEEDBYTES));
    ERR_pop_to_mark();
    return status;
}

/* Made of both halves, so that OpenSSL does not compute the public one again. */
static EVP_PKEY *pair(const unsigned char seed[32], const unsigned char pub[32])
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY, (void *)seed,
                                                             DS_ED25519_SEEDBYTES),
                           OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)pub,
                                                             DS_ED25519_PUBLICBYTES),
                           OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "ED25519", NULL);
    if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(ctx);
    return key;
}

ds_status ds_ed25519_sign_pair(unsigned char sig[64], const void *msg, size_t len,
                               const unsigned char seed[32], const unsigned char pub[32])
{
    ERR_set_mark();
    ds_status status = sign(sig, msg, len, pair(seed, pub));
    ERR_pop_to_mark();
    return status;
}

ds_status ds_ed25519_verify(const unsigned char sig[64], const void *msg, size_t len,
                            const unsigned char pub[32])
{
    const void *bytes = len == 0 ? "" : msg;
    ds_status status = DS_INTERNAL;
    ERR_set_mark();
    EVP_PKEY *key =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, pub, DS_ED25519_PUBLICBYTES);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (key != NULL && ctx != NULL &&
        EVP_DigestVerifyInit_ex(ctx, NULL, NULL, NULL, NULL, key, NULL) == 1)
        status = EVP_DigestVerify(ctx, sig, DS_ED25519_SIGNATUREBYTES, bytes, len) == 1 ? DS_OK
                                                                                        : DS_VERIFY;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    ERR_pop_to_mark();
    return status;
}
