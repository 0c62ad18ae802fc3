#include "http/rescue.h"

#include "base/wipe.h"

#include <sys/socket.h>

#define READ_BYTES 4096

/* Where the bytes go. */
struct reply {
    ds_head *head;
    ds_chunks *chunks;
    ds_buf *body, line;
};

/* Takes up to the end of a line. Out: *used, how many bytes were taken. */
static ds_status take_line(struct reply *r, const char *data, size_t n, size_t *used, ds_error *err)
{
    const char *end = memchr(data, '\n', n);
    *used = end != NULL ? (size_t)(end - data) + 1 : n;
    ds_status ret = ds_buf_add(&r->line, data, *used);
    if (ret != DS_OK || end == NULL)
        return ret;
    ret = ds_head_line(r->head, (const char *)r->line.data, r->line.len, err);
    ds_buf_clear(&r->line);
    return ret;
}

/* A body without a frame cannot be told from a part of it here, so it is not taken. */
static ds_status take_body(struct reply *r, const char *data, size_t n, ds_error *err)
{
    if (r->head->framing == DS_BODY_CHUNKED)
        return ds_chunks_feed(r->chunks, r->head, r->body, data, n, err);
    if (r->head->framing != DS_BODY_LENGTH)
        return DS_OK;
    size_t left = (size_t)r->head->content_length - r->body->len;
    return ds_buf_add(r->body, data, n < left ? n : left);
}

static ds_status take(struct reply *r, const char *data, size_t n, ds_error *err)
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

void ds_rescue(ds_head *head, ds_chunks *chunks, ds_buf *body, int fd)
{
    struct reply r = {.head = head, .chunks = chunks, .body = body};
    char data[READ_BYTES];
    ds_error err;
    ds_status ret = DS_OK;
    ssize_t n;
    ds_buf_init(&r.line, DS_HEAD_MAX_BYTES);
    while (ret == DS_OK && (n = recv(fd, data, sizeof data, MSG_DONTWAIT)) > 0)
        ret = take(&r, data, (size_t)n, &err);
    if (ret != DS_OK || !head->complete) {
        bool bodyless = head->bodyless;
        ds_head_reset(head);
        head->bodyless = bodyless;
        ds_chunks_reset(chunks);
        ds_buf_clear(body);
    }
    ds_buf_free(&r.line);
    ds_wipe(data, sizeof data);
}
