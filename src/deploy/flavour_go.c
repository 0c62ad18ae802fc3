/* Go: the document is read into a struct and written from it. What the struct does not have is
 * lost, and so is what is empty. */
#include "deploy/flavour.h"

typedef enum kind {
    STRING,  /* left out when empty */
    ALWAYS,  /* a string, written even when missing */
    BOOLEAN, /* kept when false, left out when null */
    STRINGS, /* left out when empty; null items are "" */
    LIST,    /* strings, kept when empty */
    ANY,
    STRUCT
} kind;

typedef struct field {
    const char *name;
    kind kind;
    const struct field *fields; /* of a STRUCT */
} field;

static const field docker_config[] = {
    {"registry", STRING, NULL},
    {"username", STRING, NULL},
    {"token_key", STRING, NULL},
    {NULL, ANY, NULL},
};

static const field requirements[] = {
    {"os_version", STRING, NULL},
    {"platforms", LIST, NULL},
    {"tdx_measure_acpi_tables", BOOLEAN, NULL},
    {"launch_token_hash", STRING, NULL},
    {NULL, ANY, NULL},
};

static const field app_compose[] = {
    {"manifest_version", ANY, NULL},
    {"name", STRING, NULL},
    {"features", STRINGS, NULL},
    {"runner", ALWAYS, NULL},
    {"snapshotter", STRING, NULL},
    {"docker_compose_file", STRING, NULL},
    {"docker_config", STRUCT, docker_config},
    {"public_logs", BOOLEAN, NULL},
    {"public_sysinfo", BOOLEAN, NULL},
    {"public_tcbinfo", BOOLEAN, NULL},
    {"kms_enabled", BOOLEAN, NULL},
    {"gateway_enabled", BOOLEAN, NULL},
    {"tproxy_enabled", BOOLEAN, NULL},
    {"local_key_provider_enabled", BOOLEAN, NULL},
    {"key_provider", STRING, NULL},
    {"key_provider_id", STRING, NULL},
    {"allowed_envs", STRINGS, NULL},
    {"no_instance_id", BOOLEAN, NULL},
    {"secure_time", BOOLEAN, NULL},
    {"requirements", STRUCT, requirements},
    {"bash_script", STRING, NULL},
    {"pre_launch_script", STRING, NULL},
    {NULL, ANY, NULL},
};

static const ds_json *refuse(ds_error *err, const field *field, const char *wanted,
                             const ds_json *value)
{
    ds_fail(err, DS_INVALID, "go: its helper fails on member '%s': %s wanted, got %s", field->name,
            wanted, ds_json_type_name(value->type));
    return NULL;
}

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

/* Go takes a member for a field's also when the case differs. */
static bool is_named(ds_slice key, const char *name)
{
    const unsigned char *p = key.data;
    if (key.len != strlen(name))
        return false;
    for (size_t i = 0; i < key.len; i++)
        if (lower(p[i]) != (unsigned char)name[i])
            return false;
    return true;
}

static const ds_json *strings(const field *field, const ds_json *list, ds_arena *arena,
                              ds_error *err)
{
    ds_shape shape = ds_shape_begin(arena);
    ds_json empty = ds_shape_string((ds_slice){"", 0});
    if (list->type != DS_JSON_ARRAY)
        return refuse(err, field, "a list of strings", list);
    for (const ds_json *item = list->first; item != NULL; item = item->next) {
        if (item->type != DS_JSON_STRING && item->type != DS_JSON_NULL)
            return refuse(err, field, "strings in the list", item);
        ds_shape_add(&shape, empty.key, item->type == DS_JSON_NULL ? &empty : item);
    }
    if (shape.object != NULL)
        shape.object->type = DS_JSON_ARRAY;
    return ds_reshaped(&shape, err);
}

static const ds_json *reshape_struct(const field *fields, const ds_json *object, ds_arena *arena,
                                     ds_error *err);

/* A value that is there and not null, as Go writes it. NULL and *err where Go refuses it. */
static const ds_json *convert(const field *field, const ds_json *value, ds_arena *arena,
                              ds_error *err)
{
    switch (field->kind) {
    case STRING:
    case ALWAYS:
        return value->type == DS_JSON_STRING ? value : refuse(err, field, "a string", value);
    case BOOLEAN:
        return value->type == DS_JSON_BOOL ? value : refuse(err, field, "a boolean", value);
    case STRINGS:
    case LIST:
        return strings(field, value, arena, err);
    case STRUCT:
        if (value->type != DS_JSON_OBJECT)
            return refuse(err, field, "an object", value);
        return reshape_struct(field->fields, value, arena, err);
    case ANY:
        break;
    }
    return value;
}

static bool is_omitted(const field *field, const ds_json *value)
{
    return (field->kind == STRING && value->text.len == 0) ||
           (field->kind == STRINGS && value->count == 0);
}

/* Reads a field: what the last of its members says, but null leaves a string as it was. Out: *made,
 * NULL when there is nothing. Returns false with *err where Go refuses one of them. */
static bool read_field(const field *field, const ds_json *object, ds_arena *arena, ds_error *err,
                       const ds_json **made)
{
    bool is_string = field->kind == STRING || field->kind == ALWAYS;
    *made = NULL;
    for (const ds_json *item = object->first; item != NULL; item = item->next) {
        if (!is_named(item->key, field->name) || (is_string && item->type == DS_JSON_NULL))
            continue;
        *made = NULL;
        if (item->type != DS_JSON_NULL && (*made = convert(field, item, arena, err)) == NULL)
            return false;
    }
    return true;
}

static const ds_json *reshape_struct(const field *fields, const ds_json *object, ds_arena *arena,
                                     ds_error *err)
{
    ds_shape shape = ds_shape_begin(arena);
    ds_json empty = ds_shape_string((ds_slice){"", 0});
    for (; fields->name != NULL; fields++) {
        const ds_json *made;
        if (!read_field(fields, object, arena, err, &made))
            return NULL;
        if (made == NULL && fields->kind == ALWAYS)
            made = &empty;
        if (made != NULL && !is_omitted(fields, made))
            ds_shape_add(&shape, ds_slice_of(fields->name, strlen(fields->name)), made);
    }
    return ds_reshaped(&shape, err);
}

const ds_json *ds_reshape_go(const ds_json *root, bool normalize, ds_arena *arena, ds_error *err)
{
    const ds_json *object = reshape_struct(app_compose, root, arena, err);
    if (object == NULL || !normalize)
        return object;
    const ds_json *runner = ds_last_member(object, DS_LITERAL("runner"));
    ds_shape shape = ds_shape_begin(arena);
    for (const ds_json *item = object->first; item != NULL; item = item->next)
        if (!ds_is_unused(item->key, runner))
            ds_shape_add(&shape, item->key, item);
    return ds_reshaped(&shape, err);
}
