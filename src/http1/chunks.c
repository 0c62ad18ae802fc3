#include "http1/chunks.h"

#include "http1/field.h"

#define SIZE_DIGITS 16 /* of a 64-bit size */

enum { AT_SIZE, AT_DATA, AT_DATA_END, AT_TRAILER, AT_END };

void ds_chunks_init(ds_chunks *c)
{
    *c = (ds_chunks){0};
    ds_buf_init(&c->line, DS_CHUNKS_LINE_BYTES);
}

void ds_chunks_reset(ds_chunks *c)
{
    ds_buf line = c->line;
    ds_buf_clear(&line);
    *c = (ds_chunks){.line = line};
}

void ds_chunks_free(ds_chunks *c)
{
    ds_buf_free(&c->line);
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Hex digits, then nothing or an extension, which says nothing to us. Returns false otherwise. */
static bool parse_size(const char *p, size_t len, uint64_t *size)
{
    size_t n = 0;
    *size = 0;
    for (; n < len && n < SIZE_DIGITS && digit(p[n]) >= 0; n++)
        *size = *size << 4 | (uint64_t)digit(p[n]);
    ds_slice rest = ds_field_trim(p + n, len - n);
    bool ended = rest.len == 0 ? n == len : *(const char *)rest.data == ';';
    return n > 0 && ended && ds_field_text(rest.data, rest.len);
}

static ds_status malformed_size(ds_error *err)
{
    return ds_fail(err, DS_HTTP, "the reply has a malformed chunk size");
}

static ds_status on_size(ds_chunks *c, const ds_buf *body, const char *line, size_t len,
                         ds_error *err)
{
    if (!parse_size(line, len, &c->left))
        return malformed_size(err);
    if (c->left > body->max - body->len)
        return ds_fail(err, DS_TOO_LARGE, "the reply is longer than the limit of %zu bytes",
                       body->max);
    c->stage = c->left == 0 ? AT_TRAILER : AT_DATA;
    return DS_OK;
}

static ds_status on_line(ds_chunks *c, ds_head *head, const ds_buf *body, ds_error *err)
{
    const char *line = (const char *)c->line.data;
    size_t len = c->line.len;
    bool crlf = len >= 2 && line[len - 2] == '\r';
    if (!crlf)
        return ds_fail(err, DS_HTTP,
                       "a line between the chunks of the reply does not end in CR LF");
    if (c->stage == AT_SIZE)
        return on_size(c, body, line, len - 2, err);
    if (c->stage == AT_TRAILER) {
        c->complete = len == 2;
        c->stage = c->complete ? AT_END : AT_TRAILER;
        return ds_head_line(head, line, len, err);
    }
    c->stage = AT_SIZE;
    return DS_OK;
}

/* What can be seen to be wrong before the line's end is here. libcurl reads along and would not
 * wait for it, but end the transfer as if the connection had failed. */
static ds_status judge_beginning(const ds_chunks *c, ds_error *err)
{
    const char *line = (const char *)c->line.data;
    size_t len = c->line.len, digits = 0;
    if (c->stage == AT_DATA_END && memcmp(line, "\r\n", len < 2 ? len : 2) != 0)
        return ds_fail(err, DS_HTTP, "a chunk of the reply is longer than it says");
    if (c->stage != AT_SIZE)
        return DS_OK;
    while (digits < len && digit(line[digits]) >= 0)
        digits++;
    return digits > 0 && digits <= SIZE_DIGITS ? DS_OK : malformed_size(err);
}

/* Collects up to a line's end. Out: *used, how many bytes were taken. */
static ds_status take_line(ds_chunks *c, ds_head *head, const ds_buf *body, const char *data,
                           size_t n, size_t *used, ds_error *err)
{
    const char *end = memchr(data, '\n', n);
    *used = end != NULL ? (size_t)(end - data) + 1 : n;
    ds_status ret = ds_buf_add(&c->line, data, *used);
    if (ret != DS_OK)
        return ds_fail(err, ret, "a line between the chunks of the reply is too long");
    ret = judge_beginning(c, err);
    if (end == NULL || ret != DS_OK)
        return ret;
    ret = on_line(c, head, body, err);
    ds_buf_clear(&c->line);
    return ret;
}

static ds_status take_data(ds_chunks *c, ds_buf *body, const char *data, size_t n, size_t *used,
                           ds_error *err)
{
    *used = n < c->left ? n : (size_t)c->left;
    if (ds_buf_add(body, data, *used) != DS_OK)
        return ds_fail_memory(err);
    c->left -= *used;
    if (c->left == 0)
        c->stage = AT_DATA_END;
    return DS_OK;
}

ds_status ds_chunks_feed(ds_chunks *c, ds_head *head, ds_buf *body, const char *data, size_t n,
                         ds_error *err)
{
    ds_status ret = DS_OK;
    while (ret == DS_OK && n > 0 && c->stage != AT_END) {
        size_t used;
        if (c->stage == AT_DATA)
            ret = take_data(c, body, data, n, &used, err);
        else
            ret = take_line(c, head, body, data, n, &used, err);
        data += used;
        n -= used;
    }
    if (ret == DS_OK && n > 0)
        c->excess = true;
    return ret;
}
