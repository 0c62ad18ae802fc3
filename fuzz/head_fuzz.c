/* The reader of replies: heads, bodies, chunks. Input: a byte (1: the request was a HEAD; 2: a
 * small limit for the body), a byte (the size of the second reading's pieces), then what the peer
 * sent. It is read twice, in one piece and in small ones: the verdict must not depend on how bytes
 * arrive. */
#include "fuzz.h"
#include "http1/reader.h"

#define SMALL_BODY 16
#define LARGE_BODY (1u << 20)

typedef struct reading {
    ds_head head;
    ds_chunks chunks;
    ds_buf body;
    ds_reader reader;
    ds_error err;
    ds_status status, ended;
} reading;

static void begin(reading *r, unsigned options)
{
    size_t max = options & 2 ? SMALL_BODY : LARGE_BODY;
    ds_head_init(&r->head, max);
    r->head.bodyless = options & 1;
    ds_chunks_init(&r->chunks);
    ds_buf_init(&r->body, max);
    ds_reader_init(&r->reader, &r->head, &r->chunks, &r->body);
    r->status = DS_OK;
}

static void end(reading *r)
{
    ds_reader_free(&r->reader);
    ds_head_free(&r->head);
    ds_chunks_free(&r->chunks);
    ds_buf_free(&r->body);
}

/* In: piece, the size of the pieces in which the bytes come. */
static void read_all(reading *r, unsigned options, ds_slice input, size_t piece)
{
    const char *p = input.data;
    begin(r, options);
    for (size_t at = 0; r->status == DS_OK && at < input.len; at += piece) {
        size_t n = input.len - at < piece ? input.len - at : piece;
        r->status = ds_reader_feed(&r->reader, p + at, n, &r->err);
    }
    r->ended = r->status == DS_OK ? ds_reader_end(&r->reader, "", &r->err) : r->status;
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
    PROMISE(r->ended == DS_OK || r->ended == DS_CLOSED);
    PROMISE(r->ended == DS_OK || !ds_reader_done(&r->reader));
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
    PROMISE(one.status == two.status && one.ended == two.ended);
    PROMISE(ds_reader_done(&one.reader) == ds_reader_done(&two.reader));
    PROMISE(one.reader.excess == two.reader.excess);
    PROMISE(one.status != DS_OK ||
            ds_slice_equal(ds_buf_content(&one.body), ds_buf_content(&two.body)));
    end(&one);
    end(&two);
    return 0;
}
