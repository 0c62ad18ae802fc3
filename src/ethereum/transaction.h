/* Ethereum's transactions: before types (with the chain id of EIP-155, or without), type 1
 * (EIP-2930), type 2 (EIP-1559) and type 3 (EIP-4844, without the sidecar of blobs).
 *
 * A type is a list of fields, in the order of the wire; one walk over it writes, another one reads.
 * Arguments: outputs, then inputs. What is read points into its input, what is written from points
 * to the caller's bytes: nothing is owned. */
#ifndef DS_ETHEREUM_TRANSACTION_H
#define DS_ETHEREUM_TRANSACTION_H

#include "ethereum/access_list.h"
#include "ethereum/u256.h"

#define DS_TRANSACTION_TYPES    4
#define DS_TRANSACTION_MAXBYTES DS_RLP_MAXBYTES

/* The largest chain id whose v is a number of 64 bits: 2 * id + 36 (EIP-155). */
#define DS_CHAIN_ID_MAX UINT64_C(9223372036854775789)

typedef enum ds_tx_kind {
    DS_TX_NUMBER,      /* ds_u256 */
    DS_TX_ADDRESS,     /* ds_slice: 20 bytes, or none for a contract's creation */
    DS_TX_BYTES,       /* ds_slice */
    DS_TX_ACCESS_LIST, /* ds_slice: as access_list.h keeps it */
    DS_TX_WORDS,       /* ds_words */
    DS_TX_KINDS
} ds_tx_kind;

typedef struct ds_tx_field {
    const char *name;
    ds_tx_kind kind;
    unsigned bits; /* NUMBER: 64 or 256 */
    bool required; /* by whoever makes one: there is no sensible default */
    size_t at;     /* where it is in ds_transaction */
} ds_tx_field;

typedef struct ds_transaction {
    unsigned type;
    bool any_chain; /* type 0: without a chain id, so that it is valid on every chain */
    ds_u256 chain_id, nonce, gas_price, max_priority_fee_per_gas, max_fee_per_gas, gas_limit, value,
        max_fee_per_blob_gas;
    ds_slice to, data, access_list;
    ds_words blob_versioned_hashes;
    unsigned y_parity; /* the signature: parity of the nonce point's y, then two numbers */
    ds_u256 r, s;
} ds_transaction;

/* Returns field i of a type below DS_TRANSACTION_TYPES, or NULL behind the last. The first one is
 * the chain id, which is on the wire of types 1 and above; that of type 0 is in v and in what is
 * signed. */
const ds_tx_field *ds_transaction_field(unsigned type, size_t i);

/* Whether a transaction can be valid at all: the chain id's range, the nonce's (EIP-2681), a
 * priority fee that the whole fee covers (EIP-1559), blobs (EIP-4844).
 * Returns DS_OK, or DS_INVALID with the field's name and the reason. */
ds_status ds_transaction_check(const ds_transaction *tx, ds_error *err) DS_MUST_CHECK;

/* Hashes what is signed. Out: Keccak-256. In: *tx, checked.
 * Returns DS_OK, DS_TOO_LARGE above DS_TRANSACTION_MAXBYTES, DS_MEMORY or DS_INTERNAL. */
ds_status ds_transaction_digest(unsigned char out[32], const ds_transaction *tx) DS_MUST_CHECK;

/* Signs. In: *tx, checked. Out: y_parity, r and s of *tx.
 * Returns DS_OK, DS_INVALID (key), or what ds_transaction_digest returns. */
ds_status ds_transaction_sign(ds_transaction *tx, const unsigned char key[32]) DS_MUST_CHECK;

/* Adds the bytes that a node takes. In: *tx, signed. Their Keccak-256 is the transaction's hash.
 * Returns ds_buf_status(out). */
ds_status ds_transaction_write(ds_buf *out, const ds_transaction *tx);

/* Returns the v of a signed transaction before types: 27 or 28, or those of EIP-155. */
uint64_t ds_transaction_v(const ds_transaction *tx);

/* Reads such bytes, all of them, and checks what they say; the signature is judged by who recovers
 * the sender. What is read is written as the very same bytes.
 * Out: *tx, pointing into raw; zeroed on failure.
 * Returns DS_OK, DS_INVALID with the place or the field, or DS_TOO_LARGE. */
ds_status ds_transaction_read(ds_transaction *tx, ds_slice raw, ds_error *err) DS_MUST_CHECK;

/* Finds who signed. In: *tx, read. Out: the address, zeroed on failure.
 * Returns DS_OK; DS_INVALID for r or s out of range; DS_VERIFY for a high s (EIP-2) or when no key
 * fits; or what ds_transaction_digest returns. */
ds_status ds_transaction_sender(unsigned char out[20], const ds_transaction *tx,
                                ds_error *err) DS_MUST_CHECK;

#endif
