#include "http1/reader.h"

void ds_reader_init(ds_reader *r, ds_head *head, ds_chunks *chunks, ds_buf *body)
{
    *r = (ds_reader){.head = head, .chunks = chunks, .body = body};
    ds_buf_init(&r->line, DS_HEAD_MAX_BYTES);
}

void ds_reader_free(ds_reader *r)
{
    ds_buf_free(&r->line);
}

static ds_status fail_buf(ds_status status, const ds_buf *buf, ds_error *err)
{
    if (status != DS_TOO_LARGE)
        return ds_fail_memory(err);
    return ds_fail(err, status, "the reply is longer than the limit of %zu bytes", buf->max);
}

/* Takes up to the end of a line. Out: *used, how many bytes were taken. */
static ds_status take_line(ds_reader *r, const char *data, size_t n, size_t *used, ds_error *err)
{
    const char *end = memchr(data, '\n', n);
    *used = end != NULL ? (size_t)(end - data) + 1 : n;
    if (ds_buf_add(&r->line, data, *used) == DS_MEMORY)
        return ds_fail_memory(err);
    const char *line = (const char *)r->line.data;
    ds_status ret = r->line.status == DS_OK ? ds_head_begins(r->head, line, r->line.len, err)
                                            : ds_head_too_long(err);
    if (ret == DS_OK && end != NULL) {
        ret = ds_head_line(r->head, line, r->line.len, err);
        ds_buf_clear(&r->line);
    }
    return ret;
}

static ds_status take_length(ds_reader *r, const char *data, size_t n, ds_error *err)
{
    size_t left = (size_t)r->head->content_length - r->body->len;
    r->excess = r->excess || n > left;
    ds_status ret = ds_buf_add(r->body, data, n < left ? n : left);
    return ret == DS_OK ? ret : fail_buf(ret, r->body, err);
}

static ds_status take_body(ds_reader *r, const char *data, size_t n, ds_error *err)
{
    ds_status ret = DS_OK;
    switch (r->head->framing) {
    case DS_BODY_LENGTH:
        return take_length(r, data, n, err);
    case DS_BODY_CHUNKED:
        ret = ds_chunks_feed(r->chunks, r->head, r->body, data, n, err);
        r->excess = r->excess || r->chunks->excess;
        return ret;
    case DS_BODY_CLOSE:
        ret = ds_buf_add(r->body, data, n);
        return ret == DS_OK ? ret : fail_buf(ret, r->body, err);
    default:
        r->excess = true;
        return DS_OK;
    }
}

ds_status ds_reader_feed(ds_reader *r, const char *data, size_t n, ds_error *err)
{
    ds_status ret = DS_OK;
    while (ret == DS_OK && n > 0 && !r->head->complete) {
        size_t used;
        ret = take_line(r, data, n, &used, err);
        data += used;
        n -= used;
    }
    return ret == DS_OK && n > 0 ? take_body(r, data, n, err) : ret;
}

bool ds_reader_done(const ds_reader *r)
{
    if (!r->head->complete)
        return false;
    switch (r->head->framing) {
    case DS_BODY_LENGTH:
        return r->body->len == r->head->content_length;
    case DS_BODY_CHUNKED:
        return r->chunks->complete;
    default:
        return r->head->framing == DS_BODY_NONE;
    }
}

ds_status ds_reader_closed(const ds_head *head, size_t body_len, const char *why, ds_error *err)
{
    if (head->bytes == 0)
        return ds_fail(err, DS_CLOSED, "the connection was closed before a reply came%s", why);
    if (!head->complete)
        return ds_fail(err, DS_CLOSED, "the connection was closed within the head of the reply%s",
                       why);
    if (head->framing == DS_BODY_LENGTH)
        return ds_fail(err, DS_CLOSED, "the body was cut short: %zu of %llu bytes came%s", body_len,
                       (unsigned long long)head->content_length, why);
    return ds_fail(err, DS_CLOSED, "the body was cut short after %zu bytes%s", body_len, why);
}

ds_status ds_reader_end(const ds_reader *r, const char *why, ds_error *err)
{
    bool whole = r->head->complete && r->head->framing == DS_BODY_CLOSE && why[0] == '\0';
    if (whole || ds_reader_done(r))
        return DS_OK;
    if (r->head->bytes == 0 && r->line.len > 0)
        return ds_fail(err, DS_CLOSED, "the connection was closed within the head of the reply%s",
                       why);
    return ds_reader_closed(r->head, r->body->len, why, err);
}

ds_status ds_reader_late(const ds_head *head, double seconds, ds_error *err)
{
    const char *phase = head == NULL       ? "connecting"
                        : head->bytes == 0 ? "waiting for the reply"
                        : head->complete   ? "receiving the body of the reply"
                                           : "receiving the head of the reply";
    return ds_fail(err, DS_TIMEOUT, "timed out after %.3g s while %s", seconds, phase);
}
