#include "deploy/env_file.h"

#include "base/utf8.h"

#define MARK   DS_LITERAL("\xef\xbb\xbf")
#define EXPORT DS_LITERAL("export")

typedef struct parser {
    const char *at, *end;
    size_t line;
    ds_env_set *set;
    ds_error *err;
} parser;

static ds_status bad(const parser *p, size_t line, const char *why)
{
    return ds_fail(p->err, DS_INVALID, "line %lu: %s", (unsigned long)line, why);
}

/* Characters ---------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The character at a distance, or LF behind the end, which ends everything that a line holds. */
static char peek(const parser *p, size_t ahead)
{
    return (size_t)(p->end - p->at) > ahead ? p->at[ahead] : '\n';
}

static bool at_line_end(const parser *p)
{
    return peek(p, 0) == '\n' || (peek(p, 0) == '\r' && peek(p, 1) == '\n');
}

static void skip_blanks(parser *p)
{
    while (is_blank(peek(p, 0)))
        p->at++;
}

static void next_line(parser *p)
{
    while (p->at < p->end && *p->at != '\n')
        p->at++;
    if (p->at < p->end)
        p->at++;
    p->line++;
}

/* Values -------------------------------------------------------------------------------------- */

static ds_slice bare_value(parser *p)
{
    const char *begin = p->at, *end = p->at; /* behind the = at least */
    while (!at_line_end(p) && !(peek(p, 0) == '#' && is_blank(p->at[-1]))) {
        p->at++;
        if (!is_blank(p->at[-1]))
            end = p->at;
    }
    return ds_slice_of(begin, (size_t)(end - begin));
}

/* The end of what is in quotes, from behind the first one; NULL when there is none. */
static const char *closing_quote(const parser *p, char quote)
{
    for (const char *at = p->at; at < p->end; at++) {
        if (*at == quote)
            return at;
        if (quote == '"' && *at == '\\' && at + 1 < p->end)
            at++;
    }
    return NULL;
}

/* Returns the character that an escape stands for, or NUL when it is none. */
static char escaped(char c)
{
    static const char from[] = "nrt\\\"$`", to[] = "\n\r\t\\\"$`";
    const char *found = c == '\0' ? NULL : strchr(from, c);
    return found == NULL ? '\0' : to[found - from];
}

/* Takes a backslash and what is behind it. In/out: *out, where it is written. */
static ds_status take_escape(parser *p, char **out)
{
    size_t cr = peek(p, 1) == '\r' && peek(p, 2) == '\n';
    if (peek(p, 1 + cr) == '\n') { /* the line goes on */
        p->at += 2 + cr;
        p->line++;
        return DS_OK;
    }
    char c = escaped(peek(p, 1));
    if (c == '\0')
        return bad(
            p, p->line,
            "unknown escape: in double quotes there are \\n \\r \\t \\\\ \\\" \\$ \\`; write \\\\ "
            "for a backslash, or use single quotes");
    *(*out)++ = c;
    p->at += 2;
    return DS_OK;
}

/* What is in quotes; CR LF in it is a LF. */
static ds_status quoted_value(parser *p, ds_slice *value)
{
    const char quote = *p->at++;
    const char *close = closing_quote(p, quote);
    if (close == NULL)
        return bad(p, p->line, "the quote is never closed");
    char *text = ds_arena_alloc(&p->set->arena, (size_t)(close - p->at) + 1), *out = text;
    if (text == NULL)
        return ds_fail_memory(p->err);
    while (p->at < close) {
        if (quote == '"' && *p->at == '\\') {
            ds_status status = take_escape(p, &out);
            if (status != DS_OK)
                return status;
            continue;
        }
        p->line += *p->at == '\n';
        if (*p->at != '\r' || peek(p, 1) != '\n')
            *out++ = *p->at;
        p->at++;
    }
    p->at++;
    *value = ds_slice_of(text, (size_t)(out - text));
    skip_blanks(p);
    if (at_line_end(p) || (peek(p, 0) == '#' && is_blank(p->at[-1])))
        return DS_OK;
    return bad(p, p->line, "more text behind the closing quote");
}

/* Lines --------------------------------------------------------------------------------------- */

static ds_slice take_word(parser *p)
{
    const char *begin = p->at;
    while (!at_line_end(p) && !is_blank(peek(p, 0)) && peek(p, 0) != '=')
        p->at++;
    return ds_slice_of(begin, (size_t)(p->at - begin));
}

static ds_status take_name(parser *p, ds_slice *name)
{
    *name = take_word(p);
    bool blank = is_blank(peek(p, 0));
    skip_blanks(p);
    if (blank && ds_slice_equal(*name, EXPORT) && peek(p, 0) != '=') {
        *name = take_word(p);
        skip_blanks(p);
    }
    if (peek(p, 0) != '=')
        return bad(p, p->line,
                   "no = behind the name: write NAME=value; nothing is taken from the environment");
    if (!ds_env_name_valid(*name))
        return bad(p, p->line,
                   name->len == 0 ? "no name before the ="
                                  : "the name is not made of letters, digits and _, with no digit "
                                    "first");
    p->at++;
    skip_blanks(p);
    return DS_OK;
}

static ds_status take_variable(parser *p)
{
    ds_env_var var = {.line = p->line};
    ds_status status = take_name(p, &var.key);
    if (status != DS_OK)
        return status;
    if (peek(p, 0) == '\'' || peek(p, 0) == '"')
        status = quoted_value(p, &var.value);
    else
        var.value = bare_value(p);
    if (status == DS_OK && ds_env_add(p->set, &var) != DS_OK)
        status = ds_fail_memory(p->err);
    return status;
}

/* Refuses what is no text, before any of it is taken apart. */
static ds_status check_text(parser *p)
{
    const char *at = p->at;
    size_t line = 1;
    while (at < p->end) {
        size_t size = ds_utf8_size((const unsigned char *)at, (size_t)(p->end - at));
        if (size == 0 || *at == '\0')
            return bad(p, line, "not UTF-8 text");
        line += *at == '\n';
        at += size;
    }
    return DS_OK;
}

static ds_status check_set(parser *p, size_t lines, unsigned flags)
{
    if (p->set->count == 0 && !(flags & DS_ENV_ALLOW_EMPTY))
        return ds_fail(p->err, DS_INVALID,
                       "no variables in %lu lines: write them as NAME=value, one a line",
                       (unsigned long)lines);
    return ds_env_check(p->set, flags, p->err);
}

ds_status ds_env_file_parse(ds_env_set *set, ds_slice text, unsigned flags, ds_error *err)
{
    const char *begin = text.len > 0 ? text.data : "";
    parser p = {begin, begin + text.len, 1, set, err};
    ds_status status = check_text(&p);
    if (ds_slice_starts(text, MARK))
        p.at += MARK.len;
    for (; status == DS_OK && p.at < p.end; next_line(&p)) {
        skip_blanks(&p);
        if (!at_line_end(&p) && peek(&p, 0) != '#')
            status = take_variable(&p);
    }
    return status == DS_OK ? check_set(&p, p.line - 1, flags) : status;
}
