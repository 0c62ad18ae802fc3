#include "host/libraries.h"

#include "base/wipe.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

int luaopen_cjson(lua_State *L);
int luaopen_cjson_safe(lua_State *L);
int luaopen_dstack_core(lua_State *L);
int luaopen_dstack_http(lua_State *L);

/* The loader of an embedded module: upvalue 1 is its entry. */
static int load_embedded(lua_State *L)
{
    const ds_embedded *module = lua_touserdata(L, lua_upvalueindex(1));
    size_t len = (size_t)(module->end - module->begin);
    if (module->chunk == NULL) {
        lua_pushlstring(L, module->begin, len);
        return 1;
    }
    if (luaL_loadbuffer(L, module->begin, len, module->chunk) != LUA_OK)
        return lua_error(L);
    lua_pushstring(L, module->name);
    lua_call(L, 1, 1);
    return 1;
}

void ds_host_open_libraries(lua_State *L)
{
    static const luaL_Reg modules[] = {
        {"cjson", luaopen_cjson},
        {"cjson.safe", luaopen_cjson_safe},
        {"dstack.core", luaopen_dstack_core},
        {"dstack.http", luaopen_dstack_http},
        {"dstack.host", ds_open_host},
        {"dstack.simulator", ds_open_simulator},
        {NULL, NULL},
    };
    luaL_openlibs(L);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    luaL_setfuncs(L, modules, 0);
    for (const ds_embedded *module = ds_embedded_modules; module->name != NULL; module++) {
        lua_pushlightuserdata(L, (void *)module);
        lua_pushcclosure(L, load_embedded, 1);
        lua_setfield(L, -2, module->name);
    }
    lua_pop(L, 1);
}

void *ds_host_allocate(void *unused, void *block, size_t old_size, size_t new_size)
{
    void *moved = NULL;
    (void)unused;
    if (block == NULL)
        return new_size == 0 ? NULL : malloc(new_size); /* old_size is a type then, not a size */
    if (new_size > 0) {
        moved = malloc(new_size);
        if (moved == NULL)
            return NULL;
        memcpy(moved, block, old_size < new_size ? old_size : new_size);
    }
    ds_wipe(block, old_size);
    free(block);
    return moved;
}
