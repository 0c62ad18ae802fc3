/* Encrypted environments: sealing and opening them, the files they come from, and the KMS's word
 * for the key. */
#include "lua/binding.h"
#include "lua/secret.h"

#include "deploy/env.h"
#include "deploy/env_file.h"
#include "deploy/env_key.h"
#include "deploy/env_seal.h"

/* Sets of variables ---------------------------------------------------------------------------- */

static int set_release(lua_State *L)
{
    ds_env_free(lua_touserdata(L, 1));
    return 0;
}

static const luaL_Reg no_methods[] = {{NULL, NULL}};
static const ds_type_info set_type = {"dstack.env_set", no_methods, set_release};

static ds_env_set *new_set(lua_State *L)
{
    return ds_box_new(L, &set_type, sizeof(ds_env_set));
}

static unsigned check_flags(lua_State *L, int empty, int duplicates)
{
    return (lua_toboolean(L, empty) ? DS_ENV_ALLOW_EMPTY : 0u) |
           (lua_toboolean(L, duplicates) ? DS_ENV_ALLOW_DUPLICATES : 0u);
}

/* Takes {key=, value=}, ... at index, whose strings stay where they are. Raises for a wrong type.
 */
static ds_status take_set(lua_State *L, int index, ds_env_set *set)
{
    size_t count = lua_rawlen(L, index);
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, index, (int)i);
        if (!lua_istable(L, -1))
            ds_raise(L, "variable %d: an EnvVar or a table {key=, value=} expected, got %s", (int)i,
                     luaL_typename(L, -1));
        ds_env_var var = {.key = ds_field_slice(L, -1, "key", true),
                          .value = ds_field_slice(L, -1, "value", true)};
        lua_pop(L, 1);
        if (ds_env_add(set, &var) != DS_OK)
            return DS_MEMORY;
    }
    return DS_OK;
}

/* Pushes {key=, value=, line=}, ...; line where it is known. */
static void push_set(lua_State *L, const ds_env_set *set)
{
    lua_createtable(L, (int)set->count, 0);
    for (size_t i = 0; i < set->count; i++) {
        lua_createtable(L, 0, 3);
        ds_set_slice(L, "key", set->vars[i].key);
        ds_set_slice(L, "value", set->vars[i].value);
        if (set->vars[i].line > 0)
            ds_set_integer(L, "line", (long long)set->vars[i].line);
        lua_rawseti(L, -2, (int)i + 1);
    }
}

/* Sealing -------------------------------------------------------------------------------------- */

/* Checks the variables at index 1 and adds the JSON that is sealed. Raises for a wrong type. */
static ds_status write_checked(lua_State *L, ds_buf *plain, ds_env_set *set, unsigned flags,
                               ds_error *err)
{
    if (take_set(L, 1, set) != DS_OK)
        return ds_fail_memory(err);
    ds_status status = ds_env_check(set, flags, err);
    if (status != DS_OK)
        return status;
    status = ds_env_write(plain, set);
    if (status == DS_TOO_LARGE)
        return ds_fail(err, DS_INVALID,
                       "sealed, the environment is more than the %lu bytes a guest takes",
                       (unsigned long)DS_ENV_BLOB_MAX);
    return status == DS_OK ? DS_OK : ds_fail_memory(err);
}

/* env_check(list, allow_empty, allow_duplicates) -> true | nil, message, code
 * Whether env_seal takes them. */
static int l_env_check(lua_State *L)
{
    ds_error err;
    luaL_checktype(L, 1, LUA_TTABLE);
    ds_env_set *set = new_set(L);
    ds_buf *plain = ds_box_buf(L, DS_ENV_BLOB_MAX - DS_ENV_BLOB_OVERHEAD);
    ds_status status = write_checked(L, plain, set, check_flags(L, 2, 3), &err);
    ds_buf_free(plain);
    ds_env_free(set);
    if (status != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

/* env_seal(list, public_key, allow_empty, allow_duplicates) -> hex | nil, message, code */
static int l_env_seal(lua_State *L)
{
    ds_error err;
    luaL_checktype(L, 1, LUA_TTABLE);
    ds_slice key = ds_check_slice(L, 2);
    luaL_argcheck(L, key.len == DS_X25519_PUBLICBYTES, 2, "32 bytes expected");
    ds_env_set *set = new_set(L);
    ds_buf *plain = ds_box_buf(L, DS_ENV_BLOB_MAX - DS_ENV_BLOB_OVERHEAD);
    ds_buf *blob = ds_box_buf(L, DS_ENV_BLOB_MAX);
    ds_buf *hex = ds_box_buf(L, 2 * DS_ENV_BLOB_MAX);
    ds_status status = write_checked(L, plain, set, check_flags(L, 3, 4), &err);
    if (status == DS_OK)
        status = ds_env_seal(blob, ds_buf_content(plain), key.data, &err);
    ds_buf_free(plain);
    if (status == DS_OK && ds_buf_hex(hex, blob->data, blob->len) != DS_OK)
        status = ds_fail_memory(&err);
    if (status != DS_OK)
        return ds_push_failure(L, &err);
    ds_push_slice(L, ds_buf_content(hex));
    return 1;
}

/* Opening -------------------------------------------------------------------------------------- */

/* Takes a list of names at index. Out: *names, in a box on the stack. */
static size_t take_names(lua_State *L, int index, const ds_slice **names)
{
    luaL_checktype(L, index, LUA_TTABLE);
    size_t count = lua_rawlen(L, index);
    ds_slice *list = lua_newuserdata(L, (count + 1) * sizeof *list);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, index, (int)i + 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            ds_raise(L, "allowed_envs: a list of names expected, got a %s in it",
                     luaL_typename(L, -1));
        list[i].data = lua_tolstring(L, -1, &list[i].len);
        lua_pop(L, 1);
    }
    *names = list;
    return count;
}

/* env_open(blob, secret, allowed | nil) -> list | nil, message, code
 * In: secret, an X25519 key or 32 bytes. With allowed, a list of names: what the guest makes of it.
 */
static int l_env_open(lua_State *L)
{
    ds_error err;
    ds_slice blob = ds_check_slice(L, 1);
    const unsigned char *secret = ds_secret_at(L, 2, DS_SECRET_X25519, "secret_key", NULL, &err);
    const ds_slice *names = NULL;
    if (secret == NULL)
        return ds_push_failure(L, &err);
    size_t count = lua_isnoneornil(L, 3) ? 0 : take_names(L, 3, &names);
    ds_env_set *read = new_set(L), *taken = new_set(L);
    ds_buf *plain = ds_box_buf(L, DS_ENV_BLOB_MAX);
    ds_status status = ds_env_open(plain, blob, secret, &err);
    if (status == DS_OK)
        status = ds_env_read(read, ds_buf_content(plain), &err);
    if (status == DS_OK && names != NULL)
        status = ds_env_admit(taken, read, names, count, &err);
    if (status == DS_OK)
        push_set(L, names != NULL ? taken : read);
    ds_buf_free(plain);
    ds_env_free(read);
    ds_env_free(taken);
    return status == DS_OK ? 1 : ds_push_failure(L, &err);
}

/* Files ---------------------------------------------------------------------------------------- */

/* env_file(text, allow_empty, allow_duplicates) -> list | nil, message, code */
static int l_env_file(lua_State *L)
{
    ds_error err;
    ds_slice text = ds_check_slice(L, 1);
    ds_env_set *set = new_set(L);
    ds_status status = ds_env_file_parse(set, text, check_flags(L, 2, 3), &err);
    if (status == DS_OK)
        push_set(L, set);
    ds_env_free(set);
    return status == DS_OK ? 1 : ds_push_failure(L, &err);
}

/* env_damage(value) -> what the guest's own environment file does to it | nil */
static int l_env_damage(lua_State *L)
{
    lua_pushstring(L, ds_env_damage(ds_check_slice(L, 1)));
    return 1;
}

/* env_name(text) -> whether a guest takes it as a name */
static int l_env_name(lua_State *L)
{
    lua_pushboolean(L, ds_env_name_valid(ds_check_slice(L, 1)));
    return 1;
}

/* The key -------------------------------------------------------------------------------------- */

/* A whole number of seconds from 0 to 2^53 in the table at index 1. Returns false when absent. */
static bool seconds(lua_State *L, const char *name, uint64_t *out)
{
    lua_getfield(L, 1, name);
    bool present = !lua_isnil(L, -1);
    lua_Number n = present ? luaL_checknumber(L, -1) : 0;
    luaL_argcheck(L, n >= 0 && n <= 9007199254740992.0 && (lua_Number)(uint64_t)n == n, 1,
                  "seconds: a whole number from 0 to 2^53 expected");
    *out = (uint64_t)n;
    lua_pop(L, 1);
    return present;
}

/* env_key_verify{app_id=, public_key=, signature=, timestamp=, now=, max_age=, signer=}, bytes and
 * seconds; the time is judged when there is one -> the signer, 33 bytes | nil, message, code */
static int l_env_key_verify(lua_State *L)
{
    unsigned char signer[DS_SECP256K1_PUBLICBYTES];
    uint64_t now, max_age;
    ds_error err;
    luaL_checktype(L, 1, LUA_TTABLE);
    ds_env_key_claim claim = {.app_id = ds_field_slice(L, 1, "app_id", true),
                              .public_key = ds_field_slice(L, 1, "public_key", true)};
    ds_slice signature = ds_field_slice(L, 1, "signature", true);
    ds_slice expected = ds_field_slice(L, 1, "signer", false);
    claim.has_timestamp = seconds(L, "timestamp", &claim.timestamp);
    seconds(L, "now", &now);
    if (!seconds(L, "max_age", &max_age))
        max_age = DS_ENV_KEY_MAX_AGE;
    ds_status status = ds_env_key_verify(signer, &claim, signature, expected, &err);
    if (status == DS_OK && claim.has_timestamp)
        status = ds_env_key_fresh(claim.timestamp, now, max_age, &err);
    if (status != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushlstring(L, (const char *)signer, sizeof signer);
    return 1;
}

static const luaL_Reg functions[] = {
    {"env_check", l_env_check},
    {"env_seal", l_env_seal},
    {"env_open", l_env_open},
    {"env_file", l_env_file},
    {"env_damage", l_env_damage},
    {"env_name", l_env_name},
    {"env_key_verify", l_env_key_verify},
    {NULL, NULL},
};

void ds_open_env(lua_State *L)
{
    ds_box_define(L, &set_type);
    luaL_setfuncs(L, functions, 0);
}
