#include "lua/compat.h"

#if LUA_VERSION_NUM < 502

void ds_compat_setfuncs(lua_State *L, const luaL_Reg *functions, int upvalues)
{
    luaL_checkstack(L, upvalues, "too many upvalues");
    for (; functions->name != NULL; functions++) {
        for (int i = 0; i < upvalues; i++)
            lua_pushvalue(L, -upvalues);
        lua_pushcclosure(L, functions->func, upvalues);
        lua_setfield(L, -(upvalues + 2), functions->name);
    }
    lua_pop(L, upvalues);
}

void *ds_compat_testudata(lua_State *L, int index, const char *type)
{
    void *box = lua_touserdata(L, index);
    if (box == NULL || !lua_getmetatable(L, index))
        return NULL;
    luaL_getmetatable(L, type);
    if (!lua_rawequal(L, -1, -2))
        box = NULL;
    lua_pop(L, 2);
    return box;
}

#else

/* ISO C wants a translation unit to declare something. */
typedef int ds_compat_unused;

#endif
