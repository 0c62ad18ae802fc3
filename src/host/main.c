/* dstack-lua: a Lua interpreter with dstack, cjson and a simulator inside. Where its command line
 * is that of `lua`, it does what `lua` does. */
#include "host/child.h"
#include "host/libraries.h"
#include "host/options.h"
#include "host/streams.h"

#include <lauxlib.h>
#include <lualib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME         "dstack-lua"
#define STATUS_USAGE 2

/* A signal handler has no other way to find the state. */
static lua_State *running;

typedef struct invocation {
    int argc;
    char **argv;
    ds_host_options options;
    int status; /* what the process will exit with */
} invocation;

static void say(const char *text)
{
    fprintf(stderr, NAME ": %s\n", text);
    fflush(stderr);
}

/* Calling ------------------------------------------------------------------------------------- */

static void interrupted(lua_State *L, lua_Debug *unused)
{
    (void)unused;
    lua_sethook(L, NULL, 0, 0);
    luaL_error(L, "interrupted!");
}

static void on_interrupt(int number)
{
    signal(number, SIG_DFL); /* a second one ends the process */
    lua_sethook(running, interrupted, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

static int add_traceback(lua_State *L)
{
    const char *message = lua_tostring(L, 1);
    if (message == NULL) {
        if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING)
            return 1;
        message = lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
    }
    luaL_traceback(L, L, message, 1);
    return 1;
}

/* Calls the function below its arguments. Returns false after printing the error, which is gone
 * then from the stack. */
static bool call(lua_State *L, int arguments, int results)
{
    int handler = lua_gettop(L) - arguments;
    lua_pushcfunction(L, add_traceback);
    lua_insert(L, handler);
    running = L;
    signal(SIGINT, on_interrupt);
    int status = lua_pcall(L, arguments, results, handler);
    signal(SIGINT, SIG_DFL);
    lua_remove(L, handler);
    if (status == LUA_OK)
        return true;
    const char *message = lua_tostring(L, -1);
    say(message != NULL ? message : "(error message not a string)");
    lua_pop(L, 1);
    return false;
}

/* Reports a chunk that does not compile. */
static bool loaded(lua_State *L, int status)
{
    if (status == LUA_OK)
        return true;
    say(lua_tostring(L, -1));
    lua_pop(L, 1);
    return false;
}

/* Options ------------------------------------------------------------------------------------- */

static void print_version(void)
{
    printf(NAME " " DS_VERSION "  " LUA_COPYRIGHT "\n");
    fflush(stdout);
}

/* -l mod or -l name=mod: requires it into a global. */
static bool load_library(lua_State *L, char *argument)
{
    char *equals = strchr(argument, '=');
    const char *global = argument, *module = argument;
    char name[256];
    if (equals != NULL) {
        snprintf(name, sizeof name, "%.*s", (int)(equals - argument), argument);
        global = name;
        module = equals + 1;
    } else if (strchr(argument, '-') != NULL) { /* "mod-v2" means mod in version 2 */
        snprintf(name, sizeof name, "%.*s", (int)strcspn(argument, "-"), argument);
        global = name;
    }
    lua_getglobal(L, "require");
    lua_pushstring(L, module);
    if (!call(L, 1, 1))
        return false;
    lua_setglobal(L, global);
    return true;
}

static bool run_options(lua_State *L, invocation *run)
{
    for (int i = 1; i < run->options.script; i++) {
        char kind = run->argv[i][1];
        if (kind != 'e' && kind != 'l')
            continue;
        const char *argument = ds_host_argument(run->argv, &i);
        if (kind == 'l' && !load_library(L, (char *)argument))
            return false;
        if (kind == 'e' &&
            !(loaded(L, luaL_loadbuffer(L, argument, strlen(argument), "=(command line)")) &&
              call(L, 0, 0)))
            return false;
    }
    return true;
}

/* Script or command --------------------------------------------------------------------------- */

static void set_arg(lua_State *L, const invocation *run)
{
    int script = run->options.script == run->argc ? 0 : run->options.script;
    lua_createtable(L, run->argc - script, script + 1);
    for (int i = 0; i < run->argc; i++) {
        lua_pushstring(L, run->argv[i]);
        lua_rawseti(L, -2, i - script);
    }
    lua_setglobal(L, "arg");
}

static int push_arguments(lua_State *L, const invocation *run)
{
    int first = run->options.script + 1;
    luaL_checkstack(L, run->argc + 3, "too many arguments to script");
    for (int i = first; i < run->argc; i++)
        lua_pushstring(L, run->argv[i]);
    return run->argc - first;
}

/* A word that could be a command: a file name would have a dot or a slash. */
static bool is_word(const char *text)
{
    return strpbrk(text, "./") == NULL && strcmp(text, "-") != 0;
}

/* dstack.cli.run(word, ...) -> exit status, or nil when there is no such command. */
static bool run_command(lua_State *L, invocation *run)
{
    lua_getglobal(L, "require");
    lua_pushliteral(L, "dstack.cli");
    run->status = EXIT_FAILURE;
    if (!call(L, 1, 1))
        return true;
    lua_getfield(L, -1, "run");
    lua_pushstring(L, run->argv[run->options.script]);
    if (!call(L, push_arguments(L, run) + 1, 1))
        return true;
    bool known = !lua_isnil(L, -1);
    run->status = known ? (int)lua_tointeger(L, -1) : EXIT_SUCCESS;
    return known;
}

static bool run_script(lua_State *L, invocation *run)
{
    const char *name = run->argv[run->options.script];
    bool standard_input = strcmp(name, "-") == 0;
    if (is_word(name) && access(name, F_OK) != 0) {
        fprintf(stderr, NAME ": '%s' is neither a command nor a script; see " NAME " --help\n",
                name);
        run->status = STATUS_USAGE;
        return true;
    }
    return loaded(L, luaL_loadfile(L, standard_input ? NULL : name)) &&
           call(L, push_arguments(L, run), LUA_MULTRET);
}

static bool run_all(lua_State *L, invocation *run)
{
    const ds_host_options *o = &run->options;
    if (o->version)
        print_version();
    if (!run_options(L, run))
        return false;
    if (o->script < run->argc)
        return (is_word(run->argv[o->script]) && run_command(L, run)) || run_script(L, run);
    if (o->runs || o->version)
        return true;
    return loaded(L, luaL_loadfile(L, NULL)) && call(L, 0, 0);
}

/* In Lua's protected mode, so that an allocation failure while we set up is an error like others.
 */
static int protected_main(lua_State *L)
{
    invocation *run = lua_touserdata(L, 1);
    luaL_checkversion(L);
    ds_host_open_libraries(L);
    lua_gc(L, LUA_GCGEN, 0, 0); /* as `lua` does */
    set_arg(L, run);
    if (!run_all(L, run))
        run->status = EXIT_FAILURE;
    return 0;
}

static int run_lua(invocation *run)
{
    lua_State *L = luaL_newstate(); /* with Lua's own warnings and panic; both allocators malloc */
    if (L == NULL) {
        say("cannot create state: not enough memory");
        return EXIT_FAILURE;
    }
    lua_setallocf(L, ds_host_allocate, NULL);
    lua_pushcfunction(L, protected_main);
    lua_pushlightuserdata(L, run);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        say(lua_tostring(L, -1));
        run->status = EXIT_FAILURE;
    }
    lua_close(L);
    return run->status;
}

/* --help is the command table's text: it lives in Lua, with the commands. */
static void ask_for_help(invocation *run)
{
    static char *help[] = {(char *)NAME, (char *)"help", NULL};
    run->argc = 2;
    run->argv = help;
    run->options = (ds_host_options){.script = 1};
}

static ds_status read_simulator(ds_simulator_options *simulator, const ds_host_options *o,
                                ds_error *err)
{
    ds_status status = DS_OK;
    *simulator = (ds_simulator_options){.dir = o->directory, .app_id = o->app_id};
    for (size_t i = 0; status == DS_OK && i < o->fault_count; i++)
        status = ds_faults_add(&simulator->faults, o->faults[i], err);
    return status;
}

int main(int argc, char **argv)
{
    ds_host_keep_streams();
    invocation run = {.argc = argc, .argv = argv, .options = ds_host_read_options(argc, argv)};
    ds_child child = {.life = -1};
    ds_simulator_options simulator;
    ds_error err;
    if (run.options.bad != NULL) {
        fprintf(stderr, NAME ": %s: %s; see " NAME " --help\n", run.options.bad, run.options.why);
        return STATUS_USAGE;
    }
    if (read_simulator(&simulator, &run.options, &err) != DS_OK) {
        say(err.text);
        return STATUS_USAGE;
    }
    bool idle = run.options.script == argc && !run.options.runs && !run.options.version;
    if (run.options.help || (idle && isatty(STDIN_FILENO)))
        ask_for_help(&run);
    if (run.options.simulator && ds_child_start(&child, &simulator, &err) != DS_OK) {
        say(err.text);
        return EXIT_FAILURE;
    }
    int status = run_lua(&run);
    ds_child_stop(&child);
    return status;
}
