/* One call of a method, from its arguments to its checked reply, without touching a socket:
 *
 *     ds_call_init, set the values of call->request, ds_call_body -> bytes to send
 *     bytes received -> ds_call_finish, read the values of call->reply, ds_call_free */
#ifndef DS_RPC_CALL_H
#define DS_RPC_CALL_H

#include "base/json.h"
#include "rpc/message.h"

/* A request body of ours: 10 MiB is what agents take. */
#define DS_REQUEST_MAX ((size_t)10 << 20)

typedef struct ds_call {
    const ds_surface *surface;
    const ds_row *row;
    ds_message request;
    ds_message reply;  /* after ds_call_finish */
    ds_json_doc extra; /* after ds_call_finish: the whole reply, for members no row knows */
    bool agent_spoke;  /* after ds_call_finish: an agent answered, be it with a refusal */
} ds_call;

/* Out: a call to be freed with ds_call_free, also after a failure. */
ds_status ds_call_init(ds_call *call, const ds_surface *surface, const ds_row *row) DS_MUST_CHECK;

/* Checks the request's bounds and writes its JSON. Out: body, which the caller has initialised. */
ds_status ds_call_body(const ds_call *call, ds_buf *body, ds_error *err) DS_MUST_CHECK;

/* Understands an HTTP reply. On DS_OK call->reply holds checked values; on anything else nothing of
 * the reply is kept and err says what failed. May be called once. */
ds_status ds_call_finish(ds_call *call, int http_status, ds_slice body,
                         ds_error *err) DS_MUST_CHECK;

/* Wipes and frees; a zeroed call is allowed. */
void ds_call_free(ds_call *call);

#endif
