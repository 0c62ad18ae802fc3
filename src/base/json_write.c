#include "base/json_write.h"

#include "base/json_order.h"
#include "base/utf8.h"

#include <stdlib.h>

typedef struct writer {
    ds_buf *out;
    const ds_json_style *style;
    ds_json_order order; /* of the object we are in */
    unsigned depth;
    ds_slice member; /* the member of the outermost object we are in, for messages */
    ds_error *err;
} writer;

/* Strings -------------------------------------------------------------------------------------- */

static unsigned code_point(const unsigned char *p, size_t size)
{
    unsigned code = size == 1 ? p[0] : p[0] & (0xffu >> (size + 1));
    for (size_t i = 1; i < size; i++)
        code = code << 6 | (p[i] & 0x3fu);
    return code;
}

static bool is_escaped(unsigned code, const ds_json_style *style)
{
    if (style->html &&
        (code == '&' || code == '<' || code == '>' || code == 0x2028 || code == 0x2029))
        return true;
    if (style->long_bf && (code == '\b' || code == '\f'))
        return true;
    return style->ascii && code > 0x7e;
}

static void put_escape(ds_buf *out, unsigned code)
{
    if (code < 0x10000) {
        ds_buf_printf(out, "\\u%04x", code);
        return;
    }
    code -= 0x10000;
    ds_buf_printf(out, "\\u%04x\\u%04x", 0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff));
}

ds_status ds_json_write_string(ds_buf *out, ds_slice text, const ds_json_style *style)
{
    const unsigned char *p = text.data;
    if (!style->html && !style->ascii && !style->long_bf)
        return ds_json_put_string(out, text);
    ds_buf_byte(out, '"');
    for (size_t at = 0, begin = 0; at <= text.len;) {
        size_t size = at < text.len ? ds_utf8_size(p + at, text.len - at) : 1;
        unsigned code = at < text.len ? code_point(p + at, size) : 0;
        bool special = at < text.len && is_escaped(code, style);
        if (special || at == text.len)
            ds_json_put_inside(out, ds_slice_of(p + begin, at - begin));
        at += size;
        if (special) {
            put_escape(out, code);
            begin = at;
        }
    }
    return ds_buf_byte(out, '"');
}

/* Values --------------------------------------------------------------------------------------- */

static ds_status refuse(writer *w, const char *what)
{
    char name[64];
    if (w->member.data == NULL)
        return ds_fail(w->err, DS_INVALID, "%s", what);
    return ds_fail(w->err, DS_INVALID, "%s, in member '%s'", what,
                   ds_excerpt(name, sizeof name, w->member.data, w->member.len));
}

static void put_line(writer *w)
{
    size_t blanks = (size_t)w->depth * w->style->indent;
    unsigned char *at = w->style->indent == 0 ? NULL : ds_buf_grow(w->out, blanks + 1);
    if (at == NULL)
        return;
    at[0] = '\n';
    memset(at + 1, ' ', blanks);
}

static ds_status put_value(writer *w, const ds_json *value);

static ds_status put_number(writer *w, const ds_json *value)
{
    if (ds_number_put(w->out, value->text, w->style->numbers) != DS_INVALID)
        return DS_OK; /* a failure of the buffer stays in the buffer */
    if (w->style->wild == DS_WILD_NULL) {
        ds_buf_text(w->out, "null");
        return DS_OK;
    }
    return refuse(w, "a number that is not finite or beyond a double's range");
}

/* The members' separators and lines around `put`, for the nth item of a container. */
static void put_separator(writer *w, size_t n)
{
    if (n > 0)
        ds_buf_byte(w->out, ',');
    put_line(w);
}

static ds_status put_array(writer *w, const ds_json *value)
{
    size_t n = 0;
    ds_buf_byte(w->out, '[');
    w->depth++;
    for (const ds_json *item = value->first; item != NULL; item = item->next) {
        put_separator(w, n++);
        ds_status status = put_value(w, item);
        if (status != DS_OK)
            return status;
    }
    w->depth--;
    if (n > 0)
        put_line(w);
    ds_buf_byte(w->out, ']');
    return DS_OK;
}

static ds_json_order order_of(const writer *w, const ds_json *object)
{
    bool kept = w->style->js_quirks && ds_json_member(object, "constructor") != NULL;
    return kept ? DS_ORDER_JS_KEPT : w->order;
}

static bool is_lost(const writer *w, const ds_json *member)
{
    return w->style->js_quirks && w->order == DS_ORDER_JS &&
           ds_slice_equal(member->key, DS_LITERAL("__proto__"));
}

static ds_status put_members(writer *w, const ds_json_entry *entries, size_t count)
{
    size_t n = 0;
    w->depth++;
    for (size_t i = 0; i < count; i++) {
        const ds_json *member = entries[i].member;
        if (is_lost(w, member))
            continue;
        if (w->depth == 1)
            w->member = member->key;
        put_separator(w, n++);
        ds_json_write_string(w->out, member->key, w->style);
        ds_buf_text(w->out, w->style->blank ? ": " : ":");
        ds_status status = put_value(w, member);
        if (status != DS_OK)
            return status;
    }
    w->depth--;
    if (n > 0)
        put_line(w);
    return DS_OK;
}

static ds_status put_object(writer *w, const ds_json *value)
{
    ds_json_order outer = w->order, order = order_of(w, value);
    ds_json_entry *entries;
    const ds_json *twice;
    size_t count;
    ds_status status = ds_json_entries(value, order, &entries, &count, &twice);
    if (status != DS_OK)
        return ds_fail_memory(w->err);
    if (twice != NULL && !w->style->last_wins) {
        free(entries);
        if (w->depth == 0)
            w->member = twice->key;
        return refuse(w, "two members of one name");
    }
    w->order = order;
    ds_buf_byte(w->out, '{');
    status = put_members(w, entries, count);
    ds_buf_byte(w->out, '}');
    w->order = outer;
    free(entries);
    return status;
}

static ds_status put_value(writer *w, const ds_json *value)
{
    switch (value->type) {
    case DS_JSON_NULL:
        ds_buf_text(w->out, "null");
        break;
    case DS_JSON_BOOL:
        ds_buf_text(w->out, value->boolean ? "true" : "false");
        break;
    case DS_JSON_NUMBER:
        return put_number(w, value);
    case DS_JSON_STRING:
        ds_json_write_string(w->out, value->text, w->style);
        break;
    case DS_JSON_ARRAY:
        return put_array(w, value);
    case DS_JSON_OBJECT:
        return put_object(w, value);
    }
    return DS_OK;
}

ds_status ds_json_write(ds_buf *out, const ds_json *value, const ds_json_style *style,
                        ds_error *err)
{
    writer w = {out, style, style->order, 0, {NULL, 0}, err};
    ds_status status = put_value(&w, value);
    if (status != DS_OK)
        return status;
    if (style->newline)
        ds_buf_byte(out, '\n');
    if (ds_buf_status(out) == DS_OK)
        return DS_OK;
    return ds_fail(err, ds_buf_status(out), "json: the text cannot be written: %s",
                   ds_status_meaning(ds_buf_status(out)));
}
