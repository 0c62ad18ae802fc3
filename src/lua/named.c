#include "lua/named.h"

#include "base/wipe.h"

#include <stdio.h>

ds_slice ds_named_slice(lua_State *L, int index, const char *call, const char *name)
{
    ds_slice slice;
    if (lua_type(L, index) != LUA_TSTRING)
        ds_raise(L, "%s: %s: string expected, got %s", call, name, luaL_typename(L, index));
    slice.data = lua_tolstring(L, index, &slice.len);
    return slice;
}

ds_slice ds_named_optional(lua_State *L, int index, const char *call, const char *name)
{
    if (lua_isnoneornil(L, index))
        return ds_slice_of("", 0);
    return ds_named_slice(L, index, call, name);
}

size_t ds_named_list(lua_State *L, int index, const char *call, const char *name)
{
    size_t length = 0, members = 0;
    if (!lua_istable(L, index))
        ds_raise(L, "%s: %s: a list (table) expected, got %s", call, name, luaL_typename(L, index));
    length = lua_rawlen(L, index);
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1))
        members++;
    if (members != length)
        ds_raise(L, "%s: %s: a list expected, but it has other keys than 1 to %d", call, name,
                 (int)length);
    return length;
}

lua_Number ds_named_number(lua_State *L, int index, const char *call, const char *name)
{
    if (lua_type(L, index) != LUA_TNUMBER)
        ds_raise(L, "%s: %s: number expected, got %s", call, name, luaL_typename(L, index));
    return lua_tonumber(L, index);
}

void ds_named_table(lua_State *L, int index, const char *call, const char *name)
{
    if (!lua_istable(L, index))
        ds_raise(L, "%s: %s: table expected, got %s", call, name,
                 lua_isnone(L, index) ? "nothing" : luaL_typename(L, index));
}

bool ds_named_count(lua_Number number, size_t max, size_t *count, const char *call,
                    const char *name, ds_error *err)
{
    *count = 0;
    if (number >= 0 && number <= (lua_Number)max)
        *count = (size_t)number;
    if ((lua_Number)*count == number)
        return true;
    ds_fail(err, DS_INVALID, "%s: %s: not an integer of 0 to %lu", call, name, (unsigned long)max);
    return false;
}

bool ds_named_size(ds_slice slice, size_t size, const char *call, const char *name, ds_error *err)
{
    if (slice.len == size)
        return true;
    ds_fail(err, DS_INVALID, "%s: %s: %lu bytes instead of %lu", call, name,
            (unsigned long)slice.len, (unsigned long)size);
    return false;
}

static int raise_unknown(lua_State *L, const char *call, const ds_option *options)
{
    lua_pushstring(L, options->name);
    while ((++options)->name != NULL)
        lua_pushfstring(L, "%s, %s", lua_tostring(L, -1), options->name);
    return ds_raise(L, "%s: an option does not exist; there are: %s", call, lua_tostring(L, -1));
}

/* The stack ends with the name and the value. */
static void check_option(lua_State *L, const char *call, const ds_option *options)
{
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
    const ds_option *option = options;
    while (option->name != NULL && strcmp(option->name, name) != 0)
        option++;
    if (option->name == NULL)
        raise_unknown(L, call, options);
    if (lua_type(L, -1) != option->type)
        ds_raise(L, "%s: option %s: %s expected, got %s", call, option->name,
                 lua_typename(L, option->type), luaL_typename(L, -1));
}

void ds_options_check(lua_State *L, int index, const char *call, const ds_option *options)
{
    if (lua_isnoneornil(L, index))
        return;
    if (!lua_istable(L, index))
        ds_raise(L, "%s: options: table expected, got %s", call, luaL_typename(L, index));
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1))
        check_option(L, call, options);
}

static void push_option(lua_State *L, int index, const char *name)
{
    if (!lua_istable(L, index)) {
        lua_pushnil(L);
        return;
    }
    lua_pushstring(L, name);
    lua_rawget(L, index);
}

bool ds_option_flag(lua_State *L, int index, const char *name)
{
    push_option(L, index, name);
    bool set = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return set;
}

ds_slice ds_option_slice(lua_State *L, int index, const char *name)
{
    ds_slice slice = {NULL, 0};
    push_option(L, index, name);
    if (lua_type(L, -1) == LUA_TSTRING)
        slice.data = lua_tolstring(L, -1, &slice.len);
    lua_pop(L, 1);
    return slice;
}

int ds_push_made(lua_State *L, ds_status status, const char *call, const char *invalid,
                 const char *verify, void *bytes, size_t n)
{
    ds_error err;
    const char *words = status == DS_INVALID ? invalid : status == DS_VERIFY ? verify : NULL;
    if (status == DS_OK) {
        lua_pushlstring(L, bytes, n);
        ds_wipe(bytes, n);
        return 1;
    }
    ds_fail(&err, status, "%s: %s", call, words != NULL ? words : ds_status_meaning(status));
    return ds_push_failure(L, &err);
}

void ds_error_from(ds_error *err, const char *call)
{
    char words[DS_ERROR_BYTES];
    memcpy(words, err->text, sizeof words);
    ds_fail(err, err->status, "%s: %s", call, words);
}
