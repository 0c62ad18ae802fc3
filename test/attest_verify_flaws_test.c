/* Verification of what the simulated platform shows: quotes of every form verify under its root,
 * and each flaw stops the step that is there for it. */
#include "attest/verify.h"
#include "crypto/pem.h"
#include "simulator/pcs.h"
#include "test.h"

#define NOW       INT64_C(1800000000) /* 2027-01-15 08:00:00 */
#define QUOTE_MAX 16384

/* All that a platform shows. */
typedef struct shown {
    ds_platform platform;
    ds_pcs pcs;
    ds_buf quote, file, root;
} shown;

static ds_td_report td(void)
{
    ds_td_report report = {
        .tee_tcb_svn = {DS_MODULE_SVN, DS_MODULE_VERSION, DS_LOADER_SVN},
        .td_attributes = {0, 0, 0, 0x10},
    };
    return report;
}

/* Returns false where quotes of this form cannot have the flaw. */
static bool show(shown *s, const char *form, const char *flaw, bool with_chain)
{
    static const unsigned char data[DS_REPORT_DATA_BYTES] = "report data";
    ds_error err = {DS_OK, ""};
    ds_td_report report = td();
    ds_platform_options options = {.form = form, .now = NOW};
    memset(s, 0, sizeof *s);
    ds_buf_init(&s->quote, QUOTE_MAX);
    ds_buf_init(&s->file, DS_PCS_MAXBYTES);
    ds_buf_init(&s->root, DS_PCS_MAXBYTES);
    CHECK(flaw == NULL || ds_flaws_add(&options.flaws, flaw, &err) == DS_OK);
    if (ds_platform_make(&s->platform, &options, &err) != DS_OK)
        return false;
    CHECK(ds_pcs_make(&s->pcs, &s->platform, s->platform.form->tee, &err) == DS_OK &&
          ds_platform_quote(&s->quote, &s->platform, &report, data) == DS_OK &&
          ds_pcs_write(&s->file, &s->pcs, with_chain, &err) == DS_OK &&
          ds_pem_decode(&s->root, s->platform.pki.anchor, "CERTIFICATE", &err) == DS_OK);
    return true;
}

static void forget(shown *s)
{
    ds_pcs_free(&s->pcs);
    ds_platform_free(&s->platform);
    ds_buf_free(&s->quote);
    ds_buf_free(&s->file);
    ds_buf_free(&s->root);
}

static ds_step failed_step(const ds_dcap_result *r)
{
    for (int i = 0; i < DS_STEP_COUNT; i++)
        if (r->steps[i].state == DS_STEP_FAILED)
            return (ds_step)i;
    return DS_STEP_COUNT;
}

/* Twice: what verifications before this one have learnt changes no verdict. */
static ds_status verify(ds_dcap_result *r, const shown *s, ds_error *err)
{
    static ds_known_good known;
    ds_slice quote = ds_buf_content(&s->quote), file = ds_buf_content(&s->file);
    ds_dcap_options options = {.now = NOW, .root = ds_buf_content(&s->root)};
    ds_status status = ds_dcap_verify(r, quote, file, &options, err);
    ds_step failed = failed_step(r);
    ds_dcap_result_free(r);
    options.known = &known;
    CHECK(ds_dcap_verify(r, quote, file, &options, err) == status && failed_step(r) == failed);
    return status;
}

/* What takes a status is given "Revoked", which is the one that no caller can accept. */
static ds_step step_of(const ds_flaw_row *row)
{
    return strchr(row->form, ':') != NULL ? DS_STEP_TCB_STATUS : row->step;
}

/* Returns false where the flaw does not apply. */
static bool check_flaw(const ds_flaw_row *row, const char *flaw, const char *form)
{
    shown s;
    ds_dcap_result r;
    ds_error err = {DS_OK, ""};
    bool applies = show(&s, form, flaw, false);
    if (applies) {
        bool expired = strstr(flaw, "expired") != NULL;
        ds_status status = verify(&r, &s, &err);
        bool good = failed_step(&r) == step_of(row) && (status == DS_EXPIRED) == expired &&
                    (status == DS_OK) == (step_of(row) == DS_STEP_COUNT);
        test_count(good, __FILE__, __LINE__, flaw);
        if (!good)
            printf("# %s, %s: %s\n", flaw, form, status == DS_OK ? "verified" : err.text);
        ds_dcap_result_free(&r);
    }
    forget(&s);
    return applies;
}

static void test_flaws(void)
{
    char flaw[80];
    for (const ds_flaw_row *row = ds_flaw_rows; row->form != NULL; row++) {
        size_t name = strcspn(row->form, ":");
        unsigned applied = 0;
        snprintf(flaw, sizeof flaw, "%.*s%s", (int)name, row->form,
                 row->form[name] == ':' ? ":Revoked" : "");
        for (const ds_quote_form *form = ds_quote_forms(); form->name != NULL; form++)
            applied += check_flaw(row, flaw, form->name);
        CHECK(applied > 0);
    }
}

/* Each step is stopped by some flaw, but for those two that only garbage stops: test_garbage. */
static void test_all_steps(void)
{
    for (int step = 0; step < DS_STEP_COUNT; step++) {
        bool stopped = step == DS_STEP_COLLATERAL || step == DS_STEP_CRLS;
        for (const ds_flaw_row *row = ds_flaw_rows; row->form != NULL; row++)
            stopped = stopped || step_of(row) == (ds_step)step;
        test_count(stopped, __FILE__, __LINE__, ds_step_word((ds_step)step));
    }
}

static void test_forms(void)
{
    shown s;
    ds_dcap_result r;
    ds_error err;
    unsigned count = 0;
    for (const ds_quote_form *form = ds_quote_forms(); form->name != NULL; form++, count++) {
        CHECK(show(&s, form->name, NULL, form->tee == DS_TEE_SGX));
        CHECK(verify(&r, &s, &err) == DS_OK && r.merged.status == DS_TCB_UP_TO_DATE);
        CHECK(r.quote.body == form->body && r.has_pck && r.merged.advisory_count == 0);
        CHECK(memcmp(r.pck.ppid, s.platform.pki.platform.ppid, DS_PPID_BYTES) == 0);
        CHECK(r.validity.from <= NOW && r.validity.until > NOW);
        ds_step_state module = r.steps[DS_STEP_TDX_MODULE].state;
        CHECK(module == (form->tee == DS_TEE_SGX ? DS_STEP_NOT_CHECKED : DS_STEP_PASSED));
        ds_dcap_result_free(&r);
        forget(&s);
    }
    CHECK(count >= 4);
    CHECK(show(&s, NULL, "no-pck-chain", true));
    CHECK(verify(&r, &s, &err) == DS_OK);
    ds_dcap_result_free(&r);
    forget(&s);
}

/* Statuses of platform, module and QE, merged: the worse one counts. */
static void test_statuses(void)
{
    static const char *const flaws[] = {"tcb-status", "module-status", "qe-status"};
    shown s;
    ds_dcap_result r;
    ds_error err;
    char flaw[80];
    for (size_t i = 0; i < 3; i++)
        for (int status = DS_TCB_SW_HARDENING; status < DS_TCB_REVOKED; status++) {
            snprintf(flaw, sizeof flaw, "%s:%s", flaws[i],
                     ds_tcb_status_name((ds_tcb_status)status));
            CHECK(show(&s, NULL, flaw, false));
            CHECK(verify(&r, &s, &err) == DS_OK && r.merged.status == (ds_tcb_status)status);
            CHECK(r.merged.advisory_count == 1 && (i == 2) == (r.qe.advisory_count == 1));
            ds_dcap_result_free(&r);
            forget(&s);
        }
}

/* What a caller can allow, is said. */
static void check_allowed(const char *flaw, bool debug, bool service)
{
    shown s;
    ds_dcap_result r;
    ds_error err;
    for (const ds_quote_form *form = ds_quote_forms(); form->name != NULL; form++) {
        if (show(&s, form->name, flaw, false)) {
            ds_dcap_options options = {NOW, ds_buf_content(&s.root), debug, service, NULL};
            CHECK(ds_dcap_verify(&r, ds_buf_content(&s.quote), ds_buf_content(&s.file), &options,
                                 &err) == DS_OK);
            CHECK(r.steps[DS_STEP_ATTRIBUTES].state == DS_STEP_PASSED);
            CHECK(strstr(r.steps[DS_STEP_ATTRIBUTES].reason, "allowed") != NULL);
            ds_dcap_result_free(&r);
            options.allow_debug = !debug;
            options.allow_service_td = !service;
            CHECK(ds_dcap_verify(&r, ds_buf_content(&s.quote), ds_buf_content(&s.file), &options,
                                 &err) == DS_VERIFY);
            ds_dcap_result_free(&r);
        }
        forget(&s);
    }
}

/* Verifies with collateral that names the platform's own chain as a signer's. */
static void check_signer(const shown *s, size_t member, ds_step step)
{
    ds_dcap_options options = {.now = NOW, .root = ds_buf_content(&s->root)};
    ds_quote quote;
    ds_collateral c;
    ds_dcap_result r;
    ds_error err;
    ds_buf file;
    ds_buf_init(&file, DS_PCS_MAXBYTES);
    CHECK(ds_quote_parse(&quote, ds_buf_content(&s->quote), &err) == DS_OK);
    CHECK(ds_collateral_parse(&c, ds_buf_content(&s->file), &err) == DS_OK);
    *(ds_slice *)((char *)&c + member) = quote.certification_data;
    CHECK(ds_collateral_write(&file, &c, &err) == DS_OK);
    CHECK(ds_dcap_verify(&r, ds_buf_content(&s->quote), ds_buf_content(&file), &options, &err) ==
          DS_VERIFY);
    CHECK(failed_step(&r) == step);
    CHECK(strstr(err.text, "a platform's, which signs no statements") != NULL);
    ds_dcap_result_free(&r);
    ds_collateral_free(&c);
    ds_buf_free(&file);
}

/* A key taken out of one platform is not Intel's word for all. */
static void test_signers(void)
{
    shown s;
    CHECK(show(&s, NULL, NULL, false));
    check_signer(&s, offsetof(ds_collateral, tcb_info_issuer_chain), DS_STEP_TCB_INFO_CHAIN);
    check_signer(&s, offsetof(ds_collateral, qe_identity_issuer_chain), DS_STEP_QE_IDENTITY_CHAIN);
    forget(&s);
}

/* Whoever forgets to name the root is told that it is another one. */
static void test_unnamed_root(void)
{
    shown s;
    ds_dcap_result r;
    ds_error err;
    ds_dcap_options options = {.now = NOW};
    CHECK(show(&s, NULL, NULL, false));
    CHECK(ds_dcap_verify(&r, ds_buf_content(&s.quote), ds_buf_content(&s.file), &options, &err) ==
          DS_VERIFY);
    CHECK(failed_step(&r) == DS_STEP_ROOT);
    CHECK(strstr(err.text, "'Intel SGX Root CA' is the root to trust") != NULL);
    ds_dcap_result_free(&r);
    forget(&s);
}

/* At the ends of its validity a quote verifies, and not a second outside. */
static void test_validity(void)
{
    shown s;
    ds_dcap_result r;
    ds_error err;
    CHECK(show(&s, NULL, NULL, false));
    CHECK(verify(&r, &s, &err) == DS_OK);
    ds_validity validity = r.validity;
    ds_dcap_result_free(&r);
    const struct {
        int64_t now;
        ds_status status;
    } times[] = {{validity.from, DS_OK},  {validity.from - 1, DS_VERIFY},
                 {validity.until, DS_OK}, {validity.until + 1, DS_EXPIRED},
                 {0, DS_VERIFY},          {INT64_MAX, DS_EXPIRED}};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        ds_dcap_options options = {.now = times[i].now, .root = ds_buf_content(&s.root)};
        CHECK(ds_dcap_verify(&r, ds_buf_content(&s.quote), ds_buf_content(&s.file), &options,
                             &err) == times[i].status);
        ds_dcap_result_free(&r);
    }
    forget(&s);
}

/* Verifies with a collateral of which one text was replaced by another of the same length. */
static ds_step with_change(const shown *s, const char *find, const char *put, ds_status *status)
{
    ds_dcap_result r;
    ds_error err;
    ds_buf file;
    ds_buf_init(&file, DS_PCS_MAXBYTES);
    ds_buf_slice(&file, ds_buf_content(&s->file));
    ds_buf_byte(&file, '\0');
    char *at = strstr((char *)file.data, find);
    CHECK(at != NULL);
    if (at != NULL)
        memcpy(at, put, strlen(put));
    ds_dcap_options options = {.now = NOW, .root = ds_buf_content(&s->root)};
    *status = ds_dcap_verify(&r, ds_buf_content(&s->quote), ds_slice_of(file.data, file.len - 1),
                             &options, &err);
    ds_step failed = failed_step(&r);
    ds_dcap_result_free(&r);
    ds_buf_free(&file);
    return failed;
}

static void test_garbage(void)
{
    static const struct {
        const char *find, *put;
        ds_step step;
    } changes[] = {
        {"\"root_ca_crl\":\"30", "\"root_ca_crl\":\"31", DS_STEP_CRLS},
        {"\"pck_crl\":\"30", "\"pck_crl\":\"31", DS_STEP_CRLS},
        {"\"pck_crl\":\"30", "\"pck_crl\":\"3x", DS_STEP_COLLATERAL},
        {"\"root_ca_crl\"", "\"pck_ca_crl_\"", DS_STEP_COLLATERAL},
        {"\"tcb_info\"", "\"tcb_info \"", DS_STEP_COLLATERAL},
        {"{", "[", DS_STEP_COLLATERAL},
    };
    shown s;
    ds_status status;
    CHECK(show(&s, NULL, NULL, false));
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        CHECK(with_change(&s, changes[i].find, changes[i].put, &status) == changes[i].step);
        CHECK(status == DS_INVALID);
    }
    forget(&s);
}

/* 100 MB are refused before they are parsed: they are not JSON at all. */
static void test_too_large(void)
{
    static const size_t n = 100u << 20;
    char *big = calloc(1, n);
    ds_collateral c;
    ds_error err;
    if (big == NULL)
        abort();
    CHECK(ds_collateral_parse(&c, ds_slice_of(big, n), &err) == DS_TOO_LARGE);
    CHECK(strstr(err.text, "104857600 bytes, at most 8388608") != NULL);
    free(big);
}

static void test_truncated(void)
{
    shown s;
    ds_error err;
    ds_dcap_result r;
    bool refused = true;
    CHECK(show(&s, NULL, NULL, false));
    ds_dcap_options options = {.now = NOW, .root = ds_buf_content(&s.root)};
    for (size_t n = 0; n < s.quote.len; n++) {
        unsigned char *copy = malloc(n + 1);
        if (copy == NULL)
            abort();
        memcpy(copy, s.quote.data, n);
        refused = refused && ds_dcap_verify(&r, ds_slice_of(copy, n), ds_buf_content(&s.file),
                                            &options, &err) == DS_INVALID;
        ds_dcap_result_free(&r);
        free(copy);
    }
    CHECK(refused);
    size_t whole = s.file.len;
    while (s.file.data[whole - 1] != '}')
        whole--;
    for (size_t n = 0; n < whole; n++) {
        refused =
            refused && ds_dcap_verify(&r, ds_buf_content(&s.quote), ds_slice_of(s.file.data, n),
                                      &options, &err) == DS_INVALID;
        ds_dcap_result_free(&r);
    }
    CHECK(refused);
    forget(&s);
}

int main(void)
{
    test_forms();
    test_flaws();
    test_all_steps();
    test_statuses();
    check_allowed("td-debug", true, false);
    check_allowed("sgx-debug", true, false);
    check_allowed("td-service", false, true);
    test_signers();
    test_unnamed_root();
    test_validity();
    test_garbage();
    test_too_large();
    test_truncated();
    return test_done();
}
