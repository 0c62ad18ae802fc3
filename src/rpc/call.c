#include "rpc/call.h"

#include "rpc/codec.h"
#include "rpc/failure.h"

#include <stdio.h>

ds_status ds_call_init(ds_call *call, const ds_surface *surface, const ds_row *row)
{
    *call = (ds_call){.surface = surface, .row = row};
    ds_status status = ds_message_init(&call->request, row->request);
    if (status == DS_OK)
        status = ds_message_init(&call->reply, row->reply);
    return status;
}

void ds_call_free(ds_call *call)
{
    ds_message_free(&call->request);
    ds_message_free(&call->reply);
    ds_json_free(&call->extra);
}

ds_status ds_call_body(const ds_call *call, ds_buf *body, ds_error *err)
{
    ds_status status = ds_codec_check_request(&call->request, err);
    if (status == DS_OK && call->row->check_request != NULL)
        status = call->row->check_request(&call->request, err);
    if (status != DS_OK)
        return status;
    status = ds_codec_write(body, &call->request);
    if (status == DS_TOO_LARGE)
        return ds_fail(err, status, "the request is larger than %lu bytes",
                       (unsigned long)body->max);
    return status == DS_OK ? DS_OK : ds_fail_memory(err);
}

/* The whole body must be one JSON document; what breaks JSON is named as the parser names it. */
static ds_status parse(ds_call *call, ds_slice body, ds_error *err)
{
    ds_error why;
    ds_status status = ds_json_parse(&call->extra, body.data, body.len, &why);
    if (status == DS_INVALID)
        return ds_fail(err, DS_REPLY, "body: %s", why.text);
    if (status != DS_OK)
        *err = why;
    return status;
}

static ds_status read_reply(ds_call *call, ds_error *err)
{
    const ds_json *root = call->extra.root;
    if ((call->row->flags & DS_UNIT) && root->type == DS_JSON_NULL)
        return DS_OK;
    if (root->type != DS_JSON_OBJECT)
        return ds_fail(err, DS_REPLY, "body: type: %s instead of an object",
                       ds_json_type_name(root->type));
    const ds_json *error = ds_json_member(root, "error");
    if (error != NULL && !ds_fields_known(call->row->reply, error->key)) {
        if (error->type == DS_JSON_STRING)
            return ds_failure_words(call->surface->peer, call->row->name, 200, error->text, err);
        if (error->type == DS_JSON_NULL)
            return ds_fail(err, DS_REPLY, "error: null: null is no value");
        if (call->row->flags & DS_UNIT) /* nothing else in it could show that it is a failure */
            return ds_fail(err, DS_REPLY, "error: type: %s instead of a string",
                           ds_json_type_name(error->type));
    }
    ds_status status = ds_codec_read(&call->reply, root, DS_RULES_REPLY, err);
    if (status == DS_OK && call->row->check != NULL)
        status = call->row->check(&call->request, &call->reply, err);
    return status;
}

/* An agent that refuses an algorithm does not say which. */
static ds_status name_algorithm(const ds_call *call, ds_status status, ds_error *err)
{
    char shown[64];
    bool asked = ds_fields_known(call->row->request, DS_LITERAL("algorithm"));
    if (status != DS_RPC || !asked || strstr(err->text, "lgorithm") == NULL)
        return status;
    ds_slice algorithm = ds_message_bytes(&call->request, "algorithm");
    size_t len = strlen(err->text);
    ds_excerpt(shown, sizeof shown, algorithm.data, algorithm.len);
    snprintf(err->text + len, sizeof err->text - len, "; asked for: '%s'", shown);
    return status;
}

ds_status ds_call_finish(ds_call *call, int http_status, ds_slice body, ds_error *err)
{
    if (http_status != 200)
        return name_algorithm(call,
                              ds_failure_read(call->surface->peer, call->row->name, http_status,
                                              body, &call->agent_spoke, err),
                              err);
    ds_status status = parse(call, body, err);
    if (status == DS_OK)
        status = read_reply(call, err);
    call->agent_spoke = status == DS_OK || status == DS_RPC || status == DS_UNSUPPORTED;
    if (status != DS_OK) {
        ds_message_free(&call->reply);
        ds_json_free(&call->extra);
    }
    return status;
}
