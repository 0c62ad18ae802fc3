/* A request as libcurl wants it: checked, copied, in memory that is wiped afterwards. */
#ifndef DS_HTTP_WIRE_H
#define DS_HTTP_WIRE_H

#include "http/curl_api.h"
#include "http1/request.h"

#include <stdbool.h>

/* Header lines that libcurl would add unless told not to. */
#define DS_WIRE_MUTED 3

/* How libcurl has to treat the exchange; the method's name is a separate matter to it. */
typedef enum ds_wire_kind {
    DS_WIRE_FETCH, /* no body is sent */
    DS_WIRE_SEND,  /* a body is sent, which may be empty */
    DS_WIRE_HEAD   /* none is sent and none comes back */
} ds_wire_kind;

typedef struct ds_wire {
    ds_wire_kind kind;
    char method[DS_REQUEST_METHOD_BYTES];
    const char *url;
    ds_slice body;
    /* The header lines as a list that libcurl only reads; its first node never moves. */
    struct curl_slist nodes[DS_WIRE_MUTED + DS_REQUEST_HEADERS];

    /* Private. */
    ds_buf text, body_copy;
    const char *base; /* borrowed */
} ds_wire;

/* In: the base URL, which has to outlive *w. Allocates nothing. */
void ds_wire_init(ds_wire *w, const char *base);
void ds_wire_free(ds_wire *w);

/* Wipes the request and keeps the memory, unless it is much. */
void ds_wire_clear(ds_wire *w);

/* In: method, path and count header lines, as http1/request.h has them. All is copied.
 * Fails with DS_INVALID, DS_TOO_LARGE, DS_MEMORY; then *w is cleared. */
ds_status ds_wire_build(ds_wire *w, const char *method, ds_slice path, const ds_slice *lines,
                        size_t count, ds_slice body, ds_error *err) DS_MUST_CHECK;

#endif
