/* The module `dstack.host`, which only the interpreter has: what commands need and Lua lacks. */
#include "host/libraries.h"
#include "host/staged.h"
#include "lua/box.h"

#include <errno.h>
#include <lauxlib.h>
#include <unistd.h>

#define MODE_MAX 0777

static int staged_release(lua_State *L)
{
    ds_staged_drop(lua_touserdata(L, 1));
    return 0;
}

static const ds_type_info staged_type;

/* stage(path, bytes, mode) -> staged | nil, message, code: writes a file that is put in its place
 * by staged:commit(), and removed when that is never called */
static int l_stage(lua_State *L)
{
    ds_error err;
    const char *path = luaL_checkstring(L, 1);
    ds_slice bytes = ds_check_slice(L, 2);
    lua_Integer mode = luaL_checkinteger(L, 3);
    luaL_argcheck(L, mode >= 0 && mode <= MODE_MAX, 3, "not a mode");
    ds_staged *file = ds_box_new(L, &staged_type, sizeof *file);
    if (ds_staged_write(file, path, bytes, (mode_t)mode, &err) != DS_OK)
        return ds_push_failure(L, &err);
    return 1;
}

/* staged:commit() -> true | nil, message, code */
static int staged_commit(lua_State *L)
{
    ds_error err;
    ds_staged *file = luaL_checkudata(L, 1, staged_type.name);
    luaL_argcheck(L, file->path != NULL, 1, "closed");
    if (ds_staged_commit(file, &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

static const luaL_Reg staged_methods[] = {{"commit", staged_commit}, {NULL, NULL}};
static const ds_type_info staged_type = {"dstack.staged", staged_methods, staged_release};

/* isatty("stdin" | "stdout" | "stderr") -> whether a terminal is behind it */
static int l_isatty(lua_State *L)
{
    static const char *const names[] = {"stdin", "stdout", "stderr", NULL};
    lua_pushboolean(L, isatty(luaL_checkoption(L, 1, NULL, names)));
    return 1;
}

/* printable(text) -> one line of text that does nothing to a terminal but show; see ds_excerpt */
static int l_printable(lua_State *L)
{
    ds_slice text = ds_check_slice(L, 1);
    size_t size = text.len + sizeof "...." + 1; /* enough that nothing is cut */
    ds_buf *out = ds_box_buf(L, size);
    char *at = (char *)ds_buf_grow(out, size);
    if (at == NULL)
        return ds_push_status(L, ds_buf_status(out), "printable");
    lua_pushstring(L, ds_excerpt(at, size, text.data, text.len));
    ds_buf_free(out);
    return 1;
}

/* same_place(path, path) -> whether both name the same file, however they are spelled */
static int l_same_place(lua_State *L)
{
    lua_pushboolean(L, ds_staged_same_place(luaL_checkstring(L, 1), luaL_checkstring(L, 2)));
    return 1;
}

int ds_open_host(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"stage", l_stage},   {"same_place", l_same_place},
        {"isatty", l_isatty}, {"printable", l_printable},
        {NULL, NULL},
    };
    ds_box_define(L, &staged_type);
    luaL_newlib(L, functions);
    lua_pushinteger(L, EPIPE);
    lua_setfield(L, -2, "EPIPE");
    lua_pushinteger(L, ENOENT);
    lua_setfield(L, -2, "ENOENT");
    return 1;
}
