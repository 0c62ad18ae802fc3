/* One libcurl handle with what goes out of it and what has come in. Knows no time and no waiting:
 * http/exchange.h drives it. */
#ifndef DS_HTTP_TRANSFER_H
#define DS_HTTP_TRANSFER_H

#include "http/curl_api.h"
#include "http/endpoint.h"
#include "http/sockets.h"
#include "http/trust.h"
#include "http/wire.h"
#include "http1/chunks.h"

typedef struct ds_transfer {
    const ds_curl_api *api;
    CURL *easy; /* NULL until ds_transfer_open */
    const ds_endpoint *endpoint;
    ds_sockets *sockets;

    ds_wire wire; /* to be built by the caller before ds_transfer_begin */

    ds_head head;
    ds_chunks chunks;
    ds_buf body;
    ds_error found; /* by a callback: tells more than libcurl's "write error" */
    char text[CURL_ERROR_SIZE];
    bool heard; /* the reply has begun, be it with half a line */
    size_t connects;
    int os_errno;
} ds_transfer;

/* In: both have to outlive *t; max_body in bytes. Allocates nothing. */
void ds_transfer_init(ds_transfer *t, const ds_endpoint *endpoint, ds_sockets *sockets,
                      size_t max_body);

/* Frees all but the handle, which the caller has cleaned up or let go of. */
void ds_transfer_free(ds_transfer *t);

/* Makes t->easy and sets the options that never change. In: user_agent, or NULL.
 * Fails with DS_MEMORY, DS_UNSUPPORTED (an option this libcurl does not have). */
ds_status ds_transfer_open(ds_transfer *t, const ds_curl_api *api, const ds_trust *trust,
                           const char *user_agent, ds_error *err) DS_MUST_CHECK;

/* Wipes what has come in. */
void ds_transfer_clear(ds_transfer *t);

/* Sets the options for the request in t->wire. In: fresh, whether to open a new connection. */
ds_status ds_transfer_begin(ds_transfer *t, bool fresh, ds_error *err) DS_MUST_CHECK;

/* Sets the timeouts from now on, in milliseconds, both at least 1. */
ds_status ds_transfer_time(ds_transfer *t, long connect_ms, long total_ms,
                           ds_error *err) DS_MUST_CHECK;

/* Judges a transfer that has ended with code. In: seconds since the start, for the message.
 * Returns DS_OK when a whole reply is there, whatever else went wrong: an agent may refuse a
 * request that is too large and hang up while it is still being sent. */
ds_status ds_transfer_end(ds_transfer *t, CURLcode code, double seconds,
                          ds_error *err) DS_MUST_CHECK;

#endif
