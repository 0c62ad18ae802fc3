/* What a Solana transaction says and its signers sign: the message, in the two forms there are.
 *
 * A message names every account once and refers to it by its index: the fee payer first, then the
 * other signers that are written to, the signers that are only read, the others that are written
 * to, the others that are only read. In version 0 accounts that need not sign may come out of
 * address lookup tables, accounts on the chain that list others; their indexes follow, those that
 * are written to first. Source: Solana's documents on transactions and versioned transactions. */
#ifndef DS_SOLANA_MESSAGE_H
#define DS_SOLANA_MESSAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "solana/address.h"

/* The most bytes of a transaction, which has to fit an IPv6 packet with the headers in front. */
#define DS_SOLANA_PACKETBYTES 1232

#define DS_SOLANA_MAXACCOUNTS 256
#define DS_SOLANA_LEGACY      (-1)

typedef struct ds_solana_step {
    unsigned char program; /* the index of the program's key */
    ds_slice accounts;     /* an index a byte */
    ds_slice data;
} ds_solana_step;

typedef struct ds_solana_lookup {
    const unsigned char *table;  /* the table's key */
    ds_slice writable, readonly; /* an index into the table a byte */
} ds_solana_lookup;

typedef struct ds_solana_message {
    int version; /* DS_SOLANA_LEGACY or 0 */
    unsigned char signers, readonly_signers, readonly_others;
    ds_slice keys; /* one after the other */
    const unsigned char *blockhash;
    ds_solana_step *steps; /* the instructions, in order */
    size_t step_count;
    ds_solana_lookup *lookups;
    size_t lookup_count;
    ds_arena arena; /* which the lists are from */
} ds_solana_message;

/* Reads a message, strictly: shortest counts, nothing behind the end, indexes in range, no key
 * twice, at least one signer, no program that is the fee payer or out of a table, no table that
 * nothing is taken from: what validators would refuse too.
 * Out: *out, to be freed, whose slices live as long as the bytes; an empty one on failure.
 * Returns DS_OK; DS_INVALID; DS_TOO_LARGE for more than DS_SOLANA_PACKETBYTES; DS_MEMORY. */
ds_status ds_solana_message_read(ds_solana_message *out, ds_slice bytes,
                                 ds_error *err) DS_MUST_CHECK;

/* Adds the bytes of a message. Returns ds_buf_status(out): DS_TOO_LARGE also where a list is longer
 * than can be written. */
ds_status ds_solana_message_write(ds_buf *out, const ds_solana_message *message) DS_MUST_CHECK;

/* Harmless when repeated, and for a zeroed message. */
void ds_solana_message_free(ds_solana_message *message);

/* How many keys the message itself has. */
size_t ds_solana_message_keys(const ds_solana_message *message);

/* The key at an index below that. */
const unsigned char *ds_solana_message_key(const ds_solana_message *message, size_t index);

/* Whether the account of such a key is written to. */
bool ds_solana_message_writable(const ds_solana_message *message, size_t index);

#endif
