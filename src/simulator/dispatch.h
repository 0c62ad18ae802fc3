/* From an HTTP request to its answer, without touching a socket. */
#ifndef DS_SIMULATOR_DISPATCH_H
#define DS_SIMULATOR_DISPATCH_H

#include "rpc/row.h"
#include "simulator/identity.h"

/* The most an agent reads of a body. */
#define DS_SIMULATOR_BODY_MAX ((size_t)10 << 20)

/* The most a reply of ours can be: Info or an attestation with all the events that fit. */
#define DS_SIMULATOR_REPLY_MAX ((size_t)64 << 20)

/* The most that further headers can be: certificates, percent-encoded. */
#define DS_SIMULATOR_HEADERS_MAX ((size_t)16 << 10)

typedef struct ds_simulator_request {
    unsigned serves; /* what the listener it came in by answers, as in ds_address */
    ds_slice verb;
    ds_slice path;                 /* as in the request line, before the '?' */
    ds_slice query;                /* behind it, or empty */
    ds_slice content_type, accept; /* the headers' values, or empty */
    ds_slice body;
    bool body_too_large; /* over DS_SIMULATOR_BODY_MAX; body is not all of it then */
} ds_simulator_request;

typedef struct ds_simulator_reply {
    int status; /* 200, 400, 404, 413, 501; 500 when memory is short */
    const char *content_type;
    const char *app_version; /* the header X-App-Version, or NULL */
    const ds_row *row;       /* of the method that was asked for, or NULL */
    ds_buf headers;          /* further ones: name, NUL, value, NUL; initialised as body is */
    ds_buf body;             /* may hold keys; initialised by the caller, empty on entry */
} ds_simulator_reply;

/* Always answers. HEAD is answered as GET: leaving out the body is the server's part. */
void ds_simulator_answer(ds_simulator_reply *reply, ds_identity *identity,
                         const ds_simulator_request *request);

#endif
