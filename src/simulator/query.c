#include "simulator/query.h"

#include "base/arena.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>

typedef struct pair {
    ds_slice name; /* without the index */
    ds_slice value;
    bool indexed;   /* name[...] */
    uint64_t index; /* as given, or the position for name[] */
} pair;

typedef struct pairs {
    ds_arena arena;
    pair *list;
    size_t count;
    ds_error *err;
} pairs;

size_t ds_percent_decode(unsigned char *out, ds_slice text, bool plus)
{
    const char *p = text.data;
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (p[i] == '%' && text.len - i > 2 && ds_hex_decode(out + n, p + i + 1, 2))
            i += 2;
        else
            out[n] = (unsigned char)(plus && p[i] == '+' ? ' ' : p[i]);
        n++;
    }
    return n;
}

/* Returns the bytes up to a separator, and takes them and it off the front of *rest. */
static ds_slice cut(ds_slice *rest, char separator)
{
    const char *begin = rest->data;
    const char *end = rest->len == 0 ? NULL : memchr(begin, separator, rest->len);
    size_t len = end == NULL ? rest->len : (size_t)(end - begin);
    size_t taken = end == NULL ? len : len + 1;
    *rest = ds_slice_of(begin + taken, rest->len - taken);
    return ds_slice_of(begin, len);
}

static bool decode(ds_arena *arena, ds_slice *out, ds_slice text)
{
    unsigned char *bytes = ds_arena_alloc(arena, text.len + 1);
    if (bytes == NULL)
        return false;
    *out = ds_slice_of(bytes, ds_percent_decode(bytes, text, true));
    return true;
}

/* Splits "name[12]" into name and index. An index that is none leaves the name as it is. */
static void split_index(pair *p, size_t position)
{
    const char *text = p->name.data, *open;
    uint64_t index = 0;
    if (p->name.len == 0 || text[p->name.len - 1] != ']' ||
        (open = memchr(text, '[', p->name.len)) == NULL)
        return;
    const char *close = text + p->name.len - 1;
    for (const char *d = open + 1; d < close; d++) {
        if (*d < '0' || *d > '9' || close - open > 10)
            return;
        index = 10 * index + (uint64_t)(*d - '0');
    }
    p->indexed = true;
    p->index = close == open + 1 ? position : index;
    p->name.len = (size_t)(open - text);
}

static ds_status read_pairs(pairs *all, ds_slice query)
{
    all->list = ds_arena_alloc(&all->arena, DS_QUERY_PAIRS_MAX * sizeof *all->list);
    if (all->list == NULL)
        return ds_fail_memory(all->err);
    while (query.len > 0) {
        ds_slice value = cut(&query, '&');
        ds_slice name = cut(&value, '=');
        pair *p = &all->list[all->count];
        if (name.len == 0)
            continue;
        if (all->count++ == DS_QUERY_PAIRS_MAX)
            return ds_fail(all->err, DS_INVALID, "query: more than %d arguments",
                           DS_QUERY_PAIRS_MAX);
        if (!decode(&all->arena, &p->name, name) || !decode(&all->arena, &p->value, value))
            return ds_fail_memory(all->err);
        if (!ds_utf8_valid(p->value.data, p->value.len))
            return ds_fail(all->err, DS_INVALID, "query: not UTF-8 text");
        split_index(p, all->count);
    }
    return DS_OK;
}

static bool is_number(ds_slice text)
{
    const char *p = text.data;
    for (size_t i = 0; i < text.len; i++)
        if (p[i] < '0' || p[i] > '9')
            return false;
    return text.len > 0 && (text.len == 1 || p[0] != '0');
}

/* What does not fit the field becomes a string, for the codec to refuse. */
static void put_value(ds_buf *json, const ds_field *field, ds_slice value)
{
    bool literal = field->type == DS_BOOL ? ds_slice_equal(value, DS_LITERAL("true")) ||
                                                ds_slice_equal(value, DS_LITERAL("false"))
                                          : field->type == DS_U64 && is_number(value);
    if (literal)
        ds_buf_slice(json, value);
    else
        ds_json_put_string(json, value);
}

static int by_index(const void *a, const void *b)
{
    const pair *x = *(const pair *const *)a, *y = *(const pair *const *)b;
    return x->index < y->index ? -1 : x->index > y->index;
}

static ds_status put_list(ds_buf *json, const ds_field *field, const pair **found, size_t count,
                          ds_error *err)
{
    qsort(found, count, sizeof *found, by_index);
    ds_buf_byte(json, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && found[i]->index == found[i - 1]->index)
            return ds_fail(err, DS_INVALID, "%s: duplicate: the same element twice", field->name);
        if (i > 0)
            ds_buf_byte(json, ',');
        put_value(json, field, found[i]->value);
    }
    ds_buf_byte(json, ']');
    return DS_OK;
}

/* Adds the member if there are arguments for it. */
static ds_status put_member(ds_buf *json, const ds_field *field, const pairs *all)
{
    const pair *found[DS_QUERY_PAIRS_MAX];
    ds_slice name = {field->name, strlen(field->name)};
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++)
        if (ds_slice_equal(all->list[i].name, name))
            found[count++] = &all->list[i];
    if (count == 0)
        return DS_OK;
    if (json->data[json->len - 1] != '{')
        ds_buf_byte(json, ',');
    ds_json_put_string(json, name);
    ds_buf_byte(json, ':');
    if ((field->flags & DS_LIST) && found[0]->indexed)
        return put_list(json, field, found, count, all->err);
    if (count > 1)
        return ds_fail(all->err, DS_INVALID, "%s: duplicate: the argument appears twice",
                       field->name);
    put_value(json, field, found[0]->value);
    return DS_OK;
}

ds_status ds_query_to_json(ds_buf *json, const ds_field *fields, ds_slice query, ds_error *err)
{
    pairs all = {.err = err};
    ds_status status = read_pairs(&all, query);
    ds_buf_byte(json, '{');
    for (; status == DS_OK && fields->name != NULL; fields++)
        if (ds_buf_status(json) == DS_OK)
            status = put_member(json, fields, &all);
    ds_buf_byte(json, '}');
    ds_arena_free(&all.arena);
    if (status == DS_OK && ds_buf_status(json) != DS_OK)
        status = ds_fail_memory(err);
    return status;
}

bool ds_query_wants_json(ds_slice query)
{
    while (query.len > 0) {
        ds_slice value = cut(&query, '&');
        if (ds_slice_equal(cut(&value, '='), DS_LITERAL("json")))
            return value.len == 0 || ds_slice_equal(value, DS_LITERAL("1")) ||
                   ds_slice_equal(value, DS_LITERAL("true"));
    }
    return false;
}
