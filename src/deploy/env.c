#include "deploy/env.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>

/* A constant as text. */
#define QUOTED(n)  #n
#define TEXT_OF(n) QUOTED(n)

/* The set ----------------------------------------------------------------------------------- */

void ds_env_free(ds_env_set *set)
{
    free(set->vars);
    ds_arena_free(&set->arena);
    ds_json_free(&set->doc);
    *set = (ds_env_set){.count = 0};
}

ds_status ds_env_add(ds_env_set *set, const ds_env_var *var)
{
    if (set->count == set->room) {
        size_t room = set->room == 0 ? 16 : 2 * set->room;
        ds_env_var *vars = realloc(set->vars, room * sizeof *vars);
        if (vars == NULL)
            return DS_MEMORY;
        set->vars = vars;
        set->room = room;
    }
    set->vars[set->count++] = *var;
    return DS_OK;
}

/* Rules ------------------------------------------------------------------------------------- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool ds_env_name_valid(ds_slice name)
{
    const char *p = name.data;
    if (name.len == 0 || !is_letter(p[0]))
        return false;
    for (size_t i = 1; i < name.len; i++)
        if (!is_letter(p[i]) && !(p[i] >= '0' && p[i] <= '9'))
            return false;
    return true;
}

/* What is wrong with the variable at an index. A name is shown if it is one. */
static ds_status bad(const ds_env_set *set, size_t i, const char *why, ds_error *err)
{
    const ds_env_var *var = &set->vars[i];
    char place[64], name[DS_ENV_KEY_MAX + 4] = "";
    snprintf(place, sizeof place, "%s %lu", var->line > 0 ? "line" : "variable",
             (unsigned long)(var->line > 0 ? var->line : i + 1));
    if (var->key.len > DS_ENV_KEY_MAX || !ds_env_name_valid(var->key))
        return ds_fail(err, DS_INVALID, "%s: %s", place, why);
    ds_excerpt(name, sizeof name, var->key.data, var->key.len);
    return ds_fail(err, DS_INVALID, "%s: %s: %s", place, name, why);
}

/* The guest's rules for one variable, in the guest's order. In/out: the total so far. */
static ds_status check_one(const ds_env_set *set, size_t i, size_t *total, ds_error *err)
{
    const ds_env_var *var = &set->vars[i];
    if (var->key.len > DS_ENV_KEY_MAX)
        return bad(set, i, "the name is longer than " TEXT_OF(DS_ENV_KEY_MAX) " bytes", err);
    if (var->value.len > DS_ENV_VALUE_MAX)
        return bad(set, i, "the value is longer than " TEXT_OF(DS_ENV_VALUE_MAX) " bytes", err);
    if (!ds_env_name_valid(var->key))
        return bad(set, i,
                   var->key.len == 0
                       ? "the name is empty"
                       : "the name is not made of letters, digits and _, with no digit first",
                   err);
    *total += var->key.len + var->value.len;
    if (*total > DS_ENV_TOTAL_MAX)
        return bad(set, i,
                   "names and values up to here are more than " TEXT_OF(DS_ENV_TOTAL_MAX) " bytes",
                   err);
    return DS_OK;
}

static ds_status check_count(const ds_env_set *set, ds_error *err)
{
    if (set->count <= DS_ENV_COUNT_MAX)
        return DS_OK;
    return ds_fail(err, DS_INVALID, "%lu variables, at most %d are taken",
                   (unsigned long)set->count, DS_ENV_COUNT_MAX);
}

/* What a guest takes, and no process can be given. */
static ds_status check_value(const ds_env_set *set, size_t i, ds_error *err)
{
    ds_slice value = set->vars[i].value;
    if (value.len > 0 && memchr(value.data, '\0', value.len) != NULL)
        return bad(set, i, "the value holds a NUL, which no environment can", err);
    if (!ds_utf8_valid(value.data, value.len))
        return bad(set, i, "the value is not UTF-8 text; encode bytes, for example as base64", err);
    return DS_OK;
}

static int by_name(const void *a, const void *b)
{
    ds_slice x = ((const ds_env_var *)a)->key, y = ((const ds_env_var *)b)->key;
    size_t len = x.len < y.len ? x.len : y.len;
    int order = len == 0 ? 0 : memcmp(x.data, y.data, len);
    return order != 0 ? order : (x.len > y.len) - (x.len < y.len);
}

/* Sorts by name; `line` then holds the place from 0, which keeps the order of equals. */
static int by_name_and_place(const void *a, const void *b)
{
    int order = by_name(a, b);
    size_t x = ((const ds_env_var *)a)->line, y = ((const ds_env_var *)b)->line;
    return order != 0 ? order : (x > y) - (x < y);
}

/* Out: *sorted, to be freed; `line` of each is its index in the set. */
static ds_status sort(ds_env_var **sorted, const ds_env_set *set)
{
    *sorted = malloc((set->count + 1) * sizeof **sorted);
    if (*sorted == NULL)
        return DS_MEMORY;
    for (size_t i = 0; i < set->count; i++) {
        (*sorted)[i] = set->vars[i];
        (*sorted)[i].line = i;
    }
    qsort(*sorted, set->count, sizeof **sorted, by_name_and_place);
    return DS_OK;
}

static ds_status check_duplicates(const ds_env_set *set, ds_error *err)
{
    ds_env_var *sorted;
    char why[96];
    ds_status status = DS_OK;
    if (sort(&sorted, set) != DS_OK)
        return ds_fail_memory(err);
    for (size_t i = 1; status == DS_OK && i < set->count; i++) {
        if (by_name(&sorted[i - 1], &sorted[i]) != 0)
            continue;
        const ds_env_var *first = &set->vars[sorted[i - 1].line];
        snprintf(why, sizeof why, "set already, as %s %lu (allow_duplicates: the later one counts)",
                 first->line > 0 ? "line" : "variable",
                 (unsigned long)(first->line > 0 ? first->line : sorted[i - 1].line + 1));
        status = bad(set, sorted[i].line, why, err);
    }
    free(sorted);
    return status;
}

ds_status ds_env_check(const ds_env_set *set, unsigned flags, ds_error *err)
{
    size_t total = 0;
    if (set->count == 0 && !(flags & DS_ENV_ALLOW_EMPTY))
        return ds_fail(err, DS_INVALID,
                       "no variables: an empty set clears the environment (allow_empty: do that)");
    ds_status status = check_count(set, err);
    for (size_t i = 0; status == DS_OK && i < set->count; i++) {
        status = check_one(set, i, &total, err);
        if (status == DS_OK)
            status = check_value(set, i, err);
    }
    if (status == DS_OK && !(flags & DS_ENV_ALLOW_DUPLICATES))
        status = check_duplicates(set, err);
    return status;
}

static bool is_allowed(ds_slice name, const ds_slice *allowed, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ds_slice_equal(name, allowed[i]))
            return true;
    return false;
}

ds_status ds_env_admit(ds_env_set *taken, const ds_env_set *read, const ds_slice *allowed,
                       size_t allowed_count, ds_error *err)
{
    size_t total = 0, kept = 0;
    ds_status status = check_count(read, err);
    for (size_t i = 0; status == DS_OK && i < read->count; i++) {
        if (!is_allowed(read->vars[i].key, allowed, allowed_count))
            continue;
        status = check_one(read, i, &total, err);
        ds_env_var var = read->vars[i];
        var.line = i;
        if (status == DS_OK && ds_env_add(taken, &var) != DS_OK)
            status = ds_fail_memory(err);
    }
    if (status != DS_OK || taken->count == 0)
        return status;
    qsort(taken->vars, taken->count, sizeof *taken->vars, by_name_and_place);
    for (size_t i = 0; i < taken->count; i++)
        if (i + 1 == taken->count || by_name(&taken->vars[i], &taken->vars[i + 1]) != 0) {
            taken->vars[kept] = taken->vars[i];
            taken->vars[kept++].line = 0;
        }
    taken->count = kept;
    return DS_OK;
}

/* The reader of the guest's file (systemd) takes a backslash in quotes with the character behind it
 * where that is one of \ " $ and a backtick; the writer escapes the last three, and turns a newline
 * into two characters that stay two. Values without a character that needs quotes are written
 * bare. */
const char *ds_env_damage(ds_slice value)
{
    const char *p = value.data;
    bool quoted = false, carriage = false;
    for (size_t i = 0; i < value.len; i++) {
        char next = i + 1 < value.len ? p[i + 1] : '\0';
        if (p[i] == '\n')
            return "a newline arrives as the two characters \\n";
        if (p[i] == '\\' && i + 1 == value.len)
            return "it ends in a backslash, which swallows the closing quote: this variable and "
                   "others are damaged";
        if (p[i] == '\\' && next == '\\')
            return "two backslashes in a row arrive as one";
        if (p[i] == '\\' && next == '"')
            return "a backslash before a double quote lets the quotes end there: this variable "
                   "and, it may be, others are damaged";
        quoted = quoted || (p[i] != '\0' && strchr(" \t|&;<>()$`\\\"'", p[i]) != NULL);
        carriage = carriage || p[i] == '\r';
    }
    return carriage && !quoted ? "a carriage return ends the value there" : NULL;
}

/* JSON -------------------------------------------------------------------------------------- */

ds_status ds_env_write(ds_buf *out, const ds_env_set *set)
{
    ds_buf_text(out, "{\"env\":[");
    for (size_t i = 0; i < set->count; i++) {
        ds_buf_text(out, i == 0 ? "{\"key\":" : ",{\"key\":");
        ds_json_put_string(out, set->vars[i].key);
        ds_buf_text(out, ",\"value\":");
        ds_json_put_string(out, set->vars[i].value);
        ds_buf_byte(out, '}');
    }
    return ds_buf_text(out, "]}");
}

/* Out: *member, or NULL where there is none. Returns false when it is there twice: guests refuse
 * that. */
static bool find(const ds_json **member, const ds_json *object, const char *name)
{
    const ds_json *found = object->type == DS_JSON_OBJECT ? ds_json_member(object, name) : NULL;
    *member = found;
    for (const ds_json *m = found == NULL ? NULL : found->next; m != NULL; m = m->next)
        if (ds_slice_equal(m->key, found->key))
            return false;
    return true;
}

static ds_status read_text(ds_slice *text, const ds_json *item, const char *name, size_t number,
                           ds_error *err)
{
    const ds_json *member;
    if (!find(&member, item, name))
        return ds_fail(err, DS_INVALID, "variable %lu: %s: it is there twice",
                       (unsigned long)number, name);
    if (member == NULL || member->type != DS_JSON_STRING)
        return ds_fail(err, DS_INVALID, "variable %lu: %s: %s instead of a string",
                       (unsigned long)number, name,
                       member == NULL ? "nothing" : ds_json_type_name(member->type));
    *text = member->text;
    return DS_OK;
}

static ds_status read_list(ds_env_set *set, const ds_json *list, ds_error *err)
{
    ds_status status = DS_OK;
    for (const ds_json *item = list->first; status == DS_OK && item != NULL; item = item->next) {
        ds_env_var var = {.line = 0};
        status = read_text(&var.key, item, "key", set->count + 1, err);
        if (status == DS_OK)
            status = read_text(&var.value, item, "value", set->count + 1, err);
        if (status == DS_OK && ds_env_add(set, &var) != DS_OK)
            status = ds_fail_memory(err);
    }
    return status;
}

ds_status ds_env_read(ds_env_set *set, ds_slice json, ds_error *err)
{
    ds_status status = ds_json_parse(&set->doc, json.data, json.len, err);
    if (status != DS_OK)
        return status;
    const ds_json *list;
    if (!find(&list, set->doc.root, "env"))
        return ds_fail(err, DS_INVALID, "what is sealed has `env` twice");
    if (list == NULL || list->type != DS_JSON_ARRAY)
        return ds_fail(err, DS_INVALID, "what is sealed is no object with a list `env`");
    return read_list(set, list, err);
}
