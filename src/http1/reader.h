/* A whole reply taken from bytes that come in pieces of any size: head, then body, as its framing
 * says. Knows no socket; whoever reads one feeds what comes. */
#ifndef DS_HTTP1_READER_H
#define DS_HTTP1_READER_H

#include "http1/chunks.h"

typedef struct ds_reader {
    bool excess; /* bytes came after the end: the connection is not to be used again */

    /* Private. */
    ds_head *head;
    ds_chunks *chunks;
    ds_buf *body, line;
} ds_reader;

/* In: all three empty and at their beginning, with the limits they were made with; they have to
 * outlive *r. Out: *r, to be freed by ds_reader_free. Allocates nothing. */
void ds_reader_init(ds_reader *r, ds_head *head, ds_chunks *chunks, ds_buf *body);

/* Wipes and frees what the reader owns: the line it is in. A zeroed reader is allowed. */
void ds_reader_free(ds_reader *r);

/* Takes the next n bytes. What can be seen to be wrong with a line is said before its end is here.
 * Fails with DS_HTTP, DS_TOO_LARGE, DS_MEMORY; then head, chunks and body are to be reset. */
ds_status ds_reader_feed(ds_reader *r, const char *data, size_t n, ds_error *err) DS_MUST_CHECK;

/* Returns true when the reply is there; false also for a body that only the connection's end ends.
 */
bool ds_reader_done(const ds_reader *r);

/* The connection has ended. In: why, "" or more about it, such as " (connection reset by peer)".
 * Returns DS_OK when that ends the reply as it should: for a body without other framing, and only
 * where nothing is said against it. Else DS_CLOSED, with how far the reply came. */
ds_status ds_reader_end(const ds_reader *r, const char *why, ds_error *err) DS_MUST_CHECK;

/* Fails with DS_CLOSED: says how far a reply came before its connection ended.
 * In: body_len, how much of the body is there; why as above. */
ds_status ds_reader_closed(const ds_head *head, size_t body_len, const char *why, ds_error *err);

/* Fails with DS_TIMEOUT: says what was waited for. In: head, as far as it came, or NULL while there
 * was no connection; seconds since the start. */
ds_status ds_reader_late(const ds_head *head, double seconds, ds_error *err);

#endif
