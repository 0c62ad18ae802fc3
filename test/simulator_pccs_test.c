/* The collateral over HTTP, without a socket: paths, headers, encodings, refusals. */
#include "attest/collateral_reply.h"
#include "attest/verify.h"
#include "base/hex.h"
#include "crypto/pem.h"
#include "simulator/fault.h"
#include "simulator/pccs.h"
#include "simulator/pcs.h"
#include "simulator/query.h"
#include "simulator/quote.h"
#include "simulator_support.h"

#include <openssl/pem.h>
#include <time.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define FMSPC    "D57AC0000001"
#define CPU_SVN  "04040202040100030000000000000000"
#define TCB      "/certification/v4/tcb"
#define IDENTITY "/certification/v4/qe/identity"
#define SGX      "/sgx/certification/v4/"

static int fetch(agent *a, const char *verb, const char *path, const char *query)
{
    return agent_request(a, &(ds_simulator_request){.serves = DS_SERVES_PCCS,
                                                    .verb = text_slice(verb),
                                                    .path = text_slice(path),
                                                    .query = text_slice(query)});
}

/* Returns the decoded value of a header of the reply, empty without it. Valid until the next call.
 */
static ds_slice header(const agent *a, const char *name)
{
    static unsigned char value[DS_SIMULATOR_HEADERS_MAX];
    const char *at = (const char *)a->reply.headers.data, *end = at + a->reply.headers.len;
    while (at != NULL && at < end) {
        const char *text = at + strlen(at) + 1;
        if (strcmp(at, name) == 0)
            return ds_slice_of(value, ds_percent_decode(value, text_slice(text), false));
        at = text + strlen(text) + 1;
    }
    return ds_slice_of(value, 0);
}

static bool body_holds(const agent *a, ds_slice bytes)
{
    return ds_slice_equal(ds_buf_content(&a->reply.body), bytes);
}

static bool body_holds_hex(const agent *a, ds_slice bytes)
{
    static unsigned char got[1 << 16];
    ds_slice body = ds_buf_content(&a->reply.body);
    return body.len == 2 * bytes.len && ds_hex_decode(got, body.data, body.len) &&
           memcmp(got, bytes.data, bytes.len) == 0;
}

/* A signed text stands in the body to the letter, and its signature behind it. */
static bool body_signs(const agent *a, const char *name, ds_slice text, const unsigned char *sig)
{
    ds_buf want;
    ds_buf_init(&want, 1 << 16);
    ds_buf_printf(&want, "{\"%s\":", name);
    ds_buf_slice(&want, text);
    ds_buf_text(&want, ",\"signature\":\"");
    ds_buf_hex(&want, sig, 64);
    ds_buf_text(&want, "\"}");
    bool good = body_holds(a, ds_buf_content(&want));
    ds_buf_free(&want);
    return good;
}

static void texts(agent *a)
{
    static const struct {
        uint32_t tee;
        const char *tcb, *identity;
    } rows[] = {{DS_TEE_TDX, "/tdx" TCB, "/tdx" IDENTITY},
                {DS_TEE_SGX, "/sgx" TCB, "/sgx" IDENTITY}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        ds_error err;
        ds_pcs pcs;
        CHECK(ds_pcs_make(&pcs, &a->identity.platform, rows[i].tee, &err) == DS_OK);
        CHECK(fetch(a, "GET", rows[i].tcb, "fmspc=" FMSPC) == 200);
        CHECK(body_signs(a, "tcbInfo", pcs.tcb_info, pcs.tcb_info_signature));
        CHECK(ds_slice_equal(header(a, "TCB-Info-Issuer-Chain"), pcs.tcb_info_chain));
        CHECK(fetch(a, "GET", rows[i].tcb, "update=early&fmspc=d57ac0000001") == 200);
        CHECK(fetch(a, "GET", rows[i].identity, "update=standard") == 200);
        CHECK(body_signs(a, "enclaveIdentity", pcs.qe_identity, pcs.qe_identity_signature));
        CHECK(
            ds_slice_equal(header(a, "SGX-Enclave-Identity-Issuer-Chain"), pcs.qe_identity_chain));
        CHECK(strcmp(a->reply.content_type, "application/json") == 0);
        ds_pcs_free(&pcs);
    }
}

/* Whether a CRL is that of the first certificate in a chain. */
static bool is_crl_of(ds_slice der, ds_slice chain)
{
    const unsigned char *at = der.data;
    BIO *pem = BIO_new_mem_buf(chain.data, (int)chain.len);
    X509 *ca = PEM_read_bio_X509(pem, NULL, NULL, NULL);
    X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)der.len);
    bool good = ca != NULL && crl != NULL && X509_CRL_verify(crl, X509_get0_pubkey(ca)) == 1 &&
                X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(ca)) == 0;
    X509_CRL_free(crl);
    X509_free(ca);
    BIO_free(pem);
    return good;
}

static void crls(agent *a)
{
    ds_error err;
    ds_pcs pcs;
    ds_buf der;
    ds_buf_init(&der, 4096);
    CHECK(ds_pcs_make(&pcs, &a->identity.platform, DS_TEE_TDX, &err) == DS_OK);
    CHECK(fetch(a, "GET", SGX "pckcrl", "ca=platform&encoding=der") == 200);
    CHECK(body_holds(a, pcs.pck_crl) &&
          ds_slice_equal(header(a, "SGX-PCK-CRL-Issuer-Chain"), pcs.pck_ca_chain));
    CHECK(strcmp(a->reply.content_type, "application/pkix-crl") == 0);
    CHECK(fetch(a, "GET", SGX "pckcrl", "ca=platform&encoding=pem") == 200);
    CHECK(ds_pem_decode(&der, ds_buf_content(&a->reply.body), "X509 CRL", &err) == DS_OK &&
          ds_slice_equal(ds_buf_content(&der), pcs.pck_crl));
    CHECK(fetch(a, "GET", SGX "pckcrl", "ca=platform") == 200 && body_holds_hex(a, pcs.pck_crl));
    CHECK(fetch(a, "GET", SGX "pckcrl", "ca=processor&encoding=der") == 200);
    CHECK(body_holds(a, pcs.other_crl) && !body_holds(a, pcs.pck_crl));
    CHECK(ds_slice_equal(header(a, "SGX-PCK-CRL-Issuer-Chain"), pcs.other_ca_chain));
    CHECK(is_crl_of(pcs.other_crl, pcs.other_ca_chain) && is_crl_of(pcs.pck_crl, pcs.pck_ca_chain));
    CHECK(!is_crl_of(pcs.other_crl, pcs.pck_ca_chain));
    CHECK(fetch(a, "GET", SGX "rootcacrl", "") == 200 && body_holds_hex(a, pcs.root_crl));
    ds_buf_free(&der);
    ds_pcs_free(&pcs);
}

static void pck_certificate(agent *a)
{
    const ds_pki *pki = &a->identity.platform.pki;
    CHECK(fetch(a, "GET", SGX "pckcert",
                "qeid=00&encrypted_ppid=00&cpusvn=" CPU_SVN "&pcesvn=0D00&pceid=0000") == 200);
    CHECK(body_holds(a, pki->pck.certificate));
    CHECK(ds_slice_equal(header(a, "SGX-PCK-Certificate-Issuer-Chain"), pki->pck_ca_chain));
    CHECK(is_text(header(a, "SGX-TCBm"), CPU_SVN "0d00"));
    CHECK(is_text(header(a, "SGX-FMSPC"), "d57ac0000001"));
    CHECK(is_text(header(a, "SGX-PCK-Certificate-CA-Type"), "platform"));
}

static void refusals(agent *a)
{
    static const struct {
        const char *path, *query;
        int status;
    } rows[] = {
        {"/tdx" TCB, "", 400},
        {"/tdx" TCB, "fmspc=", 400},
        {"/tdx" TCB, "fmspc=D57AC000000", 400},
        {"/tdx" TCB, "fmspc=D57AC0000002", 404},
        {"/tdx" TCB, "xfmspc=" FMSPC, 400},
        {SGX "pckcrl", "", 400},
        {SGX "pckcrl", "ca=other", 400},
        {SGX "pckcert", "cpusvn=" CPU_SVN "&pceid=0000", 400},
        {SGX "pckcert", "qeid=1&pcesvn=1&cpusvn=" CPU_SVN "&pceid=0001", 404},
        {"/tdx/certification/v4/rootcacrl", "", 404},
        {"/sgx/certification/v3/tcb", "fmspc=" FMSPC, 404},
        {"/Info", "", 404},
        {"/", "", 404},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int got = fetch(a, "GET", rows[i].path, rows[i].query);
        test_count(got == rows[i].status && a->reply.headers.len == 0, __FILE__, (int)i,
                   rows[i].path);
    }
    CHECK(fetch(a, "POST", "/tdx" IDENTITY, "") == 404);
    CHECK(fetch(a, "HEAD", "/tdx" IDENTITY, "") == 200);
    CHECK(get(a, "/tdx" IDENTITY, "") == 404); /* of the agent */
}

/* Each kind of answer is a method to --fault. */
static void rows(agent *a)
{
    CHECK(fetch(a, "GET", "/tdx" TCB, "fmspc=" FMSPC) == 200);
    CHECK(a->reply.row != NULL && strcmp(a->reply.row->name, "tcb") == 0);
    fetch(a, "GET", SGX "rootcacrl", "");
    CHECK(a->reply.row != NULL && strcmp(a->reply.row->name, "rootcacrl") == 0);
    ds_faults faults = {.count = 0};
    ds_error err;
    CHECK(ds_faults_add(&faults, "identity=status:503", &err) == DS_OK);
}

static ds_arena kept;

/* Keeps an answer's body, and the header of that name as it stands. */
static void keep(agent *a, const char *path, const char *query, const char *name, ds_slice *body,
                 ds_slice *chain)
{
    CHECK(fetch(a, "GET", path, query) == 200);
    CHECK(ds_arena_copy(&kept, body, ds_buf_content(&a->reply.body)));
    const char *at = (const char *)a->reply.headers.data, *end = at + a->reply.headers.len;
    while (name != NULL && at < end) {
        const char *value = at + strlen(at) + 1;
        if (strcmp(at, name) == 0)
            CHECK(ds_arena_copy(&kept, chain, text_slice(value)));
        at = value + strlen(value) + 1;
    }
    CHECK(name == NULL || chain->len > 0);
}

/* What a client makes of the answers verifies a quote, now. */
static void assembled(agent *a)
{
    static const unsigned char data[DS_REPORT_DATA_BYTES];
    const ds_platform *platform = &a->identity.platform;
    ds_collateral_replies r = {.pck_crl = {NULL, 0}};
    ds_dcap_result result;
    ds_buf json, quote, root;
    ds_error err = {DS_OK, ""};
    keep(a, "/tdx" TCB, "fmspc=" FMSPC, "TCB-Info-Issuer-Chain", &r.tcb_info, &r.tcb_info_chain);
    keep(a, "/tdx" IDENTITY, "", "SGX-Enclave-Identity-Issuer-Chain", &r.qe_identity,
         &r.qe_identity_chain);
    keep(a, SGX "pckcrl", "ca=platform&encoding=der", "SGX-PCK-CRL-Issuer-Chain", &r.pck_crl,
         &r.pck_crl_chain);
    keep(a, SGX "rootcacrl", "", NULL, &r.root_ca_crl, NULL);
    ds_buf_init(&json, DS_PCS_MAXBYTES);
    ds_buf_init(&quote, DS_SIMULATOR_QUOTE_MAXBYTES);
    ds_buf_init(&root, 4096);
    test_count(ds_collateral_assemble(&json, &r, &err) == DS_OK, __FILE__, __LINE__, err.text);
    CHECK(ds_simulator_quote(&quote, &a->identity, data) == DS_OK);
    CHECK(ds_pem_decode(&root, platform->pki.anchor, "CERTIFICATE", &err) == DS_OK);
    const ds_dcap_options options = {.now = time(NULL), .root = ds_buf_content(&root)};
    test_count(ds_dcap_verify(&result, ds_buf_content(&quote), ds_buf_content(&json), &options,
                              &err) == DS_OK,
               __FILE__, __LINE__, err.text);
    ds_dcap_result_free(&result);
    ds_buf_clear(&json);
    CHECK(
        ds_collateral_crl_url(&json, r.qe_identity_chain, &err) == DS_OK &&
        is_text(ds_buf_content(&json), "https://dstack-simulator.invalid/SimulatedSGXRootCA.der"));
    ds_buf_free(&json);
    ds_buf_free(&quote);
    ds_buf_free(&root);
    ds_arena_free(&kept);
}

int main(void)
{
    agent a;
    agent_start(&a, NULL, NULL);
    texts(&a);
    crls(&a);
    pck_certificate(&a);
    refusals(&a);
    rows(&a);
    assembled(&a);
    agent_stop(&a);
    return test_done();
}
