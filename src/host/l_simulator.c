/* The module `dstack.simulator`, which only the interpreter has: it runs the simulator. */
#include "host/libraries.h"
#include "lua/box.h"
#include "simulator/simulator.h"

#include <lauxlib.h>
#include <signal.h>
#include <stdio.h>

static void say(void *stream, const char *line)
{
    fprintf(stream, "%s\n", line);
    fflush(stream);
}

/* A box with `count` C strings of a list of Lua strings, which the list keeps alive. */
static const char **check_list(lua_State *L, int index, size_t count)
{
    const char **list = lua_newuserdata(L, (count + 1) * sizeof *list);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, index, (int)i + 1);
        list[i] = luaL_checkstring(L, -1);
        lua_pop(L, 1);
    }
    return list;
}

/* run{dir =, listen = {"KIND=ADDR", ...}, app_id = hex, socket_mode =, quiet =}; without listeners
 * or mode, simulator.h's own
 * -> true, after a clean stop | nil, message, code */
static int l_run(lua_State *L)
{
    ds_error err;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_getfield(L, 1, "listen");
    luaL_checktype(L, -1, LUA_TTABLE);
    ds_simulator_options options = {.watch_fd = -1, .say = say, .context = stdout};
    options.listen_count = lua_rawlen(L, -1);
    options.listen = check_list(L, lua_gettop(L), options.listen_count);
    options.dir = ds_field_slice(L, 1, "dir", false).data;
    options.app_id = ds_field_slice(L, 1, "app_id", false).data;
    lua_getfield(L, 1, "socket_mode");
    options.socket_mode = (unsigned)luaL_optinteger(L, -1, DS_SIMULATOR_SOCKET_MODE);
    lua_getfield(L, 1, "quiet");
    options.quiet = lua_toboolean(L, -1);
    signal(SIGPIPE, SIG_IGN); /* whoever reads what we say may leave before we do */
    if (ds_simulator_run(&options, &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

int ds_open_simulator(lua_State *L)
{
    static const luaL_Reg functions[] = {{"run", l_run}, {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}
