#include "crypto/secp256k1.h"

#include "base/wipe.h"
#include "crypto/random.h"

#include <secp256k1.h>
#include <secp256k1_preallocated.h>
#include <secp256k1_recovery.h>
#include <stdlib.h>

#define SEED_BYTES   32
#define UNCOMPRESSED SECP256K1_EC_UNCOMPRESSED
#define COMPRESSED   SECP256K1_EC_COMPRESSED
#define TAG_EVEN     0x02
#define TAG_ODD      0x03
#define TAG_PLAIN    0x04
#define RECOVERY_ID  64 /* where v is */
#define HALF         32 /* where s begins */

/* Process-wide, as little else in the core is. Making a context takes longer than signing,
 * and its randomization against side channels is worth the more the longer it stays; it is
 * written before it is published here and only read afterwards, so threads, Lua states and
 * forked children share it without a lock. */
static secp256k1_context *shared;

static void discard(secp256k1_context *ctx)
{
    if (ctx == NULL)
        return;
    secp256k1_context_preallocated_destroy(ctx);
    free(ctx);
}

__attribute__((destructor)) static void discard_shared(void)
{
    discard(__atomic_exchange_n(&shared, NULL, __ATOMIC_ACQ_REL));
}

/* In memory of our own: the library's way to allocate ends the process when there is none. */
static ds_status make(secp256k1_context **out)
{
    unsigned flags = SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY;
    unsigned char seed[SEED_BYTES];
    *out = NULL;
    void *memory = malloc(secp256k1_context_preallocated_size(flags));
    if (memory == NULL)
        return DS_MEMORY;
    secp256k1_context *ctx = secp256k1_context_preallocated_create(memory, flags);
    ds_status status = ds_random(seed, sizeof seed);
    if (status == DS_OK && secp256k1_context_randomize(ctx, seed) != 1)
        status = DS_INTERNAL;
    ds_wipe(seed, sizeof seed);
    if (status == DS_OK)
        *out = ctx;
    else
        discard(ctx);
    return status;
}

static ds_status context(const secp256k1_context **out)
{
    secp256k1_context *mine, *found = __atomic_load_n(&shared, __ATOMIC_ACQUIRE);
    ds_status status = DS_OK;
    if (found == NULL && (status = make(&mine)) == DS_OK) {
        if (__atomic_compare_exchange_n(&shared, &found, mine, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE))
            found = mine;
        else
            discard(mine); /* another thread was first */
    }
    *out = found;
    return status;
}

static ds_status context_or_fail(const secp256k1_context **out, ds_error *err)
{
    ds_status status = context(out);
    if (status == DS_MEMORY)
        return ds_fail_memory(err);
    if (status != DS_OK)
        return ds_fail(err, status, "secp256k1: no random bytes to start with");
    return DS_OK;
}

ds_status ds_secp256k1_key_check(const unsigned char key[32])
{
    const secp256k1_context *ctx;
    ds_status status = context(&ctx);
    if (status == DS_OK && secp256k1_ec_seckey_verify(ctx, key) != 1)
        status = DS_INVALID;
    return status;
}

static void compress(const secp256k1_context *ctx, unsigned char out[33],
                     const secp256k1_pubkey *point)
{
    size_t size = DS_SECP256K1_PUBLICBYTES;
    (void)secp256k1_ec_pubkey_serialize(ctx, out, &size, point, COMPRESSED);
}

ds_status ds_secp256k1_public_key(unsigned char out[33], const unsigned char key[32])
{
    const secp256k1_context *ctx;
    secp256k1_pubkey point;
    ds_status status = context(&ctx);
    if (status == DS_OK && secp256k1_ec_pubkey_create(ctx, &point, key) != 1)
        status = DS_INVALID;
    if (status == DS_OK)
        compress(ctx, out, &point);
    else
        memset(out, 0, DS_SECP256K1_PUBLICBYTES);
    return status;
}

/* The library takes the hybrid forms as well, so the tag is looked at before. */
static bool parse_point(const secp256k1_context *ctx, secp256k1_pubkey *point, ds_slice in)
{
    const unsigned char *p = in.data;
    bool small = in.len == DS_SECP256K1_PUBLICBYTES && (p[0] == TAG_EVEN || p[0] == TAG_ODD);
    bool large = in.len == DS_SECP256K1_UNCOMPRESSEDBYTES && p[0] == TAG_PLAIN;
    return (small || large) && secp256k1_ec_pubkey_parse(ctx, point, p, in.len) == 1;
}

ds_status ds_secp256k1_public_parse(unsigned char out[33], ds_slice in)
{
    const secp256k1_context *ctx;
    secp256k1_pubkey point;
    ds_status status = context(&ctx);
    if (status == DS_OK && !parse_point(ctx, &point, in))
        status = DS_INVALID;
    if (status == DS_OK)
        compress(ctx, out, &point);
    else
        memset(out, 0, DS_SECP256K1_PUBLICBYTES);
    return status;
}

ds_status ds_secp256k1_public_uncompressed(unsigned char out[65], const unsigned char in[33])
{
    const secp256k1_context *ctx;
    secp256k1_pubkey point;
    size_t size = DS_SECP256K1_UNCOMPRESSEDBYTES;
    ds_status status = context(&ctx);
    if (status == DS_OK && !parse_point(ctx, &point, ds_slice_of(in, DS_SECP256K1_PUBLICBYTES)))
        status = DS_INVALID;
    if (status == DS_OK)
        (void)secp256k1_ec_pubkey_serialize(ctx, out, &size, &point, UNCOMPRESSED);
    else
        memset(out, 0, size);
    return status;
}

ds_status ds_secp256k1_sign(unsigned char sig[64], const unsigned char hash[32],
                            const unsigned char key[32])
{
    const secp256k1_context *ctx;
    secp256k1_ecdsa_signature made;
    ds_status status = context(&ctx);
    if (status == DS_OK && secp256k1_ecdsa_sign(ctx, &made, hash, key, NULL, NULL) != 1)
        status = DS_INVALID;
    if (status == DS_OK)
        (void)secp256k1_ecdsa_signature_serialize_compact(ctx, sig, &made);
    else
        memset(sig, 0, DS_SECP256K1_SIGNATUREBYTES);
    return status;
}

ds_status ds_secp256k1_sign_recoverable(unsigned char sig[65], const unsigned char hash[32],
                                        const unsigned char key[32])
{
    const secp256k1_context *ctx;
    secp256k1_ecdsa_recoverable_signature made;
    int v = 0;
    ds_status status = context(&ctx);
    if (status == DS_OK && secp256k1_ecdsa_sign_recoverable(ctx, &made, hash, key, NULL, NULL) != 1)
        status = DS_INVALID;
    if (status == DS_OK) {
        (void)secp256k1_ecdsa_recoverable_signature_serialize_compact(ctx, sig, &v, &made);
        sig[RECOVERY_ID] = (unsigned char)v;
    } else {
        memset(sig, 0, DS_SECP256K1_RECOVERABLEBYTES);
    }
    return status;
}

/* The library's parser refuses n and more but takes zero. */
static ds_status parse_numbers(const secp256k1_context *ctx, secp256k1_ecdsa_signature *out,
                               const unsigned char sig[64], ds_error *err)
{
    static const unsigned char zero[HALF];
    if (secp256k1_ecdsa_signature_parse_compact(ctx, out, sig) != 1 ||
        memcmp(sig, zero, HALF) == 0 || memcmp(sig + HALF, zero, HALF) == 0)
        return ds_fail(err, DS_INVALID, "the signature's r or s is out of range");
    return DS_OK;
}

static ds_status parse_signature(const secp256k1_context *ctx, secp256k1_ecdsa_signature *out,
                                 const unsigned char sig[64], ds_error *err)
{
    ds_status status = parse_numbers(ctx, out, sig, err);
    if (status != DS_OK)
        return status;
    if (secp256k1_ecdsa_signature_normalize(ctx, NULL, out) != 0)
        return ds_fail(err, DS_VERIFY, "the signature has a high s");
    return DS_OK;
}

ds_status ds_secp256k1_signature_check(const unsigned char sig[64], ds_error *err)
{
    const secp256k1_context *ctx;
    secp256k1_ecdsa_signature parsed;
    ds_status status = context_or_fail(&ctx, err);
    return status != DS_OK ? status : parse_signature(ctx, &parsed, sig, err);
}

ds_status ds_secp256k1_signature_normalize(unsigned char sig[64], bool *flipped, ds_error *err)
{
    const secp256k1_context *ctx;
    secp256k1_ecdsa_signature parsed, low;
    ds_status status = context_or_fail(&ctx, err);
    if (status == DS_OK)
        status = parse_numbers(ctx, &parsed, sig, err);
    if (status == DS_OK) {
        *flipped = secp256k1_ecdsa_signature_normalize(ctx, &low, &parsed) != 0;
        (void)secp256k1_ecdsa_signature_serialize_compact(ctx, sig, &low);
    }
    return status;
}

ds_status ds_secp256k1_verify(const unsigned char sig[64], const unsigned char hash[32],
                              ds_slice public_key, ds_error *err)
{
    const secp256k1_context *ctx;
    secp256k1_ecdsa_signature parsed;
    secp256k1_pubkey point;
    ds_status status = context_or_fail(&ctx, err);
    if (status != DS_OK)
        return status;
    if (!parse_point(ctx, &point, public_key))
        return ds_fail(err, DS_INVALID, "the public key is no secp256k1 point");
    status = parse_signature(ctx, &parsed, sig, err);
    if (status == DS_OK && secp256k1_ecdsa_verify(ctx, &parsed, hash, &point) != 1)
        status = ds_fail(err, DS_VERIFY, "the signature is not by this key over this message");
    return status;
}

ds_status ds_secp256k1_recover(unsigned char out[33], const unsigned char sig[65],
                               const unsigned char hash[32], ds_error *err)
{
    const secp256k1_context *ctx;
    secp256k1_ecdsa_signature plain;
    secp256k1_ecdsa_recoverable_signature parsed;
    secp256k1_pubkey point;
    int v = sig[RECOVERY_ID];
    memset(out, 0, DS_SECP256K1_PUBLICBYTES);
    ds_status status = context_or_fail(&ctx, err);
    if (status != DS_OK)
        return status;
    if (v > 3)
        return ds_fail(err, DS_INVALID, "the signature's recovery id is %d and not 0 to 3", v);
    status = parse_signature(ctx, &plain, sig, err);
    if (status != DS_OK)
        return status;
    if (secp256k1_ecdsa_recoverable_signature_parse_compact(ctx, &parsed, sig, v) != 1 ||
        secp256k1_ecdsa_recover(ctx, &point, &parsed, hash) != 1)
        return ds_fail(err, DS_VERIFY, "no key fits the signature");
    compress(ctx, out, &point);
    return DS_OK;
}
