#include "host/repl.h"

#include "host/call.h"
#include "host/editor.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

typedef struct repl {
    lua_State *L;
    ds_editor editor;
} repl;

/* Within a conversation errors come without the program's name. */
static void report(lua_State *L)
{
    const char *message = lua_tostring(L, -1);
    fprintf(stderr, "%s\n", message != NULL ? message : "(error message not a string)");
    fflush(stderr);
}

/* Reading a chunk ----------------------------------------------------------------------------- */

/* The name in a line "help NAME", which is no Lua, or NULL. Out: *len, its bytes. */
static const char *bare_name(const char *line, size_t *len)
{
    static const char word[] = "help", blank[] = " \t";
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:";
    line += strspn(line, blank);
    if (strncmp(line, word, sizeof word - 1) != 0)
        return NULL;
    line += sizeof word - 1;
    size_t blanks = strspn(line, blank);
    line += blanks;
    *len = strspn(line, letters);
    return blanks > 0 && *len > 0 && line[*len + strspn(line + *len, blank)] == '\0' ? line : NULL;
}

/* Pushes a line that was read, asked for with the script's own prompt where there is one. */
static ds_line push_line(repl *r, bool first)
{
    lua_State *L = r->L;
    const char *line, *name;
    size_t len;
    if (lua_getglobal(L, first ? "_PROMPT" : "_PROMPT2") == LUA_TNIL)
        lua_pushstring(L, first ? "> " : ">> ");
    ds_line got = ds_editor_read(&r->editor, luaL_tolstring(L, -1, NULL), &line);
    if (got != DS_LINE)
        return got;
    if (first && *line == '=') /* as Lua 5.2 wanted expressions marked */
        lua_pushfstring(L, "return %s", line + 1);
    else if (first && (name = bare_name(line, &len)) != NULL)
        lua_pushfstring(L, "help '%s'", lua_pushlstring(L, name, len));
    else
        lua_pushstring(L, line);
    ds_editor_remember(&r->editor, line);
    return got;
}

static int load(lua_State *L, const char *text)
{
    return luaL_loadbuffer(L, text, strlen(text), "=stdin");
}

/* Whether loading failed only since there must be more to come. */
static bool incomplete(lua_State *L, int status)
{
    static const char mark[] = "<eof>";
    size_t len;
    const char *message = status == LUA_ERRSYNTAX ? lua_tolstring(L, -1, &len) : NULL;
    return message != NULL && len >= sizeof mark - 1 &&
           strcmp(message + len - (sizeof mark - 1), mark) == 0;
}

/* Reads a chunk and pushes it compiled, or the message why it does not compile.
 * Out: *status, of loading. */
static ds_line read_chunk(repl *r, int *status)
{
    lua_State *L = r->L;
    ds_line got = push_line(r, true);
    if (got != DS_LINE)
        return got;
    const char *text = lua_tostring(L, -1);
    *status = load(L, lua_pushfstring(L, "return %s;", text));
    if (*status == LUA_OK)
        return DS_LINE;
    while (incomplete(L, *status = load(L, text))) {
        got = push_line(r, false);
        if (got == DS_LINE_INTERRUPTED)
            return got;
        if (got == DS_LINE_END) { /* then what there is is not enough */
            load(L, text);
            return DS_LINE;
        }
        text = lua_pushfstring(L, "%s\n%s", text, lua_tostring(L, -1));
        luaL_checkstack(L, LUA_MINSTACK, "too many lines");
    }
    return DS_LINE;
}

/* Completing, showing ------------------------------------------------------------------------- */

typedef struct request {
    const repl *r;
    const char *text;
    size_t len;
} request;

/* dstack.repl.complete(text) -> what to insert, what to list. */
static int call_complete(lua_State *L)
{
    const request *asked = lua_touserdata(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, asked->r);
    lua_getfield(L, -1, "complete");
    lua_pushlstring(L, asked->text, asked->len);
    lua_call(L, 1, 2);
    return 2;
}

/* Nothing may be raised through libedit. The results stay on the stack until the line is read. */
static bool complete(void *context, const char *text, size_t len, ds_completion *out)
{
    repl *r = context;
    request asked = {.r = r, .text = text, .len = len};
    if (!lua_checkstack(r->L, LUA_MINSTACK))
        return false;
    lua_pushcfunction(r->L, call_complete);
    lua_pushlightuserdata(r->L, &asked);
    if (lua_pcall(r->L, 1, 2, 0) != LUA_OK)
        return false;
    out->insert = lua_type(r->L, -2) == LUA_TSTRING ? lua_tostring(r->L, -2) : NULL;
    out->listing = lua_type(r->L, -1) == LUA_TSTRING ? lua_tostring(r->L, -1) : NULL;
    return out->insert != NULL;
}

/* print(dstack.repl.show(...)): the print that is global now. */
static int print_results(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, lua_touserdata(L, 1));
    lua_getfield(L, -1, "show");
    lua_replace(L, 1);
    lua_pop(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    lua_getglobal(L, "print");
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 0);
    return 0;
}

/* Shows everything above `base`. */
static void show_results(repl *r, int base)
{
    lua_State *L = r->L;
    int count = lua_gettop(L) - base;
    if (count == 0)
        return;
    luaL_checkstack(L, LUA_MINSTACK, "too many results to print");
    lua_pushcfunction(L, print_results);
    lua_pushlightuserdata(L, r);
    lua_rotate(L, base + 1, 2);
    if (lua_pcall(L, count + 1, 0, 0) != LUA_OK) {
        lua_pushfstring(L, "error calling 'print' (%s)", lua_tostring(L, -1));
        report(L);
    }
}

/* All together -------------------------------------------------------------------------------- */

static void converse(repl *r)
{
    lua_State *L = r->L;
    int base = lua_gettop(L);
    ds_line got;
    int status = LUA_OK;
    while ((got = read_chunk(r, &status)) != DS_LINE_END) {
        if (got == DS_LINE) {
            lua_insert(L, base + 1);
            lua_settop(L, base + 1);
            if (status == LUA_OK)
                status = ds_host_call(L, 0, LUA_MULTRET);
            if (status == LUA_OK)
                show_results(r, base);
            else
                report(L);
        }
        lua_settop(L, base);
    }
    putchar('\n');
    fflush(stdout);
}

/* Keeps dstack.repl in the registry, and calls its start(terminal). */
static bool open_module(repl *r)
{
    lua_State *L = r->L;
    lua_getglobal(L, "require");
    lua_pushliteral(L, "dstack.repl");
    if (!ds_host_succeeded(L, ds_host_call(L, 1, 1)))
        return false;
    lua_getfield(L, -1, "start");
    lua_insert(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, r);
    lua_pushboolean(L, r->editor.terminal);
    return ds_host_succeeded(L, ds_host_call(L, 1, 0));
}

void ds_repl_run(lua_State *L, bool keep)
{
    repl r = {.L = L};
    lua_settop(L, 0); /* what a script returned */
    ds_editor_open(&r.editor, complete, &r, keep);
    if (open_module(&r))
        converse(&r);
    ds_editor_close(&r.editor);
}
