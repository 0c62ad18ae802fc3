/* Which release a simulated agent answers as: what each has, ignores and refuses, and how. */
#include "attest/tdx_lite.h"
#include "simulator_certificate.h"
#include "simulator_support.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { R_5_5, R_5_6, R_5_11, R_6, R_ALL, RELEASES };

static const char *const names[RELEASES] = {"0.5.5", "0.5.6", "0.5.11", "0.6", NULL};
static const char *const versions[RELEASES] = {"0.5.5", "0.5.6", "0.5.11", "0.6.0", "0.6.0"};

static agent agents[RELEASES];

static void finding(void)
{
    const ds_release *release;
    ds_error err;
    for (size_t i = 0; i < RELEASES; i++) {
        CHECK(ds_release_find(&release, names[i], &err) == DS_OK);
        CHECK(names[i] == NULL ? release->name == NULL : strcmp(release->name, names[i]) == 0);
    }
    static const char *const wrong[] = {"", "0.5.7", "0.6.0", "0.5.55", "v0.6"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        char want[128];
        snprintf(want, sizeof want, "os version: %s: unknown; there are: 0.5.5, 0.5.6, 0.5.11, 0.6",
                 wrong[i]);
        CHECK(ds_release_find(&release, wrong[i], &err) == DS_INVALID);
        CHECK(strcmp(err.text, want) == 0);
    }
}

/* The status of each release's answer. */
typedef struct answers {
    unsigned serves;
    const char *path, *body;
    int status[RELEASES];
} answers;

#define AGENT    DS_SERVES_AGENT
#define TAPPD    DS_SERVES_TAPPD
#define EXTERNAL DS_SERVES_EXTERNAL

#define HAVE      200
#define BAD       400
#define NOT_FOUND 404

static const answers table[] = {
    {AGENT, "/GetKey", "{}", {HAVE, HAVE, HAVE, HAVE, HAVE}},
    {AGENT, "/GetQuote", "{}", {HAVE, HAVE, HAVE, HAVE, HAVE}},
    {AGENT, "/Info", "{}", {HAVE, HAVE, HAVE, HAVE, HAVE}},
    {AGENT, "/Attest", "{}", {BAD, HAVE, HAVE, HAVE, HAVE}},
    {AGENT, "/Sign", "{\"algorithm\":\"ed25519\"}", {BAD, HAVE, HAVE, HAVE, HAVE}},
    {AGENT, "/Version", "{}", {BAD, BAD, HAVE, HAVE, HAVE}},
    {AGENT, "/EmitEvent", "{\"event\":\"e\"}", {HAVE, HAVE, HAVE, BAD, HAVE}},
    {AGENT, "/GpuInfo", "{}", {BAD, BAD, BAD, NOT_FOUND, NOT_FOUND}},
    {AGENT, "/v1", "{}", {BAD, BAD, BAD, NOT_FOUND, NOT_FOUND}},
    {AGENT, "/v1/Version", "{}", {NOT_FOUND, NOT_FOUND, NOT_FOUND, HAVE, HAVE}},
    {AGENT, "/v0/Info", "{}", {NOT_FOUND, NOT_FOUND, NOT_FOUND, HAVE, HAVE}},
    {TAPPD, "/prpc/Tappd.Info", "{}", {HAVE, HAVE, HAVE, HAVE, HAVE}},
    {TAPPD, "/prpc/Tappd.Version", "{}", {BAD, BAD, HAVE, HAVE, HAVE}},
    {EXTERNAL, "/prpc/Worker.Info", "{}", {HAVE, HAVE, HAVE, HAVE, HAVE}},
    {EXTERNAL, "/prpc/Worker.Version", "{}", {HAVE, HAVE, HAVE, HAVE, HAVE}},
    {EXTERNAL,
     "/prpc/GetAttestationForAppKey",
     "{\"algorithm\":\"ed25519\"}",
     {BAD, HAVE, HAVE, HAVE, HAVE}},
    {EXTERNAL,
     "/prpc/GetAttestationForAppKey",
     "{\"algorithm\":\"secp256k1_prehashed\"}",
     {BAD, BAD, BAD, HAVE, HAVE}},
    {EXTERNAL, "/prpc/v0/Info", "{}", {NOT_FOUND, NOT_FOUND, NOT_FOUND, HAVE, HAVE}},
    {EXTERNAL, "/prpc/v1/Health", "{}", {NOT_FOUND, NOT_FOUND, NOT_FOUND, HAVE, HAVE}},
    /* names of algorithms */
    {AGENT, "/GetKey", "{\"algorithm\":\"ed25519\"}", {HAVE, HAVE, HAVE, HAVE, HAVE}},
    {AGENT, "/GetKey", "{\"algorithm\":\"k256\"}", {HAVE, BAD, HAVE, HAVE, HAVE}},
    {AGENT, "/GetKey", "{\"algorithm\":\"secp256k1_prehashed\"}", {HAVE, HAVE, BAD, BAD, BAD}},
    {AGENT, "/GetKey", "{\"algorithm\":\"rsa\"}", {HAVE, BAD, BAD, BAD, BAD}},
    {TAPPD, "/prpc/DeriveK256Key", "{\"algorithm\":\"k256\"}", {HAVE, BAD, HAVE, HAVE, HAVE}},
    {AGENT, "/Sign", "{\"algorithm\":\"k256\"}", {BAD, BAD, HAVE, HAVE, HAVE}},
    /* a certificate that ends before it begins */
    {AGENT, "/GetTlsKey", "{\"not_before\":9,\"not_after\":5}", {HAVE, HAVE, HAVE, BAD, BAD}},
};

static void answering(void)
{
    for (size_t i = 0; i < COUNT(table); i++)
        for (size_t r = 0; r < RELEASES; r++) {
            agent *a = &agents[r];
            int status = ask_at(a, table[i].serves, table[i].path, table[i].body);
            char what[160];
            snprintf(what, sizeof what, "%s %s on %s: %d", table[i].path, table[i].body,
                     versions[r], status);
            test_count(status == table[i].status[r], __FILE__, __LINE__, what);
        }
}

static void refusing(void)
{
    for (size_t r = 0; r < RELEASES; r++) {
        agent *a = &agents[r];
        ask(a, "GpuInfo", "{}");
        CHECK(refused_with(a, r < R_6 ? 400 : 404, "Service not found: GpuInfo"));
        agent_request(a, &(ds_simulator_request){.verb = DS_LITERAL("POST"),
                                                 .path = DS_LITERAL("/Info"),
                                                 .content_type = DS_LITERAL("application/json"),
                                                 .body_too_large = true});
        CHECK(a->reply.status == (r < R_6 ? 400 : 413) && a->reply.body.data[0] == 0x0a);
    }
    ask(&agents[R_6], "EmitEvent", "{\"event\":\"e\"}");
    CHECK(refused(&agents[R_6],
                  "EmitEvent was removed in dstack 0.6.0; runtime RTMR3 events are system-owned "
                  "and cannot be extended by apps"));
    CHECK(ask_at(&agents[R_5_11], AGENT, "/v1/Version", "{}") == 404 &&
          strncmp((const char *)agents[R_5_11].reply.body.data, "<!DOCTYPE html>", 15) == 0);
}

static void naming(void)
{
    for (size_t r = 0; r < RELEASES; r++) {
        char want[32];
        ask_at(&agents[r], EXTERNAL, "/prpc/Version", "{}");
        CHECK(member_is(&agents[r], "version", versions[r]) &&
              member_is(&agents[r], "rev", "unknown"));
        snprintf(want, sizeof want, "v%s (unknown)", versions[r]);
        CHECK(strcmp(agents[r].reply.app_version, want) == 0);
    }
}

/* What 0.5.5 does not know it ignores. */
static void ignoring(void)
{
    char link[131];
    for (size_t r = 0; r < RELEASES; r++) {
        agent *a = &agents[r];
        ask(a, "GetKey", "{\"path\":\"p\"}");
        snprintf(link, sizeof link, "%s", (const char *)element(a, "signature_chain", 0).data);
        ask(a, "GetKey", "{\"path\":\"p\",\"algorithm\":\"ed25519\"}");
        CHECK((r == R_5_5) == is_text(element(a, "signature_chain", 0), link));
        ask(a, "Info", "{}");
        CHECK((ds_json_member(a->json.root, "cloud_vendor") == NULL) == (r == R_5_5));
        CHECK((ds_json_member(a->json.root, "cloud_product") == NULL) == (r == R_5_5));
        CHECK(ds_json_member(a->json.root, "vm_config") != NULL);
        CHECK(ask_at(a, DS_SERVES_KMS, "/prpc/GetAppEnvEncryptPubKey",
                     "{\"app_id\":\"0000000000000000000000000000000000000000\"}") == 200);
        CHECK((ds_json_member(a->json.root, "timestamp") == NULL) == (r == R_5_5));
        CHECK((ds_json_member(a->json.root, "signature_v1") == NULL) == (r == R_5_5));
        CHECK(ds_json_member(a->json.root, "signature") != NULL);
        CHECK(ask(a, "GetTlsKey", "{\"with_app_info\":true,\"not_before\":4000000000}") == 200);
        X509 *leaf = read_certificate(element(a, "certificate_chain", 0));
        CHECK(X509_get_ext_count(leaf) == (r == R_5_5 ? 2 : 3));
        CHECK((X509_cmp_current_time(X509_get0_notBefore(leaf)) < 0) == (r == R_5_5));
        X509_free(leaf);
    }
}

/* How many events of a log have a payload or, as runtime events, a digest. */
typedef struct counted {
    int boot_payloads, runtime_digests;
} counted;

static counted count(ds_slice text)
{
    ds_eventlog log;
    ds_error err;
    counted c = {0, 0};
    CHECK(ds_eventlog_parse(&log, text, &err) == DS_OK);
    for (size_t i = 0; i < log.count; i++)
        if (ds_event_is_runtime(&log.events[i]))
            c.runtime_digests += log.events[i].digest.len > 0;
        else
            c.boot_payloads += log.events[i].payload.len > 0;
    ds_eventlog_free(&log);
    return c;
}

static void stripping(void)
{
    static const int boot[RELEASES] = {DS_TDX_LITE_EVENTS, 0, 0, 3, 3};
    for (size_t r = 0; r < RELEASES; r++) {
        agent *a = &agents[r];
        CHECK(ask(a, "GetQuote", "{}") == 200);
        counted c = count(member(a, "event_log"));
        CHECK(c.boot_payloads == boot[r] && (c.runtime_digests > 0) == (r == R_5_5));
        CHECK(ask_at(a, TAPPD, "/prpc/TdxQuote", "{}") == 200);
        CHECK(count(member(a, "event_log")).boot_payloads == boot[r]);
    }
}

static void check_leaf(const agent *a, size_t r, X509 *leaf, int first)
{
    if (r > R_5_6) {
        CHECK(X509_get_ext_count(leaf) == first + 1);
        ds_slice content = extension(leaf, first, "1.3.6.1.4.1.62397.1.8");
        CHECK(*(const unsigned char *)content.data == 0);
        return;
    }
    CHECK(X509_get_ext_count(leaf) == first + 2);
    ds_slice quote = extension(leaf, first, "1.3.6.1.4.1.62397.1.1");
    ds_slice log = extension(leaf, first + 1, "1.3.6.1.4.1.62397.1.2");
    CHECK(quote.len > 632 &&
          memcmp((const char *)quote.data + 520, a->identity.report.rt_mr[3], DS_MR_BYTES) == 0);
    CHECK(count(log).runtime_digests == (r == R_5_5 ? 9 : 0));
}

/* v0's certificates and Info's; Attest stays SCALE. */
static void attesting(void)
{
    for (size_t r = 0; r < RELEASES; r++) {
        agent *a = &agents[r];
        CHECK(ask(a, "GetTlsKey", "{\"usage_ra_tls\":true}") == 200);
        X509 *leaf = read_certificate(element(a, "certificate_chain", 0));
        check_leaf(a, r, leaf, 2);
        X509_free(leaf);
        ask(a, "Info", "{}");
        leaf = read_certificate(member(a, "app_cert"));
        check_leaf(a, r, leaf, 3);
        X509_free(leaf);
        if (ask(a, "Attest", "{}") == 200)
            CHECK(strncmp(member(a, "attestation").data, "0000", 4) == 0);
    }
}

int main(void)
{
    finding();
    for (size_t r = 0; r < RELEASES; r++) {
        agent_start(&agents[r], NULL, NULL);
        agent_become(&agents[r], names[r]);
    }
    attesting(); /* before an event is emitted: Info's certificate is of the boot */
    answering();
    refusing();
    naming();
    ignoring();
    stripping();
    for (size_t r = 0; r < RELEASES; r++)
        agent_stop(&agents[r]);
    return test_done();
}
