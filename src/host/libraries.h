/* What the interpreter carries: modules in C and in Lua, ready to require. */
#ifndef DS_HOST_LIBRARIES_H
#define DS_HOST_LIBRARIES_H

#include <lua.h>
#include <stddef.h>

/* A Lua module as it lies in the executable. The table is written by tools/embed and ends with
 * an entry whose name is NULL. */
typedef struct ds_embedded {
    const char *name;  /* "dstack.client" */
    const char *chunk; /* "@dstack/client.lua", for messages; NULL: a text, not Lua to be run */
    const char *begin, *end;
} ds_embedded;

extern const ds_embedded ds_embedded_modules[];

/* Opens Lua's libraries and puts our modules into package.preload. */
void ds_host_open_libraries(lua_State *L);

/* An allocator that wipes what it frees, as Lua strings can hold keys. For lua_setallocf. */
void *ds_host_allocate(void *unused, void *block, size_t old_size, size_t new_size);

/* The module `dstack.host`. */
int ds_open_host(lua_State *L);

/* The module `dstack.simulator`. */
int ds_open_simulator(lua_State *L);

#endif
