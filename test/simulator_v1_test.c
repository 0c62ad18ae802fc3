/* What the simulated agent answers on the surfaces of dstack OS 0.6, and on the external listener.
 */
#include "attest/quote.h"
#include "attest/versioned.h"
#include "guest/dip1.h"
#include "simulator_certificate.h"
#include "simulator_support.h"
#include "vectors.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define EXTERNAL DS_SERVES_EXTERNAL

static int v1(agent *a, const char *method, const char *body)
{
    char path[64];
    snprintf(path, sizeof path, "/v1/%s", method);
    return ask_at(a, DS_SERVES_AGENT, path, body);
}

/* Keys */

static void check_key(agent *a, const ds_json *v)
{
    ds_buf body;
    ds_buf_init(&body, 1 << 12);
    ds_buf_text(&body, "{\"domain\":");
    ds_json_put_string(&body, vector_text(v, "domain"));
    ds_buf_text(&body, ",\"algorithm\":");
    ds_json_put_string(&body, vector_text(v, "algorithm"));
    ds_buf_add(&body, "}", 2);
    CHECK_VECTOR(v, v1(a, "GetKey", (const char *)body.data) == 200);
    CHECK_VECTOR(v, ds_slice_equal(member(a, "key"), vector_text(v, "key")));
    CHECK_VECTOR(v, ds_slice_equal(member(a, "public_key"), vector_text(v, "public_key")));
    const ds_json *link = ds_json_member(v, "signature_chain")->first;
    for (size_t i = 0; link != NULL; link = link->next, i++)
        CHECK_VECTOR(v, ds_slice_equal(element(a, "signature_chain", i), link->text));
    ds_buf_free(&body);
}

static void known_keys(void)
{
    agent a;
    ds_json_doc doc = vectors_read("spec/vectors/guest-v1.json");
    const ds_json *v = ds_json_member(doc.root, "get_key")->first;
    agent_start(&a, UPSTREAM_DIR, UPSTREAM_APP_ID);
    for (; v != NULL; v = v->next)
        check_key(&a, v);
    CHECK(get(&a, "/v1/GetKey", "domain=test&algorithm=secp256k1") == 200);
    CHECK(member_is(&a, "key", "5aeb09419e6e6b3bb4740d55387cee303f7df646379dc7884f6ce248bdde60e6"));
    a.identity.kms_link = ds_slice_of(NULL, 0);
    CHECK(v1(&a, "GetKey", "{\"algorithm\":\"ed25519\"}") == 200);
    CHECK(ds_json_member(a.json.root, "signature_chain")->count == 2);
    CHECK(element(&a, "signature_chain", 1).len == 0);
    agent_stop(&a);
    ds_json_free(&doc);
}

static void refused_keys(agent *a)
{
    static const char *const cases[][2] = {
        {"{}", "algorithm is required, use `secp256k1` or `ed25519`"},
        {"", "algorithm is required, use `secp256k1` or `ed25519`"},
        {"{\"algorithm\":\"k256\"}", "unsupported algorithm `k256`, use `secp256k1` or `ed25519`"},
        {"{\"algorithm\":\"ED25519\"}",
         "unsupported algorithm `ED25519`, use `secp256k1` or `ed25519`"},
        {"{\"algorithm\":\"secp256k1_prehashed\"}",
         "unsupported algorithm `secp256k1_prehashed`, use `secp256k1` or `ed25519`"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        v1(a, "GetKey", cases[i][0]);
        CHECK(refused(a, cases[i][1]));
    }
}

/* Attestations */

/* Out: the bytes of the array of integers behind a key. Returns how many. */
static size_t integers(unsigned char *out, ds_slice all, const char *key)
{
    const unsigned char *p = all.data, *end = p + all.len;
    size_t len = strlen(key), n;
    while (p < end && memcmp(p, key, len) != 0)
        p++;
    p += len;
    if (p + 3 > end || *p != 0xdc)
        return 0;
    n = (size_t)(p[1] << 8 | p[2]);
    p += 3;
    for (size_t i = 0; i < n && p < end; i++) {
        p += *p == 0xcc;
        out[i] = *p++;
    }
    return n;
}

/* It is what ds_attestation_write makes of the quote in it. Out: report data. */
static void check_msgpack(const agent *a, ds_slice all, bool certificate,
                          unsigned char report_data[DS_REPORT_DATA_BYTES])
{
    unsigned char bytes[16384];
    ds_quote quote;
    ds_error err;
    ds_buf again;
    size_t n = integers(bytes, all, "\xa5quote");
    CHECK(ds_quote_parse(&quote, ds_slice_of(bytes, n), &err) == DS_OK);
    CHECK(memcmp(quote.report.rt_mr, a->identity.report.rt_mr, sizeof quote.report.rt_mr) == 0);
    ds_attestation attestation = {.quote = {bytes, n},
                                  .events = a->identity.events,
                                  .event_count = a->identity.event_count,
                                  .config = a->identity.vm_config};
    memcpy(attestation.report_data, quote.report.report_data, DS_REPORT_DATA_BYTES);
    memcpy(report_data, quote.report.report_data, DS_REPORT_DATA_BYTES);
    ds_buf_init(&again, DS_ATTESTATION_MAXBYTES);
    CHECK(ds_attestation_write(&again, DS_ATTESTATION_MSGPACK, &attestation, certificate, &err) ==
          DS_OK);
    CHECK(ds_slice_equal(all, ds_buf_content(&again)));
    ds_buf_free(&again);
}

static void attesting(agent *a)
{
    static unsigned char bytes[1 << 16];
    unsigned char data[DS_REPORT_DATA_BYTES];
    char body[256] = "{\"report_data\":\"";
    CHECK(v1(a, "Attest", "{\"report_data\":\"74657374\"}") == 200);
    check_msgpack(a, ds_slice_of(bytes, member_bytes(a, "attestation", bytes)), false, data);
    CHECK_HEX(data, 6, "746573740000");
    CHECK(ds_json_member(a->json.root, "boottime_gpu_evidence")->count == 0);
    CHECK(v1(a, "Attest", "{\"include_boottime_gpu_evidence\":true}") == 200);
    CHECK(ds_json_member(a->json.root, "boottime_gpu_evidence")->type == DS_JSON_ARRAY);
    memset(body + strlen(body), '0', 130);
    strcat(body, "\"}");
    v1(a, "Attest", body);
    CHECK(refused(a, "report data is too long"));
    ask(a, "Attest", body);
    CHECK(refused(a, "Report data is too long"));
}

static void attesting_gpus(agent *a)
{
    char body[128] = "{\"nonce\":\"";
    v1(a, "AttestGpu", "{}");
    CHECK(refused(a, "GPU attestation failed: nonce must be exactly 32 bytes, got 0"));
    v1(a, "AttestGpu", "{\"nonce\":\"000102\"}");
    CHECK(refused(a, "GPU attestation failed: nonce must be exactly 32 bytes, got 3"));
    memset(body + strlen(body), 'a', 64);
    strcat(body, "\"}");
    v1(a, "AttestGpu", body);
    CHECK(refused_with(a, 501,
                       "GPU attestation failed: GPU attestation is not available in this image"));
}

/* Certificates */

static void issuing(agent *a)
{
    static unsigned char want[DS_REPORT_DATA_BYTES];
    unsigned char data[DS_REPORT_DATA_BYTES], *spki = NULL;
    CHECK(v1(a, "IssueCert", "{\"usage_ra_tls\":true,\"with_app_info\":true}") == 200);
    CHECK(ds_slice_equal(element(a, "certificate_chain", 1), a->identity.ca_certificate));
    X509 *leaf = read_certificate(element(a, "certificate_chain", 0));
    check_signed(leaf, element(a, "certificate_chain", 1));
    CHECK(X509_get_ext_count(leaf) == 4);
    extension(leaf, 1, "1.3.6.1.4.1.62397.1.9");
    CHECK(is_text(extension(leaf, 2, "1.3.6.1.4.1.62397.1.4"), "app:custom"));
    check_msgpack(a, extension(leaf, 3, "1.3.6.1.4.1.62397.1.8"), true, data);
    int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), &spki);
    CHECK(ds_report_data_ratls(want, ds_slice_of(spki, (size_t)n)) == DS_OK);
    CHECK(memcmp(want, data, sizeof want) == 0);
    OPENSSL_free(spki);
    X509_free(leaf);
    v1(a, "IssueCert", "{\"not_before\":2,\"not_after\":2}");
    CHECK(refused(a, "not_before must be earlier than not_after"));
}

/* Who it is, and what it reads */

static bool has_members(const agent *a, const char *names)
{
    char got[512] = "";
    for (const ds_json *m = a->json.root->first; m != NULL; m = m->next) {
        strncat(got, m->key.data, m->key.len);
        strcat(got, " ");
    }
    return strcmp(got, names) == 0;
}

#define INFO_V1                                                                                    \
    "app_id app_name compose_hash app_compose instance_id device_id os_image_hash mr_aggregated "  \
    "vm_config key_provider_info cloud_vendor cloud_product "

static void telling(agent *a)
{
    char id[64], aggregated[65];
    CHECK(v1(a, "Info", "") == 200 && has_members(a, INFO_V1));
    CHECK(ds_slice_equal(member(a, "app_compose"), a->identity.compose));
    CHECK(ds_slice_equal(member(a, "key_provider_info"), a->identity.key_provider_info));
    snprintf(id, sizeof id, "%.*s", 40, (const char *)member(a, "app_id").data);
    snprintf(aggregated, sizeof aggregated, "%.*s", 64,
             (const char *)member(a, "mr_aggregated").data);
    CHECK(ask(a, "Info", "") == 200 && member_is(a, "app_id", id));
    CHECK(member_is(a, "mr_aggregated", aggregated) && member(a, "tcb_info").len > 1000);
    CHECK(v1(a, "Version", "{\"new\":[1]}") == 200);
    CHECK(body_is(a, "{\"version\":\"0.6.0\",\"rev\":\"unknown\"}"));
}

/* Empty messages are parsed on v1; v0's methods without arguments look at nothing. */
static void reading(agent *a)
{
    CHECK(v1(a, "Version", "[1") == 400 && v1(a, "Info", "[1") == 400);
    CHECK(v1(a, "Info", "{}") == 200 && get(a, "/v1/Info", "a=b") == 200);
    CHECK(ask_at(a, EXTERNAL, "/prpc/v1/Health", "[1") == 400);
    CHECK(ask_at(a, EXTERNAL, "/prpc/v1/Version", "[1") == 400);
    CHECK(ask_at(a, EXTERNAL, "/prpc/Version", "[1") == 200);
    CHECK(ask(a, "Version", "[1") == 200);
}

static void leading(agent *a)
{
    static const struct {
        unsigned serves;
        const char *path;
        int status;
        const char *unknown; /* the method, of an agent's own 404 */
    } cases[] = {
        {DS_SERVES_AGENT, "/v0/Version", 200, NULL},
        {DS_SERVES_AGENT, "/v1/Version", 200, NULL},
        {DS_SERVES_AGENT, "/v1", 404, "v1"},
        {DS_SERVES_AGENT, "/v0", 404, "v0"},
        {DS_SERVES_AGENT, "/v1/", 404, NULL},
        {DS_SERVES_AGENT, "/v1/Version/", 404, NULL},
        {DS_SERVES_AGENT, "/v2/Version", 404, NULL},
        {DS_SERVES_AGENT, "/v1/Sign", 404, "Sign"},
        {DS_SERVES_AGENT, "/v1/GetQuote", 404, "GetQuote"},
        {DS_SERVES_AGENT, "/v1/Health", 404, "Health"},
        {DS_SERVES_AGENT, "/v0/IssueCert", 404, "IssueCert"},
        {DS_SERVES_AGENT, "/prpc/v1/Version", 404, NULL},
        {DS_SERVES_TAPPD, "/v1/Version", 404, NULL},
        {DS_SERVES_AGENT | DS_SERVES_TAPPD, "/v1/Version", 200, NULL},
        {EXTERNAL, "/prpc/Worker.Version", 200, NULL},
        {EXTERNAL, "/prpc/Worker.Worker.Version", 200, NULL},
        {EXTERNAL, "/prpc/Version", 200, NULL},
        {EXTERNAL, "/prpc/v0/Version", 200, NULL},
        {EXTERNAL, "/prpc/v0/Worker.Version", 200, NULL},
        {EXTERNAL, "/prpc/v1/Version", 200, NULL},
        {EXTERNAL, "/prpc/v1/Worker.Version", 404, "Worker.Version"},
        {EXTERNAL, "/prpc/v1/GetAttestationForAppKey", 404, "GetAttestationForAppKey"},
        {EXTERNAL, "/prpc/Health", 404, "Health"},
        {EXTERNAL, "/prpc/Worker.GetKey", 404, "GetKey"},
        {EXTERNAL, "/prpc/Tappd.Version", 404, "Tappd.Version"},
        {EXTERNAL, "/Version", 404, NULL},
        {EXTERNAL, "/v1/Version", 404, NULL},
        {EXTERNAL, "/", 404, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        bool own = cases[i].status == 200 || cases[i].unknown != NULL;
        CHECK(ask_at(a, cases[i].serves, cases[i].path, "{}") == cases[i].status);
        CHECK(own == (strcmp(a->reply.content_type, "application/json") == 0));
        if (cases[i].unknown != NULL)
            CHECK(is_unknown(a, cases[i].unknown));
        CHECK((a->reply.app_version != NULL) == (cases[i].serves == EXTERNAL));
        CHECK(a->reply.app_version == NULL ||
              strcmp(a->reply.app_version, "v0.6.0 (unknown)") == 0);
    }
}

/* Both paths to the frozen surface are one. */
static void same_surface(agent *a)
{
    char key[65];
    CHECK(ask_at(a, DS_SERVES_AGENT, "/v0/GetKey", "{\"path\":\"test\"}") == 200);
    snprintf(key, sizeof key, "%.*s", 64, (const char *)member(a, "key").data);
    CHECK(ask(a, "GetKey", "{\"path\":\"test\"}") == 200 && member_is(a, "key", key));
    CHECK(v1(a, "GetKey", "{\"domain\":\"test\",\"algorithm\":\"secp256k1\"}") == 200);
    CHECK(!member_is(a, "key", key));
}

/* The external listener */

static void hiding(agent *a)
{
    CHECK(ask_at(a, EXTERNAL, "/prpc/Info", "") == 200 && member(a, "tcb_info").len > 0);
    CHECK(ask_at(a, EXTERNAL, "/prpc/v1/Info", "") == 200 && member(a, "app_compose").len > 0);
    a->identity.public_tcbinfo = false;
    CHECK(ask_at(a, EXTERNAL, "/prpc/Info", "") == 200);
    CHECK(member_is(a, "tcb_info", "") && member_is(a, "vm_config", ""));
    CHECK(member(a, "key_provider_info").len > 0 && member(a, "app_cert").len > 0);
    CHECK(ask_at(a, EXTERNAL, "/prpc/v1/Info", "") == 200 && has_members(a, INFO_V1));
    CHECK(member_is(a, "app_compose", "") && member_is(a, "vm_config", ""));
    CHECK(member_is(a, "key_provider_info", "") && member(a, "compose_hash").len == 64);
    CHECK(ask(a, "Info", "") == 200 && member(a, "tcb_info").len > 0);
    CHECK(v1(a, "Info", "") == 200 && member(a, "app_compose").len > 0);
    a->identity.public_tcbinfo = true;
}

static void being_well(agent *a)
{
    CHECK(ask_at(a, EXTERNAL, "/prpc/v1/Health", "") == 200);
    CHECK(body_is(a, "{\"healthy\":true,\"unhealthy\":[],\"error\":\"\"}"));
}

static void attesting_app_keys(void)
{
    agent a;
    ds_json_doc doc = vectors_read("spec/vectors/guest-v1.json");
    const ds_json *v = ds_json_member(doc.root, "dip1")->first;
    agent_start(&a, UPSTREAM_DIR, UPSTREAM_APP_ID);
    for (; v != NULL; v = v->next) {
        char body[128];
        ds_slice algorithm = vector_text(v, "algorithm");
        vector_bytes(a.identity.app_root_key, v, "root");
        snprintf(body, sizeof body, "{\"algorithm\":\"%.*s\"}", (int)algorithm.len,
                 (const char *)algorithm.data);
        CHECK_VECTOR(v, ask_at(&a, EXTERNAL, "/prpc/GetAttestationForAppKey", body) == 200);
        CHECK_VECTOR(v, ds_slice_equal(member(&a, "report_data"), vector_text(v, "report_data")));
        CHECK_VECTOR(v, has_members(&a, "quote event_log report_data vm_config "));
        ds_slice quote = member(&a, "quote"), data = member(&a, "report_data");
        CHECK_VECTOR(v, quote.len > 1264 &&
                            memcmp((const char *)quote.data + 1136, data.data, data.len) == 0);
    }
    static const char *const none[] = {"", "{\"algorithm\":\"\"}", "{\"algorithm\":\"rsa\"}"};
    for (size_t i = 0; i < COUNT(none); i++) {
        ask_at(&a, EXTERNAL, "/prpc/Worker.GetAttestationForAppKey", none[i]);
        CHECK(refused(&a, "Unsupported algorithm"));
    }
    agent_stop(&a);
    ds_json_free(&doc);
}

int main(void)
{
    agent a;
    agent_start(&a, NULL, NULL);
    known_keys();
    refused_keys(&a);
    attesting(&a);
    attesting_gpus(&a);
    issuing(&a);
    telling(&a);
    reading(&a);
    leading(&a);
    same_surface(&a);
    hiding(&a);
    being_well(&a);
    attesting_app_keys();
    agent_stop(&a);
    return test_done();
}
