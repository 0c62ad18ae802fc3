#include "crypto/pkey.h"

#include "base/buf.h"
#include "base/wipe.h"
#include "crypto/p256.h"
#include "crypto/pem.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/x509.h>

#define CURVE        "prime256v1"
#define CURVE_BYTES  64
#define UNCOMPRESSED 4
#define RAW_BYTES    32

/* OSSL_PARAM wants integers in the machine's byte order. */
static bool to_native(unsigned char out[DS_P256_KEYBYTES], const unsigned char *scalar)
{
    BIGNUM *number = BN_bin2bn(scalar, DS_P256_KEYBYTES, NULL);
    bool good = number != NULL && BN_bn2nativepad(number, out, DS_P256_KEYBYTES) > 0;
    BN_clear_free(number);
    return good;
}

/* In: the kind, which of the parts are there, and the parts. Returns the key, or NULL. */
static EVP_PKEY *from_parts(const char *kind, int selection, OSSL_PARAM *params)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
    if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &key, selection, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static OSSL_PARAM curve_part(const char *curve)
{
    return OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)curve, 0);
}

static OSSL_PARAM public_part(ds_slice point)
{
    return OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)point.data,
                                             point.len);
}

EVP_PKEY *ds_pkey_ec_public(const char *curve, ds_slice point)
{
    OSSL_PARAM params[] = {curve_part(curve), public_part(point), OSSL_PARAM_construct_end()};
    return from_parts("EC", EVP_PKEY_PUBLIC_KEY, params);
}

EVP_PKEY *ds_pkey_raw_pair(const char *kind, const unsigned char secret[32],
                           const unsigned char pub[32])
{
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY, (void *)secret, RAW_BYTES),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)pub, RAW_BYTES),
        OSSL_PARAM_construct_end()};
    return from_parts(kind, EVP_PKEY_KEYPAIR, params);
}

EVP_PKEY *ds_pkey_p256(const unsigned char *scalar, const unsigned char *pub)
{
    unsigned char native[DS_P256_KEYBYTES];
    EVP_PKEY *key = NULL;
    OSSL_PARAM params[4], *p = params;
    *p++ = curve_part(CURVE);
    if (pub != NULL) {
        if (pub[0] != UNCOMPRESSED)
            goto Exit;
        *p++ = public_part(ds_slice_of(pub, DS_P256_PUBLICBYTES));
    }
    if (scalar != NULL) {
        if (!to_native(native, scalar))
            goto Exit;
        *p++ = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native, sizeof native);
    }
    *p = OSSL_PARAM_construct_end();
    key = from_parts("EC", scalar == NULL ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR, params);
Exit:
    ds_wipe(native, sizeof native);
    return key;
}

bool ds_pkey_p256_public(unsigned char out[65], const EVP_PKEY *key)
{
    char curve[CURVE_BYTES];
    size_t len;
    BIGNUM *x = NULL, *y = NULL;
    bool good = EVP_PKEY_is_a(key, "EC") &&
                EVP_PKEY_get_group_name(key, curve, sizeof curve, &len) == 1 &&
                strcmp(curve, CURVE) == 0 &&
                EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
                EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 &&
                BN_bn2binpad(x, out + 1, 32) == 32 && BN_bn2binpad(y, out + 33, 32) == 32;
    out[0] = UNCOMPRESSED;
    BN_free(x);
    BN_free(y);
    return good;
}

static EVP_PKEY *parse(ds_slice der)
{
    const unsigned char *p = der.data;
    PKCS8_PRIV_KEY_INFO *info =
        der.len == 0 ? NULL : d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)der.len);
    bool whole = info != NULL && (size_t)(p - (const unsigned char *)der.data) == der.len;
    EVP_PKEY *key = whole ? EVP_PKCS82PKEY(info) : NULL;
    PKCS8_PRIV_KEY_INFO_free(info);
    return key;
}

ds_status ds_pkey_from_pem(EVP_PKEY **key, ds_slice pem, ds_error *err)
{
    ds_buf der;
    *key = NULL;
    ds_buf_init(&der, DS_PKEY_MAXBYTES);
    ds_status status = ds_pem_decode(&der, pem, "PRIVATE KEY", err);
    if (status == DS_OK && (*key = parse(ds_buf_content(&der))) == NULL)
        status = ds_fail(err, DS_INVALID, "the private key is not PKCS#8 of a known kind");
    ds_buf_free(&der);
    return status;
}
