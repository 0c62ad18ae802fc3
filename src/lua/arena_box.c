#include "lua/arena_box.h"

static int arena_release(lua_State *L)
{
    ds_arena_free(lua_touserdata(L, 1));
    return 0;
}

static const luaL_Reg no_methods[] = {{NULL, NULL}};
static const ds_type_info arena_type = {"dstack.arena", no_methods, arena_release};

ds_arena *ds_box_arena(lua_State *L)
{
    return ds_box_new(L, &arena_type, sizeof(ds_arena));
}

void ds_box_arena_open(lua_State *L)
{
    ds_box_define(L, &arena_type);
}
