/* ECDSA with the nonce of RFC 6979: the same key and message give the same signature. OpenSSL can
 * do it from 3.2 on only. The arithmetic below is not shielded from who measures its time, so this
 * is for keys that protect nothing. */
#include "base/wipe.h"
#include "crypto/hkdf.h"
#include "crypto/p256.h"

#include <openssl/bn.h>
#include <openssl/err.h>

#define NUMBER_BYTES 32

static const unsigned char order[NUMBER_BYTES] = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

/* HMAC_DRBG as section 3.2 has it. */
typedef struct drbg {
    unsigned char k[DS_SHA256_BYTES], v[DS_SHA256_BYTES];
} drbg;

static ds_status step_v(drbg *d)
{
    unsigned char next[DS_SHA256_BYTES];
    const ds_slice v = {d->v, sizeof d->v};
    ds_status status = ds_hmac(DS_SHA256, next, ds_slice_of(d->k, sizeof d->k), &v, 1);
    memcpy(d->v, next, sizeof d->v);
    ds_wipe(next, sizeof next);
    return status;
}

/* K = HMAC_K(V | mark | seed), V = HMAC_K(V). */
static ds_status step_k(drbg *d, unsigned char mark, ds_slice seed)
{
    unsigned char next[DS_SHA256_BYTES];
    const ds_slice parts[] = {{d->v, sizeof d->v}, {&mark, 1}, seed};
    ds_status status = ds_hmac(DS_SHA256, next, ds_slice_of(d->k, sizeof d->k), parts, 3);
    memcpy(d->k, next, sizeof d->k);
    ds_wipe(next, sizeof next);
    return status == DS_OK ? step_v(d) : status;
}

/* Steps b to g. In: the key and the digest modulo the order. */
static ds_status begin(drbg *d, const unsigned char seed[2 * NUMBER_BYTES])
{
    const ds_slice both = {seed, 2 * NUMBER_BYTES};
    memset(d->k, 0, sizeof d->k);
    memset(d->v, 1, sizeof d->v);
    ds_status status = step_k(d, 0, both);
    return status == DS_OK ? step_k(d, 1, both) : status;
}

/* The numbers of one signature; nonce and key are wiped with the rest. */
typedef struct numbers {
    BN_CTX *ctx;
    BIGNUM *n, *z, *d, *k, *r, *s;
} numbers;

static void free_numbers(numbers *a)
{
    BN_free(a->n);
    BN_free(a->r);
    BN_free(a->s);
    BN_clear_free(a->z);
    BN_clear_free(a->d);
    BN_clear_free(a->k);
    BN_CTX_free(a->ctx);
}

static bool make_numbers(numbers *a, const unsigned char *digest, const unsigned char *scalar)
{
    *a = (numbers){BN_CTX_new(),
                   BN_bin2bn(order, NUMBER_BYTES, NULL),
                   BN_bin2bn(digest, NUMBER_BYTES, NULL),
                   BN_bin2bn(scalar, NUMBER_BYTES, NULL),
                   BN_new(),
                   BN_new(),
                   BN_new()};
    return a->ctx != NULL && a->n != NULL && a->z != NULL && a->d != NULL && a->k != NULL &&
           a->r != NULL && a->s != NULL && BN_nnmod(a->z, a->z, a->n, a->ctx) == 1;
}

/* r = x(kG) mod n, s = (z + r d) / k mod n. In: x, of a nonce that is in range.
 * Returns DS_INVALID when one of them is 0. */
static ds_status compute(unsigned char sig[64], numbers *a, const unsigned char *nonce,
                         const unsigned char *x)
{
    BIGNUM *inverse = NULL;
    bool good = BN_bin2bn(nonce, NUMBER_BYTES, a->k) != NULL &&
                BN_bin2bn(x, NUMBER_BYTES, a->r) != NULL &&
                BN_nnmod(a->r, a->r, a->n, a->ctx) == 1 &&
                BN_mod_mul(a->s, a->r, a->d, a->n, a->ctx) == 1 &&
                BN_mod_add(a->s, a->s, a->z, a->n, a->ctx) == 1 &&
                (inverse = BN_mod_inverse(NULL, a->k, a->n, a->ctx)) != NULL &&
                BN_mod_mul(a->s, a->s, inverse, a->n, a->ctx) == 1;
    BN_clear_free(inverse);
    if (!good)
        return DS_INTERNAL;
    if (BN_is_zero(a->r) || BN_is_zero(a->s))
        return DS_INVALID;
    return BN_bn2binpad(a->r, sig, NUMBER_BYTES) == NUMBER_BYTES &&
                   BN_bn2binpad(a->s, sig + NUMBER_BYTES, NUMBER_BYTES) == NUMBER_BYTES
               ? DS_OK
               : DS_INTERNAL;
}

/* Step h: nonces that are out of range, or lead to a zero, are passed over. */
static ds_status sign(unsigned char sig[64], numbers *a, const unsigned char *scalar)
{
    unsigned char seed[2 * NUMBER_BYTES], point[DS_P256_PUBLICBYTES];
    drbg d;
    memcpy(seed, scalar, NUMBER_BYTES);
    ds_status status = BN_bn2binpad(a->z, seed + NUMBER_BYTES, NUMBER_BYTES) == NUMBER_BYTES
                           ? begin(&d, seed)
                           : DS_INTERNAL;
    bool again = status == DS_OK;
    while (again) {
        status = step_v(&d);
        if (status == DS_OK)
            status = ds_p256_public_key(point, d.v);
        if (status == DS_OK)
            status = compute(sig, a, d.v, point + 1);
        again = status == DS_INVALID && step_k(&d, 0, ds_slice_of(NULL, 0)) == DS_OK;
    }
    ds_wipe(seed, sizeof seed);
    ds_wipe(&d, sizeof d);
    return status == DS_INVALID ? DS_INTERNAL : status;
}

ds_status ds_p256_sign_rfc6979(unsigned char sig[64], const void *msg, size_t len,
                               const unsigned char scalar[32])
{
    unsigned char digest[DS_SHA256_BYTES], public_key[DS_P256_PUBLICBYTES];
    numbers a = {.ctx = NULL};
    ERR_set_mark();
    ds_status status = ds_p256_public_key(public_key, scalar); /* judges the scalar */
    if (status == DS_OK)
        status = ds_hash_one(DS_SHA256, digest, msg, len);
    if (status == DS_OK)
        status = make_numbers(&a, digest, scalar) ? sign(sig, &a, scalar) : DS_INTERNAL;
    free_numbers(&a);
    ERR_pop_to_mark();
    if (status != DS_OK)
        memset(sig, 0, DS_P256_SIGNATUREBYTES);
    return status;
}
