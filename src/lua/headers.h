/* Header lines and headers, as Lua has them; for both modules. */
#ifndef DS_LUA_HEADERS_H
#define DS_LUA_HEADERS_H

#include "http1/head.h"
#include "http1/request.h"
#include "lua/box.h"

/* The header lines at index, a list of strings that keeps them alive. Returns how many. */
size_t ds_check_headers(lua_State *L, int index, ds_slice lines[DS_REQUEST_HEADERS]);

/* Pushes a reply's headers: a table of names in lower case to values. */
void ds_push_headers(lua_State *L, const ds_head *head);

#endif
