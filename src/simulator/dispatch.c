#include "simulator/dispatch.h"

#include "base/json.h"
#include "rpc/codec.h"
#include "simulator/address.h"
#include "simulator/handlers.h"
#include "simulator/page.h"
#include "simulator/pccs.h"
#include "simulator/query.h"
#include "simulator/route.h"

#include <strings.h>

#define JSON "application/json"

#define PROTOBUF_FIELD_1 0x0a

#define STATUS_REFUSED         400
#define STATUS_NOT_IMPLEMENTED 501

/* Fails with the agent's words, whatever has been written so far. */
static void refuse(ds_simulator_reply *reply, int status, const char *text)
{
    ds_buf_clear(&reply->body);
    reply->status = status;
    reply->content_type = JSON;
    ds_buf_text(&reply->body, "{\n  \"error\": ");
    ds_json_put_string(&reply->body, ds_slice_of(text, strlen(text)));
    ds_buf_text(&reply->body, "\n}");
}

static void page(ds_simulator_reply *reply, int status, ds_slice accept)
{
    ds_buf_clear(&reply->body);
    ds_buf_clear(&reply->headers);
    reply->status = status;
    reply->content_type = ds_page_write(&reply->body, status, accept);
}

static bool is_json(ds_slice content_type)
{
    const char *p = content_type.data;
    size_t len = 0;
    while (len < content_type.len && p[len] != ';' && p[len] != ' ' && p[len] != '\t')
        len++;
    return len == strlen(JSON) && strncasecmp(p, JSON, len) == 0;
}

/* What is too large has not been read, and what it asked for in its Content-Type neither: unless
 * the path asks for JSON, the error is in protobuf. */
static void refuse_size(ds_simulator_reply *reply, const ds_release *release, ds_slice query)
{
    static const char text[] = "failed to read data: payload too large";
    refuse(reply, release->too_large_status, text);
    if (ds_query_wants_json(query))
        return;
    ds_buf_clear(&reply->body);
    reply->content_type = "application/octet-stream";
    ds_buf_byte(&reply->body, PROTOBUF_FIELD_1);
    ds_buf_byte(&reply->body, sizeof text - 1);
    ds_buf_text(&reply->body, text);
}

/* Reads JSON text. Nothing at all means that every member is at its default. */
static ds_status read_json(ds_message *message, ds_slice text, ds_error *err)
{
    ds_json_doc doc;
    if (text.len == 0)
        return DS_OK;
    ds_status status = ds_json_parse(&doc, text.data, text.len, err);
    if (status == DS_OK)
        status = ds_codec_read(message, doc.root, DS_RULES_REQUEST, err);
    ds_json_free(&doc);
    return status;
}

static ds_status read_query(ds_message *message, ds_slice query, ds_error *err)
{
    ds_buf json;
    ds_buf_init(&json, DS_SIMULATOR_BODY_MAX);
    ds_status status = ds_query_to_json(&json, message->fields, query, err);
    if (status == DS_OK)
        status = read_json(message, ds_buf_content(&json), err);
    ds_buf_free(&json);
    return status;
}

/* A method under way. */
typedef struct call {
    ds_identity *identity;
    const ds_surface *surface;
    const ds_row *row;
    ds_handler *handler;
    const ds_simulator_request *request;
    bool get; /* arguments are in the query */
} call;

/* Methods of v0 without arguments look at nothing, be it ever so broken. */
static ds_status read_arguments(ds_message *message, const call *c, ds_error *err)
{
    ds_status status = DS_OK;
    if (message->fields->name == NULL && !(c->row->flags & DS_READS))
        return DS_OK;
    if (c->get)
        status = read_query(message, c->request->query, err);
    else
        status = read_json(message, c->request->body, err);
    ds_release_forget(c->identity->release, c->surface, c->row->name, message);
    return status;
}

static ds_status write_reply(ds_buf *body, const call *c, ds_message *message, ds_error *err)
{
    ds_release_forget(c->identity->release, c->surface, c->row->name, message);
    ds_status status =
        c->row->flags & DS_UNIT ? ds_buf_text(body, "null") : ds_codec_write(body, message);
    return status == DS_OK ? DS_OK : ds_fail(err, status, "the reply is too large");
}

static ds_status run(ds_simulator_reply *reply, const call *c, ds_error *err)
{
    ds_message arguments, result = {.fields = NULL};
    ds_status status = ds_message_init(&arguments, c->row->request);
    if (status == DS_OK)
        status = ds_message_init(&result, c->row->reply);
    if (status != DS_OK)
        ds_fail_memory(err);
    if (status == DS_OK)
        status = read_arguments(&arguments, c, err);
    if (status == DS_OK)
        status = c->handler(c->identity, &arguments, &result, err);
    if (status == DS_OK)
        status = write_reply(&reply->body, c, &result, err);
    ds_message_free(&arguments);
    ds_message_free(&result);
    return status;
}

static void unknown_method(ds_simulator_reply *reply, const ds_release *release, ds_slice method)
{
    char name[DS_ROUTE_METHOD_MAX + 4], text[DS_ROUTE_METHOD_MAX + 32] = "Service not found: ";
    ds_excerpt(name, sizeof name, method.data, method.len);
    refuse(reply, release->unknown_status, strcat(text, name));
}

static ds_handler *find_handler(const ds_release *release, const ds_surface *surface,
                                const ds_row *row)
{
    if (row == NULL || !ds_release_has_method(release, surface, row->name))
        return NULL;
    return ds_handler_by_name(surface, row->name);
}

static void answer(ds_simulator_reply *reply, ds_identity *identity,
                   const ds_simulator_request *request, const ds_route *to, bool get)
{
    ds_error err;
    ds_status status;
    const ds_release *release = identity->release;
    const ds_row *row = ds_surface_row(to->surface, to->method.data, to->method.len);
    const call c = {.identity = identity,
                    .surface = to->surface,
                    .row = row,
                    .handler = find_handler(release, to->surface, row),
                    .request = request,
                    .get = get};
    reply->row = row;
    if (!get && !is_json(request->content_type) && !ds_query_wants_json(request->query))
        refuse(reply, STATUS_REFUSED,
               "this simulator speaks JSON only, not protobuf: send the header "
               "Content-Type: application/json (or add ?json to the path)");
    else if (!get && (request->body_too_large || request->body.len > DS_SIMULATOR_BODY_MAX))
        refuse_size(reply, release, request->query);
    else if (c.handler == NULL)
        unknown_method(reply, release, to->method);
    else if ((status = run(reply, &c, &err)) != DS_OK)
        refuse(reply, status == DS_UNSUPPORTED ? STATUS_NOT_IMPLEMENTED : STATUS_REFUSED, err.text);
}

void ds_simulator_answer(ds_simulator_reply *reply, ds_identity *identity,
                         const ds_simulator_request *request)
{
    ds_route to;
    bool get = ds_slice_equal(request->verb, DS_LITERAL("GET")) ||
               ds_slice_equal(request->verb, DS_LITERAL("HEAD"));
    bool post = ds_slice_equal(request->verb, DS_LITERAL("POST"));
    reply->status = 200;
    reply->content_type = JSON;
    reply->app_version =
        request->serves & DS_SERVES_EXTERNAL ? identity->release->app_version : NULL;
    reply->row = NULL;
    if (request->serves == DS_SERVES_PCCS && get &&
        ds_pccs_answer(reply, &identity->platform, request))
        ;
    else if ((get || post) && ds_route_find(&to, identity->release, request->serves, request->path))
        answer(reply, identity, request, &to, get);
    else
        page(reply, DS_PAGE_NOT_FOUND, request->accept);
    if (ds_buf_status(&reply->body) != DS_OK || ds_buf_status(&reply->headers) != DS_OK)
        page(reply, DS_PAGE_INTERNAL, request->accept);
}
