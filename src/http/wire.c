#include "http/wire.h"

#include <string.h>

#define KEEP_BYTES (1024u * 1024) /* more than this is given back after a request */

/* A line without a value takes libcurl's own header away. Accept: a JSON Accept makes the agent's
 * framework answer its error pages in another shape. Expect: costs a round trip. Content-Type:
 * libcurl's default claims an HTML form. */
static const char *const muted[DS_WIRE_MUTED] = {"Accept:", "Expect:", "Content-Type:"};

void ds_wire_init(ds_wire *w, const char *base)
{
    *w = (ds_wire){.base = base};
    ds_buf_init(&w->text, DS_REQUEST_HEAD_BYTES);
    ds_buf_init(&w->body_copy, DS_REQUEST_BODY_BYTES);
    for (size_t i = 0; i < DS_WIRE_MUTED; i++) {
        w->nodes[i].data = (char *)muted[i]; /* the list is only read */
        w->nodes[i].next = i + 1 < DS_WIRE_MUTED ? &w->nodes[i + 1] : NULL;
    }
}

void ds_wire_free(ds_wire *w)
{
    ds_buf_free(&w->text);
    ds_buf_free(&w->body_copy);
}

void ds_wire_clear(ds_wire *w)
{
    ds_buf_clear(&w->text);
    if (w->body_copy.cap > KEEP_BYTES)
        ds_buf_free(&w->body_copy);
    else
        ds_buf_clear(&w->body_copy);
    w->nodes[DS_WIRE_MUTED - 1].next = NULL;
    w->url = NULL;
    w->body = ds_slice_of(NULL, 0);
}

static ds_status fail_buf(const ds_buf *buf, const char *what, ds_error *err)
{
    if (buf->status == DS_TOO_LARGE)
        return ds_fail(err, DS_TOO_LARGE, "%s of the request: more than %zu bytes", what, buf->max);
    return buf->status == DS_OK ? DS_OK : ds_fail_memory(err);
}

static ds_status set_method(ds_wire *w, const char *method, bool has_body, ds_error *err)
{
    ds_status ret = ds_request_method(method, has_body, err);
    if (ret != DS_OK)
        return ret;
    memcpy(w->method, method, strlen(method) + 1);
    w->kind = has_body || strcmp(method, "POST") == 0 ? DS_WIRE_SEND : DS_WIRE_FETCH;
    if (strcmp(method, "HEAD") == 0)
        w->kind = DS_WIRE_HEAD;
    return DS_OK;
}

static ds_status add_url(ds_wire *w, ds_slice path, ds_error *err)
{
    ds_status ret = ds_request_path(path, err);
    if (ret != DS_OK)
        return ret;
    ds_buf_text(&w->text, w->base);
    ds_buf_slice(&w->text, path);
    ds_buf_byte(&w->text, 0);
    return DS_OK;
}

/* "Name;" is how libcurl is told to send a header without a value. */
static ds_status add_header(ds_wire *w, ds_slice line, ds_error *err)
{
    ds_slice name, value;
    ds_status ret = ds_request_header(line, &name, &value, err);
    if (ret != DS_OK)
        return ret;
    ds_buf_slice(&w->text, name);
    ds_buf_text(&w->text, value.len > 0 ? ": " : ";");
    ds_buf_slice(&w->text, value);
    ds_buf_byte(&w->text, 0);
    return DS_OK;
}

static ds_status add_headers(ds_wire *w, const ds_slice *lines, size_t count, ds_error *err)
{
    ds_status ret = DS_OK;
    if (count > DS_REQUEST_HEADERS)
        return ds_fail(err, DS_INVALID, "more than %d request headers", DS_REQUEST_HEADERS);
    for (size_t i = 0; ret == DS_OK && i < count; i++)
        ret = add_header(w, lines[i], err);
    return ret == DS_OK ? fail_buf(&w->text, "URL and headers", err) : ret;
}

/* Only now, when the text no longer moves. */
static void link_headers(ds_wire *w, size_t count)
{
    char *p = (char *)w->text.data;
    struct curl_slist *last = &w->nodes[DS_WIRE_MUTED - 1];
    w->url = p;
    for (size_t i = 0; i < count; i++) {
        p += strlen(p) + 1;
        last->next = last + 1;
        last = last->next;
        last->data = p;
    }
    last->next = NULL;
}

ds_status ds_wire_build(ds_wire *w, const char *method, ds_slice path, const ds_slice *lines,
                        size_t count, ds_slice body, ds_error *err)
{
    ds_wire_clear(w);
    ds_status ret = set_method(w, method, body.len > 0, err);
    if (ret == DS_OK)
        ret = add_url(w, path, err);
    if (ret == DS_OK)
        ret = add_headers(w, lines, count, err);
    ds_buf_slice(&w->body_copy, body);
    if (ret == DS_OK)
        ret = fail_buf(&w->body_copy, "the body", err);
    if (ret != DS_OK) {
        ds_wire_clear(w);
        return ret;
    }
    link_headers(w, count);
    w->body = ds_buf_content(&w->body_copy);
    return DS_OK;
}
