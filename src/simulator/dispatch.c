#include "simulator/dispatch.h"

#include "base/json.h"
#include "rpc/codec.h"
#include "simulator/address.h"
#include "simulator/handlers.h"
#include "simulator/page.h"
#include "simulator/query.h"

#include <strings.h>

#define JSON "application/json"

/* No method has a longer name; longer ones are shown cut off. */
#define METHOD_MAX 256

/* Fails with the agent's words, whatever has been written so far. */
static void refuse(ds_simulator_reply *reply, const char *text)
{
    ds_buf_clear(&reply->body);
    reply->status = 400;
    reply->content_type = JSON;
    ds_buf_text(&reply->body, "{\n  \"error\": ");
    ds_json_put_string(&reply->body, ds_slice_of(text, strlen(text)));
    ds_buf_text(&reply->body, "\n}");
}

static void page(ds_simulator_reply *reply, int status, ds_slice accept)
{
    ds_buf_clear(&reply->body);
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

/* Where a request leads. */
typedef struct route {
    const ds_surface *surface;
    ds_slice method; /* in room */
    unsigned char room[METHOD_MAX];
} route;

static ds_slice behind(ds_slice text, size_t n)
{
    return ds_slice_of((const char *)text.data + n, text.len - n);
}

/* A surface is mounted at its prefix up to the last '/'; the rest of that, such as "Tappd.", may
 * stand before a method, and more than once. The method is one segment that is not empty. */
static bool leads_to(route *out, const ds_surface *surface, ds_slice path)
{
    size_t mount = (size_t)(strrchr(surface->prefix, '/') - surface->prefix) + 1;
    ds_slice service = {surface->prefix + mount, strlen(surface->prefix + mount)};
    if (path.len <= mount || !ds_slice_starts(path, ds_slice_of(surface->prefix, mount)))
        return false;
    ds_slice segment = behind(path, mount);
    if (memchr(segment.data, '/', segment.len) != NULL)
        return false;
    if (segment.len > METHOD_MAX)
        segment.len = METHOD_MAX;
    ds_slice method = {out->room, ds_percent_decode(out->room, segment, false)};
    while (service.len > 0 && ds_slice_starts(method, service))
        method = behind(method, service.len);
    out->surface = surface;
    out->method = method;
    return true;
}

static bool find_route(route *out, const ds_simulator_request *request)
{
    static const struct {
        unsigned serves;
        const ds_surface *surface;
    } mounts[] = {{DS_SERVES_AGENT, &ds_guest_v0}, {DS_SERVES_TAPPD, &ds_guest_tappd}};
    for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++)
        if ((request->serves & mounts[i].serves) && leads_to(out, mounts[i].surface, request->path))
            return true;
    return false;
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

/* Methods without arguments look at nothing, be it ever so broken. */
static ds_status read_arguments(ds_message *message, const ds_simulator_request *request, bool get,
                                ds_error *err)
{
    if (message->fields->name == NULL)
        return DS_OK;
    return get ? read_query(message, request->query, err) : read_json(message, request->body, err);
}

static ds_status write_reply(ds_buf *body, const ds_row *row, const ds_message *message,
                             ds_error *err)
{
    ds_status status =
        row->flags & DS_UNIT ? ds_buf_text(body, "null") : ds_codec_write(body, message);
    return status == DS_OK ? DS_OK : ds_fail(err, status, "the reply is too large");
}

static ds_status call(ds_simulator_reply *reply, ds_identity *identity, const ds_row *row,
                      ds_handler *handler, const ds_simulator_request *request, bool get,
                      ds_error *err)
{
    ds_message arguments, result = {.fields = NULL};
    ds_status status = ds_message_init(&arguments, row->request);
    if (status == DS_OK)
        status = ds_message_init(&result, row->reply);
    if (status != DS_OK)
        ds_fail_memory(err);
    if (status == DS_OK)
        status = read_arguments(&arguments, request, get, err);
    if (status == DS_OK)
        status = handler(identity, &arguments, &result, err);
    if (status == DS_OK)
        status = write_reply(&reply->body, row, &result, err);
    ds_message_free(&arguments);
    ds_message_free(&result);
    return status;
}

static void unknown_method(ds_simulator_reply *reply, ds_slice method)
{
    char name[METHOD_MAX + 4], text[METHOD_MAX + 32] = "Service not found: ";
    ds_excerpt(name, sizeof name, method.data, method.len);
    refuse(reply, strcat(text, name));
}

static void answer(ds_simulator_reply *reply, ds_identity *identity,
                   const ds_simulator_request *request, const route *to, bool get)
{
    ds_error err;
    const ds_row *row = ds_surface_row(to->surface, to->method.data, to->method.len);
    ds_handler *handler = row == NULL ? NULL : ds_handler_by_name(to->surface, row->name);
    reply->row = row;
    if (!get && !is_json(request->content_type) && !ds_query_wants_json(request->query))
        refuse(reply, "this simulator speaks JSON only, not protobuf: send the header "
                      "Content-Type: application/json (or add ?json to the path)");
    else if (!get && (request->body_too_large || request->body.len > DS_SIMULATOR_BODY_MAX))
        refuse(reply, "failed to read data: payload too large");
    else if (handler == NULL)
        unknown_method(reply, to->method);
    else if (call(reply, identity, row, handler, request, get, &err) != DS_OK)
        refuse(reply, err.text);
}

void ds_simulator_answer(ds_simulator_reply *reply, ds_identity *identity,
                         const ds_simulator_request *request)
{
    route to;
    bool get = ds_slice_equal(request->verb, DS_LITERAL("GET")) ||
               ds_slice_equal(request->verb, DS_LITERAL("HEAD"));
    bool post = ds_slice_equal(request->verb, DS_LITERAL("POST"));
    reply->status = 200;
    reply->content_type = JSON;
    reply->row = NULL;
    if ((get || post) && find_route(&to, request))
        answer(reply, identity, request, &to, get);
    else
        page(reply, DS_PAGE_NOT_FOUND, request->accept);
    if (ds_buf_status(&reply->body) != DS_OK)
        page(reply, DS_PAGE_INTERNAL, request->accept);
}
