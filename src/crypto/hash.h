/* Hash functions by id: SHA-2 (FIPS 180-4) and SHA-3 (FIPS 202) by OpenSSL, Keccak ours.
 *
 * Arguments: the id, the output, the input, its length. Nothing is allocated that outlives a call
 * except inside a ds_hasher. */
#ifndef DS_CRYPTO_HASH_H
#define DS_CRYPTO_HASH_H

#include "base/slice.h"
#include "base/status.h"
#include "crypto/keccak.h"

#include <stdbool.h>

typedef enum ds_hash_id {
    DS_SHA256,
    DS_SHA384,
    DS_SHA512,
    DS_SHA3_256,
    DS_SHA3_384,
    DS_SHA3_512,
    DS_KECCAK256,
    DS_KECCAK384,
    DS_KECCAK512,
    DS_HASH_COUNT
} ds_hash_id;

#define DS_HASH_MAXBYTES   64
#define DS_SHA256_BYTES    32
#define DS_SHA384_BYTES    48
#define DS_SHA512_BYTES    64
#define DS_KECCAK256_BYTES 32

/* Returns the digest's bytes: 32, 48 or 64. */
size_t ds_hash_size(ds_hash_id id);

/* Returns the name that ds_hash_by_name takes. */
const char *ds_hash_name(ds_hash_id id);

/* In: "sha256", "sha384", "sha512", "sha3-256", "sha3-384", "sha3-512", "keccak256", "keccak384"
 * or "keccak512", in this case. Out: *id. Returns false, leaving *id alone, for anything else. */
bool ds_hash_by_name(ds_hash_id *id, ds_slice name) DS_MUST_CHECK;

/* Returns OpenSSL's name for a hash of SHA-2, or NULL for any other. */
const char *ds_hash_sha2_name(ds_hash_id id);

/* Hashes the concatenation of count parts.
 * Out: ds_hash_size(id) bytes, zeroed on failure.
 * Returns DS_OK, DS_MEMORY or DS_INTERNAL. */
ds_status ds_hash(ds_hash_id id, unsigned char *out, const ds_slice *parts,
                  size_t count) DS_MUST_CHECK;

/* ds_hash of one part. */
ds_status ds_hash_one(ds_hash_id id, unsigned char *out, const void *data,
                      size_t len) DS_MUST_CHECK;

/* The same in steps, for input that is not all there at once. The struct is the caller's and is
 * set up by begin. A step that fails makes the following ones do nothing; final says so.
 * Every begin needs one free. */
typedef struct ds_hasher {
    ds_hash_id id;
    ds_status status;
    void *evp; /* OpenSSL's context, NULL for Keccak */
    ds_keccak keccak;
} ds_hasher;

void ds_hasher_begin(ds_hasher *hasher, ds_hash_id id);
void ds_hasher_update(ds_hasher *hasher, const void *data, size_t len);

/* Out: ds_hash_size(id) bytes, zeroed on failure. Called once.
 * Returns DS_OK, DS_MEMORY or DS_INTERNAL. */
ds_status ds_hasher_final(ds_hasher *hasher, unsigned char *out) DS_MUST_CHECK;

/* Makes another hasher that has seen the same. Out: *to, which needs a free of its own; its status
 * says what went wrong. */
void ds_hasher_copy(ds_hasher *to, const ds_hasher *from);

/* Wipes and releases what begin acquired; harmless when repeated. */
void ds_hasher_free(ds_hasher *hasher);

#endif
