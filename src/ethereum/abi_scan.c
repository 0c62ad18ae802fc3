#include "ethereum/abi_scan.h"

ds_status ds_scan_bad(const ds_scan *p, const char *at, const char *why)
{
    return ds_fail(p->err, DS_INVALID, "at character %lu: %s", (unsigned long)(at - p->begin) + 1,
                   why);
}

ds_status ds_scan_say(const ds_scan *p, const char *at, ds_status status)
{
    char why[256];
    if (status != DS_INVALID)
        return status;
    return ds_scan_bad(p, at, ds_excerpt(why, sizeof why, p->err->text, strlen(p->err->text)));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void ds_scan_blanks(ds_scan *p)
{
    while (p->lookup == NULL && p->at < p->end && is_blank(*p->at))
        p->at++;
}

bool ds_scan_at(ds_scan *p, char c)
{
    ds_scan_blanks(p);
    return p->at < p->end && *p->at == c;
}

bool ds_scan_take(ds_scan *p, char c)
{
    bool found = ds_scan_at(p, c);
    p->at += found;
    return found;
}

bool ds_scan_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || ds_scan_digit(c) || c == '_' ||
           c == '$';
}

ds_slice ds_scan_peek(ds_scan *p)
{
    ds_scan_blanks(p);
    const char *end = p->at;
    while (end < p->end && (is_word(*end) || (p->lookup != NULL && *end == ':')))
        end++;
    return ds_slice_of(p->at, (size_t)(end - p->at));
}

bool ds_scan_is(ds_slice word, const char *text)
{
    return ds_slice_equal(word, ds_slice_of(text, strlen(text)));
}

bool ds_scan_is_any(ds_slice word, const char *const *texts)
{
    for (; *texts != NULL; texts++)
        if (ds_scan_is(word, *texts))
            return true;
    return false;
}

bool ds_scan_word(ds_scan *p, const char *text)
{
    ds_slice word = ds_scan_peek(p);
    bool found = ds_scan_is(word, text);
    p->at += found ? word.len : 0;
    return found;
}

ds_status ds_scan_begin(ds_scan *p, ds_slice text, ds_arena *arena, ds_error *err)
{
    const char *at = text.len > 0 ? text.data : "";
    *p = (ds_scan){at, at, at + text.len, arena, NULL, NULL, err};
    if (text.len <= DS_ABI_TEXTMAX)
        return DS_OK;
    return ds_fail(err, DS_INVALID, "more than %u characters", DS_ABI_TEXTMAX);
}
