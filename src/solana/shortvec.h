/* The counts in Solana's messages, "compact-u16" in its documents: seven bits a byte, the least
 * significant first; the top bit says that another byte follows. One to three bytes. */
#ifndef DS_SOLANA_SHORTVEC_H
#define DS_SOLANA_SHORTVEC_H

#include "base/buf.h"

#define DS_SHORTVEC_MAX 0xffff

/* Adds a count. Returns ds_buf_status(out), DS_TOO_LARGE for one above DS_SHORTVEC_MAX. */
ds_status ds_shortvec_put(ds_buf *out, size_t n);

/* Takes a count off the input; every number is read in its shortest form only.
 * Out: *n. Returns false, having taken anything, for what is no count. */
bool ds_shortvec_take(size_t *n, ds_slice *input) DS_MUST_CHECK;

#endif
