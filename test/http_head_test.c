/* The reply-head checker, the chunk decoder and the field grammar, without a socket. */
#include "http1/chunks.h"
#include "http1/field.h"
#include "http1/head.h"
#include "test.h"

#define MAX_BODY 1000

/* Feeds whole text, line by line. In: text may contain NULs. Returns the first failure. */
static ds_status feed(ds_head *h, const char *text, size_t len, ds_error *err)
{
    while (len > 0) {
        const char *end = memchr(text, '\n', len);
        size_t n = end != NULL ? (size_t)(end - text) + 1 : len;
        ds_status ret = ds_head_line(h, text, n, err);
        if (ret != DS_OK)
            return ret;
        text += n;
        len -= n;
    }
    return DS_OK;
}

#define OK1        "HTTP/1.1 200 OK\r\n"
#define TEXT(text) text, sizeof(text) - 1

static const struct {
    const char *id, *text;
    size_t len;
    ds_status want;
    const char *says; /* part of the message, or "" */
} broken[] = {
    {"H04", TEXT(OK1 "Content-Length: -1\r\n\r\n"), DS_HTTP, "Content-Length"},
    {"H04+", TEXT(OK1 "Content-Length: +1\r\n\r\n"), DS_HTTP, "Content-Length"},
    {"H06", TEXT(OK1 "Content-Length: 0x1ba\r\n\r\n"), DS_HTTP, "Content-Length"},
    {"empty length", TEXT(OK1 "Content-Length:\r\n\r\n"), DS_HTTP, "Content-Length"},
    {"length list", TEXT(OK1 "Content-Length: 5, 5\r\n\r\n"), DS_HTTP, "Content-Length"},
    {"H07", TEXT(OK1 "Content-Length: 442\r\nContent-Length: 441\r\n\r\n"), DS_HTTP, "conflicting"},
    {"H10", TEXT(OK1 "Content-Length: 4294967296\r\n"), DS_TOO_LARGE, "4294967296"},
    {"2^64", TEXT(OK1 "Content-Length: 18446744073709551616\r\n"), DS_TOO_LARGE, "limit"},
    {"2^64+5", TEXT(OK1 "Content-Length: 18446744073709551621\r\n"), DS_TOO_LARGE, "limit"},
    {"one over", TEXT(OK1 "Content-Length: 1001\r\n"), DS_TOO_LARGE, "1000"},
    {"H16", TEXT(OK1 "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"), DS_HTTP,
     "both framings"},
    {"H16 turned", TEXT(OK1 "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"), DS_HTTP,
     "both framings"},
    {"chunked 1.0", TEXT("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), DS_HTTP,
     "Transfer-Encoding"},
    {"gzip, chunked", TEXT(OK1 "Transfer-Encoding: gzip, chunked\r\n\r\n"), DS_HTTP,
     "Transfer-Encoding"},
    {"twice chunked", TEXT(OK1 "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
     DS_HTTP, "Transfer-Encoding"},
    {"identity", TEXT(OK1 "Transfer-Encoding: identity\r\n\r\n"), DS_HTTP, "Transfer-Encoding"},
    {"H18", TEXT(OK1 "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n"), DS_HTTP,
     "content coding"},
    {"H22", TEXT("HTTP/9.9 200 OK\r\n\r\n"), DS_HTTP, "status line"},
    {"version 2", TEXT("HTTP/2 200\r\n\r\n"), DS_HTTP, "status line"},
    {"version 1.2", TEXT("HTTP/1.2 200 OK\r\n\r\n"), DS_HTTP, "status line"},
    {"H23", TEXT("HTTP/1.1 20 OK\r\n\r\n"), DS_HTTP, "status line"},
    {"H24", TEXT("HTTP/1.1 abc OK\r\n\r\n"), DS_HTTP, "status line"},
    {"four digits", TEXT("HTTP/1.1 2000 OK\r\n\r\n"), DS_HTTP, "status line"},
    {"status 099", TEXT("HTTP/1.1 099 OK\r\n\r\n"), DS_HTTP, "status line"},
    {"status 600", TEXT("HTTP/1.1 600 OK\r\n\r\n"), DS_HTTP, "status line"},
    {"two blanks", TEXT("HTTP/1.1  200 OK\r\n\r\n"), DS_HTTP, "status line"},
    {"blank first", TEXT(" HTTP/1.1 200 OK\r\n\r\n"), DS_HTTP, "status line"},
    {"reason NUL", TEXT("HTTP/1.1 200 O\0K\r\n\r\n"), DS_HTTP, "status line"},
    {"empty first", TEXT("\r\nHTTP/1.1 200 OK\r\n\r\n"), DS_HTTP, "status line"},
    {"other protocol", TEXT("{\"key\":\"5ec7e7\"}\n"), DS_HTTP, "status line"},
    {"H27", TEXT(OK1 "Garbage\r\n\r\n"), DS_HTTP, "header"},
    {"H28", TEXT(OK1 "Content-Length : 2\r\n\r\n"), DS_HTTP, "header"},
    {"no name", TEXT(OK1 ": 2\r\n\r\n"), DS_HTTP, "header"},
    {"name blank", TEXT(OK1 "A B: 2\r\n\r\n"), DS_HTTP, "header"},
    {"name obs-text", TEXT(OK1 "\xe4: 2\r\n\r\n"), DS_HTTP, "header"},
    {"H30", TEXT(OK1 "X-A: a\0b\r\n\r\n"), DS_HTTP, "header"},
    {"NUL in name", TEXT(OK1 "X\0A: b\r\n\r\n"), DS_HTTP, "header"},
    {"CR in value", TEXT(OK1 "X-A: a\rb\r\n\r\n"), DS_HTTP, "header"},
    {"CR CR LF", TEXT(OK1 "X-A: a\r\r\n\r\n"), DS_HTTP, "header"},
    {"DEL", TEXT(OK1 "X-A: a\x7f\r\n\r\n"), DS_HTTP, "header"},
    {"escape", TEXT(OK1 "X-A: \x1b[1m\r\n\r\n"), DS_HTTP, "header"},
    {"fold", TEXT(OK1 "X-A: a\r\n b\r\n\r\n"), DS_HTTP, "header"},
    {"fold first", TEXT(OK1 " Content-Length: 2\r\n\r\n"), DS_HTTP, "header"},
    {"H31", TEXT("http/1.1 200 ok\r\n\r\n"), DS_HTTP, "status line"},
    {"interim length", TEXT("HTTP/1.1 103 E\r\nContent-Length: 2\r\n\r\n"), DS_HTTP, "interim"},
    {"interim chunked", TEXT("HTTP/1.1 103 E\r\nTransfer-Encoding: chunked\r\n\r\n"), DS_HTTP,
     "interim"},
    {"no line end", TEXT(OK1 "X-A: b"), DS_HTTP, "does not end"},
    {"line after the head", TEXT(OK1 "Content-Length: 2\r\n\r\nX: y\r\n"), DS_HTTP, "outside"},
};

static void test_broken(void)
{
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        ds_head h;
        ds_error err = {0};
        ds_head_init(&h, MAX_BODY);
        ds_status got = feed(&h, broken[i].text, broken[i].len, &err);
        bool good = got == broken[i].want && strstr(err.text, broken[i].says) != NULL;
        test_count(good && strstr(err.text, "5ec7e7") == NULL, __FILE__, __LINE__, broken[i].id);
        /* A broken head stays broken, and tells nothing. */
        CHECK(!h.complete && h.status == 0 && h.fields.len == 0);
        CHECK(ds_head_line(&h, "\r\n", 2, &err) == DS_HTTP);
        ds_head_free(&h);
    }
}

static const struct {
    const char *id, *text;
    int status;
    ds_framing framing;
    uint64_t length;
    bool keep;
} good[] = {
    {"plain", OK1 "Content-Length: 442\r\n\r\n", 200, DS_BODY_LENGTH, 442, true},
    {"largest", OK1 "Content-Length: 1000\r\n\r\n", 200, DS_BODY_LENGTH, 1000, true},
    {"zeros", OK1 "Content-Length: 00000000000000000000000442\r\n\r\n", 200, DS_BODY_LENGTH, 442,
     true},
    {"H08", OK1 "Content-Length: 4\r\nContent-Length: 4\r\n\r\n", 200, DS_BODY_LENGTH, 4, true},
    {"H11", OK1 "Transfer-Encoding: Chunked\r\n\r\n", 200, DS_BODY_CHUNKED, 0, true},
    {"H19", "HTTP/1.0 200 OK\r\nContent-Type: a\r\n\r\n", 200, DS_BODY_CLOSE, 0, false},
    {"H20", OK1 "Connection: close\r\n\r\n", 200, DS_BODY_CLOSE, 0, false},
    {"no framing", OK1 "\r\n", 200, DS_BODY_CLOSE, 0, false},
    {"H26", "HTTP/1.1 200 OK\nContent-Length: 2\n\n", 200, DS_BODY_LENGTH, 2, true},
    {"H32", OK1 "cOnTeNt-LeNgTh:442\r\n\r\n", 200, DS_BODY_LENGTH, 442, true},
    {"H34", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", 101, DS_BODY_NONE, 0, false},
    {"H35",
     "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 C\r\n\r\n" OK1
     "Content-Length: 2\r\n\r\n",
     200, DS_BODY_LENGTH, 2, true},
    {"204", "HTTP/1.1 204 No Content\r\n\r\n", 204, DS_BODY_NONE, 0, true},
    {"H39", "HTTP/1.1 204 No Content\r\nContent-Length: 442\r\n\r\n", 204, DS_BODY_NONE, 442,
     false},
    {"304", "HTTP/1.1 304 N\r\nTransfer-Encoding: chunked\r\n\r\n", 304, DS_BODY_NONE, 0, false},
    {"H40", OK1 "Content-Length: 0\r\n\r\n", 200, DS_BODY_LENGTH, 0, true},
    {"H42", "HTTP/1.1 307 T\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", 307, DS_BODY_LENGTH, 0,
     true},
    {"no reason", "HTTP/1.1 599\r\nContent-Length: 1\r\n\r\n", 599, DS_BODY_LENGTH, 1, true},
    {"empty reason", "HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\n", 200, DS_BODY_LENGTH, 1, true},
    {"obs-text", "HTTP/1.1 200 \xe4\t!\r\nX: \xc3\xa4\tb\r\nContent-Length: 1\r\n\r\n", 200,
     DS_BODY_LENGTH, 1, true},
    {"identity", OK1 "Content-Encoding: identity\r\nContent-Length: 1\r\n\r\n", 200, DS_BODY_LENGTH,
     1, true},
    {"1.0 keep", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\n", 200,
     DS_BODY_LENGTH, 1, true},
    {"1.0 none", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", 200, DS_BODY_LENGTH, 1, false},
    {"close in a list", OK1 "Connection: x , CLOSE,keep-alive\r\nContent-Length: 1\r\n\r\n", 200,
     DS_BODY_LENGTH, 1, false},
    {"not close", OK1 "Connection: closed\r\nContent-Length: 1\r\n\r\n", 200, DS_BODY_LENGTH, 1,
     true},
};

static void test_good(void)
{
    ds_head h;
    ds_error err;
    ds_head_init(&h, MAX_BODY);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        bool fed = feed(&h, good[i].text, strlen(good[i].text), &err) == DS_OK && h.complete;
        bool same = h.status == good[i].status && h.framing == good[i].framing &&
                    h.keep_alive == good[i].keep && h.content_length == good[i].length;
        test_count(fed && same, __FILE__, __LINE__, good[i].id);
        ds_head_reset(&h);
    }
    h.bodyless = true;
    const char *answer = OK1 "Content-Length: 5000\r\n\r\n";
    CHECK(feed(&h, answer, strlen(answer), &err) == DS_OK && h.framing == DS_BODY_NONE);
    CHECK(h.keep_alive && h.content_length == 5000);
    ds_head_reset(&h);
    h.bodyless = true;
    CHECK(feed(&h, TEXT("HTTP/1.1 103 E\r\n\r\n" OK1 "Content-Length: 5000\r\n\r\n"), &err) ==
          DS_OK);
    CHECK(h.framing == DS_BODY_NONE);
    ds_head_free(&h);
}

static void test_headers(void)
{
    static const char text[] = "HTTP/1.1 103 E\r\nX-Early: no\r\n\r\n" OK1
                               "Content-Type: \t application/json \t\r\nX-A: 1\r\nX-a:2\r\n"
                               "X-Empty: \r\nContent-Length: 2\r\n\r\n";
    static const char *const want[][2] = {{"content-type", "application/json"},
                                          {"x-a", "1"},
                                          {"x-a", "2"},
                                          {"x-empty", ""},
                                          {"content-length", "2"}};
    ds_head h;
    ds_error err;
    ds_slice name, value;
    size_t cursor = 0, n = 0;
    ds_head_init(&h, MAX_BODY);
    CHECK(feed(&h, text, sizeof text - 1, &err) == DS_OK);
    for (; ds_head_next(&h, &cursor, &name, &value) && n < 5; n++)
        CHECK(ds_slice_equal(name, ds_slice_of(want[n][0], strlen(want[n][0]))) &&
              ds_slice_equal(value, ds_slice_of(want[n][1], strlen(want[n][1]))));
    CHECK(n == 5 && name.len == 0);
    CHECK(ds_head_find(&h, "x-a", &value) && ds_slice_equal(value, DS_LITERAL("1")));
    CHECK(ds_head_find(&h, "x-empty", &value) && value.len == 0);
    CHECK(!ds_head_find(&h, "x-early", &value) && !ds_head_find(&h, "x-", &value));
    CHECK(value.data == NULL);
    ds_head_free(&h);
    ds_head zero = {0};
    ds_head_free(&zero);
}

/* Feeds `first`, then `line` n times. */
static ds_status feed_many(ds_head *h, const char *first, const char *line, size_t n)
{
    ds_error err;
    ds_head_reset(h);
    ds_status ret = feed(h, first, strlen(first), &err);
    for (size_t i = 0; ret == DS_OK && i < n; i++)
        ret = feed(h, line, strlen(line), &err);
    return ret;
}

static void test_limits(void)
{
    static char big[DS_HEAD_MAX_BYTES + 1];
    const char *interim = "HTTP/1.1 103 E\r\n\r\n";
    ds_head h;
    ds_error err;
    ds_head_init(&h, MAX_BODY);
    CHECK(feed_many(&h, OK1, "A: b\r\n", DS_HEAD_MAX_LINES) == DS_OK);
    CHECK(ds_head_line(&h, "\r\n", 2, &err) == DS_OK && h.complete);
    CHECK(feed_many(&h, OK1, "A: b\r\n", DS_HEAD_MAX_LINES + 1) == DS_TOO_LARGE);
    CHECK(feed_many(&h, "", interim, DS_HEAD_MAX_INTERIM) == DS_OK);
    CHECK(feed(&h, OK1 "\r\n", sizeof OK1 + 1, &err) == DS_OK && h.complete);
    CHECK(feed_many(&h, "", interim, DS_HEAD_MAX_INTERIM + 1) == DS_TOO_LARGE);

    /* The whole head of exactly the limit passes; the first byte more does not. */
    size_t rest = DS_HEAD_MAX_BYTES - strlen(OK1) - 2;
    memset(big, 'x', sizeof big);
    memcpy(big, "A:", 2);
    memcpy(big + rest - 2, "\r\n", 2);
    CHECK(feed_many(&h, OK1, "", 0) == DS_OK && ds_head_line(&h, big, rest, &err) == DS_OK);
    CHECK(ds_head_line(&h, "\r\n", 2, &err) == DS_OK && h.complete);
    memcpy(big + rest - 2, "xx\n", 3);
    CHECK(feed_many(&h, OK1, "", 0) == DS_OK && ds_head_line(&h, big, rest + 1, &err) == DS_OK);
    CHECK(ds_head_line(&h, "\r\n", 2, &err) == DS_TOO_LARGE && !h.complete);
    ds_head_free(&h);
}

/* Lines of interim heads and trailers count as well. */
static void test_shared_limits(void)
{
    ds_head h;
    ds_error err;
    ds_head_init(&h, MAX_BODY);
    CHECK(feed_many(&h, "HTTP/1.1 103 E\r\n", "A: b\r\n", 100) == DS_OK);
    CHECK(feed(&h, TEXT("\r\n" OK1 "Transfer-Encoding: chunked\r\n\r\n"), &err) == DS_OK);
    CHECK(h.complete && h.lines == 101);
    for (int i = 0; i < 27; i++)
        CHECK(ds_head_line(&h, TEXT("T: u\r\n"), &err) == DS_OK);
    CHECK(ds_head_line(&h, TEXT("T: u\r\n"), &err) == DS_TOO_LARGE);
    ds_head_free(&h);
}

static const struct {
    const char *id, *text;
    size_t len;
    ds_status want;
    const char *body; /* NULL: not complete */
    bool excess;
} chunked[] = {
    {"H11", TEXT("2\r\n{}\r\nA;ext=\"1\"\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n"), DS_OK,
     "{}0123456789", false},
    {"empty", TEXT("0\r\n\r\n"), DS_OK, "", false},
    {"zeros", TEXT("0002\r\n{}\r\n000\r\n\r\n"), DS_OK, "{}", false},
    {"blank before ;", TEXT("2 ; a\r\n{}\r\n0\r\n\r\n"), DS_OK, "{}", false},
    {"H12", TEXT("2\r\n{}\r\n"), DS_OK, NULL, false},
    {"cut in data", TEXT("5\r\n{}"), DS_OK, NULL, false},
    {"cut in trailer", TEXT("0\r\nX: y\r\n"), DS_OK, NULL, false},
    {"left over", TEXT("2\r\n{}\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"), DS_OK, "{}", true},
    {"exactly full", TEXT("3e8\r\n"), DS_OK, NULL, false},
    {"H14", TEXT("fffffffffffffffff\r\n"), DS_HTTP, NULL, false},
    {"2^64-1", TEXT("ffffffffffffffff\r\n"), DS_TOO_LARGE, NULL, false},
    {"one over", TEXT("3e9\r\n"), DS_TOO_LARGE, NULL, false},
    {"sum over", TEXT("2\r\n{}\r\n3e7\r\n"), DS_TOO_LARGE, NULL, false},
    {"H15", TEXT("-1\r\n"), DS_HTTP, NULL, false},
    {"0x", TEXT("0x2\r\n{}\r\n"), DS_HTTP, NULL, false},
    {"no size", TEXT("\r\n"), DS_HTTP, NULL, false},
    {"only ext", TEXT(";a\r\n"), DS_HTTP, NULL, false},
    {"trailing blank", TEXT("2 \r\n{}\r\n"), DS_HTTP, NULL, false},
    {"two sizes", TEXT("2 2\r\n{}\r\n"), DS_HTTP, NULL, false},
    {"control in ext", TEXT("2;\x01\r\n{}\r\n"), DS_HTTP, NULL, false},
    {"LF behind a size", TEXT("2;\n{}\r\n0\r\n\r\n"), DS_HTTP, NULL, false},
    {"LF", TEXT("2\n{}\n0\n\n"), DS_HTTP, NULL, false},
    {"no CR LF behind", TEXT("2\r\n{}}\r\n0\r\n\r\n"), DS_HTTP, NULL, false},
    {"no size, early", TEXT("-"), DS_HTTP, NULL, false},
    {"17 digits, early", TEXT("00000000000000000"), DS_HTTP, NULL, false},
    {"no CR LF behind, early", TEXT("2\r\n{}}"), DS_HTTP, NULL, false},
    {"no LF behind, early", TEXT("2\r\n{}\r}"), DS_HTTP, NULL, false},
    {"bad trailer", TEXT("0\r\nX y\r\n\r\n"), DS_HTTP, NULL, false},
};

/* In pieces of n bytes. */
static bool chunked_case(size_t i, size_t piece)
{
    ds_head h;
    ds_chunks c;
    ds_buf body;
    ds_error err;
    ds_head_init(&h, MAX_BODY);
    ds_chunks_init(&c);
    ds_buf_init(&body, MAX_BODY);
    ds_status got = feed(&h, TEXT(OK1 "Transfer-Encoding: chunked\r\n\r\n"), &err);
    for (size_t at = 0; got == DS_OK && at < chunked[i].len; at += piece) {
        size_t n = chunked[i].len - at < piece ? chunked[i].len - at : piece;
        got = ds_chunks_feed(&c, &h, &body, chunked[i].text + at, n, &err);
    }
    bool right = got == chunked[i].want && c.excess == chunked[i].excess &&
                 c.complete == (chunked[i].body != NULL);
    if (right && c.complete)
        right = ds_slice_equal(ds_buf_content(&body),
                               ds_slice_of(chunked[i].body, strlen(chunked[i].body)));
    ds_head_free(&h);
    ds_chunks_free(&c);
    ds_buf_free(&body);
    return right;
}

static void test_chunks(void)
{
    for (size_t i = 0; i < sizeof chunked / sizeof *chunked; i++)
        for (size_t piece = 1; piece <= 64; piece = piece * 2 + 1)
            test_count(chunked_case(i, piece), __FILE__, __LINE__, chunked[i].id);
}

/* A line between chunks does not grow without end. */
static void test_long_chunk_line(void)
{
    ds_head h;
    ds_chunks c;
    ds_buf body;
    ds_error err;
    ds_status got;
    ds_head_init(&h, MAX_BODY);
    ds_chunks_init(&c);
    ds_buf_init(&body, MAX_BODY);
    CHECK(feed(&h, TEXT(OK1 "Transfer-Encoding: chunked\r\n\r\n"), &err) == DS_OK);
    CHECK((got = ds_chunks_feed(&c, &h, &body, "2;", 2, &err)) == DS_OK);
    size_t n = 2;
    for (; got == DS_OK && n < 100000; n++)
        got = ds_chunks_feed(&c, &h, &body, "x", 1, &err);
    CHECK(got == DS_TOO_LARGE && n == DS_CHUNKS_LINE_BYTES + 1);
    ds_chunks_free(&c);
    ds_head_free(&h);
}

int main(void)
{
    test_broken();
    test_good();
    test_headers();
    test_limits();
    test_shared_limits();
    test_chunks();
    test_long_chunk_line();
    return test_done();
}
