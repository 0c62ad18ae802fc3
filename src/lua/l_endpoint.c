/* Where agents are found, and why one was not. */
#include "lua/binding.h"

#include "guest/endpoint.h"

/* endpoint(text) -> kind ("unix" or "url"), address | nil, message, code */
static int l_endpoint(lua_State *L)
{
    ds_endpoint_kind kind;
    ds_slice address;
    ds_error err;
    if (ds_endpoint_read(&kind, &address, ds_check_slice(L, 1), &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushstring(L, kind == DS_ENDPOINT_URL ? "url" : "unix");
    ds_push_slice(L, address);
    return 2;
}

static const ds_service *check_service(lua_State *L)
{
    const ds_service *service = ds_service_by_name(luaL_checkstring(L, 1));
    luaL_argcheck(L, service != NULL, 1, "no such service");
    return service;
}

/* service(name) -> {variable =, client =, paths = {...}} */
static int l_service(lua_State *L)
{
    const ds_service *service = check_service(L);
    lua_createtable(L, 0, 3);
    ds_set_text(L, "variable", service->variable);
    ds_set_text(L, "client", service->client);
    lua_createtable(L, DS_ENDPOINT_PATHS, 0);
    for (int i = 0; i < DS_ENDPOINT_PATHS; i++) {
        lua_pushstring(L, service->paths[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "paths");
    return 1;
}

/* service_present(name) -> whether one of its paths exists */
static int l_service_present(lua_State *L)
{
    lua_pushboolean(L, ds_service_present(check_service(L)));
    return 1;
}

/* errno_of(text) -> the errno whose text that is, or 0 */
static int l_errno_of(lua_State *L)
{
    lua_pushinteger(L, ds_endpoint_errno(luaL_checkstring(L, 1)));
    return 1;
}

/* explain(path, errno) -> why connecting to that socket failed, in words */
static int l_explain(lua_State *L)
{
    char text[256];
    const char *path = luaL_checkstring(L, 1);
    ds_endpoint_explain(text, sizeof text, path, (int)luaL_checkinteger(L, 2));
    lua_pushstring(L, text);
    return 1;
}

static const luaL_Reg functions[] = {
    {"endpoint", l_endpoint}, {"service", l_service},   {"service_present", l_service_present},
    {"explain", l_explain},   {"errno_of", l_errno_of}, {NULL, NULL},
};

void ds_open_endpoint(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
