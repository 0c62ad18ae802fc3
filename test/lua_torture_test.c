/* Memory runs out at every single allocation of a call from Lua 5.4, be it Lua's, ours or
 * libcurl's: the call ends in a memory error of Lua's or in nil, message, code; nothing leaks; the
 * next works. */
#include "http_client.h"
#include "torture.h"

#include <lauxlib.h>
#include <lualib.h>
#include <semaphore.h>

int luaopen_dstack_core(lua_State *L);
int luaopen_dstack_http(lua_State *L);

#define LINK                                                                                       \
    "2222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222"  \
    "222222222222222222222222222222222222222"
#define KEY  "0101010101010101010101010101010101010101010101010101010101010101"
#define BODY "{\"key\":\"" KEY "\",\"signature_chain\":[\"" LINK "\",\"" LINK "\"],\"new\":[1,{}]}"

/* In: a socket's path, and what shuts and what opens the gate, see below. Out: what is tried,
 * functions that return a key (it stands for all being right), or nil, message, code. */
static const char script[] =
    "package.path = 'lua/?.lua;lua/?/init.lua'\n"
    "local socket, shut, open = ...\n"
    "local function get_key(client)\n"
    "  local key, message, code = client:get_key('a', 'b')\n"
    "  if not key then return nil, message, code end\n"
    "  return key.key, key.extra.new[1] == 1 and tostring(key)\n"
    "end\n"
    "local function new_client()\n"
    "  return require 'dstack'.DstackClient { endpoint = socket, timeout = 10 }\n"
    "end\n"
    "local kept\n"
    "return function()\n"
    "  local client, message, code = new_client()\n"
    "  if not client then return nil, message, code end\n"
    "  return get_key(client)\n"
    "end, function()\n"
    "  kept = kept or assert(new_client())\n"
    "  return get_key(kept)\n"
    "end, function()\n"
    "  local abi = require 'dstack.ethereum.abi'\n"
    "  local signature = 'f((uint256 n, bytes b)[] list, string s)'\n"
    "  local data, message, code = abi.encode_call(signature, { { { 1, '0x00' } }, 'text' })\n"
    "  if not data then return nil, message, code end\n"
    "  local args\n"
    "  args, message, code = abi.decode_call(signature, data)\n"
    "  if not args then return nil, message, code end\n"
    "  local any, topics = abi.any_of { 'a', 'b' }, nil\n"
    "  topics, message, code = abi.encode_topics('event E(string indexed s)', { s = any })\n"
    "  if not topics then return nil, message, code end\n"
    "  return args.s == 'text' and args.list[1].n == '1' and '" KEY "', args.list[1].b\n"
    "end, function()\n"
    "  local typed_data = require 'dstack.ethereum.typed_data'\n"
    "  local types = { A = { { name = 'b', type = 'B[]' } }, B = { { name = 'x', type = 'bytes' } "
    "} }\n"
    "  local hash, message, code = typed_data.hash({ name = 'd' }, types, { b = { { x = '0x00' } } "
    "})\n"
    "  if not hash then return nil, message, code end\n"
    "  return #hash == 66 and '" KEY "', hash\n"
    "end, function()\n"
    "  local dstack = require 'dstack'\n"
    "  shut()\n"
    "  return dstack.run(function()\n"
    "    local task = dstack.spawn(get_key, kept)\n"
    "    dstack.spawn(open)\n"
    "    return task:await()\n"
    "  end)\n"
    "end\n";

enum { FIRST_CALL = 1, KEPT_CLIENT, CONTRACT_CALL, TYPED_DATA, IN_TASK, FUNCTIONS = IN_TASK };

/* The server answers while the gate is open, which is when the count is not 0. A task's call finds
 * it shut, and another task opens it: so the call has to wait for its reply each time. What libcurl
 * and the scheduler keep once a call has waited is there from the first one on, and not from the
 * first that happens to. */
static sem_t gate;

static int shut_gate(lua_State *L)
{
    (void)L;
    while (sem_trywait(&gate) == 0)
        continue;
    return 0;
}

static int open_gate(lua_State *L)
{
    (void)L;
    sem_post(&gate);
    return 0;
}

static void pass_gate(void)
{
    while (sem_wait(&gate) != 0)
        continue;
    sem_post(&gate);
}

static bool answer_key(int fd, int connection, int request, const char *text)
{
    char reply[1024];
    (void)connection, (void)request, (void)text;
    pass_gate();
    snprintf(reply, sizeof reply, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(BODY),
             BODY);
    server_text(fd, reply);
    return true;
}

/* Lua's allocator. Shrinking never fails, as Lua demands. */
static void *allocate(void *unused, void *block, size_t old_size, size_t new_size)
{
    (void)unused;
    if (new_size == 0) {
        __wrap_free(block);
        return NULL;
    }
    if (block != NULL && new_size <= old_size)
        return __real_realloc(block, new_size);
    return __wrap_realloc(block, new_size);
}

/* Returns the script's functions. */
static int prepare(lua_State *L)
{
    luaL_openlibs(L);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushcfunction(L, luaopen_dstack_core);
    lua_setfield(L, -2, "dstack.core");
    lua_pushcfunction(L, luaopen_dstack_http);
    lua_setfield(L, -2, "dstack.http");
    lua_pop(L, 1);
    if (luaL_loadbuffer(L, script, sizeof script - 1, "=script") != LUA_OK)
        return lua_error(L);
    lua_pushstring(L, socket_path);
    lua_pushcfunction(L, shut_gate);
    lua_pushcfunction(L, open_gate);
    lua_call(L, 3, FUNCTIONS);
    return FUNCTIONS;
}

/* In: the script's functions on the stack. Calls one of them without any allocation of its own.
 * Returns Lua's status; three results or the error are on the stack. */
static int call(lua_State *L, int which)
{
    lua_settop(L, FUNCTIONS);
    lua_pushvalue(L, which);
    return lua_pcall(L, 0, 3, 0);
}

static bool is_key(lua_State *L, int status)
{
    return status == LUA_OK && lua_type(L, -3) == LUA_TSTRING &&
           strcmp(lua_tostring(L, -3), KEY) == 0 && lua_isstring(L, -2) &&
           strstr(lua_tostring(L, -2), KEY) == NULL;
}

/* A memory error of Lua's, or one that says so; libcurl cannot tell short memory from a long head.
 */
static bool is_short(lua_State *L, int status)
{
    const char *text = lua_tostring(L, status == LUA_OK ? -2 : -1);
    return status == LUA_ERRMEM || (text != NULL && strstr(text, "memory") != NULL);
}

static bool judge(lua_State *L, int status, bool struck)
{
    bool good = is_key(L, status) || (struck && is_short(L, status));
    if (!good)
        printf("   status %d: %s\n", status, luaL_tolstring(L, status == LUA_OK ? -2 : -1, NULL));
    return good;
}

static bool works(lua_State *L, int which)
{
    return judge(L, call(L, which), false);
}

/* Collects until nothing goes any more: finalizers first, and of what a coroutine's stack has spare
 * a collection takes only half. */
static void collect_all(lua_State *L)
{
    long before;
    lua_gc(L, LUA_GCCOLLECT);
    do {
        before = torture.live;
        lua_gc(L, LUA_GCCOLLECT);
    } while (torture.live < before);
}

/* One call in a state that has everything loaded. */
struct one_call {
    lua_State *L;
    int which;
};

static bool one_call(void *context)
{
    const struct one_call *c = context;
    int status = call(c->L, c->which);
    bool struck = torture_disarm();
    bool good = judge(c->L, status, struck) && works(c->L, c->which);
    lua_settop(c->L, FUNCTIONS);
    collect_all(c->L);
    return good;
}

/* A state of its own: made, everything loaded and one call made while memory is short. */
static bool whole_program(void *unused)
{
    lua_State *L = lua_newstate(allocate, NULL);
    (void)unused;
    if (L == NULL)
        return torture_disarm();
    lua_pushcfunction(L, prepare);
    int status = lua_pcall(L, 0, FUNCTIONS, 0);
    if (status == LUA_OK)
        status = call(L, FIRST_CALL);
    bool struck = torture_disarm();
    bool good = judge(L, status, struck);
    lua_close(L);
    return good;
}

static void test_calls(void)
{
    lua_State *L = lua_newstate(allocate, NULL);
    lua_pushcfunction(L, prepare);
    CHECK(lua_pcall(L, 0, FUNCTIONS, 0) == LUA_OK);
    for (int which = FIRST_CALL; which <= FUNCTIONS; which++) {
        struct one_call c = {L, which};
        CHECK(one_call(&c));
        CHECK(torture_rounds(one_call, &c) > 25);
    }
    lua_close(L);
}

int main(void)
{
    torture_begin();
    begin();
    CHECK(sem_init(&gate, 0, 1) == 0);
    start(answer_key);
    CHECK(whole_program(NULL));
    test_calls();
    CHECK(torture_rounds(whole_program, NULL) > 1000);
    server_stop();
    return finish();
}
