#include "crypto/p256.h"

#include "base/wipe.h"
#include "crypto/pkey.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#define NUMBER_BYTES 32
#define DIGEST       "SHA256"
#define DER_MAXBYTES 72 /* SEQUENCE of two INTEGERs of 33 bytes each */

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

static bool from_der(unsigned char sig[64], const unsigned char *der, size_t len)
{
    ECDSA_SIG *numbers = d2i_ECDSA_SIG(NULL, &der, (long)len);
    bool good =
        numbers != NULL &&
        BN_bn2binpad(ECDSA_SIG_get0_r(numbers), sig, NUMBER_BYTES) == NUMBER_BYTES &&
        BN_bn2binpad(ECDSA_SIG_get0_s(numbers), sig + NUMBER_BYTES, NUMBER_BYTES) == NUMBER_BYTES;
    ECDSA_SIG_free(numbers);
    return good;
}

/* Returns the length, or 0 on failure. */
static size_t to_der(unsigned char der[DER_MAXBYTES], const unsigned char sig[64])
{
    int len = 0;
    ECDSA_SIG *numbers = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(sig, NUMBER_BYTES, NULL);
    BIGNUM *s = BN_bin2bn(sig + NUMBER_BYTES, NUMBER_BYTES, NULL);
    if (numbers != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(numbers, r, s) == 1) {
        r = s = NULL;
        len = i2d_ECDSA_SIG(numbers, &der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(numbers);
    return len < 0 ? 0 : (size_t)len;
}

ds_status ds_p256_sign(unsigned char sig[64], const void *msg, size_t len,
                       const unsigned char scalar[32])
{
    unsigned char der[DER_MAXBYTES];
    size_t size = sizeof der;
    ds_status status = in_range(scalar) ? DS_INTERNAL : DS_INVALID;
    ERR_set_mark();
    EVP_PKEY *key = status == DS_INVALID ? NULL : ds_pkey_p256(scalar, NULL);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (key != NULL && ctx != NULL &&
        EVP_DigestSignInit_ex(ctx, NULL, DIGEST, NULL, NULL, key, NULL) == 1 &&
        EVP_DigestSign(ctx, der, &size, len == 0 ? (const void *)"" : msg, len) == 1 &&
        from_der(sig, der, size))
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
    unsigned char der[DER_MAXBYTES];
    ds_status status = DS_INTERNAL;
    ERR_set_mark();
    size_t size = to_der(der, sig);
    EVP_PKEY *key = ds_pkey_p256(NULL, pub);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (key == NULL)
        status = DS_INVALID;
    else if (size > 0 && ctx != NULL &&
             EVP_DigestVerifyInit_ex(ctx, NULL, DIGEST, NULL, NULL, key, NULL) == 1)
        status = EVP_DigestVerify(ctx, der, size, len == 0 ? (const void *)"" : msg, len) == 1
                     ? DS_OK
                     : DS_VERIFY;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    ERR_pop_to_mark();
    return status;
}
