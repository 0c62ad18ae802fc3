/* Derived keys and the chains of signatures that vouch for them, on the frozen surface (v0) and on
 * that of dstack OS 0.6 (v1). The same name gives another key on each, by design.
 *
 * A chain has two links. Link 0 is the application's root key speaking for the derived key; link 1
 * is the KMS's root key speaking for the application's. Both are recoverable secp256k1 signatures
 * over Keccak-256, r | s | v with v a recovery id 0..3, nonces by RFC 6979. Only what link 0 signs
 * differs between the surfaces. Source: upstream's guest-api-v0.md and ra-tls/src/kdf.rs. */
#ifndef DS_GUEST_KEY_H
#define DS_GUEST_KEY_H

#include "base/slice.h"
#include "base/status.h"
#include "crypto/secp256k1.h"

#define DS_KEY_BYTES  32
#define DS_LINK_BYTES DS_SECP256K1_RECOVERABLEBYTES

/* What link 0 signs. */
#define DS_CLAIM_BYTES DS_SECP256K1_HASHBYTES

typedef enum ds_key_algorithm {
    DS_KEY_SECP256K1, /* public key: 33 bytes, compressed point */
    DS_KEY_ED25519    /* public key: 32 bytes */
} ds_key_algorithm;

/* Longest public key of any algorithm. */
#define DS_KEY_PUBLIC_MAX 33

typedef struct ds_public_key {
    unsigned char bytes[DS_KEY_PUBLIC_MAX];
    size_t len;
} ds_public_key;

/* The one name of an algorithm: "secp256k1", "ed25519". */
const char *ds_key_algorithm_name(ds_key_algorithm algorithm);

/* Reads the names of v1 GetKey, which has no other names and no default.
 * Returns false for any other. */
bool ds_key_algorithm_by_name_v1(ds_key_algorithm *algorithm, ds_slice name);

/* Reads the names of v0 GetKey: "", "secp256k1" and "k256" mean secp256k1; "ed25519".
 * Returns false for any other. */
bool ds_key_algorithm_by_name(ds_key_algorithm *algorithm, ds_slice name);

/* HKDF-SHA256 with salt "RATLS", the key as input and the context as info, 32 bytes.
 * All of dstack's v0 keys are made with it: GetKey's with the path as context. */
ds_status ds_key_derive(unsigned char out[DS_KEY_BYTES], const unsigned char key[DS_KEY_BYTES],
                        const ds_slice *context, size_t parts) DS_MUST_CHECK;

/* v1's GetKey: HKDF-SHA256 with salt "dstack-guest-v1", the app root key as input and
 * LP("dstack-guest-v1-key") LP(algorithm) LP(domain) as info, where LP(x) is x behind its length in
 * 4 bytes, big-endian. */
ds_status ds_key_derive_v1(unsigned char out[DS_KEY_BYTES],
                           const unsigned char app_root_key[DS_KEY_BYTES],
                           ds_key_algorithm algorithm, ds_slice domain) DS_MUST_CHECK;

/* Out: the public key. DS_INVALID when the 32 bytes are no key of that algorithm. */
ds_status ds_key_public(ds_public_key *out, ds_key_algorithm algorithm,
                        const unsigned char key[DS_KEY_BYTES]) DS_MUST_CHECK;

/* Makes link 0 of v0: the application root key signs keccak256(purpose ":" hex(public key)). */
ds_status ds_chain_sign_key(unsigned char link[DS_LINK_BYTES],
                            const unsigned char app_root_key[DS_KEY_BYTES], ds_slice purpose,
                            const ds_public_key *public_key) DS_MUST_CHECK;

/* What v1's link 0 signs: keccak256(LP("dstack-guest-v1-key-claim") LP(algorithm) LP(domain)
 * LP(public key)). */
ds_status ds_key_claim_v1(unsigned char digest[DS_CLAIM_BYTES], ds_key_algorithm algorithm,
                          ds_slice domain, ds_slice public_key) DS_MUST_CHECK;

/* Makes link 0 of v1: the application root key signs that claim. */
ds_status ds_chain_sign_key_v1(unsigned char link[DS_LINK_BYTES],
                               const unsigned char app_root_key[DS_KEY_BYTES],
                               ds_key_algorithm algorithm, ds_slice domain,
                               const ds_public_key *public_key) DS_MUST_CHECK;

/* Makes link 1: the KMS root key signs keccak256("dstack-kms-issued:" app_id app_root_public).
 * In: app_id of 20 bytes. */
ds_status ds_chain_sign_app(unsigned char link[DS_LINK_BYTES],
                            const unsigned char kms_root_key[DS_KEY_BYTES], ds_slice app_id,
                            const unsigned char app_root[DS_SECP256K1_PUBLICBYTES]) DS_MUST_CHECK;

/* Recovers who signed link 1. */
ds_status ds_chain_recover_kms(unsigned char kms_root[DS_SECP256K1_PUBLICBYTES],
                               const unsigned char link[DS_LINK_BYTES], ds_slice app_id,
                               const unsigned char app_root[DS_SECP256K1_PUBLICBYTES],
                               ds_error *err) DS_MUST_CHECK;

typedef enum ds_key_scheme { DS_KEYS_V0, DS_KEYS_V1 } ds_key_scheme;

typedef struct ds_chain_claim {
    ds_key_scheme scheme;
    ds_slice purpose;           /* v0 */
    ds_slice domain;            /* v1 */
    ds_key_algorithm algorithm; /* v1 */
    ds_slice public_key;        /* of the derived key, 32 or 33 bytes */
    ds_slice app_id;            /* the application you mean, 20 bytes */
    ds_slice kms_root;          /* the anchor, 33 or 65 bytes, from a source you trust */
} ds_chain_claim;

/* Checks a chain of two links against a claim. Signatures with a high s are refused: recovery
 * would give the right signer for them too. Out: the application's root public key.
 * Returns DS_INVALID (the claim itself makes no sense), DS_VERIFY (a link is bad, with which one
 * and why), DS_NO_KMS (link 1 is empty: nothing ties the key to a KMS). */
ds_status ds_chain_verify(unsigned char app_root[DS_SECP256K1_PUBLICBYTES],
                          const ds_chain_claim *claim, const ds_slice links[2],
                          ds_error *err) DS_MUST_CHECK;

#endif
