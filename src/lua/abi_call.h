/* What the functions about the ABI share. */
#ifndef DS_LUA_ABI_CALL_H
#define DS_LUA_ABI_CALL_H

#include "ethereum/abi_parse.h"
#include "ethereum/path.h"
#include "lua/arena_box.h"

/* ds_abi_parse_signature, its failure as one of the argument `signature`. */
ds_status ds_abi_read_signature(ds_abi_signature *signature, ds_slice text, ds_arena *arena,
                                ds_error *err) DS_MUST_CHECK;

/* The path that values have in messages. In: name, which stays where it is. */
ds_path ds_abi_root(const char *name);

/* Frees the arena and pushes the failure, with the call in front. Returns what the C function
 * returns. */
int ds_abi_fail(lua_State *L, ds_arena *arena, const char *call, ds_error *err);

#endif
