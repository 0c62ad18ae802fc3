/* GetKey (in Tappd: DeriveK256Key), Sign and Verify. Source: upstream's
 * guest-agent/src/rpc_service.rs; the checks of Verify are those of the k256 and ed25519-dalek
 * crates it is built on. */
#include "base/wipe.h"
#include "crypto/ed25519.h"
#include "crypto/edwards.h"
#include "crypto/hash.h"
#include "simulator/handlers.h"

#define SIGNATURE_BYTES 64

static ds_slice of(const unsigned char *bytes, size_t n)
{
    return ds_slice_of(bytes, n);
}

static ds_status unsupported(ds_error *err)
{
    return ds_fail(err, DS_INVALID, "Unsupported algorithm");
}

typedef struct derived {
    unsigned char key[DS_KEY_BYTES];
    ds_public_key public_key;
    unsigned char link[DS_LINK_BYTES];
} derived;

static ds_status derive(derived *out, const ds_identity *identity, ds_key_algorithm algorithm,
                        ds_slice path, ds_slice purpose, ds_error *err)
{
    ds_status status = ds_key_derive(out->key, identity->app_root_key, &path, 1);
    if (status == DS_OK)
        status = ds_key_public(&out->public_key, algorithm, out->key);
    if (status != DS_OK)
        return ds_fail(err, status, "Failed to parse k256 key: signature error");
    status = ds_chain_sign_key(out->link, identity->app_root_key, purpose, &out->public_key);
    return status == DS_OK ? DS_OK : ds_fail(err, status, "Failed to sign the key");
}

/* In: what the reply calls the key and its chain. */
static ds_status get_key(const ds_identity *identity, const ds_message *request, ds_message *reply,
                         const char *key_name, const char *chain_name, ds_error *err)
{
    ds_key_algorithm algorithm;
    derived d;
    if (!ds_release_algorithm(identity->release, &algorithm, ds_message_bytes(request, "algorithm"),
                              identity->release->prehashed_keys))
        return unsupported(err);
    ds_status status = derive(&d, identity, algorithm, ds_message_bytes(request, "path"),
                              ds_message_bytes(request, "purpose"), err);
    const ds_slice chain[] = {of(d.link, sizeof d.link), identity->kms_link};
    if (status == DS_OK)
        status = ds_reply_bytes(reply, key_name, of(d.key, sizeof d.key), err);
    if (status == DS_OK)
        status = ds_reply_list(reply, chain_name, chain, 2, err);
    ds_wipe(&d, sizeof d);
    return status;
}

ds_status ds_handle_get_key(ds_identity *identity, const ds_message *request, ds_message *reply,
                            ds_error *err)
{
    return get_key(identity, request, reply, "key", "signature_chain", err);
}

ds_status ds_handle_derive_k256_key(ds_identity *identity, const ds_message *request,
                                    ds_message *reply, ds_error *err)
{
    return get_key(identity, request, reply, "k256_key", "k256_signature_chain", err);
}

/* How Sign and Verify treat the data. Unlike in GetKey, no name is not a name. */
typedef struct scheme {
    ds_key_algorithm algorithm;
    bool prehashed;
} scheme;

static bool scheme_by_name(scheme *out, const ds_release *release, ds_slice name)
{
    out->prehashed = ds_slice_equal(name, DS_LITERAL("secp256k1_prehashed"));
    return name.len > 0 && ds_release_algorithm(release, &out->algorithm, name, true);
}

static ds_status sign(unsigned char signature[SIGNATURE_BYTES], scheme s, ds_slice data,
                      const unsigned char *key, ds_error *err)
{
    unsigned char digest[DS_SHA256_BYTES];
    ds_status status = DS_OK;
    if (s.prehashed && data.len != sizeof digest)
        return ds_fail(err, DS_INVALID,
                       "Pre-hashed signing requires a 32-byte digest, but received %lu bytes",
                       (unsigned long)data.len);
    if (s.algorithm == DS_KEY_ED25519)
        status = ds_ed25519_sign(signature, data.data, data.len, key);
    else if (s.prehashed)
        status = ds_secp256k1_sign(signature, data.data, key);
    else if ((status = ds_hash(DS_SHA256, digest, &data, 1)) == DS_OK)
        status = ds_secp256k1_sign(signature, digest, key);
    return status == DS_OK ? DS_OK : ds_fail(err, status, "Failed to sign");
}

static ds_status fill_signed(ds_message *reply, const ds_identity *identity, const derived *d,
                             ds_slice signature, ds_error *err)
{
    const ds_slice chain[] = {signature, of(d->link, sizeof d->link), identity->kms_link};
    ds_status status = ds_reply_bytes(reply, "signature", signature, err);
    if (status == DS_OK)
        status = ds_reply_list(reply, "signature_chain", chain, 3, err);
    if (status == DS_OK)
        status =
            ds_reply_bytes(reply, "public_key", of(d->public_key.bytes, d->public_key.len), err);
    return status;
}

ds_status ds_handle_sign(ds_identity *identity, const ds_message *request, ds_message *reply,
                         ds_error *err)
{
    unsigned char signature[SIGNATURE_BYTES];
    scheme s;
    derived d;
    if (!scheme_by_name(&s, identity->release, ds_message_bytes(request, "algorithm")))
        return unsupported(err);
    ds_status status =
        derive(&d, identity, s.algorithm, DS_SIGNING_PATH, DS_LITERAL("signing"), err);
    if (status == DS_OK)
        status = sign(signature, s, ds_message_bytes(request, "data"), d.key, err);
    if (status == DS_OK)
        status = fill_signed(reply, identity, &d, of(signature, sizeof signature), err);
    ds_wipe(&d, sizeof d);
    return status;
}

/* Returns false for data that is too short to be verified at all: less than half a digest. Else
 * the data's bits, padded or cut to 32 bytes, are the digest (SEC 1, 4.1.4). */
static bool digest_of(unsigned char digest[DS_SHA256_BYTES], ds_slice data)
{
    size_t n = data.len < DS_SHA256_BYTES ? data.len : DS_SHA256_BYTES;
    if (n < DS_SHA256_BYTES / 2)
        return false;
    memset(digest, 0, DS_SHA256_BYTES);
    memcpy(digest + DS_SHA256_BYTES - n, data.data, n);
    return true;
}

static ds_status verify_secp256k1(bool *valid, bool prehashed, ds_slice data, ds_slice signature,
                                  ds_slice public_key, ds_error *err)
{
    unsigned char point[DS_SECP256K1_PUBLICBYTES], digest[DS_SHA256_BYTES];
    ds_error why;
    if (ds_secp256k1_public_parse(point, public_key) != DS_OK || signature.len != SIGNATURE_BYTES ||
        ds_secp256k1_signature_check(signature.data, &why) == DS_INVALID)
        return ds_fail(err, DS_INVALID, "signature error");
    if (!prehashed && ds_hash(DS_SHA256, digest, &data, 1) != DS_OK)
        return ds_fail(err, DS_INTERNAL, "SHA-256 failed");
    *valid = (!prehashed || digest_of(digest, data)) &&
             ds_secp256k1_verify(signature.data, digest, of(point, sizeof point), &why) == DS_OK;
    return DS_OK;
}

static ds_status verify_ed25519(bool *valid, ds_slice data, ds_slice signature, ds_slice public_key,
                                ds_error *err)
{
    if (public_key.len != DS_ED25519_PUBLICBYTES)
        return ds_fail(err, DS_INVALID, "invalid public key");
    ds_status status = ds_edwards_point_check(public_key.data);
    if (status == DS_INVALID)
        return ds_fail(err, DS_INVALID, "signature error: Cannot decompress Edwards point");
    if (status == DS_OK && signature.len != SIGNATURE_BYTES)
        return ds_fail(err, DS_INVALID, "signature error");
    if (status == DS_OK)
        status = ds_ed25519_verify(signature.data, data.data, data.len, public_key.data);
    *valid = status == DS_OK;
    return *valid || status == DS_VERIFY ? DS_OK : ds_fail(err, status, "Ed25519 failed");
}

ds_status ds_handle_verify(ds_identity *identity, const ds_message *request, ds_message *reply,
                           ds_error *err)
{
    ds_slice data = ds_message_bytes(request, "data");
    ds_slice signature = ds_message_bytes(request, "signature");
    ds_slice public_key = ds_message_bytes(request, "public_key");
    bool valid = false;
    scheme s;
    if (!scheme_by_name(&s, identity->release, ds_message_bytes(request, "algorithm")))
        return unsupported(err);
    ds_status status =
        s.algorithm == DS_KEY_ED25519
            ? verify_ed25519(&valid, data, signature, public_key, err)
            : verify_secp256k1(&valid, s.prehashed, data, signature, public_key, err);
    ds_value_set_number(ds_message_at(reply, "valid"), valid);
    return status;
}
