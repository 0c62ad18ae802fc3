/* Replies as the bytes of HTTP, for those of which libmicrohttpd would not send a part only. */
#ifndef DS_SIMULATOR_WIRE_H
#define DS_SIMULATOR_WIRE_H

#include "simulator/dispatch.h"
#include "simulator/fault.h"

#define DS_WIRE_HEADERS_MAX 12

/* Gives the headers of a reply but Content-Length, whoever writes them. Out: name and value of
 * each. Returns how many. */
size_t ds_wire_headers(const char *headers[DS_WIRE_HEADERS_MAX][2],
                       const ds_simulator_reply *reply);

/* Adds a whole reply, after which the connection ends, or what is left of it when that is cut off.
 * In: bodyless, whether the request was a HEAD. Returns ds_buf_status(out). */
ds_status ds_wire_whole(ds_buf *out, const ds_simulator_reply *reply, bool bodyless) DS_MUST_CHECK;
ds_status ds_wire_cut(ds_buf *out, const ds_simulator_reply *reply, ds_cut where) DS_MUST_CHECK;

#endif
