#include "guest/key.h"

#include "base/hex.h"
#include "base/wipe.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "crypto/hkdf.h"
#include "guest/guest.h"

#include <stdio.h>

#define SALT       DS_LITERAL("RATLS")
#define COLON      DS_LITERAL(":")
#define KMS_ISSUED DS_LITERAL("dstack-kms-issued")

const char *ds_key_algorithm_name(ds_key_algorithm algorithm)
{
    return algorithm == DS_KEY_ED25519 ? "ed25519" : "secp256k1";
}

bool ds_key_algorithm_by_name_v1(ds_key_algorithm *algorithm, ds_slice name)
{
    *algorithm = DS_KEY_SECP256K1;
    if (ds_slice_equal(name, DS_LITERAL("secp256k1")))
        return true;
    *algorithm = DS_KEY_ED25519;
    return ds_slice_equal(name, DS_LITERAL("ed25519"));
}

bool ds_key_algorithm_by_name(ds_key_algorithm *algorithm, ds_slice name)
{
    if (name.len == 0 || ds_slice_equal(name, DS_LITERAL("k256")))
        name = DS_LITERAL("secp256k1");
    return ds_key_algorithm_by_name_v1(algorithm, name);
}

ds_status ds_key_derive(unsigned char out[DS_KEY_BYTES], const unsigned char key[DS_KEY_BYTES],
                        const ds_slice *context, size_t parts)
{
    return ds_hkdf_sha256(out, DS_KEY_BYTES, SALT, ds_slice_of(key, DS_KEY_BYTES), context, parts);
}

ds_status ds_key_public(ds_public_key *out, ds_key_algorithm algorithm,
                        const unsigned char key[DS_KEY_BYTES])
{
    if (algorithm == DS_KEY_ED25519) {
        out->len = DS_ED25519_PUBLICBYTES;
        return ds_ed25519_public_key(out->bytes, key);
    }
    out->len = DS_SECP256K1_PUBLICBYTES;
    return ds_secp256k1_public_key(out->bytes, key);
}

/* What v0's link 0 signs. */
static ds_status claim_v0(unsigned char out[DS_CLAIM_BYTES], ds_slice purpose, ds_slice public_key)
{
    char hex[2 * DS_KEY_PUBLIC_MAX];
    ds_hex_encode(hex, public_key.data, public_key.len);
    ds_slice message[] = {purpose, COLON, {hex, 2 * public_key.len}};
    return ds_hash(DS_KECCAK256, out, message, 3);
}

/* What link 1 signs. Nothing separates app id and key, which is why the id's length is fixed. */
static ds_status app_digest(unsigned char out[DS_KECCAK256_BYTES], ds_slice app_id,
                            const unsigned char app_root[DS_SECP256K1_PUBLICBYTES])
{
    ds_slice message[] = {KMS_ISSUED, COLON, app_id, {app_root, DS_SECP256K1_PUBLICBYTES}};
    return ds_hash(DS_KECCAK256, out, message, 4);
}

ds_status ds_chain_sign_key(unsigned char link[DS_LINK_BYTES],
                            const unsigned char app_root_key[DS_KEY_BYTES], ds_slice purpose,
                            const ds_public_key *public_key)
{
    unsigned char digest[DS_CLAIM_BYTES];
    ds_status status = claim_v0(digest, purpose, ds_slice_of(public_key->bytes, public_key->len));
    if (status == DS_OK)
        status = ds_secp256k1_sign_recoverable(link, digest, app_root_key);
    return status;
}

ds_status ds_chain_sign_app(unsigned char link[DS_LINK_BYTES],
                            const unsigned char kms_root_key[DS_KEY_BYTES], ds_slice app_id,
                            const unsigned char app_root[DS_SECP256K1_PUBLICBYTES])
{
    unsigned char digest[DS_KECCAK256_BYTES];
    if (app_id.len != DS_APP_ID_BYTES)
        return DS_INVALID;
    ds_status status = app_digest(digest, app_id, app_root);
    if (status == DS_OK)
        status = ds_secp256k1_sign_recoverable(link, digest, kms_root_key);
    return status;
}

ds_status ds_chain_recover_kms(unsigned char kms_root[DS_SECP256K1_PUBLICBYTES],
                               const unsigned char link[DS_LINK_BYTES], ds_slice app_id,
                               const unsigned char app_root[DS_SECP256K1_PUBLICBYTES],
                               ds_error *err)
{
    unsigned char digest[DS_KECCAK256_BYTES];
    if (app_id.len != DS_APP_ID_BYTES)
        return ds_fail(err, DS_INVALID, "app_id: %lu bytes instead of %d",
                       (unsigned long)app_id.len, DS_APP_ID_BYTES);
    if (app_digest(digest, app_id, app_root) != DS_OK)
        return ds_fail(err, DS_INTERNAL, "keccak256 failed");
    return ds_secp256k1_recover(kms_root, link, digest, err);
}

/* v1 says which algorithm, v0 leaves it to the length. */
static bool public_key_fits(const ds_chain_claim *claim)
{
    bool v0 = claim->scheme == DS_KEYS_V0;
    if (claim->public_key.len == DS_ED25519_PUBLICBYTES)
        return v0 || claim->algorithm == DS_KEY_ED25519;
    return claim->public_key.len == DS_SECP256K1_PUBLICBYTES &&
           (v0 || claim->algorithm == DS_KEY_SECP256K1);
}

static ds_status check_claim(const ds_chain_claim *claim,
                             unsigned char anchor[DS_SECP256K1_PUBLICBYTES], ds_error *err)
{
    if (claim->app_id.len != DS_APP_ID_BYTES)
        return ds_fail(err, DS_INVALID, "app_id: %lu bytes instead of %d",
                       (unsigned long)claim->app_id.len, DS_APP_ID_BYTES);
    if (!public_key_fits(claim))
        return ds_fail(err, DS_INVALID, "public_key: %lu bytes instead of %s",
                       (unsigned long)claim->public_key.len,
                       claim->scheme == DS_KEYS_V0          ? "32 or 33"
                       : claim->algorithm == DS_KEY_ED25519 ? "32"
                                                            : "33");
    if (ds_secp256k1_public_parse(anchor, claim->kms_root) != DS_OK)
        return ds_fail(err, DS_INVALID, "kms_root: not a secp256k1 public key of 33 or 65 bytes");
    return DS_OK;
}

/* A link that is no signature of anybody is a failed check, whatever is wrong with it. */
static ds_status bad_link(int number, const char *why, ds_error *err)
{
    char reason[256];
    ds_excerpt(reason, sizeof reason, why, strlen(why));
    return ds_fail(err, DS_VERIFY, "signature chain: link %d: %s", number, reason);
}

static ds_status check_lengths(const ds_slice links[2], ds_error *err)
{
    for (int i = 0; i < 2; i++) {
        char why[64];
        if (i == 1 && links[1].len == 0)
            return ds_fail(err, DS_NO_KMS,
                           "signature chain: link 1 is empty: the application was booted without a "
                           "KMS, so nothing ties its keys to one");
        snprintf(why, sizeof why, "length: %lu bytes instead of %d", (unsigned long)links[i].len,
                 DS_LINK_BYTES);
        if (links[i].len != DS_LINK_BYTES)
            return bad_link(i, why, err);
    }
    return DS_OK;
}

static ds_status claim_digest(unsigned char out[DS_CLAIM_BYTES], const ds_chain_claim *claim)
{
    if (claim->scheme == DS_KEYS_V1)
        return ds_key_claim_v1(out, claim->algorithm, claim->domain, claim->public_key);
    return claim_v0(out, claim->purpose, claim->public_key);
}

/* Which of the claim's parts is wrong cannot be told: all of them lead to some key. */
static ds_status leads_elsewhere(const ds_chain_claim *claim, ds_error *err)
{
    return ds_fail(err, DS_VERIFY,
                   "signature chain: it does not lead to this KMS root: the key, the %s, the app "
                   "id, the root or the surface (%s) is another one",
                   claim->scheme == DS_KEYS_V1 ? "domain, the algorithm" : "purpose",
                   claim->scheme == DS_KEYS_V1 ? "v1" : "v0");
}

ds_status ds_chain_verify(unsigned char app_root[DS_SECP256K1_PUBLICBYTES],
                          const ds_chain_claim *claim, const ds_slice links[2], ds_error *err)
{
    unsigned char anchor[DS_SECP256K1_PUBLICBYTES], kms_root[DS_SECP256K1_PUBLICBYTES];
    unsigned char digest[DS_CLAIM_BYTES];
    ds_error why;
    memset(app_root, 0, DS_SECP256K1_PUBLICBYTES);
    ds_status status = check_claim(claim, anchor, err);
    if (status == DS_OK)
        status = check_lengths(links, err);
    if (status != DS_OK)
        return status;
    if (claim_digest(digest, claim) != DS_OK)
        return ds_fail(err, DS_INTERNAL, "keccak256 failed");
    if (ds_secp256k1_recover(app_root, links[0].data, digest, &why) != DS_OK)
        status = bad_link(0, why.text, err);
    else if (ds_chain_recover_kms(kms_root, links[1].data, claim->app_id, app_root, &why) != DS_OK)
        status = bad_link(1, why.text, err);
    else if (!ds_equal(kms_root, anchor, sizeof anchor))
        status = leads_elsewhere(claim, err);
    if (status != DS_OK)
        memset(app_root, 0, DS_SECP256K1_PUBLICBYTES);
    return status;
}
