#include "host/script.h"

#include "host/call.h"
#include "host/libraries.h"
#include "host/repl.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void print_version(void)
{
    printf(DS_HOST_NAME " " DS_VERSION "  " LUA_COPYRIGHT "\n");
    fflush(stdout);
}

/* Before the script --------------------------------------------------------------------------- */

static bool run_file(lua_State *L, const char *name)
{
    return ds_host_run_chunk(L, luaL_loadfile(L, name));
}

static bool run_text(lua_State *L, const char *text, const char *chunk)
{
    return ds_host_run_chunk(L, luaL_loadbuffer(L, text, strlen(text), chunk));
}

/* LUA_INIT_5_4, else LUA_INIT: statements, or @ and the name of a file. */
static bool run_init(lua_State *L)
{
    const char *chunk = "=LUA_INIT_5_4";
    const char *init = getenv(chunk + 1);
    if (init == NULL) {
        chunk = "=LUA_INIT";
        init = getenv(chunk + 1);
    }
    if (init == NULL)
        return true;
    return *init == '@' ? run_file(L, init + 1) : run_text(L, init, chunk);
}

/* -l mod or -l name=mod: requires it into a global; "mod-v2" goes into mod. */
static bool load_library(lua_State *L, const char *argument)
{
    const char *equals = strchr(argument, '=');
    const char *module = equals != NULL ? equals + 1 : argument;
    size_t global = equals != NULL ? (size_t)(equals - argument) : strcspn(argument, "-");
    lua_pushglobaltable(L);
    lua_pushlstring(L, argument, global);
    lua_getglobal(L, "require");
    lua_pushstring(L, module);
    if (!ds_host_succeeded(L, ds_host_call(L, 1, 1))) {
        lua_pop(L, 2);
        return false;
    }
    lua_settable(L, -3);
    lua_pop(L, 1);
    return true;
}

/* -e, -l and -W, in the order in which they were given. */
static bool run_options(lua_State *L, const ds_invocation *run)
{
    bool good = true;
    for (int i = 1; good && i < run->options.script; i++) {
        if (run->argv[i][0] != '-') /* the value of an option of our own */
            continue;
        switch (run->argv[i][1]) {
        case 'e':
            good = run_text(L, ds_host_argument(run->argv, &i), "=(command line)");
            break;
        case 'l':
            good = load_library(L, ds_host_argument(run->argv, &i));
            break;
        case 'W':
            lua_warning(L, "@on", 0);
            break;
        }
    }
    return good;
}

/* Script or command --------------------------------------------------------------------------- */

static void set_arg(lua_State *L, const ds_invocation *run)
{
    int script = run->options.script == run->argc ? 0 : run->options.script;
    lua_createtable(L, run->argc - script, script + 1);
    for (int i = 0; i < run->argc; i++) {
        lua_pushstring(L, run->argv[i]);
        lua_rawseti(L, -2, i - script);
    }
    lua_setglobal(L, "arg");
}

/* Pushes what `arg` holds now: the options may have changed it. */
static int push_arguments(lua_State *L)
{
    if (lua_getglobal(L, "arg") != LUA_TTABLE)
        luaL_error(L, "'arg' is not a table");
    int count = (int)luaL_len(L, -1), table = lua_gettop(L);
    luaL_checkstack(L, count + 3, "too many arguments to script");
    for (int i = 1; i <= count; i++)
        lua_rawgeti(L, table, i);
    lua_remove(L, table);
    return count;
}

static bool run_script(lua_State *L, const ds_invocation *run)
{
    const char *name = run->argv[run->options.script];
    bool standard_input = strcmp(name, "-") == 0 && !run->options.dashes;
    int status = luaL_loadfile(L, standard_input ? NULL : name);
    if (status == LUA_OK)
        status = ds_host_call(L, push_arguments(L), LUA_MULTRET);
    return ds_host_succeeded(L, status);
}

/* The word where a script's name stands when it could be a command instead, or NULL. File names
 * have a dot or a slash, or come behind --. */
static const char *command_word(const ds_invocation *run)
{
    const ds_host_options *o = &run->options;
    if (o->script == run->argc || o->dashes || o->interactive)
        return NULL;
    const char *word = run->argv[o->script];
    return strpbrk(word, "./") == NULL && strcmp(word, "-") != 0 ? word : NULL;
}

/* Pushes dstack.cli's function of that name. */
static bool push_cli(lua_State *L, const char *function)
{
    lua_getglobal(L, "require");
    lua_pushliteral(L, "dstack.cli");
    if (!ds_host_succeeded(L, ds_host_call(L, 1, 1)))
        return false;
    lua_getfield(L, -1, function);
    lua_remove(L, -2);
    return true;
}

static bool is_command(lua_State *L, const char *word)
{
    if (!push_cli(L, "knows"))
        return false;
    lua_pushstring(L, word);
    bool known = ds_host_succeeded(L, ds_host_call(L, 1, 1)) && lua_toboolean(L, -1);
    lua_settop(L, 0);
    return known;
}

/* dstack.cli.run(word, ...) -> exit status. LUA_INIT is for scripts: it does not get between a
 * command and its output. */
static int run_command(lua_State *L, const ds_invocation *run, const char *word)
{
    if (!run_options(L, run) || !push_cli(L, "run"))
        return EXIT_FAILURE;
    lua_pushstring(L, word);
    if (!ds_host_succeeded(L, ds_host_call(L, push_arguments(L) + 1, 1)))
        return EXIT_FAILURE;
    return (int)lua_tointeger(L, -1);
}

static int refuse_word(const char *word)
{
    fprintf(stderr,
            DS_HOST_NAME ": '%s' is neither a command nor a script; see " DS_HOST_NAME " --help\n",
            word);
    return DS_HOST_STATUS_USAGE;
}

/* All together -------------------------------------------------------------------------------- */

static void converse(lua_State *L, const ds_invocation *run)
{
    ds_repl_run(L, !run->options.no_environment);
}

static bool run_as_lua(lua_State *L, const ds_invocation *run)
{
    const ds_host_options *o = &run->options;
    bool scripted = o->script < run->argc;
    if (!o->no_environment && !run_init(L))
        return false;
    if (!run_options(L, run) || (scripted && !run_script(L, run)))
        return false;
    if (o->interactive) {
        converse(L, run);
    } else if (!scripted && !o->runs && !o->version) {
        if (isatty(STDIN_FILENO)) {
            print_version();
            converse(L, run);
        } else {
            run_file(L, NULL); /* as with `lua`, its failure is reported only */
        }
    }
    return true;
}

void ds_host_run(lua_State *L, ds_invocation *run)
{
    const char *word = command_word(run);
    if (run->options.version)
        print_version();
    if (run->options.no_environment) { /* Lua's own libraries look for this */
        lua_pushboolean(L, 1);
        lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
    }
    ds_host_open_libraries(L);
    set_arg(L, run);
    lua_gc(L, LUA_GCGEN, 0, 0); /* as `lua` does */
    if (word != NULL && is_command(L, word))
        run->status = run_command(L, run, word);
    else if (word != NULL && access(word, F_OK) != 0)
        run->status = refuse_word(word);
    else
        run->status = run_as_lua(L, run) ? EXIT_SUCCESS : EXIT_FAILURE;
}
