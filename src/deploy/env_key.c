#include "deploy/env_key.h"

#include "base/wipe.h"
#include "crypto/hash.h"
#include "crypto/x25519.h"
#include "guest/guest.h"

#define PURPOSE DS_LITERAL("dstack-env-encrypt-pubkey:")

/* Nothing separates the parts, which is why their lengths are fixed. */
static ds_status digest_of(unsigned char out[DS_KECCAK256_BYTES], const ds_env_key_claim *claim)
{
    unsigned char time[8];
    for (int i = 0; i < 8; i++)
        time[i] = (unsigned char)(claim->timestamp >> (56 - 8 * i));
    const ds_slice parts[] = {
        PURPOSE, claim->app_id, {time, claim->has_timestamp ? sizeof time : 0}, claim->public_key};
    return ds_hash(DS_KECCAK256, out, parts, 4);
}

static ds_status check_length(const char *name, size_t len, size_t wanted, ds_error *err)
{
    if (len == wanted)
        return DS_OK;
    return ds_fail(err, DS_INVALID, "%s: %lu bytes instead of %lu", name, (unsigned long)len,
                   (unsigned long)wanted);
}

static ds_status check_claim(const ds_env_key_claim *claim, ds_error *err)
{
    ds_status status = check_length("app_id", claim->app_id.len, DS_APP_ID_BYTES, err);
    if (status == DS_OK)
        status = check_length("public_key", claim->public_key.len, DS_X25519_PUBLICBYTES, err);
    return status;
}

ds_status ds_env_key_sign(unsigned char sig[DS_SECP256K1_RECOVERABLEBYTES],
                          const ds_env_key_claim *claim, const unsigned char root_key[32])
{
    unsigned char digest[DS_KECCAK256_BYTES];
    ds_error ignored;
    memset(sig, 0, DS_SECP256K1_RECOVERABLEBYTES);
    ds_status status = check_claim(claim, &ignored);
    if (status == DS_OK)
        status = digest_of(digest, claim);
    return status == DS_OK ? ds_secp256k1_sign_recoverable(sig, digest, root_key) : status;
}

static ds_status recover(unsigned char signer[DS_SECP256K1_PUBLICBYTES],
                         const ds_env_key_claim *claim, ds_slice signature, ds_error *err)
{
    unsigned char digest[DS_KECCAK256_BYTES];
    ds_error why;
    if (digest_of(digest, claim) != DS_OK)
        return ds_fail(err, DS_INTERNAL, "keccak256 failed");
    if (ds_secp256k1_recover(signer, signature.data, digest, &why) != DS_OK)
        return ds_fail(err, DS_VERIFY, "signature: %.500s", why.text);
    return DS_OK;
}

ds_status ds_env_key_verify(unsigned char signer[DS_SECP256K1_PUBLICBYTES],
                            const ds_env_key_claim *claim, ds_slice signature, ds_slice expected,
                            ds_error *err)
{
    unsigned char wanted[DS_SECP256K1_PUBLICBYTES];
    memset(signer, 0, DS_SECP256K1_PUBLICBYTES);
    ds_status status = check_claim(claim, err);
    if (status == DS_OK)
        status = check_length("signature", signature.len, DS_SECP256K1_RECOVERABLEBYTES, err);
    if (status == DS_OK && expected.len > 0 && ds_secp256k1_public_parse(wanted, expected) != DS_OK)
        status = ds_fail(err, DS_INVALID, "signer: not a secp256k1 public key of 33 or 65 bytes");
    if (status == DS_OK)
        status = recover(signer, claim, signature, err);
    if (status == DS_OK && expected.len > 0 && !ds_equal(signer, wanted, sizeof wanted))
        status = ds_fail(err, DS_VERIFY,
                         "the signature is not this signer's: the KMS, the app id, the key or the "
                         "timestamp is another one");
    if (status != DS_OK)
        memset(signer, 0, DS_SECP256K1_PUBLICBYTES);
    return status;
}

ds_status ds_env_key_fresh(uint64_t timestamp, uint64_t now, uint64_t max_age, ds_error *err)
{
    if (timestamp > now && timestamp - now > DS_ENV_KEY_SKEW)
        return ds_fail(
            err, DS_VERIFY,
            "timestamp: %llu seconds in the future, at most %d are taken; are the clocks "
            "right?",
            (unsigned long long)(timestamp - now), DS_ENV_KEY_SKEW);
    if (timestamp < now && now - timestamp > max_age)
        return ds_fail(err, DS_VERIFY,
                       "timestamp: %llu seconds old, at most %llu are taken: ask the KMS anew",
                       (unsigned long long)(now - timestamp), (unsigned long long)max_age);
    return DS_OK;
}
