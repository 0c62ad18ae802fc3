/* Python: the document becomes an object's attributes. Those that are None or begin with "_" are
 * left out, and some names it cannot take. */
#include "base/number.h"
#include "deploy/flavour.h"

#include <math.h>

/* The classes that stand for two of the members: their arguments, and no others. */
static const char *const docker_config[] = {"registry", "username", "token_key", NULL};
static const char *const requirements[] = {"os_version", "platforms", "tdx_measure_acpi_tables",
                                           "launch_token_hash", NULL};

static const struct nested {
    const char *name;
    const char *const *members;
} nested[] = {{"docker_config", docker_config}, {"requirements", requirements}};

/* Names that hide what the helper calls, or that Python takes for something else. */
static const char *const impossible[] = {"to_dict", "self", "__class__", "__dict__", NULL};

static bool is_one_of(ds_slice name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (ds_slice_equal(name, ds_slice_of(*names, strlen(*names))))
            return true;
    return false;
}

static const ds_json *refuse(ds_error *err, ds_slice name, const char *why)
{
    char shown[64];
    ds_fail(err, DS_INVALID, "python: its helper fails on member '%s': %s",
            ds_excerpt(shown, sizeof shown, name.data, name.len), why);
    return NULL;
}

static const struct nested *nested_of(ds_slice name)
{
    for (size_t i = 0; i < sizeof nested / sizeof *nested; i++)
        if (ds_slice_equal(name, ds_slice_of(nested[i].name, strlen(nested[i].name))))
            return &nested[i];
    return NULL;
}

/* An object of known members, without those that are null. */
static const ds_json *reshape_nested(const struct nested *kind, const ds_json *value,
                                     ds_arena *arena, ds_error *err)
{
    if (value->type != DS_JSON_OBJECT)
        return refuse(err, value->key, "it is no object");
    const ds_json *distinct = ds_shape_distinct(value, arena);
    if (distinct == NULL)
        return ds_reshaped(NULL, err);
    ds_shape shape = ds_shape_begin(arena);
    for (const ds_json *item = distinct->first; item != NULL; item = item->next) {
        if (!is_one_of(item->key, kind->members))
            return refuse(err, item->key, "its class does not know it");
        if (item->type != DS_JSON_NULL)
            ds_shape_add(&shape, item->key, item);
    }
    return ds_reshaped(&shape, err);
}

/* A float that is not finite becomes None. */
static bool is_none(const ds_json *value)
{
    if (value->type != DS_JSON_NUMBER || ds_number_is_integer(value->text))
        return value->type == DS_JSON_NULL;
    return isinf(ds_number_double(value->text)) != 0;
}

static bool is_falsy(const ds_json *value)
{
    if (value->type == DS_JSON_BOOL)
        return !value->boolean;
    if (value->type == DS_JSON_NUMBER)
        return ds_number_double(value->text) == 0;
    return value->type == DS_JSON_STRING ? value->text.len == 0 : value->count == 0;
}

/* str() of what the runner is, but for lists and dicts, whose str() is no JSON: DS_INVALID. Out:
 * *out, in the arena where it is not the value itself. */
static ds_status stringify(const ds_json *value, ds_arena *arena, ds_json *out)
{
    ds_buf text;
    ds_slice copy = {NULL, 0};
    *out = *value;
    if (value->type == DS_JSON_STRING)
        return DS_OK;
    ds_buf_init(&text, 1 << 20);
    ds_status status = DS_INVALID;
    if (value->type == DS_JSON_NULL)
        status = ds_buf_text(&text, "None");
    else if (value->type == DS_JSON_BOOL)
        status = ds_buf_text(&text, value->boolean ? "True" : "False");
    else if (value->type == DS_JSON_NUMBER)
        status = ds_number_put(&text, value->text, DS_NUMBER_PYTHON);
    if (status == DS_OK && !ds_arena_copy(arena, &copy, ds_buf_content(&text)))
        status = DS_MEMORY;
    *out = ds_shape_string(copy);
    ds_buf_free(&text);
    return status;
}

/* Adds a member as to_dict() has it. Returns NULL and *err where Python raises. */
static const ds_json *add_member(ds_shape *shape, const ds_json *value, ds_error *err)
{
    const struct nested *kind = nested_of(value->key);
    if (is_one_of(value->key, impossible))
        return refuse(err, value->key, "the name has another meaning there");
    if (kind != NULL && value->type == DS_JSON_NULL)
        return refuse(err, value->key, "it is null and so given twice");
    const ds_json *made = kind == NULL ? value : reshape_nested(kind, value, shape->arena, err);
    bool hidden = value->key.len > 0 && *(const char *)value->key.data == '_';
    if (made != NULL && !hidden && !is_none(made))
        ds_shape_add(shape, value->key, made);
    return made;
}

/* Whether normalizing leaves a member out. */
static bool is_dropped(const ds_json *value, const ds_json *runner)
{
    if (ds_slice_equal(value->key, DS_LITERAL("pre_launch_script")))
        return is_falsy(value);
    return ds_is_unused(value->key, runner);
}

const ds_json *ds_reshape_python(const ds_json *root, bool normalize, ds_arena *arena,
                                 ds_error *err)
{
    ds_json runner;
    ds_slice runner_name = DS_LITERAL("runner");
    const ds_json *stated = ds_last_member(root, runner_name);
    if (stated == NULL)
        return refuse(err, runner_name, "it is missing");
    ds_status status = stringify(stated, arena, &runner);
    if (status != DS_OK && status != DS_MEMORY)
        return refuse(err, runner_name, "it is no text");
    const ds_json *distinct = status == DS_OK ? ds_shape_distinct(root, arena) : NULL;
    if (distinct == NULL)
        return ds_reshaped(NULL, err);
    ds_shape shape = ds_shape_begin(arena);
    ds_shape_add(&shape, runner_name, &runner);
    for (const ds_json *item = distinct->first; item != NULL; item = item->next) {
        if (ds_slice_equal(item->key, runner_name) || (normalize && is_dropped(item, &runner)))
            continue;
        if (add_member(&shape, item, err) == NULL)
            return NULL;
    }
    return ds_reshaped(&shape, err);
}
