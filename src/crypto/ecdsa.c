#include "crypto/ecdsa.h"

#include "crypto/pkey.h"

#include <openssl/err.h>

#define SPKI_TAG 0x30 /* SEQUENCE; no point begins so */

/* SEQUENCE { id-ecPublicKey, the curve's identifier }. */
static const unsigned char p256_algorithm[] = {0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                               0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
                                               0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
static const unsigned char p384_algorithm[] = {0x30, 0x10, 0x06, 0x07, 0x2a, 0x86,
                                               0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                               0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};

typedef struct curve_row {
    const char *name; /* OpenSSL's */
    size_t number;
    ds_slice algorithm;
} curve_row;

static const curve_row rows[DS_CURVE_COUNT] = {
    [DS_CURVE_P256] = {DS_PKEY_P256, 32, {p256_algorithm, sizeof p256_algorithm}},
    [DS_CURVE_P384] = {"secp384r1", 48, {p384_algorithm, sizeof p384_algorithm}},
};

size_t ds_curve_number_size(ds_curve curve)
{
    return rows[curve].number;
}

/* A key that names its curve is its point behind a constant head: SEQUENCE { algorithm, BIT STRING
 * } with no bits unused. Returns the point, or an empty slice for anything else. */
static ds_slice point_of(const curve_row *row, ds_slice spki)
{
    const unsigned char *p = spki.data;
    const size_t before = 2 + row->algorithm.len, head = before + 3;
    if (spki.len <= head || spki.len > 127 + 2 || p[1] != spki.len - 2 ||
        memcmp(p + 2, row->algorithm.data, row->algorithm.len) != 0 || p[before] != 0x03 ||
        p[before + 1] != spki.len - before - 2 || p[before + 2] != 0)
        return ds_slice_of(NULL, 0);
    return ds_slice_of(p + head, spki.len - head);
}

static bool is_point(const curve_row *row, ds_slice key)
{
    const unsigned char *p = key.data;
    if (key.len == 1 + row->number)
        return p[0] == 2 || p[0] == 3;
    return key.len == 1 + 2 * row->number && p[0] == 4;
}

/* Returns what verifies with a key, which lives as long; or NULL, also for a NULL key. */
static EVP_PKEY_CTX *verifier(EVP_PKEY *key)
{
    EVP_PKEY_CTX *ctx = key == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (ctx != NULL && EVP_PKEY_verify_init(ctx) == 1)
        return ctx;
    EVP_PKEY_CTX_free(ctx);
    return NULL;
}

EVP_PKEY_CTX *ds_pkey_ecdsa(ds_curve curve, ds_slice key)
{
    const curve_row *row = &rows[curve];
    if (key.len > 0 && *(const unsigned char *)key.data == SPKI_TAG)
        key = point_of(row, key);
    if (!is_point(row, key))
        return NULL;
    EVP_PKEY *made = ds_pkey_ec_public(row->name, key);
    EVP_PKEY_CTX *ctx = verifier(made);
    EVP_PKEY_free(made);
    return ctx;
}

ds_status ds_pkey_ecdsa_verify(EVP_PKEY_CTX *ctx, ds_curve curve, ds_hash_id hash,
                               const unsigned char *sig, ds_slice msg)
{
    unsigned char der[DS_ECDSA_DERBYTES], digest[DS_HASH_MAXBYTES];
    size_t size = ds_ecdsa_to_der(der, sig, rows[curve].number);
    if (ds_hash_sha2_name(hash) == NULL)
        return DS_INVALID;
    ds_status status = ds_hash_one(hash, digest, msg.data, msg.len);
    if (status == DS_OK && EVP_PKEY_verify(ctx, der, size, digest, ds_hash_size(hash)) != 1)
        status = DS_VERIFY;
    return status;
}

ds_status ds_ecdsa_verify(ds_curve curve, ds_hash_id hash, const unsigned char *sig, ds_slice msg,
                          ds_slice public_key)
{
    ERR_set_mark();
    EVP_PKEY_CTX *ctx = ds_pkey_ecdsa(curve, public_key);
    ds_status status = ctx == NULL ? DS_INVALID : ds_pkey_ecdsa_verify(ctx, curve, hash, sig, msg);
    EVP_PKEY_CTX_free(ctx);
    ERR_pop_to_mark();
    return status;
}
