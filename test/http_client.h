/* What the tests of HTTP exchanges share on the client's side; see http_server.h for the other. */
#ifndef DS_TEST_HTTP_CLIENT_H
#define DS_TEST_HTTP_CLIENT_H

#include "http/exchange.h"
#include "http_server.h"
#include "test.h"

#define OK2      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define MAX_BODY 20000

static char directory[] = "/tmp/ds-http-XXXXXX";
static char socket_path[64];

static ds_http_options at_path(const char *path)
{
    return (ds_http_options){.unix_path = ds_slice_of(path, strlen(path)), .max_body = MAX_BODY};
}

static inline ds_http *client_of(ds_http_options options)
{
    ds_error err;
    ds_http *http;
    if (ds_http_new(&http, &options, &err) != DS_OK) {
        printf("%s\n", err.text);
        abort();
    }
    return http;
}

static inline ds_http *client(void)
{
    return client_of(at_path(socket_path));
}

static inline ds_http *client_tcp(const char *scheme, const char *host)
{
    char url[100];
    int n = snprintf(url, sizeof url, "%s://%s:%d", scheme, host, server.port);
    return client_of(
        (ds_http_options){.base_url = ds_slice_of(url, (size_t)n), .max_body = MAX_BODY});
}

static ds_http_request post(double seconds)
{
    return (ds_http_request){.method = "POST",
                             .path = DS_LITERAL("/GetKey"),
                             .body = DS_LITERAL("{\"a\":1}"),
                             .deadline = ds_http_now() + seconds};
}

static ds_status call_for(ds_http *http, double seconds, ds_error *err)
{
    ds_http_request request = post(seconds);
    err->text[0] = '\0';
    return ds_http_run(http, &request, err);
}

/* Returns true when one more call gives a 200 with that body. */
static inline bool gives(ds_http *http, const char *body)
{
    ds_error err;
    ds_status got = call_for(http, PATIENCE, &err);
    if (got != DS_OK)
        printf("   %s: %s\n", ds_status_word(got), err.text);
    return got == DS_OK && ds_http_head(http)->status == 200 &&
           ds_slice_equal(ds_http_body(http), ds_slice_of(body, strlen(body)));
}

static inline void start(server_answer *answer)
{
    server_listen(socket_path, 16);
    server_run(answer);
}

static inline void stop(ds_http *http)
{
    ds_http_free(http);
    server_stop();
}

static inline bool answer_ok(int fd, int connection, int request, const char *text)
{
    (void)connection, (void)request, (void)text;
    server_text(fd, OK2);
    return true;
}

/* The first and the last statement of main: where the sockets live. */
static void begin(void)
{
    if (mkdtemp(directory) == NULL)
        abort();
    snprintf(socket_path, sizeof socket_path, "%s/sock", directory);
}

static int finish(void)
{
    rmdir(directory);
    return test_done();
}

#endif
