/* The head of an HTTP/1.x reply, judged line by line (RFC 9110, RFC 9112).
 *
 * Whoever reads the socket feeds every raw line here before believing anything it says: libcurl's
 * own parser lets several malformed heads pass as a 200. Stricter than RFC 9112 where leniency
 * has let two parsers disagree about where a reply ends: no folded lines, no second framing, no
 * blank before the colon, no transfer coding but chunked, no content coding (none was asked for),
 * no lengths in interim replies. */
#ifndef DS_HTTP1_HEAD_H
#define DS_HTTP1_HEAD_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* Limits on one reply; bytes and header lines of its interim heads and trailers count too. */
#define DS_HEAD_MAX_BYTES   (64u * 1024)
#define DS_HEAD_MAX_LINES   128
#define DS_HEAD_MAX_INTERIM 16

typedef enum ds_framing {
    DS_BODY_NONE,    /* no body follows */
    DS_BODY_LENGTH,  /* content_length bytes, which may be 0 */
    DS_BODY_CHUNKED, /* chunks, then trailers */
    DS_BODY_CLOSE    /* everything up to the end of the connection */
} ds_framing;

typedef struct ds_head {
    /* The verdict; meaningless until complete. */
    bool complete;
    int status; /* 100 to 599 */
    ds_framing framing;
    uint64_t content_length; /* with DS_BODY_LENGTH */
    bool keep_alive;         /* the connection may serve another request */

    /* May be set after ds_head_init: the request was a HEAD, so no body follows. */
    bool bodyless;

    /* Private. */
    ds_buf fields; /* name NUL value NUL, ... */
    size_t max_body;
    size_t bytes;
    unsigned lines, interim;
    unsigned char stage;
    unsigned char minor; /* HTTP/1.minor */
    bool has_length, chunked, says_close, says_keep;
} ds_head;

/* In: max_body, the longest body the reader takes, in bytes.
 * Out: *h, to be freed by ds_head_free. Allocates nothing. */
void ds_head_init(ds_head *h, size_t max_body);

/* Forgets the reply but keeps memory, limits and nothing else. */
void ds_head_reset(ds_head *h);

/* Wipes and frees the collected headers. A zeroed head is allowed. */
void ds_head_free(ds_head *h);

/* Judges the next line, in the order of arrival; the empty line completes the head. Interim
 * replies (1xx but 101) are checked and forgotten. After a complete head of a chunked reply the
 * trailers go in here too: checked, counted and dropped.
 *
 * In: len bytes at line with the LF that ends them; CR LF and LF alone are both right.
 * Fails with DS_HTTP (grammar, framing, coding), DS_TOO_LARGE (a limit above, or a length over
 * max_body), DS_MEMORY; then h stays broken until it is reset. */
ds_status ds_head_line(ds_head *h, const char *line, size_t len, ds_error *err) DS_MUST_CHECK;

/* Judges a line whose end is not here yet, or not known to be: fails where no end can save it.
 * In: what has come of the line. Fails with DS_HTTP (a status line that is none), DS_TOO_LARGE; the
 * head is as it was. */
ds_status ds_head_begins(const ds_head *h, const char *line, size_t len,
                         ds_error *err) DS_MUST_CHECK;

/* Fails with DS_TOO_LARGE, for a line that alone is longer than a head may be. */
ds_status ds_head_too_long(ds_error *err);

/* Finds the first header of that name, given in lower case.
 * Out: *value, without surrounding blanks, valid until h is reset or freed, followed by a NUL that
 * is not counted; empty when there is none. Returns whether there is one. */
bool ds_head_find(const ds_head *h, const char *name, ds_slice *value);

/* Walks over the headers in the order of arrival, names in lower case, repeated ones repeatedly.
 * In/out: *cursor, 0 to begin with. Out: *name, *value as above. Returns false at the end. */
bool ds_head_next(const ds_head *h, size_t *cursor, ds_slice *name, ds_slice *value);

#endif
