/* Certificates with evidence, as the simulated agent issues them, and what is refused of them. */
#include "attest/attested.h"
#include "attest/attested_certificate.h"
#include "attest/report_data.h"
#include "crypto/pem.h"
#include "crypto/x509.h"
#include "test.h"

#define ARC "1.3.6.1.4.1.62397.1."

/* Issues a self-signed certificate with these extensions. Out: der. */
static void issue(ds_buf *der, const ds_x509_extension *extra, size_t count)
{
    static const unsigned char key[DS_P256_KEYBYTES] = {[31] = 7};
    unsigned char pub[DS_P256_PUBLICBYTES];
    const ds_x509_template t = {.subject_cn = DS_LITERAL("test"),
                                .not_before = 1000000000,
                                .not_after = 2000000000,
                                .extra = extra,
                                .extra_count = count};
    ds_error err;
    ds_buf pem;
    ds_buf_init(&pem, DS_X509_MAXBYTES);
    ds_buf_init(der, DS_X509_MAXBYTES);
    if (ds_p256_public_key(pub, key) != DS_OK ||
        ds_x509_issue(&pem, &t, pub, DS_LITERAL(""), key, &err) != DS_OK ||
        ds_pem_decode(der, ds_buf_content(&pem), "CERTIFICATE", &err) != DS_OK)
        abort();
    ds_buf_free(&pem);
}

static ds_status read(ds_certified *c, const ds_x509_extension *extra, size_t count, ds_buf *der,
                      ds_error *err)
{
    issue(der, extra, count);
    return ds_certified_read(c, ds_buf_content(der), err);
}

/* Refuses these extensions with this status and these words, and leaves nothing behind. */
static bool refuses(const ds_x509_extension *extra, size_t count, ds_status status,
                    const char *words)
{
    ds_certified c;
    ds_error err;
    ds_buf der;
    ds_status got = read(&c, extra, count, &der, &err);
    ds_buf_free(&der);
    return got == status && strstr(err.text, words) != NULL && c.key.data == NULL &&
           c.quote.data == NULL && c.attestation.data == NULL;
}

#define ATTESTATION                                                                                \
    {                                                                                              \
        ARC "8", false,                                                                            \
            DS_LITERAL("\x04\x03"                                                                  \
                       "abc")                                                                      \
    }
#define QUOTE                                                                                      \
    {                                                                                              \
        ARC "1", false,                                                                            \
            DS_LITERAL("\x04\x01"                                                                  \
                       "q")                                                                        \
    }
#define EVENT_LOG                                                                                  \
    {                                                                                              \
        ARC "2", false,                                                                            \
            DS_LITERAL("\x04\x02"                                                                  \
                       "[]")                                                                       \
    }
#define COUNT(list) (sizeof(list) / sizeof *(list))

static void test_newer(void)
{
    /* with .8, nobody looks at .1 and .2 */
    const ds_x509_extension extra[] = {
        ATTESTATION,
        {ARC "1", false, DS_LITERAL("nonsense")},
        {ARC "3", false, DS_LITERAL("\x04\x02id")},
        {ARC "4", false,
         DS_LITERAL("\x04\x0a"
                    "app:custom")},
        {ARC "9", false,
         DS_LITERAL("\x04\x12\x99\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00"
                    "\xc0")},
        {ARC "77", false, DS_LITERAL("\x05\x00")}, /* of tomorrow */
        {ARC "8.1", false, DS_LITERAL("\x05\x00")},
        {"1.3.6.1.4.1.62398.1.8", false, DS_LITERAL("\x05\x00")},
    };
    unsigned char want[DS_REPORT_DATA_BYTES];
    ds_certified c;
    ds_error err;
    ds_buf der;
    CHECK(read(&c, extra, COUNT(extra), &der, &err) == DS_OK);
    CHECK(ds_slice_equal(c.attestation, DS_LITERAL("abc")) && c.quote.len == 0);
    CHECK(ds_slice_equal(c.app_id, DS_LITERAL("id")));
    CHECK(ds_slice_equal(c.usage, DS_LITERAL("app:custom")));
    CHECK(c.has_info && c.info.app_id.len == 0 && !c.info.has_init_scripts);
    CHECK(c.not_before == 1000000000 && c.not_after == 2000000000);
    CHECK(ds_report_data_ratls(want, c.key) == DS_OK);
    CHECK(memcmp(want, c.report_data, sizeof want) == 0);
    ds_buf_free(&der);
}

static void test_older(void)
{
    const ds_x509_extension extra[] = {EVENT_LOG, QUOTE};
    ds_certified c;
    ds_error err;
    ds_buf der;
    CHECK(read(&c, extra, COUNT(extra), &der, &err) == DS_OK);
    CHECK(ds_slice_equal(c.quote, DS_LITERAL("q")) && c.attestation.len == 0);
    CHECK(ds_slice_equal(c.event_log, DS_LITERAL("[]")));
    CHECK(!c.has_info && c.app_id.len == 0 && c.usage.len == 0);
    ds_buf_free(&der);
}

static void test_nothing(void)
{
    const ds_x509_extension lone[] = {QUOTE}, log[] = {EVENT_LOG};
    CHECK(refuses(NULL, 0, DS_VERIFY, "carries no attestation"));
    CHECK(refuses(log, 1, DS_VERIFY, "carries no attestation"));
    CHECK(refuses(lone, 1, DS_VERIFY, "a quote without its event log"));
}

static void test_twice(void)
{
    const ds_x509_extension again[] = {ATTESTATION, ATTESTATION};
    const ds_x509_extension older[] = {QUOTE, EVENT_LOG, QUOTE};
    CHECK(refuses(again, COUNT(again), DS_INVALID, "no extension twice"));
    CHECK(refuses(older, COUNT(older), DS_INVALID, "no extension twice"));
}

/* Whatever is not one OCTET STRING with something in it. */
static void test_forms(void)
{
    static const char *const bad[] = {"",
                                      "04",
                                      "0400",
                                      "040261",
                                      "04016100",
                                      "0c0161",
                                      "61",
                                      "048101"
                                      "61",
                                      "0480"
                                      "610000"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        unsigned char bytes[16];
        const ds_slice der = {bytes, test_bytes(bytes, bad[i])};
        const ds_x509_extension attestation[] = {{ARC "8", false, der}};
        const ds_x509_extension quote[] = {{ARC "1", false, der}, EVENT_LOG};
        const ds_x509_extension log[] = {{ARC "2", false, der}, QUOTE};
        const ds_x509_extension id[] = {ATTESTATION, {ARC "3", false, der}};
        const ds_x509_extension usage[] = {ATTESTATION, {ARC "4", false, der}};
        const ds_x509_extension info[] = {ATTESTATION, {ARC "9", false, der}};
        CHECK(refuses(attestation, 1, DS_INVALID, ".8 is not an OCTET STRING"));
        CHECK(refuses(quote, 2, DS_INVALID, ".1 is not an OCTET STRING"));
        CHECK(refuses(log, 2, DS_INVALID, ".2 is not an OCTET STRING"));
        CHECK(refuses(id, 2, DS_INVALID, ".3 is not an OCTET STRING"));
        CHECK(refuses(usage, 2, DS_INVALID, ".4 is not an OCTET STRING"));
        CHECK(refuses(info, 2, DS_INVALID, ".9 is not an OCTET STRING"));
    }
}

static void test_claims(void)
{
    const ds_x509_extension usage[] = {ATTESTATION, {ARC "4", false, DS_LITERAL("\x04\x01\xff")}};
    const ds_x509_extension info[] = {ATTESTATION, {ARC "9", false, DS_LITERAL("\x04\x01\x90")}};
    CHECK(refuses(usage, COUNT(usage), DS_INVALID, "not UTF-8"));
    CHECK(refuses(info, COUNT(info), DS_INVALID, "its app info is not"));
}

/* The published binding of a key. */
static void test_binding(void)
{
    unsigned char spki[128], data[DS_REPORT_DATA_BYTES];
    size_t n = test_bytes(spki, "3059301306072a8648ce3d020106082a8648ce3d0301070342000491f50522407c"
                                "e29dce3ed7d31a15d80c1c42f13a23552d2b33a0ce09ee11e47bce95936f3e7f80"
                                "d195f879e28e1b144ef37ac9ab8e36a690cbf930b775897b27");
    CHECK(ds_report_data_ratls(data, ds_slice_of(spki, n)) == DS_OK);
    CHECK_HEX(data, sizeof data,
              "d224180bddf1a335755b07626fdc80ce18090be1ff37e7d6e1b53e780e27da0d8fafe99fc41e90333fcb"
              "51949ae5a1fc95b7820e142e611256ff4a8dc8997506");
}

/* The other contents of report data: each hash, a tag of one's own, none. */
static void test_contents(void)
{
    static const struct {
        const char *hash, *prefix, *hex;
    } known[] = {
        {"sha256", "", "57d90585d4b2cce9b2818a7b2a01398d5d2d6a8cb7ca8b735acb8d3203cf8a77"},
        {"sha384", "app-data",
         "1a316c913dd051238ab7414cd2fbbf48e4f16c8c6c00adb2a2f975d6ce01b43f844c6dc053262f3283ba928c7"
         "b"
         "883f60"},
        {"", "",
         "e39fd3dbee991d65e65cc38c6e9d664324929816279a19b495bcd3f77a62d81949ba61282d8a732916d39bb9f"
         "6"
         "a6a16d11211c0d800b6ffc56ecf74419a7c835"},
        {"sha3-256", "", "393205b584269b6c90c9c2ebea4f782ca50b4d13771568f83c868788dfadb821"},
        {"keccak256", "", "8ed51239a438104e85ca8d86fa87fbc67c21d00b124c0ff7eceee34309f5f362"},
        {"keccak384", "",
         "8c5fbcff05a0470bdfd593a9db68a1b165694bf1a07c7555e8d46750d802e4c524caf153b8874f4d1def46abc"
         "5"
         "0859da"},
        {"keccak512", "",
         "2b7e3f26c05a7787eea41af69ebb04b8d7fa57748974530ee1a430c1b547bee3ec73472770c45b11e7420930d"
         "7"
         "daa295eb77cb5bf96b328a7513d62a99c5070e"},
    };
    static const unsigned char zero[DS_REPORT_DATA_BYTES];
    for (size_t i = 0; i < COUNT(known); i++) {
        ds_app_data data;
        ds_error err;
        size_t n = strlen(known[i].hex) / 2;
        ds_slice hash = ds_slice_of(known[i].hash, strlen(known[i].hash));
        ds_slice prefix = ds_slice_of(known[i].prefix, strlen(known[i].prefix));
        CHECK(ds_report_data_app(&data, DS_LITERAL("hello"), hash, prefix, &err) == DS_OK);
        CHECK(test_hex(data.report_data, n, known[i].hex));
        CHECK(memcmp(data.report_data + n, zero, sizeof zero - n) == 0);
    }
    ds_app_data data;
    ds_error err;
    CHECK(ds_report_data_app(&data, ds_slice_of(zero, sizeof zero), DS_LITERAL("raw"),
                             DS_LITERAL("no"), &err) == DS_OK);
    CHECK(data.prefix.len == 0 && memcmp(data.report_data, zero, sizeof zero) == 0);
    CHECK(ds_report_data_app(&data, ds_slice_of(zero, sizeof zero - 1), DS_LITERAL("raw"),
                             DS_LITERAL(""), &err) == DS_INVALID);
}

int main(void)
{
    test_newer();
    test_older();
    test_nothing();
    test_twice();
    test_forms();
    test_claims();
    test_binding();
    test_contents();
    return test_done();
}
