#include "ethereum/abi.h"

typedef struct reader {
    const unsigned char *data;
    size_t len;
    ds_abi_mode mode;
    size_t work; /* bytes that may still be read */
    ds_arena *arena;
    ds_error *err;
} reader;

/* Words --------------------------------------------------------------------------------------- */

static bool is_zero(const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

const char *ds_abi_word_fault(const ds_abi_type *type, const ds_u256 *word)
{
    ds_u256_range range = {type->size, type->kind == DS_ABI_INT};
    switch (type->kind) {
    case DS_ABI_UINT:
    case DS_ABI_INT:
        return ds_u256_fits(word, range) ? NULL : "a number out of the range of its type";
    case DS_ABI_BOOL:
        return ds_u256_fits(word, (ds_u256_range){1, false}) ? NULL
                                                             : "a bool that is neither 0 nor 1";
    case DS_ABI_ADDRESS:
        return is_zero(word->bytes, DS_ABI_WORD - type->size) ? NULL
                                                              : "an address of more than 20 bytes";
    default:
        return is_zero(word->bytes + type->size, DS_ABI_WORD - type->size)
                   ? NULL
                   : "bytes behind the last one of the type";
    }
}

/* Places -------------------------------------------------------------------------------------- */

static ds_status bad(const reader *r, const ds_path *path, size_t at, const char *what)
{
    return ds_path_fail(path, r->err, DS_INVALID, "at byte %lu: %s", (unsigned long)at, what);
}

static ds_status check_there(reader *r, const ds_path *path, size_t at, size_t n)
{
    if (n <= r->len - at)
        return DS_OK;
    return ds_path_fail(path, r->err, DS_INVALID,
                        "at byte %lu: %lu bytes needed, and the data ends after %lu",
                        (unsigned long)at, (unsigned long)n, (unsigned long)(r->len - at));
}

/* Whether n bytes are there and may be read: data that does not point to its own parts twice asks
 * for each of its bytes once. */
static ds_status need(reader *r, const ds_path *path, size_t at, size_t n)
{
    ds_status status = check_there(r, path, at, n);
    if (status == DS_OK && n > r->work)
        return ds_path_fail(path, r->err, DS_TOO_LARGE,
                            "the data points to its own parts again and again: more than %d times "
                            "its length",
                            DS_ABI_WORK);
    r->work -= status == DS_OK ? n : 0;
    return status;
}

/* Reads a word that is a length or an offset. Out: *n, at most r->len; anything above is r->len
 * + 1.
 */
static void get_number(const reader *r, size_t at, size_t *n)
{
    ds_u256 word;
    uint64_t number;
    memcpy(word.bytes, r->data + at, sizeof word.bytes);
    bool small = ds_u256_to_u64(&number, &word) && number <= r->len;
    *n = small ? (size_t)number : r->len + 1;
}

/* Values -------------------------------------------------------------------------------------- */

static ds_status read_value(reader *r, const ds_abi_type *type, size_t *at, const ds_path *path,
                            ds_abi_value *value);

/* The word is in a head, and heads were asked for. */
static ds_status read_word(reader *r, const ds_abi_type *type, size_t *at, const ds_path *path,
                           ds_abi_value *value)
{
    memcpy(value->word.bytes, r->data + *at, DS_ABI_WORD);
    const char *fault = ds_abi_word_fault(type, &value->word);
    if (fault != NULL)
        return bad(r, path, *at, fault);
    *at += DS_ABI_WORD;
    return DS_OK;
}

static ds_status read_bytes(reader *r, size_t *at, const ds_path *path, ds_abi_value *value)
{
    size_t len;
    ds_status status = need(r, path, *at, DS_ABI_WORD);
    if (status != DS_OK)
        return status;
    get_number(r, *at, &len);
    *at += DS_ABI_WORD;
    if ((status = need(r, path, *at, len)) != DS_OK)
        return status;
    value->bytes = ds_slice_of(r->data + *at, len);
    *at += len;
    if (r->mode == DS_ABI_LENIENT)
        return DS_OK;
    size_t padding = (DS_ABI_WORD - len % DS_ABI_WORD) % DS_ABI_WORD;
    if ((status = need(r, path, *at, padding)) != DS_OK)
        return status;
    if (!is_zero(r->data + *at, padding))
        return bad(r, path, *at, "padding that is not zero");
    *at += padding;
    return DS_OK;
}

/* Finds where a tail begins. In: base, the first head; *tail, the end of the tail before. Out:
 * *tail.
 */
static ds_status find_tail(reader *r, size_t base, size_t at, size_t *tail, const ds_path *path)
{
    size_t offset;
    get_number(r, at, &offset);
    if (offset > r->len - base)
        return bad(r, path, at, "an offset to behind the end of the data");
    if (r->mode == DS_ABI_STRICT && base + offset != *tail)
        return ds_path_fail(path, r->err, DS_INVALID,
                            "at byte %lu: the offset is %lu, and not %lu, where encoders put it",
                            (unsigned long)at, (unsigned long)offset,
                            (unsigned long)(*tail - base));
    *tail = base + offset;
    return DS_OK;
}

/* In: *at, the first head; value->list.count. Out: *at, behind the last tail. */
static ds_status read_items(reader *r, const ds_abi_type *type, size_t *at, const ds_path *path,
                            ds_abi_value *value)
{
    size_t count = value->list.count, base = *at, head = base;
    size_t heads = ds_abi_heads(type, count), tail = base + heads;
    /* What is static is part of a head that was asked for. */
    ds_status status = (type->dynamic ? need : check_there)(r, path, base, heads);
    if (status != DS_OK)
        return status;
    value->list.items = ds_arena_alloc(r->arena, count * sizeof *value->list.items);
    if (value->list.items == NULL)
        return ds_fail_memory(r->err);
    for (size_t i = 0; i < count && status == DS_OK; i++) {
        const ds_abi_type *item = ds_abi_item(type, i);
        ds_path down = ds_path_down(path, item->name, i + 1);
        size_t next = head + item->head;
        if (item->dynamic)
            status = find_tail(r, base, head, &tail, &down);
        if (status == DS_OK)
            status =
                read_value(r, item, item->dynamic ? &tail : &head, &down, &value->list.items[i]);
        head = next;
    }
    *at = tail;
    return status;
}

static ds_status read_list(reader *r, const ds_abi_type *type, size_t *at, const ds_path *path,
                           ds_abi_value *value)
{
    ds_status status = need(r, path, *at, DS_ABI_WORD);
    if (status != DS_OK)
        return status;
    get_number(r, *at, &value->list.count);
    if (value->list.count > (r->len - *at - DS_ABI_WORD) / type->items->head)
        return bad(r, path, *at, "a list of more items than the data has room for");
    *at += DS_ABI_WORD;
    return read_items(r, type, at, path, value);
}

/* In: *at, where the value itself begins, at most r->len. Out: *at, behind it. */
static ds_status read_value(reader *r, const ds_abi_type *type, size_t *at, const ds_path *path,
                            ds_abi_value *value)
{
    if (ds_abi_is_word(type))
        return read_word(r, type, at, path, value);
    if (type->kind == DS_ABI_BYTES || type->kind == DS_ABI_STRING)
        return read_bytes(r, at, path, value);
    if (type->kind == DS_ABI_LIST)
        return read_list(r, type, at, path, value);
    value->list.count = type->count;
    return read_items(r, type, at, path, value);
}

ds_status ds_abi_decode(ds_abi_value *value, const ds_abi_type *tuple, ds_slice data,
                        ds_abi_mode mode, const ds_path *path, ds_arena *arena, ds_error *err)
{
    size_t at = 0;
    reader r = {data.data, data.len, mode, 0, arena, err};
    if (data.len > DS_ABI_DATAMAX)
        return ds_path_fail(path, err, DS_TOO_LARGE, "more than %u bytes", DS_ABI_DATAMAX);
    r.work = DS_ABI_WORK * data.len;
    ds_status status = read_value(&r, tuple, &at, path, value);
    if (status == DS_OK && mode == DS_ABI_STRICT && at < data.len)
        return ds_path_fail(path, err, DS_INVALID, "%lu bytes behind the last value",
                            (unsigned long)(data.len - at));
    return status;
}
