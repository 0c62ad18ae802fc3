#include "ethereum/abi.h"

#include "crypto/hash.h"

static const unsigned char zeros[DS_ABI_WORD];

static void put_number(ds_buf *out, size_t n)
{
    ds_u256 word = ds_u256_of(n);
    ds_buf_add(out, word.bytes, sizeof word.bytes);
}

static void put_padded(ds_buf *out, ds_slice bytes)
{
    ds_buf_slice(out, bytes);
    ds_buf_add(out, zeros, (DS_ABI_WORD - bytes.len % DS_ABI_WORD) % DS_ABI_WORD);
}

static void encode(ds_buf *out, const ds_abi_type *type, const ds_abi_value *value);

/* Heads, then the tails that they point to, counted from the first head. */
static void encode_items(ds_buf *out, const ds_abi_type *type, const ds_abi_value *value)
{
    size_t base = out->len, at = base;
    for (size_t i = 0; i < value->list.count; i++) {
        const ds_abi_type *item = ds_abi_item(type, i);
        if (item->dynamic)
            ds_buf_add(out, zeros, sizeof zeros);
        else
            encode(out, item, &value->list.items[i]);
    }
    for (size_t i = 0; i < value->list.count; i++) {
        const ds_abi_type *item = ds_abi_item(type, i);
        if (item->dynamic && ds_buf_status(out) == DS_OK) {
            ds_u256 offset = ds_u256_of(out->len - base);
            memcpy(out->data + at, offset.bytes, sizeof offset.bytes);
            encode(out, item, &value->list.items[i]);
        }
        at += item->head;
    }
}

static void encode(ds_buf *out, const ds_abi_type *type, const ds_abi_value *value)
{
    switch (type->kind) {
    case DS_ABI_BYTES:
    case DS_ABI_STRING:
        put_number(out, value->bytes.len);
        put_padded(out, value->bytes);
        break;
    case DS_ABI_LIST:
        put_number(out, value->list.count);
        encode_items(out, type, value);
        break;
    case DS_ABI_ARRAY:
    case DS_ABI_TUPLE:
        encode_items(out, type, value);
        break;
    default:
        ds_buf_add(out, value->word.bytes, sizeof value->word.bytes);
        break;
    }
}

ds_status ds_abi_encode(ds_buf *out, const ds_abi_type *tuple, const ds_abi_value *value)
{
    encode_items(out, tuple, value);
    return ds_buf_status(out);
}

/* In place: without lengths and offsets ---------------------------------------------------------
 */

static void put_in_place(ds_buf *out, const ds_abi_type *type, const ds_abi_value *value)
{
    if (ds_abi_is_word(type))
        ds_buf_add(out, value->word.bytes, sizeof value->word.bytes);
    else if (type->kind == DS_ABI_BYTES || type->kind == DS_ABI_STRING)
        put_padded(out, value->bytes);
    else
        for (size_t i = 0; i < value->list.count; i++)
            put_in_place(out, ds_abi_item(type, i), &value->list.items[i]);
}

ds_status ds_abi_topic(ds_u256 *topic, const ds_abi_type *type, const ds_abi_value *value)
{
    ds_buf bytes;
    if (ds_abi_is_word(type)) {
        *topic = value->word;
        return DS_OK;
    }
    if (type->kind == DS_ABI_BYTES || type->kind == DS_ABI_STRING)
        return ds_hash_one(DS_KECCAK256, topic->bytes, value->bytes.data, value->bytes.len);
    ds_buf_init(&bytes, DS_ABI_DATAMAX);
    put_in_place(&bytes, type, value);
    ds_status status = ds_buf_status(&bytes);
    if (status == DS_OK)
        status = ds_hash_one(DS_KECCAK256, topic->bytes, bytes.data, bytes.len);
    ds_buf_free(&bytes);
    return status;
}

/* A word without its padding. */
static ds_slice significant(const ds_abi_type *type, const ds_u256 *word)
{
    size_t size = type->kind == DS_ABI_BOOL ? 1 : type->size;
    if (type->kind == DS_ABI_UINT || type->kind == DS_ABI_INT)
        size /= 8;
    bool in_front = type->kind == DS_ABI_BYTESN || type->kind == DS_ABI_FUNCTION;
    return ds_slice_of(in_front ? word->bytes : word->bytes + DS_ABI_WORD - size, size);
}

ds_status ds_abi_encode_packed(ds_buf *out, const ds_abi_type *tuple, const ds_abi_value *value,
                               ds_error *err)
{
    for (size_t i = 0; i < tuple->count; i++) {
        const ds_abi_type *type = &tuple->items[i];
        const ds_abi_value *item = &value->list.items[i];
        if (ds_abi_is_word(type))
            ds_buf_slice(out, significant(type, &item->word));
        else if (type->kind == DS_ABI_BYTES || type->kind == DS_ABI_STRING)
            ds_buf_slice(out, item->bytes);
        else if (type->kind == DS_ABI_TUPLE || !ds_abi_is_word(type->items))
            return ds_fail(err, DS_UNSUPPORTED,
                           "type %lu: tuples, and arrays of anything but single words, have no "
                           "packed form",
                           (unsigned long)i + 1);
        else
            put_in_place(out, type, item);
    }
    if (ds_buf_status(out) == DS_OK)
        return DS_OK;
    return ds_fail(err, ds_buf_status(out), "%s", ds_status_meaning(ds_buf_status(out)));
}
