/* Verification of quotes that were made elsewhere: real ones, and cases under a test root. They lie
 * in $DSTACK_ATTESTATION or ../shared/vectors/attestation; where that is missing, so is this test.
 */
#include "attest/verify.h"
#include "vectors.h"

#include <dirent.h>

#define FILE_MAX (1 << 20)

typedef struct input {
    unsigned char bytes[FILE_MAX];
    size_t len;
} input;

static const char *top;
static input quote, collateral, root;

static bool read_file(input *in, const char *directory, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s/%s", top, directory, name);
    FILE *file = fopen(path, "rb");
    in->len = file == NULL ? 0 : fread(in->bytes, 1, sizeof in->bytes, file);
    if (file != NULL)
        fclose(file);
    return file != NULL;
}

static ds_slice slice(const input *in)
{
    return ds_slice_of(in->bytes, in->len);
}

/* What dcap-qvl says, and what is said here, of the same failure. */
static const struct {
    const char *theirs;
    ds_step step;
    const char *ours;
} failures[] = {
    {"CaUsedAsEndEntity", DS_STEP_COUNT, "is a CA"},
    {"Unsupported DCAP PCK cert format", DS_STEP_PCK_CHAIN, "certification data of type"},
    {"Fmspc mismatch", DS_STEP_PLATFORM, "another FMSPC"},
    {"Failed to decode QeIdentity", DS_STEP_QE_IDENTITY, "qe_identity"},
    {"Signature is invalid for qe_identity", DS_STEP_QE_IDENTITY_SIGNATURE, "signature"},
    {"Failed to decode quote", DS_STEP_QUOTE, ""},
    {"ISV enclave report signature is invalid", DS_STEP_QUOTE_SIGNATURE, "signature"},
    {"SGX TEE quote must have version 3", DS_STEP_QUOTE, "version 4 for SGX"},
    {"Failed to decode TcbInfo", DS_STEP_TCB_INFO, "tcb_info"},
    {"QE ATTRIBUTES mismatch", DS_STEP_QE_REPORT, "ATTRIBUTES"},
    {"QE Identity issue date is in the future", DS_STEP_QE_IDENTITY_DATES, "in the future"},
    {"QE ISVPRODID mismatch", DS_STEP_QE_REPORT, "ISVPRODID"},
    {"QE MRSIGNER mismatch", DS_STEP_QE_REPORT, "MRSIGNER"},
    {"QE report hash mismatch", DS_STEP_ATTESTATION_KEY, "not about the attestation key"},
    {"TCB status is invalid: Revoked", DS_STEP_TCB_STATUS, "Revoked"},
    {"No matching TCB level found", DS_STEP_TCB_LEVEL, "no TCB level"},
    {"Certificate chain is too short for QE Identity", DS_STEP_QE_IDENTITY_CHAIN, "no certificate"},
    {"Certificate chain is too short for TCB Info", DS_STEP_TCB_INFO_CHAIN, "no certificate"},
    {"TCBInfo issue date is in the future", DS_STEP_TCB_INFO_DATES, "in the future"},
    {"TDX component count mismatch", DS_STEP_TCB_LEVEL, "TDX components"},
    {"Unsupported QE Identity id/version", DS_STEP_QE_IDENTITY_KIND, "is not for"},
    {"Reserved bits in TD attributes are set", DS_STEP_ATTRIBUTES, "reserved bits"},
    {"Not enough data to fill buffer", DS_STEP_QUOTE, "truncated"},
    {"Unsupported DCAP attestation key type", DS_STEP_QUOTE, "attestation key type"},
    {"Unsupported quote version", DS_STEP_QUOTE, "quote version"},
    {"BadDer", DS_STEP_CRLS, "no revocation list"},
    {"Intel extension not found", DS_STEP_PCK_EXTENSION, "no SGX extension"},
    {"Invalid QE auth data length", DS_STEP_ATTESTATION_KEY, "QE authentication data"},
    {"No TCB levels found in QE Identity", DS_STEP_QE_TCB, "no TCB levels"},
    {"is below minimum required 5 from QE Identity", DS_STEP_QE_TCB, "below the least one, 5"},
    {"CrlExpired", DS_STEP_ROOT, "expired"},
    {"CertRevoked", DS_STEP_ROOT, "revoked"},
    {"TDX module SEAMATTRIBUTES mismatch at byte 0", DS_STEP_TDX_MODULE, "byte 0 of the SEAM"},
    {"SGX component count mismatch", DS_STEP_TCB_LEVEL, "SGX components"},
    {"Invalid MR service TD", DS_STEP_ATTRIBUTES, "service TD"},
    {"is below minimum required from TDX module TCB levels", DS_STEP_TDX_MODULE, "ISVSVN"},
    {"TDX TCB Info is missing tdxModule field", DS_STEP_TDX_MODULE, "no tdxModule"},
    {"Invalid TEE type", DS_STEP_QUOTE, "TEE type"},
    {"Unsupported body type", DS_STEP_QUOTE, "body type"},
    {"Failed to get TD10 report", DS_STEP_QUOTE, "report of an enclave"},
    {"Unknown QE vendor ID", DS_STEP_QUOTE, "vendor"},
    {"Failed to verify certificate chain", DS_STEP_COUNT, "certificate"},
};

/* A debug enclave and a debug QE are told apart by the case. */
static bool same_debug(const char *name, ds_step failed)
{
    return failed ==
           (strcmp(name, "qe_debug_enabled") == 0 ? DS_STEP_QE_REPORT : DS_STEP_ATTRIBUTES);
}

static bool same_failure(const char *name, ds_slice theirs, ds_step failed, const ds_error *err)
{
    char text[256];
    snprintf(text, sizeof text, "%.*s", (int)theirs.len, (const char *)theirs.data);
    if (strstr(text, "Debug mode is enabled") != NULL)
        return same_debug(name, failed) && strstr(err->text, "debug mode") != NULL;
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
        if (strstr(text, failures[i].theirs) != NULL)
            return (failures[i].step == failed || failures[i].step == DS_STEP_COUNT) &&
                   strstr(err->text, failures[i].ours) != NULL;
    return false;
}

static ds_step failed_step(const ds_dcap_result *r)
{
    for (int i = 0; i < DS_STEP_COUNT; i++)
        if (r->steps[i].state == DS_STEP_FAILED)
            return (ds_step)i;
    return DS_STEP_COUNT;
}

static bool same_verdict(const ds_dcap_result *r, const ds_json *expected)
{
    const ds_json *ids = ds_json_member(expected, "expected_advisory_ids");
    const char *name = ds_tcb_status_name(r->merged.status);
    if (!ds_slice_equal(vector_text(expected, "expected_status"),
                        ds_slice_of(name, strlen(name))) ||
        ids->count != r->merged.advisory_count)
        return false;
    size_t i = 0;
    for (const ds_json *id = ids->first; id != NULL; id = id->next)
        if (!ds_slice_equal(id->text, r->merged.advisories[i++]))
            return false;
    return true;
}

/* Before a failed step all passed or did not apply, behind it none was checked. */
static bool steps_in_order(const ds_dcap_result *r, ds_step failed)
{
    for (int i = 0; i < DS_STEP_COUNT; i++) {
        ds_step_state state = r->steps[i].state;
        bool late = i > (int)failed, applies = i != DS_STEP_TDX_MODULE;
        if (late != (state == DS_STEP_NOT_CHECKED) && (late || applies))
            return false;
        if (state != DS_STEP_PASSED && r->steps[i].reason == NULL)
            return false;
    }
    return true;
}

static bool flag(const ds_json *options, const char *name)
{
    const ds_json *value = ds_json_member(options, name);
    return value != NULL && value->boolean;
}

static void run_case(const char *name)
{
    char path[1024];
    ds_dcap_result r;
    ds_error err;
    uint64_t now = 0;
    snprintf(path, sizeof path, "%s/synthetic/%s/expected.json", top, name);
    ds_json_doc doc = vectors_read(path);
    const ds_json *expected = doc.root, *options = ds_json_member(expected, "options");
    snprintf(path, sizeof path, "synthetic/%s", name);
    CHECK(read_file(&quote, path, "quote.bin") && read_file(&collateral, path, "collateral.json"));
    CHECK(ds_json_u64(ds_json_member(expected, "now"), &now));
    ds_dcap_options o = {.now = (int64_t)now,
                         .root = slice(&root),
                         .allow_debug = flag(options, "allow_debug"),
                         .allow_service_td = flag(options, "allow_service_td")};
    bool succeed = ds_json_member(expected, "should_succeed")->boolean;
    ds_status status = ds_dcap_verify(&r, slice(&quote), slice(&collateral), &o, &err);
    ds_step failed = failed_step(&r);
    bool good =
        (status == DS_OK) == succeed && steps_in_order(&r, failed) &&
        (succeed ? same_verdict(&r, expected)
                 : same_failure(name, vector_text(expected, "expected_error"), failed, &err));
    test_count(good, __FILE__, __LINE__, name);
    if (!good)
        printf("# %s: %s, step %d\n", name, status == DS_OK ? "verified" : err.text, (int)failed);
    ds_dcap_result_free(&r);
    ds_json_free(&doc);
}

static void test_synthetic(void)
{
    char path[1024];
    unsigned count = 0;
    snprintf(path, sizeof path, "%s/synthetic", top);
    DIR *directory = opendir(path);
    CHECK(read_file(&root, "synthetic", "root_ca.der"));
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;)
        if (strchr(entry->d_name, '.') == NULL) {
            run_case(entry->d_name);
            count++;
        }
    if (directory != NULL)
        closedir(directory);
    CHECK(count >= 80);
}

/* Real quotes, at the first and the last second at which they verify, and just outside. */
static const struct {
    const char *quote, *collateral;
    int64_t first, last;
    ds_tcb_status status;
    size_t advisories;
    ds_step before, after;
} real[] = {
    {"sgx_quote", "sgx_quote_collateral.json", 1750330571, 1752919278,
     DS_TCB_CONFIGURATION_AND_SW_HARDENING, 2, DS_STEP_TCB_INFO_DATES, DS_STEP_QE_IDENTITY_DATES},
    {"tdx_quote", "tdx_quote_collateral.json", 1750329147, 1752919234, DS_TCB_UP_TO_DATE, 0,
     DS_STEP_QE_IDENTITY_DATES, DS_STEP_PCK_CHAIN},
};

static void check_real(size_t i, int64_t now, ds_step failed, ds_status status)
{
    ds_dcap_result r;
    ds_error err;
    ds_dcap_options o = {.now = now};
    ds_status got = ds_dcap_verify(&r, slice(&quote), slice(&collateral), &o, &err);
    bool good = got == status && failed_step(&r) == failed;
    CHECK(good);
    if (!good)
        printf("# %s at %ld: %s\n", real[i].quote, (long)now, got == DS_OK ? "verified" : err.text);
    if (got == DS_OK) {
        CHECK(r.merged.status == real[i].status && r.merged.advisory_count == real[i].advisories);
        CHECK(r.validity.from == real[i].first && r.validity.until == real[i].last);
        CHECK(r.has_pck && r.platform.status == real[i].status && r.qe.status == DS_TCB_UP_TO_DATE);
    }
    ds_dcap_result_free(&r);
}

static void test_real(void)
{
    for (size_t i = 0; i < sizeof real / sizeof real[0]; i++) {
        CHECK(read_file(&quote, "dcap-qvl", real[i].quote));
        CHECK(read_file(&collateral, "dcap-qvl", real[i].collateral));
        check_real(i, real[i].first - 1, real[i].before, DS_VERIFY);
        check_real(i, real[i].first, DS_STEP_COUNT, DS_OK);
        check_real(i, real[i].last, DS_STEP_COUNT, DS_OK);
        check_real(i, real[i].last + 1, real[i].after, DS_EXPIRED);
    }
}

static void test_outdated(void)
{
    input hex;
    CHECK(read_file(&hex, "dcap-qvl", "tdx-quote.hex"));
    CHECK(read_file(&collateral, "dcap-qvl", "tdx_quote_collateral.json"));
    while (hex.len > 0 && hex.bytes[hex.len - 1] <= ' ')
        hex.len--;
    CHECK(hex.len > 2 && ds_hex_decode(quote.bytes, (char *)hex.bytes + 2, hex.len - 2));
    quote.len = hex.len / 2 - 1;
    check_real(1, 1750415547, DS_STEP_TCB_LEVEL, DS_VERIFY);
}

/* Under another root, nothing of a test's PKI is believed, nor of Intel's under the test's. */
static void test_root(void)
{
    ds_dcap_result r;
    ds_error err;
    ds_dcap_options o = {.now = 1790000000};
    CHECK(read_file(&quote, "synthetic/valid_sgx_v3", "quote.bin"));
    CHECK(read_file(&collateral, "synthetic/valid_sgx_v3", "collateral.json"));
    CHECK(ds_dcap_verify(&r, slice(&quote), slice(&collateral), &o, &err) == DS_VERIFY);
    CHECK(failed_step(&r) == DS_STEP_ROOT);
    ds_dcap_result_free(&r);
    o.root = ds_slice_of("\x30\x00", 2);
    CHECK(ds_dcap_verify(&r, slice(&quote), slice(&collateral), &o, &err) == DS_INVALID);
    CHECK(failed_step(&r) == DS_STEP_ROOT);
    ds_dcap_result_free(&r);
    CHECK(read_file(&quote, "dcap-qvl", "tdx_quote"));
    CHECK(read_file(&collateral, "dcap-qvl", "tdx_quote_collateral.json"));
    o = (ds_dcap_options){.now = 1750415547, .root = slice(&root)};
    CHECK(ds_dcap_verify(&r, slice(&quote), slice(&collateral), &o, &err) == DS_VERIFY);
    ds_dcap_result_free(&r);
}

/* Verifies copies that have exactly their bytes and memory. */
static ds_status verify_copies(const input *q, size_t q_len, const input *c, size_t c_len)
{
    ds_dcap_result r;
    ds_error err;
    ds_dcap_options o = {.now = 1750415547};
    unsigned char *a = malloc(q_len + 1), *b = malloc(c_len + 1);
    if (a == NULL || b == NULL)
        abort();
    memcpy(a + 1, q->bytes, q_len);
    memcpy(b + 1, c->bytes, c_len);
    ds_status status =
        ds_dcap_verify(&r, ds_slice_of(a + 1, q_len), ds_slice_of(b + 1, c_len), &o, &err);
    ds_dcap_result_free(&r);
    free(a);
    free(b);
    return status;
}

static void test_truncated(void)
{
    bool refused = true;
    CHECK(read_file(&quote, "dcap-qvl", "tdx_quote"));
    CHECK(read_file(&collateral, "dcap-qvl", "tdx_quote_collateral.json"));
    size_t end = quote.len - 70; /* of padding */
    CHECK(verify_copies(&quote, end, &collateral, collateral.len) == DS_OK);
    for (size_t n = 0; n < end; n++)
        refused = refused && verify_copies(&quote, n, &collateral, collateral.len) == DS_INVALID;
    CHECK(refused);
    size_t last = collateral.len;
    while (collateral.bytes[last - 1] != '}')
        last--;
    for (size_t n = 0; n < last; n++)
        refused = refused && verify_copies(&quote, end, &collateral, n) == DS_INVALID;
    CHECK(refused);
}

/* Where the last certificate begins: the root's own, which nothing depends on. */
static size_t last_certificate(const input *in)
{
    size_t found = 0;
    for (size_t i = 0; i + 10 < in->len; i++)
        if (memcmp(in->bytes + i, "-----BEGIN", 10) == 0)
            found = i;
    return found;
}

/* No bit can be changed before that. */
static void test_flipped(void)
{
    unsigned passed = 0;
    CHECK(read_file(&quote, "dcap-qvl", "tdx_quote"));
    for (size_t i = 0; i < last_certificate(&quote); i += 7) {
        quote.bytes[i] ^= 0x10;
        passed += verify_copies(&quote, quote.len, &collateral, collateral.len) == DS_OK;
        quote.bytes[i] ^= 0x10;
    }
    CHECK(passed == 0);
}

static void test_snapshot(void)
{
    ds_quote q;
    ds_error err;
    CHECK(read_file(&quote, "go-tdx-guest", "cos-113-tdx-quote.dat"));
    CHECK(ds_quote_parse(&q, slice(&quote), &err) == DS_OK && q.header.version == 4);
    CHECK(read_file(&quote, "dcap-qvl", "sgx_quote"));
    CHECK(ds_quote_parse(&q, slice(&quote), &err) == DS_OK && q.header.version == 3);
    CHECK(q.body == DS_BODY_SGX && q.inner_type == DS_CERTIFICATION_PCK_CHAIN);
}

int main(void)
{
    top = getenv("DSTACK_ATTESTATION");
    top = top == NULL ? "../shared/vectors/attestation" : top;
    if (!read_file(&root, "synthetic", "root_ca.der")) {
        test_skip("quotes made elsewhere: they are not in ../shared/vectors/attestation");
        return test_done();
    }
    test_synthetic();
    test_real();
    test_outdated();
    test_root();
    test_snapshot();
    test_truncated();
    test_flipped();
    return test_done();
}
