#include "lua/box.h"

#include "base/hex.h"
#include "base/wipe.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#define CHUNK 256 /* bytes that are made digits of at a time */

static int type_tostring(lua_State *L)
{
    lua_pushfstring(L, "%s: %p", lua_tostring(L, lua_upvalueindex(1)), lua_touserdata(L, 1));
    return 1;
}

void ds_box_define(lua_State *L, const ds_type_info *type)
{
    if (!luaL_newmetatable(L, type->name)) {
        lua_pop(L, 1);
        return;
    }
    lua_newtable(L);
    luaL_setfuncs(L, type->methods, 0);
    lua_pushcfunction(L, type->release);
    lua_setfield(L, -2, "close");
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, type->name);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "__name");
    lua_pushcclosure(L, type_tostring, 1);
    lua_setfield(L, -2, "__tostring");
    lua_pushcfunction(L, type->release);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, type->release);
    lua_setfield(L, -2, "__close");
    lua_pushliteral(L, "a dstack object");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

void *ds_box_new(lua_State *L, const ds_type_info *type, size_t size)
{
    void *box = lua_newuserdata(L, size);
    memset(box, 0, size);
    luaL_getmetatable(L, type->name);
    lua_setmetatable(L, -2);
    return box;
}

static int buf_release(lua_State *L)
{
    ds_buf *buf = lua_touserdata(L, 1);
    ds_buf_free(buf);
    return 0;
}

static const luaL_Reg no_methods[] = {{NULL, NULL}};
static const ds_type_info buf_type = {"dstack.buffer", no_methods, buf_release};

ds_buf *ds_box_buf(lua_State *L, size_t max)
{
    ds_buf *buf = ds_box_new(L, &buf_type, sizeof *buf);
    ds_buf_init(buf, max);
    return buf;
}

void ds_box_open(lua_State *L)
{
    ds_box_define(L, &buf_type);
}

int ds_push_failure(lua_State *L, const ds_error *err)
{
    lua_pushnil(L);
    lua_pushstring(L, err->text);
    lua_pushstring(L, ds_status_word(err->status));
    return 3;
}

int ds_push_status(lua_State *L, ds_status status, const char *what)
{
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", what, ds_status_meaning(status));
    lua_pushstring(L, ds_status_word(status));
    return 3;
}

/* Returns how much of a file's place in the tree names its module: a folder's is in init.lua. */
static size_t name_length(const char *place)
{
    static const char *const ends[] = {"/init.lua", ".lua"};
    size_t len = strlen(place);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t end = strlen(ends[i]);
        if (len > end && strcmp(place + len - end, ends[i]) == 0)
            return len - end;
    }
    return 0;
}

/* Chunk names end with the file's place in the tree, wherever that is installed: ours are those
 * whose place names a module that is loaded. A script of yours in a folder that happens to be
 * called dstack is none. */
static bool is_ours(lua_State *L, const char *source)
{
    const char *place = NULL;
    for (const char *at = source; (at = strstr(at, "dstack/")) != NULL; at++)
        if (at > source && (at[-1] == '/' || at[-1] == '@'))
            place = at;
    size_t len = place == NULL ? 0 : name_length(place);
    if (len == 0)
        return false;
    lua_pushlstring(L, place, len);
    luaL_gsub(L, lua_tostring(L, -1), "/", ".");
    lua_getfield(L, LUA_REGISTRYINDEX, "_LOADED");
    lua_getfield(L, -1, lua_tostring(L, -2));
    bool ours = !lua_isnil(L, -1);
    lua_pop(L, 4);
    return ours;
}

static void push_caller(lua_State *L)
{
    lua_Debug about;
    for (int level = 1; lua_getstack(L, level, &about); level++) {
        lua_getinfo(L, "Sl", &about);
        if (about.currentline > 0 && !is_ours(L, about.source)) {
            lua_pushfstring(L, "%s:%d: ", about.short_src, about.currentline);
            return;
        }
    }
    lua_pushliteral(L, "");
}

int ds_raise(lua_State *L, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    push_caller(L);
    lua_pushstring(L, text);
    lua_concat(L, 2);
    return lua_error(L);
}

ds_slice ds_check_slice(lua_State *L, int index)
{
    ds_slice slice;
    luaL_checktype(L, index, LUA_TSTRING);
    slice.data = lua_tolstring(L, index, &slice.len);
    return slice;
}

ds_slice ds_field_slice(lua_State *L, int index, const char *name, bool required)
{
    ds_slice slice = {NULL, 0};
    lua_getfield(L, index, name);
    if (lua_type(L, -1) == LUA_TSTRING)
        slice.data = lua_tolstring(L, -1, &slice.len);
    else if (required || !lua_isnil(L, -1))
        ds_raise(L, "bad argument '%s' (string expected, got %s)", name, luaL_typename(L, -1));
    lua_pop(L, 1);
    return slice;
}

void ds_push_slice(lua_State *L, ds_slice slice)
{
    lua_pushlstring(L, slice.data == NULL ? "" : slice.data, slice.len);
}

void ds_add_hex(luaL_Buffer *text, const void *bytes, size_t n)
{
    char digits[2 * CHUNK];
    const unsigned char *p = bytes;
    while (n > 0) {
        size_t part = n < CHUNK ? n : CHUNK;
        ds_hex_encode(digits, p, part);
        luaL_addlstring(text, digits, 2 * part);
        p += part, n -= part;
    }
}

void ds_push_hex(lua_State *L, const void *bytes, size_t n)
{
    char hex[2048];
    assert(n <= sizeof hex / 2);
    ds_hex_encode(hex, bytes, n);
    lua_pushlstring(L, hex, 2 * n);
    ds_wipe(hex, 2 * n);
}
