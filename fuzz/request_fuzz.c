/* The simulator's request decoder and all that answers: the agent inside and outside, and the KMS.
 * Input: lines for verb, path, query, content type and accepted types, then the body; one that
 * begins with NUL is said to be cut off. */
#include "base/json.h"
#include "fuzz.h"
#include "simulator/address.h"
#include "simulator/dispatch.h"

/* Emitted events stay; with more than this the agent is booted again. */
#define EMITTED_MAX 4096

/* Bodies up to this are read again. */
#define SHORT_BODY 2048

static ds_identity identity;
static ds_simulator_reply reply;
static bool ready;

/* In: serves, what kind of listener it comes in by. */
static void ask(ds_simulator_request request, unsigned serves)
{
    request.serves = serves;
    ds_buf_clear(&reply.body);
    ds_simulator_answer(&reply, &identity, &request);
}

/* As over TCP, where both services answer. */
#define INSIDE (DS_SERVES_AGENT | DS_SERVES_TAPPD)

/* An agent that answers nothing would pass every test. */
static void check_serving(void)
{
    static const struct {
        const char *path;
        unsigned serves;
    } doors[] = {
        {"/Version", INSIDE},
        {"/v1/Version", INSIDE},
        {"/prpc/Tappd.Version", INSIDE},
        {"/prpc/v1/Version", DS_SERVES_EXTERNAL},
        {"/prpc/KMS.GetMeta", DS_SERVES_KMS},
    };
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++) {
        ask((ds_simulator_request){.verb = DS_LITERAL("GET"),
                                   .path = ds_slice_of(doors[i].path, strlen(doors[i].path))},
            doors[i].serves);
        PROMISE(reply.status == 200);
    }
}

static void boot(void)
{
    ds_buf notices;
    ds_error err;
    if (!ready)
        ds_buf_init(&reply.body, DS_SIMULATOR_REPLY_MAX);
    ready = true;
    ds_identity_free(&identity);
    ds_buf_init(&notices, 1 << 16);
    PROMISE(ds_identity_load(&identity, NULL, ds_slice_of("", 0), &notices, &err) == DS_OK);
    ds_buf_free(&notices);
    check_serving();
}

static void check_reply(void)
{
    ds_json_doc doc;
    ds_error err;
    bool refused =
        reply.status == 400 || reply.status == 404 || reply.status == 413 || reply.status == 501;
    PROMISE(reply.status == 200 || refused);
    PROMISE(ds_buf_status(&reply.body) == DS_OK && reply.body.len > 0);
    if (strcmp(reply.content_type, "application/json") != 0 || reply.body.len > SHORT_BODY)
        return;
    PROMISE(ds_json_parse(&doc, reply.body.data, reply.body.len, &err) == DS_OK);
    PROMISE(!refused || ds_json_member(doc.root, "error") != NULL);
    ds_json_free(&doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ds_slice input = {data, size};
    ds_simulator_request request = {.verb = fuzz_line(&input)};
    request.path = fuzz_line(&input);
    request.query = fuzz_line(&input);
    request.content_type = fuzz_line(&input);
    request.accept = fuzz_line(&input);
    request.body = input;
    request.body_too_large = input.len > 0 && *(const char *)input.data == '\0';
    if (!ready || identity.emitted > EMITTED_MAX)
        boot();
    ask(request, INSIDE);
    check_reply();
    if (ds_slice_starts(request.path, DS_LITERAL("/prpc/"))) {
        ask(request, DS_SERVES_EXTERNAL);
        check_reply();
        ask(request, DS_SERVES_KMS);
        check_reply();
    }
    return 0;
}
