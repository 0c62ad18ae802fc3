#include "http1/field.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_token_char(char c)
{
    static const bool others[128] = {
        ['!'] = true, ['#'] = true, ['$'] = true, ['%'] = true, ['&'] = true,
        ['*'] = true, ['+'] = true, ['-'] = true, ['.'] = true, ['^'] = true,
        ['_'] = true, ['`'] = true, ['|'] = true, ['~'] = true, ['\''] = true,
    };
    unsigned char byte = (unsigned char)c, letter = byte | 0x20;
    return (letter >= 'a' && letter <= 'z') || (byte >= '0' && byte <= '9') ||
           (byte < 128 && others[byte]);
}

static bool is_value_char(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

bool ds_field_token(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!is_token_char(text[i]))
            return false;
    return len > 0;
}

bool ds_field_text(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!is_value_char(text[i]))
            return false;
    return true;
}

size_t ds_field_visible(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && text[n] > ' ' && text[n] < 0x7f)
        n++;
    return n;
}

bool ds_field_is(ds_slice text, const char *word)
{
    const char *p = text.data;
    if (text.len != strlen(word))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (lower(p[i]) != word[i])
            return false;
    return true;
}

void ds_field_lower(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        text[i] = lower(text[i]);
}

ds_slice ds_field_trim(const char *text, size_t len)
{
    while (len > 0 && (text[0] == ' ' || text[0] == '\t'))
        text++, len--;
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        len--;
    return ds_slice_of(text, len);
}

bool ds_field_split(const char *line, size_t len, ds_slice *name, ds_slice *value)
{
    *name = *value = ds_slice_of(NULL, 0);
    const char *colon = len > 0 ? memchr(line, ':', len) : NULL;
    if (colon == NULL)
        return false;
    size_t name_len = (size_t)(colon - line);
    ds_slice rest = ds_field_trim(colon + 1, len - name_len - 1);
    if (!ds_field_token(line, name_len) || !ds_field_text(rest.data, rest.len))
        return false;
    *name = ds_slice_of(line, name_len);
    *value = rest;
    return true;
}

bool ds_field_element(ds_slice *list, ds_slice *element)
{
    *element = ds_slice_of(NULL, 0);
    if (list->len == 0)
        return false;
    const char *p = list->data, *comma = memchr(p, ',', list->len);
    size_t len = comma != NULL ? (size_t)(comma - p) : list->len;
    size_t used = comma != NULL ? len + 1 : len;
    *element = ds_field_trim(p, len);
    *list = ds_slice_of(p + used, list->len - used);
    return true;
}
