/* The parts of the module `dstack.core`. Each ds_open_* adds its functions to the table on top of
 * the stack. Raw bytes are Lua strings of bytes; hex is text. */
#ifndef DS_LUA_BINDING_H
#define DS_LUA_BINDING_H

#include "base/json.h"
#include "lua/box.h"
#include "rpc/row.h"

void ds_open_call(lua_State *L);
void ds_open_agent(lua_State *L);
void ds_open_json(lua_State *L);
void ds_open_quantity(lua_State *L);
void ds_open_crypto(lua_State *L); /* opens the next five */
void ds_open_encoding(lua_State *L);
void ds_open_hasher(lua_State *L);
void ds_open_ecdsa(lua_State *L);
void ds_open_secp256k1(lua_State *L);
void ds_open_keyed(lua_State *L);
void ds_open_key(lua_State *L);
void ds_open_attest(lua_State *L);
void ds_open_verify(lua_State *L);
void ds_open_attested(lua_State *L);
void ds_open_image(lua_State *L);
void ds_open_collateral(lua_State *L);
void ds_open_endpoint(lua_State *L);
void ds_open_compose(lua_State *L);
void ds_open_units(lua_State *L);
void ds_open_abi(lua_State *L); /* opens the next one */
void ds_open_abi_log(lua_State *L);
void ds_open_typed_data(lua_State *L);
void ds_open_ethereum(lua_State *L); /* opens the next two */
void ds_open_rlp(lua_State *L);
void ds_open_transaction(lua_State *L);
void ds_open_env(lua_State *L);
void ds_open_solana(lua_State *L); /* opens the next one, in its own table */
void ds_open_solana_key(lua_State *L);
void ds_open_http1(lua_State *L);

/* Pushes a JSON value: objects and arrays as tables, integers up to 2^53 as integers where Lua has
 * them, larger ones as decimal text, null as the light userdata NULL (cjson.null). */
void ds_push_json(lua_State *L, const ds_json *value);

/* Pushes an integer as such where Lua has them, else as a number. */
void ds_push_integer(lua_State *L, long long n);

/* Each sets a member of the table on top of the stack: bytes, a text, an integer as ds_push_integer
 * has it, a truth; the hex form of bytes, however many. */
void ds_set_slice(lua_State *L, const char *name, ds_slice bytes);
void ds_set_text(lua_State *L, const char *name, const char *text);
void ds_set_integer(lua_State *L, const char *name, long long n);
void ds_set_flag(lua_State *L, const char *name, bool flag);
void ds_set_hex(lua_State *L, const char *name, ds_slice bytes);

/* The surface whose name is the string at index; raises for any other. */
const ds_surface *ds_check_surface(lua_State *L, int index);

/* The status whose word is the string at index; raises for any other. */
ds_status ds_check_status(lua_State *L, int index);

#endif
