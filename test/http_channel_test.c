/* Channels, against OpenSSL's own test server and against sockets that say no TLS. Needs the
 * openssl program for the former; without it those are not tested. */
#include "http/channel.h"
#include "http/poller.h"
#include "test.h"
#include "tls_server.h"

#include <arpa/inet.h>
#include <math.h>
#include <sys/socket.h>
#include <unistd.h>

static char directory[] = "/tmp/ds-channel-XXXXXX";

/* In: own and key, what this end shows, or empty. */
static ds_status connect_as(ds_channel **out, int port, double seconds, ds_slice own, ds_slice key,
                            ds_error *err)
{
    char url[64];
    bool done = false;
    int n = snprintf(url, sizeof url, "https://127.0.0.1:%d", port);
    ds_channel_options options = {
        .url = ds_slice_of(url, (size_t)n), .certificate = own, .key = key};
    options.deadline = ds_http_now() + seconds;
    ds_status status = ds_channel_new(out, &options, err);
    while (status == DS_OK && !done)
        status = ds_channel_step(*out, 0.1, &done, err);
    return status;
}

static ds_status connect_to(ds_channel **out, int port, double seconds, ds_error *err)
{
    return connect_as(out, port, seconds, DS_LITERAL(""), DS_LITERAL(""), err);
}

static ds_status send_all(ds_channel *channel, ds_slice bytes, ds_error *err)
{
    ds_status status = DS_OK;
    size_t sent;
    while (status == DS_OK && bytes.len > 0) {
        status = ds_channel_send(channel, bytes, PATIENCE, &sent, err);
        bytes = ds_slice_of((const char *)bytes.data + sent, bytes.len - sent);
    }
    return status;
}

/* The server sends tickets for sessions, which are TLS's own: they end no wait for bytes. Not on
 * every connection do they come while somebody waits. */
static void test_silence(int port)
{
    ds_channel *channel;
    ds_error err;
    char byte;
    size_t received;
    for (int i = 0; i < 10; i++) {
        CHECK(connect_to(&channel, port, PATIENCE, &err) == DS_OK);
        double began = ds_http_now();
        CHECK(ds_channel_receive(channel, &byte, 1, 0.05, &received, &err) == DS_OK);
        CHECK(received == 0 && ds_http_now() - began >= 0.05);
        ds_channel_free(channel);
    }
}

static void test_echo(int port)
{
    ds_channel *channel;
    ds_error err;
    char text[64] = "";
    size_t received;
    CHECK(connect_to(&channel, port, PATIENCE, &err) == DS_OK);
    CHECK(ds_slice_starts(ds_channel_certificate(channel), DS_LITERAL("-----BEGIN CERTIFICATE")));
    CHECK(send_all(channel, DS_LITERAL("olleh\n"), &err) == DS_OK);
    CHECK(ds_channel_receive(channel, text, 3, PATIENCE, &received, &err) == DS_OK);
    CHECK(received == 3 && memcmp(text, "hel", 3) == 0);
    CHECK(ds_channel_receive(channel, text, sizeof text, PATIENCE, &received, &err) == DS_OK);
    CHECK(received == 3 && memcmp(text, "lo\n", 3) == 0);
    ds_channel_free(channel);
}

/* The server reads the word CLOSE as its order to end. An end is not a reply's. */
static void test_end(int port)
{
    ds_channel *channel;
    ds_error err;
    char text[64];
    size_t received = 1;
    CHECK(connect_to(&channel, port, PATIENCE, &err) == DS_OK);
    CHECK(send_all(channel, DS_LITERAL("CLOSE\n"), &err) == DS_OK);
    CHECK(ds_channel_receive(channel, text, sizeof text, PATIENCE, &received, &err) == DS_CLOSED);
    CHECK(received == 0 && strstr(err.text, "by somebody on the way") != NULL);
    ds_channel_free(channel);
}

/* A child may free what its parent has, which goes on as before. */
static void test_fork(int port)
{
    ds_channel *channel;
    ds_error err;
    char text[64];
    size_t received;
    int told[2];
    bool closed = false;
    CHECK(connect_to(&channel, port, PATIENCE, &err) == DS_OK);
    CHECK(pipe(told) == 0);
    pid_t child = fork();
    if (child == 0) {
        closed = ds_channel_send(channel, DS_LITERAL("x"), 1, &received, &err) == DS_CLOSED;
        ds_channel_free(channel);
        _exit(write(told[1], &closed, sizeof closed) == sizeof closed ? 0 : 1);
    }
    /* Not by its status, which valgrind sets for what a child leaves to the parent on purpose. */
    waitpid(child, NULL, 0);
    CHECK(read(told[0], &closed, sizeof closed) == sizeof closed && closed);
    close(told[0]);
    close(told[1]);
    CHECK(send_all(channel, DS_LITERAL("ba\n"), &err) == DS_OK);
    CHECK(ds_channel_receive(channel, text, sizeof text, PATIENCE, &received, &err) == DS_OK);
    CHECK(received == 3 && memcmp(text, "ab\n", 3) == 0);
    ds_channel_free(channel);
}

/* Returns a port of 127.0.0.1 on which nobody answers. */
static int silent_port(int *fd)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(*fd, (struct sockaddr *)&address, size) != 0 || listen(*fd, 1) != 0 ||
        getsockname(*fd, (struct sockaddr *)&address, &size) != 0)
        abort();
    return ntohs(address.sin_port);
}

/* Waits until a poller has news. Returns whether they are of that slot, and what is expected. */
static bool has_news(ds_poller *poller, size_t want, ds_status status, const char *says)
{
    ds_error err = {DS_OK, ""};
    ds_status outcome = DS_OK;
    double until = ds_http_now() + PATIENCE;
    size_t slot = DS_POLLER_NONE;
    while (slot == DS_POLLER_NONE && ds_http_now() < until)
        slot = ds_poller_wait(poller, until - ds_http_now(), &outcome, &err);
    bool right = slot == want && outcome == status && strstr(err.text, says) != NULL;
    if (!right)
        printf("   slot %zu, %s: %s\n", slot, ds_status_word(outcome), err.text);
    return right;
}

static bool is_quiet(ds_poller *poller)
{
    ds_error err;
    ds_status outcome;
    return ds_poller_wait(poller, 0.05, &outcome, &err) == DS_POLLER_NONE && outcome == DS_OK;
}

/* A channel that has begun to connect, and its slot. */
static ds_channel *begin_watched(ds_poller *poller, size_t *slot, int port, double seconds)
{
    char url[64];
    ds_channel *channel;
    ds_error err;
    bool done = true;
    int n = snprintf(url, sizeof url, "https://127.0.0.1:%d", port);
    ds_channel_options options = {.url = ds_slice_of(url, (size_t)n)};
    options.deadline = ds_http_now() + seconds;
    if (ds_channel_new(&channel, &options, &err) != DS_OK ||
        ds_poller_add_channel(poller, slot, channel, &err) != DS_OK)
        abort();
    CHECK(ds_channel_await(channel, DS_HTTP_READ, 0, &err) == DS_INVALID);
    CHECK(ds_channel_step(channel, PATIENCE, &done, &err) == DS_OK && !done);
    return channel;
}

/* Until it has received that many bytes; tickets wake it without any. */
static bool receive_watched(ds_poller *poller, size_t slot, ds_channel *channel, size_t wanted)
{
    ds_error err;
    char text[64];
    size_t received = 0;
    while (ds_channel_receive(channel, text, sizeof text, 0, &received, &err) == DS_OK &&
           received == 0)
        if (ds_channel_await(channel, DS_HTTP_READ, INFINITY, &err) != DS_OK ||
            !has_news(poller, slot, DS_OK, ""))
            return false;
    return received == wanted;
}

static void test_watched(int port)
{
    size_t slot;
    ds_error err;
    ds_poller *poller;
    CHECK(ds_poller_new(&poller, &err) == DS_OK);
    ds_channel *channel = begin_watched(poller, &slot, port, PATIENCE);
    CHECK(has_news(poller, slot, DS_OK, ""));
    CHECK(ds_channel_certificate(channel).len > 0 && is_quiet(poller));
    for (int i = 0; i < 2; i++) {
        CHECK(send_all(channel, DS_LITERAL("olleh\n"), &err) == DS_OK);
        CHECK(receive_watched(poller, slot, channel, 6) && is_quiet(poller));
    }
    double began = ds_http_now();
    CHECK(ds_channel_await(channel, DS_HTTP_READ, began + 0.05, &err) == DS_OK);
    CHECK(has_news(poller, slot, DS_OK, "") && ds_http_now() - began >= 0.05);
    CHECK(ds_channel_await(channel, DS_HTTP_WRITE, INFINITY, &err) == DS_OK);
    CHECK(has_news(poller, slot, DS_OK, ""));
    CHECK(ds_channel_await(channel, DS_HTTP_WRITE, 0, &err) == DS_OK);
    ds_channel_cancel(channel);
    CHECK(is_quiet(poller));
    CHECK(ds_channel_await(channel, DS_HTTP_WRITE, INFINITY, &err) == DS_OK);
    ds_channel_free(channel);
    CHECK(is_quiet(poller));
    ds_poller_free(poller);
}

/* Connecting that fails, by the peer and by the clock, and that is left in the middle. */
static void test_watched_failures(void)
{
    size_t slot;
    ds_error err;
    ds_poller *poller;
    int fd, port = silent_port(&fd);
    CHECK(ds_poller_new(&poller, &err) == DS_OK);
    ds_channel *channel = begin_watched(poller, &slot, port, 0.3);
    CHECK(has_news(poller, slot, DS_TIMEOUT, "while connecting"));
    ds_channel_free(channel);
    channel = begin_watched(poller, &slot, port, PATIENCE);
    CHECK(is_quiet(poller));
    ds_channel_free(channel);
    channel = begin_watched(poller, &slot, port, PATIENCE);
    CHECK(is_quiet(poller));
    close(fd);
    CHECK(has_news(poller, slot, DS_CONNECT, ""));
    ds_channel_free(channel);
    CHECK(is_quiet(poller));
    ds_poller_free(poller);
}

/* Without its poller it waits by itself. */
static void test_unwatched(int port)
{
    size_t slot, received;
    char text[64];
    ds_error err;
    ds_poller *poller;
    CHECK(ds_poller_new(&poller, &err) == DS_OK);
    ds_channel *channel = begin_watched(poller, &slot, port, PATIENCE);
    CHECK(has_news(poller, slot, DS_OK, ""));
    CHECK(ds_channel_await(channel, DS_HTTP_READ, INFINITY, &err) == DS_OK);
    ds_poller_free(poller);
    CHECK(ds_channel_await(channel, DS_HTTP_READ, 0, &err) == DS_INVALID);
    CHECK(send_all(channel, DS_LITERAL("ba\n"), &err) == DS_OK);
    CHECK(ds_channel_receive(channel, text, sizeof text, PATIENCE, &received, &err) == DS_OK);
    CHECK(received == 3 && memcmp(text, "ab\n", 3) == 0);
    ds_channel_free(channel);
}

/* A child's poller has nothing of the parent's, whose wait goes on. */
static void test_watched_fork(int port)
{
    size_t slot;
    ds_error err;
    ds_poller *poller;
    int told[2];
    bool closed = false;
    CHECK(ds_poller_new(&poller, &err) == DS_OK && pipe(told) == 0);
    ds_channel *channel = begin_watched(poller, &slot, port, PATIENCE);
    CHECK(has_news(poller, slot, DS_OK, ""));
    CHECK(ds_channel_await(channel, DS_HTTP_READ, ds_http_now() + PATIENCE, &err) == DS_OK);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        closed = has_news(poller, slot, DS_CLOSED, "the process that made it");
        ds_channel_free(channel);
        closed = is_quiet(poller) && closed;
        ds_poller_free(poller);
        _exit(write(told[1], &closed, sizeof closed) == sizeof closed ? 0 : 1);
    }
    waitpid(child, NULL, 0);
    CHECK(read(told[0], &closed, sizeof closed) == sizeof closed && closed);
    close(told[0]);
    close(told[1]);
    CHECK(send_all(channel, DS_LITERAL("ba\n"), &err) == DS_OK);
    CHECK(receive_watched(poller, slot, channel, 3));
    ds_channel_free(channel);
    ds_poller_free(poller);
}

/* An end that the peer did not announce, for reading and for writing. */
static void test_cut(void)
{
    ds_channel *channel;
    ds_error err;
    char text[64];
    size_t received;
    pid_t child;
    int port = tls_serve("server", "-rev", &child);
    CHECK(connect_to(&channel, port, PATIENCE, &err) == DS_OK);
    tls_end(child, SIGKILL);
    CHECK(ds_channel_receive(channel, text, sizeof text, PATIENCE, &received, &err) == DS_CLOSED);
    CHECK(strstr(err.text, "the connection was closed") == err.text);
    ds_status status = DS_OK;
    for (int i = 0; status == DS_OK && i < 100; i++)
        status = send_all(channel, DS_LITERAL("x"), &err);
    CHECK(status == DS_CLOSED);
    ds_channel_free(channel);
}

static ds_slice read_file(const char *name, char *room, size_t size)
{
    FILE *file = fopen(name, "r");
    size_t len = file == NULL ? 0 : fread(room, 1, size, file);
    if (file != NULL)
        fclose(file);
    return ds_slice_of(room, len);
}

/* Whether a server that wants a certificate answers. TLS 1.3 refuses only after the handshake. */
static bool is_let_in(int port, ds_slice own, ds_slice key)
{
    ds_channel *channel;
    ds_error err;
    char text[64];
    size_t received = 0;
    bool good = connect_as(&channel, port, PATIENCE, own, key, &err) == DS_OK &&
                send_all(channel, DS_LITERAL("ba\n"), &err) == DS_OK &&
                ds_channel_receive(channel, text, sizeof text, PATIENCE, &received, &err) == DS_OK;
    CHECK(good || err.status == DS_CLOSED);
    ds_channel_free(channel);
    return good && received == 3 && memcmp(text, "ab\n", 3) == 0;
}

static void test_own_certificate(void)
{
    char cert_room[4096], key_room[4096];
    ds_channel *channel;
    ds_error err;
    pid_t child;
    const ds_slice own = read_file("server.pem", cert_room, sizeof cert_room);
    const ds_slice key = read_file("server.key", key_room, sizeof key_room);
    const ds_slice none = DS_LITERAL(""), wrong = DS_LITERAL("-----BEGIN PRIVATE KEY-----\n");
    int port =
        tls_serve("server", "-rev -Verify 1 -CAfile server.pem -verify_return_error", &child);
    CHECK(is_let_in(port, own, key) && is_let_in(port, own, key) && !is_let_in(port, none, none));
    CHECK(connect_as(&channel, port, PATIENCE, own, wrong, &err) == DS_INVALID);
    CHECK(strstr(err.text, "the certificate of this end, or its key: ") == err.text);
    ds_channel_free(channel);
    tls_end(child, SIGTERM);
}

/* Nobody without a certificate, be it that a configuration of OpenSSL allows it. */
static void test_anonymous(void)
{
    ds_channel *channel;
    ds_error err;
    pid_t child;
    int port = tls_serve("server", "-rev -nocert -tls1_2 -cipher aNULL:@SECLEVEL=0", &child);
    CHECK(connect_to(&channel, port, PATIENCE, &err) == DS_CONNECT);
    ds_channel_free(channel);
    tls_end(child, SIGTERM);
    port = tls_serve("server", "-rev -tls1_2", &child);
    CHECK(connect_to(&channel, port, PATIENCE, &err) == DS_CONNECT);
    CHECK(strstr(err.text, "TLS 1.3, as for RA-TLS") != NULL);
    ds_channel_free(channel);
    tls_end(child, SIGTERM);
}

static ds_status begin_at(ds_channel **out, const char *url, const char *own, const char *key)
{
    ds_error err;
    const ds_channel_options options = {.url = ds_slice_of(url, strlen(url)),
                                        .deadline = INFINITY,
                                        .certificate = ds_slice_of(own, strlen(own)),
                                        .key = ds_slice_of(key, strlen(key))};
    return ds_channel_new(out, &options, &err);
}

static void test_without_server(void)
{
    ds_channel *channel;
    ds_error err;
    size_t sent;
    bool done;
    int fd, port = silent_port(&fd);
    double before = ds_http_now();
    CHECK(connect_to(&channel, port, 0.3, &err) == DS_TIMEOUT);
    CHECK(ds_http_now() - before < SOON && strstr(err.text, "while connecting") != NULL);
    CHECK(ds_channel_send(channel, DS_LITERAL("x"), 1, &sent, &err) == DS_INVALID && sent == 0);
    CHECK(ds_channel_certificate(channel).len == 0);
    ds_channel_free(channel);
    close(fd);
    CHECK(connect_to(&channel, port, PATIENCE, &err) == DS_CONNECT);
    CHECK(strcmp(err.text, "connection refused") == 0);
    ds_channel_free(channel);
    CHECK(connect_to(&channel, 1, 0, &err) == DS_TIMEOUT && channel == NULL);
    CHECK(begin_at(&channel, "http://127.0.0.1:1", "", "") == DS_INVALID && channel == NULL);
    CHECK(begin_at(&channel, "https://a b", "", "") == DS_INVALID);
    CHECK(begin_at(&channel, "https://127.0.0.1:1", "certificate", "") == DS_INVALID);
    CHECK(begin_at(&channel, "https://127.0.0.1:1", "", "key") == DS_INVALID);
    CHECK(begin_at(&channel, "https://127.0.0.1:1", "", "") == DS_OK);
    CHECK(ds_channel_step(channel, 0, &done, &err) == DS_OK || err.status == DS_CONNECT);
    ds_channel_free(channel);
    ds_channel_free(NULL);
}

static void test_servers(void)
{
    pid_t child;
    int port = tls_serve("server", "-rev", &child);
    CHECK(port != 0);
    test_silence(port);
    test_echo(port);
    test_end(port);
    test_fork(port);
    test_watched(port);
    test_unwatched(port);
    test_watched_fork(port);
    tls_end(child, SIGTERM);
    test_cut();
    test_own_certificate();
    test_anonymous();
}

int main(void)
{
    if (mkdtemp(directory) == NULL || chdir(directory) != 0)
        abort();
    tls_lax_configuration();
    test_without_server();
    test_watched_failures();
    if (tls_certificate("server", "IP:127.0.0.1"))
        test_servers();
    else
        test_count(false, __FILE__, __LINE__, "the openssl program makes certificates");
    unlink("server.key"), unlink("server.pem"), unlink("openssl.cnf");
    rmdir(directory);
    return test_done();
}
