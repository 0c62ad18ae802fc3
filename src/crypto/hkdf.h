/* HMAC (RFC 2104, FIPS 198-1) and HKDF (RFC 5869). */
#ifndef DS_CRYPTO_HKDF_H
#define DS_CRYPTO_HKDF_H

#include "crypto/hash.h"

/* The most that HKDF gives: 255 digests. */
#define DS_HKDF_BLOCKS          255
#define DS_HKDF_SHA256_MAXBYTES (DS_HKDF_BLOCKS * DS_SHA256_BYTES)

/* HMAC of the concatenation of count parts.
 * In: id, one of DS_SHA256, DS_SHA384, DS_SHA512; a key of any length, also none.
 * Out: ds_hash_size(id) bytes, zeroed on failure.
 * Returns DS_OK, DS_INVALID for another id, DS_MEMORY or DS_INTERNAL. */
ds_status ds_hmac(ds_hash_id id, unsigned char *out, ds_slice key, const ds_slice *parts,
                  size_t count) DS_MUST_CHECK;

/* HKDF, extract and expand; the info is the concatenation of info_count parts, without separators.
 * In: id, as for ds_hmac; a salt, empty or absent standing for as many zeros as a digest has bytes.
 * Out: out_len bytes, at most DS_HKDF_BLOCKS digests; zeroed on failure.
 * Returns DS_OK, DS_INVALID for a longer out_len or another id, DS_MEMORY or DS_INTERNAL. */
ds_status ds_hkdf(ds_hash_id id, unsigned char *out, size_t out_len, ds_slice salt, ds_slice key,
                  const ds_slice *info, size_t info_count) DS_MUST_CHECK;

/* ds_hkdf with SHA-256, which is what agents derive with. */
ds_status ds_hkdf_sha256(unsigned char *out, size_t out_len, ds_slice salt, ds_slice key,
                         const ds_slice *info, size_t info_count) DS_MUST_CHECK;

#endif
