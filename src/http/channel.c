#include "http/channel.h"

#include "base/buf.h"
#include "http/clock.h"
#include "http/endpoint.h"
#include "http/failure.h"
#include "http/fork.h"
#include "http/pipe_guard.h"
#include "http/sockets.h"
#include "http/trust.h"
#include "http1/clock.h"

#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More than any certificate that OpenSSL takes from a peer. */
#define CREDENTIAL_MAXBYTES (256u * 1024)

struct ds_channel {
    ds_endpoint endpoint;
    ds_buf own, key; /* PEM: the certificate of this end and its key, until it is connected */
    const ds_curl_api *api;
    CURLM *multi;
    CURL *easy;
    ds_sockets sockets;
    unsigned generation; /* of the process that made it */
    double started;
    bool connected;
    ds_watcher watcher;   /* where there is nobody, this channel's own calls wait */
    bool awaiting;        /* the watcher has been asked for the socket */
    ds_slice certificate; /* libcurl's, as long as easy lives */
    char text[CURL_ERROR_SIZE];
};

static curl_socket_t on_open(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    ds_channel *c = user;
    (void)purpose;
    return ds_sockets_open(&c->sockets, address->family, address->socktype, address->protocol, c);
}

static int on_close(void *user, curl_socket_t fd)
{
    ds_channel *c = user;
    ds_sockets_forget(&c->sockets, fd);
    return close(fd);
}

#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (code == CURLE_OK)                                                                      \
            code = c->api->easy_setopt(c->easy, (option), (value));                                \
    } while (0)

/* libcurl would copy the key and not wipe the copy, so it is lent both. Without a pass phrase
 * OpenSSL would ask the terminal for that of an encrypted key. */
static CURLcode set_own_certificate(ds_channel *c)
{
    struct curl_blob own = {.data = c->own.data, .len = c->own.len, .flags = CURL_BLOB_NOCOPY};
    struct curl_blob key = {.data = c->key.data, .len = c->key.len, .flags = CURL_BLOB_NOCOPY};
    CURLcode code = CURLE_OK;
    if (c->own.len == 0)
        return code;
    SET(CURLOPT_SSLCERT_BLOB, &own);
    SET(CURLOPT_SSLKEY_BLOB, &key);
    SET(CURLOPT_KEYPASSWD, "");
    return code;
}

static CURLcode set_options(ds_channel *c, double deadline)
{
    static const ds_trust evidence = {.by_evidence = true};
    CURLcode code = ds_trust_apply(&evidence, c->api, c->easy);
    SET(CURLOPT_URL, c->endpoint.base);
    SET(CURLOPT_CONNECT_ONLY, 1L);
    SET(CURLOPT_CERTINFO, 1L);
    SET(CURLOPT_SSL_SESSIONID_CACHE, 0L);
    SET(CURLOPT_SSL_ENABLE_ALPN, 0L);
    SET(CURLOPT_NOPROXY, "*");
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_TCP_NODELAY, 1L);
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_CONNECTTIMEOUT_MS, ds_http_milliseconds(deadline - c->started));
    SET(CURLOPT_OPENSOCKETFUNCTION, on_open);
    SET(CURLOPT_OPENSOCKETDATA, c);
    SET(CURLOPT_CLOSESOCKETFUNCTION, on_close);
    SET(CURLOPT_CLOSESOCKETDATA, c);
    SET(CURLOPT_ERRORBUFFER, c->text);
    return code == CURLE_OK ? set_own_certificate(c) : code;
}

static ds_status fail_multi(const ds_channel *c, CURLMcode code, ds_error *err)
{
    if (code == CURLM_OUT_OF_MEMORY)
        return ds_fail_memory(err);
    return ds_fail(err, DS_INTERNAL, "libcurl: %s", c->api->multi_strerror(code));
}

static ds_status open_handles(ds_channel *c, double deadline, ds_error *err)
{
    c->api = ds_curl_load(err);
    if (c->api == NULL)
        return err->status;
    c->multi = c->api->multi_init();
    c->easy = c->api->easy_init();
    if (c->multi == NULL || c->easy == NULL)
        return ds_fail_memory(err);
    c->started = ds_http_now();
    if (!(deadline > c->started))
        return ds_fail(err, DS_TIMEOUT, "no time was left to connect");
    CURLcode code = set_options(c, deadline);
    if (code == CURLE_OUT_OF_MEMORY)
        return ds_fail_memory(err);
    if (code != CURLE_OK)
        return ds_fail(err, DS_UNSUPPORTED, "libcurl refuses an option: %s",
                       c->api->easy_strerror(code));
    CURLMcode added = c->api->multi_add_handle(c->multi, c->easy);
    return added == CURLM_OK ? DS_OK : fail_multi(c, added, err);
}

static ds_status copy_options(ds_channel *c, const ds_channel_options *o, ds_error *err)
{
    ds_buf_init(&c->own, CREDENTIAL_MAXBYTES);
    ds_buf_init(&c->key, CREDENTIAL_MAXBYTES);
    ds_status status = ds_endpoint_init(&c->endpoint, DS_LITERAL(""), o->url, err);
    if (status != DS_OK)
        return status;
    if (!c->endpoint.tls)
        return ds_fail(err, DS_INVALID, "the URL of a channel begins with https://");
    if ((o->certificate.len > 0) != (o->key.len > 0))
        return ds_fail(err, DS_INVALID, "a certificate and its key go together");
    if (o->certificate.len > CREDENTIAL_MAXBYTES || o->key.len > CREDENTIAL_MAXBYTES)
        return ds_fail(err, DS_TOO_LARGE, "certificate or key: more than %u bytes",
                       CREDENTIAL_MAXBYTES);
    ds_buf_slice(&c->own, o->certificate);
    ds_buf_slice(&c->key, o->key);
    return c->own.status == DS_OK && c->key.status == DS_OK ? DS_OK : ds_fail_memory(err);
}

ds_status ds_channel_new(ds_channel **out, const ds_channel_options *options, ds_error *err)
{
    *out = NULL;
    ds_channel *c = calloc(1, sizeof *c);
    if (c == NULL)
        return ds_fail_memory(err);
    c->generation = ds_fork_generation();
    ds_status status = copy_options(c, options, err);
    if (status == DS_OK)
        status = open_handles(c, options->deadline, err);
    if (status == DS_OK)
        *out = c;
    else
        ds_channel_free(c);
    return status;
}

static curl_socket_t socket_of(const ds_channel *c)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    c->api->easy_getinfo(c->easy, CURLINFO_ACTIVESOCKET, &fd);
    return fd;
}

static void stop_awaiting(ds_channel *c)
{
    if (!c->awaiting)
        return;
    c->awaiting = false;
    ds_watcher_want(&c->watcher, socket_of(c), 0);
    ds_watcher_due(&c->watcher, INFINITY);
}

static void close_handles(ds_channel *c)
{
    ds_pipe_guard guard;
    ds_pipe_hold(&guard, true);
    if (c->multi != NULL && c->easy != NULL)
        c->api->multi_remove_handle(c->multi, c->easy);
    if (c->easy != NULL)
        c->api->easy_cleanup(c->easy);
    if (c->multi != NULL)
        c->api->multi_cleanup(c->multi);
    ds_pipe_release(&guard);
}

/* In a fork libcurl's memory is left, as http/exchange.h says. */
void ds_channel_free(ds_channel *channel)
{
    if (channel == NULL)
        return;
    if (channel->generation == ds_fork_generation()) {
        stop_awaiting(channel);
        close_handles(channel);
    } else {
        ds_sockets_abandon(&channel->sockets);
    }
    ds_watcher_gone(&channel->watcher);
    ds_endpoint_free(&channel->endpoint);
    ds_buf_free(&channel->own);
    ds_buf_free(&channel->key);
    free(channel);
}

static ds_status explain(ds_channel *c, CURLcode code, ds_error *err)
{
    static const ds_head nothing;
    long number = 0;
    c->api->easy_getinfo(c->easy, CURLINFO_OS_ERRNO, &number);
    ds_failure f = {.code = code, .os_errno = (int)number, .head = &nothing};
    f.text = c->text[0] != '\0' ? c->text : c->api->easy_strerror(code);
    f.seconds = ds_http_now() - c->started;
    if (c->sockets.error != 0)
        f.os_errno = c->sockets.error;
    return ds_failure_explain(&f, err);
}

/* libcurl lists what each certificate says as lines "name:value", the peer's own certificate first.
 */
static ds_status take_certificate(ds_channel *c, ds_error *err)
{
    static const char name[] = "Cert:";
    struct curl_certinfo *chain = NULL;
    c->api->easy_getinfo(c->easy, CURLINFO_CERTINFO, &chain);
    const struct curl_slist *line =
        chain != NULL && chain->num_of_certs > 0 ? chain->certinfo[0] : NULL;
    while (line != NULL && strncmp(line->data, name, sizeof name - 1) != 0)
        line = line->next;
    if (line == NULL)
        return ds_fail(err, DS_CONNECT,
                       "certificate problem: the peer shows none, or this libcurl cannot tell it");
    const char *pem = line->data + sizeof name - 1;
    c->certificate = ds_slice_of(pem, strlen(pem));
    c->connected = true;
    return DS_OK;
}

/* Lets libcurl do what it can without waiting. In: as ds_watcher_perform. */
static ds_status progress(ds_channel *c, curl_socket_t fd, unsigned events, bool *done,
                          ds_error *err)
{
    ds_pipe_guard guard;
    int left;
    ds_pipe_hold(&guard, true);
    CURLMcode code = ds_watcher_perform(&c->watcher, c->api, c->multi, fd, events);
    ds_pipe_release(&guard);
    if (code != CURLM_OK)
        return fail_multi(c, code, err);
    CURLMsg *message = c->api->multi_info_read(c->multi, &left);
    if (message == NULL || message->msg != CURLMSG_DONE)
        return DS_OK;
    ds_buf_clear(&c->key);
    ds_watcher_due(&c->watcher, INFINITY);
    if (message->data.result != CURLE_OK)
        return explain(c, message->data.result, err);
    ds_status status = take_certificate(c, err);
    *done = status == DS_OK;
    return status;
}

static ds_status check_process(const ds_channel *c, ds_error *err)
{
    if (c->generation == ds_fork_generation())
        return DS_OK;
    return ds_fail(err, DS_CLOSED, "the connection belongs to the process that made it");
}

ds_status ds_channel_ready(ds_channel *channel, int fd, unsigned events, bool *done, ds_error *err)
{
    *done = channel->connected;
    ds_status status = check_process(channel, err);
    if (status != DS_OK)
        return status;
    if (!channel->connected)
        return progress(channel, fd, events, done, err);
    stop_awaiting(channel);
    return DS_OK;
}

ds_status ds_channel_step(ds_channel *channel, double wait, bool *done, ds_error *err)
{
    ds_status status = ds_channel_ready(channel, CURL_SOCKET_TIMEOUT, 0, done, err);
    if (status != DS_OK || *done || ds_watcher_is_there(&channel->watcher) || !(wait > 0))
        return status;
    channel->api->multi_poll(channel->multi, NULL, 0, (int)ds_http_milliseconds(wait), NULL);
    return progress(channel, CURL_SOCKET_TIMEOUT, 0, done, err);
}

void ds_channel_watch(ds_channel *channel, const ds_watcher *watcher)
{
    stop_awaiting(channel);
    channel->watcher = watcher != NULL ? *watcher : (ds_watcher){.user = NULL};
    if (!channel->connected)
        ds_watcher_attend(&channel->watcher, channel->api, channel->multi);
}

void ds_channel_cancel(ds_channel *channel)
{
    stop_awaiting(channel);
    ds_watcher_due(&channel->watcher, INFINITY);
}

ds_slice ds_channel_certificate(const ds_channel *channel)
{
    return channel->certificate;
}

/* Returns whether the socket is ready by then; not where a signal comes before that. */
static bool wait_for(const ds_channel *c, short events, double until)
{
    double left = until - ds_http_now();
    struct pollfd one = {.fd = socket_of(c), .events = events};
    return left > 0 && one.fd != CURL_SOCKET_BAD &&
           poll(&one, 1, (int)ds_http_milliseconds(left)) > 0;
}

static ds_status check_open(const ds_channel *c, ds_error *err)
{
    ds_status status = check_process(c, err);
    if (status == DS_OK && !c->connected)
        status = ds_fail(err, DS_INVALID, "there is no connection yet");
    return status;
}

ds_status ds_channel_await(ds_channel *channel, unsigned events, double until, ds_error *err)
{
    ds_status status = check_open(channel, err);
    if (status != DS_OK)
        return status;
    if (!ds_watcher_is_there(&channel->watcher))
        return ds_fail(err, DS_INVALID, "nobody watches this connection");
    curl_socket_t fd = socket_of(channel);
    if (fd == CURL_SOCKET_BAD)
        return ds_fail(err, DS_CLOSED, "the connection was closed");
    channel->awaiting = true;
    ds_watcher_want(&channel->watcher, fd, events);
    ds_watcher_due(&channel->watcher, until);
    return DS_OK;
}

/* Says what the end of a connection was. */
static ds_status closed(ds_channel *c, CURLcode code, ds_error *err)
{
    char room[128];
    if (code == CURLE_OUT_OF_MEMORY)
        return ds_fail_memory(err);
    const char *words = c->text[0] != '\0' ? c->text : c->api->easy_strerror(code);
    return ds_fail(err, DS_CLOSED, "the connection was closed: %s",
                   ds_excerpt(room, sizeof room, words, strlen(words)));
}

static CURLcode send_once(ds_channel *c, ds_slice bytes, size_t *sent)
{
    ds_pipe_guard guard;
    ds_pipe_hold(&guard, true);
    c->text[0] = '\0';
    CURLcode code = c->api->easy_send(c->easy, bytes.data, bytes.len, sent);
    ds_pipe_release(&guard);
    return code;
}

ds_status ds_channel_send(ds_channel *channel, ds_slice bytes, double wait, size_t *sent,
                          ds_error *err)
{
    const double until = ds_http_now() + wait;
    *sent = 0;
    ds_status status = check_open(channel, err);
    if (status != DS_OK || bytes.len == 0)
        return status;
    CURLcode code = send_once(channel, bytes, sent);
    while (code == CURLE_AGAIN && wait_for(channel, POLLOUT, until))
        code = send_once(channel, bytes, sent);
    if (code != CURLE_OK)
        *sent = 0;
    return code == CURLE_OK || code == CURLE_AGAIN ? DS_OK : closed(channel, code, err);
}

static CURLcode receive_once(ds_channel *c, void *buffer, size_t room, size_t *received)
{
    ds_pipe_guard guard;
    ds_pipe_hold(&guard, true);
    c->text[0] = '\0';
    CURLcode code = c->api->easy_recv(c->easy, buffer, room, received);
    ds_pipe_release(&guard);
    return code;
}

ds_status ds_channel_receive(ds_channel *channel, void *buffer, size_t room, double wait,
                             size_t *received, ds_error *err)
{
    const double until = ds_http_now() + wait;
    *received = 0;
    ds_status status = check_open(channel, err);
    if (status != DS_OK)
        return status;
    CURLcode code = receive_once(channel, buffer, room, received);
    /* What comes may be TLS's own, such as a ticket for a session, or a part of a record. */
    while (code == CURLE_AGAIN && wait_for(channel, POLLIN, until))
        code = receive_once(channel, buffer, room, received);
    if (code != CURLE_OK)
        *received = 0;
    else if (*received == 0)
        return ds_fail(err, DS_CLOSED,
                       "the connection was closed, by the peer or by somebody on the way");
    return code == CURLE_OK || code == CURLE_AGAIN ? DS_OK : closed(channel, code, err);
}
