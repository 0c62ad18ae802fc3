/* Asking a simulated agent without a socket, and looking at what it says. */
#ifndef DS_TEST_SIMULATOR_SUPPORT_H
#define DS_TEST_SIMULATOR_SUPPORT_H

#include "base/json.h"
#include "simulator/address.h"
#include "simulator/dispatch.h"
#include "test.h"

#define UPSTREAM_DIR    "spec/vectors/simulator"
#define UPSTREAM_APP_ID "5bb4ff9a3837357f19dc176407a5709c62eb6c56"
#define UPSTREAM_ROOT   "0321529e458424ab1f710a3a57ec4dad2fb195ddca572f7469242ba6c7563085b6"
#define UPSTREAM_LINK                                                                              \
    "9e618603e72d01fedb82deff6daf2d62a572becf0059eec3f89c1ab40e1f2e594d2a283f843f34e8f39e4cc49a61" \
    "2496ce67223a12ac923f8efe330346dfc6c500"

typedef struct agent {
    ds_identity identity;
    ds_buf notices;
    ds_simulator_reply reply;
    ds_json_doc json; /* of the reply, where it is JSON */
} agent;

static ds_status agent_try(agent *a, const char *dir, const char *app_id, ds_error *err)
{
    unsigned char id[64];
    size_t n = app_id == NULL ? 0 : test_bytes(id, app_id);
    memset(a, 0, sizeof *a);
    ds_buf_init(&a->notices, 1 << 16);
    ds_buf_init(&a->reply.headers, DS_SIMULATOR_HEADERS_MAX);
    ds_buf_init(&a->reply.body, DS_SIMULATOR_REPLY_MAX);
    return ds_identity_load(&a->identity, dir, ds_slice_of(id, n), &a->notices, err);
}

static void agent_start(agent *a, const char *dir, const char *app_id)
{
    ds_error err;
    if (agent_try(a, dir, app_id, &err) != DS_OK) {
        printf("not ok: %s\n", err.text);
        abort();
    }
    ds_buf_byte(&a->notices, '\0');
}

static void agent_stop(agent *a)
{
    ds_identity_free(&a->identity);
    ds_buf_free(&a->notices);
    ds_buf_free(&a->reply.headers);
    ds_buf_free(&a->reply.body);
    ds_json_free(&a->json);
}

static inline bool agent_notes(const agent *a, const char *text)
{
    return strstr((const char *)a->notices.data, text) != NULL;
}

/* Comes in by the agent's listener unless the request says otherwise. Returns the HTTP status. */
static int agent_request(agent *a, const ds_simulator_request *request)
{
    ds_error err;
    ds_simulator_request r = *request;
    r.serves = r.serves == 0 ? DS_SERVES_AGENT : r.serves;
    ds_buf_clear(&a->reply.headers);
    ds_buf_clear(&a->reply.body);
    ds_json_free(&a->json);
    ds_simulator_answer(&a->reply, &a->identity, &r);
    if (strcmp(a->reply.content_type, "application/json") == 0 &&
        ds_json_parse(&a->json, a->reply.body.data, a->reply.body.len, &err) != DS_OK)
        abort();
    return a->reply.status;
}

static inline ds_slice text_slice(const char *text)
{
    return ds_slice_of(text, text == NULL ? 0 : strlen(text));
}

/* POST with a JSON body. */
static inline int ask(agent *a, const char *method, const char *body)
{
    char path[64];
    snprintf(path, sizeof path, "/%s", method);
    return agent_request(a, &(ds_simulator_request){.verb = DS_LITERAL("POST"),
                                                    .path = text_slice(path),
                                                    .content_type = DS_LITERAL("application/json"),
                                                    .body = text_slice(body)});
}

/* The same at a listener of another kind. */
static inline int ask_at(agent *a, unsigned serves, const char *path, const char *body)
{
    return agent_request(a, &(ds_simulator_request){.serves = serves,
                                                    .verb = DS_LITERAL("POST"),
                                                    .path = text_slice(path),
                                                    .content_type = DS_LITERAL("application/json"),
                                                    .body = text_slice(body)});
}

static inline int get(agent *a, const char *path, const char *query)
{
    return agent_request(a, &(ds_simulator_request){.verb = DS_LITERAL("GET"),
                                                    .path = text_slice(path),
                                                    .query = text_slice(query)});
}

/* The reply's member as text, or "". */
static inline ds_slice member(const agent *a, const char *name)
{
    const ds_json *value = a->json.root == NULL ? NULL : ds_json_member(a->json.root, name);
    return value == NULL ? ds_slice_of("", 0) : value->text;
}

static inline ds_slice element(const agent *a, const char *name, size_t i)
{
    const ds_json *item = ds_json_member(a->json.root, name)->first;
    while (i-- > 0 && item != NULL)
        item = item->next;
    return item == NULL ? ds_slice_of("", 0) : item->text;
}

static inline bool is_text(ds_slice got, const char *want)
{
    return ds_slice_equal(got, text_slice(want));
}

static inline bool member_is(const agent *a, const char *name, const char *want)
{
    return is_text(member(a, name), want);
}

static inline bool body_is(const agent *a, const char *want)
{
    return is_text(ds_buf_content(&a->reply.body), want);
}

/* The bytes a hex member stands for. Returns how many. */
static inline size_t member_bytes(const agent *a, const char *name, unsigned char *out)
{
    ds_slice hex = member(a, name);
    return ds_hex_decode(out, hex.data, hex.len) ? hex.len / 2 : 0;
}

/* Returns true when the answer has this status and this error text. */
static inline bool refused_with(const agent *a, int status, const char *want)
{
    if (a->reply.status == status && member_is(a, "error", want))
        return true;
    printf("got: %d %.*s\n", a->reply.status, (int)a->reply.body.len, (char *)a->reply.body.data);
    return false;
}

static inline bool refused(const agent *a, const char *want)
{
    return refused_with(a, 400, want);
}

static inline void agent_become(agent *a, const char *name)
{
    const ds_release *release;
    ds_error err;
    if (ds_release_find(&release, name, &err) != DS_OK ||
        ds_identity_become(&a->identity, release, &err) != DS_OK)
        abort();
}

static inline bool is_unknown(const agent *a, const char *method)
{
    char text[256];
    snprintf(text, sizeof text, "Service not found: %s", method);
    return refused_with(a, 404, text);
}

#endif
