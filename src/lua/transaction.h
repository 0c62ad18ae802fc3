/* Ethereum's transactions as tables of fields, which the rows of src/ethereum/transaction_fields.c
 * name. Numbers are amounts, bytes are as bytes.h says, an access list is a list of tables
 * {address=, storage_keys=}; chain_id is false where a transaction is for any chain. */
#ifndef DS_LUA_TRANSACTION_H
#define DS_LUA_TRANSACTION_H

#include "ethereum/transaction.h"
#include "lua/box.h"

/* Takes the fields of tx->type out of the table at index and checks them; ds_raise for a value of
 * another Lua type. What *tx points to is on the stack, where it stays.
 * Returns false with *err. */
bool ds_take_transaction(lua_State *L, int index, ds_transaction *tx, const char *call,
                         ds_error *err) DS_MUST_CHECK;

/* Pushes the fields as they are taken, and the type. */
void ds_push_transaction(lua_State *L, const ds_transaction *tx);

/* Pushes {hash=, r=, s=, v= or y_parity=}. In: raw, the signed transaction's bytes. */
void ds_push_signed(lua_State *L, const ds_transaction *tx, ds_slice raw);

#endif
