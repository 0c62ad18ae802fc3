/* A transaction: a message with a signature by each of its signers, in the order of their keys. A
 * signature that is still missing is 64 zeros. */
#ifndef DS_SOLANA_TRANSACTION_H
#define DS_SOLANA_TRANSACTION_H

#include "solana/compile.h"

/* Room for a message that is compiled: more than a packet has, so that it can be said how much is
 * too much. */
#define DS_SOLANA_DRAFTBYTES ((size_t)1 << 20)

typedef struct ds_solana_transaction {
    ds_slice signatures;    /* one after the other */
    ds_slice message_bytes; /* what is signed */
    ds_solana_message message;
} ds_solana_transaction;

/* Reads a transaction, as strictly as ds_solana_message_read. Signatures are not checked, only that
 * there are as many as signers.
 * Out: *out, to be freed, whose slices live as long as the bytes; an empty one on failure.
 * Returns DS_OK; DS_INVALID; DS_TOO_LARGE; DS_MEMORY. */
ds_status ds_solana_transaction_read(ds_solana_transaction *out, ds_slice bytes,
                                     ds_error *err) DS_MUST_CHECK;

/* Adds the bytes of a transaction. In: whole signatures. Returns ds_buf_status(out). */
ds_status ds_solana_transaction_write(ds_buf *out, ds_slice signatures,
                                      ds_slice message_bytes) DS_MUST_CHECK;

/* Harmless when repeated, and for a zeroed transaction. */
void ds_solana_transaction_free(ds_solana_transaction *transaction);

/* Compiles a plan and adds the message's bytes.
 * In: out, an empty buffer for DS_SOLANA_DRAFTBYTES. Returns as ds_solana_compile, and DS_TOO_LARGE
 * where the message does not fit a packet together with its signatures. */
ds_status ds_solana_transaction_compile(ds_buf *out, const ds_solana_plan *plan,
                                        ds_error *err) DS_MUST_CHECK;

/* Whether a message of so many bytes with its signatures fits a packet.
 * Returns DS_OK, or DS_TOO_LARGE with how many bytes are too many. */
ds_status ds_solana_transaction_fits(size_t message_size, size_t signers,
                                     ds_error *err) DS_MUST_CHECK;

/* Checks a signature as validators do: ds_ed25519_verify, and neither the key nor the signature's
 * R of low order. Returns DS_OK, DS_VERIFY or DS_INTERNAL. */
ds_status ds_solana_verify(const unsigned char signature[64], ds_slice message,
                           const unsigned char key[32]) DS_MUST_CHECK;

#endif
