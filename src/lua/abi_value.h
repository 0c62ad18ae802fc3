/* Lua values as values of the ABI and back, by their types. See docs/ethereum_abi.md for which Lua
 * value stands for which. */
#ifndef DS_LUA_ABI_VALUE_H
#define DS_LUA_ABI_VALUE_H

#include "ethereum/abi.h"
#include "lua/bytes.h"

/* Tables in each other: an end to data that holds itself. */
#define DS_ABI_TABLES 64

typedef struct ds_abi_taker {
    lua_State *L;
    ds_arena *arena; /* where trees go; in a box, since the Lua calls here may raise */
    bool typed;      /* EIP-712: structs by the names of their members, never as lists */
    ds_error *err;
} ds_abi_taker;

/* Takes the value at index, which is data and no argument: of another Lua type it is DS_INVALID
 * too. Metamethods are not called. In: path, what the value is called. Out: *value, whose bytes may
 * be those of strings that the table holds, and else lie in the arena. On failure the stack may
 * have more on it than before. Returns DS_OK, DS_INVALID with path and reason, or DS_MEMORY. */
ds_status ds_abi_take(const ds_abi_taker *taker, int index, const ds_abi_type *type,
                      const ds_path *path, ds_abi_value *value) DS_MUST_CHECK;

/* Pushes a value: a tuple as a list that has those of its members that have names by name too. */
void ds_abi_push(lua_State *L, const ds_abi_type *type, const ds_abi_value *value);

/* Returns how many keys the table at index has. */
size_t ds_abi_keys(lua_State *L, int index);

#endif
