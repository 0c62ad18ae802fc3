/* HTTP exchanges against servers that answer well, badly, late or not at all. */
#include "http_client.h"

#include <math.h>

#define OK1   "HTTP/1.1 200 OK\r\n"
#define STALE OK1 "Content-Length: 15\r\n\r\n{\"error\":\"old\"}"

/* Raw replies, after each of which the server closes. */
static const struct reply {
    const char *id, *raw;
    size_t len;
    ds_status want;
    int status;
    const char *says; /* the body, or a part of the message */
} replies[] = {
#define RAW(text) text, sizeof(text) - 1
    {"H02", RAW(OK1 "Content-Length: 12\r\n\r\n{}"), DS_CLOSED, 0, "2 of 12 bytes"},
    {"H03", RAW(OK1 "Content-Length: 1\r\n\r\n{}"), DS_OK, 200, "{"},
    {"H04", RAW(OK1 "Content-Length: -1\r\n\r\n{}"), DS_HTTP, 0, ""},
    {"H06", RAW(OK1 "Content-Length: 0x1ba\r\n\r\n{}"), DS_HTTP, 0, "Content-Length"},
    {"H07", RAW(OK1 "Content-Length: 2\r\nContent-Length: 1\r\n\r\n{}"), DS_HTTP, 0, "conflict"},
    {"H08", RAW(OK1 "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"), DS_OK, 200, "{}"},
    {"H10", RAW(OK1 "Content-Length: 4294967296\r\n\r\n"), DS_TOO_LARGE, 0, "4294967296"},
    {"2^64", RAW(OK1 "Content-Length: 18446744073709551618\r\n\r\n{}"), DS_TOO_LARGE, 0, "limit"},
    {"H11",
     RAW(OK1 "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n01;ext=1\r\n}\r\n0\r\nX-T: 1\r\n\r\n"),
     DS_OK, 200, "{}"},
    {"H12", RAW(OK1 "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), DS_CLOSED, 0, "cut short"},
    {"H12 in chunk", RAW(OK1 "Transfer-Encoding: chunked\r\n\r\n9\r\n{}"), DS_CLOSED, 0,
     "cut short"},
    {"H14", RAW(OK1 "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}"), DS_HTTP, 0,
     "chunk"},
    {"H15", RAW(OK1 "Transfer-Encoding: chunked\r\n\r\n-1\r\n{}"), DS_HTTP, 0, "chunk"},
    {"chunk over limit", RAW(OK1 "Transfer-Encoding: chunked\r\n\r\nffffff\r\n{}"), DS_TOO_LARGE, 0,
     "limit"},
    {"H16", RAW(OK1 "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
     DS_HTTP, 0, "both framings"},
    {"H18", RAW(OK1 "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"), DS_HTTP, 0, "coding"},
    {"H19", RAW("HTTP/1.0 200 OK\r\n\r\n{}"), DS_OK, 200, "{}"},
    {"H20", RAW(OK1 "Connection: close\r\n\r\n{}"), DS_OK, 200, "{}"},
    {"H22", RAW("HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\n{}"), DS_HTTP, 0, ""},
    {"H23", RAW("HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\n{}"), DS_HTTP, 0, ""},
    {"H24", RAW("HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\n{}"), DS_HTTP, 0, ""},
    {"H26", RAW("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"), DS_OK, 200, "{}"},
    {"H27", RAW(OK1 "Garbage\r\nContent-Length: 2\r\n\r\n{}"), DS_HTTP, 0, ""},
    {"H28", RAW(OK1 "Content-Length : 2\r\n\r\n{}"), DS_HTTP, 0, "header"},
    {"H30", RAW(OK1 "X-A: a\0b\r\nContent-Length: 2\r\n\r\n{}"), DS_HTTP, 0, "header"},
    {"H31", RAW("http/1.1 200 ok\r\ncontent-length: 2\r\n\r\n{}"), DS_HTTP, 0, ""},
    {"H32", RAW(OK1 "cOnTeNt-LeNgTh: 2\r\n\r\n{}"), DS_OK, 200, "{}"},
    {"H34", RAW("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), DS_OK, 101, ""},
    {"H35", RAW("HTTP/1.1 103 E\r\n\r\nHTTP/1.1 103 E\r\n\r\nHTTP/1.1 100 E\r\n\r\n" OK2), DS_OK,
     200, "{}"},
    {"H36", RAW(""), DS_CLOSED, 0, "before a reply"},
    {"cut status line", RAW("HTTP/1.1 2"), DS_CLOSED, 0, ""},
    {"cut header", RAW(OK1 "Content-Le"), DS_CLOSED, 0, "head"},
    {"cut before the end", RAW(OK1 "Content-Length: 2\r\n"), DS_CLOSED, 0, "head"},
    {"no HTTP", RAW("{\"key\":\"5ec7e7\"}\r\n\r\n"), DS_HTTP, 0, ""},
    {"H38", RAW(OK2 STALE), DS_OK, 200, "{}"},
    {"H39", RAW("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}"), DS_OK, 204, ""},
    {"H40", RAW(OK1 "Content-Length: 0\r\n\r\n"), DS_OK, 200, ""},
    {"H42", RAW("HTTP/1.1 307 T\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
     DS_OK, 307, ""},
    {"E27", RAW("HTTP/1.1 302 F\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 2\r\n\r\n{}"),
     DS_OK, 302, "{}"},
    {"E26", RAW("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"), DS_OK, 201, "{}"},
    {"H43", RAW(OK1 "Set-Cookie: a=b\r\nContent-Length: 2\r\n\r\n{}"), DS_OK, 200, "{}"},
};

static const struct reply *current;

static bool answer_current(int fd, int connection, int request, const char *text)
{
    (void)connection, (void)request, (void)text;
    server_send(fd, current->raw, current->len);
    return false;
}

static bool reply_case(ds_http *http, const struct reply *r)
{
    ds_error err;
    ds_status got = call_for(http, PATIENCE, &err);
    ds_slice body = ds_http_body(http);
    bool right = got == r->want && ds_http_head(http)->status == r->status &&
                 strstr(err.text, "5ec7e7") == NULL;
    if (got == DS_OK)
        right = right && ds_slice_equal(body, ds_slice_of(r->says, strlen(r->says)));
    else
        right = right && strstr(err.text, r->says) != NULL && body.len == 0;
    if (!right)
        printf("   %s: %s, %d, %s\n", r->id, ds_status_word(got), ds_http_head(http)->status,
               err.text);
    return right;
}

static void test_replies(void)
{
    start(answer_current);
    ds_http *http = client();
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        current = &replies[i];
        test_count(reply_case(http, current), __FILE__, __LINE__, current->id);
    }
    CHECK(strstr(server.last, "Cookie") == NULL);
    /* No repeats, no followed redirects. */
    CHECK(server_accepted() == (int)(sizeof replies / sizeof *replies));
    CHECK(server_requests() == server_accepted());
    stop(http);
}

/* Replies whose size or pace is the matter; path of the request chooses. */
static bool answer_slow(int fd, int connection, int request, const char *text)
{
    static const char whole[] = OK2;
    static char pad[1 << 20];
    (void)connection, (void)request;
    memset(pad, 'A', sizeof pad);
    if (strstr(text, "/H44") != NULL) {
        server_text(fd, OK1 "X-Pad: ");
        server_send(fd, pad, sizeof pad);
        server_text(fd, "\r\nContent-Length: 2\r\n\r\n{}");
    } else if (strstr(text, "/H46") != NULL) {
        server_text(fd, OK1 "\r\n");
        for (int i = 0; i < 50; i++)
            server_send(fd, pad, sizeof pad);
    } else if (strstr(text, "/many") != NULL) {
        server_text(fd, OK1);
        for (int i = 0; i < 129; i++)
            server_text(fd, "A: b\r\n");
    } else if (strstr(text, "/H48") != NULL) {
        server_text(fd, OK1 "Content-Length: 442\r\n\r\n{\"key\":");
    } else if (strstr(text, "/H34") != NULL) {
        server_text(fd, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
    } else if (strstr(text, "/head") != NULL) {
        server_text(fd, OK1 "Content-Length: 442\r\n");
    } else if (strstr(text, "/H50") != NULL) {
        for (size_t i = 0; i < sizeof whole - 1; i++) {
            server_send(fd, whole + i, 1);
            poll(NULL, 0, 1);
        }
        return false;
    } else if (strstr(text, "/H51") != NULL) {
        struct linger hard = {.l_onoff = 1, .l_linger = 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        return false;
    }
    server_hangup(fd, PATIENCE_MS);
    return false;
}

static const struct {
    const char *path;
    ds_status want;
    const char *says;
} paced[] = {
    {"/H44", DS_TOO_LARGE, "head"},
    {"/many", DS_TOO_LARGE, "128 headers"},
    {"/H46", DS_TOO_LARGE, "20000 bytes"},
    {"/H47", DS_TIMEOUT, "waiting for the reply"},
    {"/H48", DS_TIMEOUT, "receiving the body"},
    {"/head", DS_TIMEOUT, "receiving the head"},
    {"/H34", DS_OK, ""},
    {"/H50", DS_OK, ""},
    {"/H51", DS_CLOSED, "reset by peer"},
};

#define SHORT 0.5 /* seconds until a timeout that is to come */

/* Returns whether the text says how long it took: the time that there was, or what has passed. */
static bool names_seconds(const char *text, double passed)
{
    const char *after = strstr(text, "after ");
    double said = after != NULL ? strtod(after + strlen("after "), NULL) : 0;
    return said > SHORT - 0.01 && said < passed + 0.01;
}

static bool paced_case(ds_http *http, size_t i)
{
    ds_error err = {0};
    double begun = ds_http_now();
    ds_http_request request = post(paced[i].want == DS_TIMEOUT ? SHORT : PATIENCE);
    request.path = ds_slice_of(paced[i].path, strlen(paced[i].path));
    ds_status got = ds_http_run(http, &request, &err);
    double passed = ds_http_now() - begun;
    return got == paced[i].want && strstr(err.text, paced[i].says) != NULL && passed < SOON &&
           (got != DS_TIMEOUT || names_seconds(err.text, passed));
}

static void test_pace(void)
{
    server_listen(NULL, 16);
    server_run(answer_slow);
    ds_http *http = client_tcp("http", "127.0.0.1");
    for (size_t i = 0; i < sizeof paced / sizeof *paced; i++) {
        bool good = paced_case(http, i) || paced_case(http, i) || paced_case(http, i);
        test_count(good, __FILE__, __LINE__, paced[i].path);
    }
    ds_error err;
    CHECK(call_for(http, 0, &err) == DS_TIMEOUT && call_for(http, -1, &err) == DS_TIMEOUT);
    CHECK(call_for(http, NAN, &err) == DS_TIMEOUT);
    stop(http);
}

static void test_keep_alive(void)
{
    start(answer_ok);
    ds_http *http = client();
    for (int i = 0; i < 100; i++) {
        CHECK(gives(http, "{}"));
        CHECK(ds_http_reused(http) == (i > 0) && ds_http_connects(http) == (size_t)(i == 0));
    }
    CHECK(server_accepted() == 1 && server_requests() == 100);
    stop(http);
}

/* A reply without a body costs the connection, but only this one. */
static bool answer_empty_first(int fd, int connection, int request, const char *text)
{
    if (connection > 1)
        return answer_ok(fd, connection, request, text);
    server_text(fd, OK1 "Content-Length: 0\r\n\r\n");
    return true;
}

static void test_empty_reply(void)
{
    start(answer_empty_first);
    ds_http *http = client();
    CHECK(gives(http, "") && gives(http, "{}") && gives(http, "{}"));
    CHECK(ds_http_reused(http) && server_accepted() == 2);
    stop(http);
}

/* Goes away instead of answering a second time: the connection and who listens. */
static bool answer_and_go(int fd, int connection, int request, const char *text)
{
    if (request == 1)
        return answer_ok(fd, connection, request, text);
    shutdown(server.listener, SHUT_RDWR);
    return false;
}

static void test_gone_server(void)
{
    ds_error err;
    start(answer_and_go);
    ds_http *http = client();
    CHECK(gives(http, "{}"));
    CHECK(call_for(http, PATIENCE, &err) == DS_CONNECT && strstr(err.text, "refused") != NULL);
    stop(http);
}

static bool answer_chunks(int fd, int connection, int request, const char *text)
{
    (void)connection, (void)request, (void)text;
    server_text(fd, OK1 "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
    return true;
}

static void test_keep_alive_chunked(void)
{
    start(answer_chunks);
    ds_http *http = client();
    for (int i = 0; i < 5; i++)
        CHECK(gives(http, "{}"));
    CHECK(server_accepted() == 1);
    stop(http);
}

/* A reply, then bytes that belong to nothing: at once, or after the client has it. */
static const char *out_of_step;
static int delay, stale; /* stale: how often those bytes went on their way late */

static bool answer_out_of_step(int fd, int connection, int request, const char *text)
{
    char whole[512];
    (void)connection, (void)request, (void)text;
    snprintf(whole, sizeof whole, "%s%s", out_of_step, delay == 0 ? STALE : "");
    server_text(fd, whole);
    if (delay > 0) {
        poll(NULL, 0, delay);
        server_text(fd, STALE);
        pthread_mutex_lock(&server.lock);
        stale++;
        pthread_mutex_unlock(&server.lock);
    }
    return true;
}

static void step_case(const char *reply, int wait)
{
    ds_error err;
    out_of_step = reply;
    delay = wait;
    stale = 0;
    start(answer_out_of_step);
    ds_http *http = client();
    for (int i = 0; i < 3; i++) {
        CHECK(call_for(http, PATIENCE, &err) == DS_OK && ds_http_body(http).len < 3);
        CHECK(!ds_http_reused(http));
        while (wait > 0 && server_count(&stale) <= i)
            poll(NULL, 0, 1);
    }
    CHECK(server_accepted() == 3);
    stop(http);
}

/* H38, H39: a peer that has lost step does not get to answer the next request. */
static void test_out_of_step(void)
{
    step_case(OK2, 0);
    step_case(OK2, 20);
    step_case(OK1 "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 0);
    step_case(OK1 "Content-Length: 0\r\n\r\n", 0);
    step_case("HTTP/1.1 204 No Content\r\n\r\n", 0);
    step_case("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}", 0);
}

/* Closes the first `mortal` connections at their second request, without or with a part of a
 * reply; with fussy, every connection at its first one. */
static int mortal;
static bool fussy;
static const char *last_words;

static bool answer_mortal(int fd, int connection, int request, const char *text)
{
    (void)text;
    if (fussy && connection > 1)
        return false;
    if (request == 2 && connection <= mortal) {
        poll(NULL, 0, 2); /* not in the instant in which libcurl has sent and looks once */
        server_text(fd, last_words);
        return false;
    }
    server_text(fd, OK2);
    return true;
}

static ds_http *mortal_client(int n, bool is_fussy, const char *words)
{
    mortal = n;
    fussy = is_fussy;
    last_words = words;
    start(answer_mortal);
    ds_http *http = client();
    CHECK(gives(http, "{}"));
    return http;
}

static void test_repeat(void)
{
    ds_error err;
    ds_http *http = mortal_client(1, false, "");
    CHECK(gives(http, "{}") && server_requests() == 3 && server_accepted() == 2);
    CHECK(!ds_http_reused(http) && gives(http, "{}") && ds_http_reused(http));
    stop(http);

    /* Once, not for ever. */
    http = mortal_client(1, true, "");
    CHECK(call_for(http, PATIENCE, &err) == DS_CLOSED && server_requests() == 3 &&
          server_accepted() == 2);
    stop(http);

    /* Not when a byte of the reply came. */
    static const char *const words[] = {"H", "HTTP/1.1 2", OK1, OK1 "Content-Length: 2\r\n\r\n{"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        http = mortal_client(1, false, words[i]);
        CHECK(call_for(http, PATIENCE, &err) == DS_CLOSED && server_requests() == 2);
        CHECK(gives(http, "{}"));
        stop(http);
    }
}

static void test_fresh(void)
{
    ds_error err;
    ds_http *http = mortal_client(0, false, "");
    ds_http_request request = post(PATIENCE);
    request.fresh = true;
    CHECK(ds_http_run(http, &request, &err) == DS_OK && server_accepted() == 2);
    CHECK(!ds_http_reused(http) && ds_http_connects(http) == 1);
    CHECK(gives(http, "{}") && ds_http_reused(http) && server_accepted() == 2);
    for (int i = 0; i < PATIENCE_MS && server_open() > 1; i++)
        poll(NULL, 0, 1);
    CHECK(server_open() == 1); /* the older connection is not kept beside the new one */
    stop(http);

    http = mortal_client(0, true, "");
    request = post(PATIENCE);
    request.fresh = true;
    CHECK(ds_http_run(http, &request, &err) == DS_CLOSED && server_requests() == 2);
    stop(http);
}

/* Many repeats in one transport's life; every other request meets a dead connection. */
static bool answer_twice_dead(int fd, int connection, int request, const char *text)
{
    return request == 1 && answer_ok(fd, connection, request, text);
}

static void test_many_repeats(void)
{
    start(answer_twice_dead);
    ds_http *http = client();
    for (int i = 0; i < 20; i++)
        CHECK(gives(http, "{}"));
    CHECK(server_accepted() == 20 && server_requests() == 39);
    stop(http);
}

/* The server closes an idle connection: noticed before anything is sent on it. */
static bool answer_once(int fd, int connection, int request, const char *text)
{
    return answer_ok(fd, connection, request, text) && false;
}

static void test_idle_close(void)
{
    start(answer_once);
    ds_http *http = client();
    for (int i = 0; i < 3; i++) {
        CHECK(gives(http, "{}"));
        poll(NULL, 0, 20);
    }
    CHECK(server_requests() == 3 && server_accepted() == 3);
    stop(http);
}

static bool has_line(const char *line)
{
    char whole[200];
    snprintf(whole, sizeof whole, "\r\n%s\r\n", line);
    return strstr(server.last, whole) != NULL;
}

static void test_request_bytes(void)
{
    ds_error err;
    ds_slice lines[] = {DS_LITERAL("Content-Type:application/json"), DS_LITERAL("X-Empty:"),
                        DS_LITERAL("X-Two:  b ")};
    server_listen(NULL, 16);
    server_run(answer_ok);
    char url[64];
    int n = snprintf(url, sizeof url, "HTTP://localhost:%d/pre/fix//", server.port);
    ds_http *http = client_of((ds_http_options){
        .base_url = ds_slice_of(url, (size_t)n), .max_body = MAX_BODY, .user_agent = "test/1"});
    ds_http_request request = post(PATIENCE);
    request.headers = lines;
    request.header_count = 3;
    request.path = DS_LITERAL("/a/../b?json=1&c=%20");
    request.body = DS_LITERAL("a\0b");
    CHECK(ds_http_run(http, &request, &err) == DS_OK);
    CHECK(strstr(server.last, "POST /pre/fix/a/../b?json=1&c=%20 HTTP/1.1\r\n") == server.last);
    CHECK(has_line("Content-Type: application/json") && has_line("X-Empty:") &&
          has_line("X-Two: b"));
    CHECK(has_line("User-Agent: test/1") && has_line("Content-Length: 3"));
    CHECK(strstr(server.last, "Accept") == NULL && strstr(server.last, "Expect") == NULL);
    CHECK(memcmp(strstr(server.last, "\r\n\r\n") + 4, "a", 2) == 0);

    static const struct {
        const char *method, *body, *first;
    } kinds[] = {{"GET", "", "GET / "},       {"POST", "", "POST / "}, {"PUT", "x", "PUT / "},
                 {"DELETE", "", "DELETE / "}, {"GET", "x", "GET / "},  {"GET", "", "GET / "}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        request = post(PATIENCE);
        request.method = kinds[i].method;
        request.path = DS_LITERAL("/");
        request.body = ds_slice_of(kinds[i].body, strlen(kinds[i].body));
        CHECK(ds_http_run(http, &request, &err) == DS_OK);
        bool says_length = strstr(server.last, "Content-Length: ") != NULL;
        CHECK(says_length == (kinds[i].body[0] != '\0' || strcmp(kinds[i].method, "POST") == 0));
        CHECK(strstr(server.last, "Content-Type") == NULL);
        CHECK(strstr(server.last, kinds[i].method) == server.last);
    }
    CHECK(server_accepted() == 1);
    stop(http);
}

/* A sleep lasts, and what is no time above 0 is none at all. */
static void test_sleep(void)
{
    static const double none[] = {0, -1, -INFINITY, NAN};
    double began = ds_http_now();
    ds_http_sleep(0.05);
    CHECK(ds_http_now() - began >= 0.05);
    began = ds_http_now();
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        ds_http_sleep(none[i]);
    CHECK(ds_http_now() - began < SOON);
}

int main(void)
{
    begin();
    test_replies();
    test_pace();
    test_keep_alive();
    test_empty_reply();
    test_gone_server();
    test_keep_alive_chunked();
    test_out_of_step();
    test_repeat();
    test_many_repeats();
    test_fresh();
    test_idle_close();
    test_request_bytes();
    test_sleep();
    return finish();
}
