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

/* The y coordinates of the eight points, 0 and 1 also with the prime 2^255 - 19 added. */
static const unsigned char low_order[][DS_ED25519_PUBLICBYTES] = {
    {0x00},
    {0x01},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
};

bool ds_ed25519_low_order(const unsigned char pub[32])
{
    const size_t last = DS_ED25519_PUBLICBYTES - 1; /* its top bit is the sign of x */
    for (size_t i = 0; i < sizeof low_order / sizeof *low_order; i++)
        if (memcmp(pub, low_order[i], last) == 0 && (pub[last] & 0x7f) == low_order[i][last])
            return true;
    return false;
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
