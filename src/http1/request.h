/* What a request may say, and its head written down. */
#ifndef DS_HTTP1_REQUEST_H
#define DS_HTTP1_REQUEST_H

#include "base/buf.h"

#define DS_REQUEST_METHOD_BYTES 16 /* with its NUL */
#define DS_REQUEST_HEADERS      64
#define DS_REQUEST_HEAD_BYTES   (64u * 1024)        /* target and header lines together */
#define DS_REQUEST_BODY_BYTES   (64u * 1024 * 1024) /* the agent itself takes 10 MiB */

/* A method is a short token; a HEAD has no body. Fails with DS_INVALID. */
ds_status ds_request_method(const char *method, bool has_body, ds_error *err) DS_MUST_CHECK;

/* A path begins with '/', in printable ASCII without '#'. Fails with DS_INVALID. */
ds_status ds_request_path(ds_slice path, ds_error *err) DS_MUST_CHECK;

/* A header is a line "Name: value" without line end. What decides about framing and connection
 * (Content-Length, Connection, Expect, ...) is ours to say.
 * Out: *name, *value, within line. Fails with DS_INVALID. */
ds_status ds_request_header(ds_slice line, ds_slice *name, ds_slice *value,
                            ds_error *err) DS_MUST_CHECK;

typedef struct ds_request {
    const char *method;
    ds_slice prefix;     /* of every path, from the endpoint; may be empty */
    ds_slice path;       /* begins with '/' */
    ds_slice host;       /* for the header Host, unless a line says one */
    ds_slice user_agent; /* likewise; may be empty for none */
    const ds_slice *lines;
    size_t count;
    size_t body_len;
} ds_request;

/* Writes the head of a request, up to the empty line (RFC 9112 section 3).
 * In: out, empty, made for DS_REQUEST_HEAD_BYTES. Fails with DS_INVALID, DS_TOO_LARGE (also for a
 * body over DS_REQUEST_BODY_BYTES), DS_MEMORY. */
ds_status ds_request_write(ds_buf *out, const ds_request *r, ds_error *err) DS_MUST_CHECK;

#endif
