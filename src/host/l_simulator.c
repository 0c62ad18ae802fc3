/* The module `dstack.simulator`, which only the interpreter has: it runs the simulator. */
#include "host/libraries.h"
#include "lua/box.h"
#include "simulator/simulator.h"

#include <lauxlib.h>
#include <signal.h>
#include <stdio.h>

static void say(void *stream, const char *line)
{
    fprintf(stream, "%s\n", line);
    fflush(stream);
}

/* A box with `count` C strings of a list of Lua strings, which the list keeps alive. */
static const char **check_list(lua_State *L, int index, size_t count)
{
    const char **list = lua_newuserdata(L, (count + 1) * sizeof *list);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, index, (int)i + 1);
        list[i] = luaL_checkstring(L, -1);
        lua_pop(L, 1);
    }
    return list;
}

/* Reads the strings of a list, a member of the table at 1, into a table of faults of one kind or
 * the other. The list keeps them alive. */
static ds_status read_list(lua_State *L, const char *name, ds_simulator_options *options,
                           ds_status (*add)(ds_simulator_options *, const char *, ds_error *),
                           ds_error *err)
{
    ds_status status = DS_OK;
    lua_getfield(L, 1, name);
    int list = lua_gettop(L);
    luaL_checktype(L, list, LUA_TTABLE);
    for (lua_Integer i = 1; status == DS_OK && i <= (lua_Integer)lua_rawlen(L, list); i++) {
        lua_rawgeti(L, list, i);
        status = add(options, luaL_checkstring(L, -1), err);
        lua_pop(L, 1);
    }
    return status;
}

static ds_status add_fault(ds_simulator_options *options, const char *text, ds_error *err)
{
    return ds_faults_add(&options->faults, text, err);
}

static ds_status add_flaw(ds_simulator_options *options, const char *text, ds_error *err)
{
    return ds_flaws_add(&options->platform.flaws, text, err);
}

static void read_platform(lua_State *L, ds_simulator_options *options)
{
    options->platform.seed = ds_field_slice(L, 1, "seed", false).data;
    options->platform.form = ds_field_slice(L, 1, "quote", false).data;
    options->collateral = ds_field_slice(L, 1, "collateral", false).data;
    lua_getfield(L, 1, "now");
    options->platform.now = luaL_optinteger(L, -1, 0);
}

/* run{dir =, listen = {"KIND=ADDR", ...}, faults = {"METHOD=KIND[:ARG]", ...},
 * attest_faults = {"NAME[:STATUS]", ...}, app_id = hex, os_version =, encrypted_env = path, seed =,
 * quote =, now = seconds, collateral = path, socket_mode =, tls =, quiet =}; without listeners or
 * mode, simulator.h's own
 * -> true, after a clean stop | nil, message, code */
static int l_run(lua_State *L)
{
    ds_error err;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_getfield(L, 1, "listen");
    luaL_checktype(L, -1, LUA_TTABLE);
    ds_simulator_options options = {.watch_fd = -1, .say = say, .context = stdout};
    options.listen_count = lua_rawlen(L, -1);
    options.listen = check_list(L, lua_gettop(L), options.listen_count);
    options.dir = ds_field_slice(L, 1, "dir", false).data;
    options.app_id = ds_field_slice(L, 1, "app_id", false).data;
    options.encrypted_env = ds_field_slice(L, 1, "encrypted_env", false).data;
    lua_getfield(L, 1, "socket_mode");
    options.socket_mode = (unsigned)luaL_optinteger(L, -1, DS_SIMULATOR_SOCKET_MODE);
    lua_getfield(L, 1, "tls");
    options.tls = lua_toboolean(L, -1);
    lua_getfield(L, 1, "quiet");
    options.quiet = lua_toboolean(L, -1);
    const char *os_version = ds_field_slice(L, 1, "os_version", false).data;
    read_platform(L, &options);
    if (ds_release_find(&options.release, os_version, &err) != DS_OK ||
        read_list(L, "faults", &options, add_fault, &err) != DS_OK ||
        read_list(L, "attest_faults", &options, add_flaw, &err) != DS_OK)
        return ds_push_failure(L, &err);
    signal(SIGPIPE, SIG_IGN); /* whoever reads what we say may leave before we do */
    if (ds_simulator_run(&options, &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

/* A row of text about one thing there is: {form =, help =, finder =}, the last one for flaws. */
static void push_about(lua_State *L, const char *form, const char *help, const char *finder)
{
    lua_createtable(L, 0, 3);
    lua_pushstring(L, form);
    lua_setfield(L, -2, "form");
    lua_pushstring(L, help);
    lua_setfield(L, -2, "help");
    lua_pushstring(L, finder);
    lua_setfield(L, -2, "finder");
}

/* faults() -> {{form =, help =}, ...}: the kinds of faults there are */
static int l_faults(lua_State *L)
{
    lua_createtable(L, DS_FAULT_COUNT, 0);
    for (int kind = 0; kind < DS_FAULT_COUNT; kind++) {
        ds_fault_help about = ds_fault_describe((ds_fault_kind)kind);
        push_about(L, about.form, about.help, NULL);
        lua_rawseti(L, -2, kind + 1);
    }
    return 1;
}

/* attest_faults() -> {{form =, help =, finder =}, ...}: what quotes and collateral can be wrong in
 */
static int l_attest_faults(lua_State *L)
{
    lua_newtable(L);
    for (int i = 0; ds_flaw_rows[i].form != NULL; i++) {
        push_about(L, ds_flaw_rows[i].form, ds_flaw_rows[i].help, ds_flaw_finder(&ds_flaw_rows[i]));
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

/* quotes() -> {{form =, help =}, ...}: the forms of quotes */
static int l_quotes(lua_State *L)
{
    const ds_quote_form *forms = ds_quote_forms();
    lua_newtable(L);
    for (int i = 0; forms[i].name != NULL; i++) {
        push_about(L, forms[i].name, forms[i].help, NULL);
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

/* releases() -> {"0.5.5", ...}: the names of the releases that it can answer as */
static int l_releases(lua_State *L)
{
    lua_newtable(L);
    for (int i = 0; ds_release_name((size_t)i) != NULL; i++) {
        lua_pushstring(L, ds_release_name((size_t)i));
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

int ds_open_simulator(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"run", l_run},       {"faults", l_faults},     {"attest_faults", l_attest_faults},
        {"quotes", l_quotes}, {"releases", l_releases}, {NULL, NULL},
    };
    luaL_newlib(L, functions);
    return 1;
}
