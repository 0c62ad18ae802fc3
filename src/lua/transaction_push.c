/* Transactions into tables. */
#include "lua/amount.h"
#include "lua/binding.h"
#include "lua/bytes.h"
#include "lua/transaction.h"

#include "crypto/hash.h"

#define EXACT (UINT64_C(1) << 53) /* above it, doubles leave integers out */

static void push_number(lua_State *L, const void *at, unsigned bits)
{
    uint64_t n = 0;
    if (bits == 64 && ds_u256_to_u64(&n, at) && n <= EXACT)
        ds_push_integer(L, (long long)n);
    else
        ds_push_amount(L, at, DS_UINT256);
}

static void push_words(lua_State *L, ds_words words)
{
    size_t count = ds_words_count(words);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        ds_push_0x(L, ds_words_at(words, i), DS_WORD_BYTES);
        lua_rawseti(L, -2, (int)i + 1);
    }
}

static void push_access_list(lua_State *L, ds_slice items)
{
    ds_rlp reader = ds_rlp_of(items);
    ds_access access;
    ds_error ignored;
    lua_newtable(L);
    for (int i = 1; ds_access_next(&reader, &access, &ignored) == DS_OK; i++) {
        lua_createtable(L, 0, 2);
        ds_push_address(L, access.address);
        lua_setfield(L, -2, "address");
        push_words(L, access.keys);
        lua_setfield(L, -2, "storage_keys");
        lua_rawseti(L, -2, i);
    }
}

static void push_field(lua_State *L, const ds_tx_field *field, const void *at)
{
    const ds_slice *bytes = at;
    const ds_words *words = at;
    switch (field->kind) {
    case DS_TX_NUMBER:
        push_number(L, at, field->bits);
        break;
    case DS_TX_ADDRESS:
        if (bytes->len == 0)
            lua_pushnil(L);
        else
            ds_push_address(L, bytes->data);
        break;
    case DS_TX_ACCESS_LIST:
        push_access_list(L, *bytes);
        break;
    case DS_TX_WORDS:
        push_words(L, *words);
        break;
    default:
        ds_push_0x(L, bytes->data, bytes->len);
        break;
    }
}

void ds_push_transaction(lua_State *L, const ds_transaction *tx)
{
    const ds_tx_field *field;
    lua_newtable(L);
    lua_pushinteger(L, (lua_Integer)tx->type);
    lua_setfield(L, -2, "type");
    for (size_t i = 0; (field = ds_transaction_field(tx->type, i)) != NULL; i++) {
        if (i == 0 && tx->any_chain)
            lua_pushboolean(L, 0);
        else
            push_field(L, field, (const unsigned char *)tx + field->at);
        lua_setfield(L, -2, field->name);
    }
}

static void set_0x(lua_State *L, const char *name, const void *bytes, size_t n)
{
    ds_push_0x(L, bytes, n);
    lua_setfield(L, -2, name);
}

void ds_push_signed(lua_State *L, const ds_transaction *tx, ds_slice raw)
{
    unsigned char hash[DS_KECCAK256_BYTES];
    ds_u256 v = ds_u256_of(tx->type == 0 ? ds_transaction_v(tx) : tx->y_parity);
    lua_createtable(L, 0, 6);
    if (ds_hash(DS_KECCAK256, hash, &raw, 1) == DS_OK)
        set_0x(L, "hash", hash, sizeof hash);
    set_0x(L, "r", tx->r.bytes, sizeof tx->r.bytes);
    set_0x(L, "s", tx->s.bytes, sizeof tx->s.bytes);
    push_number(L, &v, 64);
    lua_setfield(L, -2, tx->type == 0 ? "v" : "y_parity");
}
