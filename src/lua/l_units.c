/* Amounts as people write them, in a unit that is a power of ten. */
#include "lua/amount.h"
#include "lua/binding.h"
#include "lua/named.h"

#define TEXT_MAX 128

/* units_parse(text, decimals) -> decimal text | nil, message, code */
static int l_units_parse(lua_State *L)
{
    static const char call[] = "units.parse";
    ds_error err;
    ds_u256 value;
    size_t decimals;
    ds_slice text = ds_named_slice(L, 1, call, "text");
    lua_Number number = ds_named_number(L, 2, call, "decimals");
    if (!ds_named_count(number, DS_U256_MAXDECIMALS, &decimals, call, "decimals", &err))
        return ds_push_failure(L, &err);
    if (ds_u256_read_scaled(&value, text, (unsigned)decimals, &err) != DS_OK) {
        ds_error_from(&err, "units.parse: text");
        return ds_push_failure(L, &err);
    }
    ds_push_amount(L, &value, DS_UINT256);
    return 1;
}

/* units_format(amount, decimals) -> text | nil, message, code */
static int l_units_format(lua_State *L)
{
    static const char call[] = "units.format";
    ds_error err;
    ds_u256 value;
    size_t decimals;
    bool good = ds_named_amount(L, 1, &value, DS_UINT256, call, "amount", &err);
    lua_Number number = ds_named_number(L, 2, call, "decimals");
    if (!good || !ds_named_count(number, DS_U256_MAXDECIMALS, &decimals, call, "decimals", &err))
        return ds_push_failure(L, &err);
    ds_buf *text = ds_box_buf(L, TEXT_MAX);
    ds_status status = ds_u256_print_scaled(text, &value, (unsigned)decimals);
    if (status != DS_OK)
        return ds_push_status(L, status, call);
    ds_push_slice(L, ds_buf_content(text));
    return 1;
}

static const luaL_Reg functions[] = {
    {"units_parse", l_units_parse},
    {"units_format", l_units_format},
    {NULL, NULL},
};

void ds_open_units(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
