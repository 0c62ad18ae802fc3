#include "crypto/p256.h"

#include "base/wipe.h"
#include "crypto/ecdsa.h"
#include "crypto/pkey.h"

#include <openssl/err.h>

#define NUMBER_BYTES 32
#define DIGEST       "SHA256"

/* 1 <= scalar < n, in a time that does not depend on the scalar. */
static bool in_range(const unsigned char scalar[32])
{
    static const unsigned char n[NUMBER_BYTES] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
                                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                  0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
                                                  0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
    unsigned borrow = 0, any = 0;
    for (int i = NUMBER_BYTES - 1; i >= 0; i--) {
        borrow = ((unsigned)scalar[i] - n[i] - borrow) >> 8 & 1;
        any |= scalar[i];
    }
    return borrow != 0 && any != 0;
}

ds_status ds_p256_public_key(unsigned char out[65], const unsigned char scalar[32])
{
    ds_slice number = ds_slice_of(scalar, DS_P256_KEYBYTES);
    ds_status status = in_range(scalar) ? DS_OK : DS_INVALID;
    ERR_set_mark();
    if (status == DS_OK &&
        ds_pkey_ec_point(out, DS_P256_PUBLICBYTES, DS_PKEY_P256, number) != DS_P256_PUBLICBYTES)
        status = DS_INTERNAL;
    ERR_pop_to_mark();
    if (status != DS_OK)
        memset(out, 0, DS_P256_PUBLICBYTES);
    return status;
}

/* Where memory is short while it encodes, OpenSSL 3.0 reports success and a length of 2^32 - 1. */
ds_status ds_p256_sign(unsigned char sig[64], const void *msg, size_t len,
                       const unsigned char scalar[32])
{
    unsigned char der[DS_ECDSA_DERBYTES];
    size_t size = sizeof der;
    ds_status status = in_range(scalar) ? DS_INTERNAL : DS_INVALID;
    ERR_set_mark();
    EVP_PKEY *key = status == DS_INVALID ? NULL : ds_pkey_p256(scalar, NULL);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (key != NULL && ctx != NULL &&
        EVP_DigestSignInit_ex(ctx, NULL, DIGEST, NULL, NULL, key, NULL) == 1 &&
        EVP_DigestSign(ctx, der, &size, len == 0 ? (const void *)"" : msg, len) == 1 &&
        size <= sizeof der && ds_ecdsa_from_der(sig, NUMBER_BYTES, ds_slice_of(der, size)) == DS_OK)
        status = DS_OK;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    ERR_pop_to_mark();
    if (status != DS_OK)
        memset(sig, 0, DS_P256_SIGNATUREBYTES);
    return status;
}

ds_status ds_p256_verify(const unsigned char sig[64], const void *msg, size_t len,
                         const unsigned char pub[65])
{
    return ds_ecdsa_verify(DS_CURVE_P256, DS_SHA256, sig, ds_slice_of(msg, len),
                           ds_slice_of(pub, DS_P256_PUBLICBYTES));
}
