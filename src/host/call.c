#include "host/call.h"

#include <lauxlib.h>
#include <signal.h>
#include <stdio.h>

/* A signal handler has no other way to find the state. */
static lua_State *running;

void ds_host_say(const char *text)
{
    fprintf(stderr, DS_HOST_NAME ": %s\n", text);
    fflush(stderr);
}

void ds_host_on_signal(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static void interrupted(lua_State *L, lua_Debug *unused)
{
    (void)unused;
    lua_sethook(L, NULL, 0, 0);
    luaL_error(L, "interrupted!");
}

static void on_interrupt(int number)
{
    ds_host_on_signal(number, SIG_DFL);
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

int ds_host_call(lua_State *L, int arguments, int results)
{
    int handler = lua_gettop(L) - arguments;
    lua_pushcfunction(L, add_traceback);
    lua_insert(L, handler);
    running = L;
    ds_host_on_signal(SIGINT, on_interrupt);
    int status = lua_pcall(L, arguments, results, handler);
    ds_host_on_signal(SIGINT, SIG_DFL);
    lua_remove(L, handler);
    return status;
}

bool ds_host_succeeded(lua_State *L, int status)
{
    if (status == LUA_OK)
        return true;
    const char *message = lua_tostring(L, -1);
    ds_host_say(message != NULL ? message : "(error message not a string)");
    lua_pop(L, 1);
    return false;
}

bool ds_host_run_chunk(lua_State *L, int load_status)
{
    if (load_status == LUA_OK)
        load_status = ds_host_call(L, 0, 0);
    return ds_host_succeeded(L, load_status);
}
