/* The module `dstack.core`: everything but the network. */
#include "lua/binding.h"

/* codes() -> {invalid = meaning, ...}: every code a failed call can return */
static int l_codes(lua_State *L)
{
    lua_newtable(L);
    for (int i = DS_OK + 1; i < DS_STATUS_COUNT; i++)
        ds_set_text(L, ds_status_word((ds_status)i), ds_status_meaning((ds_status)i));
    return 1;
}

/* raise(message): an error at the line of the script that called into this SDK */
static int l_raise(lua_State *L)
{
    return ds_raise(L, "%s", luaL_checkstring(L, 1));
}

/* excerpt(text) -> what a peer said, fit for a message: see ds_excerpt */
static int l_excerpt(lua_State *L)
{
    char out[DS_EXCERPT_BYTES];
    ds_slice text = ds_check_slice(L, 1);
    lua_pushstring(L, ds_excerpt(out, sizeof out, text.data, text.len));
    return 1;
}

static bool is_argument(lua_State *L, int value, int count)
{
    for (int i = 1; i <= count; i++)
        if (lua_rawequal(L, value, i))
            return true;
    return false;
}

/* only_lua_below(...) -> whether all functions that wait for a callee are Lua's or given ones */
static int l_only_lua_below(lua_State *L)
{
    lua_Debug frame;
    const int count = lua_gettop(L);
    bool only = true;
    for (int level = 1; only && lua_getstack(L, level, &frame); level++) {
        lua_getinfo(L, "Sf", &frame);
        only = frame.what[0] != 'C' || is_argument(L, -1, count);
        lua_settop(L, count);
    }
    lua_pushboolean(L, only);
    return 1;
}

DS_LUA_EXPORT luaopen_dstack_core(lua_State *L)
{
    luaL_checkversion(L);
    lua_newtable(L);
    ds_box_open(L);
    ds_open_call(L);
    ds_open_agent(L);
    ds_open_json(L);
    ds_open_quantity(L);
    ds_open_crypto(L);
    ds_open_key(L);
    ds_open_attest(L);
    ds_open_verify(L);
    ds_open_attested(L);
    ds_open_image(L);
    ds_open_collateral(L);
    ds_open_endpoint(L);
    ds_open_compose(L);
    ds_open_env(L);
    ds_open_solana(L);
    ds_open_units(L);
    ds_open_abi(L);
    ds_open_typed_data(L);
    ds_open_ethereum(L);
    ds_open_http1(L);
    lua_pushcfunction(L, l_codes);
    lua_setfield(L, -2, "codes");
    lua_pushcfunction(L, l_raise);
    lua_setfield(L, -2, "raise");
    lua_pushcfunction(L, l_excerpt);
    lua_setfield(L, -2, "excerpt");
    lua_pushcfunction(L, l_only_lua_below);
    lua_setfield(L, -2, "only_lua_below");
    return 1;
}
