#include "ethereum/typed_data.h"

#include "crypto/hash.h"

#define TYPE_TEXTMAX (1024u * 1024)

/* Walks --------------------------------------------------------------------------------------- */

/* The struct that a type is, or that its items are; NULL when there is none. */
static ds_typed_struct *struct_of(const ds_typed_set *set, const ds_abi_type *type)
{
    while (type->kind == DS_ABI_LIST || type->kind == DS_ABI_ARRAY)
        type = type->items;
    return type->kind == DS_ABI_TUPLE ? ds_typed_find(set, type->struct_name) : NULL;
}

static void unmark(ds_typed_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        set->structs[i].marked = false;
}

/* Marks what a struct uses, itself included. Nested as deep as there are structs at most. */
static void mark(ds_typed_set *set, ds_typed_struct *of)
{
    of->marked = true;
    for (size_t i = 0; i < of->count; i++) {
        ds_typed_struct *next = struct_of(set, &of->members[i]);
        if (next != NULL && !next->marked)
            mark(set, next);
    }
}

/* Types --------------------------------------------------------------------------------------- */

static void put_struct(ds_buf *out, const ds_typed_struct *of)
{
    ds_buf_slice(out, of->name);
    for (size_t i = 0; i < of->count; i++) {
        ds_buf_byte(out, i == 0 ? '(' : ',');
        ds_buf_slice(out, of->given[i].type);
        ds_buf_byte(out, ' ');
        ds_buf_slice(out, of->given[i].name);
    }
    ds_buf_text(out, of->count == 0 ? "()" : ")");
}

ds_status ds_typed_encode_type(ds_buf *out, ds_typed_set *set, const ds_typed_struct *of)
{
    put_struct(out, of);
    unmark(set);
    mark(set, ds_typed_find(set, of->name));
    for (size_t i = 0; i < set->count; i++)
        if (set->structs[i].marked && &set->structs[i] != of)
            put_struct(out, &set->structs[i]);
    return ds_buf_status(out);
}

static ds_status hash_type(ds_typed_set *set, ds_typed_struct *of)
{
    ds_buf text;
    if (of->hashed)
        return DS_OK;
    ds_buf_init(&text, TYPE_TEXTMAX);
    ds_status status = ds_typed_encode_type(&text, set, of);
    if (status == DS_OK)
        status = ds_hash_one(DS_KECCAK256, of->type_hash, text.data, text.len);
    of->hashed = status == DS_OK;
    ds_buf_free(&text);
    return status;
}

ds_abi_type ds_typed_type(const ds_typed_struct *of)
{
    return (ds_abi_type){.kind = DS_ABI_TUPLE,
                         .count = of->count,
                         .head = DS_ABI_WORD,
                         .depth = 1,
                         .dynamic = true,
                         .struct_name = of->name,
                         .items = of->members};
}

const ds_typed_struct *ds_typed_primary(const ds_typed_set *set)
{
    const ds_typed_struct *found = NULL;
    for (size_t i = 0; i < set->count; i++) {
        const ds_typed_struct *one = &set->structs[i];
        if (one->used || ds_slice_equal(one->name, DS_LITERAL("EIP712Domain")))
            continue;
        if (found != NULL)
            return NULL;
        found = one;
    }
    return found;
}

/* Values -------------------------------------------------------------------------------------- */

static ds_status hash_items(unsigned char hash[DS_TYPED_HASH], ds_slice prefix, ds_typed_set *set,
                            const ds_abi_type *type, const ds_abi_value *value);

/* encodeData of one member: a word. */
static ds_status encode_member(ds_u256 *word, ds_typed_set *set, const ds_abi_type *type,
                               const ds_abi_value *value)
{
    switch (type->kind) {
    case DS_ABI_BYTES:
    case DS_ABI_STRING:
        return ds_hash_one(DS_KECCAK256, word->bytes, value->bytes.data, value->bytes.len);
    case DS_ABI_LIST:
    case DS_ABI_ARRAY:
        return hash_items(word->bytes, ds_slice_of(NULL, 0), set, type, value);
    case DS_ABI_TUPLE:
        return ds_typed_hash_struct(word->bytes, set, ds_typed_find(set, type->struct_name), value);
    default:
        *word = value->word;
        return DS_OK;
    }
}

static ds_status hash_items(unsigned char hash[DS_TYPED_HASH], ds_slice prefix, ds_typed_set *set,
                            const ds_abi_type *type, const ds_abi_value *value)
{
    ds_hasher hasher;
    ds_u256 word;
    ds_status status = DS_OK;
    ds_hasher_begin(&hasher, DS_KECCAK256);
    ds_hasher_update(&hasher, prefix.data, prefix.len);
    for (size_t i = 0; i < value->list.count && status == DS_OK; i++) {
        status = encode_member(&word, set, ds_abi_item(type, i), &value->list.items[i]);
        ds_hasher_update(&hasher, word.bytes, sizeof word.bytes);
    }
    if (status == DS_OK)
        status = ds_hasher_final(&hasher, hash);
    else
        memset(hash, 0, DS_TYPED_HASH);
    ds_hasher_free(&hasher);
    return status;
}

ds_status ds_typed_hash_struct(unsigned char hash[DS_TYPED_HASH], ds_typed_set *set,
                               const ds_typed_struct *of, const ds_abi_value *value)
{
    ds_typed_struct *known = ds_typed_find(set, of->name);
    ds_abi_type type = ds_typed_type(known);
    ds_status status = hash_type(set, known);
    if (status != DS_OK) {
        memset(hash, 0, DS_TYPED_HASH);
        return status;
    }
    return hash_items(hash, ds_slice_of(known->type_hash, sizeof known->type_hash), set, &type,
                      value);
}

ds_status ds_typed_digest(unsigned char digest[DS_TYPED_HASH],
                          const unsigned char domain[DS_TYPED_HASH],
                          const unsigned char message[DS_TYPED_HASH])
{
    const ds_slice parts[] = {
        DS_LITERAL("\x19\x01"), {domain, DS_TYPED_HASH}, {message, DS_TYPED_HASH}};
    return ds_hash(DS_KECCAK256, digest, parts, sizeof parts / sizeof *parts);
}
