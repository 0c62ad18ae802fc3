/* Solidity's ABI for scripts. Every function here takes the name of what the script called first,
 * for messages. */
#include "lua/abi_value.h"
#include "lua/arena_box.h"
#include "lua/binding.h"
#include "lua/named.h"

#include "crypto/hash.h"
#include "ethereum/abi_log.h"

#include <stdio.h>

/* Types and signatures ------------------------------------------------------------------------- */

/* Which types a text has: a list of them, or those of a signature on one of its sides. */
typedef enum side { TYPES, INPUTS, OUTPUTS } side;

static side check_side(lua_State *L, int index)
{
    static const char *const sides[] = {"types", "inputs", "outputs", NULL};
    return (side)luaL_checkoption(L, index, NULL, sides);
}

static const char *name_of(side which)
{
    return which == TYPES ? "types" : "signature";
}

static ds_status read_signature(ds_abi_signature *signature, ds_slice text, ds_arena *arena,
                                ds_error *err)
{
    ds_status status = ds_abi_parse_signature(signature, text, arena, err);
    if (status != DS_OK)
        ds_error_from(err, name_of(INPUTS));
    return status;
}

static ds_status read_types(ds_abi_type *tuple, side which, ds_slice text, ds_arena *arena,
                            ds_error *err)
{
    ds_abi_signature signature;
    ds_status status;
    if (which == TYPES) {
        if ((status = ds_abi_parse_types(tuple, text, arena, err)) != DS_OK)
            ds_error_from(err, name_of(TYPES));
        return status;
    }
    if ((status = read_signature(&signature, text, arena, err)) != DS_OK)
        return status;
    if (which == OUTPUTS && !signature.has_outputs)
        return ds_fail(err, DS_INVALID,
                       "signature: it does not say what the function returns; write returns (...) "
                       "behind it");
    *tuple = which == INPUTS ? signature.inputs : signature.outputs;
    return DS_OK;
}

/* The path that values have in messages. */
static ds_path root(const char *name)
{
    return (ds_path){NULL, {name, strlen(name)}, 0};
}

static int fail(lua_State *L, ds_arena *arena, const char *call, ds_error *err)
{
    ds_arena_free(arena);
    ds_error_from(err, call);
    return ds_push_failure(L, err);
}

static const char *const nouns[] = {"", "function", "event", "error"};

/* abi_signature(call, text) -> {noun =, name =, text =, hash =, anonymous =}
 *                              | nil, message, code */
static int l_abi_signature(lua_State *L)
{
    ds_error err;
    ds_abi_signature signature;
    unsigned char hash[DS_ABI_WORD];
    const char *call = luaL_checkstring(L, 1);
    ds_slice text = ds_named_slice(L, 2, call, "signature");
    ds_arena *arena = ds_box_arena(L);
    ds_buf *canonical = ds_box_buf(L, 4 * DS_ABI_TEXTMAX);
    if (read_signature(&signature, text, arena, &err) != DS_OK)
        return fail(L, arena, call, &err);
    if (ds_abi_signature_write(canonical, &signature) != DS_OK ||
        ds_abi_signature_hash(hash, &signature) != DS_OK) {
        ds_fail_memory(&err);
        return fail(L, arena, call, &err);
    }
    lua_createtable(L, 0, 5);
    lua_pushstring(L, nouns[signature.noun]);
    lua_setfield(L, -2, "noun");
    ds_push_slice(L, signature.name);
    lua_setfield(L, -2, "name");
    ds_push_slice(L, ds_buf_content(canonical));
    lua_setfield(L, -2, "text");
    ds_push_0x(L, hash, sizeof hash);
    lua_setfield(L, -2, "hash");
    lua_pushboolean(L, signature.anonymous);
    lua_setfield(L, -2, "anonymous");
    ds_arena_free(arena);
    return 1;
}

/* Encoding ------------------------------------------------------------------------------------- */

/* Takes types and values, the third to fifth argument. Out: *tuple, *value, in the arena. */
static ds_status take_arguments(lua_State *L, ds_abi_type *tuple, ds_abi_value *value,
                                ds_arena *arena, ds_error *err)
{
    side which = check_side(L, 2);
    const char *name = which == TYPES ? "values" : "args";
    ds_path path = root(name);
    ds_abi_taker taker = {L, arena, false, err};
    ds_status status = read_types(tuple, which, ds_check_slice(L, 3), arena, err);
    return status == DS_OK ? ds_abi_take(&taker, 4, tuple, &path, value) : status;
}

static ds_status put_status(ds_status status, ds_error *err)
{
    if (status == DS_TOO_LARGE)
        return ds_fail(err, status, "more than %u bytes, encoded", DS_ABI_DATAMAX);
    return status == DS_OK ? status : ds_fail_memory(err);
}

/* Pushes what was encoded, or its Keccak-256, and frees it. */
static int push_encoded(lua_State *L, ds_buf *out, bool hashed)
{
    unsigned char hash[DS_KECCAK256_BYTES];
    if (!hashed) {
        ds_push_0x(L, out->data, out->len);
    } else if (ds_hash_one(DS_KECCAK256, hash, out->data, out->len) == DS_OK) {
        ds_push_0x(L, hash, sizeof hash);
    } else {
        return ds_push_status(L, DS_INTERNAL, "keccak256");
    }
    ds_buf_free(out);
    return 1;
}

/* Values are checked to be a table before anything is acquired. */
static int encode(lua_State *L, bool packed)
{
    ds_error err;
    ds_abi_type tuple;
    ds_abi_value value;
    const char *call = luaL_checkstring(L, 1);
    side which = check_side(L, 2);
    ds_named_slice(L, 3, call, name_of(which));
    ds_named_table(L, 4, call, which == TYPES ? "values" : "args");
    bool hashed = lua_toboolean(L, 5);
    ds_arena *arena = ds_box_arena(L);
    ds_buf *out = ds_box_buf(L, DS_ABI_DATAMAX);
    ds_status status = take_arguments(L, &tuple, &value, arena, &err);
    if (status == DS_OK && packed)
        status = ds_abi_encode_packed(out, &tuple, &value, &err);
    else if (status == DS_OK)
        status = put_status(ds_abi_encode(out, &tuple, &value), &err);
    if (status != DS_OK)
        return fail(L, arena, call, &err);
    ds_arena_free(arena);
    return push_encoded(L, out, hashed);
}

/* abi_encode(call, "types" | "inputs" | "outputs", text, values) -> hex | nil, message, code */
static int l_abi_encode(lua_State *L)
{
    return encode(L, false);
}

/* abi_encode_packed(call, "types", text, values, hashed) -> hex | nil, message, code */
static int l_abi_encode_packed(lua_State *L)
{
    return encode(L, true);
}

/* Decoding ------------------------------------------------------------------------------------- */

/* abi_decode(call, "types" | "inputs" | "outputs", text, data, lenient) -> values
 *                                                                       | nil, message, code */
static int l_abi_decode(lua_State *L)
{
    ds_error err;
    ds_abi_type tuple;
    ds_abi_value value;
    const char *call = luaL_checkstring(L, 1);
    side which = check_side(L, 2);
    ds_path path = root(which == INPUTS ? "args" : "values");
    ds_slice text = ds_named_slice(L, 3, call, name_of(which));
    ds_slice data = ds_named_slice(L, 4, call, "data");
    ds_abi_mode mode = lua_toboolean(L, 5) ? DS_ABI_LENIENT : DS_ABI_STRICT;
    ds_arena *arena = ds_box_arena(L);
    ds_status status = read_types(&tuple, which, text, arena, &err);
    if (status == DS_OK)
        status = ds_abi_decode(&value, &tuple, data, mode, &path, arena, &err);
    if (status != DS_OK)
        return fail(L, arena, call, &err);
    ds_abi_push(L, &tuple, &value);
    ds_arena_free(arena);
    return 1;
}

/* Logs ----------------------------------------------------------------------------------------- */

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
    ds_path path = root("values");
    ds_slice text = ds_named_slice(L, 2, call, "signature");
    ds_named_table(L, 3, call, "topics");
    ds_slice data = ds_named_slice(L, 4, call, "data");
    ds_abi_mode mode = lua_toboolean(L, 5) ? DS_ABI_LENIENT : DS_ABI_STRICT;
    if (!take_topics(L, 3, call, &given, &err))
        return ds_push_failure(L, &err);
    ds_arena *arena = ds_box_arena(L);
    ds_status status = read_signature(&event, text, arena, &err);
    if (status == DS_OK)
        status = ds_abi_decode_log(&value, &seen, &event, given.list, given.count, data, mode,
                                   &path, arena, &err);
    if (status != DS_OK)
        return fail(L, arena, call, &err);
    ds_abi_push(L, &seen, &value);
    ds_arena_free(arena);
    return 1;
}

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

/* Puts the topics of indexed parameters, null for those that may be anything, behind those in the
 * list on top of the stack. Out: *found, how many values there were. */
static ds_status put_topics(const ds_abi_taker *taker, const ds_abi_signature *event, size_t *found)
{
    lua_State *L = taker->L;
    ds_path above = root("values");
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
            status = make_topic(taker, type, &path);
        *found += !any;
        if (status == DS_OK)
            lua_rawseti(L, list, ++n);
        lua_settop(L, list);
    }
    return status;
}

/* abi_topics(call, signature, values) -> {topic or null, ...} | nil, message, code */
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
    ds_status status = read_signature(&event, text, arena, &err);
    if (status == DS_OK && ds_abi_signature_hash(hash, &event) != DS_OK)
        status = ds_fail_memory(&err);
    if (status != DS_OK)
        return fail(L, arena, call, &err);
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
        return fail(L, arena, call, &err);
    ds_arena_free(arena);
    return 1;
}

static const luaL_Reg functions[] = {
    {"abi_signature", l_abi_signature},
    {"abi_encode", l_abi_encode},
    {"abi_encode_packed", l_abi_encode_packed},
    {"abi_decode", l_abi_decode},
    {"abi_decode_log", l_abi_decode_log},
    {"abi_topics", l_abi_topics},
    {NULL, NULL},
};

void ds_open_abi(lua_State *L)
{
    ds_box_arena_open(L);
    luaL_setfuncs(L, functions, 0);
}
