/* What the simulated Tappd answers, and where. */
#include "attest/quote.h"
#include "attest/report_data.h"
#include "crypto/pem.h"
#include "crypto/x509.h"
#include "simulator_support.h"
#include "simulator_vectors.h"
#include "vectors.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Calls a method of Tappd with those members of a vector that are named. */
static int call(agent *a, const char *method, const ds_json *v, const char *const *names)
{
    char path[64];
    ds_buf body;
    ds_buf_init(&body, 1 << 16);
    for (const char *const *name = names; *name != NULL; name++) {
        ds_buf_text(&body, name == names ? "{\"" : ",\"");
        ds_buf_text(&body, *name);
        ds_buf_text(&body, "\":");
        ds_json_put_string(&body, vector_text(v, *name));
    }
    ds_buf_add(&body, "}", 2);
    snprintf(path, sizeof path, "/prpc/Tappd.%s", method);
    int status = ask_at(a, DS_SERVES_TAPPD, path, (const char *)body.data);
    ds_buf_free(&body);
    return status;
}

static void use_root(agent *a, const ds_json *v)
{
    unsigned char root[DS_KEY_BYTES];
    vector_bytes(root, v, "root");
    memcpy(a->identity.app_root_key, root, sizeof root);
}

/* Quotes */

static void check_report_data(const ds_json *v)
{
    unsigned char content[256], want[64];
    ds_app_data data;
    ds_error err = {DS_OK, ""};
    ds_status status =
        ds_report_data_app(&data, vector_bytes(content, v, "report_data"),
                           vector_text(v, "hash_algorithm"), vector_text(v, "prefix"), &err);
    if (ds_json_member(v, "final") == NULL) {
        CHECK_VECTOR(v, status == DS_INVALID && is_text(vector_text(v, "error"), err.text));
        return;
    }
    vector_bytes(want, v, "final");
    CHECK_VECTOR(v, status == DS_OK && memcmp(data.report_data, want, sizeof want) == 0);
    CHECK_VECTOR(v, ds_slice_equal(data.hash_algorithm, vector_text(v, "echo_hash_algorithm")));
    CHECK_VECTOR(v, ds_slice_equal(data.prefix, vector_text(v, "echo_prefix")));
}

static void check_quote(agent *a, const ds_json *v)
{
    static const char *const names[] = {"report_data", "hash_algorithm", "prefix", NULL};
    static unsigned char bytes[8192];
    unsigned char want[64];
    ds_quote quote;
    ds_error err;
    int status = call(a, "TdxQuote", v, names);
    if (ds_json_member(v, "final") == NULL) {
        CHECK_VECTOR(v,
                     status == 400 && ds_slice_equal(member(a, "error"), vector_text(v, "error")));
        return;
    }
    vector_bytes(want, v, "final");
    CHECK_VECTOR(v, status == 200);
    CHECK_VECTOR(v, ds_quote_parse(&quote, ds_slice_of(bytes, member_bytes(a, "quote", bytes)),
                                   &err) == DS_OK);
    CHECK_VECTOR(v, memcmp(quote.report.report_data, want, sizeof want) == 0);
    CHECK_VECTOR(
        v, ds_slice_equal(member(a, "hash_algorithm"), vector_text(v, "echo_hash_algorithm")));
    CHECK_VECTOR(v, ds_slice_equal(member(a, "prefix"), vector_text(v, "echo_prefix")));
}

#define SIXTY_FOUR(digits) digits digits digits digits digits digits digits digits

static void quotes(agent *a)
{
    static const char raw[] =
        "{\"report_data\":\"" SIXTY_FOUR("0102030405060708") "\",\"prefix\":\"x\"}";
    ask_at(a, DS_SERVES_TAPPD, "/prpc/TdxQuote", "{\"hash_algorithm\":\"SHA512\"}");
    CHECK(refused(a, "invalid hash algorithm"));
    ask_at(a, DS_SERVES_TAPPD, "/prpc/RawQuote", "{\"report_data\":\"01\"}");
    CHECK(refused(a, "invalid content length"));
    CHECK(ask_at(a, DS_SERVES_TAPPD, "/prpc/Tappd.RawQuote", raw) == 200);
    CHECK(member_is(a, "hash_algorithm", "raw") && member_is(a, "prefix", ""));
    ds_slice quote = member(a, "quote");
    CHECK(quote.len > 1264 &&
          memcmp((const char *)quote.data + 1136, SIXTY_FOUR("0102030405060708"), 128) == 0);
    ds_slice log = member(a, "event_log");
    char *keep = malloc(log.len);
    memcpy(keep, log.data, log.len);
    CHECK(ask_at(a, DS_SERVES_AGENT, "/GetQuote", "") == 200);
    CHECK(ds_slice_equal(member(a, "event_log"), ds_slice_of(keep, log.len)));
    free(keep);
}

/* Keys */

/* Everything but the certificate's signature is known. */
static void check_derive_key(agent *a, const ds_json *v)
{
    static const char *const names[] = {"path", NULL};
    unsigned char der[256];
    ds_buf pem;
    ds_error err;
    use_root(a, v);
    ds_buf_init(&pem, 4096);
    CHECK(ds_pem_encode(&pem, "PRIVATE KEY", vector_bytes(der, v, "pkcs8_der")) == DS_OK);
    CHECK_VECTOR(v, call(a, "DeriveKey", v, names) == 200);
    CHECK_VECTOR(v, ds_slice_equal(member(a, "key"), ds_buf_content(&pem)));
    CHECK_VECTOR(v, ds_json_member(a->json.root, "certificate_chain")->count == 2);
    CHECK_VECTOR(v, ds_x509_key_matches(member(a, "key"), element(a, "certificate_chain", 0),
                                        &err) == DS_OK);
    CHECK_VECTOR(v, ds_slice_equal(element(a, "certificate_chain", 1), a->identity.ca_certificate));
    CHECK_VECTOR(v, call(a, "DeriveK256Key", v, names) == 200);
    CHECK_VECTOR(v, ds_slice_equal(member(a, "k256_key"), vector_text(v, "scalar")));
    ds_buf_free(&pem);
}

static void random_seed(agent *a)
{
    static const char body[] = "{\"path\":\"test\",\"random_seed\":true}";
    char first[512];
    CHECK(ask_at(a, DS_SERVES_TAPPD, "/prpc/DeriveKey", body) == 200);
    snprintf(first, sizeof first, "%.*s", (int)member(a, "key").len,
             (const char *)member(a, "key").data);
    CHECK(ask_at(a, DS_SERVES_TAPPD, "/prpc/DeriveKey", body) == 200 &&
          !member_is(a, "key", first));
    ask_at(a, DS_SERVES_TAPPD, "/prpc/DeriveKey", "{\"path\":\"test\"}");
    CHECK(!member_is(a, "key", first));
}

static void usages(agent *a)
{
    static const char body[] = "{\"path\":\"p\",\"subject\":\"s.example\",\"alt_names\":[\"a.b\"],"
                               "\"usage_ra_tls\":true,\"usage_server_auth\":true,"
                               "\"with_app_info\":true,\"not_before\":9,\"not_after\":1}";
    size_t longest = 0;
    CHECK(ask_at(a, DS_SERVES_TAPPD, "/prpc/DeriveKey", body) == 200);
    longest = element(a, "certificate_chain", 0).len;
    CHECK(ask_at(a, DS_SERVES_TAPPD, "/prpc/DeriveKey", "") == 200);
    CHECK(element(a, "certificate_chain", 0).len + 1000 < longest);
    ask_at(a, DS_SERVES_TAPPD, "/prpc/DeriveKey", "{\"alt_names\":[\"\xc3\xa9\"]}");
    CHECK(a->reply.status == 400);
}

/* GetKey's answers under other names. */
static void known_keys(agent *a)
{
    for (size_t i = 0; i < COUNT(simulator_keys); i++) {
        const key_vector *v = &simulator_keys[i];
        ds_buf body, want;
        ds_buf_init(&body, 1 << 16);
        ds_buf_init(&want, 1 << 16);
        ds_buf_text(&body, "{\"path\":");
        ds_json_put_string(&body, text_slice(v->path));
        ds_buf_text(&body, ",\"purpose\":");
        ds_json_put_string(&body, text_slice(v->purpose));
        ds_buf_text(&body, ",\"algorithm\":");
        ds_json_put_string(&body, text_slice(v->algorithm));
        ds_buf_add(&body, "}", 2);
        ds_buf_printf(&want, "{\"k256_key\":\"%s\",\"k256_signature_chain\":[\"%s\",\"%s\"]}",
                      v->key, v->link, UPSTREAM_LINK);
        CHECK(ask_at(a, DS_SERVES_TAPPD, "/prpc/Tappd.DeriveK256Key", (const char *)body.data) ==
              200);
        CHECK(ds_slice_equal(ds_buf_content(&a->reply.body), ds_buf_content(&want)));
        ds_buf_free(&body);
        ds_buf_free(&want);
    }
    ask_at(a, DS_SERVES_TAPPD, "/prpc/DeriveK256Key", "{\"algorithm\":\"rsa\"}");
    CHECK(refused(a, "Unsupported algorithm"));
}

/* Routes */

static void same_as_the_agent(agent *a)
{
    static const char *const methods[][2] = {{"/Info", "/prpc/Tappd.Info"},
                                             {"/Version", "/prpc/Tappd.Version"}};
    for (size_t i = 0; i < COUNT(methods); i++) {
        CHECK(ask_at(a, DS_SERVES_AGENT, methods[i][0], "[1") == 200);
        char *keep = malloc(a->reply.body.len);
        size_t len = a->reply.body.len;
        memcpy(keep, a->reply.body.data, len);
        CHECK(ask_at(a, DS_SERVES_TAPPD, methods[i][1], "[1") == 200);
        CHECK(ds_slice_equal(ds_buf_content(&a->reply.body), ds_slice_of(keep, len)));
        free(keep);
    }
}

static void routes(agent *a)
{
    enum { AGENT = DS_SERVES_AGENT, TAPPD = DS_SERVES_TAPPD, BOTH = AGENT | TAPPD };
    static const struct {
        unsigned serves;
        const char *path;
        int status;
        const char *unknown; /* the method, of an agent's own 404 */
    } cases[] = {
        {TAPPD, "/prpc/Version", 200, NULL},
        {TAPPD, "/prpc/Tappd.Version", 200, NULL},
        {TAPPD, "/prpc/Tappd.Tappd.Version", 200, NULL},
        {TAPPD, "/prpc/%54appd.Version", 200, NULL},
        {TAPPD, "/prpc/Tappd.GetKey", 404, "GetKey"},
        {TAPPD, "/prpc/GetQuote", 404, "GetQuote"},
        {TAPPD, "/prpc/Tappd.", 404, ""},
        {TAPPD, "/prpc/tappd.Info", 404, "tappd.Info"},
        {TAPPD, "/prpc/Worker.Info", 404, "Worker.Info"},
        {TAPPD, "/prpc/", 404, NULL},
        {TAPPD, "/prpc", 404, NULL},
        {TAPPD, "/prpc/Version/", 404, NULL},
        {TAPPD, "/prpc/a/b", 404, NULL},
        {TAPPD, "/Version", 404, NULL},
        {TAPPD, "/", 404, NULL},
        {AGENT, "/prpc/Version", 404, NULL},
        {AGENT, "/prpc/Tappd.Version", 404, NULL},
        {AGENT, "/Tappd.Version", 404, "Tappd.Version"},
        {AGENT, "/DeriveKey", 404, "DeriveKey"},
        {BOTH, "/prpc/Tappd.Version", 200, NULL},
        {BOTH, "/Version", 200, NULL},
        {BOTH, "/prpc/Sign", 404, "Sign"},
        {BOTH, "/prpc", 404, "prpc"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK(ask_at(a, cases[i].serves, cases[i].path, "{}") == cases[i].status);
        if (cases[i].unknown != NULL)
            CHECK(is_unknown(a, cases[i].unknown));
    }
    CHECK(agent_request(
              a, &(ds_simulator_request){.serves = TAPPD,
                                         .verb = DS_LITERAL("GET"),
                                         .path = DS_LITERAL("/prpc/Tappd.DeriveK256Key"),
                                         .query = DS_LITERAL("path=test&purpose=test")}) == 200);
    CHECK(member_is(a, "k256_key", simulator_keys[0].key));
}

int main(void)
{
    ds_json_doc doc = vectors_read("spec/vectors/tappd.json");
    unsigned char root[DS_KEY_BYTES];
    agent a;
    agent_start(&a, UPSTREAM_DIR, NULL);
    memcpy(root, a.identity.app_root_key, sizeof root);
    routes(&a);
    same_as_the_agent(&a);
    known_keys(&a);
    random_seed(&a);
    usages(&a);
    quotes(&a);
    for (const ds_json *v = ds_json_member(doc.root, "tdx_quote")->first; v != NULL; v = v->next) {
        check_report_data(v);
        check_quote(&a, v);
    }
    for (const ds_json *v = ds_json_member(doc.root, "derive_key")->first; v != NULL; v = v->next)
        check_derive_key(&a, v);
    memcpy(a.identity.app_root_key, root, sizeof root);
    agent_stop(&a);
    ds_json_free(&doc);
    return test_done();
}
