/* A reply fed in pieces: every framing, every cut, and what is left over. */
#include "http1/reader.h"
#include "http1/request.h"
#include "test.h"

#define MAX_BODY 20
#define OK1      "HTTP/1.1 200 OK\r\n"

typedef struct reading {
    ds_head head;
    ds_chunks chunks;
    ds_buf body;
    ds_reader reader;
    ds_status status;
    ds_error err;
} reading;

/* Feeds text in pieces of that size. */
static void begin(reading *r, const char *text, size_t piece)
{
    size_t len = strlen(text);
    ds_head_init(&r->head, MAX_BODY);
    ds_chunks_init(&r->chunks);
    ds_buf_init(&r->body, MAX_BODY);
    ds_reader_init(&r->reader, &r->head, &r->chunks, &r->body);
    r->status = DS_OK;
    for (size_t at = 0; r->status == DS_OK && at < len; at += piece) {
        size_t n = len - at < piece ? len - at : piece;
        r->status = ds_reader_feed(&r->reader, text + at, n, &r->err);
    }
}

static void end(reading *r)
{
    ds_reader_free(&r->reader);
    ds_head_free(&r->head);
    ds_chunks_free(&r->chunks);
    ds_buf_free(&r->body);
}

static const struct {
    const char *text, *body;
    bool done, excess; /* before the connection ends */
    ds_status ended;   /* what its end means */
} replies[] = {
    {OK1 "Content-Length: 2\r\n\r\n{}", "{}", true, false, DS_OK},
    {OK1 "Content-Length: 2\r\n\r\n{}x", "{}", true, true, DS_OK},
    {OK1 "Content-Length: 0\r\n\r\n", "", true, false, DS_OK},
    {OK1 "Content-Length: 3\r\n\r\n{}", "{}", false, false, DS_CLOSED},
    {OK1 "\r\n{}", "{}", false, false, DS_OK},
    {OK1 "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", "{}", true, false,
     DS_OK},
    {OK1 "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nA: b\r\n\r\nx", "{}", true, true,
     DS_OK},
    {OK1 "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", "{}", false, false, DS_CLOSED},
    {"HTTP/1.1 204 No\r\n\r\n", "", true, false, DS_OK},
    {"HTTP/1.1 204 No\r\n\r\nx", "", true, true, DS_OK},
    {"HTTP/1.1 100 C\r\n\r\n" OK1 "Content-Length: 1\r\n\r\n1", "1", true, false, DS_OK},
    {OK1 "Content-Le", "", false, false, DS_CLOSED},
    {"HTTP/1.1 20", "", false, false, DS_CLOSED},
    {"", "", false, false, DS_CLOSED},
};

static void test_replies(void)
{
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        for (size_t piece = 1; piece < 100; piece += i < 3 ? 1 : 24) {
            reading r;
            begin(&r, replies[i].text, piece);
            CHECK(r.status == DS_OK);
            CHECK(ds_reader_done(&r.reader) == replies[i].done);
            CHECK(r.reader.excess == replies[i].excess);
            CHECK(r.body.len == strlen(replies[i].body) &&
                  memcmp(r.body.data != NULL ? (char *)r.body.data : "", replies[i].body,
                         r.body.len) == 0);
            CHECK(ds_reader_end(&r.reader, "", &r.err) == replies[i].ended);
            end(&r);
        }
}

static const struct {
    const char *text;
    ds_status status;
    const char *words;
} refused[] = {
    {"x", DS_HTTP, "does not begin with an HTTP status line"},
    {"\r\n", DS_HTTP, "does not begin"},
    {"HTTP/1.1 100 C\r\n\r\nx", DS_HTTP, "does not begin"},
    {OK1 "Content-Length: 21\r\n\r\n", DS_TOO_LARGE, "limit of 20"},
    {OK1 "\r\n123456789012345678901", DS_TOO_LARGE, "limit of 20"},
    {OK1 "Transfer-Encoding: chunked\r\n\r\n-", DS_HTTP, "chunk size"},
    {OK1 "no colon\r\n", DS_HTTP, "malformed header"},
};

static void test_refused(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        for (size_t piece = 1; piece < 100; piece += 33) {
            reading r;
            begin(&r, refused[i].text, piece);
            CHECK(r.status == refused[i].status);
            CHECK(strstr(r.err.text, refused[i].words) != NULL);
            end(&r);
        }
}

/* A line that does not end is refused when it is longer than a head may be, not kept. */
static void test_endless_line(void)
{
    static char text[DS_HEAD_MAX_BYTES + 2];
    reading r;
    memset(text, 'a', sizeof text - 1);
    memcpy(text, OK1, sizeof OK1 - 1);
    begin(&r, text, 1000);
    CHECK(r.status == DS_TOO_LARGE && strstr(r.err.text, "head of the reply") != NULL);
    CHECK(r.reader.line.len <= DS_HEAD_MAX_BYTES);
    end(&r);
}

static void test_words(void)
{
    reading r;
    begin(&r, OK1 "\r\n{}", 100);
    CHECK(ds_reader_end(&r.reader, " (reset)", &r.err) == DS_CLOSED);
    CHECK(strcmp(r.err.text, "the body was cut short after 2 bytes (reset)") == 0);
    CHECK(ds_reader_late(&r.head, 1.5, &r.err) == DS_TIMEOUT);
    CHECK(strcmp(r.err.text, "timed out after 1.5 s while receiving the body of the reply") == 0);
    CHECK(ds_reader_late(NULL, 2, &r.err) == DS_TIMEOUT);
    CHECK(strcmp(r.err.text, "timed out after 2 s while connecting") == 0);
    end(&r);
}

static ds_status write_request(ds_buf *out, const char *method, const char *path, const char *line,
                               size_t body_len)
{
    const ds_slice lines[] = {ds_slice_of(line, strlen(line))};
    const ds_request request = {
        .method = method,
        .prefix = DS_LITERAL("/base"),
        .path = ds_slice_of(path, strlen(path)),
        .host = DS_LITERAL("localhost"),
        .user_agent = DS_LITERAL("test"),
        .lines = lines,
        .count = line[0] != '\0',
        .body_len = body_len,
    };
    ds_error err;
    ds_buf_clear(out);
    return ds_request_write(out, &request, &err);
}

static bool wrote(const ds_buf *out, const char *text)
{
    return out->len == strlen(text) && memcmp(out->data, text, out->len) == 0;
}

static void test_request(void)
{
    ds_buf out;
    ds_buf_init(&out, DS_REQUEST_HEAD_BYTES);
    CHECK(write_request(&out, "POST", "/A", "Content-Type:  text/x ", 2) == DS_OK);
    CHECK(wrote(&out, "POST /base/A HTTP/1.1\r\nContent-Type: text/x\r\nHost: localhost\r\n"
                      "User-Agent: test\r\nContent-Length: 2\r\n\r\n"));
    CHECK(write_request(&out, "GET", "/", "HOST: other", 0) == DS_OK);
    CHECK(wrote(&out, "GET /base/ HTTP/1.1\r\nHOST: other\r\nUser-Agent: test\r\n\r\n"));
    CHECK(write_request(&out, "POST", "/", "", 0) == DS_OK);
    CHECK(wrote(&out, "POST /base/ HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\n"
                      "Content-Length: 0\r\n\r\n"));
    CHECK(write_request(&out, "P OST", "/", "", 0) == DS_INVALID);
    CHECK(write_request(&out, "HEAD", "/", "", 1) == DS_INVALID);
    CHECK(write_request(&out, "GET", "A", "", 0) == DS_INVALID);
    CHECK(write_request(&out, "GET", "/\r\nX: y", "", 0) == DS_INVALID);
    CHECK(write_request(&out, "GET", "/", "Connection: close", 0) == DS_INVALID);
    CHECK(write_request(&out, "GET", "/", "A: b\r\nC: d", 0) == DS_INVALID);
    CHECK(write_request(&out, "POST", "/", "", DS_REQUEST_BODY_BYTES + 1) == DS_TOO_LARGE);
    ds_buf_free(&out);
}

int main(void)
{
    test_replies();
    test_refused();
    test_endless_line();
    test_words();
    test_request();
    return test_done();
}
