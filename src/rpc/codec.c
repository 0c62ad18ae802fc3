#include "rpc/codec.h"

#include "base/hex.h"
#include "base/utf8.h"

#include <stdio.h>

typedef struct reader {
    ds_message *message;
    ds_rules rules;
    ds_error *err;
} reader;

/* Where we are, "signature_chain[1]" and the like, turned into text only when it is needed. */
typedef struct place {
    const struct place *outer; /* NULL: the message itself */
    const char *name;
    const size_t *index; /* NULL: no element of a list */
} place;

static void put_place(ds_buf *out, const place *where)
{
    if (where->outer != NULL) {
        put_place(out, where->outer);
        ds_buf_byte(out, '.');
    }
    ds_buf_text(out, where->name);
    if (where->index != NULL)
        ds_buf_printf(out, "[%lu]", (unsigned long)*where->index);
}

static ds_status bad(reader *r, const place *where, const char *problem, const char *detail)
{
    ds_status status = r->rules == DS_RULES_REPLY ? DS_REPLY : DS_INVALID;
    ds_buf text;
    ds_buf_init(&text, 256);
    put_place(&text, where);
    ds_fail(r->err, status, "%.*s: %s: %s", (int)text.len, (const char *)text.data, problem,
            detail);
    ds_buf_free(&text);
    return status;
}

/* Writing ----------------------------------------------------------------------------------- */

static void write_object(ds_buf *out, const ds_field *fields, const ds_value *values);

static void write_one(ds_buf *out, const ds_field *field, const ds_value *value)
{
    switch (field->type) {
    case DS_TEXT:
        ds_json_put_string(out, value->bytes);
        break;
    case DS_BYTES:
        ds_buf_byte(out, '"');
        ds_buf_hex(out, value->bytes.data, value->bytes.len);
        ds_buf_byte(out, '"');
        break;
    case DS_BOOL:
        ds_buf_text(out, value->number ? "true" : "false");
        break;
    case DS_U64:
        ds_buf_printf(out, "%llu", (unsigned long long)value->number);
        break;
    case DS_MESSAGE:
        write_object(out, field->fields, value->items);
        break;
    }
}

static void write_value(ds_buf *out, const ds_field *field, const ds_value *value)
{
    if (!(field->flags & DS_LIST)) {
        write_one(out, field, value);
        return;
    }
    ds_buf_byte(out, '[');
    for (size_t i = 0; i < value->count; i++) {
        if (i > 0)
            ds_buf_byte(out, ',');
        write_one(out, field, &value->items[i]);
    }
    ds_buf_byte(out, ']');
}

static void write_object(ds_buf *out, const ds_field *fields, const ds_value *values)
{
    bool first = true;
    ds_buf_byte(out, '{');
    for (size_t i = 0; fields[i].name != NULL; i++) {
        if (!values[i].present && !(fields[i].flags & DS_OR_NULL))
            continue;
        if (!first)
            ds_buf_byte(out, ',');
        first = false;
        ds_json_put_string(out, ds_slice_of(fields[i].name, strlen(fields[i].name)));
        ds_buf_byte(out, ':');
        if (values[i].present)
            write_value(out, &fields[i], &values[i]);
        else
            ds_buf_text(out, "null");
    }
    ds_buf_byte(out, '}');
}

ds_status ds_codec_write(ds_buf *out, const ds_message *message)
{
    write_object(out, message->fields, message->values);
    return ds_buf_status(out);
}

/* Bounds ------------------------------------------------------------------------------------ */

static bool within(size_t n, size_t min, size_t max)
{
    return n >= min && (max == 0 || n <= max);
}

static void describe_bounds(char *out, size_t size, size_t n, size_t min, size_t max,
                            const char *unit)
{
    if (min == max && max != 0)
        snprintf(out, size, "%lu %s instead of %lu", (unsigned long)n, unit, (unsigned long)min);
    else if (n < min)
        snprintf(out, size, "%lu %s%s, at least %lu needed", (unsigned long)n, unit,
                 n == 0 ? " (empty)" : "", (unsigned long)min);
    else
        snprintf(out, size, "%lu %s, at most %lu allowed", (unsigned long)n, unit,
                 (unsigned long)max);
}

static ds_status check_length(reader *r, const ds_field *field, const ds_value *value,
                              const place *where)
{
    char detail[96];
    size_t n = value->bytes.len;
    if (within(n, field->min, field->max) || (n == 0 && (field->flags & DS_OR_EMPTY)))
        return DS_OK;
    describe_bounds(detail, sizeof detail, n, field->min, field->max, "bytes");
    return bad(r, where, "length", detail);
}

/* Reading ----------------------------------------------------------------------------------- */

static ds_status read_fields(reader *r, const ds_field *fields, ds_value *values,
                             const ds_json *object, const place *outer);

static ds_status memory(reader *r)
{
    return ds_fail_memory(r->err);
}

static ds_status read_bytes(reader *r, const ds_field *field, ds_value *value, const ds_json *json,
                            const place *where)
{
    ds_slice hex = json->text;
    while (r->rules == DS_RULES_REQUEST && ds_slice_starts(hex, DS_LITERAL("0x")))
        hex = ds_slice_of((const char *)hex.data + 2, hex.len - 2);
    unsigned char *bytes = ds_arena_alloc(&r->message->arena, hex.len / 2 + 1);
    if (bytes == NULL)
        return memory(r);
    if (!ds_hex_decode(bytes, hex.data, hex.len))
        return bad(r, where, "hex",
                   hex.len % 2 ? "an odd number of digits" : "a character that is no hex digit");
    value->bytes = ds_slice_of(bytes, hex.len / 2);
    return r->rules == DS_RULES_REPLY ? check_length(r, field, value, where) : DS_OK;
}

static ds_status wrong_type(reader *r, const ds_json *json, const place *where, const char *wanted)
{
    char detail[64];
    if (json->type == DS_JSON_NULL)
        return bad(r, where, "null", "null is no value");
    snprintf(detail, sizeof detail, "%s instead of %s", ds_json_type_name(json->type), wanted);
    return bad(r, where, "type", detail);
}

static ds_status read_string(reader *r, const ds_field *field, ds_value *value, const ds_json *json,
                             const place *where)
{
    if (json->type != DS_JSON_STRING)
        return wrong_type(r, json, where, "a string");
    if (field->type == DS_BYTES)
        return read_bytes(r, field, value, json, where);
    if (!ds_value_set_bytes(r->message, value, json->text))
        return memory(r);
    return r->rules == DS_RULES_REPLY ? check_length(r, field, value, where) : DS_OK;
}

static ds_status read_one(reader *r, const ds_field *field, ds_value *value, const ds_json *json,
                          const place *where)
{
    value->present = true;
    switch (field->type) {
    case DS_TEXT:
    case DS_BYTES:
        return read_string(r, field, value, json, where);
    case DS_BOOL:
        if (json->type != DS_JSON_BOOL)
            return wrong_type(r, json, where, "a boolean");
        value->number = json->boolean;
        return DS_OK;
    case DS_U64:
        value->present = json->type != DS_JSON_NULL || r->rules == DS_RULES_REPLY;
        if (!value->present || ds_json_u64(json, &value->number))
            return DS_OK;
        return wrong_type(r, json, where, "an integer from 0 to 2^64-1");
    case DS_MESSAGE:
        break;
    }
    if (json->type != DS_JSON_OBJECT)
        return wrong_type(r, json, where, "an object");
    if (!ds_value_set_message(r->message, value, field->fields))
        return memory(r);
    return read_fields(r, field->fields, value->items, json, where);
}

static ds_status read_list(reader *r, const ds_field *field, ds_value *value, const ds_json *json,
                           const place *where)
{
    char detail[96];
    size_t i = 0;
    place element = {where->outer, where->name, &i};
    if (json->type != DS_JSON_ARRAY)
        return wrong_type(r, json, where, "an array");
    if (r->rules == DS_RULES_REPLY && !within(json->count, field->min_count, field->max_count)) {
        describe_bounds(detail, sizeof detail, json->count, field->min_count, field->max_count,
                        "elements");
        return bad(r, where, "count", detail);
    }
    if (!ds_value_set_count(r->message, value, json->count))
        return memory(r);
    for (const ds_json *item = json->first; item != NULL; item = item->next, i++) {
        ds_status status = read_one(r, field, &value->items[i], item, &element);
        if (status != DS_OK)
            return status;
    }
    return DS_OK;
}

/* Finds the one member of that name. Out: *found, NULL when there is none. */
static ds_status only_member(reader *r, const ds_json *object, const place *where,
                             const ds_json **found)
{
    ds_slice wanted = {where->name, strlen(where->name)};
    *found = ds_json_member(object, where->name);
    if (*found == NULL)
        return DS_OK;
    for (const ds_json *item = (*found)->next; item != NULL; item = item->next)
        if (ds_slice_equal(item->key, wanted))
            return bad(r, where, "duplicate", "the member appears twice");
    return DS_OK;
}

static ds_status read_fields(reader *r, const ds_field *fields, ds_value *values,
                             const ds_json *object, const place *outer)
{
    for (size_t i = 0; fields[i].name != NULL; i++) {
        const ds_field *field = &fields[i];
        const place where = {outer, field->name, NULL};
        const ds_json *json;
        ds_status status = only_member(r, object, &where, &json);
        if (status == DS_OK && json != NULL && json->type == DS_JSON_NULL &&
            (field->flags & DS_OR_NULL))
            continue;
        if (status == DS_OK && json != NULL)
            status = field->flags & DS_LIST ? read_list(r, field, &values[i], json, &where)
                                            : read_one(r, field, &values[i], json, &where);
        else if (status == DS_OK && r->rules == DS_RULES_REPLY && (field->flags & DS_REQUIRED))
            status = bad(r, &where, "missing", "the member is not there");
        if (status != DS_OK)
            return status;
    }
    return DS_OK;
}

ds_status ds_codec_read(ds_message *message, const ds_json *object, ds_rules rules, ds_error *err)
{
    reader r = {message, rules, err};
    const place body = {NULL, "body", NULL};
    if (object->type != DS_JSON_OBJECT)
        return bad(&r, &body, "type", "not a JSON object");
    return read_fields(&r, message->fields, message->values, object, NULL);
}

/* A client's own requests ------------------------------------------------------------------- */

static ds_status refuse(const ds_field *field, const char *detail, ds_error *err)
{
    return ds_fail(err, DS_INVALID, "%s: %s%s%s", field->name, detail,
                   field->cure == NULL ? "" : "; ", field->cure == NULL ? "" : field->cure);
}

static bool is_text(const ds_field *field, const ds_value *value)
{
    if (field->type != DS_TEXT)
        return true;
    if (!(field->flags & DS_LIST))
        return ds_utf8_valid(value->bytes.data, value->bytes.len);
    for (size_t i = 0; i < value->count; i++)
        if (!ds_utf8_valid(value->items[i].bytes.data, value->items[i].bytes.len))
            return false;
    return true;
}

static ds_status check_argument(const ds_field *field, const ds_value *value, ds_error *err)
{
    char detail[96];
    bool sized = (field->type == DS_TEXT || field->type == DS_BYTES) && !(field->flags & DS_LIST);
    if (!value->present)
        return field->flags & DS_REQUIRED ? refuse(field, "missing", err) : DS_OK;
    if (!is_text(field, value))
        return ds_fail(err, DS_INVALID, "%s: not UTF-8 text", field->name);
    if (!sized)
        return DS_OK;
    if (value->bytes.len == 0 && (field->flags & DS_CLIENT_FULL))
        return refuse(field, "empty", err);
    if (within(value->bytes.len, field->min, field->max))
        return DS_OK;
    describe_bounds(detail, sizeof detail, value->bytes.len, field->min, field->max, "bytes");
    return refuse(field, detail, err);
}

ds_status ds_codec_check_request(const ds_message *message, ds_error *err)
{
    for (size_t i = 0; message->fields[i].name != NULL; i++) {
        ds_status status = check_argument(&message->fields[i], &message->values[i], err);
        if (status != DS_OK)
            return status;
    }
    return DS_OK;
}

bool ds_fields_known(const ds_field *fields, ds_slice name)
{
    for (; fields->name != NULL; fields++)
        if (ds_slice_equal(name, ds_slice_of(fields->name, strlen(fields->name))))
            return true;
    return false;
}
