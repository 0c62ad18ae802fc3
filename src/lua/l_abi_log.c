/* Logs for scripts: reading them, and the topics to look for them with. Every function here takes
 * the name of what the script called first, for messages. */
#include "lua/abi_call.h"
#include "lua/abi_value.h"
#include "lua/binding.h"
#include "lua/named.h"

#include "ethereum/abi_log.h"

#include <stdio.h>
#include <string.h>

/* Reading -------------------------------------------------------------------------------------- */

/* The topics of a log; one more than there can be, so that the reader sees what is too much. */
typedef struct topics {
    unsigned char bytes[DS_ABI_TOPICS + 1][DS_ABI_WORD];
    ds_slice list[DS_ABI_TOPICS + 1];
    size_t count;
} topics;

static bool take_topics(lua_State *L, int index, const char *call, topics *out, ds_error *err)
{
    char name[32];
    size_t count = lua_rawlen(L, index);
    out->count = count < DS_ABI_TOPICS + 1 ? count : DS_ABI_TOPICS + 1;
    for (size_t i = 0; i < out->count; i++) {
        snprintf(name, sizeof name, "topics[%d]", (int)i + 1);
        lua_rawgeti(L, index, (int)i + 1);
        if (!ds_named_fixed(L, -1, out->bytes[i], DS_ABI_WORD, call, name, err))
            return false;
        out->list[i] = ds_slice_of(out->bytes[i], DS_ABI_WORD);
        lua_pop(L, 1);
    }
    return true;
}

/* abi_decode_log(call, signature, topics, data, lenient) -> values | nil, message, code */
static int l_abi_decode_log(lua_State *L)
{
    ds_error err;
    ds_abi_signature event;
    ds_abi_type seen;
    ds_abi_value value;
    topics given;
    const char *call = luaL_checkstring(L, 1);
    ds_path path = ds_abi_root("values");
    ds_slice text = ds_named_slice(L, 2, call, "signature");
    ds_named_table(L, 3, call, "topics");
    ds_slice data = ds_named_slice(L, 4, call, "data");
    ds_abi_mode mode = lua_toboolean(L, 5) ? DS_ABI_LENIENT : DS_ABI_STRICT;
    if (!take_topics(L, 3, call, &given, &err))
        return ds_push_failure(L, &err);
    ds_arena *arena = ds_box_arena(L);
    ds_status status = ds_abi_read_signature(&event, text, arena, &err);
    if (status == DS_OK)
        status = ds_abi_decode_log(&value, &seen, &event, given.list, given.count, data, mode,
                                   &path, arena, &err);
    if (status != DS_OK)
        return ds_abi_fail(L, arena, call, &err);
    ds_abi_push(L, &seen, &value);
    ds_arena_free(arena);
    return 1;
}

/* Topics to look for --------------------------------------------------------------------------- */

/* Pushes what stands for an indexed parameter among the values at index 3, by name or by place;
 * nil, where any value will do. */
static void push_wanted(lua_State *L, const ds_abi_type *type, size_t i)
{
    ds_push_slice(L, type->name);
    lua_rawget(L, 3);
    if (type->name.len > 0 && !lua_isnil(L, -1))
        return;
    lua_pop(L, 1);
    lua_rawgeti(L, 3, (int)i + 1);
}

/* Puts the topic of the value on top of the stack in its place. */
static ds_status make_topic(const ds_abi_taker *taker, const ds_abi_type *type, const ds_path *path)
{
    ds_abi_value value;
    ds_u256 topic;
    ds_status status = ds_abi_take(taker, lua_gettop(taker->L), type, path, &value);
    if (status != DS_OK)
        return status;
    if (ds_abi_topic(&topic, type, &value) != DS_OK)
        return ds_fail_memory(taker->err);
    ds_push_0x(taker->L, topic.bytes, sizeof topic.bytes);
    return DS_OK;
}

/* Whether the value on top of the stack is what abi.any_of made. */
static bool is_any_of(lua_State *L)
{
    if (lua_type(L, -1) != LUA_TTABLE || !luaL_getmetafield(L, -1, "__name"))
        return false;
    const char *name = lua_tostring(L, -1);
    bool found = name != NULL && strcmp(name, "dstack.ethereum.any_of") == 0;
    lua_pop(L, 1);
    return found;
}

/* Puts what is looked for by the value on top of the stack in its place: a topic, or a list. */
static ds_status make_place(const ds_abi_taker *taker, const ds_abi_type *type, const ds_path *path)
{
    lua_State *L = taker->L;
    if (!is_any_of(L))
        return make_topic(taker, type, path);
    ds_status status = DS_OK;
    int given = lua_gettop(L), list = given + 1;
    lua_newtable(L);
    for (int i = 1; i <= (int)lua_rawlen(L, given) && status == DS_OK; i++) {
        ds_path item = ds_path_down(path, (ds_slice){"", 0}, (size_t)i);
        lua_rawgeti(L, given, i);
        if ((status = make_topic(taker, type, &item)) == DS_OK)
            lua_rawseti(L, list, i);
        lua_settop(L, list);
    }
    return status;
}

/* Puts the topics of indexed parameters, null for those that may be anything, behind those in the
 * list on top of the stack. Out: *found, how many values there were. */
static ds_status put_topics(const ds_abi_taker *taker, const ds_abi_signature *event, size_t *found)
{
    lua_State *L = taker->L;
    ds_path above = ds_abi_root("values");
    ds_status status = DS_OK;
    int list = lua_gettop(L), n = (int)lua_rawlen(L, list);
    *found = 0;
    for (size_t i = 0; i < event->inputs.count && status == DS_OK; i++) {
        const ds_abi_type *type = &event->inputs.items[i];
        ds_path path = ds_path_down(&above, type->name, i + 1);
        if (!type->indexed)
            continue;
        push_wanted(L, type, i);
        bool any = lua_isnil(L, -1);
        if (any)
            lua_pushlightuserdata(L, NULL);
        else
            status = make_place(taker, type, &path);
        *found += !any;
        if (status == DS_OK)
            lua_rawseti(L, list, ++n);
        lua_settop(L, list);
    }
    return status;
}

/* abi_topics(call, signature, values) -> {topic, topics or null, ...} | nil, message, code */
static int l_abi_topics(lua_State *L)
{
    ds_error err;
    ds_abi_signature event;
    unsigned char hash[DS_ABI_WORD];
    size_t found = 0;
    const char *call = luaL_checkstring(L, 1);
    ds_slice text = ds_named_slice(L, 2, call, "signature");
    ds_named_table(L, 3, call, "values");
    ds_arena *arena = ds_box_arena(L);
    ds_status status = ds_abi_read_signature(&event, text, arena, &err);
    if (status == DS_OK && ds_abi_signature_hash(hash, &event) != DS_OK)
        status = ds_fail_memory(&err);
    if (status != DS_OK)
        return ds_abi_fail(L, arena, call, &err);
    lua_newtable(L);
    if (!event.anonymous) {
        ds_push_0x(L, hash, sizeof hash);
        lua_rawseti(L, -2, 1);
    }
    ds_abi_taker taker = {L, arena, false, &err};
    status = put_topics(&taker, &event, &found);
    if (status == DS_OK && ds_abi_keys(L, 3) != found)
        status = ds_fail(&err, DS_INVALID,
                         "values: one in it is of no indexed parameter; only those are topics");
    if (status != DS_OK)
        return ds_abi_fail(L, arena, call, &err);
    ds_arena_free(arena);
    return 1;
}

static const luaL_Reg functions[] = {
    {"abi_decode_log", l_abi_decode_log},
    {"abi_topics", l_abi_topics},
    {NULL, NULL},
};

void ds_open_abi_log(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
