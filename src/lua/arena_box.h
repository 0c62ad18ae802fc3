/* An arena that Lua owns: for trees that are built while Lua may raise. */
#ifndef DS_LUA_ARENA_BOX_H
#define DS_LUA_ARENA_BOX_H

#include "base/arena.h"
#include "lua/box.h"

/* Pushes a box with an empty arena, wiped and freed with it. */
ds_arena *ds_box_arena(lua_State *L);

/* Registers the type of ds_box_arena. */
void ds_box_arena_open(lua_State *L);

#endif
