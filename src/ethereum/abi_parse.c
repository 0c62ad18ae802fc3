/* Types as text. */
#include "ethereum/abi_scan.h"

static ds_status no_such_type(const ds_scan *p, ds_slice word)
{
    char name[64];
    ds_excerpt(name, sizeof name, word.data, word.len);
    const char *missing = p->at == p->end ? "a type is missing at the end" : "no type begins here";
    if (word.len == 0)
        return ds_scan_bad(p, p->at, missing);
    if (ds_slice_starts(word, DS_LITERAL("fixed")) || ds_slice_starts(word, DS_LITERAL("ufixed")))
        return ds_scan_bad(p, p->at, "fixed-point types are not supported, as in Solidity itself");
    ds_fail(p->err, DS_INVALID, "no such type: '%s'", name);
    return ds_scan_say(p, p->at, DS_INVALID);
}

static ds_status take_tuple(ds_scan *p, ds_abi_type *type, unsigned depth)
{
    const char *begin = p->at;
    if (depth >= DS_ABI_DEPTH)
        return ds_scan_bad(p, begin, "too many tuples in each other");
    p->at++;
    ds_status status = ds_scan_members(p, type, depth + 1, ')');
    if (status == DS_OK && type->count == 0)
        return ds_scan_bad(p, begin, "a tuple without members, which Solidity does not have");
    return status;
}

static ds_status take_base(ds_scan *p, ds_abi_type *type, unsigned depth)
{
    ds_slice word = ds_scan_peek(p);
    const char *behind = p->at + word.len;
    if (p->lookup == NULL) {
        if (ds_scan_is(word, "tuple") && behind < p->end && *behind == '(')
            p->at = behind;
        if (ds_scan_at(p, '('))
            return take_tuple(p, type, depth);
    } else if (p->lookup(type, word, p->structs)) {
        p->at = behind;
        return DS_OK;
    }
    if (!ds_abi_elementary(type, word) || (p->lookup != NULL && type->kind == DS_ABI_FUNCTION))
        return no_such_type(p, word);
    p->at = behind;
    return DS_OK;
}

/* What is between the brackets. Out: *count, 0 when that is nothing. */
static ds_status take_count(ds_scan *p, size_t *count)
{
    const char *begin = p->at;
    *count = 0;
    if (ds_scan_take(p, ']'))
        return DS_OK;
    for (; p->at < p->end && ds_scan_digit(*p->at) && *count <= DS_ABI_DATAMAX; p->at++)
        *count = 10 * *count + (size_t)(*p->at - '0');
    if (*count == 0 && p->at > begin)
        return ds_scan_bad(p, begin, "an array without items, which Solidity does not have");
    return ds_scan_take(p, ']')
               ? DS_OK
               : ds_scan_bad(p, begin, "neither a number of items nor ] behind the [");
}

static ds_status take_type(ds_scan *p, ds_abi_type *type, unsigned depth)
{
    ds_status status = take_base(p, type, depth);
    while (status == DS_OK && ds_scan_at(p, '[')) {
        const char *begin = p->at++;
        size_t count;
        status = take_count(p, &count);
        if (status == DS_OK)
            status = ds_scan_say(p, begin, ds_abi_make_array(type, count, p->arena, p->err));
    }
    return status;
}

/* Members and parameters ---------------------------------------------------------------------- */

typedef struct node {
    ds_abi_type type;
    struct node *next;
} node;

static ds_status take_member(ds_scan *p, ds_abi_type *type, unsigned depth)
{
    static const char *const passed[] = {"memory", "calldata", "storage", "payable", NULL};
    ds_status status = take_type(p, type, depth);
    if (status != DS_OK)
        return status;
    type->indexed = depth == 0 && ds_scan_word(p, "indexed");
    ds_slice word = ds_scan_peek(p);
    for (; word.len > 0 && ds_scan_is_any(word, passed); word = ds_scan_peek(p))
        p->at += word.len;
    if (word.len > 0 && ds_scan_digit(*p->at))
        return ds_scan_bad(p, p->at, "a name does not begin with a digit");
    p->at += word.len;
    type->name = word;
    return DS_OK;
}

static ds_status check_names(const ds_scan *p, const node *list)
{
    for (const node *a = list; a != NULL; a = a->next)
        for (const node *b = a->next; b != NULL; b = b->next)
            if (a->type.name.len > 0 && ds_slice_equal(a->type.name, b->type.name))
                return ds_scan_bad(p, b->type.name.data, "the name is there already");
    return DS_OK;
}

/* Makes a tuple of a list of nodes. */
static ds_status gather(ds_scan *p, ds_abi_type *tuple, const node *list, size_t count)
{
    ds_abi_type *members = ds_arena_alloc(p->arena, (count + 1) * sizeof *members);
    if (members == NULL)
        return ds_fail_memory(p->err);
    for (size_t i = 0; i < count; i++, list = list->next)
        members[i] = list->type;
    return ds_scan_say(p, p->at, ds_abi_make_tuple(tuple, members, count, p->err));
}

ds_status ds_scan_members(ds_scan *p, ds_abi_type *tuple, unsigned depth, char close)
{
    node *first = NULL, **last = &first;
    size_t count = 0;
    ds_status status = DS_OK;
    ds_scan_blanks(p);
    bool empty = close == '\0' ? p->at == p->end : ds_scan_take(p, close);
    for (bool more = !empty; status == DS_OK && more; count++, last = &(*last)->next) {
        if ((*last = ds_arena_alloc(p->arena, sizeof **last)) == NULL)
            return ds_fail_memory(p->err);
        status = take_member(p, &(*last)->type, depth);
        more = ds_scan_take(p, ',');
    }
    ds_scan_blanks(p);
    if (status == DS_OK && !empty && !(close == '\0' ? p->at == p->end : ds_scan_take(p, close)))
        status = ds_scan_bad(p, p->at,
                             p->at == p->end ? "a ) is missing at the end"
                                             : "more text than a type and a name");
    if (status == DS_OK)
        status = check_names(p, first);
    return status == DS_OK ? gather(p, tuple, first, count) : status;
}

ds_status ds_abi_parse_types(ds_abi_type *tuple, ds_slice text, ds_arena *arena, ds_error *err)
{
    ds_scan p;
    ds_status status = ds_scan_begin(&p, text, arena, err);
    return status == DS_OK ? ds_scan_members(&p, tuple, 0, '\0') : status;
}

ds_status ds_abi_parse_typed(ds_abi_type *type, ds_slice text, ds_abi_lookup *lookup,
                             const void *structs, ds_arena *arena, ds_error *err)
{
    ds_scan p;
    ds_buf right;
    ds_status status = ds_scan_begin(&p, text, arena, err);
    if (status != DS_OK)
        return status;
    p.lookup = lookup;
    p.structs = structs;
    if ((status = take_type(&p, type, 0)) != DS_OK)
        return status;
    if (p.at < p.end)
        return ds_scan_bad(&p, p.at, "more text than a type");
    ds_buf_init(&right, 2 * DS_ABI_TEXTMAX);
    status = ds_abi_type_write(&right, type);
    if (status != DS_OK)
        ds_fail_memory(err);
    else if (!ds_slice_equal(ds_buf_content(&right), text))
        status =
            ds_fail(err, DS_INVALID, "EIP-712 has no second spellings of types: uint is uint256");
    ds_buf_free(&right);
    return status;
}
