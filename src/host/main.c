/* dstack-lua: a Lua interpreter with dstack, cjson and a simulator inside. Where its command line
 * is that of `lua`, it does what `lua` does. */
#include "host/call.h"
#include "host/child.h"
#include "host/libraries.h"
#include "host/options.h"
#include "host/script.h"
#include "host/streams.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

/* In Lua's protected mode, so that an allocation failure while we set up is an error like others.
 */
static int protected_main(lua_State *L)
{
    ds_invocation *run = lua_touserdata(L, 1);
    luaL_checkversion(L);
    lua_settop(L, 0);
    ds_host_run(L, run);
    return 0;
}

static int run_lua(ds_invocation *run)
{
    lua_State *L = luaL_newstate(); /* with Lua's own warnings and panic; both allocators malloc */
    if (L == NULL) {
        ds_host_say("cannot create state: not enough memory");
        return EXIT_FAILURE;
    }
    lua_setallocf(L, ds_host_allocate, NULL);
    lua_pushcfunction(L, protected_main);
    lua_pushlightuserdata(L, run);
    if (!ds_host_succeeded(L, lua_pcall(L, 1, 0, 0)))
        run->status = EXIT_FAILURE;
    lua_close(L);
    return run->status;
}

/* --help is the command table's text: it lives in Lua, with the commands. */
static void ask_for_help(ds_invocation *run)
{
    static char *help[] = {(char *)DS_HOST_NAME, (char *)"help", NULL};
    run->argc = 2;
    run->argv = help;
    run->options = (ds_host_options){.script = 1};
}

static ds_status read_simulator(ds_simulator_options *simulator, const ds_host_options *o,
                                ds_error *err)
{
    *simulator = (ds_simulator_options){
        .dir = o->directory, .app_id = o->app_id, .platform = {.form = o->quote}};
    ds_status status = ds_release_find(&simulator->release, o->os_version, err);
    for (size_t i = 0; status == DS_OK && i < o->fault_count; i++)
        status = ds_faults_add(&simulator->faults, o->faults[i], err);
    for (size_t i = 0; status == DS_OK && i < o->attest_fault_count; i++)
        status = ds_flaws_add(&simulator->platform.flaws, o->attest_faults[i], err);
    return status;
}

/* Says why there is no simulator. Returns the exit status. */
static int refuse_simulator(const ds_error *err)
{
    if (err->status != DS_INVALID) {
        ds_host_say(err->text);
        return EXIT_FAILURE;
    }
    fprintf(stderr, DS_HOST_NAME ": --simulator: %s\n", err->text);
    return DS_HOST_STATUS_USAGE;
}

int main(int argc, char **argv)
{
    ds_host_keep_streams();
    ds_invocation run = {.argc = argc, .argv = argv, .options = ds_host_read_options(argc, argv)};
    const ds_host_options *o = &run.options;
    ds_child child = {.life = -1};
    ds_simulator_options simulator;
    ds_error err;
    if (o->bad != NULL) {
        fprintf(stderr, DS_HOST_NAME ": %s: %s; see " DS_HOST_NAME " --help\n", o->bad, o->why);
        return DS_HOST_STATUS_USAGE;
    }
    if (read_simulator(&simulator, o, &err) != DS_OK) {
        ds_host_say(err.text);
        return DS_HOST_STATUS_USAGE;
    }
    if (o->help)
        ask_for_help(&run);
    if (o->simulator && ds_child_start(&child, &simulator, &err) != DS_OK)
        return refuse_simulator(&err);
    int status = run_lua(&run);
    ds_child_stop(&child);
    return status;
}
