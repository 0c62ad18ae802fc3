#include "base/json.h"

#include "base/utf8.h"
#include "base/wipe.h"

#include <stdlib.h>

/* Values lie in blocks that never move, so they can point at each other. */
#define BLOCK_VALUES 15

struct ds_json_block {
    struct ds_json_block *next;
    size_t used;
    ds_json values[BLOCK_VALUES];
};

/* The text is our own copy: strings are decoded in place, which never makes them longer. */
typedef struct parser {
    ds_json_doc *doc;
    unsigned char *at;
    unsigned char *end;
    size_t nodes;
    size_t depth;
    ds_slice member; /* the member of the outermost object we are in, for messages */
    ds_error *err;
} parser;

static ds_status fail(parser *p, const char *kind, const char *what)
{
    char name[64];
    size_t offset = (size_t)(p->at - p->doc->text);
    if (p->member.len == 0)
        return ds_fail(p->err, DS_INVALID, "%s: %s at byte %lu", kind, what, (unsigned long)offset);
    return ds_fail(p->err, DS_INVALID, "%s: %s at byte %lu, in member '%s'", kind, what,
                   (unsigned long)offset,
                   ds_excerpt(name, sizeof name, p->member.data, p->member.len));
}

static ds_json *new_value(parser *p)
{
    struct ds_json_block *block = p->doc->blocks;
    if (p->nodes++ >= DS_JSON_NODES) {
        ds_fail(p->err, DS_TOO_LARGE, "too large: more than %u JSON values", DS_JSON_NODES);
        return NULL;
    }
    if (block == NULL || block->used == BLOCK_VALUES) {
        block = malloc(sizeof *block);
        if (block == NULL) {
            ds_fail_memory(p->err);
            return NULL;
        }
        block->next = p->doc->blocks;
        block->used = 0;
        p->doc->blocks = block;
    }
    ds_json *value = &block->values[block->used++];
    *value = (ds_json){DS_JSON_NULL, false, {NULL, 0}, {NULL, 0}, 0, NULL, NULL};
    return value;
}

static void skip_blanks(parser *p)
{
    while (p->at < p->end && (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r'))
        p->at++;
}

static bool take(parser *p, unsigned char c)
{
    if (p->at == p->end || *p->at != c)
        return false;
    p->at++;
    return true;
}

/* Reads four hex digits; returns -1 when they are not there. */
static int hex4(parser *p)
{
    int code = 0;
    if (p->end - p->at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        unsigned char c = p->at[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        code = code << 4 | digit;
    }
    p->at += 4;
    return code;
}

/* After "\u": one unit, or a surrogate pair. */
static ds_status unicode_escape(parser *p, unsigned char **out)
{
    int code = hex4(p);
    if (code < 0)
        return fail(p, "json", "bad \\u escape");
    if (code >= 0xd800 && code < 0xe000) {
        int low = -1;
        if (code < 0xdc00 && p->end - p->at >= 6 && p->at[0] == '\\' && p->at[1] == 'u') {
            p->at += 2;
            low = hex4(p);
        }
        if (low < 0xdc00 || low > 0xdfff)
            return fail(p, "utf8", "lone surrogate");
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    *out += ds_utf8_put(*out, (unsigned)code);
    return DS_OK;
}

static ds_status escape(parser *p, unsigned char **out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (p->at == p->end)
        return fail(p, "json", "unterminated string");
    unsigned char c = *p->at++;
    if (c == 'u')
        return unicode_escape(p, out);
    const char *found = c == '\0' ? NULL : strchr(from, c);
    if (found == NULL)
        return fail(p, "json", "bad escape");
    *(*out)++ = (unsigned char)to[found - from];
    return DS_OK;
}

/* Where a string cannot simply go on: its end, an escape, a control character, or not ASCII. */
static const bool stops[256] = {
#define STOPS_4(n)  [(n)] = true, [(n) + 1] = true, [(n) + 2] = true, [(n) + 3] = true
#define STOPS_16(n) STOPS_4(n), STOPS_4((n) + 4), STOPS_4((n) + 8), STOPS_4((n) + 12)
    STOPS_16(0x00), STOPS_16(0x10), STOPS_16(0x80), STOPS_16(0x90), STOPS_16(0xa0), STOPS_16(0xb0),
    STOPS_16(0xc0), STOPS_16(0xd0), STOPS_16(0xe0), STOPS_16(0xf0), ['"'] = true,   ['\\'] = true,
};

/* Moves over plain ASCII, which most strings are made of. A NUL stands behind the text. */
static unsigned char *plain_run(unsigned char *at)
{
    while (!stops[*at])
        at++;
    return at;
}

/* At a byte that is not plain ASCII and not the closing quote. */
static ds_status special(parser *p, unsigned char **out)
{
    if (*p->at == '\\') {
        p->at++;
        return escape(p, out);
    }
    if (*p->at < 0x20)
        return fail(p, "json", "raw control character in a string");
    size_t size = ds_utf8_size(p->at, (size_t)(p->end - p->at));
    if (size == 0)
        return fail(p, "utf8", "not UTF-8");
    memmove(*out, p->at, size);
    *out += size;
    p->at += size;
    return DS_OK;
}

/* At the byte after the opening quote. */
static ds_status string(parser *p, ds_slice *text)
{
    unsigned char *begin = p->at, *out = p->at;
    for (;;) {
        unsigned char *run = plain_run(p->at);
        if (out != p->at)
            memmove(out, p->at, (size_t)(run - p->at));
        out += run - p->at;
        p->at = run;
        if (p->at == p->end || *p->at == '"')
            break;
        ds_status status = special(p, &out);
        if (status != DS_OK)
            return status;
    }
    if (!take(p, '"'))
        return fail(p, "json", "unterminated string");
    *text = ds_slice_of(begin, (size_t)(out - begin));
    return DS_OK;
}

static bool digits(parser *p)
{
    unsigned char *begin = p->at;
    while (p->at < p->end && *p->at >= '0' && *p->at <= '9')
        p->at++;
    return p->at > begin;
}

static ds_status number(parser *p, ds_slice *text)
{
    unsigned char *begin = p->at;
    take(p, '-');
    bool good = take(p, '0') || digits(p);
    if (good && take(p, '.'))
        good = digits(p);
    if (good && (take(p, 'e') || take(p, 'E'))) {
        if (!take(p, '+'))
            take(p, '-');
        good = digits(p);
    }
    if (!good)
        return fail(p, "json", "not a value");
    *text = ds_slice_of(begin, (size_t)(p->at - begin));
    return DS_OK;
}

static bool word(parser *p, const char *text)
{
    size_t len = strlen(text);
    if ((size_t)(p->end - p->at) < len || memcmp(p->at, text, len) != 0)
        return false;
    p->at += len;
    return true;
}

static ds_status parse_value(parser *p, ds_json *value);

/* One element of an array or member of an object, linked behind *last. */
static ds_status parse_item(parser *p, ds_json *parent, ds_json **last)
{
    ds_status status;
    ds_json *item = new_value(p);
    if (item == NULL)
        return p->err->status;
    skip_blanks(p);
    if (parent->type == DS_JSON_OBJECT) {
        if (!take(p, '"'))
            return fail(p, "json", "member name expected");
        if ((status = string(p, &item->key)) != DS_OK)
            return status;
        skip_blanks(p);
        if (!take(p, ':'))
            return fail(p, "json", "':' expected");
        if (p->depth == 1)
            p->member = item->key;
    }
    if ((status = parse_value(p, item)) != DS_OK)
        return status;
    if (*last == NULL)
        parent->first = item;
    else
        (*last)->next = item;
    *last = item;
    parent->count++;
    return DS_OK;
}

static ds_status container(parser *p, ds_json *value, unsigned char closing)
{
    ds_json *last = NULL;
    if (++p->depth > DS_JSON_DEPTH)
        return fail(p, "depth", "nested too deep");
    skip_blanks(p);
    if (!take(p, closing)) {
        do {
            ds_status status = parse_item(p, value, &last);
            if (status != DS_OK)
                return status;
            skip_blanks(p);
        } while (take(p, ','));
        if (!take(p, closing))
            return fail(p, "json", "',' or the closing bracket expected");
    }
    if (--p->depth <= 1)
        p->member = (ds_slice){NULL, 0};
    return DS_OK;
}

static ds_status parse_value(parser *p, ds_json *value)
{
    skip_blanks(p);
    if (take(p, '"')) {
        value->type = DS_JSON_STRING;
        return string(p, &value->text);
    }
    if (take(p, '{')) {
        value->type = DS_JSON_OBJECT;
        return container(p, value, '}');
    }
    if (take(p, '[')) {
        value->type = DS_JSON_ARRAY;
        return container(p, value, ']');
    }
    if (word(p, "null"))
        return DS_OK;
    if ((value->boolean = word(p, "true")) || word(p, "false")) {
        value->type = DS_JSON_BOOL;
        return DS_OK;
    }
    value->type = DS_JSON_NUMBER;
    return number(p, &value->text);
}

static ds_status parse_document(parser *p)
{
    ds_json *root = new_value(p);
    if (root == NULL)
        return p->err->status;
    ds_status status = parse_value(p, root);
    if (status != DS_OK)
        return status;
    p->doc->root = root;
    p->member = (ds_slice){NULL, 0};
    skip_blanks(p);
    if (p->at < p->end)
        return fail(p, "trailing", "text after the document");
    return DS_OK;
}

ds_status ds_json_parse(ds_json_doc *doc, const void *text, size_t len, ds_error *err)
{
    *doc = (ds_json_doc){.text = malloc(len + 1), .text_len = len};
    if (doc->text == NULL)
        return ds_fail_memory(err);
    if (len > 0)
        memcpy(doc->text, text, len);
    doc->text[len] = '\0';
    parser p = {.doc = doc, .at = doc->text, .end = doc->text + len, .err = err};
    ds_status status = parse_document(&p);
    if (status != DS_OK)
        ds_json_free(doc);
    return status;
}

void ds_json_free(ds_json_doc *doc)
{
    while (doc->blocks != NULL) {
        struct ds_json_block *next = doc->blocks->next;
        free(doc->blocks);
        doc->blocks = next;
    }
    if (doc->text != NULL)
        ds_wipe(doc->text, doc->text_len);
    free(doc->text);
    *doc = (ds_json_doc){NULL, NULL, NULL, 0};
}

const ds_json *ds_json_member(const ds_json *object, const char *name)
{
    ds_slice wanted = {name, strlen(name)};
    for (const ds_json *item = object->first; item != NULL; item = item->next)
        if (ds_slice_equal(item->key, wanted))
            return item;
    return NULL;
}

bool ds_json_u64(const ds_json *value, uint64_t *out)
{
    const unsigned char *p = value->text.data;
    uint64_t n = 0;
    if (value->type != DS_JSON_NUMBER)
        return false;
    for (size_t i = 0; i < value->text.len; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        unsigned digit = (unsigned)(p[i] - '0');
        if (n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *out = n;
    return true;
}

const char *ds_json_type_name(ds_json_type type)
{
    static const char *const names[] = {"null",     "a boolean", "a number",
                                        "a string", "an array",  "an object"};
    return names[type];
}

/* Where the run of bytes that need no escape, from `at` on, ends. */
static size_t unescaped_run(const unsigned char *p, size_t at, size_t len)
{
    while (at < len && (!stops[p[at]] || p[at] >= 0x80))
        at++;
    return at;
}

/* In: a byte that ends a run. */
static void put_escaped(ds_buf *out, unsigned char c)
{
    static const char letters[] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n',  ['\f'] = 'f',
        ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\',
    };
    if (letters[c] != 0)
        ds_buf_add(out, (const char[]){'\\', letters[c]}, 2);
    else
        ds_buf_printf(out, "\\u%04x", c);
}

ds_status ds_json_put_inside(ds_buf *out, ds_slice text)
{
    const unsigned char *p = text.data;
    for (size_t begin = 0; begin < text.len; begin++) {
        size_t end = unescaped_run(p, begin, text.len);
        if (end > begin)
            ds_buf_add(out, p + begin, end - begin);
        if (end < text.len)
            put_escaped(out, p[end]);
        begin = end;
    }
    return ds_buf_status(out);
}

ds_status ds_json_put_string(ds_buf *out, ds_slice text)
{
    ds_buf_byte(out, '"');
    ds_json_put_inside(out, text);
    return ds_buf_byte(out, '"');
}
