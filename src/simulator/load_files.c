#include "simulator/load.h"

#include "simulator/image.h"

static const ds_field sys_config_fields[] = {
    {.name = "vm_config", .type = DS_TEXT, .flags = DS_REQUIRED},
    {.name = NULL},
};

static const ds_field vm_config_fields[] = {
    {.name = "os_image_hash",
     .type = DS_BYTES,
     .flags = DS_OR_EMPTY,
     .min = DS_SHA256_BYTES,
     .max = DS_SHA256_BYTES},
    {.name = NULL},
};

static const ds_json *member(const ds_json *object, const char *name)
{
    const ds_json *value = ds_json_member(object, name);
    return value == NULL || value->type == DS_JSON_NULL ? NULL : value;
}

static ds_status text_member(ds_load *load, const ds_json *object, const char *name, ds_slice *text)
{
    const ds_json *value = member(object, name);
    if (value == NULL)
        return DS_OK;
    if (value->type != DS_JSON_STRING)
        return ds_fail(load->err, DS_INVALID, "%s: %s: %s instead of a string", DS_FILE_COMPOSE,
                       name, ds_json_type_name(value->type));
    return ds_load_copy(load, text, value->text);
}

/* Out: the flag; left alone where the file does not say. */
static ds_status flag_member(ds_load *load, const ds_json *object, const char *name, bool *flag)
{
    const ds_json *value = member(object, name);
    if (value == NULL)
        return DS_OK;
    if (value->type != DS_JSON_BOOL)
        return ds_fail(load->err, DS_INVALID, "%s: %s: not a boolean", DS_FILE_COMPOSE, name);
    *flag = value->boolean;
    return DS_OK;
}

/* Unlike the other files this one is read with tolerance for null: deployment tools write it for
 * options that are not set. */
static ds_status compose_members(ds_load *load, const ds_json *root)
{
    if (root->type != DS_JSON_OBJECT)
        return ds_load_malformed(load, DS_FILE_COMPOSE, "not a JSON object");
    if (member(root, "name") == NULL)
        return ds_load_malformed(load, DS_FILE_COMPOSE, "name: missing");
    load->identity->storage_fs = DS_LITERAL("zfs");
    load->identity->public_tcbinfo = true;
    ds_status status = flag_member(load, root, "no_instance_id", &load->no_instance_id);
    if (status == DS_OK)
        status = flag_member(load, root, "public_tcbinfo", &load->identity->public_tcbinfo);
    if (status == DS_OK)
        status = text_member(load, root, "name", &load->identity->app_name);
    if (status == DS_OK)
        status = text_member(load, root, "storage_fs", &load->identity->storage_fs);
    return status;
}

static ds_status parse_compose(ds_load *load)
{
    ds_json_doc doc;
    ds_error why;
    ds_slice text = load->identity->compose;
    if (ds_json_parse(&doc, text.data, text.len, &why) != DS_OK)
        return ds_load_malformed(load, DS_FILE_COMPOSE, why.text);
    ds_status status = compose_members(load, doc.root);
    ds_json_free(&doc);
    return status;
}

ds_status ds_load_compose(ds_load *load)
{
    ds_identity *identity = load->identity;
    ds_buf content;
    bool found;
    ds_buf_init(&content, DS_FILE_MAXBYTES);
    ds_status status = ds_load_file(load, DS_FILE_COMPOSE, &content, &found);
    if (status == DS_OK)
        status = ds_load_copy(load, &identity->compose,
                              found ? ds_buf_content(&content) : ds_builtin_compose());
    ds_buf_free(&content);
    if (status == DS_OK)
        status = parse_compose(load);
    if (status == DS_OK &&
        ds_hash(DS_SHA256, identity->compose_hash, &identity->compose, 1) != DS_OK)
        status = ds_fail(load->err, DS_INTERNAL, "SHA-256 failed");
    return status;
}

static ds_status image_hash(ds_load *load, const char *where)
{
    ds_message message;
    ds_status status =
        ds_load_members(load, where, &message, vm_config_fields, load->identity->vm_config);
    if (status == DS_OK)
        status = ds_load_copy(load, &load->identity->os_image_hash,
                              ds_message_bytes(&message, "os_image_hash"));
    ds_message_free(&message);
    return status;
}

static ds_status parse_sys_config(ds_load *load, ds_slice text)
{
    ds_message message;
    ds_status status = ds_load_members(load, DS_FILE_SYS_CONFIG, &message, sys_config_fields, text);
    if (status == DS_OK)
        status =
            ds_load_copy(load, &load->identity->vm_config, ds_message_bytes(&message, "vm_config"));
    ds_message_free(&message);
    return status;
}

ds_status ds_load_sys_config(ds_load *load)
{
    ds_buf content;
    bool found;
    ds_buf_init(&content, DS_FILE_MAXBYTES);
    load->identity->vm_config = ds_image_config();
    ds_status status = ds_load_file(load, DS_FILE_SYS_CONFIG, &content, &found);
    if (status == DS_OK && found)
        status = parse_sys_config(load, ds_buf_content(&content));
    ds_buf_free(&content);
    return status == DS_OK ? image_hash(load, DS_FILE_SYS_CONFIG ": vm_config") : status;
}
