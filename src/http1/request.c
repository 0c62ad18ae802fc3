#include "http1/request.h"

#include "http1/field.h"

#include <string.h>

ds_status ds_request_method(const char *method, bool has_body, ds_error *err)
{
    size_t len = strlen(method);
    if (len >= DS_REQUEST_METHOD_BYTES || !ds_field_token(method, len))
        return ds_fail(err, DS_INVALID, "the HTTP method is no short token");
    if (has_body && strcmp(method, "HEAD") == 0)
        return ds_fail(err, DS_INVALID, "a HEAD request has no body");
    return DS_OK;
}

ds_status ds_request_path(ds_slice path, ds_error *err)
{
    const char *p = path.data;
    if (path.len == 0 || p[0] != '/')
        return ds_fail(err, DS_INVALID, "the request path does not begin with a slash");
    if (ds_field_visible(p, path.len) < path.len || memchr(p, '#', path.len) != NULL)
        return ds_fail(err, DS_INVALID, "the request path has a character that needs escaping");
    return DS_OK;
}

static bool is_reserved(ds_slice name)
{
    static const char *const reserved[] = {
        "content-length", "transfer-encoding", "connection",      "expect", "upgrade", "te",
        "trailer",        "keep-alive",        "proxy-connection"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (ds_field_is(name, reserved[i]))
            return true;
    return false;
}

ds_status ds_request_header(ds_slice line, ds_slice *name, ds_slice *value, ds_error *err)
{
    if (!ds_field_split(line.data, line.len, name, value))
        return ds_fail(err, DS_INVALID, "a request header is not of the form \"Name: value\"");
    if (is_reserved(*name))
        return ds_fail(err, DS_INVALID, "the request header %.*s cannot be set", (int)name->len,
                       (const char *)name->data);
    return DS_OK;
}

static void add_header(ds_buf *out, ds_slice name, ds_slice value)
{
    ds_buf_slice(out, name);
    ds_buf_text(out, ": ");
    ds_buf_slice(out, value);
    ds_buf_text(out, "\r\n");
}

/* In: name, in lower case. Returns whether one of the lines, which have been judged, has it. */
static bool says(const ds_request *r, const char *word)
{
    ds_slice name, value;
    for (size_t i = 0; i < r->count; i++)
        if (ds_field_split(r->lines[i].data, r->lines[i].len, &name, &value) &&
            ds_field_is(name, word))
            return true;
    return false;
}

static ds_status add_lines(ds_buf *out, const ds_request *r, ds_error *err)
{
    ds_slice name, value;
    ds_status ret = DS_OK;
    if (r->count > DS_REQUEST_HEADERS)
        return ds_fail(err, DS_INVALID, "more than %d request headers", DS_REQUEST_HEADERS);
    for (size_t i = 0; ret == DS_OK && i < r->count; i++) {
        ret = ds_request_header(r->lines[i], &name, &value, err);
        if (ret == DS_OK)
            add_header(out, name, value);
    }
    return ret;
}

/* What the lines do not say themselves. */
static void add_own(ds_buf *out, const ds_request *r)
{
    if (!says(r, "host"))
        add_header(out, DS_LITERAL("Host"), r->host);
    if (r->user_agent.len > 0 && !says(r, "user-agent"))
        add_header(out, DS_LITERAL("User-Agent"), r->user_agent);
    if (r->body_len > 0 || strcmp(r->method, "POST") == 0)
        ds_buf_printf(out, "Content-Length: %zu\r\n", r->body_len);
    ds_buf_text(out, "\r\n");
}

static ds_status judge(const ds_request *r, ds_error *err)
{
    ds_status ret = ds_request_method(r->method, r->body_len > 0, err);
    if (ret == DS_OK)
        ret = ds_request_path(r->path, err);
    if (ret == DS_OK && r->body_len > DS_REQUEST_BODY_BYTES)
        ret = ds_fail(err, DS_TOO_LARGE, "the body of the request: more than %u bytes",
                      DS_REQUEST_BODY_BYTES);
    return ret;
}

ds_status ds_request_write(ds_buf *out, const ds_request *r, ds_error *err)
{
    ds_status ret = judge(r, err);
    if (ret != DS_OK)
        return ret;
    ds_buf_text(out, r->method);
    ds_buf_byte(out, ' ');
    ds_buf_slice(out, r->prefix);
    ds_buf_slice(out, r->path);
    ds_buf_text(out, " HTTP/1.1\r\n");
    ret = add_lines(out, r, err);
    if (ret != DS_OK)
        return ret;
    add_own(out, r);
    if (ds_buf_status(out) == DS_TOO_LARGE)
        return ds_fail(err, DS_TOO_LARGE, "URL and headers of the request: more than %zu bytes",
                       out->max);
    return ds_buf_status(out) == DS_OK ? DS_OK : ds_fail_memory(err);
}
