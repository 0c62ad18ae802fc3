/* What a command line asks for, done in a Lua state: LUA_INIT, options, then a script, one of our
 * commands, the standard input, or a conversation. */
#ifndef DS_HOST_SCRIPT_H
#define DS_HOST_SCRIPT_H

#include "host/options.h"

#include <lua.h>

#define DS_HOST_STATUS_USAGE 2

typedef struct ds_invocation {
    int argc;
    char **argv;
    ds_host_options options;
    int status; /* what the process will exit with */
} ds_invocation;

/* Does it, and sets run->status. Call it in protected mode; failures of scripts are reported and do
 * not come back as errors. */
void ds_host_run(lua_State *L, ds_invocation *run);

#endif
