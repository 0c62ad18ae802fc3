/* Paths of certificates to an anchor, with their revocation lists: each rule on its own. What is
 * judged is made here by OpenSSL. */
#include "base/time.h"
#include "crypto/pem.h"
#include "crypto/x509_path.h"
#include "test.h"

#include <openssl/ec.h>
#include <openssl/x509v3.h>

#define NOW       INT64_C(1800000000)
#define DAY       INT64_C(86400)
#define KEYS      4
#define CERTS_MAX 12

/* Key 0 is the root's. */
static EVP_PKEY *keys[KEYS];

/* What a certificate says; zero or NULL is what it should say. */
typedef struct order {
    const char *subject, *issuer;
    int key, signer;
    long serial;
    int64_t from, until; /* from NOW */
    const char *constraints, *usage, *extended;
    const char *oid, *value; /* one more extension, as OpenSSL's configuration has it */
} order;

static void add_name(X509_NAME *name, const char *text)
{
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)text, -1, -1, 0);
}

static void add_extension(X509 *cert, const char *name, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = value == NULL ? NULL : X509V3_EXT_nconf(NULL, &ctx, name, value);
    CHECK(value == NULL || extension != NULL);
    if (extension != NULL)
        X509_add_ext(cert, extension, -1);
    X509_EXTENSION_free(extension);
}

static X509 *make(const order *o)
{
    X509 *cert = X509_new();
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), o->serial == 0 ? 77 : o->serial);
    add_name(X509_get_subject_name(cert), o->subject);
    add_name(X509_get_issuer_name(cert), o->issuer);
    ASN1_TIME_set(X509_getm_notBefore(cert), NOW + (o->from == 0 ? -DAY : o->from));
    ASN1_TIME_set(X509_getm_notAfter(cert), NOW + (o->until == 0 ? DAY : o->until));
    X509_set_pubkey(cert, keys[o->key]);
    add_extension(cert, "basicConstraints", o->constraints);
    add_extension(cert, "keyUsage", o->usage);
    add_extension(cert, "extendedKeyUsage", o->extended);
    add_extension(cert, o->oid, o->value);
    add_extension(cert, "subjectKeyIdentifier", "0102"); /* there is at least one */
    CHECK(X509_sign(cert, keys[o->signer], EVP_sha256()) > 0);
    return cert;
}

static void add_pem(ds_buf *pem, const order *o)
{
    unsigned char *der = NULL;
    X509 *cert = make(o);
    int len = i2d_X509(cert, &der);
    CHECK(len > 0 && ds_pem_encode(pem, "CERTIFICATE", ds_slice_of(der, (size_t)len)) == DS_OK);
    OPENSSL_free(der);
    X509_free(cert);
}

/* What a list says. */
typedef struct list_order {
    const char *issuer;
    int signer;
    int64_t until; /* from NOW */
    long serial;   /* that is revoked; 0: none */
} list_order;

static ds_slice make_list(const list_order *o)
{
    unsigned char *der = NULL;
    X509_CRL *crl = X509_CRL_new();
    X509_NAME *name = X509_NAME_new();
    ASN1_TIME *at = ASN1_TIME_set(NULL, NOW - DAY);
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    X509_CRL_set_version(crl, 1);
    add_name(name, o->issuer);
    X509_CRL_set_issuer_name(crl, name);
    X509_CRL_set1_lastUpdate(crl, at);
    ASN1_TIME_set(at, NOW + (o->until == 0 ? DAY : o->until));
    X509_CRL_set1_nextUpdate(crl, at);
    ASN1_INTEGER_set(number, o->serial);
    if (o->serial != 0) {
        X509_REVOKED *revoked = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(revoked, number);
        X509_REVOKED_set_revocationDate(revoked, at);
        X509_CRL_add0_revoked(crl, revoked);
    }
    X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0);
    CHECK(X509_CRL_sign(crl, keys[o->signer], EVP_sha256()) > 0);
    int len = i2d_X509_CRL(crl, &der);
    ASN1_INTEGER_free(number);
    ASN1_TIME_free(at);
    X509_NAME_free(name);
    X509_CRL_free(crl);
    return ds_slice_of(der, (size_t)len);
}

/* A scene: certificates, of which the first is judged, and the lists. */
typedef struct scene {
    const char *name;
    order certs[CERTS_MAX];
    list_order lists[3];
    ds_status status;
    const char *says;
} scene;

static const order root = {.subject = "root",
                           .issuer = "root",
                           .constraints = "critical,CA:TRUE",
                           .usage = "critical,keyCertSign,cRLSign"};

#define CA    .constraints = "critical,CA:TRUE"
#define SIGNS .usage = "critical,keyCertSign,cRLSign"
#define LEAF(...)                                                                                  \
    {                                                                                              \
        .subject = "leaf", .issuer = "ca", .key = 2, .signer = 1, __VA_ARGS__                      \
    }
#define MID(...)                                                                                   \
    {                                                                                              \
        .subject = "ca", .issuer = "root", .key = 1, .signer = 0, __VA_ARGS__                      \
    }
#define LISTS                                                                                      \
    {                                                                                              \
        {.issuer = "root", .signer = 0},                                                           \
        {                                                                                          \
            .issuer = "ca", .signer = 1                                                            \
        }                                                                                          \
    }
#define GOOD LEAF(.serial = 7), MID(.serial = 5, CA, SIGNS)

static const scene scenes[] = {
    {"a leaf below a CA", {GOOD}, LISTS, DS_OK, ""},
    {"a leaf below the root", {{"leaf", "root", .key = 2}}, LISTS, DS_OK, ""},
    {"the root in the pool",
     {LEAF(), {"root", "root", CA, SIGNS}, MID(CA, SIGNS)},
     LISTS,
     DS_OK,
     ""},
    {"no CA in the pool", {LEAF()}, LISTS, DS_VERIFY, "'leaf' has an unknown issuer"},
    {"a CA of the right name with another key, then the right one",
     {LEAF(), {"ca", "root", 3, 0, CA, SIGNS}, MID(CA, SIGNS)},
     LISTS,
     DS_OK,
     ""},
    {"a CA of the right name with another key",
     {LEAF(), {"ca", "root", 3, 0, CA, SIGNS}},
     LISTS,
     DS_VERIFY,
     "'leaf' is not signed by its issuer"},
    {"another root of the same name",
     {LEAF(), {"ca", "root", 1, 3, CA, SIGNS}},
     LISTS,
     DS_VERIFY,
     "'ca' is not signed by its issuer"},

    {"a leaf that is a CA", {LEAF(CA), MID(CA, SIGNS)}, LISTS, DS_VERIFY, "'leaf' is a CA"},
    {"an issuer that is none", {LEAF(), MID(SIGNS)}, LISTS, DS_VERIFY, "'ca' is not a CA"},
    {"an issuer that says so",
     {LEAF(), MID(SIGNS, .constraints = "CA:FALSE")},
     LISTS,
     DS_VERIFY,
     "'ca' is not a CA"},
    {"an issuer that may not sign",
     {LEAF(), MID(CA, .usage = "cRLSign")},
     LISTS,
     DS_VERIFY,
     "'ca' may not sign certificates"},
    {"an issuer that may not sign lists",
     {LEAF(), MID(CA, .usage = "keyCertSign")},
     LISTS,
     DS_VERIFY,
     "'ca' may not sign revocation lists"},
    {"an issuer without key usage", {LEAF(), MID(CA)}, LISTS, DS_OK, ""},
    {"a path length of none",
     {LEAF(), MID(SIGNS, .constraints = "CA:TRUE,pathlen:0")},
     LISTS,
     DS_OK,
     ""},
    {"a path length too small",
     {{"leaf", "low", .key = 2, .signer = 3},
      {"low", "ca", .key = 3, .signer = 1, CA, SIGNS},
      MID(SIGNS, .constraints = "CA:TRUE,pathlen:0")},
     {{.issuer = "root"}, {.issuer = "ca", .signer = 1}, {.issuer = "low", .signer = 3}},
     DS_VERIFY,
     "'ca' has more CAs below it than it allows"},
    {"a path length just right",
     {{"leaf", "low", .key = 2, .signer = 3},
      {"low", "ca", .key = 3, .signer = 1, CA, SIGNS},
      MID(SIGNS, .constraints = "CA:TRUE,pathlen:1")},
     {{.issuer = "root"}, {.issuer = "ca", .signer = 1}, {.issuer = "low", .signer = 3}},
     DS_OK,
     ""},

    {"a use that is ours", {LEAF(.extended = "clientAuth,serverAuth"), MID(CA)}, LISTS, DS_OK, ""},
    {"a use that is not",
     {LEAF(.extended = "clientAuth"), MID(CA)},
     LISTS,
     DS_VERIFY,
     "'leaf' is not for this use"},
    {"a CA's use that is not",
     {LEAF(), MID(CA, .extended = "clientAuth")},
     LISTS,
     DS_VERIFY,
     "'ca' is not for this use"},
    {"an unknown extension",
     {LEAF(.oid = "1.2.3", .value = "DER:0500"), MID(CA)},
     LISTS,
     DS_OK,
     ""},
    {"an unknown critical one",
     {LEAF(.oid = "1.2.3", .value = "critical,DER:0500"), MID(CA)},
     LISTS,
     DS_VERIFY,
     "'leaf' has a critical extension"},
    {"a CA's unknown critical one",
     {LEAF(), MID(CA, .oid = "1.2.3", .value = "critical,DER:0500")},
     LISTS,
     DS_VERIFY,
     "'ca' has a critical extension"},
    {"a critical name",
     {LEAF(.oid = "subjectAltName", .value = "critical,DNS:a"), MID(CA)},
     LISTS,
     DS_OK,
     ""},
    {"constraints on names",
     {LEAF(), MID(CA, .oid = "nameConstraints", .value = "permitted;DNS:a")},
     LISTS,
     DS_VERIFY,
     "'ca' has a critical extension"},

    {"the last second of a leaf", {LEAF(.until = 1), MID(CA)}, LISTS, DS_OK, ""},
    {"a leaf that expired", {LEAF(.until = -1), MID(CA)}, LISTS, DS_EXPIRED, "'leaf' expired at"},
    {"a leaf too young",
     {LEAF(.from = 1), MID(CA)},
     LISTS,
     DS_VERIFY,
     "'leaf' is not valid before"},
    {"a CA that expired", {LEAF(), MID(CA, .until = -1)}, LISTS, DS_EXPIRED, "'ca' expired at"},
    {"a CA too young", {LEAF(), MID(CA, .from = 1)}, LISTS, DS_VERIFY, "'ca' is not valid before"},

    {"a leaf revoked",
     {GOOD},
     {{.issuer = "root"}, {.issuer = "ca", .signer = 1, .serial = 7}},
     DS_VERIFY,
     "'leaf' is revoked"},
    {"a leaf's number in another's list",
     {GOOD},
     {{.issuer = "root", .serial = 7}, {.issuer = "ca", .signer = 1, .serial = 5}},
     DS_OK,
     ""},
    {"a CA revoked",
     {GOOD},
     {{.issuer = "root", .serial = 5}, {.issuer = "ca", .signer = 1}},
     DS_VERIFY,
     "'ca' is revoked"},
    {"no list of the CA",
     {GOOD},
     {{.issuer = "root"}},
     DS_VERIFY,
     "'leaf' has an issuer of whom there is no revocation list"},
    {"no list of the root",
     {GOOD},
     {{.issuer = "ca", .signer = 1}},
     DS_VERIFY,
     "'ca' has an issuer of whom there is no revocation list"},
    {"a list that another signed",
     {GOOD},
     {{.issuer = "root"}, {.issuer = "ca", .signer = 3}},
     DS_VERIFY,
     "'leaf' has an issuer that did not sign the revocation list"},
    {"a list's last second",
     {GOOD},
     {{.issuer = "root"}, {.issuer = "ca", .signer = 1, .until = 1}},
     DS_OK,
     ""},
    {"a list that expired",
     {GOOD},
     {{.issuer = "root"}, {.issuer = "ca", .signer = 1, .until = -1}},
     DS_EXPIRED,
     "'leaf' is asked after in a revocation list that expired"},
    {"the first list counts",
     {GOOD},
     {{.issuer = "root"},
      {.issuer = "ca", .signer = 1, .serial = 7},
      {.issuer = "ca", .signer = 1}},
     DS_VERIFY,
     "'leaf' is revoked"},

    {"CAs in a circle",
     {LEAF(),
      {"ca", "ca", 1, 1, CA},
      {"ca", "ca", 1, 1, CA},
      {"ca", "ca", 1, 1, CA},
      {"ca", "ca", 1, 1, CA}},
     LISTS,
     DS_VERIFY,
     "has too many possible issuers"},
};

static size_t count_lists(const scene *s)
{
    size_t n = 0;
    while (n < 3 && s->lists[n].issuer != NULL)
        n++;
    return n;
}

/* Out: *validity. */
static ds_status judge(const order *certs, const list_order *lists, size_t list_count, int64_t now,
                       ds_validity *validity, ds_error *err)
{
    ds_x509_crl crls[3];
    ds_slice ders[3];
    ds_x509_trust trust = {.crls = crls, .crl_count = list_count, .now = now};
    ds_x509_chain anchor, chain;
    ds_buf pem;
    ds_buf_init(&pem, 1u << 16);
    add_pem(&pem, &root);
    CHECK(ds_x509_read_chain(&anchor, ds_buf_content(&pem), "root", err) == DS_OK);
    trust.anchor = anchor.certs[0];
    ds_buf_clear(&pem);
    for (size_t i = 0; i < CERTS_MAX && certs[i].subject != NULL; i++)
        add_pem(&pem, &certs[i]);
    CHECK(ds_x509_read_chain(&chain, ds_buf_content(&pem), "chain", err) == DS_OK);
    for (size_t i = 0; i < list_count; i++) {
        ders[i] = make_list(&lists[i]);
        CHECK(ds_x509_read_crl(&crls[i], ders[i]) == DS_OK);
    }
    *validity = (ds_validity){INT64_MIN, INT64_MAX};
    ds_status status = ds_x509_path(&trust, &chain, validity, err);
    for (size_t i = 0; i < list_count; i++)
        OPENSSL_free((void *)ders[i].data);
    ds_x509_chain_free(&anchor);
    ds_x509_chain_free(&chain);
    ds_buf_free(&pem);
    return status;
}

static void test_scenes(void)
{
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++) {
        const scene *s = &scenes[i];
        ds_validity validity;
        ds_error err = {DS_OK, ""};
        ds_status status = judge(s->certs, s->lists, count_lists(s), NOW, &validity, &err);
        bool good = status == s->status && (status == DS_OK || err.status == status) &&
                    strstr(err.text, s->says) != NULL;
        test_count(good, __FILE__, __LINE__, s->name);
        if (!good)
            printf("# %s: %s\n", s->name, status == DS_OK ? "a path was found" : err.text);
    }
}

/* So many CAs may lie between the root and the first certificate, and no more. */
static void test_depth(void)
{
    static const char *const names[] = {"root", "a", "b", "c", "d", "e", "f", "g"};
    for (size_t depth = DS_X509_PATH_MAX; depth <= DS_X509_PATH_MAX + 1; depth++) {
        order certs[CERTS_MAX] = {{.subject = NULL}};
        ds_x509_crl crls[DS_X509_PATH_MAX + 2];
        ds_slice ders[DS_X509_PATH_MAX + 2];
        ds_x509_chain chain, anchor;
        ds_validity validity = {INT64_MIN, INT64_MAX};
        ds_error err;
        ds_buf pem;
        ds_buf_init(&pem, 1u << 16);
        certs[0] = (order){.subject = "leaf", .issuer = names[depth], .key = 2};
        for (size_t i = 1; i <= depth; i++)
            certs[i] = (order){.subject = names[i], .issuer = names[i - 1], CA};
        add_pem(&pem, &root);
        CHECK(ds_x509_read_chain(&anchor, ds_buf_content(&pem), "root", &err) == DS_OK);
        ds_buf_clear(&pem);
        for (size_t i = 0; i <= depth; i++) {
            list_order list = {.issuer = names[i]};
            add_pem(&pem, &certs[i]);
            ders[i] = make_list(&list);
            CHECK(ds_x509_read_crl(&crls[i], ders[i]) == DS_OK);
        }
        CHECK(ds_x509_read_chain(&chain, ds_buf_content(&pem), "chain", &err) == DS_OK);
        ds_x509_trust trust = {
            .anchor = anchor.certs[0], .crls = crls, .crl_count = depth + 1, .now = NOW};
        ds_status status = ds_x509_path(&trust, &chain, &validity, &err);
        CHECK(status == (depth <= DS_X509_PATH_MAX ? DS_OK : DS_VERIFY));
        for (size_t i = 0; i <= depth; i++)
            OPENSSL_free((void *)ders[i].data);
        ds_x509_chain_free(&anchor);
        ds_x509_chain_free(&chain);
        ds_buf_free(&pem);
    }
}

/* The span is that of certificates and lists together, and at both ends there is a path. */
static void test_validity(void)
{
    const order certs[CERTS_MAX] = {LEAF(.from = -50, .until = 60), MID(CA, .from = -40)};
    const list_order lists[] = {{.issuer = "root"}, {.issuer = "ca", .signer = 1, .until = 51}};
    ds_validity validity, again;
    ds_error err;
    CHECK(judge(certs, lists, 2, NOW, &validity, &err) == DS_OK);
    CHECK(validity.from == NOW - 40 && validity.until == NOW + 50);
    CHECK(judge(certs, lists, 2, validity.from, &again, &err) == DS_OK);
    CHECK(judge(certs, lists, 2, validity.until, &again, &err) == DS_OK);
    CHECK(judge(certs, lists, 2, validity.from - 1, &again, &err) == DS_VERIFY);
    CHECK(judge(certs, lists, 2, validity.until + 1, &again, &err) == DS_EXPIRED);
}

static void test_names(void)
{
    unsigned char *der = NULL;
    const order o = {.subject = "subject \x1b[1m", .issuer = "issuer"};
    X509 *cert = make(&o);
    ds_x509_cert read;
    int len = i2d_X509(cert, &der);
    CHECK(ds_x509_read(&read, ds_slice_of(der, (size_t)len)) == DS_OK);
    CHECK(ds_slice_equal(ds_x509_common_name(read.subject), DS_LITERAL("subject \x1b[1m")));
    CHECK(ds_slice_equal(ds_x509_common_name(read.issuer), DS_LITERAL("issuer")));
    CHECK(ds_x509_common_name(ds_slice_of("\x30\x00", 2)).len == 0);
    CHECK(ds_x509_common_name(ds_slice_of(NULL, 0)).len == 0);
    OPENSSL_free(der);
    X509_free(cert);
}

int main(void)
{
    for (int i = 0; i < KEYS; i++)
        keys[i] = EVP_EC_gen("P-256");
    test_scenes();
    test_depth();
    test_validity();
    test_names();
    for (int i = 0; i < KEYS; i++)
        EVP_PKEY_free(keys[i]);
    return test_done();
}
