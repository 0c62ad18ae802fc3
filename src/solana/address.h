/* Public keys, block hashes and signatures as text: base58 of a fixed number of bytes. */
#ifndef DS_SOLANA_ADDRESS_H
#define DS_SOLANA_ADDRESS_H

#include "base/buf.h"

#define DS_SOLANA_KEYBYTES       32
#define DS_SOLANA_SIGNATUREBYTES 64

/* Reads base58 that has to be `size` bytes, 32 or 64. Out: the bytes, zeroed on failure.
 * Returns DS_OK, or DS_INVALID with what is wrong: a character, or how many bytes it is instead;
 * DS_MEMORY. */
ds_status ds_solana_text_read(unsigned char *out, size_t size, ds_slice text,
                              ds_error *err) DS_MUST_CHECK;

#endif
