/* Where a transport's requests go: a unix socket or the host of a URL. */
#ifndef DS_HTTP_ENDPOINT_H
#define DS_HTTP_ENDPOINT_H

#include "base/slice.h"
#include "base/status.h"

#define DS_ENDPOINT_URL_BYTES 2048

typedef struct ds_endpoint {
    char *path;  /* of the socket, or NULL */
    char *base;  /* URL without a slash at its end */
    bool tls;    /* base is https */
    bool direct; /* unix socket or loopback host: no proxy has any business there */
} ds_endpoint;

/* In: the socket's path, empty for TCP; a base URL with scheme, host, port and perhaps a path;
 * with a socket it may be empty and only gives the Host header and the leading path.
 * Out: *e, to be freed by ds_endpoint_free; zeroed on failure.
 * Fails with DS_INVALID (path with a NUL or of 108 bytes or more; no http or https URL, one with
 * blanks, a query or a fragment, one over DS_ENDPOINT_URL_BYTES), DS_MEMORY. */
ds_status ds_endpoint_init(ds_endpoint *e, ds_slice path, ds_slice base_url,
                           ds_error *err) DS_MUST_CHECK;

/* A zeroed endpoint is allowed. */
void ds_endpoint_free(ds_endpoint *e);

#endif
