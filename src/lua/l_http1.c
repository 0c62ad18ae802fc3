/* HTTP/1.1 as bytes, for transports that have a stream of their own: requests written down, replies
 * read and judged. And the clock that deadlines are on. */
#include "lua/binding.h"

#include "http1/clock.h"
#include "http1/reader.h"
#include "lua/headers.h"

/* http_request{method=, prefix=, path=, host=, user_agent=, headers=, body_length=}
 * -> head | nil, message, code. headers are lines "Name: value"; prefix goes before every path. */
static int l_http_request(lua_State *L)
{
    ds_slice lines[DS_REQUEST_HEADERS];
    ds_error err;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    ds_buf *out = ds_box_buf(L, DS_REQUEST_HEAD_BYTES);
    lua_getfield(L, 1, "headers");
    lua_getfield(L, 1, "body_length");
    const ds_request request = {
        .method = ds_field_slice(L, 1, "method", true).data,
        .prefix = ds_field_slice(L, 1, "prefix", true),
        .path = ds_field_slice(L, 1, "path", true),
        .host = ds_field_slice(L, 1, "host", true),
        .user_agent = ds_field_slice(L, 1, "user_agent", false),
        .lines = lines,
        .count = ds_check_headers(L, 3, lines),
        .body_len = (size_t)luaL_checknumber(L, 4),
    };
    if (ds_request_write(out, &request, &err) != DS_OK)
        return ds_push_failure(L, &err);
    ds_push_slice(L, ds_buf_content(out));
    return 1;
}

typedef struct reader {
    ds_head head;
    ds_chunks chunks;
    ds_buf body;
    ds_reader reader;
} reader;

static int reader_release(lua_State *L)
{
    reader *r = lua_touserdata(L, 1);
    ds_reader_free(&r->reader);
    ds_head_free(&r->head);
    ds_chunks_free(&r->chunks);
    ds_buf_free(&r->body);
    r->reader.head = NULL;
    return 0;
}

static const ds_type_info reader_type;

static reader *check_reader(lua_State *L, int index)
{
    reader *r = luaL_checkudata(L, index, reader_type.name);
    luaL_argcheck(L, r->reader.head != NULL, index, "closed");
    return r;
}

/* http_reader(max_body, bodyless) -> reader of one reply, with at most max_body bytes of body;
 * bodyless: the request was a HEAD */
static int l_http_reader(lua_State *L)
{
    size_t max = (size_t)luaL_checknumber(L, 1);
    bool bodyless = lua_toboolean(L, 2);
    reader *r = ds_box_new(L, &reader_type, sizeof *r);
    ds_head_init(&r->head, max);
    r->head.bodyless = bodyless;
    ds_chunks_init(&r->chunks);
    ds_buf_init(&r->body, max);
    ds_reader_init(&r->reader, &r->head, &r->chunks, &r->body);
    return 1;
}

/* reader:feed(bytes) -> whether the reply is there | nil, message, code; not to be fed afterwards
 */
static int reader_feed(lua_State *L)
{
    reader *r = check_reader(L, 1);
    ds_slice bytes = ds_check_slice(L, 2);
    ds_error err;
    if (ds_reader_feed(&r->reader, bytes.data, bytes.len, &err) != DS_OK) {
        ds_push_failure(L, &err);
        reader_release(L);
        return 3;
    }
    lua_pushboolean(L, ds_reader_done(&r->reader));
    return 1;
}

/* reader:finish(why) -> true, when the connection's end ends the reply | nil, message, code; why is
 * nil, or the system's word for that end */
static int reader_finish(lua_State *L)
{
    char why[128] = "", text[96];
    const reader *r = check_reader(L, 1);
    ds_error err;
    if (!lua_isnoneornil(L, 2)) {
        ds_slice word = ds_check_slice(L, 2);
        snprintf(why, sizeof why, " (%s)", ds_excerpt(text, sizeof text, word.data, word.len));
    }
    if (ds_reader_end(&r->reader, why, &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

/* reader:heard() -> whether a byte has come */
static int reader_heard(lua_State *L)
{
    const reader *r = check_reader(L, 1);
    lua_pushboolean(L, r->head.bytes > 0 || r->reader.line.len > 0);
    return 1;
}

/* reader:reply(want_headers) -> {status=, body= [, headers=]}, whether the connection may serve
 * another request; closes the reader */
static int reader_reply(lua_State *L)
{
    const reader *r = check_reader(L, 1);
    luaL_argcheck(L, r->head.complete, 1, "there is no reply");
    bool want_headers = lua_toboolean(L, 2);
    lua_createtable(L, 0, 3);
    lua_pushinteger(L, r->head.status);
    lua_setfield(L, -2, "status");
    ds_set_slice(L, "body", ds_buf_content(&r->body));
    if (want_headers) {
        ds_push_headers(L, &r->head);
        lua_setfield(L, -2, "headers");
    }
    lua_pushboolean(L, r->head.keep_alive && !r->reader.excess);
    reader_release(L);
    return 2;
}

/* http_late(seconds, reader) -> nil, message, code: what was waited for when time ran out, after so
 * many seconds; reader is nil while there is no connection */
static int l_http_late(lua_State *L)
{
    const ds_head *head = lua_isnoneornil(L, 2) ? NULL : &check_reader(L, 2)->head;
    ds_error err;
    ds_reader_late(head, luaL_checknumber(L, 1), &err);
    return ds_push_failure(L, &err);
}

static const luaL_Reg reader_methods[] = {
    {"feed", reader_feed},
    {"finish", reader_finish},
    {"heard", reader_heard},
    {"reply", reader_reply},
    {NULL, NULL},
};

static const ds_type_info reader_type = {"dstack.reader", reader_methods, reader_release};

/* now() -> seconds on a clock that only goes forward */
static int l_now(lua_State *L)
{
    lua_pushnumber(L, ds_http_now());
    return 1;
}

static const luaL_Reg functions[] = {
    {"http_request", l_http_request},
    {"http_reader", l_http_reader},
    {"http_late", l_http_late},
    {"now", l_now},
    {NULL, NULL},
};

void ds_open_http1(lua_State *L)
{
    ds_box_define(L, &reader_type);
    luaL_setfuncs(L, functions, 0);
}
