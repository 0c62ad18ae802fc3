#include "lua/headers.h"

size_t ds_check_headers(lua_State *L, int index, ds_slice lines[DS_REQUEST_HEADERS])
{
    luaL_checktype(L, index, LUA_TTABLE);
    size_t count = lua_rawlen(L, index);
    luaL_argcheck(L, count <= DS_REQUEST_HEADERS, index, "too many headers");
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, index, (int)i + 1);
        lines[i] = ds_check_slice(L, lua_gettop(L));
        lua_pop(L, 1);
    }
    return count;
}

void ds_push_headers(lua_State *L, const ds_head *head)
{
    ds_slice name, value;
    size_t at = 0;
    lua_newtable(L);
    while (ds_head_next(head, &at, &name, &value)) {
        ds_push_slice(L, name);
        ds_push_slice(L, value);
        lua_rawset(L, -3);
    }
}
