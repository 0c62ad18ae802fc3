/* RLP for scripts: a string is a string of bytes, a table a list; whole numbers may be written. */
#include "lua/amount.h"
#include "lua/binding.h"
#include "lua/named.h"

#include "ethereum/rlp.h"

#define LEVEL_SLOTS 8 /* of Lua's stack that one level of lists takes, at most */

/* Writing -------------------------------------------------------------------------------------- */

static const char encode_call[] = "rlp.encode";

static bool put_value(lua_State *L, int index, ds_buf *out, int depth, ds_error *err);

static bool put_list(lua_State *L, int index, ds_buf *out, int depth, ds_error *err)
{
    bool good = true;
    if (depth >= DS_RLP_DEPTH) {
        ds_fail(err, DS_INVALID, "%s: value: lists lie in more than %d others", encode_call,
                DS_RLP_DEPTH);
        return false;
    }
    luaL_checkstack(L, LEVEL_SLOTS, encode_call);
    size_t n = ds_named_list(L, index, encode_call, "value"), begin = ds_rlp_begin(out);
    for (size_t i = 1; i <= n && good; i++) {
        lua_rawgeti(L, index, (int)i);
        good = put_value(L, lua_gettop(L), out, depth + 1, err);
        lua_pop(L, 1);
    }
    ds_rlp_end(out, begin);
    return good;
}

static bool put_number(lua_State *L, int index, ds_buf *out, ds_error *err)
{
    ds_u256 number;
    if (!ds_named_amount(L, index, &number, DS_UINT256, encode_call, "value", err))
        return false;
    ds_rlp_put_number(out, ds_slice_of(number.bytes, sizeof number.bytes));
    return true;
}

/* Adds the value at an index from the bottom. Returns false with *err for what cannot be a value;
 * the buffer's own failures are left in it. */
static bool put_value(lua_State *L, int index, ds_buf *out, int depth, ds_error *err)
{
    switch (lua_type(L, index)) {
    case LUA_TTABLE:
        return put_list(L, index, out, depth, err);
    case LUA_TNUMBER:
        return put_number(L, index, out, err);
    case LUA_TSTRING:
        ds_rlp_put_string(out, ds_check_slice(L, index));
        return true;
    default:
        return ds_raise(L, "%s: value: string, number or table expected, got %s", encode_call,
                        luaL_typename(L, index));
    }
}

/* rlp_encode(value) -> bytes | nil, message, code */
static int l_encode(lua_State *L)
{
    ds_error err;
    lua_settop(L, 1);
    ds_buf *out = ds_box_buf(L, DS_RLP_MAXBYTES);
    if (!put_value(L, 1, out, 0, &err))
        return ds_push_failure(L, &err);
    if (ds_buf_status(out) != DS_OK)
        return ds_push_status(L, ds_buf_status(out), encode_call);
    ds_push_slice(L, ds_buf_content(out));
    ds_buf_free(out);
    return 1;
}

/* Reading -------------------------------------------------------------------------------------- */

/* Takes the next item and pushes it. On failure the stack has more on it than before. */
static ds_status push_next(lua_State *L, ds_rlp *reader, int depth, ds_error *err)
{
    ds_rlp_item item;
    ds_status status = ds_rlp_next(reader, &item, err);
    if (status != DS_OK)
        return status;
    if (!item.list) {
        ds_push_slice(L, item.content);
        return DS_OK;
    }
    if (depth >= DS_RLP_DEPTH)
        return ds_rlp_wrong(reader, &item, "lists lie too deep in others", err);
    ds_rlp inside = ds_rlp_inside(reader, &item);
    luaL_checkstack(L, LEVEL_SLOTS, "rlp.decode");
    lua_newtable(L);
    for (int i = 1; !ds_rlp_done(&inside); i++) {
        if ((status = push_next(L, &inside, depth + 1, err)) != DS_OK)
            return status;
        lua_rawseti(L, -2, i);
    }
    return DS_OK;
}

/* rlp_decode(bytes) -> string or table | nil, message, code */
static int l_decode(lua_State *L)
{
    ds_error err;
    ds_slice bytes = ds_named_slice(L, 1, "rlp.decode", "bytes");
    if (bytes.len > DS_RLP_MAXBYTES) {
        ds_fail(&err, DS_TOO_LARGE, "rlp.decode: bytes: more than %lu",
                (unsigned long)DS_RLP_MAXBYTES);
        return ds_push_failure(L, &err);
    }
    ds_rlp reader = ds_rlp_of(bytes);
    ds_status status = push_next(L, &reader, 0, &err);
    if (status == DS_OK)
        status = ds_rlp_finish(&reader, &err);
    return status == DS_OK ? 1 : ds_push_failure(L, &err);
}

static const luaL_Reg functions[] = {
    {"rlp_encode", l_encode},
    {"rlp_decode", l_decode},
    {NULL, NULL},
};

void ds_open_rlp(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
