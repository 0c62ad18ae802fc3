#include "simulator/environment.h"

#include "base/hex.h"
#include "base/json.h"
#include "deploy/env.h"
#include "deploy/env_seal.h"
#include "deploy/provider.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Bytes, or as hex with an end of line. */
#define FILE_MAXBYTES (2 * DS_ENV_BLOB_MAX + 2)

static ds_status no_boot(ds_error *err, const char *why)
{
    return ds_fail(err, DS_INVALID, "encrypted environment: %.1000s", why);
}

static ds_status read_file(ds_buf *content, const char *path, ds_error *err)
{
    char why[256], name[128];
    FILE *file = fopen(path, "rb");
    unsigned char *at = file == NULL ? NULL : ds_buf_grow(content, FILE_MAXBYTES + 1);
    size_t n = at == NULL ? 0 : fread(at, 1, FILE_MAXBYTES + 1, file);
    bool good = at != NULL && !ferror(file);
    snprintf(why, sizeof why, "%s: %s", ds_excerpt(name, sizeof name, path, strlen(path)),
             good ? "larger than a guest takes" : strerror(errno));
    if (file != NULL)
        fclose(file);
    content->len = n;
    return good && n <= FILE_MAXBYTES ? DS_OK : no_boot(err, why);
}

static bool is_hex(const unsigned char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\0' || strchr("0123456789abcdefABCDEF", text[i]) == NULL)
            return false;
    return len > 0;
}

/* Hex text becomes the bytes it stands for; bytes that happen to be hex digits are no blob. */
static ds_status unhex(ds_buf *content, ds_error *err)
{
    size_t len = content->len;
    while (len > 0 && (content->data[len - 1] == '\n' || content->data[len - 1] == '\r'))
        len--;
    if (!is_hex(content->data, len))
        return DS_OK;
    if (!ds_hex_decode(content->data, (const char *)content->data, len))
        return no_boot(err, "an odd number of hex digits");
    content->len = len / 2;
    return DS_OK;
}

/* The compose file's allowed_envs. Out: *names, to be freed, into doc. */
static ds_status read_allowed(ds_slice **names, size_t *count, const ds_json_doc *doc,
                              ds_error *err)
{
    const ds_json *list = ds_json_member(doc->root, "allowed_envs");
    *count = 0;
    *names = calloc(list == NULL ? 1 : list->count + 1, sizeof **names);
    if (*names == NULL)
        return ds_fail_memory(err);
    if (list == NULL)
        return DS_OK;
    for (const ds_json *item = list->first; item != NULL; item = item->next) {
        if (item->type != DS_JSON_STRING)
            return no_boot(err, "app-compose.json: allowed_envs is no list of names");
        (*names)[(*count)++] = item->text;
    }
    return list->type == DS_JSON_ARRAY
               ? DS_OK
               : no_boot(err, "app-compose.json: allowed_envs is no list of names");
}

static void note(ds_buf *notices, const char *before, ds_slice name, const char *behind)
{
    char shown[DS_ENV_KEY_MAX + 4];
    ds_buf_printf(notices, "%s%s%s\n", before, ds_excerpt(shown, sizeof shown, name.data, name.len),
                  behind);
}

static bool arrives(const ds_env_set *taken, ds_slice name)
{
    for (size_t i = 0; i < taken->count; i++)
        if (ds_slice_equal(taken->vars[i].key, name))
            return true;
    return false;
}

/* Names that the guest leaves out are shown if they are names: a value may have got there. */
static void describe(ds_buf *notices, const ds_env_set *read, const ds_env_set *taken)
{
    char size[64], why[160];
    if (read->count == 0)
        ds_buf_text(notices, "encrypted environment: no variables: it clears what was there\n");
    for (size_t i = 0; i < read->count; i++)
        if (!arrives(taken, read->vars[i].key))
            note(notices, "warning: encrypted environment: ",
                 ds_env_name_valid(read->vars[i].key) ? read->vars[i].key : DS_LITERAL("a name"),
                 " is not in allowed_envs, and left out");
    for (size_t i = 0; i < taken->count; i++) {
        const ds_env_var *var = &taken->vars[i];
        const char *damage = ds_env_damage(var->value);
        snprintf(size, sizeof size, ", %lu bytes", (unsigned long)var->value.len);
        note(notices, "encrypted environment: ", var->key, size);
        snprintf(why, sizeof why, ": %s", damage == NULL ? "" : damage);
        if (damage != NULL)
            note(notices, "warning: encrypted environment: ", var->key, why);
    }
}

static ds_status admit(ds_buf *notices, const ds_json_doc *compose, ds_slice plain, ds_error *err)
{
    ds_env_set read = {.count = 0}, taken = {.count = 0};
    ds_slice *names = NULL;
    size_t count;
    ds_error why;
    ds_status status = read_allowed(&names, &count, compose, err);
    if (status == DS_OK && (ds_env_read(&read, plain, &why) != DS_OK ||
                            ds_env_admit(&taken, &read, names, count, &why) != DS_OK))
        status = no_boot(err, why.text);
    if (status == DS_OK)
        describe(notices, &read, &taken);
    free(names);
    ds_env_free(&read);
    ds_env_free(&taken);
    return status;
}

static ds_status open_blob(ds_buf *notices, const ds_identity *identity, const ds_json_doc *compose,
                           ds_slice blob, ds_error *err)
{
    ds_buf plain;
    ds_error why;
    ds_buf_init(&plain, DS_ENV_BLOB_MAX);
    ds_status status = ds_env_open(&plain, blob, identity->env_key, &why);
    status = status == DS_OK ? admit(notices, compose, ds_buf_content(&plain), err)
                             : no_boot(err, why.text);
    ds_buf_free(&plain);
    return status;
}

/* A guest without a key for it passes over it without an error. */
static ds_status bring(ds_buf *notices, const ds_identity *identity, const ds_json_doc *compose,
                       ds_slice blob, ds_error *err)
{
    ds_slice provider = ds_compose_provider(compose->root);
    if (blob.len == 0)
        ds_buf_text(notices, "warning: encrypted environment: the file is empty: no variables\n");
    else if (!ds_slice_equal(provider, DS_LITERAL("kms")))
        note(notices, "warning: encrypted environment: the compose file's key provider is ",
             provider, ", not kms: there is no key for it: no variables");
    else if (!identity->has_env_key)
        ds_buf_text(notices, "warning: encrypted environment: without a KMS there is no key for "
                             "it: no variables\n");
    else
        return open_blob(notices, identity, compose, blob, err);
    return DS_OK;
}

ds_status ds_environment_open(ds_buf *notices, const ds_identity *identity, const char *path,
                              ds_error *err)
{
    ds_buf content;
    ds_json_doc compose = {.root = NULL};
    ds_buf_init(&content, FILE_MAXBYTES + 1);
    ds_status status = read_file(&content, path, err);
    if (status == DS_OK)
        status = unhex(&content, err);
    if (status == DS_OK)
        status = ds_json_parse(&compose, identity->compose.data, identity->compose.len, err);
    if (status == DS_OK)
        status = bring(notices, identity, &compose, ds_buf_content(&content), err);
    ds_json_free(&compose);
    ds_buf_free(&content);
    return status;
}
