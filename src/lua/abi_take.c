/* Lua values as values of the ABI. */
#include "lua/abi_value.h"

#include "base/hex.h"
#include "ethereum/address.h"
#include "lua/amount.h"

#include <limits.h>

#define STACK_NEEDED 8

/* A value on the way: what every step down needs. */
typedef struct place {
    const ds_abi_taker *taker;
    int index; /* of the Lua value, absolute */
    const ds_abi_type *type;
    const ds_path *path;
    unsigned depth;
} place;

static ds_status take(const place *p, ds_abi_value *value);

static ds_status bad(const place *p, const char *what)
{
    return ds_path_fail(p->path, p->taker->err, DS_INVALID, "%s", what);
}

static ds_status no_memory(const place *p)
{
    ds_fail_memory(p->taker->err);
    return ds_path_say(p->path, p->taker->err);
}

static ds_status wrong_type(const place *p, const char *wanted)
{
    if (lua_isnil(p->taker->L, p->index))
        return ds_path_fail(p->path, p->taker->err, DS_INVALID, "missing (%s expected)", wanted);
    return ds_path_fail(p->path, p->taker->err, DS_INVALID, "%s expected, got %s", wanted,
                        luaL_typename(p->taker->L, p->index));
}

/* Strings ------------------------------------------------------------------------------------- */

static bool get_string(const place *p, ds_slice *text)
{
    if (lua_type(p->taker->L, p->index) != LUA_TSTRING)
        return false;
    text->data = lua_tolstring(p->taker->L, p->index, &text->len);
    return true;
}

/* Decodes what looks like hex, if it is that of so many bytes. */
static ds_status unhex(const place *p, unsigned char *out, size_t size, ds_slice text)
{
    if (text.len == 2 + 2 * size && ds_hex_decode(out, (const char *)text.data + 2, 2 * size))
        return DS_OK;
    return ds_path_fail(p->path, p->taker->err, DS_INVALID, "0x and %lu hex digits instead of %lu",
                        (unsigned long)text.len - 2, 2 * (unsigned long)size);
}

/* bytesN and function: as bytes, or as hex text. Which it is, the length says; but hex that is too
 * short is not taken for bytes. */
static ds_status take_fixed(const place *p, ds_u256 *word)
{
    ds_slice text;
    size_t size = p->type->size;
    if (!get_string(p, &text))
        return wrong_type(p, "a string");
    *word = ds_u256_of(0);
    if (ds_looks_hex(text))
        return unhex(p, word->bytes, size, text);
    if (text.len != size)
        return ds_path_fail(p->path, p->taker->err, DS_INVALID,
                            "a string of %lu characters: neither %lu bytes nor 0x and their hex "
                            "digits",
                            (unsigned long)text.len, (unsigned long)size);
    memcpy(word->bytes, text.data, size);
    return DS_OK;
}

static ds_status take_address(const place *p, ds_u256 *word)
{
    ds_slice text;
    unsigned char *at = word->bytes + DS_ABI_WORD - DS_ADDRESS_BYTES;
    if (!get_string(p, &text))
        return wrong_type(p, "an address as text");
    *word = ds_u256_of(0);
    if (ds_is_address_bytes(text))
        memcpy(at, text.data, text.len);
    else if (ds_address_parse(at, text, p->taker->err) != DS_OK)
        return ds_path_say(p->path, p->taker->err);
    return DS_OK;
}

/* Their length says nothing, so bytes are hex text, always: of what is now this, now that, some
 * would be mistaken. */
static ds_status take_bytes(const place *p, ds_slice *bytes)
{
    ds_slice text;
    if (!get_string(p, &text))
        return wrong_type(p, "bytes as hex text");
    if (!ds_looks_hex(text) || text.len % 2 != 0)
        return bad(p, "bytes are 0x and an even number of hex digits");
    unsigned char *out = ds_arena_alloc(p->taker->arena, text.len / 2);
    if (out == NULL)
        return no_memory(p);
    *bytes = ds_slice_of(out, text.len / 2 - 1);
    return unhex(p, out, bytes->len, text);
}

static ds_status take_text(const place *p, ds_slice *text)
{
    return get_string(p, text) ? DS_OK : wrong_type(p, "a string");
}

/* Numbers ------------------------------------------------------------------------------------- */

static ds_status take_number(const place *p, ds_u256 *word)
{
    ds_u256_range range = {p->type->size, p->type->kind == DS_ABI_INT};
    if (lua_isnil(p->taker->L, p->index))
        return wrong_type(p, "an amount");
    if (ds_amount_at(p->taker->L, p->index, word, range, p->taker->err) == DS_OK)
        return DS_OK;
    return ds_path_say(p->path, p->taker->err);
}

static ds_status take_bool(const place *p, ds_u256 *word)
{
    if (!lua_isboolean(p->taker->L, p->index))
        return wrong_type(p, "a boolean");
    *word = ds_u256_of((uint64_t)lua_toboolean(p->taker->L, p->index));
    return DS_OK;
}

/* Tables -------------------------------------------------------------------------------------- */

size_t ds_abi_keys(lua_State *L, int index)
{
    size_t n = 0;
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1))
        n++;
    return n;
}

/* Pushes a member by its name, or nil. */
static bool push_member(lua_State *L, int index, ds_slice name)
{
    ds_push_slice(L, name);
    lua_rawget(L, index);
    return !lua_isnil(L, -1);
}

/* Takes what is on top of the stack, and pops it. */
static ds_status take_top(const place *p, const ds_abi_type *type, size_t i, ds_abi_value *value)
{
    ds_path path = ds_path_down(p->path, type->name, i + 1);
    place down = {p->taker, lua_gettop(p->taker->L), type, &path, p->depth + 1};
    ds_status status = take(&down, value);
    if (status == DS_OK)
        lua_pop(p->taker->L, 1);
    return status;
}

/* Whether the member on top of the stack, found by its name, is also the item at its place. */
static bool is_item(lua_State *L, int index, size_t i)
{
    lua_rawgeti(L, index, (int)i + 1);
    bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 1);
    return same;
}

/* A table may have members under their names beside the list, as decoded values do: then they must
 * be the same ones. Out: *count, of such. */
static ds_status check_aliases(const place *p, size_t *count)
{
    lua_State *L = p->taker->L;
    *count = 0;
    for (size_t i = 0; p->type->kind == DS_ABI_TUPLE && i < p->type->count; i++) {
        ds_slice name = p->type->items[i].name;
        if (name.len == 0)
            continue;
        if (push_member(L, p->index, name)) {
            ds_path path = ds_path_down(p->path, name, 0);
            if (!is_item(L, p->index, i))
                return ds_path_fail(&path, p->taker->err, DS_INVALID,
                                    "given by place and by name, and not as the same");
            ++*count;
        }
        lua_pop(L, 1);
    }
    return DS_OK;
}

/* A table as a list: items from 1 on, and nothing else but names of members. */
static ds_status take_list(const place *p, ds_abi_value *value)
{
    lua_State *L = p->taker->L;
    size_t count = lua_rawlen(L, p->index), aliases;
    bool fixed = p->type->kind != DS_ABI_LIST;
    ds_status status = check_aliases(p, &aliases);
    if (status != DS_OK)
        return status;
    if (count > INT_MAX || (fixed && count != p->type->count))
        return ds_path_fail(p->path, p->taker->err, DS_INVALID, "%lu items instead of %lu",
                            (unsigned long)count, (unsigned long)p->type->count);
    if (ds_abi_keys(L, p->index) != count + aliases)
        return bad(p, "a list with holes, or a table with more in it than a list");
    value->list.items = ds_arena_alloc(p->taker->arena, count * sizeof *value->list.items);
    value->list.count = count;
    if (value->list.items == NULL)
        return no_memory(p);
    for (size_t i = 0; i < count && status == DS_OK; i++) {
        lua_rawgeti(L, p->index, (int)i + 1);
        status = take_top(p, ds_abi_item(p->type, i), i, &value->list.items[i]);
    }
    return status;
}

/* Names the member that is too much. */
static ds_status extra_member(const place *p)
{
    lua_State *L = p->taker->L;
    for (lua_pushnil(L); lua_next(L, p->index) != 0; lua_pop(L, 1)) {
        ds_slice key = {"", 0};
        bool known = false;
        if (lua_type(L, -2) == LUA_TSTRING)
            key.data = lua_tolstring(L, -2, &key.len);
        for (size_t i = 0; i < p->type->count && !known; i++)
            known = key.len > 0 && ds_slice_equal(p->type->items[i].name, key);
        if (!known && key.len > 0) {
            ds_path path = ds_path_down(p->path, key, 0);
            return ds_path_fail(&path, p->taker->err, DS_INVALID,
                                "the type has no member of that name");
        }
    }
    return bad(p, "a table with more in it than members by name");
}

/* A table by the names of members. */
static ds_status take_named(const place *p, ds_abi_value *value)
{
    lua_State *L = p->taker->L;
    ds_status status = DS_OK;
    value->list.items = ds_arena_alloc(p->taker->arena, p->type->count * sizeof *value);
    value->list.count = p->type->count;
    if (value->list.items == NULL)
        return no_memory(p);
    for (size_t i = 0; i < p->type->count && status == DS_OK; i++) {
        push_member(L, p->index, p->type->items[i].name);
        status = take_top(p, &p->type->items[i], i, &value->list.items[i]);
    }
    if (status == DS_OK && ds_abi_keys(L, p->index) != p->type->count)
        return extra_member(p);
    return status;
}

/* Whether the table at the place gives a tuple by names. */
static bool is_named(const place *p)
{
    if (p->type->kind != DS_ABI_TUPLE || p->taker->typed)
        return p->type->kind == DS_ABI_TUPLE;
    for (size_t i = 0; i < p->type->count; i++)
        if (p->type->items[i].name.len == 0)
            return false;
    lua_rawgeti(p->taker->L, p->index, 1);
    bool listed = !lua_isnil(p->taker->L, -1);
    lua_pop(p->taker->L, 1);
    return !listed;
}

static ds_status take_table(const place *p, ds_abi_value *value)
{
    if (!lua_istable(p->taker->L, p->index))
        return wrong_type(p, p->type->kind == DS_ABI_TUPLE ? "a table" : "a list (a table)");
    if (p->depth > DS_ABI_TABLES)
        return bad(p, "nested too deep, or a table that holds itself");
    if (!lua_checkstack(p->taker->L, STACK_NEEDED))
        return no_memory(p);
    return is_named(p) ? take_named(p, value) : take_list(p, value);
}

static ds_status take(const place *p, ds_abi_value *value)
{
    switch (p->type->kind) {
    case DS_ABI_UINT:
    case DS_ABI_INT:
        return take_number(p, &value->word);
    case DS_ABI_BOOL:
        return take_bool(p, &value->word);
    case DS_ABI_ADDRESS:
        return take_address(p, &value->word);
    case DS_ABI_BYTESN:
    case DS_ABI_FUNCTION:
        return take_fixed(p, &value->word);
    case DS_ABI_BYTES:
        return take_bytes(p, &value->bytes);
    case DS_ABI_STRING:
        return take_text(p, &value->bytes);
    default:
        return take_table(p, value);
    }
}

ds_status ds_abi_take(const ds_abi_taker *taker, int index, const ds_abi_type *type,
                      const ds_path *path, ds_abi_value *value)
{
    place p = {taker, index, type, path, 0};
    return take(&p, value);
}
