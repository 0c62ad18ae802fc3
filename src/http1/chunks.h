/* A chunked body taken apart (RFC 9112 section 7.1), fed in pieces of any size.
 *
 * libcurl could do this itself, but then it silently throws away what follows the last chunk and
 * keeps the connection, although the peer has lost step. Here bytes after the end are counted. */
#ifndef DS_HTTP1_CHUNKS_H
#define DS_HTTP1_CHUNKS_H

#include "http1/head.h"

/* The longest line between chunks, with its extensions, and the longest trailer line. */
#define DS_CHUNKS_LINE_BYTES 4096

typedef struct ds_chunks {
    bool complete; /* last chunk and trailers have been seen */
    bool excess;   /* bytes came after the end */

    /* Private. */
    ds_buf line;
    uint64_t left; /* of the current chunk */
    unsigned char stage;
} ds_chunks;

/* Out: *c, to be freed by ds_chunks_free. Allocates nothing. */
void ds_chunks_init(ds_chunks *c);
void ds_chunks_reset(ds_chunks *c);
void ds_chunks_free(ds_chunks *c);

/* Takes the next n raw bytes. Out: their content is added to *body, trailers go through *head.
 * Fails with DS_HTTP (a malformed chunk or trailer), DS_TOO_LARGE (body's own limit; refused as
 * soon as a chunk announces more), DS_MEMORY; then *c and *body are to be reset. */
ds_status ds_chunks_feed(ds_chunks *c, ds_head *head, ds_buf *body, const char *data, size_t n,
                         ds_error *err) DS_MUST_CHECK;

#endif
