/* Ethereum's transactions for scripts. Which type is meant and which fields a table has,
 * lua/dstack/ethereum/transaction.lua has found out before. */
#include "lua/binding.h"
#include "lua/bytes.h"
#include "lua/secret.h"
#include "lua/transaction.h"

#include "crypto/hash.h"
#include "ethereum/address.h"

/* ethereum_fields(type) -> list of {name=, required=} */
static int l_fields(lua_State *L)
{
    const ds_tx_field *field;
    unsigned type = (unsigned)luaL_checkinteger(L, 1);
    luaL_argcheck(L, type < DS_TRANSACTION_TYPES, 1, "no such type");
    lua_newtable(L);
    for (int i = 0; (field = ds_transaction_field(type, (size_t)i)) != NULL; i++) {
        lua_createtable(L, 0, 2);
        ds_set_text(L, "name", field->name);
        ds_set_flag(L, "required", field->required);
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

/* ethereum_signing_hash(type, table) -> 0x and hex | nil, message, code */
static int l_signing_hash(lua_State *L)
{
    static const char call[] = "signing_hash";
    unsigned char hash[DS_KECCAK256_BYTES];
    ds_transaction tx = {.type = (unsigned)luaL_checkinteger(L, 1)};
    ds_error err;
    luaL_argcheck(L, tx.type < DS_TRANSACTION_TYPES, 1, "no such type");
    if (!ds_take_transaction(L, 2, &tx, call, &err))
        return ds_push_failure(L, &err);
    ds_status status = ds_transaction_digest(hash, &tx);
    if (status != DS_OK)
        return ds_push_status(L, status, call);
    ds_push_0x(L, hash, sizeof hash);
    return 1;
}

/* ethereum_sign_transaction(key, type, table) -> {raw=, hash=, r=, s=, v= or y_parity=}
 * | nil, message, code */
static int l_sign_transaction(lua_State *L)
{
    static const char call[] = "sign_transaction";
    ds_error err;
    const unsigned char *key = ds_secret_at(L, 1, DS_SECRET_SECP256K1, call, NULL, &err);
    ds_transaction tx = {.type = (unsigned)luaL_checkinteger(L, 2)};
    luaL_argcheck(L, tx.type < DS_TRANSACTION_TYPES, 2, "no such type");
    ds_buf *raw = ds_box_buf(L, DS_TRANSACTION_MAXBYTES);
    if (key == NULL || !ds_take_transaction(L, 3, &tx, call, &err))
        return ds_push_failure(L, &err);
    ds_status status = ds_transaction_sign(&tx, key);
    if (status == DS_OK)
        status = ds_transaction_write(raw, &tx);
    if (status != DS_OK)
        return ds_push_made(L, status, call, ds_secret_words(DS_SECRET_SECP256K1), NULL, NULL, 0);
    ds_push_signed(L, &tx, ds_buf_content(raw));
    ds_push_0x(L, raw->data, raw->len);
    lua_setfield(L, -2, "raw");
    ds_buf_free(raw);
    return 1;
}

/* ethereum_decode_transaction(raw, call) -> table, {hash=, r=, s=, v= or y_parity=, from=}
 * | nil, message, code */
static int l_decode_transaction(lua_State *L)
{
    const char *call = luaL_checkstring(L, 2);
    unsigned char sender[DS_ADDRESS_BYTES];
    ds_transaction tx;
    ds_slice raw;
    ds_error err;
    if (!ds_named_bytes(L, 1, DS_TRANSACTION_MAXBYTES, &raw, call, "raw", &err))
        return ds_push_failure(L, &err);
    if (ds_transaction_read(&tx, raw, &err) != DS_OK ||
        ds_transaction_sender(sender, &tx, &err) != DS_OK) {
        ds_error_from(&err, "raw");
        ds_error_from(&err, call);
        return ds_push_failure(L, &err);
    }
    ds_push_transaction(L, &tx);
    ds_push_signed(L, &tx, raw);
    ds_push_address(L, sender);
    lua_setfield(L, -2, "from");
    return 2;
}

static const luaL_Reg functions[] = {
    {"ethereum_fields", l_fields},
    {"ethereum_signing_hash", l_signing_hash},
    {"ethereum_sign_transaction", l_sign_transaction},
    {"ethereum_decode_transaction", l_decode_transaction},
    {NULL, NULL},
};

void ds_open_transaction(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
