/* Arguments by name, for functions that take several of them: who calls wrongly reads which one it
 * was. `call` is the function as the script knows it, such as "secp256k1.sign". Nothing that came
 * as an argument is ever in a message: it may be a secret. */
#ifndef DS_LUA_NAMED_H
#define DS_LUA_NAMED_H

#include "lua/box.h"

/* The string at index; ds_raise for any other type (numbers are not taken for one). */
ds_slice ds_named_slice(lua_State *L, int index, const char *call, const char *name);

/* The same, or an empty slice for nil and nothing. */
ds_slice ds_named_optional(lua_State *L, int index, const char *call, const char *name);

/* The length of the list at index; ds_raise unless it is a table whose keys are 1 to that. */
size_t ds_named_list(lua_State *L, int index, const char *call, const char *name);

/* The number at index; ds_raise for any other type. */
lua_Number ds_named_number(lua_State *L, int index, const char *call, const char *name);

/* Raises unless there is a table at index. */
void ds_named_table(lua_State *L, int index, const char *call, const char *name);

/* Out: *count. Returns false, with *err, unless the number is an integer of 0 to max. */
bool ds_named_count(lua_Number number, size_t max, size_t *count, const char *call,
                    const char *name, ds_error *err) DS_MUST_CHECK;

/* Returns false, with *err, unless the slice has that many bytes. */
bool ds_named_size(ds_slice slice, size_t size, const char *call, const char *name,
                   ds_error *err) DS_MUST_CHECK;

typedef struct ds_option {
    const char *name; /* NULL ends a list */
    int type;         /* LUA_TBOOLEAN or LUA_TSTRING */
} ds_option;

/* The table of options at index, which may be nil or missing; ds_raise for another type, for an
 * option that is not in the list, and for one of another type than the list says. */
void ds_options_check(lua_State *L, int index, const char *call, const ds_option *options);

/* An option of a checked table; false without one. */
bool ds_option_flag(lua_State *L, int index, const char *name);

/* Likewise; a slice whose data is NULL without one. It lives as long as the table holds it. */
ds_slice ds_option_slice(lua_State *L, int index, const char *name);

/* Pushes what a primitive made: n bytes, which are wiped, or the failure that its status says.
 * In: invalid, the words for DS_INVALID, and verify, those for DS_VERIFY; NULL where there is no
 * such status. Returns what the C function returns. */
int ds_push_made(lua_State *L, ds_status status, const char *call, const char *invalid,
                 const char *verify, void *bytes, size_t n);

/* Puts "call: " before the message. */
void ds_error_from(ds_error *err, const char *call);

#endif
