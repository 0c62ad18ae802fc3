/* Members of the table on top of the stack. */
#include "lua/binding.h"

void ds_set_slice(lua_State *L, const char *name, ds_slice bytes)
{
    ds_push_slice(L, bytes);
    lua_setfield(L, -2, name);
}

void ds_set_text(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

void ds_set_integer(lua_State *L, const char *name, long long n)
{
    ds_push_integer(L, n);
    lua_setfield(L, -2, name);
}

void ds_set_flag(lua_State *L, const char *name, bool flag)
{
    lua_pushboolean(L, flag);
    lua_setfield(L, -2, name);
}

void ds_set_hex(lua_State *L, const char *name, ds_slice bytes)
{
    luaL_Buffer hex;
    luaL_buffinit(L, &hex);
    ds_add_hex(&hex, bytes.data, bytes.len);
    luaL_pushresult(&hex);
    lua_setfield(L, -2, name);
}
