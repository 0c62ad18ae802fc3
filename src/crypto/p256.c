#include "crypto/p256.h"

#include "base/wipe.h"
#include "crypto/ecdsa.h"
#include "crypto/pkey.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

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

/* Returns scalar * G, to be freed, or NULL. */
static EC_POINT *multiply(const EC_GROUP *group, const BIGNUM *scalar)
{
    EC_POINT *point = EC_POINT_new(group);
    if (point != NULL && EC_POINT_mul(group, point, scalar, NULL, NULL, NULL) != 1) {
        EC_POINT_free(point);
        point = NULL;
    }
    return point;
}

ds_status ds_p256_public_key(unsigned char out[65], const unsigned char scalar[32])
{
    ds_status status = in_range(scalar) ? DS_INTERNAL : DS_INVALID;
    EC_POINT *point = NULL;
    ERR_set_mark();
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    BIGNUM *number = BN_bin2bn(scalar, DS_P256_KEYBYTES, NULL);
    if (status == DS_INVALID || group == NULL || number == NULL)
        goto Exit;
    BN_set_flags(number, BN_FLG_CONSTTIME);
    point = multiply(group, number);
    if (point != NULL && EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out,
                                            DS_P256_PUBLICBYTES, NULL) == DS_P256_PUBLICBYTES)
        status = DS_OK;
Exit:
    EC_POINT_free(point);
    BN_clear_free(number);
    EC_GROUP_free(group);
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
