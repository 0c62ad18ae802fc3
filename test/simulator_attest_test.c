/* What the simulated agent attests: quotes, logs, Info, certificates, and that they all agree. */
#include "attest/quote.h"
#include "attest/report_data.h"
#include "attest/versioned.h"
#include "base/wipe.h"
#include "crypto/pem.h"
#include "crypto/x509.h"
#include "simulator/certificate.h"
#include "simulator/registers.h"
#include "simulator_certificate.h"
#include "simulator_support.h"
#include "simulator_vectors.h"

#include <openssl/x509v3.h>
#include <time.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static unsigned char bytes[1 << 20];

static ds_slice member_slice(const agent *a, const char *name)
{
    return ds_slice_of(bytes, member_bytes(a, name, bytes));
}

/* Quotes */

/* Parses a quote and checks all that can be checked about it without Intel. */
static void check_quote(const agent *a, ds_slice raw, ds_quote *quote)
{
    unsigned char key[DS_P256_PUBLICBYTES] = {4}, bound[DS_SHA256_BYTES];
    ds_error err;
    CHECK(ds_quote_parse(quote, raw, &err) == DS_OK);
    if (quote->attestation_key.len != DS_QUOTE_KEY_BYTES)
        return;
    memcpy(key + 1, quote->attestation_key.data, DS_QUOTE_KEY_BYTES);
    CHECK(memcmp(key, a->identity.platform.pki.attestation.public_key, sizeof key) == 0);
    CHECK(ds_p256_verify(quote->signature.data, quote->signed_range.data, quote->signed_range.len,
                         key) == DS_OK);
    const ds_slice parts[] = {quote->attestation_key, quote->qe_auth_data};
    CHECK(ds_hash(DS_SHA256, bound, parts, 2) == DS_OK);
    CHECK(memcmp((const unsigned char *)quote->qe_report.data + 320, bound, sizeof bound) == 0);
    CHECK(memcmp(quote->report.rt_mr, a->identity.report.rt_mr, sizeof quote->report.rt_mr) == 0);
    CHECK(quote->report.mr_config_id[0] == 1);
    CHECK(memcmp(quote->report.mr_config_id + 1, a->identity.compose_hash, 32) == 0);
}

static void check_replay(const ds_quote *quote, ds_slice log_text)
{
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES];
    ds_eventlog log;
    ds_error err;
    CHECK(ds_eventlog_parse(&log, log_text, &err) == DS_OK);
    CHECK(ds_eventlog_replay(rtmr, &log, &err) == DS_OK);
    CHECK(memcmp(rtmr, quote->report.rt_mr, sizeof rtmr) == 0);
    ds_eventlog_free(&log);
}

static void check_stripped(ds_slice log_text)
{
    ds_eventlog log;
    ds_error err;
    size_t acpi = 0;
    CHECK(ds_eventlog_parse(&log, log_text, &err) == DS_OK);
    for (size_t i = 0; i < log.count; i++) {
        const ds_event *event = &log.events[i];
        acpi += ds_event_is_acpi_data(event);
        if (ds_event_is_runtime(event))
            CHECK(event->digest.len == 0);
        else
            CHECK(event->digest.len == DS_MR_BYTES &&
                  (event->payload.len == 0 || ds_event_is_acpi_data(event)));
    }
    CHECK(acpi == 3);
    ds_eventlog_free(&log);
}

static void quoting(agent *a)
{
    ds_quote quote;
    CHECK(ask(a, "GetQuote", "{\"report_data\":\"74657374\"}") == 200);
    ds_slice raw = member_slice(a, "quote");
    check_quote(a, raw, &quote);
    CHECK_HEX(quote.report.report_data, 8, "7465737400000000");
    CHECK_HEX(quote.report.td_attributes, 8, "0000001000000000");
    CHECK_HEX(quote.report.xfam, 8, "e700060000000000");
    check_replay(&quote, member(a, "event_log"));
    check_stripped(member(a, "event_log"));
    CHECK(ds_slice_equal(member(a, "vm_config"), a->identity.vm_config));
    CHECK(strncmp((const char *)a->reply.body.data, "{\"quote\":\"04000200810000", 23) == 0);
}

/* An attestation is what ds_attestation_write makes of the quote in it. */
static void attesting(agent *a)
{
    ds_quote quote;
    ds_error err;
    ds_buf again;
    CHECK(ask(a, "Attest", "{\"report_data\":\"0102\"}") == 200);
    ds_slice all = member_slice(a, "attestation");
    CHECK(all.len > 1000 && bytes[0] == 0 && bytes[1] == 0 && (bytes[2] & 3) == 1);
    size_t len = (size_t)(bytes[2] | bytes[3] << 8) >> 2;
    check_quote(a, ds_slice_of(bytes + 4, len), &quote);
    CHECK(quote.report.report_data[1] == 2);
    ds_attestation attestation = {.quote = {bytes + 4, len},
                                  .events = a->identity.events,
                                  .event_count = a->identity.event_count,
                                  .config = a->identity.vm_config};
    memcpy(attestation.report_data, quote.report.report_data, DS_REPORT_DATA_BYTES);
    ds_buf_init(&again, DS_ATTESTATION_MAXBYTES);
    CHECK(ds_attestation_write(&again, DS_ATTESTATION_SCALE, &attestation, false, &err) == DS_OK);
    CHECK(ds_slice_equal(all, ds_buf_content(&again)));
    ds_buf_free(&again);
}

/* Info */

static bool same_bytes(const agent *a, const char *name, const void *want, size_t n)
{
    ds_slice got = member_slice(a, name);
    return ds_slice_equal(got, ds_slice_of(want, n));
}

/* Finds the log inside the pretty text, as the text it is, and replays it. */
static void check_tcb_info(const agent *a, const ds_quote *quote)
{
    ds_slice text = member(a, "tcb_info");
    ds_json_doc doc;
    ds_error err;
    CHECK(ds_json_parse(&doc, text.data, text.len, &err) == DS_OK);
    char hex[2 * DS_MR_BYTES];
    ds_hex_encode(hex, quote->report.rt_mr[3], DS_MR_BYTES);
    CHECK(ds_slice_equal(ds_json_member(doc.root, "rtmr3")->text, ds_slice_of(hex, sizeof hex)));
    ds_hex_encode(hex, quote->report.mr_td, DS_MR_BYTES);
    CHECK(ds_slice_equal(ds_json_member(doc.root, "mrtd")->text, ds_slice_of(hex, sizeof hex)));
    CHECK(ds_slice_equal(ds_json_member(doc.root, "mr_aggregated")->text,
                         member(a, "mr_aggregated")));
    CHECK(ds_slice_equal(ds_json_member(doc.root, "app_compose")->text, a->identity.compose));
    const ds_json *log = ds_json_member(doc.root, "event_log");
    CHECK(log->count == a->identity.event_count);
    for (const ds_json *entry = log->first; entry != NULL; entry = entry->next)
        CHECK(ds_json_member(entry, "digest")->text.len == 2 * DS_MR_BYTES);
    ds_json_free(&doc);
    const char *begin = strstr((const char *)text.data, "\"event_log\": [");
    const char *end = strstr(begin, "\n  ],\n  \"app_compose\": ");
    CHECK(begin != NULL && end != NULL);
    check_replay(quote, ds_slice_of(begin + 13, (size_t)(end + 4 - begin - 13)));
    static const char head[] = "{\n  \"mrtd\": \"";
    CHECK(strncmp(text.data, head, strlen(head)) == 0);
}

static void informing(agent *a)
{
    static const char *const names[] = {
        "app_id",    "instance_id",   "app_cert",      "tcb_info",          "app_name",
        "device_id", "mr_aggregated", "os_image_hash", "key_provider_info", "compose_hash",
        "vm_config", "cloud_vendor",  "cloud_product"};
    const ds_identity *id = &a->identity;
    unsigned char sum[DS_MR_SUM_BYTES];
    ds_quote quote;
    ask(a, "GetQuote", "{}");
    check_quote(a, member_slice(a, "quote"), &quote);
    CHECK(ask(a, "Info", "") == 200);
    size_t i = 0;
    for (const ds_json *m = a->json.root->first; m != NULL && i < COUNT(names); m = m->next)
        CHECK(is_text(m->key, names[i++]));
    CHECK(i == COUNT(names) && a->json.root->count == COUNT(names));
    CHECK(same_bytes(a, "app_id", id->app_id, DS_APP_ID_BYTES));
    CHECK(same_bytes(a, "compose_hash", id->compose_hash, sizeof id->compose_hash));
    CHECK(member_is(a, "device_id",
                    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    CHECK(ds_mr_aggregated(sum, &quote.report, quote.report.rt_mr[3]) == DS_OK);
    CHECK(same_bytes(a, "mr_aggregated", sum, sizeof sum));
    CHECK(member_is(a, "cloud_vendor", "dstack-lua") && member_is(a, "cloud_product", "simulator"));
    check_tcb_info(a, &quote);
}

/* Certificates */

static void check_attestation(const agent *a, X509 *leaf, ds_slice content)
{
    const unsigned char *p = content.data;
    unsigned char *spki = NULL, want[DS_REPORT_DATA_BYTES];
    int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), &spki);
    size_t len = (size_t)(p[2] | p[3] << 8) >> 2;
    ds_quote quote;
    check_quote(a, ds_slice_of(p + 4, len), &quote);
    CHECK(n == DS_P256_SPKIBYTES &&
          ds_report_data_ratls(want, ds_slice_of(spki, (size_t)n)) == DS_OK);
    CHECK(memcmp(want, quote.report.report_data, sizeof want) == 0);
    ds_attestation attestation = {.quote = {p + 4, len},
                                  .events = a->identity.events,
                                  .event_count = a->identity.event_count,
                                  .config = a->identity.vm_config};
    ds_buf again;
    ds_error err;
    memcpy(attestation.report_data, want, sizeof want);
    ds_buf_init(&again, DS_ATTESTATION_MAXBYTES);
    CHECK(ds_attestation_write(&again, DS_ATTESTATION_SCALE, &attestation, true, &err) == DS_OK);
    CHECK(ds_slice_equal(content, ds_buf_content(&again)));
    ds_buf_free(&again);
    OPENSSL_free(spki);
}

static void check_app_info(const agent *a, ds_slice content)
{
    ds_identity_sums sums;
    ds_app_info info;
    ds_buf want;
    ds_buf_init(&want, 4096);
    CHECK(ds_identity_app_info(&info, &sums, &a->identity) == DS_OK);
    CHECK(ds_app_info_write(&want, &info) == DS_OK);
    CHECK(ds_slice_equal(content, ds_buf_content(&want)));
    CHECK(((const unsigned char *)content.data)[content.len - 1] == 0x90);
    ds_buf_free(&want);
}

/* Everything asked for: six extensions in their order. */
static void full_certificate(agent *a)
{
    ds_error err;
    CHECK(ask(a, "GetTlsKey",
              "{\"subject\":\"a.example\",\"alt_names\":[\"a.example\",\"127.0.0.1\",\"::1\"],"
              "\"usage_ra_tls\":true,\"usage_server_auth\":true,\"usage_client_auth\":true,"
              "\"not_before\":1700000000,\"not_after\":4102444800,\"with_app_info\":true}") == 200);
    CHECK(ds_json_member(a->json.root, "certificate_chain")->count == 2);
    CHECK(ds_slice_equal(element(a, "certificate_chain", 1), a->identity.ca_certificate));
    CHECK(ds_x509_key_matches(member(a, "key"), element(a, "certificate_chain", 0), &err) == DS_OK);
    X509 *leaf = read_certificate(element(a, "certificate_chain", 0));
    check_signed(leaf, element(a, "certificate_chain", 1));
    CHECK(X509_get_ext_count(leaf) == 6);
    ds_slice names = extension(leaf, 0, "2.5.29.17");
    CHECK_HEX(names.data, names.len,
              "30238209612e6578616d706c6587047f000001871000000000000000000000000000000001");
    ds_slice usage = extension(leaf, 1, "2.5.29.15");
    CHECK_HEX(usage.data, usage.len, "03020780");
    extension(leaf, 2, "2.5.29.37");
    check_app_info(a, extension(leaf, 3, "1.3.6.1.4.1.62397.1.9"));
    CHECK(is_text(extension(leaf, 4, "1.3.6.1.4.1.62397.1.4"), "app:custom"));
    check_attestation(a, leaf, extension(leaf, 5, "1.3.6.1.4.1.62397.1.8"));
    CHECK(X509_get0_notBefore(leaf)->type == V_ASN1_UTCTIME);
    CHECK(X509_get0_notAfter(leaf)->type == V_ASN1_GENERALIZEDTIME);
    CHECK(strcmp((const char *)ASN1_STRING_get0_data(X509_get0_notAfter(leaf)),
                 "21000101000000Z") == 0);
    X509_free(leaf);
}

/* Nothing asked for: no names, no usages, ten years from now. */
static void plain_certificate(agent *a)
{
    CHECK(ask(a, "GetTlsKey", "") == 200);
    X509 *leaf = read_certificate(element(a, "certificate_chain", 0));
    check_signed(leaf, element(a, "certificate_chain", 1));
    CHECK(X509_get_ext_count(leaf) == 2);
    extension(leaf, 0, "2.5.29.15");
    extension(leaf, 1, "1.3.6.1.4.1.62397.1.4");
    CHECK(strcmp((const char *)ASN1_STRING_get0_data(X509_get0_notBefore(leaf)), "750101000000Z") ==
          0);
    time_t then = time(NULL) + (time_t)3650 * 86400;
    CHECK(X509_cmp_time(X509_get0_notAfter(leaf), &(time_t){then + 60}) < 0);
    CHECK(X509_cmp_time(X509_get0_notAfter(leaf), &(time_t){then - 60}) > 0);
    CHECK(X509_NAME_entry_count(X509_get_subject_name(leaf)) == 1);
    X509_free(leaf);
    char first[4096];
    snprintf(first, sizeof first, "%.*s", (int)member(a, "key").len,
             (const char *)member(a, "key").data);
    ask(a, "GetTlsKey", "{}");
    CHECK(!member_is(a, "key", first));
}

static void demo_certificate(agent *a)
{
    ask(a, "Info", "");
    ds_slice text = member(a, "app_cert"), ca = a->identity.ca_certificate;
    CHECK(text.len > ca.len + 1);
    const char *split = (const char *)text.data + text.len - ca.len;
    CHECK(ds_slice_equal(ds_slice_of(split, ca.len), ca) && split[-1] == '\n' && split[-2] == '\n');
    X509 *leaf = read_certificate(ds_slice_of(text.data, text.len - ca.len - 1));
    char name[64];
    check_signed(leaf, ca);
    X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, name, sizeof name);
    CHECK(strcmp(name, "demo-cert") == 0 && X509_get_ext_count(leaf) == 4);
    ds_slice usage = extension(leaf, 1, "2.5.29.37");
    CHECK_HEX(usage.data, usage.len, "300a06082b06010505070302");
    check_attestation(a, leaf, extension(leaf, 3, "1.3.6.1.4.1.62397.1.8"));
    X509_free(leaf);
}

/* Upstream's CA and a key from fixed random bytes: the part that is signed, byte for byte. */
static void known_certificate(void)
{
    const ds_slice names[] = {DS_LITERAL("localhost"), DS_LITERAL("127.0.0.1")};
    const ds_certificate_order order = {.subject = DS_LITERAL("test-subject"),
                                        .alt_names = names,
                                        .alt_count = 2,
                                        .server_auth = true,
                                        .client_auth = true,
                                        .not_before = 1700000000,
                                        .not_after = 1800000000};
    unsigned char seed[DS_KEY_BYTES], key[DS_P256_KEYBYTES], *tbs = NULL;
    ds_buf pem;
    ds_error err;
    agent a;
    agent_start(&a, UPSTREAM_DIR, NULL);
    ds_buf_init(&pem, DS_CERTIFICATE_MAXBYTES);
    memset(seed, 0x11, sizeof seed);
    CHECK(ds_key_derive(key, seed, NULL, 0) == DS_OK);
    CHECK_HEX(key, sizeof key, TLS_SCALAR);
    CHECK(ds_certificate_issue(&pem, &a.identity, &order, key, &err) == DS_OK);
    X509 *leaf = read_certificate(ds_buf_content(&pem));
    int n = i2d_re_X509_tbs(leaf, &tbs);
    CHECK_HEX(tbs, (size_t)n, TLS_TBS);
    check_signed(leaf, a.identity.ca_certificate);
    OPENSSL_free(tbs);
    X509_free(leaf);
    ds_buf_free(&pem);
    agent_stop(&a);
}

/* Events */

/* Emitted events change register 3 and show everywhere, all of the time in the same way. */
static void emitting(agent *a)
{
    unsigned char before[DS_MR_BYTES], want[DS_MR_BYTES], digest[DS_EVENT_DIGEST_BYTES];
    size_t count = a->identity.event_count;
    ds_quote quote;
    memcpy(before, a->identity.report.rt_mr[3], sizeof before);
    CHECK(ask(a, "EmitEvent", "{\"event\":\"my \\\"event\\\"\\u0000\",\"payload\":\"0xdead\"}") ==
          200);
    CHECK(body_is(a, "null") && a->identity.event_count == count + 1);
    CHECK(ds_event_digest(digest, 1, DS_LITERAL("my \"event\"\0"), DS_LITERAL("\xde\xad")) ==
          DS_OK);
    const ds_slice parts[] = {{before, sizeof before}, {digest, sizeof digest}};
    CHECK(ds_hash(DS_SHA384, want, parts, 2) == DS_OK);
    CHECK(memcmp(want, a->identity.report.rt_mr[3], sizeof want) == 0);
    CHECK(ask(a, "EmitEvent", "{}") == 200);
    CHECK(get(a, "/EmitEvent", "event=app-id&payload=00") == 200 && body_is(a, "null"));
    ask(a, "GetQuote", "{}");
    check_quote(a, member_slice(a, "quote"), &quote);
    check_replay(&quote, member(a, "event_log"));
    CHECK(memcmp(before, quote.report.rt_mr[3], sizeof before) != 0);
    ask(a, "Info", "");
    CHECK(same_bytes(a, "app_id", a->identity.app_id, DS_APP_ID_BYTES));
    quoting(a);
    attesting(a);
    informing(a);
    full_certificate(a);
}

static void too_many_events(agent *a)
{
    static char body[2 * (1 << 20) + 64];
    unsigned char before[DS_MR_BYTES];
    size_t head = (size_t)sprintf(body, "{\"event\":\"e\",\"payload\":\"");
    memset(body + head, '0', 2 << 20);
    strcpy(body + head + (2 << 20), "\"}");
    CHECK(ask(a, "EmitEvent", body) == 200 && ask(a, "EmitEvent", body) == 200);
    CHECK(ask(a, "EmitEvent", body) == 200);
    memcpy(before, a->identity.report.rt_mr[3], sizeof before);
    ask(a, "EmitEvent", body);
    CHECK(refused(a, "too many events: this simulator holds 4194304 bytes of names and payloads"));
    CHECK(memcmp(before, a->identity.report.rt_mr[3], sizeof before) == 0);
    body[head + (1 << 20)] = '"';
    body[head + (1 << 20) + 1] = '}';
    body[head + (1 << 20) + 2] = '\0';
    CHECK(ask(a, "EmitEvent", body) == 200);
    CHECK(ask(a, "Attest", "{}") == 200 && ask(a, "GetQuote", "{}") == 200);
    CHECK(ask(a, "Info", "") == 200);
    CHECK(ask(a, "GetTlsKey", "{\"usage_ra_tls\":true}") == 200);
}

int main(void)
{
    static const char *const dirs[] = {NULL, UPSTREAM_DIR};
    for (size_t i = 0; i < COUNT(dirs); i++) {
        agent a;
        agent_start(&a, dirs[i], NULL);
        quoting(&a);
        attesting(&a);
        informing(&a);
        full_certificate(&a);
        plain_certificate(&a);
        demo_certificate(&a);
        emitting(&a);
        if (dirs[i] == NULL)
            too_many_events(&a);
        agent_stop(&a);
    }
    known_certificate();
    return test_done();
}
