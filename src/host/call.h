/* Calling Lua as the command line does: with a traceback, and so that an interrupt ends the call.
 */
#ifndef DS_HOST_CALL_H
#define DS_HOST_CALL_H

#include <lua.h>
#include <stdbool.h>

#define DS_HOST_NAME "dstack-lua"

/* Writes "dstack-lua: text" to stderr. */
void ds_host_say(const char *text);

/* What a signal does from now on; calls that wait are not taken up again behind a handler. */
void ds_host_on_signal(int number, void (*handler)(int));

/* Calls the function below its arguments; SIGINT raises "interrupted!" in it, a second one ends the
 * process. Returns LUA_OK with the results on the stack, else a status with the message, and where
 * it came from, in place of function and arguments. */
int ds_host_call(lua_State *L, int arguments, int results);

/* Says the message on top of the stack and takes it away, unless the status is LUA_OK.
 * Returns whether it is. */
bool ds_host_succeeded(lua_State *L, int status);

/* Calls the chunk that was loaded with this status, for no results. Returns false after reporting
 * what went wrong in loading or calling. */
bool ds_host_run_chunk(lua_State *L, int load_status);

#endif
