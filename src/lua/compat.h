/* The few calls that Lua 5.1 and LuaJIT lack, under names of our own, so that one object file loads
 * in both and in nginx without clashing with anybody's symbols. */
#ifndef DS_LUA_COMPAT_H
#define DS_LUA_COMPAT_H

#include <lauxlib.h>
#include <lua.h>

#if LUA_VERSION_NUM < 502
#define luaL_setfuncs        ds_compat_setfuncs
#define luaL_testudata       ds_compat_testudata
#define lua_rawlen           lua_objlen
#define luaL_checkversion(L) ((void)(L)) /* 5.1 has one version */
void ds_compat_setfuncs(lua_State *L, const luaL_Reg *functions, int upvalues);
void *ds_compat_testudata(lua_State *L, int index, const char *type);
#endif

#if LUA_VERSION_NUM >= 503
#define ds_isinteger lua_isinteger
#else
#define ds_isinteger(L, index) 0
#endif

/* The entry points are all that the shared objects show. */
#define DS_LUA_EXPORT __attribute__((visibility("default"))) int

#endif
