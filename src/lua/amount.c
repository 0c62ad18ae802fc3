#include "lua/amount.h"

#include "lua/binding.h"
#include "lua/named.h"

#include <assert.h>

#define EXACT 9007199254740992.0 /* 2^53: above it, doubles leave integers out */

static ds_status take_integer(ds_u256 *out, int64_t n, ds_u256_range range, ds_error *err)
{
    uint64_t magnitude = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    ds_u256 value = ds_u256_of(magnitude);
    return ds_u256_take(out, &value, n < 0, range, err);
}

static ds_status take_number(lua_State *L, int index, ds_u256 *out, ds_u256_range range,
                             ds_error *err)
{
    if (ds_isinteger(L, index))
        return take_integer(out, (int64_t)lua_tointeger(L, index), range, err);
    lua_Number n = lua_tonumber(L, index);
    *out = ds_u256_of(0);
    if (!(n >= -EXACT && n <= EXACT))
        return ds_fail(err, DS_INVALID,
                       "inexact: a number beyond 2^53; write it as text in decimal digits");
    if ((lua_Number)(int64_t)n != n)
        return ds_fail(err, DS_INVALID, "inexact: a number that is not whole");
    return take_integer(out, (int64_t)n, range, err);
}

ds_status ds_amount_at(lua_State *L, int index, ds_u256 *out, ds_u256_range range, ds_error *err)
{
    ds_slice text;
    int type = lua_type(L, index);
    if (type == LUA_TNUMBER)
        return take_number(L, index, out, range, err);
    if (type != LUA_TSTRING) {
        *out = ds_u256_of(0);
        return ds_fail(err, DS_INVALID, "an amount (text or a number) expected, got %s",
                       luaL_typename(L, index));
    }
    text.data = lua_tolstring(L, index, &text.len);
    return ds_u256_read(out, text, range, err);
}

bool ds_named_amount(lua_State *L, int index, ds_u256 *out, ds_u256_range range, const char *call,
                     const char *name, ds_error *err)
{
    int type = lua_type(L, index);
    if (type != LUA_TNUMBER && type != LUA_TSTRING)
        ds_raise(L, "%s: %s: an amount (text or a number) expected, got %s", call, name,
                 luaL_typename(L, index));
    if (ds_amount_at(L, index, out, range, err) == DS_OK)
        return true;
    ds_error_from(err, name);
    ds_error_from(err, call);
    return false;
}

static void push_small(lua_State *L, const ds_u256 *word, bool is_signed)
{
    uint64_t n = 0;
    bool negative = is_signed && word->bytes[0] >= 0x80;
    ds_u256 magnitude = negative ? ds_u256_negated(word) : *word;
    bool small = ds_u256_to_u64(&n, &magnitude);
    assert(small);
    (void)small;
    ds_push_integer(L, negative ? -(long long)n : (long long)n);
}

void ds_push_amount(lua_State *L, const ds_u256 *word, ds_u256_range range)
{
    unsigned char room[128];
    ds_buf text = {.data = room, .cap = sizeof room, .max = sizeof room};
    if (range.bits <= DS_AMOUNT_NUMBERBITS) {
        push_small(L, word, range.is_signed);
        return;
    }
    ds_u256_print(&text, word, range.is_signed); /* fits: nothing is allocated */
    ds_push_slice(L, ds_buf_content(&text));
}
