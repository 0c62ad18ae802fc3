/* What an agent can do, by what it answered. */
#include "lua/binding.h"

#include "guest/detect.h"
#include "guest/gate.h"

/* gate(surface, state, code, agent_spoke) -> state after a question came back with that code ("ok"
 * for success) and fourth value of call:reply; without a state the initial one. Second value: the
 * method to ask now, or nil; third: whether the features are there. */
static int l_gate(lua_State *L)
{
    const ds_surface *surface = ds_check_surface(L, 1);
    ds_gate state = (ds_gate)luaL_optinteger(L, 2, DS_GATE_ASK_VERSION);
    luaL_argcheck(L, state <= DS_GATE_SHUT, 2, "no such state");
    if (!lua_isnoneornil(L, 3))
        state = ds_gate_next(surface, state, ds_check_status(L, 3), lua_toboolean(L, 4));
    lua_pushinteger(L, state);
    lua_pushstring(L, ds_gate_question(state));
    lua_pushboolean(L, state == DS_GATE_OPEN);
    return 3;
}

/* detect_v1(code, agent_spoke, status, body) -> whether v1 is there, or nil when the answer to its
 * Version does not tell; code ("ok" for success) and agent_spoke as from call:reply. */
static int l_detect_v1(lua_State *L)
{
    ds_status outcome = ds_check_status(L, 1);
    ds_detection found = ds_detect_v1(outcome, lua_toboolean(L, 2), (int)luaL_checkinteger(L, 3),
                                      ds_check_slice(L, 4));
    if (found == DS_DETECT_UNKNOWN)
        lua_pushnil(L);
    else
        lua_pushboolean(L, found == DS_DETECT_PRESENT);
    return 1;
}

static const luaL_Reg functions[] = {
    {"gate", l_gate},
    {"detect_v1", l_detect_v1},
    {NULL, NULL},
};

void ds_open_agent(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
