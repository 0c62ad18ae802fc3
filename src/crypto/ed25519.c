#include "crypto/ed25519.h"

#include "base/wipe.h"
#include "crypto/pkey.h"

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

ds_status ds_ed25519_sign_pair(unsigned char sig[64], const void *msg, size_t len,
                               const unsigned char seed[32], const unsigned char pub[32])
{
    ERR_set_mark();
    ds_status status = sign(sig, msg, len, ds_pkey_raw_pair("ED25519", seed, pub));
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
