/* Solana's addresses, amounts and key files. */
#include "lua/binding.h"
#include "lua/secret.h"

#include "base/utf8.h"
#include "base/wipe.h"
#include "crypto/edwards.h"
#include "solana/amount.h"
#include "solana/keyfile.h"
#include "solana/program_address.h"

#define U64_BYTES 8

/* decode(text, size) -> bytes | nil, message, code: base58 that has to be 32 or 64 bytes */
static int l_decode(lua_State *L)
{
    unsigned char bytes[DS_SOLANA_SIGNATUREBYTES];
    ds_slice text = ds_check_slice(L, 1);
    size_t size = (size_t)luaL_checkinteger(L, 2);
    ds_error err;
    luaL_argcheck(L, size == DS_SOLANA_KEYBYTES || size == sizeof bytes, 2, "32 or 64 expected");
    if (ds_solana_text_read(bytes, size, text, &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushlstring(L, (const char *)bytes, size);
    return 1;
}

/* is_text(bytes) -> whether they are UTF-8 */
static int l_is_text(lua_State *L)
{
    ds_slice bytes = ds_check_slice(L, 1);
    lua_pushboolean(L, ds_utf8_valid(bytes.data, bytes.len));
    return 1;
}

/* Addresses ----------------------------------------------------------------------------------- */

static ds_slice check_key(lua_State *L, int index)
{
    ds_slice key = ds_check_slice(L, index);
    luaL_argcheck(L, key.len == DS_SOLANA_KEYBYTES, index, "32 bytes expected");
    return key;
}

/* Reads the seeds, strings in a list, whose number may be one too many for any use. */
static size_t check_seeds(lua_State *L, int index, ds_slice seeds[DS_SOLANA_MAXSEEDS + 1])
{
    luaL_checktype(L, index, LUA_TTABLE);
    size_t count = lua_rawlen(L, index);
    for (size_t i = 0; i < count && i <= DS_SOLANA_MAXSEEDS; i++) {
        lua_rawgeti(L, index, (int)i + 1);
        seeds[i] = ds_check_slice(L, -1);
        lua_pop(L, 1);
    }
    return count;
}

static int push_address(lua_State *L, ds_status status, const unsigned char *address,
                        const ds_error *err)
{
    if (status != DS_OK)
        return ds_push_failure(L, err);
    lua_pushlstring(L, (const char *)address, DS_SOLANA_KEYBYTES);
    return 1;
}

/* create_program_address(seeds, program) -> bytes | nil, message, code */
static int l_create_program_address(lua_State *L)
{
    unsigned char address[DS_SOLANA_KEYBYTES];
    ds_slice seeds[DS_SOLANA_MAXSEEDS + 1];
    size_t count = check_seeds(L, 1, seeds);
    ds_slice program = check_key(L, 2);
    ds_error err;
    ds_status status = ds_solana_create_program_address(address, seeds, count, program.data, &err);
    return push_address(L, status, address, &err);
}

/* find_program_address(seeds, program) -> bytes, bump | nil, message, code */
static int l_find_program_address(lua_State *L)
{
    unsigned char address[DS_SOLANA_KEYBYTES], bump;
    ds_slice seeds[DS_SOLANA_MAXSEEDS + 1];
    size_t count = check_seeds(L, 1, seeds);
    ds_slice program = check_key(L, 2);
    ds_error err;
    ds_status status =
        ds_solana_find_program_address(address, &bump, seeds, count, program.data, &err);
    if (status != DS_OK)
        return ds_push_failure(L, &err);
    push_address(L, status, address, &err);
    ds_push_integer(L, bump);
    return 2;
}

/* address_with_seed(base, seed, owner) -> bytes | nil, message, code */
static int l_address_with_seed(lua_State *L)
{
    unsigned char address[DS_SOLANA_KEYBYTES];
    ds_slice base = check_key(L, 1), seed = ds_check_slice(L, 2), owner = check_key(L, 3);
    ds_error err;
    ds_status status = ds_solana_address_with_seed(address, base.data, seed, owner.data, &err);
    return push_address(L, status, address, &err);
}

/* is_on_curve(key) -> boolean | nil, message, code */
static int l_is_on_curve(lua_State *L)
{
    ds_status status = ds_edwards_point_check(check_key(L, 1).data);
    if (status != DS_OK && status != DS_INVALID)
        return ds_push_status(L, status, "is_on_curve");
    lua_pushboolean(L, status == DS_OK);
    return 1;
}

/* Amounts ------------------------------------------------------------------------------------- */

/* A number is exact up to 2^53 as a double, and wherever Lua has integers. */
static bool take_exact(lua_State *L, int index, uint64_t *amount)
{
    lua_Number number = lua_tonumber(L, index);
    *amount = 0;
#if LUA_VERSION_NUM >= 503
    if (lua_isinteger(L, index)) {
        *amount = (uint64_t)lua_tointeger(L, index);
        return lua_tointeger(L, index) >= 0;
    }
#endif
    if (!(number >= 0 && number <= 9007199254740992.0))
        return false;
    *amount = (uint64_t)number;
    return (lua_Number)*amount == number;
}

/* The amount at index: digits, or a number that is exact; raises for any other type. Out: *amount.
 * Returns false with *err. */
static bool take_amount(lua_State *L, int index, uint64_t *amount, unsigned decimals, ds_error *err)
{
    if (lua_type(L, index) != LUA_TNUMBER)
        return ds_solana_amount_read(amount, ds_check_slice(L, index), decimals, err) == DS_OK;
    if (take_exact(L, index, amount))
        return true;
    ds_fail(err, DS_INVALID, "not a whole number of 0 to 2^53; larger ones are given as text");
    return false;
}

static unsigned check_decimals(lua_State *L, int index)
{
    lua_Integer decimals = luaL_checkinteger(L, index);
    luaL_argcheck(L, decimals >= 0 && decimals <= DS_SOLANA_MAXDECIMALS, index,
                  "0 to 255 expected");
    return (unsigned)decimals;
}

static int push_amount(lua_State *L, uint64_t amount, unsigned decimals)
{
    ds_buf *text = ds_box_buf(L, 2 * DS_SOLANA_MAXDECIMALS);
    if (ds_solana_amount_write(text, amount, decimals) != DS_OK)
        return ds_push_status(L, ds_buf_status(text), "amount");
    ds_push_slice(L, ds_buf_content(text));
    return 1;
}

/* amount_read(text, decimals) -> digits of the smallest unit | nil, message, code */
static int l_amount_read(lua_State *L)
{
    uint64_t amount;
    unsigned decimals = check_decimals(L, 2);
    ds_error err;
    if (ds_solana_amount_read(&amount, ds_check_slice(L, 1), decimals, &err) != DS_OK)
        return ds_push_failure(L, &err);
    return push_amount(L, amount, 0);
}

/* amount_write(amount of the smallest unit, decimals) -> text | nil, message, code */
static int l_amount_write(lua_State *L)
{
    uint64_t amount;
    unsigned decimals = check_decimals(L, 2);
    ds_error err;
    if (!take_amount(L, 1, &amount, 0, &err))
        return ds_push_failure(L, &err);
    return push_amount(L, amount, decimals);
}

/* integer(value, size) -> so many bytes, little-endian | nil, message, code; size is 1 to 8 */
static int l_integer(lua_State *L)
{
    unsigned char bytes[U64_BYTES];
    uint64_t value;
    size_t size = (size_t)luaL_checkinteger(L, 2);
    ds_error err;
    luaL_argcheck(L, size >= 1 && size <= U64_BYTES, 2, "1 to 8 expected");
    if (!take_amount(L, 1, &value, 0, &err))
        return ds_push_failure(L, &err);
    for (size_t i = 0; i < U64_BYTES; i++)
        bytes[i] = (unsigned char)(value >> 8 * i & 0xff);
    if (size < U64_BYTES && value >> 8 * size != 0) {
        ds_fail(&err, DS_INVALID, "more than %lu, which is all that fits",
                (unsigned long)((1ULL << 8 * size) - 1));
        return ds_push_failure(L, &err);
    }
    lua_pushlstring(L, (const char *)bytes, size);
    return 1;
}

/* Key files ----------------------------------------------------------------------------------- */

/* Puts a pair that was read into the new key on top of the stack, and wipes it. */
static int finish_key(lua_State *L, ds_secret *secret, unsigned char *pair, ds_status status,
                      ds_error *err)
{
    if (status == DS_OK && (status = ds_secret_fill(secret, DS_SECRET_ED25519, pair)) != DS_OK)
        ds_fail(err, status, "%s", ds_status_meaning(status));
    ds_wipe(pair, DS_KEYFILE_PAIRBYTES);
    return status == DS_OK ? 1 : ds_push_failure(L, err);
}

/* keyfile_read(text) -> ed25519 key | nil, message, code */
static int l_keyfile_read(lua_State *L)
{
    unsigned char pair[DS_KEYFILE_PAIRBYTES];
    ds_slice text = ds_check_slice(L, 1);
    ds_error err;
    ds_secret *secret = ds_secret_new(L, DS_SECRET_ED25519);
    return finish_key(L, secret, pair, ds_keyfile_read(pair, text, &err), &err);
}

/* Out: the numbers of the list at index 1. Raises nothing. Returns false when they are others. */
static bool take_numbers(lua_State *L, unsigned char *pair)
{
    bool good = lua_rawlen(L, 1) == DS_KEYFILE_PAIRBYTES;
    for (int i = 0; good && i < DS_KEYFILE_PAIRBYTES; i++) {
        lua_rawgeti(L, 1, i + 1);
        lua_Number number = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : -1;
        pair[i] = number >= 0 && number <= 255 ? (unsigned char)number : 0;
        good = (lua_Number)pair[i] == number;
        lua_pop(L, 1);
    }
    return good;
}

/* keyfile_numbers(list) -> ed25519 key | nil, message, code */
static int l_keyfile_numbers(lua_State *L)
{
    unsigned char pair[DS_KEYFILE_PAIRBYTES];
    ds_error err;
    luaL_checktype(L, 1, LUA_TTABLE);
    ds_secret *secret = ds_secret_new(L, DS_SECRET_ED25519);
    ds_status status = take_numbers(L, pair)
                           ? ds_keyfile_check(pair, &err)
                           : ds_fail(&err, DS_INVALID, "not a list of 64 numbers of 0 to 255");
    return finish_key(L, secret, pair, status, &err);
}

/* keyfile_load(path) -> ed25519 key | nil, message, code */
static int l_keyfile_load(lua_State *L)
{
    unsigned char pair[DS_KEYFILE_PAIRBYTES];
    const char *path = luaL_checkstring(L, 1);
    ds_error err;
    ds_secret *secret = ds_secret_new(L, DS_SECRET_ED25519);
    return finish_key(L, secret, pair, ds_keyfile_load(pair, path, &err), &err);
}

/* The key object at index 1, which is open. Returns NULL with *err when it was closed. */
static const ds_secret *check_object(lua_State *L, const char *call, ds_error *err)
{
    const ds_secret *object;
    const unsigned char *bytes = ds_secret_at(L, 1, DS_SECRET_ED25519, call, &object, err);
    luaL_argcheck(L, bytes == NULL || object != NULL, 1, "a key object expected");
    return bytes == NULL ? NULL : object;
}

/* keyfile_write(key) -> text | nil, message, code */
static int l_keyfile_write(lua_State *L)
{
    ds_error err;
    const ds_secret *key = check_object(L, "to_json", &err);
    if (key == NULL)
        return ds_push_failure(L, &err);
    ds_buf *text = ds_box_buf(L, DS_KEYFILE_MAXTEXT);
    if (ds_keyfile_write(text, key->bytes, key->pub) != DS_OK)
        return ds_push_status(L, ds_buf_status(text), "to_json");
    ds_push_slice(L, ds_buf_content(text));
    ds_buf_free(text);
    return 1;
}

/* keyfile_save(key, path) -> true | nil, message, code */
static int l_keyfile_save(lua_State *L)
{
    ds_error err;
    const ds_secret *key = check_object(L, "to_file", &err);
    const char *path = luaL_checkstring(L, 2);
    if (key == NULL || ds_keyfile_save(path, key->bytes, key->pub, &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

static const luaL_Reg functions[] = {
    {"decode", l_decode},
    {"is_text", l_is_text},
    {"create_program_address", l_create_program_address},
    {"find_program_address", l_find_program_address},
    {"address_with_seed", l_address_with_seed},
    {"is_on_curve", l_is_on_curve},
    {"amount_read", l_amount_read},
    {"amount_write", l_amount_write},
    {"integer", l_integer},
    {"keyfile_read", l_keyfile_read},
    {"keyfile_numbers", l_keyfile_numbers},
    {"keyfile_load", l_keyfile_load},
    {"keyfile_write", l_keyfile_write},
    {"keyfile_save", l_keyfile_save},
    {NULL, NULL},
};

void ds_open_solana_key(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
