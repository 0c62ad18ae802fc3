/* Source: upstream's guest-api-v1.md and ra-tls/src/api_v1.rs. */
#include "guest/key.h"

#include "crypto/hash.h"
#include "crypto/hkdf.h"

#define SALT      DS_LITERAL("dstack-guest-v1")
#define KEY_TAG   DS_LITERAL("dstack-guest-v1-key")
#define CLAIM_TAG DS_LITERAL("dstack-guest-v1-key-claim")

#define LENGTH_BYTES 4
#define VALUES_MAX   4

/* Values one after the other, each with its length before it as 4 bytes, big-endian: no two lists
 * of values make the same bytes. */
typedef struct prefixed {
    unsigned char lengths[VALUES_MAX][LENGTH_BYTES];
    ds_slice parts[2 * VALUES_MAX];
    size_t count; /* of parts */
} prefixed;

static void put(prefixed *out, ds_slice value)
{
    unsigned char *length = out->lengths[out->count / 2];
    for (int i = 0; i < LENGTH_BYTES; i++)
        length[i] = (unsigned char)(value.len >> 8 * (LENGTH_BYTES - 1 - i));
    out->parts[out->count++] = ds_slice_of(length, LENGTH_BYTES);
    out->parts[out->count++] = value;
}

static void begin(prefixed *out, ds_slice tag, ds_key_algorithm algorithm, ds_slice domain)
{
    const char *name = ds_key_algorithm_name(algorithm);
    out->count = 0;
    put(out, tag);
    put(out, ds_slice_of(name, strlen(name)));
    put(out, domain);
}

ds_status ds_key_derive_v1(unsigned char out[DS_KEY_BYTES],
                           const unsigned char app_root_key[DS_KEY_BYTES],
                           ds_key_algorithm algorithm, ds_slice domain)
{
    prefixed info;
    begin(&info, KEY_TAG, algorithm, domain);
    return ds_hkdf_sha256(out, DS_KEY_BYTES, SALT, ds_slice_of(app_root_key, DS_KEY_BYTES),
                          info.parts, info.count);
}

ds_status ds_key_claim_v1(unsigned char digest[DS_CLAIM_BYTES], ds_key_algorithm algorithm,
                          ds_slice domain, ds_slice public_key)
{
    prefixed claim;
    begin(&claim, CLAIM_TAG, algorithm, domain);
    put(&claim, public_key);
    return ds_hash(DS_KECCAK256, digest, claim.parts, claim.count);
}

ds_status ds_chain_sign_key_v1(unsigned char link[DS_LINK_BYTES],
                               const unsigned char app_root_key[DS_KEY_BYTES],
                               ds_key_algorithm algorithm, ds_slice domain,
                               const ds_public_key *public_key)
{
    unsigned char digest[DS_CLAIM_BYTES];
    ds_status status =
        ds_key_claim_v1(digest, algorithm, domain, ds_slice_of(public_key->bytes, public_key->len));
    if (status == DS_OK)
        status = ds_secp256k1_sign_recoverable(link, digest, app_root_key);
    return status;
}
