#include "base/json_cut.h"

/* The text of one object, which is known to be well-formed. */
typedef struct scanner {
    const char *at, *end;
} scanner;

static void skip_string(scanner *s)
{
    for (s->at++; *s->at != '"'; s->at++)
        if (*s->at == '\\')
            s->at++;
    s->at++;
}

/* Moves over one value, up to the comma or brace behind it. */
static void skip_value(scanner *s)
{
    unsigned depth = 0;
    while (s->at < s->end) {
        if (*s->at == '"') {
            skip_string(s);
            continue;
        }
        if (depth == 0 && (*s->at == ',' || *s->at == '}' || *s->at == ']'))
            return;
        if (*s->at == '{' || *s->at == '[')
            depth++;
        else if (*s->at == '}' || *s->at == ']')
            depth--;
        s->at++;
    }
}

static void skip_to(scanner *s, const char *characters)
{
    while (s->at < s->end && strchr(characters, *s->at) == NULL)
        s->at++;
}

ds_slice ds_json_trim(ds_slice text)
{
    const char *from = text.data, *to = from + text.len;
    while (from < to && strchr(" \t\r\n", *from) != NULL)
        from++;
    while (to > from && strchr(" \t\r\n", to[-1]) != NULL)
        to--;
    return ds_slice_of(from, (size_t)(to - from));
}

/* Takes the next member off. Returns false behind the last one. */
static bool next_member(scanner *s, ds_slice *key, ds_slice *value)
{
    skip_to(s, "\"");
    if (s->at >= s->end)
        return false;
    const char *from = s->at;
    skip_string(s);
    *key = ds_slice_of(from + 1, (size_t)(s->at - from) - 2);
    skip_to(s, ":");
    from = ++s->at;
    skip_value(s);
    *value = ds_json_trim(ds_slice_of(from, (size_t)(s->at - from)));
    return true;
}

static unsigned cut(ds_slice *value, ds_slice text, const char *name)
{
    scanner s = {text.data, (const char *)text.data + text.len};
    ds_slice key, found, wanted = {name, strlen(name)};
    unsigned count = 0;
    while (next_member(&s, &key, &found))
        if (ds_slice_equal(key, wanted)) {
            *value = found;
            count++;
        }
    return count;
}

ds_status ds_json_cut(ds_slice *value, ds_slice text, const char *name, ds_error *err)
{
    ds_json_doc doc;
    ds_error inner;
    ds_status status = ds_json_parse(&doc, text.data, text.len, &inner);
    if (status != DS_OK)
        return ds_fail(err, status, "%.200s", inner.text);
    if (doc.root->type != DS_JSON_OBJECT)
        status = ds_fail(err, DS_INVALID, "it is no JSON object");
    else if (cut(value, text, name) != 1)
        status = ds_fail(err, DS_INVALID, "it has no member '%s', or more than one", name);
    ds_json_free(&doc);
    return status;
}
