/* Memory runs out at every single allocation of a call, on the client's and on the agent's side:
 * the call fails with a word of ours, nothing leaks, and the next call works. */
#include "http_client.h"
#include "simulator_support.h"
#include "torture.h"

#include "base/json_order.h"
#include "deploy/compose_hash.h"
#include "deploy/form.h"
#include "guest/guest.h"
#include "http/poller.h"
#include "http1/reader.h"
#include "http1/request.h"
#include "rpc/call.h"
#include "simulator/pcs.h"

#define LINK                                                                                       \
    "2222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222"  \
    "222222222222222222222222222222222222222"
#define KEY  "0101010101010101010101010101010101010101010101010101010101010101"
#define BODY "{\"key\":\"" KEY "\",\"signature_chain\":[\"" LINK "\",\"" LINK "\"],\"new\":[1,{}]}"

static char reply[1024];

static bool answer_key(int fd, int connection, int request, const char *text)
{
    (void)connection, (void)request, (void)text;
    server_text(fd, reply);
    return true;
}

/* One call of GetKey, from arguments to checked reply. */
static ds_status get_key(ds_http *http, ds_error *err)
{
    ds_call call;
    ds_buf body;
    ds_buf_init(&body, DS_REQUEST_MAX);
    ds_status status = ds_call_init(&call, &ds_guest_v0, ds_surface_row(&ds_guest_v0, "GetKey", 6));
    if (status == DS_OK &&
        !ds_value_set_bytes(&call.request, ds_message_at(&call.request, "path"), DS_LITERAL("a")))
        status = DS_MEMORY;
    if (status == DS_OK)
        status = ds_call_body(&call, &body, err);
    if (status == DS_OK) {
        ds_http_request request = post(PATIENCE);
        request.body = ds_buf_content(&body);
        status = ds_http_run(http, &request, err);
    }
    if (status == DS_OK)
        status = ds_call_finish(&call, ds_http_head(http)->status, ds_http_body(http), err);
    if (status == DS_OK && ds_message_bytes(&call.reply, "key").len != 32)
        status = DS_INTERNAL;
    ds_buf_free(&body);
    ds_call_free(&call);
    return status;
}

/* Fails as memory does, or gets by without. libcurl cannot tell short memory from a long head. */
static bool fair(ds_status status, const ds_error *err)
{
    bool good = status == DS_MEMORY || status == DS_OK ||
                (status == DS_TOO_LARGE && strstr(err->text, "no memory") != NULL);
    if (!good)
        printf("   %s: %s\n", ds_status_word(status), err->text);
    return good;
}

/* The transport is made, and used for the first time, while memory is short. */
static bool first_call(void *unused)
{
    ds_http_options options = at_path(socket_path);
    ds_error err;
    ds_http *http;
    (void)unused;
    ds_status status = ds_http_new(&http, &options, &err);
    if (status == DS_OK)
        status = get_key(http, &err);
    bool good = torture_disarm() ? fair(status, &err) : status == DS_OK;
    if (http != NULL)
        good = good && get_key(http, &err) == DS_OK;
    ds_http_free(http);
    return good;
}

/* One that believes a key and a CA is made. */
static bool pinned_client(void *unused)
{
    const ds_http_options options = {.base_url = DS_LITERAL("https://a.example"),
                                     .max_body = 1000,
                                     .ca_file = "ca.pem",
                                     .pins =
                                         "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
    ds_error err;
    ds_http *http;
    (void)unused;
    ds_status status = ds_http_new(&http, &options, &err);
    bool good = torture_disarm() ? fair(status, &err) : status == DS_OK;
    ds_http_free(http);
    return good;
}

static ds_status poll_call(ds_http *http, ds_poller *poller, ds_error *err)
{
    size_t slot;
    bool done = false;
    ds_http_request request = post(PATIENCE);
    ds_status status = ds_poller_add(poller, &slot, http, err);
    if (status == DS_OK)
        status = ds_http_start(http, &request, err);
    if (status == DS_OK)
        status = ds_http_step(http, 0, &done, err);
    if (status != DS_OK || done)
        return status;
    return ds_poller_wait(poller, PATIENCE, &status, err) == slot ? status : DS_INTERNAL;
}

/* The same, waited for by a poller. */
static bool polled_call(void *unused)
{
    ds_http_options options = at_path(socket_path);
    ds_error err = {.status = DS_OK};
    ds_http *http;
    ds_poller *poller = NULL;
    (void)unused;
    ds_status status = ds_http_new(&http, &options, &err);
    if (status == DS_OK)
        status = ds_poller_new(&poller, &err);
    if (status == DS_OK)
        status = poll_call(http, poller, &err);
    bool good = torture_disarm() ? fair(status, &err) : status == DS_OK;
    ds_poller_free(poller);
    if (http != NULL)
        good = good && get_key(http, &err) == DS_OK;
    ds_http_free(http);
    return good;
}

static ds_status connect_polled(ds_channel *channel, ds_poller *poller, ds_error *err)
{
    size_t slot;
    bool done = false;
    ds_status status = ds_poller_add_channel(poller, &slot, channel, err);
    if (status == DS_OK)
        status = ds_channel_step(channel, 0, &done, err);
    if (status != DS_OK)
        return status;
    return ds_poller_wait(poller, PATIENCE, &status, err) == slot ? status : DS_INTERNAL;
}

/* A channel that nobody answers, with a certificate and a poller. */
static bool refused_channel(void *unused)
{
    const ds_channel_options options = {.url = DS_LITERAL("https://127.0.0.1:1"),
                                        .deadline = ds_http_now() + PATIENCE,
                                        .certificate = DS_LITERAL("a certificate"),
                                        .key = DS_LITERAL("its key")};
    ds_error err = {.status = DS_OK};
    ds_poller *poller = NULL;
    ds_channel *channel;
    (void)unused;
    ds_status status = ds_channel_new(&channel, &options, &err);
    if (status == DS_OK)
        status = ds_poller_new(&poller, &err);
    if (status == DS_OK)
        status = connect_polled(channel, poller, &err);
    bool struck = torture_disarm();
    bool good = status == DS_CONNECT || (struck && fair(status, &err));
    ds_channel_free(channel);
    ds_poller_free(poller);
    return good;
}

/* The connection is there already. */
static bool next_call(void *unused)
{
    ds_error err;
    long at = torture.countdown;
    bool lasting = torture.lasting;
    (void)unused;
    torture_disarm();
    ds_http *http = client();
    bool good = get_key(http, &err) == DS_OK;
    torture_arm(at, lasting);
    ds_status status = get_key(http, &err);
    good = good && (torture_disarm() ? fair(status, &err) : status == DS_OK);
    good = good && get_key(http, &err) == DS_OK;
    ds_http_free(http);
    return good;
}

static void test_client(void)
{
    snprintf(reply, sizeof reply,
             "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\n\r\n%s",
             strlen(BODY), BODY);
    start(answer_key);
    CHECK(first_call(NULL));
    CHECK(torture_rounds(first_call, NULL) > 50);
    CHECK(torture_rounds(next_call, NULL) > 10);
    CHECK(torture_rounds(polled_call, NULL) > 50);
    CHECK(torture_rounds(pinned_client, NULL) > 3);
    CHECK(refused_channel(NULL));
    CHECK(torture_rounds(refused_channel, NULL) > 20);
    /* a chunked body goes another way */
    snprintf(
        reply, sizeof reply,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%zx\r\n%s\r\n0\r\nX-T: 1\r\n\r\n",
        strlen(BODY), BODY);
    CHECK(torture_rounds(next_call, NULL) > 10);
    CHECK(torture_rounds(polled_call, NULL) > 50);
    server_stop();
}

/* What the agent is asked, and what stands in its answer. */
static const struct question {
    const char *method, *body, *says;
} questions[] = {
    {"GetKey", "{\"path\":\"a\",\"purpose\":\"b\",\"algorithm\":\"secp256k1\"}", "\"key\""},
    {"GetKey", "{\"algorithm\":\"ed25519\"}", "\"key\""},
    {"GetTlsKey", "{\"subject\":\"a\",\"alt_names\":[\"b\",\"127.0.0.1\"],\"usage_ra_tls\":true}",
     "certificate_chain"},
    {"GetQuote", "{\"report_data\":\"00ff\"}", "\"quote\""},
    {"Attest", "{\"report_data\":\"00ff\"}", "\"attestation\""},
    {"Info", "", "\"tcb_info\""},
    {"Sign", "{\"algorithm\":\"ed25519\",\"data\":\"00\"}", "\"signature\""},
    {"Sign", "{\"algorithm\":\"secp256k1\",\"data\":\"00\"}", "\"signature\""},
    {"Version", "{}", "\"version\""},
    {"prpc/Tappd.DeriveKey", "{\"path\":\"a\",\"subject\":\"a\"}", "certificate_chain"},
    {"prpc/Tappd.TdxQuote", "{\"report_data\":\"00ff\"}", "\"quote\""},
    {"v1/GetKey", "{\"domain\":\"a\",\"algorithm\":\"ed25519\"}", "public_key"},
    {"v1/Attest", "{\"report_data\":\"00ff\"}", "\"attestation\""},
    {"v1/Info", "{}", "\"app_compose\""},
    {"Nothing", "{}", "Service not found"},
};

static bool says(const agent *a, const char *text)
{
    const ds_slice wanted = text_slice(text);
    ds_slice rest = ds_buf_content(&a->reply.body);
    while (rest.len >= wanted.len && !ds_slice_starts(rest, wanted))
        rest = ds_slice_of((const char *)rest.data + 1, rest.len - 1);
    return rest.len >= wanted.len;
}

static void put(agent *a, const struct question *q)
{
    char path[64];
    snprintf(path, sizeof path, "/%s", q->method);
    ds_buf_free(&a->reply.body);
    ds_simulator_answer(&a->reply, &a->identity,
                        &(ds_simulator_request){.verb = DS_LITERAL("POST"),
                                                .path = text_slice(path),
                                                .serves = DS_SERVES_AGENT | DS_SERVES_TAPPD,
                                                .content_type = DS_LITERAL("application/json"),
                                                .body = text_slice(q->body)});
}

/* What the platform is judged by: a CRL, the collateral as a file. Its keys and certificates are
 * made before, which takes too many allocations to refuse each; its quotes are among the questions.
 */
struct evidence {
    ds_platform platform;
    ds_pcs pcs;
};

static ds_status make_evidence(const struct evidence *e, ds_error *err)
{
    const ds_platform *platform = &e->platform;
    ds_buf out;
    ds_buf_init(&out, DS_PCS_MAXBYTES);
    ds_status status = ds_pki_crl(&out, &platform->pki, DS_CRL_OF_PCK_CA, 0, &platform->flaws, err);
    if (status == DS_OK)
        status = ds_pcs_write(&out, &e->pcs, true, err);
    ds_buf_free(&out);
    return status;
}

/* OpenSSL does not say whether it was memory that it lacked. */
static bool evidence_once(void *context)
{
    ds_error err;
    ds_status status = make_evidence(context, &err);
    bool struck = torture_disarm();
    if (status != DS_OK &&
        (!struck || (status != DS_MEMORY && status != DS_INTERNAL && status != DS_INVALID)))
        return false;
    return make_evidence(context, &err) == DS_OK;
}

static void test_evidence(void)
{
    ds_platform_options options = {.now = 1800000000};
    struct evidence e;
    ds_error err;
    CHECK(ds_flaws_add(&options.flaws, "pck-revoked", &err) == DS_OK);
    CHECK(ds_platform_make(&e.platform, &options, &err) == DS_OK);
    CHECK(ds_pcs_make(&e.pcs, &e.platform, DS_TEE_TDX, &err) == DS_OK);
    CHECK(evidence_once(&e));
    CHECK(torture_rounds(evidence_once, &e) > 100);
    ds_pcs_free(&e.pcs);
    ds_platform_free(&e.platform);
}

static agent simulated;

/* An answer is right, or a failure that says so, or there was not even memory for that. */
static bool ask_once(void *context)
{
    const struct question *q = context;
    put(&simulated, q);
    bool struck = torture_disarm();
    int status = simulated.reply.status;
    bool good = says(&simulated, q->says);
    if (struck && !good)
        good = status == 500 || (status == 400 && says(&simulated, "\"error\""));
    put(&simulated, q);
    good = good && says(&simulated, q->says);
    ds_buf_free(&simulated.reply.body);
    return good;
}

static void test_simulator(void)
{
    agent_start(&simulated, NULL, NULL);
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        struct question q = questions[i];
        CHECK(ask_once(&q));
        test_count(torture_rounds(ask_once, &q) > 0, __FILE__, __LINE__, q.method);
    }
    agent_stop(&simulated);
}

/* A document that takes every way there is to make a text of it. */
#define COMPOSE                                                                                    \
    "{\"runner\":\"bash\",\"x\":{\"10\":[1.5,null],\"9\":\"<\"},\"name\":\"n\",\"features\":["     \
    "\"a\",null],"                                                                                 \
    "\"docker_config\":{\"registry\":\"r\"},\"docker_compose_file\":\"y\",\"pre_launch_script\":"  \
    "\"\"}"

/* What text is made: a form's, or what a flavour's helper hashes. */
struct way {
    const ds_json_style *form;
    const ds_flavour *flavour;
};

static ds_status make_text(ds_buf *out, const struct way *way, ds_error *err)
{
    ds_slice text = DS_LITERAL(COMPOSE);
    ds_buf_init(out, 4096);
    if (way->flavour != NULL)
        return ds_compose_canonical(out, text, way->flavour, true, err);
    return ds_form_write(out, text, way->form, err);
}

/* The text is the one that it always is, or there was no memory for it. */
static bool text_once(void *context)
{
    ds_buf tried, right;
    ds_error err, none;
    ds_status status = make_text(&tried, context, &err);
    bool struck = torture_disarm();
    bool good = make_text(&right, context, &none) == DS_OK &&
                (status == DS_OK ? ds_slice_equal(ds_buf_content(&tried), ds_buf_content(&right))
                                 : struck && status == DS_MEMORY && err.status == DS_MEMORY);
    ds_buf_free(&tried);
    ds_buf_free(&right);
    return good;
}

/* A request written and its reply read, as over nginx's sockets. */
static bool bytes_once(void *unused)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "2\r\n{}\r\n0\r\n\r\n";
    const ds_request request = {
        .method = "POST", .path = DS_LITERAL("/A"), .host = DS_LITERAL("h")};
    ds_head head;
    ds_chunks chunks;
    ds_buf body, out;
    ds_reader reader;
    ds_error err;
    (void)unused;
    ds_head_init(&head, 100);
    ds_chunks_init(&chunks);
    ds_buf_init(&body, 100);
    ds_buf_init(&out, DS_REQUEST_HEAD_BYTES);
    ds_reader_init(&reader, &head, &chunks, &body);
    ds_status status = ds_request_write(&out, &request, &err);
    for (size_t i = 0; status == DS_OK && i < sizeof text - 1; i++)
        status = ds_reader_feed(&reader, text + i, 1, &err);
    bool struck = torture_disarm();
    bool good = status == DS_OK ? ds_reader_done(&reader) && body.len == 2
                                : struck && status == DS_MEMORY && err.status == DS_MEMORY;
    ds_reader_free(&reader);
    ds_head_free(&head);
    ds_chunks_free(&chunks);
    ds_buf_free(&body);
    ds_buf_free(&out);
    return good;
}

static void test_reply_bytes(void)
{
    CHECK(bytes_once(NULL));
    CHECK(torture_rounds(bytes_once, NULL) > 4);
}

static void test_compose(void)
{
    struct way way = {NULL, NULL};
    for (size_t i = 0; (way.form = ds_form_at(i)) != NULL; i++) {
        CHECK(text_once(&way));
        CHECK(torture_rounds(text_once, &way) > 5);
    }
    for (size_t i = 0; (way.flavour = ds_flavour_at(i)) != NULL; i++) {
        CHECK(text_once(&way));
        CHECK(torture_rounds(text_once, &way) > 5);
    }
}

/* Whether members are distinct is known, or there was no memory to find out. */
static bool distinct_once(void *text)
{
    ds_json_doc doc;
    ds_error err;
    ds_status status = ds_json_parse(&doc, text, strlen(text), &err);
    if (status == DS_OK)
        status = ds_json_distinct(doc.root, &err);
    bool struck = torture_disarm();
    ds_json_free(&doc);
    return struck ? status == DS_MEMORY && err.status == DS_MEMORY : status == DS_INVALID;
}

static void test_distinct(void)
{
    static char text[] = "{\"a\":[{\"b\":1,\"c\":{}},{\"d\":{\"e\":1,\"e\":2}}],\"f\":null}";
    CHECK(distinct_once(text));
    CHECK(torture_rounds(distinct_once, text) > 4);
}

int main(void)
{
    torture_begin();
    begin();
    test_client();
    test_simulator();
    test_evidence();
    test_compose();
    test_distinct();
    test_reply_bytes();
    return finish();
}
