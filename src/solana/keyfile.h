/* The key files of Solana's tools, such as id.json: a JSON array of 64 numbers, the bytes of the
 * seed and of the public key. No message quotes what is in one. */
#ifndef DS_SOLANA_KEYFILE_H
#define DS_SOLANA_KEYFILE_H

#include "base/buf.h"

#define DS_KEYFILE_PAIRBYTES 64
#define DS_KEYFILE_MAXTEXT   4096 /* the array takes at most 257 characters, blanks are allowed */

/* Reads the text. Out: seed and public key, which belong together; zeroed on failure.
 * Returns DS_OK; DS_INVALID for other JSON, other numbers, or another seed's public key;
 * DS_TOO_LARGE above DS_KEYFILE_MAXTEXT; DS_MEMORY; DS_INTERNAL. */
ds_status ds_keyfile_read(unsigned char pair[64], ds_slice text, ds_error *err) DS_MUST_CHECK;

/* Whether the second half of the bytes is the public key of the first. Returns DS_OK, DS_INVALID,
 * DS_INTERNAL. */
ds_status ds_keyfile_check(const unsigned char pair[64], ds_error *err) DS_MUST_CHECK;

/* Adds the text, as the Solana tools write it: without blanks or a line end.
 * Returns ds_buf_status(out). */
ds_status ds_keyfile_write(ds_buf *out, const unsigned char seed[32],
                           const unsigned char public_key[32]) DS_MUST_CHECK;

/* ds_keyfile_read of a file. Returns DS_INVALID also when it cannot be read. */
ds_status ds_keyfile_load(unsigned char pair[64], const char *path, ds_error *err) DS_MUST_CHECK;

/* Writes a file that did not exist, with mode 0600; none is left behind on failure.
 * Returns DS_OK, DS_INVALID when that cannot be, DS_MEMORY. */
ds_status ds_keyfile_save(const char *path, const unsigned char seed[32],
                          const unsigned char public_key[32], ds_error *err) DS_MUST_CHECK;

#endif
