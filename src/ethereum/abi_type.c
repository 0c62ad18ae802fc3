#include "ethereum/abi_type.h"

#define ADDRESS_BYTES  20
#define FUNCTION_BYTES 24

static ds_abi_type atom(ds_abi_kind kind, unsigned size)
{
    bool dynamic = kind == DS_ABI_BYTES || kind == DS_ABI_STRING;
    return (ds_abi_type){.kind = kind, .size = size, .head = DS_ABI_WORD, .dynamic = dynamic};
}

/* The number of three digits at most behind a name such as uint; 0 when there is none, or it does
 * not begin with 1 to 9. */
static unsigned number_behind(ds_slice name, size_t at)
{
    const char *p = name.data;
    unsigned n = 0;
    if (name.len == at || name.len > at + 3 || p[at] == '0')
        return 0;
    for (; at < name.len; at++) {
        if (p[at] < '0' || p[at] > '9')
            return 0;
        n = 10 * n + (unsigned)(p[at] - '0');
    }
    return n;
}

/* uintN, intN and bytesN. */
static bool numbered(ds_abi_type *type, ds_slice name)
{
    bool is_int = ds_slice_starts(name, DS_LITERAL("int"));
    if (is_int || ds_slice_starts(name, DS_LITERAL("uint"))) {
        unsigned bits = number_behind(name, is_int ? 3 : 4);
        *type = atom(is_int ? DS_ABI_INT : DS_ABI_UINT, bits);
        return bits > 0 && bits <= 256 && bits % 8 == 0;
    }
    unsigned bytes = ds_slice_starts(name, DS_LITERAL("bytes")) ? number_behind(name, 5) : 0;
    *type = atom(DS_ABI_BYTESN, bytes);
    return bytes > 0 && bytes <= DS_ABI_WORD;
}

bool ds_abi_elementary(ds_abi_type *type, ds_slice name)
{
    static const struct {
        const char *name;
        ds_abi_kind kind;
        unsigned size;
    } known[] = {
        {"uint", DS_ABI_UINT, 256},
        {"int", DS_ABI_INT, 256},
        {"bool", DS_ABI_BOOL, 0},
        {"address", DS_ABI_ADDRESS, ADDRESS_BYTES},
        {"function", DS_ABI_FUNCTION, FUNCTION_BYTES},
        {"bytes", DS_ABI_BYTES, 0},
        {"string", DS_ABI_STRING, 0},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (ds_slice_equal(name, ds_slice_of(known[i].name, strlen(known[i].name)))) {
            *type = atom(known[i].kind, known[i].size);
            return true;
        }
    return numbered(type, name);
}

bool ds_abi_is_word(const ds_abi_type *type)
{
    return type->kind < DS_ABI_BYTES;
}

const ds_abi_type *ds_abi_item(const ds_abi_type *type, size_t i)
{
    return type->kind == DS_ABI_TUPLE ? &type->items[i] : type->items;
}

size_t ds_abi_heads(const ds_abi_type *type, size_t count)
{
    size_t sum = 0;
    if (type->kind != DS_ABI_TUPLE)
        return count * type->items->head;
    for (size_t i = 0; i < count; i++)
        sum += type->items[i].head;
    return sum;
}

static ds_status check_depth(const ds_abi_type *type, ds_error *err)
{
    if (type->depth <= DS_ABI_DEPTH)
        return DS_OK;
    return ds_fail(err, DS_INVALID, "more than %d arrays and tuples in each other", DS_ABI_DEPTH);
}

static ds_status too_large(ds_error *err)
{
    return ds_fail(err, DS_INVALID, "a value of that type is more than %u bytes", DS_ABI_DATAMAX);
}

ds_status ds_abi_make_array(ds_abi_type *type, size_t count, ds_arena *arena, ds_error *err)
{
    ds_abi_type *item = ds_arena_alloc(arena, sizeof *item);
    if (item == NULL)
        return ds_fail_memory(err);
    *item = *type;
    item->name = ds_slice_of(NULL, 0);
    *type = (ds_abi_type){.kind = count > 0 ? DS_ABI_ARRAY : DS_ABI_LIST,
                          .count = count,
                          .depth = item->depth + 1,
                          .dynamic = count == 0 || item->dynamic,
                          .name = type->name,
                          .items = item};
    if (item->head > 0 && count > DS_ABI_DATAMAX / item->head)
        return too_large(err);
    type->head = type->dynamic ? DS_ABI_WORD : count * item->head;
    return check_depth(type, err);
}

ds_status ds_abi_make_tuple(ds_abi_type *type, const ds_abi_type *members, size_t count,
                            ds_error *err)
{
    *type = (ds_abi_type){.kind = DS_ABI_TUPLE, .count = count, .depth = 1, .items = members};
    for (size_t i = 0; i < count; i++) {
        type->dynamic |= members[i].dynamic;
        type->depth = members[i].depth + 1 > type->depth ? members[i].depth + 1 : type->depth;
        type->head += members[i].head;
        if (type->head > DS_ABI_DATAMAX)
            return too_large(err);
    }
    if (type->dynamic)
        type->head = DS_ABI_WORD;
    return check_depth(type, err);
}

/* Spelling ------------------------------------------------------------------------------------ */

static ds_status write_tuple(ds_buf *out, const ds_abi_type *type)
{
    for (size_t i = 0; i < type->count; i++) {
        ds_buf_byte(out, i == 0 ? '(' : ',');
        ds_abi_type_write(out, &type->items[i]);
    }
    return ds_buf_text(out, type->count == 0 ? "()" : ")");
}

ds_status ds_abi_type_write(ds_buf *out, const ds_abi_type *type)
{
    static const char *const words[] = {"uint",  "int",      "bool",  "address",
                                        "bytes", "function", "bytes", "string"};
    if (type->kind == DS_ABI_TUPLE)
        return type->struct_name.len > 0 ? ds_buf_slice(out, type->struct_name)
                                         : write_tuple(out, type);
    if (type->kind == DS_ABI_LIST || type->kind == DS_ABI_ARRAY)
        ds_abi_type_write(out, type->items);
    if (type->kind == DS_ABI_LIST)
        return ds_buf_text(out, "[]");
    if (type->kind == DS_ABI_ARRAY)
        return ds_buf_printf(out, "[%lu]", (unsigned long)type->count);
    ds_buf_text(out, words[type->kind]);
    bool sized =
        type->kind == DS_ABI_UINT || type->kind == DS_ABI_INT || type->kind == DS_ABI_BYTESN;
    return sized ? ds_buf_printf(out, "%u", type->size) : ds_buf_status(out);
}
