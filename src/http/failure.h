/* What a transfer's end means: libcurl's codes in our words. */
#ifndef DS_HTTP_FAILURE_H
#define DS_HTTP_FAILURE_H

#include "http/curl_api.h"
#include "http1/head.h"

typedef struct ds_failure {
    CURLcode code;       /* not CURLE_OK */
    const char *text;    /* libcurl's own sentence */
    int os_errno;        /* of the connecting, sending or receiving, or 0 */
    bool connected;      /* the request could be sent */
    bool heard;          /* something came back, if only the end of the connection */
    const ds_head *head; /* as far as it came */
    size_t body_len;     /* as far as it came */
    double seconds;      /* since the start */
} ds_failure;

/* Writes status and sentence. DS_CONNECT, DS_TIMEOUT, DS_CLOSED, DS_HTTP, DS_TOO_LARGE, DS_INVALID
 * (a URL libcurl cannot take), DS_MEMORY or DS_INTERNAL. Returns the status. */
ds_status ds_failure_explain(const ds_failure *f, ds_error *err);

/* As ds_failure_explain for a connection that ended too early although libcurl saw no harm. */
ds_status ds_failure_closed(const ds_failure *f, ds_error *err);

/* Returns a short text for an errno of a socket call, whatever the locale. In: room for it. */
const char *ds_failure_errno(int number, char *room, size_t size);

#endif
