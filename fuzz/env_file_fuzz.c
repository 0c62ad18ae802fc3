/* Files of environment variables. Input: a byte of flags, then the file. */
#include "deploy/env_file.h"
#include "fuzz.h"

/* Writes a value so that it must be read back as it is. */
static void put_quoted(ds_buf *out, ds_slice value)
{
    const char *p = value.data;
    ds_buf_byte(out, '"');
    for (size_t i = 0; i < value.len; i++) {
        if (p[i] == '\r') {
            ds_buf_text(out, "\\r");
            continue;
        }
        if (strchr("\\\"$`", p[i]) != NULL)
            ds_buf_byte(out, '\\');
        ds_buf_byte(out, (unsigned char)p[i]);
    }
    ds_buf_text(out, "\"\n");
}

/* What was read, written in another form, says the same. */
static void check_again(const ds_env_set *set, unsigned flags)
{
    ds_buf text;
    ds_error err;
    ds_env_set again = {.count = 0};
    ds_buf_init(&text, 1 << 20);
    for (size_t i = 0; i < set->count; i++) {
        ds_buf_slice(&text, set->vars[i].key);
        ds_buf_byte(&text, '=');
        put_quoted(&text, set->vars[i].value);
    }
    PROMISE(ds_env_file_parse(&again, ds_buf_content(&text), flags, &err) == DS_OK);
    PROMISE(again.count == set->count);
    for (size_t i = 0; i < set->count; i++)
        PROMISE(ds_slice_equal(again.vars[i].key, set->vars[i].key) &&
                ds_slice_equal(again.vars[i].value, set->vars[i].value));
    ds_env_free(&again);
    ds_buf_free(&text);
}

static void check_set(const ds_env_set *set, unsigned flags)
{
    ds_error err;
    PROMISE(ds_env_check(set, flags, &err) == DS_OK);
    for (size_t i = 0; i < set->count; i++) {
        PROMISE(ds_env_name_valid(set->vars[i].key) && set->vars[i].line > 0);
        PROMISE(i == 0 || set->vars[i].line > set->vars[i - 1].line);
        (void)ds_env_damage(set->vars[i].value);
    }
    check_again(set, flags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ds_slice input = {data, size};
    ds_env_set set = {.count = 0};
    ds_error err;
    unsigned flags = fuzz_byte(&input) & (DS_ENV_ALLOW_EMPTY | DS_ENV_ALLOW_DUPLICATES);
    ds_status status = ds_env_file_parse(&set, input, flags, &err);
    PROMISE(status == DS_OK || status == DS_INVALID);
    if (status == DS_OK)
        check_set(&set, flags);
    else
        PROMISE(err.text[0] != '\0');
    ds_env_free(&set);
    return 0;
}
