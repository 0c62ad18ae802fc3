/* The module `dstack.http`: HTTP over libcurl. Only strings and tables cross to other modules. */
#include "base/wipe.h"
#include "http/channel.h"
#include "http/poller.h"
#include "lua/headers.h"

/* What a handle, a poller or a channel owns; NULL when it is closed. */
typedef struct owner {
    void *it;
} owner;

static void *check_open(lua_State *L, int index, const ds_type_info *type)
{
    owner *o = luaL_checkudata(L, index, type->name);
    luaL_argcheck(L, o->it != NULL, index, "closed");
    return o->it;
}

/* Closes the one at 1. Returns what it owned, to be freed; NULL when it was closed already. */
static void *take_owned(lua_State *L)
{
    owner *o = lua_touserdata(L, 1);
    void *it = o->it;
    o->it = NULL;
    return it;
}

/* Handles ----------------------------------------------------------------------------------------
 */

static int handle_release(lua_State *L)
{
    ds_http_free(take_owned(L));
    return 0;
}

static const ds_type_info handle_type;

static ds_http *check_handle(lua_State *L)
{
    return check_open(L, 1, &handle_type);
}

static double field_number(lua_State *L, int index, const char *name)
{
    lua_getfield(L, index, name);
    if (lua_type(L, -1) != LUA_TNUMBER)
        luaL_error(L, "bad argument '%s' (number expected, got %s)", name, luaL_typename(L, -1));
    double n = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return n;
}

/* new{unix_path= or base_url=, connect_timeout=, max_body=, ca_file=, pins=, user_agent=}
 * -> handle | nil, message, code. Paths and URLs as the core's endpoint() gives them. */
static int l_new(lua_State *L)
{
    ds_error err;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    ds_http *made;
    owner *o = ds_box_new(L, &handle_type, sizeof *o);
    ds_http_options options = {
        .unix_path = ds_field_slice(L, 1, "unix_path", false),
        .base_url = ds_field_slice(L, 1, "base_url", false),
        .connect_timeout = field_number(L, 1, "connect_timeout"),
        .max_body = (size_t)field_number(L, 1, "max_body"),
        .ca_file = ds_field_slice(L, 1, "ca_file", false).data,
        .pins = ds_field_slice(L, 1, "pins", false).data,
        .user_agent = ds_field_slice(L, 1, "user_agent", false).data,
    };
    ds_status status = ds_http_new(&made, &options, &err);
    o->it = made;
    return status == DS_OK ? 1 : ds_push_failure(L, &err);
}

static int push_http_failure(lua_State *L, const ds_http *http, const ds_error *err)
{
    ds_push_failure(L, err);
    lua_pushinteger(L, ds_http_os_errno(http));
    return 4;
}

/* handle:start(method, path, headers, body, deadline, fresh) -> true | nil, message, code, errno
 * headers are lines "Name: value"; the deadline is on the clock of the core's now(). */
static int handle_start(lua_State *L)
{
    ds_http *http = check_handle(L);
    ds_slice headers[DS_REQUEST_HEADERS];
    ds_error err;
    const ds_http_request request = {
        .method = luaL_checkstring(L, 2),
        .path = ds_check_slice(L, 3),
        .headers = headers,
        .header_count = ds_check_headers(L, 4, headers),
        .body = ds_check_slice(L, 5),
        .deadline = luaL_checknumber(L, 6),
        .fresh = lua_toboolean(L, 7),
    };
    if (ds_http_start(http, &request, &err) != DS_OK)
        return push_http_failure(L, http, &err);
    lua_pushboolean(L, 1);
    return 1;
}

/* Every `lua` answers Ctrl-C with a hook on its main thread, which would not run before a coroutine
 * that waits in a call has ended: such a hook is handed on to the coroutine, and stays, as Ctrl-C
 * means the script. PUC 5.1 does not tell its main thread; LuaJIT's hooks are all coroutines'. */
static void heed_interrupt(lua_State *L)
{
#if LUA_VERSION_NUM >= 502
    const int at_once = LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT; /* 5.4 adds lines */
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
    lua_State *main = lua_tothread(L, -1);
    lua_pop(L, 1);
    int mask = lua_gethookmask(main);
    if (main != L && (mask & at_once) == at_once)
        lua_sethook(L, lua_gethook(main), mask, lua_gethookcount(main));
#else
    (void)L;
#endif
}

/* handle:step(seconds) -> done | nil, message, code, errno */
static int handle_step(lua_State *L)
{
    ds_http *http = check_handle(L);
    ds_error err;
    bool done = false;
    ds_status status = ds_http_step(http, luaL_checknumber(L, 2), &done, &err);
    heed_interrupt(L);
    if (status != DS_OK)
        return push_http_failure(L, http, &err);
    lua_pushboolean(L, done);
    return 1;
}

static const ds_head *check_reply(lua_State *L)
{
    const ds_head *head = ds_http_head(check_handle(L));
    luaL_argcheck(L, head != NULL && head->complete, 1, "there is no reply");
    return head;
}

/* handle:reply() -> {status=, body=}; to be asked once, as the body is wiped */
static int handle_reply(lua_State *L)
{
    ds_http *http = check_handle(L);
    lua_createtable(L, 0, 3);
    lua_pushinteger(L, check_reply(L)->status);
    lua_setfield(L, -2, "status");
    ds_push_slice(L, ds_http_body(http));
    lua_setfield(L, -2, "body");
    ds_http_wipe_body(http);
    return 1;
}

/* handle:headers() -> {name=value}, names in lower case; of the last reply */
static int handle_headers(lua_State *L)
{
    ds_push_headers(L, check_reply(L));
    return 1;
}

/* handle:cancel(): ends a running exchange and drops its connection */
static int handle_cancel(lua_State *L)
{
    ds_http_cancel(check_handle(L));
    return 0;
}

/* handle:os_errno() -> errno behind the last exchange's failure, or 0 */
static int handle_os_errno(lua_State *L)
{
    lua_pushinteger(L, ds_http_os_errno(check_handle(L)));
    return 1;
}

/* handle:reused() -> whether the last exchange used a kept connection */
static int handle_reused(lua_State *L)
{
    lua_pushboolean(L, ds_http_reused(check_handle(L)));
    return 1;
}

/* Pollers ----------------------------------------------------------------------------------------
 */

static int poller_release(lua_State *L)
{
    ds_poller_free(take_owned(L));
    return 0;
}

static const ds_type_info poller_type, channel_type;

static ds_poller *check_poller(lua_State *L)
{
    return check_open(L, 1, &poller_type);
}

/* poller() -> poller | nil, message, code */
static int l_poller(lua_State *L)
{
    ds_error err;
    ds_poller *made;
    owner *o = ds_box_new(L, &poller_type, sizeof *o);
    ds_status status = ds_poller_new(&made, &err);
    o->it = made;
    return status == DS_OK ? 1 : ds_push_failure(L, &err);
}

/* poller:add(handle or channel) -> slot | nil, message, code
 * From then on handle:step(0) after start sends the request, and wait says when it is over; of a
 * channel when it is connected, or what await asked for has come. */
static int poller_add(lua_State *L)
{
    ds_error err;
    size_t slot;
    ds_status status;
    ds_poller *poller = check_poller(L);
    if (luaL_testudata(L, 2, channel_type.name) != NULL)
        status = ds_poller_add_channel(poller, &slot, check_open(L, 2, &channel_type), &err);
    else
        status = ds_poller_add(poller, &slot, check_open(L, 2, &handle_type), &err);
    if (status != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushinteger(L, (lua_Integer)slot + 1);
    return 1;
}

/* poller:wait(seconds) -> slot, true | slot, nil, message, code: what is over
 *                      -> nothing when there was none, or nil, nil, message, code */
static int poller_wait(lua_State *L)
{
    ds_error err;
    ds_status outcome;
    size_t slot = ds_poller_wait(check_poller(L), luaL_checknumber(L, 2), &outcome, &err);
    heed_interrupt(L);
    if (slot != DS_POLLER_NONE)
        lua_pushinteger(L, (lua_Integer)slot + 1);
    else if (outcome != DS_OK)
        lua_pushnil(L);
    else
        return 0;
    if (outcome != DS_OK)
        return 1 + ds_push_failure(L, &err);
    lua_pushboolean(L, 1);
    return 2;
}

/* Channels ---------------------------------------------------------------------------------------
 */

static int channel_release(lua_State *L)
{
    ds_channel_free(take_owned(L));
    return 0;
}

static ds_channel *check_channel(lua_State *L)
{
    return check_open(L, 1, &channel_type);
}

/* channel(url, deadline, certificate, key) -> channel | nil, message, code; the deadline is on the
 * clock of now(), the last two, which may go, are PEM of this end */
static int l_channel(lua_State *L)
{
    ds_error err;
    const ds_channel_options options = {
        .url = ds_check_slice(L, 1),
        .deadline = luaL_checknumber(L, 2),
        .certificate = lua_isnoneornil(L, 3) ? ds_slice_of(NULL, 0) : ds_check_slice(L, 3),
        .key = lua_isnoneornil(L, 4) ? ds_slice_of(NULL, 0) : ds_check_slice(L, 4),
    };
    ds_channel *made;
    owner *o = ds_box_new(L, &channel_type, sizeof *o);
    ds_status status = ds_channel_new(&made, &options, &err);
    o->it = made;
    return status == DS_OK ? 1 : ds_push_failure(L, &err);
}

/* channel:step(seconds) -> whether it is connected | nil, message, code */
static int channel_step(lua_State *L)
{
    ds_channel *c = check_channel(L);
    ds_error err;
    bool done = false;
    ds_status status = ds_channel_step(c, luaL_checknumber(L, 2), &done, &err);
    heed_interrupt(L);
    if (status != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushboolean(L, done);
    return 1;
}

/* channel:certificate() -> PEM, empty before it is connected */
static int channel_certificate(lua_State *L)
{
    ds_push_slice(L, ds_channel_certificate(check_channel(L)));
    return 1;
}

/* channel:send(bytes, from, seconds) -> how many went, counted from byte number from (the first is
 * 1), which may be 0 | nil, message, code */
static int channel_send(lua_State *L)
{
    ds_channel *c = check_channel(L);
    ds_slice bytes = ds_check_slice(L, 2);
    lua_Number from = luaL_checknumber(L, 3), wait = luaL_checknumber(L, 4);
    ds_error err;
    size_t sent;
    luaL_argcheck(L, from >= 1 && from <= (lua_Number)bytes.len + 1, 3, "beyond the bytes");
    bytes = ds_slice_behind(bytes, (size_t)from - 1);
    ds_status status = ds_channel_send(c, bytes, wait, &sent, &err);
    heed_interrupt(L);
    if (status != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushnumber(L, (lua_Number)sent);
    return 1;
}

#define RECEIVE_BYTES 16384 /* what one TLS record holds */

/* channel:receive(most, seconds) -> bytes, none where none came | nil, message, code */
static int channel_receive(lua_State *L)
{
    ds_channel *c = check_channel(L);
    lua_Number most = luaL_checknumber(L, 2), wait = luaL_checknumber(L, 3);
    unsigned char bytes[RECEIVE_BYTES];
    ds_error err;
    size_t room = sizeof bytes, received;
    luaL_argcheck(L, most >= 1, 2, "no byte fits");
    if (most < (lua_Number)room)
        room = (size_t)most;
    ds_status status = ds_channel_receive(c, bytes, room, wait, &received, &err);
    heed_interrupt(L);
    if (status != DS_OK)
        return ds_push_failure(L, &err);
    ds_push_slice(L, ds_slice_of(bytes, received));
    ds_wipe(bytes, received);
    return 1;
}

/* channel:await("read" or "write", deadline) -> true | nil, message, code: asks the poller that has
 * it to say when its socket is ready, and at that time at the latest */
static int channel_await(lua_State *L)
{
    static const char *const names[] = {"read", "write", NULL};
    static const unsigned events[] = {DS_HTTP_READ, DS_HTTP_WRITE};
    ds_channel *c = check_channel(L);
    unsigned wanted = events[luaL_checkoption(L, 2, NULL, names)];
    ds_error err;
    if (ds_channel_await(c, wanted, luaL_checknumber(L, 3), &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

static const luaL_Reg channel_methods[] = {
    {"step", channel_step},   {"certificate", channel_certificate},
    {"send", channel_send},   {"receive", channel_receive},
    {"await", channel_await}, {NULL, NULL},
};

static const ds_type_info channel_type = {"dstack.channel", channel_methods, channel_release};

/* The module -------------------------------------------------------------------------------------
 */

/* sleep(seconds): ends early when a signal came, see ds_http_sleep */
static int l_sleep(lua_State *L)
{
    ds_http_sleep(luaL_checknumber(L, 1));
    heed_interrupt(L);
    return 0;
}

static const luaL_Reg handle_methods[] = {
    {"start", handle_start},   {"step", handle_step},
    {"reply", handle_reply},   {"headers", handle_headers},
    {"cancel", handle_cancel}, {"os_errno", handle_os_errno},
    {"reused", handle_reused}, {NULL, NULL},
};

static const ds_type_info handle_type = {"dstack.http", handle_methods, handle_release};

static const luaL_Reg poller_methods[] = {
    {"add", poller_add},
    {"wait", poller_wait},
    {NULL, NULL},
};

static const ds_type_info poller_type = {"dstack.poller", poller_methods, poller_release};

static const luaL_Reg functions[] = {
    {"new", l_new}, {"channel", l_channel}, {"poller", l_poller}, {"sleep", l_sleep}, {NULL, NULL},
};

DS_LUA_EXPORT luaopen_dstack_http(lua_State *L)
{
    luaL_checkversion(L);
    ds_box_define(L, &handle_type);
    ds_box_define(L, &poller_type);
    ds_box_define(L, &channel_type);
    lua_newtable(L);
    luaL_setfuncs(L, functions, 0);
    return 1;
}
