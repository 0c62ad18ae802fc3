#include "crypto/pkey.h"

#include "base/buf.h"
#include "base/wipe.h"
#include "crypto/p256.h"
#include "crypto/pem.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/objects.h>

#define CURVE_BYTES  64
#define UNCOMPRESSED 4
#define RAW_BYTES    32

/* OSSL_PARAM wants integers in the machine's byte order. */
static bool to_native(unsigned char out[DS_PKEY_SCALARBYTES], ds_slice scalar)
{
    BIGNUM *number =
        scalar.len > DS_PKEY_SCALARBYTES ? NULL : BN_bin2bn(scalar.data, (int)scalar.len, NULL);
    bool good = number != NULL && BN_bn2nativepad(number, out, (int)scalar.len) > 0;
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

/* P-256 without a point. Making a curve takes longer than all else in making a key, so the one that
 * nearly all keys here are on is made once: whole before it is published here, and only copied
 * afterwards, so threads and forked children share it without a lock. Nobody frees it, as OpenSSL
 * ends before we do. */
static EVP_PKEY *shared_p256;

/* Returns it, or NULL. */
static EVP_PKEY *p256(void)
{
    EVP_PKEY *found = __atomic_load_n(&shared_p256, __ATOMIC_ACQUIRE);
    if (found != NULL)
        return found;
    OSSL_PARAM params[] = {curve_part(DS_PKEY_P256), OSSL_PARAM_construct_end()};
    EVP_PKEY *mine = from_parts("EC", EVP_PKEY_KEY_PARAMETERS, params);
    if (__atomic_compare_exchange_n(&shared_p256, &found, mine, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return mine;
    EVP_PKEY_free(mine); /* another thread was first */
    return found;
}

static EVP_PKEY *p256_public(ds_slice point)
{
    EVP_PKEY *curve = p256(), *key = curve == NULL ? NULL : EVP_PKEY_dup(curve);
    if (key != NULL && EVP_PKEY_set1_encoded_public_key(key, point.data, point.len) == 1)
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

EVP_PKEY *ds_pkey_ec_public(const char *curve, ds_slice point)
{
    OSSL_PARAM params[] = {curve_part(curve), public_part(point), OSSL_PARAM_construct_end()};
    return strcmp(curve, DS_PKEY_P256) == 0 ? p256_public(point)
                                            : from_parts("EC", EVP_PKEY_PUBLIC_KEY, params);
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

EVP_PKEY *ds_pkey_ec_pair(const char *curve, ds_slice scalar, ds_slice point)
{
    unsigned char native[DS_PKEY_SCALARBYTES];
    OSSL_PARAM params[4], *p = params;
    if (!to_native(native, scalar))
        return NULL;
    *p++ = curve_part(curve);
    if (point.len > 0)
        *p++ = public_part(point);
    *p++ = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native, scalar.len);
    *p = OSSL_PARAM_construct_end();
    EVP_PKEY *key = from_parts("EC", EVP_PKEY_KEYPAIR, params);
    ds_wipe(native, sizeof native);
    return key;
}

EVP_PKEY *ds_pkey_p256(const unsigned char *scalar, const unsigned char *pub)
{
    ds_slice point = ds_slice_of(pub, pub == NULL ? 0 : DS_P256_PUBLICBYTES);
    if (pub != NULL && pub[0] != UNCOMPRESSED)
        return NULL;
    return scalar == NULL
               ? ds_pkey_ec_public(DS_PKEY_P256, point)
               : ds_pkey_ec_pair(DS_PKEY_P256, ds_slice_of(scalar, DS_P256_KEYBYTES), point);
}

size_t ds_pkey_ec_point(unsigned char *out, size_t size, const char *curve, ds_slice scalar)
{
    size_t len = 0;
    EC_GROUP *group = EC_GROUP_new_by_curve_name(OBJ_sn2nid(curve));
    EC_POINT *point = group == NULL ? NULL : EC_POINT_new(group);
    BIGNUM *number = BN_bin2bn(scalar.data, (int)scalar.len, NULL);
    if (point == NULL || number == NULL)
        goto Exit;
    BN_set_flags(number, BN_FLG_CONSTTIME);
    if (EC_POINT_mul(group, point, number, NULL, NULL, NULL) == 1)
        len = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out, size, NULL);
Exit:
    EC_POINT_free(point);
    BN_clear_free(number);
    EC_GROUP_free(group);
    return len;
}

bool ds_pkey_p256_public(unsigned char out[65], const EVP_PKEY *key)
{
    char curve[CURVE_BYTES];
    size_t len;
    BIGNUM *x = NULL, *y = NULL;
    bool good = EVP_PKEY_is_a(key, "EC") &&
                EVP_PKEY_get_group_name(key, curve, sizeof curve, &len) == 1 &&
                strcmp(curve, DS_PKEY_P256) == 0 &&
                EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
                EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 &&
                BN_bn2binpad(x, out + 1, 32) == 32 && BN_bn2binpad(y, out + 33, 32) == 32;
    out[0] = UNCOMPRESSED;
    BN_free(x);
    BN_free(y);
    return good;
}

ds_status ds_pkey_from_pem(EVP_PKEY **key, ds_slice pem, ds_error *err)
{
    ds_buf der;
    *key = NULL;
    ds_buf_init(&der, DS_PKEY_MAXBYTES);
    ds_status status = ds_pem_decode(&der, pem, "PRIVATE KEY", err);
    if (status == DS_OK && (*key = ds_pkey_from_pkcs8(ds_buf_content(&der))) == NULL)
        status = ds_fail(err, DS_INVALID, "the private key is not PKCS#8 of a known kind");
    ds_buf_free(&der);
    return status;
}
