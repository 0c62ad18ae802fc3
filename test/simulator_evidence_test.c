/* What an agent hands out as evidence, from request to verification; and the flaws that show there
 * and not on the platform alone. */
#include "attest/eventlog.h"
#include "attest/report_data.h"
#include "attest/verify.h"
#include "crypto/pem.h"
#include "simulator/certificate.h"
#include "simulator/pcs.h"
#include "simulator_certificate.h"
#include "simulator_support.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define NOW INT64_C(1800000000)

static unsigned char bytes[1 << 20];

/* An agent that one platform vouches for. */
static void start(agent *a, const char *flaw)
{
    ds_platform_options options = {.now = NOW};
    ds_error err = {DS_OK, ""};
    agent_start(a, NULL, NULL);
    CHECK(flaw == NULL || ds_flaws_add(&options.flaws, flaw, &err) == DS_OK);
    CHECK(ds_identity_vouch(&a->identity, &options, &err) == DS_OK);
    CHECK(ds_identity_become(&a->identity, a->identity.release, &err) == DS_OK);
}

/* Verifies a quote with the platform's collateral. Out: *quote, which points into raw. */
static bool verifies(const agent *a, ds_slice raw, ds_quote *quote)
{
    const ds_platform *platform = &a->identity.platform;
    ds_dcap_result result;
    ds_pcs pcs;
    ds_buf file, root;
    ds_error err = {DS_OK, ""};
    ds_buf_init(&file, DS_PCS_MAXBYTES);
    ds_buf_init(&root, 4096);
    CHECK(ds_pcs_make(&pcs, platform, DS_TEE_TDX, &err) == DS_OK);
    CHECK(ds_pcs_write(&file, &pcs, false, &err) == DS_OK);
    CHECK(ds_pem_decode(&root, platform->pki.anchor, "CERTIFICATE", &err) == DS_OK);
    const ds_dcap_options options = {.now = NOW, .root = ds_buf_content(&root)};
    bool good = ds_dcap_verify(&result, raw, ds_buf_content(&file), &options, &err) == DS_OK;
    *quote = result.quote;
    if (!good)
        printf("   %s\n", err.text);
    ds_dcap_result_free(&result);
    ds_pcs_free(&pcs);
    ds_buf_free(&file);
    ds_buf_free(&root);
    return good;
}

/* What a relying party looks at behind the quote itself. */
typedef struct found {
    bool verified, report_data, replay, certificate, app_info;
} found;

static bool replays(const ds_quote *quote, ds_slice text)
{
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES];
    ds_eventlog log;
    ds_error err;
    bool good = ds_eventlog_parse(&log, text, &err) == DS_OK &&
                ds_eventlog_replay(rtmr, &log, &err) == DS_OK &&
                memcmp(rtmr, quote->report.rt_mr, sizeof rtmr) == 0;
    ds_eventlog_free(&log);
    return good;
}

/* The quote in a certificate's attestation (SCALE) is for the certificate's key. */
static bool is_bound(const agent *a, X509 *leaf)
{
    ds_slice attestation = extension(leaf, 5, "1.3.6.1.4.1.62397.1.8");
    const unsigned char *p = attestation.data;
    unsigned char *spki = NULL, want[DS_REPORT_DATA_BYTES];
    ds_quote quote;
    int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), &spki);
    CHECK(verifies(a, ds_slice_of(p + 4, (size_t)(p[2] | p[3] << 8) >> 2), &quote));
    CHECK(n > 0 && ds_report_data_ratls(want, ds_slice_of(spki, (size_t)n)) == DS_OK);
    OPENSSL_free(spki);
    return memcmp(want, quote.report.report_data, sizeof want) == 0;
}

static void look_at_certificate(found *f, agent *a)
{
    CHECK(ask(a, "GetTlsKey",
              "{\"usage_ra_tls\":true,\"with_app_info\":true,\"usage_server_auth\":true,"
              "\"alt_names\":[\"a.example\"]}") == 200);
    X509 *leaf = read_certificate(element(a, "certificate_chain", 0));
    ds_slice info = extension(leaf, 3, "1.3.6.1.4.1.62397.1.9");
    f->certificate = is_bound(a, leaf);
    f->app_info = memcmp((const char *)info.data + 3, a->identity.app_id, DS_APP_ID_BYTES) == 0;
    X509_free(leaf);
}

static found look(agent *a)
{
    found f = {.verified = false};
    ds_quote quote;
    CHECK(ask(a, "GetQuote", "{\"report_data\":\"74657374\"}") == 200);
    f.verified = verifies(a, ds_slice_of(bytes, member_bytes(a, "quote", bytes)), &quote);
    f.report_data = memcmp(quote.report.report_data, "test\0\0", 6) == 0;
    f.replay = replays(&quote, member(a, "event_log"));
    look_at_certificate(&f, a);
    return f;
}

/* One thing is wrong at a time, or nothing. */
static void flaws(void)
{
    static const struct {
        const char *flaw;
        found want;
    } rows[] = {
        {NULL, {true, true, true, true, true}},
        {"report-data", {true, false, true, false, true}},
        {"event-log", {true, true, false, true, true}},
        {"event-order", {true, true, true, true, true}},
        {"event-twice", {true, true, true, true, true}},
        {"rtmr0", {true, true, false, true, true}},
        {"rtmr3", {true, true, false, true, true}},
        {"ratls-key", {true, true, true, false, true}},
        {"ratls-app-info", {true, true, true, true, false}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        agent a;
        start(&a, rows[i].flaw);
        found got = look(&a);
        test_count(memcmp(&got, &rows[i].want, sizeof got) == 0, __FILE__, __LINE__,
                   rows[i].flaw == NULL ? "no flaw" : rows[i].flaw);
        agent_stop(&a);
    }
}

/* What certificates carried until 0.5.8: the quote, and the log beside it. */
static void older_certificate(void)
{
    agent a;
    ds_quote quote;
    ds_error err;
    const ds_release *release;
    start(&a, NULL);
    CHECK(ds_release_find(&release, "0.5.5", &err) == DS_OK);
    CHECK(ds_identity_become(&a.identity, release, &err) == DS_OK);
    CHECK(ask(&a, "GetTlsKey", "{\"usage_ra_tls\":true,\"alt_names\":[\"a.example\"]}") == 200);
    X509 *leaf = read_certificate(element(&a, "certificate_chain", 0));
    CHECK(verifies(&a, extension(leaf, 3, "1.3.6.1.4.1.62397.1.1"), &quote));
    CHECK(replays(&quote, extension(leaf, 4, "1.3.6.1.4.1.62397.1.2")));
    X509_free(leaf);
    agent_stop(&a);
}

/* The same request gets the same quote, and events show in the next one. */
static void reproducible(void)
{
    static unsigned char first[1 << 14];
    agent a;
    ds_quote quote;
    start(&a, NULL);
    ask(&a, "GetQuote", "{\"report_data\":\"01\"}");
    size_t n = member_bytes(&a, "quote", first);
    ask(&a, "GetQuote", "{\"report_data\":\"01\"}");
    CHECK(member_bytes(&a, "quote", bytes) == n && memcmp(first, bytes, n) == 0);
    CHECK(ask(&a, "EmitEvent", "{\"event\":\"e\",\"payload\":\"01\"}") == 200);
    ask(&a, "GetQuote", "{\"report_data\":\"01\"}");
    n = member_bytes(&a, "quote", bytes);
    CHECK(memcmp(first, bytes, n) != 0 && verifies(&a, ds_slice_of(bytes, n), &quote));
    CHECK(replays(&quote, member(&a, "event_log")));
    agent_stop(&a);
}

int main(void)
{
    flaws();
    older_certificate();
    reproducible();
    return test_done();
}
