/* Strict JSON for replies: what the agent put into text members. */
#include "lua/binding.h"

#include "base/json_order.h"

#include <stdlib.h>

void ds_push_integer(lua_State *L, long long n)
{
#if LUA_VERSION_NUM >= 503
    lua_pushinteger(L, (lua_Integer)n);
#else
    lua_pushnumber(L, (lua_Number)n);
#endif
}

ds_status ds_check_status(lua_State *L, int index)
{
    const char *word = luaL_checkstring(L, index);
    for (int i = 0; i < DS_STATUS_COUNT; i++)
        if (strcmp(ds_status_word((ds_status)i), word) == 0)
            return (ds_status)i;
    luaL_argerror(L, index, "no such code");
    return DS_INTERNAL;
}

static bool is_integer(ds_slice literal)
{
    return memchr(literal.data, '.', literal.len) == NULL &&
           memchr(literal.data, 'e', literal.len) == NULL &&
           memchr(literal.data, 'E', literal.len) == NULL;
}

/* An integer that every Lua holds exactly: up to 2^53, and so of at most 16 digits. */
static bool push_small_integer(lua_State *L, ds_slice literal)
{
    const long long limit = 1LL << 53;
    if (!is_integer(literal) || literal.len > 17)
        return false;
    long long n = strtoll(literal.data, NULL, 10); /* a NUL or punctuation stands behind it */
    if (n < -limit || n > limit)
        return false;
    ds_push_integer(L, n);
    return true;
}

/* Lua's own conversion minds the locale. What would not be finite stays text. */
static void push_number(lua_State *L, ds_slice literal)
{
    if (push_small_integer(L, literal))
        return;
    ds_push_slice(L, literal);
    lua_Number n = lua_tonumber(L, -1);
    if (is_integer(literal) || n - n != 0)
        return;
    lua_pop(L, 1);
    lua_pushnumber(L, n);
}

static void push_container(lua_State *L, const ds_json *value)
{
    int n = 0;
    luaL_checkstack(L, 4, "JSON nested too deep");
    lua_newtable(L);
    for (const ds_json *item = value->first; item != NULL; item = item->next) {
        if (value->type == DS_JSON_OBJECT) {
            ds_push_slice(L, item->key);
            ds_push_json(L, item);
            lua_rawset(L, -3);
        } else {
            ds_push_json(L, item);
            lua_rawseti(L, -2, ++n);
        }
    }
}

void ds_push_json(lua_State *L, const ds_json *value)
{
    switch (value->type) {
    case DS_JSON_NULL:
        lua_pushlightuserdata(L, NULL);
        break;
    case DS_JSON_BOOL:
        lua_pushboolean(L, value->boolean);
        break;
    case DS_JSON_NUMBER:
        push_number(L, value->text);
        break;
    case DS_JSON_STRING:
        ds_push_slice(L, value->text);
        break;
    case DS_JSON_ARRAY:
    case DS_JSON_OBJECT:
        push_container(L, value);
        break;
    }
}

static int doc_release(lua_State *L)
{
    ds_json_free(lua_touserdata(L, 1));
    return 0;
}

static const luaL_Reg no_methods[] = {{NULL, NULL}};
static const ds_type_info doc_type = {"dstack.json", no_methods, doc_release};

/* json_decode(text, distinct) -> value | nil, message, code
 * distinct: members of one name are refused; else the last one counts. */
static int l_json_decode(lua_State *L)
{
    ds_slice text = ds_check_slice(L, 1);
    bool distinct = lua_toboolean(L, 2);
    ds_error err;
    ds_json_doc *doc = ds_box_new(L, &doc_type, sizeof *doc);
    if (ds_json_parse(doc, text.data, text.len, &err) != DS_OK ||
        (distinct && ds_json_distinct(doc->root, &err) != DS_OK))
        return ds_push_failure(L, &err);
    ds_push_json(L, doc->root);
    ds_json_free(doc);
    return 1;
}

/* Trees --------------------------------------------------------------------------------------- */

static void push_node(lua_State *L, const ds_json *value);

static void push_items(lua_State *L, const ds_json *value)
{
    int n = 0;
    lua_newtable(L);
    for (const ds_json *item = value->first; item != NULL; item = item->next) {
        push_node(L, item);
        if (value->type == DS_JSON_OBJECT) {
            ds_push_slice(L, item->key);
            lua_setfield(L, -2, "name");
        }
        lua_rawseti(L, -2, ++n);
    }
}

static void push_node(lua_State *L, const ds_json *value)
{
    static const char *const kinds[] = {"null", "boolean", "number", "string", "array", "object"};
    luaL_checkstack(L, 6, "JSON nested too deep");
    lua_newtable(L);
    lua_pushstring(L, kinds[value->type]);
    lua_setfield(L, -2, "kind");
    if (value->type == DS_JSON_BOOL)
        lua_pushboolean(L, value->boolean);
    else if (value->type == DS_JSON_ARRAY || value->type == DS_JSON_OBJECT)
        push_items(L, value);
    else if (value->type == DS_JSON_NULL)
        lua_pushnil(L);
    else
        ds_push_slice(L, value->text);
    lua_setfield(L, -2, value->type < DS_JSON_ARRAY ? "value" : "items");
}

/* json_tree(text) -> node | nil, message, code
 * A node shows what a value would not: the order of members, those of one name, a number's literal.
 * {kind =, name = of a member, value = a boolean, a string or a literal, items = a list of nodes}
 */
static int l_json_tree(lua_State *L)
{
    ds_slice text = ds_check_slice(L, 1);
    ds_error err;
    ds_json_doc *doc = ds_box_new(L, &doc_type, sizeof *doc);
    if (ds_json_parse(doc, text.data, text.len, &err) != DS_OK)
        return ds_push_failure(L, &err);
    push_node(L, doc->root);
    ds_json_free(doc);
    return 1;
}

static const luaL_Reg functions[] = {
    {"json_decode", l_json_decode},
    {"json_tree", l_json_tree},
    {NULL, NULL},
};

void ds_open_json(lua_State *L)
{
    ds_box_define(L, &doc_type);
    luaL_setfuncs(L, functions, 0);
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
}
