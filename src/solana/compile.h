/* From instructions that name accounts to a message that numbers them. */
#ifndef DS_SOLANA_COMPILE_H
#define DS_SOLANA_COMPILE_H

#include "solana/message.h"

typedef unsigned char ds_solana_key[DS_SOLANA_KEYBYTES];

typedef struct ds_solana_account {
    ds_solana_key key;
    bool signer, writable;
} ds_solana_account;

typedef struct ds_solana_instruction {
    ds_solana_key program;
    ds_solana_account *accounts;
    size_t account_count;
    ds_slice data;
} ds_solana_instruction;

typedef struct ds_solana_table {
    ds_solana_key key;
    ds_solana_key *addresses;
    size_t address_count;
} ds_solana_table;

/* How accounts of one kind are ordered among themselves. Any order makes a valid message. */
typedef enum ds_solana_order {
    DS_SOLANA_BY_KEY,  /* by the bytes of their keys, as the Rust SDK does */
    DS_SOLANA_BY_PLACE /* by where they first occur, a program before its accounts, as the functions
                          of @solana/web3.js 1 do that compile a TransactionMessage */
} ds_solana_order;

/* What a message is to say. */
typedef struct ds_solana_plan {
    int version; /* DS_SOLANA_LEGACY or 0 */
    ds_solana_order order;
    ds_solana_key fee_payer, blockhash;
    ds_solana_instruction *instructions;
    size_t instruction_count;
    ds_solana_table *tables; /* none for a legacy message */
    size_t table_count;
    ds_arena arena; /* for who makes a plan: the lists may be from it */
} ds_solana_plan;

/* Compiles a plan. An account that several instructions name is one, and signs or is written to if
 * any of them says so. One that is neither signer nor program is taken out of the first table that
 * has it.
 * Out: *out, to be freed, whose slices live as long as the plan; an empty one on failure.
 * Returns DS_OK; DS_INVALID: no instruction, or one whose program is the fee payer, or tables for a
 * legacy message, or one of more than DS_SOLANA_MAXACCOUNTS addresses; DS_TOO_LARGE: more than
 * DS_SOLANA_MAXACCOUNTS accounts, or 127 signers; DS_MEMORY. Whether it fits a packet is asked by
 * ds_solana_transaction_compile. */
ds_status ds_solana_compile(ds_solana_message *out, const ds_solana_plan *plan,
                            ds_error *err) DS_MUST_CHECK;

#endif
