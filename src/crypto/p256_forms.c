#include "base/wipe.h"
#include "crypto/p256.h"
#include "crypto/pkey.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>

/* Everything before the scalar: PrivateKeyInfo { 0, { id-ecPublicKey, prime256v1 }, OCTET STRING
 * { ECPrivateKey { 1, OCTET STRING of 32. */
static const unsigned char pkcs8_head[] = {0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06,
                                           0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                           0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
                                           0x04, 0x6d, 0x30, 0x6b, 0x02, 0x01, 0x01, 0x04, 0x20};

/* Between scalar and point: [1] { BIT STRING of 66, no bits unused. */
static const unsigned char pkcs8_middle[] = {0xa1, 0x44, 0x03, 0x42, 0x00};

/* SEQUENCE { { id-ecPublicKey, prime256v1 }, BIT STRING of 66, no bits unused. */
static const unsigned char spki_head[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                          0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                          0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};

ds_status ds_p256_pkcs8(unsigned char out[DS_P256_PKCS8BYTES], const unsigned char scalar[32])
{
    unsigned char pub[DS_P256_PUBLICBYTES], *p = out;
    ds_status status = ds_p256_public_key(pub, scalar);
    if (status != DS_OK) {
        memset(out, 0, DS_P256_PKCS8BYTES);
        return status;
    }
    memcpy(p, pkcs8_head, sizeof pkcs8_head);
    p += sizeof pkcs8_head;
    memcpy(p, scalar, DS_P256_KEYBYTES);
    p += DS_P256_KEYBYTES;
    memcpy(p, pkcs8_middle, sizeof pkcs8_middle);
    p += sizeof pkcs8_middle;
    memcpy(p, pub, sizeof pub);
    return DS_OK;
}

ds_status ds_p256_spki(unsigned char out[DS_P256_SPKIBYTES], const unsigned char pub[65])
{
    ERR_set_mark();
    EVP_PKEY *key = ds_pkey_p256(NULL, pub);
    bool good = key != NULL;
    EVP_PKEY_free(key);
    ERR_pop_to_mark();
    memset(out, 0, DS_P256_SPKIBYTES);
    if (!good)
        return DS_INVALID;
    memcpy(out, spki_head, sizeof spki_head);
    memcpy(out + sizeof spki_head, pub, DS_P256_PUBLICBYTES);
    return DS_OK;
}

/* Out: the scalar, not checked. Returns false when there is none of this size. */
static bool scalar_of(unsigned char scalar[32], const EVP_PKEY *key)
{
    BIGNUM *number = NULL;
    bool good = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 &&
                BN_bn2binpad(number, scalar, DS_P256_KEYBYTES) == DS_P256_KEYBYTES;
    BN_clear_free(number);
    return good;
}

ds_status ds_p256_key_from_pem(unsigned char scalar[32], ds_slice pem, ds_error *err)
{
    unsigned char claimed[DS_P256_PUBLICBYTES], pub[DS_P256_PUBLICBYTES];
    EVP_PKEY *key;
    ERR_set_mark();
    ds_status status = ds_pkey_from_pem(&key, pem, err);
    if (status != DS_OK)
        goto Exit;
    if (!ds_pkey_p256_public(claimed, key) || !scalar_of(scalar, key)) {
        status = ds_fail(err, DS_INVALID, "the private key is not of the curve P-256");
        goto Exit;
    }
    status = ds_p256_public_key(pub, scalar);
    if (status == DS_OK && memcmp(pub, claimed, sizeof pub) != 0)
        status = DS_INVALID;
    if (status != DS_OK)
        ds_fail(err, status, "the private key does not belong to its own public key");
Exit:
    EVP_PKEY_free(key);
    ERR_pop_to_mark();
    if (status != DS_OK)
        ds_wipe(scalar, DS_P256_KEYBYTES);
    return status;
}
