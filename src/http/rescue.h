/* The reply that arrived before sending failed.
 *
 * An agent may refuse a request that is too large and hang up without reading it. libcurl, busy
 * sending, then reports the broken pipe and closes the socket with the reply unread in it. */
#ifndef DS_HTTP_RESCUE_H
#define DS_HTTP_RESCUE_H

#include "http1/chunks.h"

/* Reads what is left in a plain socket that is about to be closed, without waiting, as a reply from
 * its first byte on. Only for a connection that has served no other request.
 * In/out: head, chunks and body, empty; empty again when there is nothing or it is malformed. */
void ds_rescue(ds_head *head, ds_chunks *chunks, ds_buf *body, int fd);

#endif
