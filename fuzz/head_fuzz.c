/* The checker of reply heads and the decoder of chunks. Input: a byte (1: the request was a HEAD;
 * 2: a small limit for the body), a byte (the size of the second reading's pieces), then what the
 * peer sent. It is read twice, the body in one piece and in small ones: the verdict must not depend
 * on how bytes arrive. */
#include "fuzz.h"
#include "http1/chunks.h"

#define SMALL_BODY 16
#define LARGE_BODY (1u << 20)

typedef struct reading {
    ds_head head;
    ds_chunks chunks;
    ds_buf body;
    ds_error err;
    ds_status status;
} reading;

static void begin(reading *r, unsigned options)
{
    size_t max = options & 2 ? SMALL_BODY : LARGE_BODY;
    ds_head_init(&r->head, max);
    r->head.bodyless = options & 1;
    ds_chunks_init(&r->chunks);
    ds_buf_init(&r->body, max);
    r->status = DS_OK;
}

static void end(reading *r)
{
    ds_head_free(&r->head);
    ds_chunks_free(&r->chunks);
    ds_buf_free(&r->body);
}

static void read_head(reading *r, ds_slice *input)
{
    while (r->status == DS_OK && input->len > 0 && !r->head.complete) {
        const char *line = input->data;
        size_t whole = input->len;
        fuzz_line(input);
        r->status = ds_head_line(&r->head, line, whole - input->len, &r->err);
    }
}

static void read_chunks(reading *r, ds_slice input, size_t piece)
{
    const char *p = input.data;
    for (size_t at = 0; r->status == DS_OK && at < input.len; at += piece) {
        size_t n = input.len - at < piece ? input.len - at : piece;
        r->status = ds_chunks_feed(&r->chunks, &r->head, &r->body, p + at, n, &r->err);
    }
}

/* In: piece, the size of the pieces in which the body comes. */
static void read_all(reading *r, unsigned options, ds_slice input, size_t piece)
{
    begin(r, options);
    read_head(r, &input);
    if (r->status == DS_OK && r->head.complete && r->head.framing == DS_BODY_CHUNKED)
        read_chunks(r, input, piece);
}

static void check_fields(const ds_head *head)
{
    ds_slice name, value, first;
    size_t at = 0;
    while (ds_head_next(head, &at, &name, &value)) {
        PROMISE(name.len > 0 && memchr(name.data, '\0', name.len) == NULL);
        PROMISE(memchr(value.data, '\0', value.len) == NULL);
        PROMISE(ds_head_find(head, name.data, &first));
    }
}

static void check_verdict(const reading *r)
{
    if (r->status != DS_OK) {
        PROMISE(r->status == DS_HTTP || r->status == DS_TOO_LARGE);
        PROMISE(r->err.status == r->status && r->err.text[0] != '\0');
        return;
    }
    if (!r->head.complete)
        return;
    PROMISE(r->head.status >= 100 && r->head.status <= 599);
    PROMISE(r->head.framing != DS_BODY_LENGTH || r->head.content_length <= LARGE_BODY);
    PROMISE(!r->head.bodyless || r->head.framing == DS_BODY_NONE);
    check_fields(&r->head);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ds_slice input = {data, size};
    unsigned options = fuzz_byte(&input), piece = fuzz_byte(&input);
    reading one, two;
    read_all(&one, options, input, input.len + 1);
    check_verdict(&one);
    read_all(&two, options, input, piece + 1);
    PROMISE(one.status == two.status && one.chunks.complete == two.chunks.complete);
    PROMISE(one.status != DS_OK ||
            ds_slice_equal(ds_buf_content(&one.body), ds_buf_content(&two.body)));
    end(&one);
    end(&two);
    return 0;
}
