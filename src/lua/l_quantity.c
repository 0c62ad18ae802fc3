/* Quantities, as Ethereum's JSON-RPC writes numbers: 0x and the fewest hex digits (Ethereum
 * Execution APIs, schemas/base-types: "uint256"). */
#include "lua/amount.h"
#include "lua/binding.h"

#define TEXT_MAX 128
#define EXACT    (UINT64_C(1) << 53)

/* quantity(amount, call, name) -> "0x..." | nil, message, code; raises for another type, in the
 * words of the call whose argument it is */
static int l_quantity(lua_State *L)
{
    unsigned char room[TEXT_MAX];
    ds_buf text = {.data = room, .cap = sizeof room, .max = sizeof room};
    ds_error err;
    ds_u256 value;
    const char *call = luaL_checkstring(L, 2), *name = luaL_checkstring(L, 3);
    if (!ds_named_amount(L, 1, &value, DS_UINT256, call, name, &err))
        return ds_push_failure(L, &err);
    ds_u256_print_hex(&text, &value); /* fits: nothing is allocated */
    ds_push_slice(L, ds_buf_content(&text));
    return 1;
}

static ds_status read_quantity(ds_u256 *value, ds_slice text, ds_error *err)
{
    const char *p = text.data;
    if (text.len < 3 || p[0] != '0' || p[1] != 'x')
        return ds_fail(err, DS_INVALID, "not a quantity: 0x and hex digits expected");
    if (p[2] == '0' && text.len > 3)
        return ds_fail(err, DS_INVALID, "not a quantity: zeros in front");
    return ds_u256_read(value, text, DS_UINT256, err);
}

/* unquantity(text, small) -> decimal text | nil, message, code; with small a number, which must be
 * at most 2^53 */
static int l_unquantity(lua_State *L)
{
    ds_error err;
    ds_u256 value;
    uint64_t n;
    ds_slice text = ds_check_slice(L, 1);
    if (read_quantity(&value, text, &err) != DS_OK)
        return ds_push_failure(L, &err);
    if (!lua_toboolean(L, 2)) {
        ds_push_amount(L, &value, DS_UINT256);
        return 1;
    }
    if (!ds_u256_to_u64(&n, &value) || n > EXACT) {
        ds_fail(&err, DS_INVALID, "a number beyond 2^53");
        return ds_push_failure(L, &err);
    }
    ds_push_integer(L, (long long)n);
    return 1;
}

static const luaL_Reg functions[] = {
    {"quantity", l_quantity},
    {"unquantity", l_unquantity},
    {NULL, NULL},
};

void ds_open_quantity(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
