/* Base58 in Bitcoin's alphabet, as Solana and IPFS use it too: the digits and letters without 0, O,
 * I and l. Every run of bytes has one text and every text one run of bytes; a leading zero byte is
 * a leading '1'. There is no checksum. */
#ifndef DS_BASE_BASE58_H
#define DS_BASE_BASE58_H

#include "base/buf.h"

/* The most bytes either way: the work grows with the square of the length. */
#define DS_BASE58_MAXBYTES 2048

/* The text of the longest bytes: 2048 * log 256 / log 58, rounded up. */
#define DS_BASE58_MAXTEXT 2798

/* Adds the text. Returns ds_buf_status(out), or DS_TOO_LARGE above DS_BASE58_MAXBYTES. */
ds_status ds_base58_encode(ds_buf *out, ds_slice in) DS_MUST_CHECK;

/* Adds the bytes; nothing on failure.
 * Returns DS_OK; DS_INVALID for a character that is no digit; DS_TOO_LARGE for more than
 * DS_BASE58_MAXBYTES bytes; DS_MEMORY. */
ds_status ds_base58_decode(ds_buf *out, ds_slice text, ds_error *err) DS_MUST_CHECK;

#endif
