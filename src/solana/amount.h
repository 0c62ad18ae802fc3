/* Amounts: numbers of 64 bits, which Solana counts lamports and tokens in, as decimal text. A
 * lamport is 10^-9 SOL; what a token's smallest unit is, its mint says. */
#ifndef DS_SOLANA_AMOUNT_H
#define DS_SOLANA_AMOUNT_H

#include "base/buf.h"

#include <stdint.h>

#define DS_SOLANA_MAXDECIMALS 255 /* a mint keeps them in a byte */

/* Reads digits, and with decimals a fraction of at most so many: "1.5" with 9 is 1500000000.
 * Out: *out. Returns DS_OK; DS_INVALID for anything else (signs, exponents, blanks, separators, a
 * bare point), for more decimals, and above 2^64 - 1. */
ds_status ds_solana_amount_read(uint64_t *out, ds_slice text, unsigned decimals,
                                ds_error *err) DS_MUST_CHECK;

/* Adds the shortest text that reads as that: "1.5". Returns ds_buf_status(out). */
ds_status ds_solana_amount_write(ds_buf *out, uint64_t amount, unsigned decimals) DS_MUST_CHECK;

#endif
