#include "base/json_order.h"

#include <stdlib.h>

static int compare_size(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_bytes(ds_slice a, ds_slice b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common);
    return order != 0 ? order : compare_size(a.len, b.len);
}

/* UTF-16 orders as UTF-8 does, but that what takes two units (first byte F0 to F4) lies below
 * U+E000 and above (EE, EF). In: two first bytes that differ. */
static int compare_units(unsigned char a, unsigned char b)
{
    bool a_pair = a >= 0xf0, b_pair = b >= 0xf0;
    if (a_pair != b_pair && a >= 0xee && b >= 0xee)
        return a_pair ? -1 : 1;
    return a < b ? -1 : 1;
}

static int compare_utf16(ds_slice a, ds_slice b)
{
    const unsigned char *p = a.data, *q = b.data;
    size_t common = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < common; i++)
        if (p[i] != q[i])
            return compare_units(p[i], q[i]);
    return compare_size(a.len, b.len);
}

static int by_position(const void *a, const void *b)
{
    const ds_json_entry *x = a, *y = b;
    return compare_size(x->position, y->position);
}

static int by_bytes(const void *a, const void *b)
{
    const ds_json_entry *x = a, *y = b;
    int order = compare_bytes(x->member->key, y->member->key);
    return order != 0 ? order : by_position(a, b);
}

/* Array indices before all else, by number. Returns 0 when neither is one. */
static int by_index(const ds_json_entry *x, const ds_json_entry *y)
{
    if (x->is_index != y->is_index)
        return x->is_index ? -1 : 1;
    return x->is_index ? compare_size(x->index, y->index) : 0;
}

static int by_js(const void *a, const void *b)
{
    const ds_json_entry *x = a, *y = b;
    int order = by_index(x, y);
    return order != 0 ? order : compare_utf16(x->member->key, y->member->key);
}

static int by_js_kept(const void *a, const void *b)
{
    int order = by_index(a, b);
    return order != 0 ? order : by_position(a, b);
}

/* An array index: the shortest decimal form of 0 to 2^32 - 2. */
static bool read_index(ds_slice key, uint32_t *index)
{
    const unsigned char *p = key.data;
    uint64_t n = 0;
    if (key.len == 0 || key.len > 10 || (p[0] == '0' && key.len > 1))
        return false;
    for (size_t i = 0; i < key.len; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        n = 10 * n + (uint64_t)(p[i] - '0');
    }
    *index = (uint32_t)n;
    return n < UINT32_MAX;
}

/* In: sorted by bytes. Out: one entry a name. Returns how many. */
static size_t merge(ds_json_entry *entries, size_t count, const ds_json **twice)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && ds_slice_equal(entries[kept - 1].member->key, entries[i].member->key)) {
            *twice = entries[i].member;
            entries[kept - 1].member = entries[i].member;
        } else {
            entries[kept++] = entries[i];
        }
    }
    return kept;
}

typedef int comparison(const void *, const void *);

static comparison *comparison_of(ds_json_order order)
{
    if (order == DS_ORDER_KEPT)
        return by_position;
    return order == DS_ORDER_JS ? by_js : by_js_kept;
}

ds_status ds_json_entries(const ds_json *object, ds_json_order order, ds_json_entry **entries,
                          size_t *count, const ds_json **twice)
{
    bool by_js_rules = order == DS_ORDER_JS || order == DS_ORDER_JS_KEPT;
    size_t n = 0;
    *twice = NULL;
    *count = 0;
    *entries = object->count == 0 ? NULL : calloc(object->count, sizeof **entries);
    if (*entries == NULL)
        return object->count == 0 ? DS_OK : DS_MEMORY;
    for (const ds_json *item = object->first; item != NULL; item = item->next, n++) {
        ds_json_entry *entry = &(*entries)[n];
        entry->member = item;
        entry->position = n;
        entry->is_index = by_js_rules && read_index(item->key, &entry->index);
    }
    qsort(*entries, n, sizeof **entries, by_bytes);
    *count = merge(*entries, n, twice);
    if (order != DS_ORDER_BYTES)
        qsort(*entries, *count, sizeof **entries, comparison_of(order));
    return DS_OK;
}

static ds_status members_distinct(const ds_json *object, ds_error *err)
{
    char name[64];
    ds_json_entry *entries;
    const ds_json *twice;
    size_t count;
    if (ds_json_entries(object, DS_ORDER_BYTES, &entries, &count, &twice) != DS_OK)
        return ds_fail_memory(err);
    free(entries);
    if (twice == NULL)
        return DS_OK;
    return ds_fail(err, DS_INVALID, "duplicate: member '%s' appears twice in one object",
                   ds_excerpt(name, sizeof name, twice->key.data, twice->key.len));
}

/* Recursion ends at DS_JSON_DEPTH. */
ds_status ds_json_distinct(const ds_json *value, ds_error *err)
{
    ds_status ret = value->type == DS_JSON_OBJECT ? members_distinct(value, err) : DS_OK;
    for (const ds_json *item = value->first; ret == DS_OK && item != NULL; item = item->next)
        ret = ds_json_distinct(item, err);
    return ret;
}
