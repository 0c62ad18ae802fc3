/* The conversation at a terminal: reads a chunk, calls it, shows what it returns, again. */
#ifndef DS_HOST_REPL_H
#define DS_HOST_REPL_H

#include <lua.h>
#include <stdbool.h>

/* Converses until the end of the input; what is typed and what fails stays in the conversation. In:
 * keep, whether lines go to the history file. Raises what Lua raises outside of chunks (a prompt
 * that cannot be made a string, no memory). */
void ds_repl_run(lua_State *L, bool keep);

#endif
