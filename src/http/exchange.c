#include "http/exchange.h"

#include "http/fork.h"
#include "http/pipe_guard.h"
#include "http/transfer.h"
#include "http1/field.h"

#include <errno.h>
#include <math.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

/* Pauses between attempts to get into a listener's full queue, in seconds. */
#define FIRST_PAUSE   0.001
#define LONGEST_PAUSE 0.050

#define RUN_WAIT 60.0 /* how long one wait lasts, of ds_http_run */

struct ds_http {
    ds_endpoint endpoint;
    ds_trust trust;
    char *user_agent;
    double connect_timeout;

    const ds_curl_api *api;
    CURLM *multi;        /* NULL until the first request */
    unsigned generation; /* of the process that made it */
    ds_sockets sockets;
    ds_transfer transfer;
    ds_watcher watcher; /* where there is nobody, ds_http_step waits */

    bool running;
    bool attached; /* the transfer is libcurl's; else it waits for resume_at */
    bool kept;     /* there was a connection that it could use */
    bool worn;     /* the easy handle is to be replaced, see wear */
    double started, deadline, connect_until, resume_at, pause;
};

static bool is_forked(const ds_http *http)
{
    return http->generation != ds_fork_generation();
}

static double earlier(double a, double b)
{
    return a < b ? a : b;
}

static ds_status check_options(const ds_http_options *o, ds_error *err)
{
    if (!(o->connect_timeout >= 0))
        return ds_fail(err, DS_INVALID, "the connect timeout is not a number of seconds");
    if (o->user_agent != NULL && !ds_field_text(o->user_agent, strlen(o->user_agent)))
        return ds_fail(err, DS_INVALID, "the user agent has a control character");
    return DS_OK;
}

ds_status ds_http_new(ds_http **out, const ds_http_options *options, ds_error *err)
{
    *out = NULL;
    ds_status ret = check_options(options, err);
    if (ret != DS_OK)
        return ret;
    ds_http *http = calloc(1, sizeof *http);
    if (http == NULL)
        return ds_fail_memory(err);
    http->connect_timeout = options->connect_timeout;
    http->generation = ds_fork_generation();
    ret = ds_endpoint_init(&http->endpoint, options->unix_path, options->base_url, err);
    if (ret == DS_OK)
        ret = ds_trust_init(&http->trust, options->ca_file, options->pins, http->endpoint.tls, err);
    if (ret == DS_OK && options->user_agent != NULL &&
        (http->user_agent = strdup(options->user_agent)) == NULL)
        ret = ds_fail_memory(err);
    ds_transfer_init(&http->transfer, &http->endpoint, &http->sockets, options->max_body);
    if (ret == DS_OK)
        *out = http;
    else
        ds_http_free(http);
    return ret;
}

static bool is_watched(const ds_http *http)
{
    return ds_watcher_is_there(&http->watcher);
}

/* Takes the transfer away from libcurl; one that is not finished loses its connection. */
static void detach(ds_http *http)
{
    ds_pipe_guard guard;
    if (!http->attached)
        return;
    ds_pipe_hold(&guard, http->endpoint.tls);
    http->api->multi_remove_handle(http->multi, http->transfer.easy);
    ds_pipe_release(&guard);
    http->attached = false;
}

static void end_exchange(ds_http *http)
{
    ds_sockets_disown(&http->sockets, &http->transfer);
    detach(http);
    ds_watcher_due(&http->watcher, INFINITY);
    http->running = false;
    ds_wire_clear(&http->transfer.wire);
}

/* libcurl has no "forget everything": cleaning up would write TLS goodbyes on connections that are
 * the parent's, and join resolver threads that do not exist here. So its memory is left. */
static void leave_to_parent(ds_http *http)
{
    ds_sockets_abandon(&http->sockets);
    http->multi = NULL;
    http->transfer.easy = NULL;
    http->attached = false;
    http->generation = ds_fork_generation();
}

static void close_easy(ds_http *http)
{
    if (http->transfer.easy != NULL)
        http->api->easy_cleanup(http->transfer.easy);
    http->transfer.easy = NULL;
}

static void close_handles(ds_http *http)
{
    ds_pipe_guard guard;
    if (http->multi == NULL)
        return;
    ds_pipe_hold(&guard, http->endpoint.tls);
    close_easy(http);
    http->api->multi_cleanup(http->multi);
    http->multi = NULL;
    ds_pipe_release(&guard);
}

void ds_http_free(ds_http *http)
{
    if (http == NULL)
        return;
    if (is_forked(http))
        leave_to_parent(http);
    end_exchange(http);
    close_handles(http);
    ds_watcher_gone(&http->watcher);
    ds_transfer_free(&http->transfer);
    ds_endpoint_free(&http->endpoint);
    ds_trust_free(&http->trust);
    free(http->user_agent);
    free(http);
}

void ds_http_cancel(ds_http *http)
{
    if (!http->running)
        return;
    if (is_forked(http))
        leave_to_parent(http);
    end_exchange(http);
    ds_transfer_clear(&http->transfer);
}

void ds_http_watch(ds_http *http, const ds_watcher *watcher)
{
    ds_http_cancel(http);
    if (is_forked(http))
        leave_to_parent(http);
    close_handles(http);
    http->watcher = watcher != NULL ? *watcher : (ds_watcher){.user = NULL};
}

/* An easy handle remembers too much (libcurl 7.88): the errno of a failure, which it shows again
 * for one that has none, and how often it has repeated a request in its whole life, to stop at
 * five. */
static void wear(ds_http *http)
{
    bool repeated = http->kept && http->transfer.connects > 0;
    http->worn = repeated || http->transfer.found.status != DS_OK || http->transfer.os_errno != 0;
}

static ds_status open_multi(ds_http *http, ds_error *err)
{
    http->multi = http->api->multi_init();
    if (http->multi == NULL)
        return ds_fail_memory(err);
    http->api->multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, 1L);
    if (is_watched(http))
        ds_watcher_attend(&http->watcher, http->api, http->multi);
    return DS_OK;
}

/* One kept connection: so a request that libcurl repeats meets no second one that has died. */
static ds_status open_handles(ds_http *http, ds_error *err)
{
    if (is_forked(http))
        leave_to_parent(http);
    if (http->worn)
        close_easy(http);
    http->worn = false;
    if (http->transfer.easy != NULL)
        return DS_OK;
    http->api = ds_curl_load(err);
    if (http->api == NULL)
        return err->status;
    if (http->multi == NULL && open_multi(http, err) != DS_OK)
        return err->status;
    return ds_transfer_open(&http->transfer, http->api, &http->trust, http->user_agent, err);
}

static ds_status fail_multi(const ds_http *http, CURLMcode code, ds_error *err)
{
    if (code == CURLM_OUT_OF_MEMORY)
        return ds_fail_memory(err);
    return ds_fail(err, DS_INTERNAL, "libcurl: %s", http->api->multi_strerror(code));
}

static ds_status attach(ds_http *http, ds_error *err)
{
    double now = ds_http_now();
    ds_status ret =
        ds_transfer_time(&http->transfer, ds_http_milliseconds(http->connect_until - now),
                         ds_http_milliseconds(http->deadline - now), err);
    if (ret != DS_OK)
        return ret;
    http->sockets.error = 0;
    CURLMcode code = http->api->multi_add_handle(http->multi, http->transfer.easy);
    if (code != CURLM_OK)
        return fail_multi(http, code, err);
    http->attached = true;
    return DS_OK;
}

static void set_clock(ds_http *http, double deadline)
{
    http->started = ds_http_now();
    http->deadline = deadline;
    http->connect_until = deadline;
    if (http->connect_timeout > 0)
        http->connect_until = earlier(deadline, http->started + http->connect_timeout);
    http->pause = FIRST_PAUSE;
}

static ds_status start(ds_http *http, const ds_http_request *r, ds_error *err)
{
    ds_transfer *t = &http->transfer;
    ds_status ret =
        ds_wire_build(&t->wire, r->method, r->path, r->headers, r->header_count, r->body, err);
    if (ret == DS_OK)
        ret = open_handles(http, err);
    if (ret != DS_OK)
        return ret;
    set_clock(http, r->deadline);
    if (!(r->deadline > http->started))
        return ds_fail(err, DS_TIMEOUT, "no time was left to send the request");
    /* libcurl would take bytes that came unasked for the reply. */
    bool fresh = r->fresh || !ds_sockets_quiet(&http->sockets);
    http->kept = !fresh && http->sockets.count > 0;
    ret = ds_transfer_begin(t, fresh, err);
    return ret == DS_OK ? attach(http, err) : ret;
}

ds_status ds_http_start(ds_http *http, const ds_http_request *request, ds_error *err)
{
    if (http->running && !is_forked(http))
        return ds_fail(err, DS_INVALID, "another exchange is running on this transport");
    ds_transfer_clear(&http->transfer);
    http->transfer.connects = 0;
    http->transfer.os_errno = 0;
    ds_status ret = start(http, request, err);
    http->running = ret == DS_OK;
    if (ret != DS_OK)
        end_exchange(http);
    return ret;
}

/* A unix socket's full queue is not waited for by the system, so we come back. */
static bool must_come_back(const ds_http *http, CURLcode code)
{
    return code == CURLE_COULDNT_CONNECT && http->endpoint.path != NULL &&
           http->transfer.os_errno == EAGAIN;
}

static ds_status finish(ds_http *http, CURLcode code, bool *done, ds_error *err)
{
    double now = ds_http_now();
    ds_status ret = ds_transfer_end(&http->transfer, code, now - http->started, err);
    if (ret != DS_OK && must_come_back(http, code) && now < http->connect_until) {
        detach(http);
        http->resume_at = earlier(now + http->pause, http->connect_until);
        http->pause = earlier(2 * http->pause, LONGEST_PAUSE);
        ds_watcher_due(&http->watcher, http->resume_at);
        return DS_OK;
    }
    wear(http);
    end_exchange(http);
    *done = ret == DS_OK;
    return ret;
}

/* Lets libcurl do what it can without waiting. In: as ds_watcher_perform. */
static ds_status progress(ds_http *http, curl_socket_t fd, unsigned events, bool *done,
                          ds_error *err)
{
    ds_pipe_guard guard;
    int left;
    ds_pipe_hold(&guard, http->endpoint.tls);
    CURLMcode code = ds_watcher_perform(&http->watcher, http->api, http->multi, fd, events);
    ds_pipe_release(&guard);
    if (code != CURLM_OK)
        return fail_multi(http, code, err);
    CURLMsg *message = http->api->multi_info_read(http->multi, &left);
    if (message == NULL || message->msg != CURLMSG_DONE)
        return DS_OK;
    return finish(http, message->data.result, done, err);
}

static ds_status come_back(ds_http *http, double wait, ds_error *err)
{
    double now = ds_http_now();
    if (now < http->resume_at && wait > 0)
        ds_http_sleep(earlier(wait, http->resume_at - now));
    now = ds_http_now();
    if (now >= http->connect_until)
        return ds_fail(err, DS_TIMEOUT,
                       "timed out after %.3g s while connecting: the socket's queue of waiting "
                       "connections is full",
                       now - http->started);
    return now < http->resume_at ? DS_OK : attach(http, err);
}

/* Whether the reply has begun: libcurl, which reads next, knows whole lines only, and would send
 * the request again after a byte of the first one. TLS shows bytes that are no reply. */
static void listen_for_first(ds_http *http)
{
    ds_transfer *t = &http->transfer;
    if (http->kept && !http->endpoint.tls && !t->heard && t->head.bytes == 0)
        t->heard = ds_sockets_heard(&http->sockets);
}

static ds_status step(ds_http *http, double wait, bool *done, ds_error *err)
{
    if (!http->attached)
        return come_back(http, wait, err);
    ds_status ret = progress(http, CURL_SOCKET_TIMEOUT, 0, done, err);
    if (ret != DS_OK || *done || !http->attached || !(wait > 0))
        return ret;
    CURLMcode code =
        http->api->multi_poll(http->multi, NULL, 0, (int)ds_http_milliseconds(wait), NULL);
    if (code != CURLM_OK)
        return fail_multi(http, code, err);
    listen_for_first(http);
    return progress(http, CURL_SOCKET_TIMEOUT, 0, done, err);
}

static ds_status check_running(const ds_http *http, ds_error *err)
{
    if (http->running)
        return DS_OK;
    return ds_fail(err, DS_INVALID, "no exchange is running on this transport");
}

/* An exchange that is to be carried on has not been left behind by a fork. */
static ds_status check_ours(ds_http *http, ds_error *err)
{
    if (!is_forked(http))
        return DS_OK;
    leave_to_parent(http);
    return ds_fail(err, DS_CLOSED, "the exchange was begun before a fork, by the parent");
}

/* Ends an exchange that has failed. */
static ds_status settle(ds_http *http, ds_status ret)
{
    if (ret == DS_OK)
        return DS_OK;
    end_exchange(http);
    ds_transfer_clear(&http->transfer);
    /* nginx takes what OpenSSL's queue holds for errors of its own connections. */
    if (http->endpoint.tls)
        ERR_clear_error();
    return ret;
}

ds_status ds_http_step(ds_http *http, double wait, bool *done, ds_error *err)
{
    *done = false;
    if (check_running(http, err) != DS_OK)
        return err->status;
    ds_status ret = check_ours(http, err);
    if (ret == DS_OK)
        ret = step(http, is_watched(http) ? 0 : wait, done, err);
    return settle(http, ret);
}

ds_status ds_http_ready(ds_http *http, int fd, unsigned events, bool *done, ds_error *err)
{
    *done = false;
    if (check_running(http, err) != DS_OK)
        return err->status;
    ds_status ret = check_ours(http, err);
    if (ret == DS_OK && http->attached) {
        listen_for_first(http);
        ret = progress(http, fd, events, done, err);
    }
    return settle(http, ret);
}

ds_status ds_http_run(ds_http *http, const ds_http_request *request, ds_error *err)
{
    bool done = false;
    ds_status ret = ds_http_start(http, request, err);
    while (ret == DS_OK && !done)
        ret = ds_http_step(http, RUN_WAIT, &done, err);
    return ret;
}

const ds_head *ds_http_head(const ds_http *http)
{
    return &http->transfer.head;
}

ds_slice ds_http_body(const ds_http *http)
{
    return ds_buf_content(&http->transfer.body);
}

void ds_http_wipe_body(ds_http *http)
{
    ds_buf_clear(&http->transfer.body);
}

bool ds_http_reused(const ds_http *http)
{
    return http->transfer.head.complete && http->transfer.connects == 0;
}

size_t ds_http_connects(const ds_http *http)
{
    return http->transfer.connects;
}

int ds_http_os_errno(const ds_http *http)
{
    return http->transfer.os_errno;
}
