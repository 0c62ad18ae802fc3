/* A TLS connection that carries bytes of whatever protocol, to a peer whose certificate the caller
 * judges; libcurl beneath.
 *
 * Nothing is sent in it but TLS's own messages until the caller sends. The peer has shown a
 * certificate and proven that it has its key, see http/trust.h: TLS 1.3 always, no session of
 * before. What the certificate is worth, nobody has looked at. No proxy is asked; no protocol is
 * negotiated (ALPN).
 *
 * Nothing here waits longer than it is told to, and a signal ends a wait. Belongs to one thread at
 * a time. After a fork the child can only free it, which closes its copy of the socket and sends
 * nothing. */
#ifndef DS_HTTP_CHANNEL_H
#define DS_HTTP_CHANNEL_H

#include "base/slice.h"
#include "http/watcher.h"

typedef struct ds_channel ds_channel;

typedef struct ds_channel_options {
    ds_slice url;         /* "https://host:port", as http/endpoint.h takes it */
    double deadline;      /* for name, connection and TLS, on ds_http_now's clock */
    ds_slice certificate; /* PEM, of this end and those behind it: shown to whom asks; or empty */
    ds_slice key;         /* its private key, PEM, not encrypted; or empty */
} ds_channel_options;

/* Begins to connect. Options are copied; the copy of the key is wiped when connecting is over, well
 * or not. Out: *out, to be freed by ds_channel_free; NULL on failure. Fails with DS_INVALID,
 * DS_UNSUPPORTED (no libcurl, or one without TLS), DS_TIMEOUT (the deadline has passed),
 * DS_TOO_LARGE (certificate or key), DS_MEMORY, DS_INTERNAL. */
ds_status ds_channel_new(ds_channel **out, const ds_channel_options *options,
                         ds_error *err) DS_MUST_CHECK;

/* Closes and frees. NULL is allowed. */
void ds_channel_free(ds_channel *channel);

/* Carries the connecting on, waiting at most wait seconds; for nothing where a watcher does that.
 * Out: *done, true when it is there.
 * Fails with DS_CONNECT (also where the peer shows no certificate), DS_TIMEOUT, DS_INVALID (no
 * certificate that TLS can show, no key of it), DS_MEMORY, DS_INTERNAL; the channel is of no use
 * then. */
ds_status ds_channel_step(ds_channel *channel, double wait, bool *done,
                          ds_error *err) DS_MUST_CHECK;

/* The peer's own certificate, PEM, once it is connected; else empty. Valid until it is freed. */
ds_slice ds_channel_certificate(const ds_channel *channel);

/* Has it waited for by a watcher, which is copied, or with NULL again by its own calls; before the
 * first step or when it is connected. While it is connected nothing is watched for but what
 * ds_channel_await says. */
void ds_channel_watch(ds_channel *channel, const ds_watcher *watcher);

/* ds_channel_step for a watcher that has seen events on fd, of those that were wanted; what
 * ds_channel_await has asked for is over then. */
ds_status ds_channel_ready(ds_channel *channel, int fd, unsigned events, bool *done,
                           ds_error *err) DS_MUST_CHECK;

/* Asks the watcher for the connection's socket: the step or ds_channel_ready that ends this comes
 * when bytes may go (DS_HTTP_WRITE) or may have come (DS_HTTP_READ), and at the time until at the
 * latest. To be asked after a call that could do nothing: TLS may have bytes that no socket shows.
 * Fails with DS_INVALID (no connection yet, no watcher), DS_CLOSED. */
ds_status ds_channel_await(ds_channel *channel, unsigned events, double until,
                           ds_error *err) DS_MUST_CHECK;

/* Takes that back; a connection that is not there yet is not carried on by the clock any more. */
void ds_channel_cancel(ds_channel *channel);

/* Sends some of the bytes, waiting at most wait seconds until one can go. Out: *sent, 0 where none
 * could. Fails with DS_INVALID before the connection is there, DS_CLOSED or DS_MEMORY. */
ds_status ds_channel_send(ds_channel *channel, ds_slice bytes, double wait, size_t *sent,
                          ds_error *err) DS_MUST_CHECK;

/* Receives at most room bytes, waiting at most wait seconds until one is there. Out: *received, 0
 * where nothing came. Fails as ds_channel_send does; DS_CLOSED for every end: libcurl does not tell
 * one that the peer announced within TLS from one that anybody on the way can make, so what was
 * sent has to say for itself where it ends. */
ds_status ds_channel_receive(ds_channel *channel, void *buffer, size_t room, double wait,
                             size_t *received, ds_error *err) DS_MUST_CHECK;

#endif
