/* Solidity's ABI for scripts. Every function here takes the name of what the script called first,
 * for messages. */
#include "lua/abi_call.h"
#include "lua/abi_value.h"
#include "lua/binding.h"
#include "lua/named.h"

#include "crypto/hash.h"

/* Types and signatures ------------------------------------------------------------------------- */

ds_status ds_abi_read_signature(ds_abi_signature *signature, ds_slice text, ds_arena *arena,
                                ds_error *err)
{
    ds_status status = ds_abi_parse_signature(signature, text, arena, err);
    if (status != DS_OK)
        ds_error_from(err, "signature");
    return status;
}

ds_path ds_abi_root(const char *name)
{
    return (ds_path){NULL, {name, strlen(name)}, 0};
}

int ds_abi_fail(lua_State *L, ds_arena *arena, const char *call, ds_error *err)
{
    ds_arena_free(arena);
    ds_error_from(err, call);
    return ds_push_failure(L, err);
}

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
    if ((status = ds_abi_read_signature(&signature, text, arena, err)) != DS_OK)
        return status;
    if (which == OUTPUTS && !signature.has_outputs)
        return ds_fail(err, DS_INVALID,
                       "signature: it does not say what the function returns; write returns (...) "
                       "behind it");
    *tuple = which == INPUTS ? signature.inputs : signature.outputs;
    return DS_OK;
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
    if (ds_abi_read_signature(&signature, text, arena, &err) != DS_OK)
        return ds_abi_fail(L, arena, call, &err);
    if (ds_abi_signature_write(canonical, &signature) != DS_OK ||
        ds_abi_signature_hash(hash, &signature) != DS_OK) {
        ds_fail_memory(&err);
        return ds_abi_fail(L, arena, call, &err);
    }
    lua_createtable(L, 0, 5);
    ds_set_text(L, "noun", nouns[signature.noun]);
    ds_set_slice(L, "name", signature.name);
    ds_set_slice(L, "text", ds_buf_content(canonical));
    ds_push_0x(L, hash, sizeof hash);
    lua_setfield(L, -2, "hash");
    ds_set_flag(L, "anonymous", signature.anonymous);
    ds_arena_free(arena);
    return 1;
}

/* Encoding ------------------------------------------------------------------------------------- */

/* Takes types and values, the second to fourth argument. Out: *tuple, *value, in the arena. */
static ds_status take_arguments(lua_State *L, ds_abi_type *tuple, ds_abi_value *value,
                                ds_arena *arena, ds_error *err)
{
    side which = check_side(L, 2);
    const char *name = which == TYPES ? "values" : "args";
    ds_path path = ds_abi_root(name);
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
        return ds_abi_fail(L, arena, call, &err);
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
    ds_path path = ds_abi_root(which == INPUTS ? "args" : "values");
    ds_slice text = ds_named_slice(L, 3, call, name_of(which));
    ds_slice data = ds_named_slice(L, 4, call, "data");
    ds_abi_mode mode = lua_toboolean(L, 5) ? DS_ABI_LENIENT : DS_ABI_STRICT;
    ds_arena *arena = ds_box_arena(L);
    ds_status status = read_types(&tuple, which, text, arena, &err);
    if (status == DS_OK)
        status = ds_abi_decode(&value, &tuple, data, mode, &path, arena, &err);
    if (status != DS_OK)
        return ds_abi_fail(L, arena, call, &err);
    ds_abi_push(L, &tuple, &value);
    ds_arena_free(arena);
    return 1;
}

static const luaL_Reg functions[] = {
    {"abi_signature", l_abi_signature},
    {"abi_encode", l_abi_encode},
    {"abi_encode_packed", l_abi_encode_packed},
    {"abi_decode", l_abi_decode},
    {NULL, NULL},
};

void ds_open_abi(lua_State *L)
{
    ds_box_arena_open(L);
    luaL_setfuncs(L, functions, 0);
    ds_open_abi_log(L);
}
