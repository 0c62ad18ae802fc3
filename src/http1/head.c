#include "http1/head.h"

#include "http1/field.h"

#define EXCERPT_BYTES 64

enum { AT_STATUS, AT_FIELDS, AT_TRAILERS, BROKEN };

void ds_head_init(ds_head *h, size_t max_body)
{
    *h = (ds_head){.max_body = max_body};
    ds_buf_init(&h->fields, DS_HEAD_MAX_BYTES); /* never longer than the lines themselves */
}

void ds_head_reset(ds_head *h)
{
    ds_head clean = {.max_body = h->max_body};
    ds_buf_clear(&h->fields);
    clean.fields = h->fields;
    *h = clean;
}

void ds_head_free(ds_head *h)
{
    ds_buf_free(&h->fields);
    *h = (ds_head){0};
}

/* Forgets an interim head, but neither the counters nor what the request was. */
static void forget_interim(ds_head *h)
{
    ds_head next = {.max_body = h->max_body, .bodyless = h->bodyless};
    next.bytes = h->bytes;
    next.lines = h->lines;
    next.interim = h->interim + 1;
    ds_buf_clear(&h->fields);
    next.fields = h->fields;
    *h = next;
}

static ds_status malformed(ds_error *err, const char *what, ds_slice shown)
{
    char text[EXCERPT_BYTES];
    return ds_fail(err, DS_HTTP, "the reply has a malformed %s: \"%s\"", what,
                   ds_excerpt(text, sizeof text, shown.data, shown.len));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static ds_status no_status_line(ds_error *err)
{
    return ds_fail(err, DS_HTTP, "the reply does not begin with an HTTP status line");
}

/* RFC 9112 section 4: the version is case-sensitive, the code has three digits; a reason may be
 * empty and its blank may be missing. Lines of any other protocol are not quoted: they might be a
 * body, with a key in it. */
static ds_status status_line(ds_head *h, ds_slice line, ds_error *err)
{
    const char *p = line.data;
    bool good = line.len >= 12 && memcmp(p, "HTTP/1.", 7) == 0 && (p[7] == '0' || p[7] == '1') &&
                p[8] == ' ' && p[9] >= '1' && p[9] <= '5' && is_digit(p[10]) && is_digit(p[11]) &&
                (line.len == 12 || p[12] == ' ') && ds_field_text(p + 12, line.len - 12);
    if (!good && !ds_slice_starts(line, DS_LITERAL("HTTP/")))
        return no_status_line(err);
    if (!good)
        return malformed(err, "status line", line);
    h->minor = (unsigned char)(p[7] - '0');
    h->status = (p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0');
    h->stage = AT_FIELDS;
    return DS_OK;
}

/* Digits only: strtoull would take a sign, blanks and wrap-around. */
static bool parse_length(ds_slice text, uint64_t *out)
{
    const char *p = text.data;
    uint64_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(p[i]))
            return false;
        uint64_t digit = (uint64_t)(p[i] - '0');
        n = n > (UINT64_MAX - digit) / 10 ? UINT64_MAX : n * 10 + digit;
    }
    *out = n;
    return text.len > 0;
}

static ds_status on_length(ds_head *h, ds_slice value, ds_error *err)
{
    uint64_t n;
    if (!parse_length(value, &n))
        return malformed(err, "Content-Length", value);
    if (h->has_length && h->content_length != n)
        return ds_fail(err, DS_HTTP, "the reply has conflicting Content-Length headers");
    if (n > h->max_body && !h->bodyless)
        return ds_fail(err, DS_TOO_LARGE,
                       "the reply announces %llu bytes, more than the limit of %zu",
                       (unsigned long long)n, h->max_body);
    h->has_length = true;
    h->content_length = n;
    return DS_OK;
}

static ds_status on_transfer_coding(ds_head *h, ds_slice value, ds_error *err)
{
    if (h->chunked || h->minor == 0 || !ds_field_is(value, "chunked"))
        return malformed(err, "Transfer-Encoding", value);
    h->chunked = true;
    return DS_OK;
}

static ds_status on_connection(ds_head *h, ds_slice list)
{
    ds_slice option;
    while (ds_field_element(&list, &option)) {
        h->says_close = h->says_close || ds_field_is(option, "close");
        h->says_keep = h->says_keep || ds_field_is(option, "keep-alive");
    }
    return DS_OK;
}

/* name NUL value NUL, the name in lower case */
static ds_status keep_field(ds_head *h, ds_slice name, ds_slice value, ds_error *err)
{
    char *at = (char *)ds_buf_grow(&h->fields, name.len + value.len + 2);
    if (at == NULL)
        return ds_fail_memory(err);
    memcpy(at, name.data, name.len);
    ds_field_lower(at, name.len);
    at[name.len] = '\0';
    memcpy(at + name.len + 1, value.data, value.len);
    at[name.len + 1 + value.len] = '\0';
    return DS_OK;
}

static ds_status field_line(ds_head *h, ds_slice line, ds_error *err)
{
    ds_slice name, value;
    if (++h->lines > DS_HEAD_MAX_LINES)
        return ds_fail(err, DS_TOO_LARGE, "the reply has more than %d headers", DS_HEAD_MAX_LINES);
    if (!ds_field_split(line.data, line.len, &name, &value))
        return ds_fail(err, DS_HTTP, "the reply has a malformed header (number %u)", h->lines);
    if (h->stage == AT_TRAILERS)
        return DS_OK;
    ds_status ret = keep_field(h, name, value, err);
    if (ret != DS_OK)
        return ret;
    char first = (char)(*(const char *)name.data | 0x20);
    if (first != 'c' && first != 't')
        return DS_OK;
    if (ds_field_is(name, "content-length"))
        return on_length(h, value, err);
    if (ds_field_is(name, "transfer-encoding"))
        return on_transfer_coding(h, value, err);
    if (ds_field_is(name, "connection"))
        return on_connection(h, value);
    if (ds_field_is(name, "content-encoding") && !ds_field_is(value, "identity"))
        return ds_fail(err, DS_HTTP, "the reply has a content coding that nobody asked for");
    return DS_OK;
}

static ds_status end_interim(ds_head *h, ds_error *err)
{
    if (h->has_length || h->chunked)
        return ds_fail(err, DS_HTTP, "an interim reply announces a body");
    if (h->interim == DS_HEAD_MAX_INTERIM)
        return ds_fail(err, DS_TOO_LARGE, "more than %d interim replies", DS_HEAD_MAX_INTERIM);
    forget_interim(h);
    return DS_OK;
}

/* RFC 9112 section 6.3. A reply that can have no body but announces one may be followed by it, so
 * its connection is not to be trusted any more. */
static void decide_framing(ds_head *h)
{
    bool never = h->status == 204 || h->status == 304 || h->status == 101;
    bool announced = h->chunked || (h->has_length && h->content_length > 0);
    if (never || h->bodyless)
        h->framing = DS_BODY_NONE;
    else if (h->chunked)
        h->framing = DS_BODY_CHUNKED;
    else
        h->framing = h->has_length ? DS_BODY_LENGTH : DS_BODY_CLOSE;
    bool willing = h->minor == 1 ? !h->says_close : h->says_keep && !h->says_close;
    h->keep_alive =
        willing && h->framing != DS_BODY_CLOSE && h->status != 101 && !(never && announced);
}

static ds_status end_head(ds_head *h, ds_error *err)
{
    if (h->stage == AT_TRAILERS)
        return DS_OK;
    if (h->status < 200 && h->status != 101)
        return end_interim(h, err);
    if (h->has_length && h->chunked)
        return ds_fail(err, DS_HTTP,
                       "the reply has both framings: Content-Length and Transfer-Encoding");
    decide_framing(h);
    h->stage = AT_TRAILERS;
    h->complete = true;
    return DS_OK;
}

ds_status ds_head_too_long(ds_error *err)
{
    return ds_fail(err, DS_TOO_LARGE, "the head of the reply is longer than %u bytes",
                   DS_HEAD_MAX_BYTES);
}

ds_status ds_head_begins(const ds_head *h, const char *line, size_t len, ds_error *err)
{
    const size_t n = len < 5 ? len : 5;
    if (h->stage == AT_STATUS && memcmp(line, "HTTP/", n) != 0)
        return no_status_line(err);
    return len > DS_HEAD_MAX_BYTES - h->bytes ? ds_head_too_long(err) : DS_OK;
}

static ds_status judge(ds_head *h, const char *line, size_t len, ds_error *err)
{
    if (h->stage == BROKEN || (h->stage == AT_TRAILERS && h->framing != DS_BODY_CHUNKED))
        return ds_fail(err, DS_HTTP, "a header line outside of any head");
    if (len > DS_HEAD_MAX_BYTES - h->bytes)
        return ds_head_too_long(err);
    h->bytes += len;
    if (len == 0 || line[len - 1] != '\n')
        return ds_fail(err, DS_HTTP, "a line of the head does not end");
    len -= len > 1 && line[len - 2] == '\r' ? 2 : 1;
    if (h->stage == AT_STATUS)
        return status_line(h, ds_slice_of(line, len), err);
    return len == 0 ? end_head(h, err) : field_line(h, ds_slice_of(line, len), err);
}

ds_status ds_head_line(ds_head *h, const char *line, size_t len, ds_error *err)
{
    ds_status ret = judge(h, line, len, err);
    if (ret != DS_OK) {
        ds_head_reset(h);
        h->stage = BROKEN;
    }
    return ret;
}

bool ds_head_next(const ds_head *h, size_t *cursor, ds_slice *name, ds_slice *value)
{
    *name = *value = ds_slice_of(NULL, 0);
    if (*cursor >= h->fields.len)
        return false;
    const char *p = (const char *)h->fields.data + *cursor;
    *name = ds_slice_of(p, strlen(p));
    p += name->len + 1;
    *value = ds_slice_of(p, strlen(p));
    *cursor += name->len + value->len + 2;
    return true;
}

bool ds_head_find(const ds_head *h, const char *name, ds_slice *value)
{
    ds_slice found;
    size_t cursor = 0;
    while (ds_head_next(h, &cursor, &found, value))
        if (found.len == strlen(name) && memcmp(found.data, name, found.len) == 0)
            return true;
    *value = ds_slice_of(NULL, 0);
    return false;
}
