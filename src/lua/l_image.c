/* What OS images measure as. */
#include "attest/tdx_lite.h"
#include "lua/binding.h"

/* measure_image(CBOR, memory size in bytes, two_pass, three digests of ACPI data) -> {mr_td =,
 * rt_mr0 =, rt_mr1 =, rt_mr2 =}, hex as in a TD report | nil, message, code */
static int l_measure_image(lua_State *L)
{
    static const char *const names[] = {"rt_mr0", "rt_mr1", "rt_mr2"};
    unsigned char mr_td[DS_MR_BYTES], rtmr[3][DS_MR_BYTES];
    ds_error err;
    double memory = luaL_checknumber(L, 2);
    ds_tdx_lite in = {.measurement = ds_check_slice(L, 1), .two_pass = lua_toboolean(L, 3)};
    for (int i = 0; i < DS_TDX_LITE_ACPI; i++)
        in.acpi[i] = ds_check_slice(L, 4 + i);
    if (memory >= 0 && memory <= 0x1p53)
        in.memory = (uint64_t)memory;
    if (ds_tdx_lite_measure(mr_td, rtmr, &in, &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_createtable(L, 0, 4);
    ds_push_hex(L, mr_td, DS_MR_BYTES);
    lua_setfield(L, -2, "mr_td");
    for (int i = 0; i < 3; i++) {
        ds_push_hex(L, rtmr[i], DS_MR_BYTES);
        lua_setfield(L, -2, names[i]);
    }
    return 1;
}

static const luaL_Reg functions[] = {{"measure_image", l_measure_image}, {NULL, NULL}};

void ds_open_image(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
