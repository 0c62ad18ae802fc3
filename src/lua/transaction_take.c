/* Transactions out of tables. */
#include "lua/amount.h"
#include "lua/bytes.h"
#include "lua/transaction.h"

#include "ethereum/address.h"

#include <stdio.h>

#define SLOTS      40 /* of Lua's stack: each field leaves what holds its bytes there */
#define NAME_BYTES 128

/* A table that is being read, and whose call to blame. */
typedef struct source {
    lua_State *L;
    const char *call;
    ds_error *err;
} source;

/* One function a kind of field: takes the value on top of the stack, which is not nil. `at` is
 * where the field is in the transaction. Returns false with *err. */
typedef bool take_function(const source *from, const ds_tx_field *field, void *at);

static bool take_number(const source *from, const ds_tx_field *field, void *at)
{
    return ds_named_amount(from->L, lua_gettop(from->L), at, (ds_u256_range){field->bits, false},
                           from->call, field->name, from->err);
}

static bool take_bytes(const source *from, const ds_tx_field *field, void *at)
{
    return ds_named_bytes(from->L, lua_gettop(from->L), DS_TRANSACTION_MAXBYTES, at, from->call,
                          field->name, from->err);
}

/* Pushes a userdata, which holds the address. */
static bool take_address(const source *from, const ds_tx_field *field, void *at)
{
    ds_slice *out = at;
    int index = lua_gettop(from->L);
    unsigned char *address = lua_newuserdata(from->L, DS_ADDRESS_BYTES);
    *out = ds_slice_of(address, DS_ADDRESS_BYTES);
    return ds_named_address(from->L, index, address, from->call, field->name, from->err);
}

static size_t list_at(const source *from, int index, const char *name)
{
    return ds_named_list(from->L, index, from->call, name);
}

/* Adds the items of the list of words at index. */
static bool put_words(const source *from, const char *name, int index, ds_buf *out)
{
    unsigned char word[DS_WORD_BYTES];
    char place[NAME_BYTES];
    size_t count = list_at(from, index, name);
    for (size_t i = 1; i <= count; i++) {
        snprintf(place, sizeof place, "%s[%lu]", name, (unsigned long)i);
        lua_rawgeti(from->L, index, (int)i);
        if (!ds_named_fixed(from->L, -1, word, sizeof word, from->call, place, from->err))
            return false;
        lua_pop(from->L, 1);
        ds_rlp_put_string(out, ds_slice_of(word, sizeof word));
    }
    return true;
}

/* What a buffer holds, or false with *err. */
static bool finish(const source *from, const char *name, const ds_buf *items, ds_slice *out)
{
    ds_status status = ds_buf_status(items);
    *out = ds_buf_content(items);
    if (status != DS_OK)
        ds_fail(from->err, status, "%s: %s: %s", from->call, name, ds_status_meaning(status));
    return status == DS_OK;
}

static bool take_words(const source *from, const ds_tx_field *field, void *at)
{
    ds_words *words = at;
    int index = lua_gettop(from->L);
    ds_buf *items = ds_box_buf(from->L, DS_TRANSACTION_MAXBYTES);
    return put_words(from, field->name, index, items) &&
           finish(from, field->name, items, &words->items);
}

/* An entry has these two members and no other. */
static void check_entry(const source *from, const char *name, int index)
{
    lua_State *L = from->L;
    if (!lua_istable(L, index))
        ds_raise(L, "%s: %s: table expected, got %s", from->call, name, luaL_typename(L, index));
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
        if (strcmp(key, "address") != 0 && strcmp(key, "storage_keys") != 0)
            ds_raise(L, "%s: %s: a table {address=, storage_keys=} expected, it has another member",
                     from->call, name);
    }
}

/* Adds the entry of an access list that is on top of the stack. */
static bool put_entry(const source *from, const char *name, ds_buf *out)
{
    char place[NAME_BYTES];
    unsigned char address[DS_ADDRESS_BYTES];
    int entry = lua_gettop(from->L);
    check_entry(from, name, entry);
    lua_getfield(from->L, entry, "address");
    lua_getfield(from->L, entry, "storage_keys");
    snprintf(place, sizeof place, "%s.address", name);
    if (!ds_named_address(from->L, entry + 1, address, from->call, place, from->err))
        return false;
    ds_access_mark mark = ds_access_begin(out, address);
    snprintf(place, sizeof place, "%s.storage_keys", name);
    bool good = lua_isnil(from->L, entry + 2) || put_words(from, place, entry + 2, out);
    ds_access_end(out, mark);
    return good;
}

static bool take_access_list(const source *from, const ds_tx_field *field, void *at)
{
    char place[NAME_BYTES / 2];
    int index = lua_gettop(from->L);
    ds_buf *items = ds_box_buf(from->L, DS_TRANSACTION_MAXBYTES);
    size_t count = list_at(from, index, field->name);
    for (size_t i = 1; i <= count; i++) {
        snprintf(place, sizeof place, "%s[%lu]", field->name, (unsigned long)i);
        lua_rawgeti(from->L, index, (int)i);
        if (!put_entry(from, place, items))
            return false;
        lua_settop(from->L, index + 1);
    }
    return finish(from, field->name, items, at);
}

static take_function *const take[DS_TX_KINDS] = {
    [DS_TX_NUMBER] = take_number, [DS_TX_ADDRESS] = take_address,
    [DS_TX_BYTES] = take_bytes,   [DS_TX_ACCESS_LIST] = take_access_list,
    [DS_TX_WORDS] = take_words,
};

bool ds_take_transaction(lua_State *L, int index, ds_transaction *tx, const char *call,
                         ds_error *err)
{
    const source from = {L, call, err};
    const ds_tx_field *field;
    luaL_checkstack(L, SLOTS, call);
    for (size_t i = 0; (field = ds_transaction_field(tx->type, i)) != NULL; i++) {
        lua_getfield(L, index, field->name);
        if (i == 0 && lua_isboolean(L, -1) && !lua_toboolean(L, -1))
            tx->any_chain = true;
        else if (!lua_isnil(L, -1) &&
                 !take[field->kind](&from, field, (unsigned char *)tx + field->at))
            return false;
    }
    if (ds_transaction_check(tx, err) == DS_OK)
        return true;
    ds_error_from(err, call);
    return false;
}
