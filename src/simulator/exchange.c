#include "simulator/exchange.h"

#include "simulator/held.h"
#include "simulator/spoil.h"
#include "simulator/wire.h"

#include <stdlib.h>

/* Memory above this is not kept for the connection's next request. */
#define KEEP_MAXBYTES ((size_t)64 << 10)

#define TARGET_MAXBYTES ((size_t)64 << 10)
#define WIRE_MAXBYTES   (DS_SIMULATOR_REPLY_MAX + 4096)

/* What a connection holds. Its requests come one after the other, so one set of buffers does, and
 * the usual request allocates none. */
typedef struct session {
    ds_buf target;
    ds_buf body;
    bool body_too_large;
    bool begun;    /* the head has been seen */
    bool answered; /* the reply is there */
    ds_simulator_reply reply;
    ds_held held;
    ds_buf wire; /* the reply as bytes, where it goes out without libmicrohttpd */
} session;

static void free_session(session *s)
{
    if (s == NULL)
        return;
    ds_buf_free(&s->target);
    ds_buf_free(&s->body);
    ds_buf_free(&s->reply.headers);
    ds_buf_free(&s->reply.body);
    ds_buf_free(&s->wire);
    free(s);
}

void ds_exchange_connection(void *server, struct MHD_Connection *connection, void **context,
                            enum MHD_ConnectionNotificationCode what)
{
    (void)connection;
    session *s = *context;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        ((ds_server *)server)->connection_ended = true;
        free_session(s);
        *context = NULL;
    } else if ((s = calloc(1, sizeof *s)) != NULL) {
        ds_buf_init(&s->target, TARGET_MAXBYTES);
        ds_buf_init(&s->body, DS_SIMULATOR_BODY_MAX);
        ds_buf_init(&s->reply.headers, DS_SIMULATOR_HEADERS_MAX);
        ds_buf_init(&s->reply.body, DS_SIMULATOR_REPLY_MAX);
        ds_buf_init(&s->wire, WIRE_MAXBYTES);
        *context = s;
    }
}

/* libmicrohttpd is going to take the target apart in place, so we keep a copy. */
void *ds_exchange_target(void *server, const char *target, struct MHD_Connection *connection)
{
    const ds_mhd *mhd = &((ds_server *)server)->mhd;
    const union MHD_ConnectionInfo *info =
        mhd->get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    session *s = info == NULL ? NULL : info->socket_context;
    return s != NULL && ds_buf_text(&s->target, target) == DS_OK ? s : NULL;
}

/* The rest of a body that is too large is read and dropped: the client hears the answer when it
 * has sent all of it. */
static enum MHD_Result take(session *s, const char *upload, size_t size)
{
    if (s->body_too_large)
        return MHD_YES;
    ds_status status = ds_buf_add(&s->body, upload, size);
    s->body_too_large = status == DS_TOO_LARGE;
    if (s->body_too_large)
        ds_buf_free(&s->body);
    return status == DS_OK || s->body_too_large ? MHD_YES : MHD_NO;
}

static ds_slice text_of(const char *text)
{
    return ds_slice_of(text, text == NULL ? 0 : strlen(text));
}

static void answer(const ds_door *door, struct MHD_Connection *connection, const char *verb,
                   session *s)
{
    const ds_mhd *mhd = &door->server->mhd;
    ds_slice target = ds_buf_content(&s->target);
    const char *mark = target.len == 0 ? NULL : memchr(target.data, '?', target.len);
    size_t path = mark == NULL ? target.len : (size_t)(mark - (const char *)target.data);
    size_t query = mark == NULL ? target.len : path + 1;
    const ds_simulator_request request = {
        .serves = door->serves,
        .verb = text_of(verb),
        .path = {target.data, path},
        .query = {(const char *)target.data + query, target.len - query},
        .content_type = text_of(mhd->lookup_connection_value(connection, MHD_HEADER_KIND,
                                                             MHD_HTTP_HEADER_CONTENT_TYPE)),
        .accept = text_of(
            mhd->lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT)),
        .body = ds_buf_content(&s->body),
        .body_too_large = s->body_too_large,
    };
    ds_simulator_answer(&s->reply, door->server->identity, &request);
}

/* Hands the reply over. It stays in the session until it is sent. */
static enum MHD_Result deliver(const ds_mhd *mhd, struct MHD_Connection *connection,
                               const ds_simulator_reply *reply)
{
    struct MHD_Response *response =
        mhd->create_response_from_buffer(reply->body.len, reply->body.data, MHD_RESPMEM_PERSISTENT);
    if (response == NULL)
        return MHD_NO;
    const char *headers[DS_WIRE_HEADERS_MAX][2];
    size_t count = ds_wire_headers(headers, reply);
    enum MHD_Result good = MHD_YES;
    for (size_t i = 0; good == MHD_YES && i < count; i++)
        good = mhd->add_response_header(response, headers[i][0], headers[i][1]);
    if (good == MHD_YES)
        good = mhd->queue_response(connection, (unsigned)reply->status, response);
    mhd->destroy_response(response);
    return good;
}

/* As much as goes out without waiting; a TLS record holds a part only. MHD_NO closes the
 * connection. */
static enum MHD_Result cut_off(const ds_mhd *mhd, struct MHD_Connection *connection, session *s,
                               ds_cut where)
{
    size_t sent = 0, n = 1;
    if (ds_wire_cut(&s->wire, &s->reply, where) != DS_OK)
        return MHD_NO;
    while (n > 0 && sent < s->wire.len) {
        n = ds_mhd_send(mhd, connection, s->wire.data + sent, s->wire.len - sent);
        sent += n;
    }
    return MHD_NO;
}

static enum MHD_Result drip(ds_server *server, struct MHD_Connection *connection, const char *verb,
                            session *s, unsigned long pace)
{
    if (ds_wire_whole(&s->wire, &s->reply, strcmp(verb, "HEAD") == 0) != DS_OK)
        return MHD_NO;
    ds_held_drip(&s->held, &server->held, &server->mhd, connection, ds_buf_content(&s->wire), pace);
    return MHD_YES;
}

/* Sends the reply as the method's fault wants it, be that none. */
static enum MHD_Result reply(ds_server *server, struct MHD_Connection *connection, const char *verb,
                             session *s)
{
    const ds_row *row = s->reply.row;
    const ds_fault *fault = row == NULL ? NULL : ds_faults_find(server->faults, row->name);
    if (ds_spoil(&s->reply, fault) != DS_OK)
        return MHD_NO;
    switch (fault == NULL ? DS_FAULT_NONE : fault->kind) {
    case DS_FAULT_DELAY:
        ds_held_delay(&s->held, &server->held, &server->mhd, connection, fault->number);
        return MHD_YES;
    case DS_FAULT_DRIP:
        return drip(server, connection, verb, s, fault->number);
    case DS_FAULT_CUT:
        return cut_off(&server->mhd, connection, s, (ds_cut)fault->number);
    default:
        return deliver(&server->mhd, connection, &s->reply);
    }
}

enum MHD_Result ds_exchange_handle(void *context, struct MHD_Connection *connection,
                                   const char *url, const char *verb, const char *version,
                                   const char *upload, size_t *upload_size, void **con_cls)
{
    const ds_door *door = context;
    session *s = *con_cls;
    (void)url, (void)version;
    if (s == NULL)
        return MHD_NO;
    if (!s->begun) {
        s->begun = true;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        size_t size = *upload_size;
        *upload_size = 0;
        return take(s, upload, size);
    }
    if (s->answered) /* and has been held back */
        return s->held.lost ? MHD_NO : deliver(&door->server->mhd, connection, &s->reply);
    answer(door, connection, verb, s);
    s->answered = true;
    return reply(door->server, connection, verb, s);
}

static void reuse(ds_buf *buf)
{
    if (buf->cap > KEEP_MAXBYTES)
        ds_buf_free(buf);
    else
        ds_buf_clear(buf);
}

void ds_exchange_completed(void *server, struct MHD_Connection *connection, void **con_cls,
                           enum MHD_RequestTerminationCode why)
{
    session *s = *con_cls;
    (void)server, (void)connection, (void)why;
    if (s == NULL)
        return;
    reuse(&s->target);
    reuse(&s->body);
    reuse(&s->reply.headers);
    reuse(&s->reply.body);
    reuse(&s->wire);
    s->held = (ds_held){.lost = false};
    s->begun = s->answered = s->body_too_large = false;
}
