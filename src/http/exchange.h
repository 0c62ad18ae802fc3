/* One HTTP/1.1 exchange at a time over a connection that is kept alive; libcurl beneath.
 *
 * Start a request, step until it is done, read the reply. A blocking caller hands the remaining
 * time to ds_http_step; a scheduler steps with 0. Redirects are never followed, nothing is cached,
 * no cookie, no netrc entry and no Accept header is sent; https verifies who the server is, without
 * exception, see http/trust.h. The proxy variables of the environment apply, but never to unix
 * sockets and loopback hosts.
 *
 * At most one request is ever repeated, and only where it went out on a kept connection that ended
 * before a byte of the reply came (TLS: before a whole line of it); a request marked fresh goes out
 * once.
 *
 * Belongs to one thread at a time. After a fork the child's first call silently makes handles and a
 * connection of its own; those of the parent are let go without a byte being sent on them, and
 * libcurl's memory for them stays allocated, because taking it down could write to the parent's
 * peer or wait for a thread that only the parent has. */
#ifndef DS_HTTP_EXCHANGE_H
#define DS_HTTP_EXCHANGE_H

#include "base/slice.h"
#include "http/clock.h"
#include "http/watcher.h"
#include "http1/head.h"

typedef struct ds_http ds_http;

typedef struct ds_http_options {
    ds_slice unix_path;     /* socket to talk to; empty: TCP, to base_url's host */
    ds_slice base_url;      /* "http://host:port/prefix"; may be empty with unix_path */
    double connect_timeout; /* seconds for name, connection and TLS; 0: up to the deadline */
    size_t max_body;        /* bytes of a reply's body; more is DS_TOO_LARGE */
    const char *ca_file;    /* PEM certificates to trust instead of the system's, or NULL */
    const char *pins;       /* keys that the server may have, as in base/pin.h, or NULL */
    const char *user_agent; /* or NULL for none */
} ds_http_options;

typedef struct ds_http_request {
    const char *method;
    ds_slice path;           /* begins with '/'; joined to the base URL */
    const ds_slice *headers; /* lines "Name: value" without line end */
    size_t header_count;
    ds_slice body;
    bool fresh;      /* on a new connection, and never repeated */
    double deadline; /* on ds_http_now's clock; INFINITY for none */
} ds_http_request;

/* Out: *out, to be freed by ds_http_free; NULL on failure. All options are copied; libcurl is not
 * touched before the first request. Fails with DS_INVALID (see http/endpoint.h and http/trust.h; a
 * user agent with control characters; a timeout that is none), DS_MEMORY. */
ds_status ds_http_new(ds_http **out, const ds_http_options *options, ds_error *err) DS_MUST_CHECK;

/* Cancels, closes the connection, wipes and frees. NULL is allowed. */
void ds_http_free(ds_http *http);

/* Begins an exchange; the request is copied. The previous reply is wiped.
 * Fails with DS_INVALID (request; one is running already), DS_TIMEOUT (deadline has passed; nothing
 * was sent), DS_UNSUPPORTED (no libcurl), DS_TOO_LARGE, DS_MEMORY, DS_INTERNAL. */
ds_status ds_http_start(ds_http *http, const ds_http_request *request, ds_error *err) DS_MUST_CHECK;

/* Carries the exchange on, waiting at most wait seconds for something to happen; may return early
 * with nothing to tell. Out: *done, true when the reply is there; then ask ds_http_head and the
 * others below. Any HTTP status is a reply.
 * Fails with DS_CONNECT, DS_TIMEOUT, DS_CLOSED, DS_HTTP, DS_TOO_LARGE, DS_MEMORY, DS_INTERNAL; the
 * exchange is over then, its connection closed and what came of the reply wiped. */
ds_status ds_http_step(ds_http *http, double wait, bool *done, ds_error *err) DS_MUST_CHECK;

/* Has its exchanges waited for by a watcher, which is copied, or with NULL again by ds_http_step.
 * Ends a running exchange and drops the connection. While there is a watcher, ds_http_step waits
 * for nothing: it is for the first step, which sends what it can, and for those by the clock. */
void ds_http_watch(ds_http *http, const ds_watcher *watcher);

/* ds_http_step for a watcher that has seen events on fd, of those that were wanted. */
ds_status ds_http_ready(ds_http *http, int fd, unsigned events, bool *done,
                        ds_error *err) DS_MUST_CHECK;

/* Start and step until done. */
ds_status ds_http_run(ds_http *http, const ds_http_request *request, ds_error *err) DS_MUST_CHECK;

/* Ends a running exchange and drops its connection. Does nothing without one. */
void ds_http_cancel(ds_http *http);

/* The reply's head and body, valid until the next start, cancel or free; empty without a reply. */
const ds_head *ds_http_head(const ds_http *http);
ds_slice ds_http_body(const ds_http *http);

/* Wipes the reply's body, when it has been taken; the head stays. */
void ds_http_wipe_body(ds_http *http);

/* Returns true when the last exchange used the kept connection. */
bool ds_http_reused(const ds_http *http);

/* Returns how many connections were made for the last exchange: 0 when the kept one served. */
size_t ds_http_connects(const ds_http *http);

/* Returns the errno behind the last exchange's failure, or 0 where there was none. */
int ds_http_os_errno(const ds_http *http);

#endif
