/* Userdata that own something, and the one way failures reach Lua.
 *
 * lua_error is a longjmp. So a box comes first, zeroed and with its metatable; then all arguments
 * are checked; only then is anything acquired, straight into the box. Between acquiring and
 * boxing nothing is called that can raise. */
#ifndef DS_LUA_BOX_H
#define DS_LUA_BOX_H

#include "base/buf.h"
#include "base/slice.h"
#include "base/status.h"
#include "lua/compat.h"

typedef struct ds_type_info {
    const char *name;        /* "dstack.call": the metatable's name and __name */
    const luaL_Reg *methods; /* what a script may call on it */
    lua_CFunction release;   /* __gc, __close and the method close(); takes a zeroed box too and may
                                be called twice */
} ds_type_info;

/* Creates the metatable of a type. Call it once a module, before any box is made. */
void ds_box_define(lua_State *L, const ds_type_info *type);

/* Pushes a new zeroed box of that type. Returns its memory. */
void *ds_box_new(lua_State *L, const ds_type_info *type, size_t size);

/* Pushes a box that owns a buffer of at most max bytes, wiped and freed with it. Scratch memory for
 * work that may raise. */
ds_buf *ds_box_buf(lua_State *L, size_t max);

/* Registers the type of ds_box_buf. */
void ds_box_open(lua_State *L);

/* Pushes nil, message, code and returns 3: a C function ends with `return ds_push_failure(...)`. */
int ds_push_failure(lua_State *L, const ds_error *err);

/* ds_push_failure for a status that comes without a text. */
int ds_push_status(lua_State *L, ds_status status, const char *what);

/* Raises an error at the line of the script that called into this SDK, whatever lies between: our
 * own Lua files are passed over. Never returns. */
int ds_raise(lua_State *L, const char *format, ...) DS_PRINTF(2, 3);

/* The argument at index, which must be a string (numbers are not taken for one). */
ds_slice ds_check_slice(lua_State *L, int index);

/* The string under a name in the table at index; ds_raise when it is of another type.
 * In: required. Returns a slice whose data is NULL when it is absent and not required. The slice
 * lives as long as the table holds the string. */
ds_slice ds_field_slice(lua_State *L, int index, const char *name, bool required);

/* Pushes bytes as a Lua string. */
void ds_push_slice(lua_State *L, ds_slice slice);

/* Pushes the hex form of at most 1 KiB of bytes, and wipes what it worked with. */
void ds_push_hex(lua_State *L, const void *bytes, size_t n);

/* Adds the hex form of bytes that are no secret, however many: what Lua works with is not wiped. */
void ds_add_hex(luaL_Buffer *text, const void *bytes, size_t n);

#endif
