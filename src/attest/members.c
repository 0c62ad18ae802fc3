#include "attest/members.h"

#include "base/hex.h"
#include "base/time.h"

/* Returns what is wrong, or NULL. */
static const char *read_text(void *at, const ds_member *row, ds_slice text)
{
    switch (row->kind) {
    case DS_MEMBER_TEXT:
        *(ds_slice *)at = text;
        return NULL;
    case DS_MEMBER_DATE:
        return ds_time_from_rfc3339(at, text) ? NULL : "is no date of RFC 3339";
    case DS_MEMBER_STATUS:
        return ds_tcb_status_by_name(at, text) ? NULL : "is no TCB status";
    default:
        return text.len == 2 * row->size && ds_hex_decode(at, text.data, text.len)
                   ? NULL
                   : "is not hex of the right length";
    }
}

static const char *read_number(uint32_t *at, const ds_member *row, const ds_json *value)
{
    uint64_t n;
    if (!ds_json_u64(value, &n) || n > row->size)
        return "is no whole number in its range";
    *at = (uint32_t)n;
    return NULL;
}

static const char *read_value(void *at, const ds_member *row, const ds_json *value)
{
    switch (row->kind) {
    case DS_MEMBER_NUMBER:
        return value->type == DS_JSON_NUMBER ? read_number(at, row, value) : "must be a number";
    case DS_MEMBER_LIST:
        *(const ds_json **)at = value;
        return value->type == DS_JSON_ARRAY ? NULL : "must be an array";
    case DS_MEMBER_OBJECT:
        *(const ds_json **)at = value;
        return value->type == DS_JSON_OBJECT ? NULL : "must be an object";
    default:
        return value->type == DS_JSON_STRING ? read_text(at, row, value->text) : "must be a string";
    }
}

/* Returns the number of the row that has this name, or count. */
static size_t find(const ds_member *rows, size_t count, ds_slice name)
{
    size_t i = 0;
    while (i < count && !ds_slice_equal(name, ds_slice_of(rows[i].name, strlen(rows[i].name))))
        i++;
    return i;
}

ds_status ds_members_read(void *out, const ds_json *object, const ds_member *rows, size_t count,
                          const char *what, ds_error *err)
{
    unsigned long seen = 0; /* a bit a row */
    if (object->type != DS_JSON_OBJECT)
        return ds_fail(err, DS_INVALID, "%s: must be an object, is %s", what,
                       ds_json_type_name(object->type));
    for (const ds_json *value = object->first; value != NULL; value = value->next) {
        size_t i = find(rows, count, value->key);
        if (i == count)
            continue;
        const char *wrong = (seen >> i & 1) != 0
                                ? "is there twice"
                                : read_value((char *)out + rows[i].offset, &rows[i], value);
        if (wrong != NULL)
            return ds_fail(err, DS_INVALID, "%s: member '%s' %s", what, rows[i].name, wrong);
        seen |= 1ul << i;
    }
    for (size_t i = 0; i < count; i++)
        if (!rows[i].optional && (seen >> i & 1) == 0)
            return ds_fail(err, DS_INVALID, "%s: member '%s' is missing", what, rows[i].name);
    return DS_OK;
}
