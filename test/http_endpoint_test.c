/* Where requests go and what stops them: endpoints, options, proxies, queues, forks, cancelling. */
#include "http_client.h"

#include "http/pipe_guard.h"
#include "http/rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>

#define PATH_54  "/12345678901234567890123456789012345678901234567890123"
#define PATH_107 PATH_54 "/1234567890123456789012345678901234567890123456789012"

static const struct {
    const char *path, *url;
    size_t path_len;
    bool good;
} endpoints[] = {
    {PATH_107, "", 107, true},      /* N05: the longest */
    {PATH_107 "x", "", 108, false}, /* N05 */
    {"/tmp/a\0b", "", 8, false},    /* N07 */
    {"/a", "http://h/v1", 2, true},
    {"/a", "ftp://h", 2, false},
    {"", "http://h", 0, true},
    {"", "HTTPS://h:1/p/", 0, true},
    {"", "", 0, false},
    {"", "http://", 0, false},
    {"", "http:///p", 0, false},
    {"", "h:80", 0, false},
    {"", "file:///etc/passwd", 0, false},
    {"", "http://h?a=b", 0, false},
    {"", "http://h#f", 0, false},
    {"", "http://h h", 0, false},
    {"", "http://h\r\nX: y", 0, false},
    {"", "http://h\xc3\xa4", 0, false},
};

static void test_options(void)
{
    ds_error err;
    ds_http *http;
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        ds_http_options o = {.unix_path = ds_slice_of(endpoints[i].path, endpoints[i].path_len),
                             .base_url = ds_slice_of(endpoints[i].url, strlen(endpoints[i].url))};
        ds_status got = ds_http_new(&http, &o, &err);
        CHECK(got == (endpoints[i].good ? DS_OK : DS_INVALID) &&
              (http != NULL) == endpoints[i].good);
        ds_http_free(http);
    }
    ds_http_options o = at_path("/a");
    o.user_agent = "a\r\nX: y";
    CHECK(ds_http_new(&http, &o, &err) == DS_INVALID && http == NULL);
    o.user_agent = NULL;
    o.connect_timeout = NAN;
    CHECK(ds_http_new(&http, &o, &err) == DS_INVALID);
    o.connect_timeout = -1;
    CHECK(ds_http_new(&http, &o, &err) == DS_INVALID);
    ds_http_free(NULL);
}

static bool refuses(ds_http *http, ds_http_request request)
{
    ds_error err;
    bool done;
    ds_status got = ds_http_run(http, &request, &err);
    return (got == DS_INVALID || got == DS_TOO_LARGE) &&
           ds_http_step(http, 0, &done, &err) == DS_INVALID && !done;
}

static void test_bad_requests(void)
{
    static const char *const paths[] = {"", "GetKey", "/a b", "/a#b", "/\r\nX: y", "/\xc3\xa4"};
    static const char *const headers[] = {"X",
                                          "X y: z",
                                          "X: a\r\nY: b",
                                          "X: a\nb",
                                          ": a",
                                          "X : a",
                                          "Content-Length: 1",
                                          "Expect: 100-continue",
                                          "connection: close"};
    static const char *const methods[] = {"", "G T", "GET\r\n", "AVERYVERYLONGWORD"};
    static char huge[70000];
    ds_slice line, many[65];
    start(answer_ok);
    ds_http *http = client();
    ds_http_request request = post(PATIENCE);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        request.path = ds_slice_of(paths[i], strlen(paths[i]));
        CHECK(refuses(http, request));
    }
    request.path = DS_LITERAL("/a\0b");
    CHECK(refuses(http, request));
    request = post(PATIENCE);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        line = ds_slice_of(headers[i], strlen(headers[i]));
        request.headers = &line;
        request.header_count = 1;
        CHECK(refuses(http, request));
    }
    memset(huge, 'x', sizeof huge);
    memcpy(huge, "X:", 2);
    line = ds_slice_of(huge, sizeof huge);
    CHECK(refuses(http, request));
    for (size_t i = 0; i < 65; i++)
        many[i] = DS_LITERAL("X: y");
    request.headers = many;
    request.header_count = 65;
    CHECK(refuses(http, request));
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        request = post(PATIENCE);
        request.method = methods[i];
        CHECK(refuses(http, request));
    }
    request = post(PATIENCE);
    request.method = "HEAD";
    CHECK(refuses(http, request));
    CHECK(server_accepted() == 0 && gives(http, "{}"));
    stop(http);
}

static bool answer_head(int fd, int connection, int request, const char *text)
{
    (void)connection, (void)request;
    server_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n");
    return strncmp(text, "HEAD ", 5) == 0;
}

static void test_head_request(void)
{
    ds_error err;
    start(answer_head);
    ds_http *http = client();
    ds_http_request request = post(PATIENCE);
    request.method = "HEAD";
    request.body = DS_LITERAL("");
    request.deadline = INFINITY;
    CHECK(ds_http_run(http, &request, &err) == DS_OK && ds_http_body(http).len == 0);
    CHECK(ds_http_head(http)->status == 200 && ds_http_head(http)->content_length == 50000);
    CHECK(call_for(http, PATIENCE, &err) == DS_TOO_LARGE); /* the next one is a POST again */
    stop(http);
}

static bool connect_fails(const char *path, int number, const char *says)
{
    ds_error err;
    ds_http *http = client_of(at_path(path));
    ds_status got = call_for(http, PATIENCE, &err);
    bool right =
        got == DS_CONNECT && ds_http_os_errno(http) == number && strcmp(err.text, says) == 0;
    if (!right)
        printf("   %s, %d, %s\n", ds_status_word(got), ds_http_os_errno(http), err.text);
    ds_http_free(http);
    return right;
}

static void test_no_connection(void)
{
    char path[80];
    snprintf(path, sizeof path, "%s/file", directory);
    CHECK(connect_fails("/nonexistent/dstack.sock", ENOENT, "no such file or directory")); /* N01 */
    close(open(path, O_CREAT | O_WRONLY, 0600));
    CHECK(connect_fails(path, ECONNREFUSED, "connection refused")); /* N02 */
    unlink(path);
    server_listen(socket_path, 1);
    close(server.listener);
    CHECK(connect_fails(socket_path, ECONNREFUSED, "connection refused")); /* N03 */
    unlink(socket_path);

    server_listen(NULL, 1);
    close(server.listener);
    ds_error err;
    ds_http *http = client_tcp("http", "127.0.0.1");
    CHECK(call_for(http, PATIENCE, &err) == DS_CONNECT && strstr(err.text, "refused") != NULL);
    CHECK(ds_http_os_errno(http) == ECONNREFUSED);
    ds_http_free(http);
}

/* Connections that nobody accepts, until no more fit. Returns how many. */
static int fill_queue(int *fds, int most)
{
    struct sockaddr_storage to;
    socklen_t len = sizeof to;
    getsockname(server.listener, (struct sockaddr *)&to, &len);
    for (int i = 0; i < most; i++) {
        fds[i] = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (connect(fds[i], (struct sockaddr *)&to, len) != 0 && errno == EAGAIN) {
            close(fds[i]);
            return i;
        }
    }
    return most;
}

/* N09. */
static void test_full_queue(void)
{
    int fds[8];
    ds_error err;
    bool done = false;
    ds_http_options options = at_path(socket_path);
    options.connect_timeout = 0.2;
    ds_http *http = client_of(options);
    CHECK(call_for(http, PATIENCE, &err) == DS_CONNECT && ds_http_os_errno(http) == ENOENT);
    server_listen(socket_path, 0);
    int n = fill_queue(fds, 8);
    CHECK(n < 8);
    double begun = ds_http_now();
    CHECK(call_for(http, PATIENCE, &err) == DS_TIMEOUT && strstr(err.text, "connecting") != NULL);
    CHECK(strstr(err.text, "queue") != NULL && ds_http_os_errno(http) == EAGAIN);
    CHECK(ds_http_now() - begun > 0.19 && ds_http_now() - begun < SOON);

    /* Once somebody accepts, all is well. */
    ds_http_request request = post(PATIENCE);
    CHECK(ds_http_start(http, &request, &err) == DS_OK);
    for (int i = 0; i < 5; i++)
        CHECK(ds_http_step(http, 0.01, &done, &err) == DS_OK && !done);
    server_run(answer_ok);
    while (!done && ds_http_step(http, 1, &done, &err) == DS_OK) {
    }
    CHECK(done && ds_http_head(http)->status == 200 && ds_http_connects(http) == 1);
    for (int i = 0; i < n; i++)
        close(fds[i]);
    stop(http);
}

static void test_slow_connect(void)
{
    int fds[8];
    ds_error err;
    char url[64];
    server_listen(NULL, 0);
    fill_queue(fds, 8);
    int n = snprintf(url, sizeof url, "http://127.0.0.1:%d", server.port);
    ds_http *http = client_of(
        (ds_http_options){.base_url = ds_slice_of(url, (size_t)n), .connect_timeout = 0.2});
    double begun = ds_http_now();
    CHECK(call_for(http, PATIENCE, &err) == DS_TIMEOUT && strstr(err.text, "connecting") != NULL);
    CHECK(ds_http_now() - begun > 0.19 && ds_http_now() - begun < SOON);
    CHECK(call_for(http, 0.1, &err) == DS_TIMEOUT && ds_http_now() - begun < SOON);
    ds_http_free(http);
    for (int i = 0; i < 8; i++)
        close(fds[i]);
    close(server.listener);
}

static void test_proxy_variables(void)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"};
    static const char *const hosts[] = {"127.0.0.1", "localhost",  "LOCALHOST",
                                        "127.1",     "2130706433", "[::ffff:127.0.0.1]"};
    ds_error err;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        setenv(names[i], "http://127.0.0.1:1", 1);
    start(answer_ok);
    ds_http *http = client();
    CHECK(gives(http, "{}"));
    stop(http);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        server_listen(NULL, 16);
        server_run(answer_ok);
        http = client_tcp("http", hosts[i]);
        CHECK(gives(http, "{}"));
        stop(http);
    }
    /* Any other host goes to the proxy, which is not there. */
    http = client_of((ds_http_options){.base_url = DS_LITERAL("http://dstack.invalid")});
    CHECK(call_for(http, PATIENCE, &err) == DS_CONNECT && ds_http_os_errno(http) == ECONNREFUSED);
    ds_http_free(http);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
}

static bool hung_up;

static bool answer_hang(int fd, int connection, int request, const char *text)
{
    if (connection > 1)
        return answer_ok(fd, connection, request, text);
    hung_up = server_hangup(fd, PATIENCE_MS);
    return false;
}

static void test_cancel(void)
{
    ds_error err;
    bool done;
    start(answer_hang);
    ds_http *http = client();
    ds_http_request request = post(PATIENCE);
    ds_http_cancel(http);
    CHECK(ds_http_step(http, 0, &done, &err) == DS_INVALID);
    CHECK(ds_http_start(http, &request, &err) == DS_OK);
    CHECK(ds_http_start(http, &request, &err) == DS_INVALID);
    double begun = ds_http_now();
    ds_status got = DS_OK;
    while (got == DS_OK && server_requests() == 0)
        got = ds_http_step(http, 0, &done, &err);
    CHECK(got == DS_OK && !done);
    CHECK(ds_http_step(http, 0.1, &done, &err) == DS_OK && !done);
    CHECK(ds_http_now() - begun < SOON);
    ds_http_cancel(http);
    CHECK(ds_http_step(http, 0, &done, &err) == DS_INVALID);
    CHECK(gives(http, "{}") && server_accepted() == 2);
    stop(http);
    CHECK(hung_up);
}

/* H52: the agent refuses while the request is still on its way. */
static bool answer_early(int fd, int connection, int request, const char *text)
{
    (void)connection, (void)request, (void)text;
    server_text(fd, "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 29\r\n"
                    "Connection: close\r\n\r\n{\"error\":\"payload too large\"}");
    return false;
}

static void early_case(const char *path)
{
    static char big[4 << 20];
    ds_error err;
    server_listen(path, 16);
    server.unread = true;
    server_run(answer_early);
    ds_http *http = path != NULL ? client() : client_tcp("http", "127.0.0.1");
    for (int i = 0; i < 30; i++) {
        ds_http_request request = post(PATIENCE);
        request.body = ds_slice_of(big, sizeof big);
        ds_status got = ds_http_run(http, &request, &err);
        if (got != DS_OK)
            printf("   %s\n", err.text);
        CHECK(got == DS_OK && ds_http_head(http)->status == 413 && ds_http_body(http).len == 29);
    }
    stop(http);
}

static const struct {
    const char *left;
    size_t body_len;
    bool good;
} leftovers[] = {
    {"HTTP/1.1 103 E\r\n\r\n" OK2, 2, true},
    {"HTTP/1.1 413 P\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n\r\n", 1, true},
    {OK2 "surplus", 2, true},
    {"HTTP/1.1 413 P\r\n\r\n{}", 0, true}, /* no frame: perhaps not all of it */
    {"HTTP/1.1 413 P\r\nContent-Le", 0, false},
    {"HTTP/9.1 413 P\r\n\r\n", 0, false},
    {"HTTP/1.1 413 P\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1", 1, true},
    {"HTTP/1.1 413 P\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n-1", 0, false},
    {"HTTP/1.1 413 P\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n-1\r\n", 0, false},
    {"", 0, false},
};

static void test_rescue(void)
{
    for (size_t i = 0; i < sizeof leftovers / sizeof *leftovers; i++) {
        int fds[2];
        ds_head head;
        ds_chunks chunks;
        ds_buf body;
        ds_head_init(&head, MAX_BODY);
        ds_chunks_init(&chunks);
        ds_buf_init(&body, MAX_BODY);
        CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
        server_text(fds[1], leftovers[i].left);
        close(fds[1]);
        ds_rescue(&head, &chunks, &body, fds[0]);
        CHECK(head.complete == leftovers[i].good && body.len == leftovers[i].body_len);
        CHECK(leftovers[i].good || (head.status == 0 && head.bytes == 0));
        close(fds[0]);
        ds_head_free(&head);
        ds_chunks_free(&chunks);
        ds_buf_free(&body);
    }
}

static void test_early_answer(void)
{
    early_case(socket_path);
    early_case(NULL);
}

static bool answer_plain(int fd, int connection, int request, const char *text)
{
    (void)connection, (void)request, (void)text;
    server_text(fd, "HTTP/1.1 400 Bad Request\r\n\r\n");
    return false;
}

static void test_not_tls(void)
{
    ds_error err;
    char url[64];
    server_listen(NULL, 16);
    server.unread = true;
    server_run(answer_plain);
    ds_http *http = client_tcp("https", "127.0.0.1");
    CHECK(call_for(http, PATIENCE, &err) == DS_CONNECT);
    ds_http_free(http);
    int n = snprintf(url, sizeof url, "https://127.0.0.1:%d", server.port);
    http = client_of((ds_http_options){.base_url = ds_slice_of(url, (size_t)n),
                                       .ca_file = "/nonexistent/ca.pem"});
    CHECK(call_for(http, PATIENCE, &err) == DS_CONNECT && strstr(err.text, "ca.pem") != NULL);
    stop(http);
}

static void test_pipe_guard(void)
{
    int ends[2];
    sigset_t now;
    ds_pipe_guard guard;
    CHECK(pipe(ends) == 0);
    close(ends[0]);
    ds_pipe_hold(&guard, true);
    CHECK(write(ends[1], "x", 1) == -1 && errno == EPIPE);
    ds_pipe_release(&guard);
    CHECK(sigpending(&now) == 0 && !sigismember(&now, SIGPIPE));
    CHECK(pthread_sigmask(SIG_BLOCK, NULL, &now) == 0 && !sigismember(&now, SIGPIPE));
    close(ends[1]);
}

int main(void)
{
    begin();
    test_options();
    test_bad_requests();
    test_head_request();
    test_no_connection();
    test_full_queue();
    test_slow_connect();
    test_proxy_variables();
    test_cancel();
    test_rescue();
    test_early_answer();
    test_not_tls();
    test_pipe_guard();
    return finish();
}
