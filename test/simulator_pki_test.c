/* The simulated platform without an agent: its certificates, quotes and collateral, judged by
 * OpenSSL; and that each flaw makes something of them wrong. */
#include "base/json.h"
#include "crypto/hash.h"
#include "crypto/pem.h"
#include "simulator/pcs.h"
#include "test.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* 2027-01-15 08:00:00; the midnight before the last is 1799884800. */
#define NOW    INT64_C(1800000000)
#define ISSUED INT64_C(1799884800)

#define QUOTE_MAX 16384

static const unsigned char data[DS_REPORT_DATA_BYTES] = "report data";

/* All that a platform shows. */
typedef struct shown {
    ds_platform platform;
    ds_pcs pcs;
    ds_buf quote, file;
} shown;

/* A TD as registers.c makes them. */
static ds_td_report td(void)
{
    ds_td_report report = {
        .tee_tcb_svn = {DS_MODULE_SVN, DS_MODULE_VERSION, DS_LOADER_SVN},
        .td_attributes = {0, 0, 0, 0x10},
    };
    memset(report.rt_mr, 7, sizeof report.rt_mr);
    return report;
}

static bool show(shown *s, const char *seed, const char *form, const char *flaw)
{
    ds_error err = {DS_OK, ""};
    ds_td_report report = td();
    ds_platform_options options = {.seed = seed, .form = form, .now = NOW};
    memset(s, 0, sizeof *s);
    ds_buf_init(&s->quote, QUOTE_MAX);
    ds_buf_init(&s->file, DS_PCS_MAXBYTES);
    bool good = (flaw == NULL || ds_flaws_add(&options.flaws, flaw, &err) == DS_OK) &&
                ds_platform_make(&s->platform, &options, &err) == DS_OK &&
                ds_pcs_make(&s->pcs, &s->platform, s->platform.form->tee, &err) == DS_OK &&
                ds_platform_quote(&s->quote, &s->platform, &report, data) == DS_OK &&
                ds_pcs_write(&s->file, &s->pcs, false, &err) == DS_OK;
    test_count(good, __FILE__, __LINE__, err.text);
    return good;
}

static void forget(shown *s)
{
    ds_pcs_free(&s->pcs);
    ds_platform_free(&s->platform);
    ds_buf_free(&s->quote);
    ds_buf_free(&s->file);
}

static bool same(ds_buf *a, ds_buf *b)
{
    return ds_slice_equal(ds_buf_content(a), ds_buf_content(b));
}

/* Certificates -------------------------------------------------------------------------------- */

static X509 *read_pem(ds_slice pem)
{
    ds_buf der;
    ds_error err;
    ds_buf_init(&der, 4096);
    CHECK(ds_pem_decode(&der, pem, "CERTIFICATE", &err) == DS_OK);
    const unsigned char *p = der.data;
    X509 *cert = d2i_X509(NULL, &p, (long)der.len);
    CHECK(cert != NULL);
    ds_buf_free(&der);
    return cert;
}

static void add_crl(X509_STORE *store, ds_slice der)
{
    const unsigned char *p = der.data;
    X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)der.len);
    CHECK(crl != NULL && X509_STORE_add_crl(store, crl) == 1);
    X509_CRL_free(crl);
}

/* Returns OpenSSL's verdict on a leaf under the root that is to be believed, CRLs and all. */
static int judge(const shown *s, ds_slice leaf_pem)
{
    X509 *root = read_pem(s->platform.pki.anchor), *leaf = read_pem(leaf_pem);
    X509 *ca = read_pem(s->platform.pki.pck_ca.certificate);
    STACK_OF(X509) *others = sk_X509_new_null();
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    ERR_set_mark();
    add_crl(store, s->pcs.root_crl);
    add_crl(store, s->pcs.pck_crl);
    CHECK(X509_STORE_add_cert(store, root) == 1 && sk_X509_push(others, ca) == 1);
    CHECK(X509_STORE_CTX_init(ctx, store, leaf, others) == 1);
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL |
                                           X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_time(param, NOW);
    X509_verify_cert(ctx);
    int error = X509_STORE_CTX_get_error(ctx);
    ERR_pop_to_mark();
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    sk_X509_free(others);
    X509_free(ca);
    X509_free(leaf);
    X509_free(root);
    return error;
}

static void certificates(void)
{
    static const struct {
        const char *flaw;
        int pck, signer;
    } rows[] = {
        {NULL, X509_V_OK, X509_V_OK},
        {"other-root", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
         X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
        {"root-revoked", X509_V_ERR_CERT_REVOKED, X509_V_ERR_CERT_REVOKED},
        {"root-crl-expired", X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CRL_HAS_EXPIRED},
        {"root-crl-signature", X509_V_ERR_CRL_SIGNATURE_FAILURE, X509_V_ERR_CRL_SIGNATURE_FAILURE},
        {"pck-expired", X509_V_ERR_CERT_HAS_EXPIRED, X509_V_OK},
        {"pck-not-yet-valid", X509_V_ERR_CERT_NOT_YET_VALID, X509_V_OK},
        {"pck-revoked", X509_V_ERR_CERT_REVOKED, X509_V_OK},
        {"pck-forged", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_OK},
        {"pck-ca-expired", X509_V_ERR_CERT_HAS_EXPIRED, X509_V_OK},
        {"pck-ca-revoked", X509_V_ERR_CERT_REVOKED, X509_V_OK},
        {"pck-ca-is-leaf", X509_V_ERR_INVALID_CA, X509_V_OK},
        {"pck-crl-expired", X509_V_ERR_CRL_HAS_EXPIRED, X509_V_OK},
        {"pck-crl-signature", X509_V_ERR_CRL_SIGNATURE_FAILURE, X509_V_OK},
        {"pck-crl-other", X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_OK},
        {"tcb-signer-expired", X509_V_OK, X509_V_ERR_CERT_HAS_EXPIRED},
        {"tcb-signer-revoked", X509_V_OK, X509_V_ERR_CERT_REVOKED},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        shown s;
        if (show(&s, NULL, NULL, rows[i].flaw)) {
            int pck = judge(&s, s.platform.pki.pck.certificate);
            int signer = judge(&s, s.platform.pki.signer.certificate);
            test_count(pck == rows[i].pck, __FILE__, (int)i, X509_verify_cert_error_string(pck));
            test_count(signer == rows[i].signer, __FILE__, (int)i,
                       X509_verify_cert_error_string(signer));
        }
        forget(&s);
    }
}

static bool contains(ds_slice where, const char *hex)
{
    unsigned char what[256];
    size_t n = test_bytes(what, hex);
    const unsigned char *p = where.data;
    for (size_t i = 0; i + n <= where.len; i++)
        if (memcmp(p + i, what, n) == 0)
            return true;
    return false;
}

/* Who reads a name sees that it is not Intel's; the extension is that of Intel's specification. */
static void pck_certificate(void)
{
    static const char *const parts[] = {
        "3014060a2a864886f84d010d01040406d57ac0000001", /* FMSPC */
        "3010060a2a864886f84d010d010304020000",         /* PCE id */
        "3010060b2a864886f84d010d010201020104",         /* the first component */
        "3010060b2a864886f84d010d01021102010d",         /* PCE SVN */
        "301f060b2a864886f84d010d010212041004040202040100030000000000000000", /* CPU SVN */
        "300f060a2a864886f84d010d01050a0102",                                 /* kind of platform */
        "3010060b2a864886f84d010d0107010101ff",                               /* dynamic platform */
    };
    shown s;
    char name[256];
    show(&s, NULL, NULL, NULL);
    ds_buf der;
    ds_error err;
    ds_buf_init(&der, 4096);
    CHECK(ds_pem_decode(&der, s.platform.pki.pck.certificate, "CERTIFICATE", &err) == DS_OK);
    for (size_t i = 0; i < COUNT(parts); i++)
        test_count(contains(ds_buf_content(&der), parts[i]), __FILE__, (int)i, parts[i]);
    X509 *cert = read_pem(s.platform.pki.pck.certificate);
    X509_NAME_oneline(X509_get_subject_name(cert), name, sizeof name);
    CHECK(strcmp(name, "/O=dstack simulator, not Intel/CN=SGX PCK Certificate of the dstack "
                       "simulator") == 0);
    X509_NAME_oneline(X509_get_issuer_name(cert), name, sizeof name);
    CHECK(strstr(name, "Platform") != NULL);
    X509_free(cert);
    ds_buf_free(&der);
    forget(&s);
}

/* Quotes -------------------------------------------------------------------------------------- */

static void check_signatures(const shown *s, const ds_quote *quote)
{
    const ds_pki *pki = &s->platform.pki;
    unsigned char bound[DS_SHA256_BYTES], key[DS_P256_PUBLICBYTES] = {4};
    ds_sgx_report qe;
    memcpy(key + 1, quote->attestation_key.data, DS_QUOTE_KEY_BYTES);
    CHECK(ds_p256_verify(quote->signature.data, quote->signed_range.data, quote->signed_range.len,
                         key) == DS_OK);
    CHECK(ds_p256_verify(quote->qe_report_signature.data, quote->qe_report.data,
                         quote->qe_report.len, pki->pck.public_key) == DS_OK);
    const ds_slice parts[] = {quote->attestation_key, quote->qe_auth_data};
    CHECK(ds_hash(DS_SHA256, bound, parts, 2) == DS_OK && quote->qe_auth_data.len == 32);
    ds_sgx_report_read(&qe, quote->qe_report.data);
    CHECK(memcmp(qe.report_data, bound, sizeof bound) == 0);
    CHECK(quote->inner_type == DS_CERTIFICATION_PCK_CHAIN);
    CHECK(quote->certification_data.len == pki->pck_chain.len + 1 &&
          ds_slice_starts(quote->certification_data, pki->pck_chain));
    CHECK(ds_p256_verify(s->pcs.tcb_info_signature, s->pcs.tcb_info.data, s->pcs.tcb_info.len,
                         pki->signer.public_key) == DS_OK);
    CHECK(ds_p256_verify(s->pcs.qe_identity_signature, s->pcs.qe_identity.data,
                         s->pcs.qe_identity.len, pki->signer.public_key) == DS_OK);
}

static void quotes(void)
{
    ds_td_report report = td();
    for (const ds_quote_form *form = ds_quote_forms(); form->name != NULL; form++) {
        shown s;
        ds_quote quote;
        ds_error err = {DS_OK, ""};
        show(&s, NULL, form->name, NULL);
        bool good = ds_quote_parse(&quote, ds_buf_content(&s.quote), &err) == DS_OK;
        test_count(good, __FILE__, __LINE__, err.text);
        if (good) {
            check_signatures(&s, &quote);
            CHECK(quote.header.version == form->version && quote.header.tee_type == form->tee &&
                  quote.body == form->body);
            CHECK(
                memcmp(form->body == DS_BODY_SGX ? quote.sgx.report_data : quote.report.report_data,
                       data, sizeof data) == 0);
            CHECK(form->body == DS_BODY_SGX ||
                  memcmp(quote.report.rt_mr, report.rt_mr, sizeof report.rt_mr) == 0);
        }
        forget(&s);
    }
}

/* Collateral ---------------------------------------------------------------------------------- */

static bool member_is(const ds_json *object, const char *name, const char *text)
{
    const ds_json *member = ds_json_member(object, name);
    return member != NULL && ds_slice_equal(member->text, ds_slice_of(text, strlen(text)));
}

static void check_text(ds_slice text, const char *id)
{
    ds_json_doc doc;
    ds_error err;
    CHECK(ds_json_parse(&doc, text.data, text.len, &err) == DS_OK);
    CHECK(member_is(doc.root, "id", id));
    CHECK(member_is(doc.root, "issueDate", "2027-01-14T00:00:00Z"));
    CHECK(member_is(doc.root, "nextUpdate", "2027-02-13T00:00:00Z"));
    CHECK(ds_json_member(doc.root, "tcbLevels")->count == 2);
    CHECK(memchr(text.data, ' ', text.len) == NULL && memchr(text.data, '\n', text.len) == NULL);
    ds_json_free(&doc);
}

static void collateral(void)
{
    static const char *const names[] = {
        "pck_crl_issuer_chain",     "root_ca_crl", "pck_crl",
        "tcb_info_issuer_chain",    "tcb_info",    "tcb_info_signature",
        "qe_identity_issuer_chain", "qe_identity", "qe_identity_signature"};
    ds_json_doc doc;
    ds_error err;
    shown s;
    show(&s, NULL, NULL, NULL);
    check_text(s.pcs.tcb_info, "TDX");
    check_text(s.pcs.qe_identity, "TD_QE");
    CHECK(ds_json_parse(&doc, s.file.data, s.file.len, &err) == DS_OK);
    size_t i = 0;
    for (const ds_json *m = doc.root->first; m != NULL && i < COUNT(names); m = m->next, i++)
        CHECK(ds_slice_equal(m->key, ds_slice_of(names[i], strlen(names[i]))));
    CHECK(i == COUNT(names) && doc.root->count == COUNT(names));
    CHECK(ds_slice_equal(ds_json_member(doc.root, "tcb_info")->text, s.pcs.tcb_info));
    CHECK(ds_json_member(doc.root, "tcb_info_signature")->text.len == 128);
    ds_json_free(&doc);
    ds_buf_clear(&s.file);
    CHECK(ds_pcs_write(&s.file, &s.pcs, true, &err) == DS_OK);
    CHECK(ds_json_parse(&doc, s.file.data, s.file.len, &err) == DS_OK);
    CHECK(doc.root->count == COUNT(names) + 1 &&
          ds_slice_equal(ds_json_member(doc.root, "pck_certificate_chain")->text, s.pcs.pck_chain));
    ds_json_free(&doc);
    forget(&s);
    show(&s, NULL, "sgx-v3", NULL);
    check_text(s.pcs.tcb_info, "SGX");
    check_text(s.pcs.qe_identity, "QE");
    forget(&s);
}

/* Seeds --------------------------------------------------------------------------------------- */

/* The same seed and time: the same bytes. Another seed: nothing of it. */
static void seeds(void)
{
    shown one, again, other;
    show(&one, "a seed", NULL, NULL);
    show(&again, "a seed", NULL, NULL);
    show(&other, NULL, NULL, NULL);
    CHECK(same(&one.quote, &again.quote) && same(&one.file, &again.file));
    CHECK(!same(&one.quote, &other.quote) && !same(&one.file, &other.file));
    CHECK(!ds_slice_equal(one.platform.pki.anchor, other.platform.pki.anchor));
    CHECK(memcmp(one.platform.pki.platform.ppid, other.platform.pki.platform.ppid, DS_PPID_BYTES) !=
          0);
    forget(&one);
    forget(&again);
    forget(&other);
}

static void times(void)
{
    ds_platform platform = {.now = NOW};
    CHECK(ds_platform_issued(&platform) == ISSUED);
    platform.now = ISSUED + 86400;
    CHECK(ds_platform_issued(&platform) == ISSUED);
    platform.now--;
    CHECK(ds_platform_issued(&platform) == ISSUED - 86400);
    platform.now = 0;
    CHECK(ds_platform_issued(&platform) > ISSUED - INT64_C(86400) * 1000);
}

/* Flaws --------------------------------------------------------------------------------------- */

/* Those that agents and certificates show, and not the platform by itself. */
static bool is_elsewhere(const ds_flaw_row *row)
{
    return row->id == DS_FLAW_EVENT_LOG || row->id == DS_FLAW_EVENT_ORDER ||
           row->id == DS_FLAW_EVENT_TWICE || row->place >= DS_AT_STATED_DATA;
}

static const char *form_for(const ds_flaw_row *row)
{
    return row->needs == DS_NEEDS_SGX    ? "sgx-v3"
           : row->needs == DS_NEEDS_TD15 ? "tdx-v5-1.5"
                                         : "tdx-v4";
}

static void every_flaw(void)
{
    for (const ds_flaw_row *row = ds_flaw_rows; row->form != NULL; row++) {
        shown good, bad;
        char text[64];
        size_t name = strcspn(row->form, ":");
        snprintf(text, sizeof text, "%.*s%s", (int)name, row->form,
                 row->form[name] == ':' ? ":OutOfDate" : "");
        show(&good, NULL, form_for(row), NULL);
        show(&bad, NULL, form_for(row), text);
        bool differs = !same(&good.quote, &bad.quote) || !same(&good.file, &bad.file);
        test_count(differs != is_elsewhere(row), __FILE__, __LINE__, row->form);
        CHECK(row->help != NULL && ds_flaw_finder(row) != NULL);
        for (const ds_flaw_row *other = row + 1; other->form != NULL; other++)
            CHECK(strcmp(other->form, row->form) != 0);
        forget(&good);
        forget(&bad);
    }
}

/* Verification -------------------------------------------------------------------------------- */

static ds_step failed_step(const ds_dcap_result *result)
{
    int i = 0;
    while (i < DS_STEP_COUNT && result->steps[i].state != DS_STEP_FAILED)
        i++;
    return (ds_step)i;
}

/* Verifies what is shown at a time. Out: *result, to be freed. */
static ds_status verify(ds_dcap_result *result, shown *s, ds_error *err)
{
    ds_buf root;
    ds_buf_init(&root, 4096);
    CHECK(ds_pem_decode(&root, s->platform.pki.anchor, "CERTIFICATE", err) == DS_OK);
    const ds_dcap_options options = {.now = NOW, .root = ds_buf_content(&root)};
    ds_status status =
        ds_dcap_verify(result, ds_buf_content(&s->quote), ds_buf_content(&s->file), &options, err);
    ds_buf_free(&root);
    return status;
}

/* All forms of quotes verify, as good as can be, under the named root and under no other. */
static void verified(void)
{
    for (const ds_quote_form *form = ds_quote_forms(); form->name != NULL; form++) {
        shown s;
        ds_dcap_result result;
        ds_error err = {DS_OK, ""};
        show(&s, NULL, form->name, NULL);
        test_count(verify(&result, &s, &err) == DS_OK, __FILE__, __LINE__, err.text);
        CHECK(result.merged.status == DS_TCB_UP_TO_DATE && result.merged.advisory_count == 0);
        CHECK(memcmp(result.pck.ppid, s.platform.pki.platform.ppid, DS_PPID_BYTES) == 0);
        ds_dcap_result_free(&result);
        const ds_dcap_options intel = {.now = NOW};
        CHECK(ds_dcap_verify(&result, ds_buf_content(&s.quote), ds_buf_content(&s.file), &intel,
                             &err) == DS_VERIFY);
        CHECK(failed_step(&result) == DS_STEP_ROOT);
        ds_dcap_result_free(&result);
        forget(&s);
    }
}

/* The step that a flaw names finds it; what comes after DCAP's steps is for others to find. */
static void every_flaw_found(void)
{
    for (const ds_flaw_row *row = ds_flaw_rows; row->form != NULL; row++) {
        shown s;
        ds_dcap_result result;
        ds_error err = {DS_OK, ""};
        char text[64], what[2048];
        size_t name = strcspn(row->form, ":");
        snprintf(text, sizeof text, "%.*s%s", (int)name, row->form,
                 row->form[name] == ':' ? ":OutOfDate" : "");
        show(&s, NULL, form_for(row), text);
        ds_status status = verify(&result, &s, &err);
        ds_step step = failed_step(&result);
        snprintf(what, sizeof what, "%s: %s: %s", text,
                 step == DS_STEP_COUNT ? "-" : ds_step_word(step),
                 status == DS_OK ? "passes" : err.text);
        test_count(step == row->step && (status == DS_OK) == (step == DS_STEP_COUNT), __FILE__,
                   __LINE__, what);
        if (row->form[name] == ':')
            CHECK(result.merged.status == DS_TCB_OUT_OF_DATE && result.merged.advisory_count == 1);
        ds_dcap_result_free(&result);
        forget(&s);
    }
}

/* No step is without a flaw that it has to find; the status is found where it is Revoked. */
static void every_step(void)
{
    for (int step = 0; step < DS_STEP_COUNT; step++) {
        const ds_flaw_row *row = ds_flaw_rows;
        while (row->form != NULL && row->step != (ds_step)step)
            row++;
        test_count(row->form != NULL || step == DS_STEP_TCB_STATUS, __FILE__, __LINE__,
                   ds_step_word((ds_step)step));
    }
}

/* A quote without the chain, and the chain with the collateral. */
static void chain_with_collateral(void)
{
    shown s;
    ds_dcap_result result;
    ds_error err = {DS_OK, ""};
    show(&s, NULL, NULL, "no-pck-chain");
    ds_buf_clear(&s.file);
    CHECK(ds_pcs_write(&s.file, &s.pcs, true, &err) == DS_OK);
    test_count(verify(&result, &s, &err) == DS_OK, __FILE__, __LINE__, err.text);
    ds_dcap_result_free(&result);
    forget(&s);
}

static void statuses(void)
{
    shown s;
    show(&s, NULL, NULL, "module-status:Revoked");
    const char *text = s.pcs.tcb_info.data;
    CHECK(strstr(text, DS_MODULE_DATE "\"tcbStatus\":\"Revoked\",\"advisoryIDs\":[\"SIMULATED-SA-"
                                      "00001\"]}") != NULL);
    CHECK(strstr(text, DS_PLATFORM_DATE DS_GOOD "}") != NULL);
    forget(&s);
}

static void refused_flaws(void)
{
    static const struct {
        const char *flaw, *form, *why;
    } rows[] = {
        {"", NULL,
         "attest-fault: : there is no such fault; `dstack-lua help simulator` lists them"},
        {"pck", NULL, "attest-fault: pck: there is no such fault; "},
        {"pck-revoked:", NULL, "attest-fault: pck-revoked takes nothing behind a colon"},
        {"tcb-status", NULL, "attest-fault: tcb-status needs a status behind a colon: UpToDate, "},
        {"tcb-status:", NULL, "attest-fault: tcb-status needs a status behind a colon: UpToDate, "},
        {"tcb-status:Fine", NULL, "attest-fault: tcb-status needs a status behind a colon: "},
        {"td-service", NULL, "but one of tdx-v5-1.5 can"},
        {"td-debug", "sgx-v3",
         "attest-fault: td-debug: a quote of the form sgx-v3 cannot be wrong "
         "in that way, but one of tdx-v4 can"},
        {"sgx-debug", NULL, "but one of sgx-v3 can"},
        {"pck-revoked", "v4",
         "quote: v4: there is no such form; there are: tdx-v4, tdx-v5, "
         "tdx-v5-1.5, sgx-v3"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ds_platform_options options = {.form = rows[i].form, .now = NOW};
        ds_platform platform = {.now = 0};
        ds_error err = {DS_OK, ""};
        ds_status status = ds_flaws_add(&options.flaws, rows[i].flaw, &err);
        if (status == DS_OK)
            status = ds_platform_make(&platform, &options, &err);
        test_count(status == DS_INVALID && strstr(err.text, rows[i].why) != NULL, __FILE__, (int)i,
                   err.text);
        ds_platform_free(&platform);
    }
    ds_flaws flaws = {.count = 0};
    ds_error err;
    while (flaws.count < DS_FLAWS_MAX)
        CHECK(ds_flaws_add(&flaws, "pceid", &err) == DS_OK);
    CHECK(ds_flaws_add(&flaws, "pceid", &err) == DS_INVALID);
}

int main(void)
{
    certificates();
    pck_certificate();
    quotes();
    collateral();
    seeds();
    times();
    every_flaw();
    verified();
    every_flaw_found();
    every_step();
    chain_with_collateral();
    statuses();
    refused_flaws();
    CHECK(ERR_peek_error() == 0);
    return test_done();
}
