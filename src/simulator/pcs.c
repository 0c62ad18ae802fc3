#include "simulator/pcs.h"

#include "attest/collateral.h"
#include "base/wipe.h"

#include <time.h>

#define MONTH_SECONDS (30 * INT64_C(86400))

/* Some number of an evaluation, as Intel counts them. */
#define EVALUATION "\"tcbEvaluationDataNumber\":17"

#define ZEROS_48                                                                                   \
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"     \
    "00000000"

/* A level that is below the machine's. */
#define OLD_LEVEL                                                                                  \
    "\"tcbDate\":\"2024-03-13T00:00:00Z\",\"tcbStatus\":\"OutOfDate\","                            \
    "\"advisoryIDs\":[\"SIMULATED-SA-00002\"]"

static void put_time(ds_buf *json, const char *name, int64_t when)
{
    char text[32] = "";
    struct tm utc;
    time_t seconds = (time_t)when;
    if (gmtime_r(&seconds, &utc) != NULL)
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    ds_buf_printf(json, "\"%s\":\"%s\"", name, text);
}

static void put_times(ds_buf *json, const ds_platform *platform, ds_flaw_place place)
{
    int64_t issued = ds_platform_issued(platform) + ds_flaws_seconds(&platform->flaws, place);
    put_time(json, "issueDate", issued);
    ds_buf_byte(json, ',');
    put_time(json, "nextUpdate", issued + MONTH_SECONDS);
}

/* In: a divisor, for a level below the given one. */
static void put_components(ds_buf *json, const char *name, const unsigned char *svns, int divisor)
{
    ds_buf_printf(json, "\"%s\":[", name);
    for (size_t i = 0; i < DS_TCB_SVN_BYTES; i++)
        ds_buf_printf(json, "%s{\"svn\":%d}", i > 0 ? "," : "", svns[i] / divisor);
    ds_buf_byte(json, ']');
}

/* The module's own SVN and version stay 0 here: its identity judges them. */
static void put_level(ds_buf *json, const ds_platform *platform, uint32_t tee, int divisor,
                      const char *how)
{
    static const unsigned char tdx[DS_TCB_SVN_BYTES] = {0, 0, DS_LOADER_SVN};
    const ds_pck *sgx = &platform->pki.platform;
    ds_buf_text(json, "{\"tcb\":{");
    put_components(json, "sgxtcbcomponents", sgx->cpu_svn, divisor);
    ds_buf_printf(json, ",\"pcesvn\":%u", (unsigned)ds_pck_pce_svn(sgx) / (unsigned)divisor);
    if (tee == DS_TEE_TDX) {
        ds_buf_byte(json, ',');
        put_components(json, "tdxtcbcomponents", tdx, divisor);
    }
    ds_buf_printf(json, "},%s}", how);
}

static void put_module(ds_buf *json)
{
    static const char signer[] =
        "\"mrsigner\":\"" ZEROS_48 "\",\"attributes\":\"0000000000000000\","
        "\"attributesMask\":\"FFFFFFFFFFFFFFFF\"";
    ds_buf_printf(json, ",\"tdxModule\":{%s},\"tdxModuleIdentities\":[{\"id\":\"TDX_%02X\",%s,",
                  signer, DS_MODULE_VERSION, signer);
    ds_buf_printf(json, "\"tcbLevels\":[{\"tcb\":{\"isvsvn\":%d}," DS_MODULE_DATE DS_GOOD "},",
                  DS_MODULE_SVN);
    ds_buf_printf(json, "{\"tcb\":{\"isvsvn\":%d}," OLD_LEVEL "}]}]", DS_MODULE_SVN / 2);
}

static void put_tcb_info(ds_buf *json, const ds_platform *platform, uint32_t tee)
{
    const ds_pck *sgx = &platform->pki.platform;
    bool tdx = tee == DS_TEE_TDX;
    ds_buf_printf(json, "{\"id\":\"%s\",\"version\":3,", tdx ? "TDX" : "SGX");
    put_times(json, platform, DS_AT_TCB_INFO);
    ds_buf_printf(json, ",\"fmspc\":\"%02X%02X%02X%02X%02X%02X\",\"pceId\":\"%02X%02X\"",
                  sgx->fmspc[0], sgx->fmspc[1], sgx->fmspc[2], sgx->fmspc[3], sgx->fmspc[4],
                  sgx->fmspc[5], sgx->pce_id[0], sgx->pce_id[1]);
    ds_buf_text(json, ",\"tcbType\":0," EVALUATION);
    if (tdx)
        put_module(json);
    ds_buf_text(json, ",\"tcbLevels\":[");
    put_level(json, platform, tee, 1, DS_PLATFORM_DATE DS_GOOD);
    ds_buf_byte(json, ',');
    put_level(json, platform, tee, 2, OLD_LEVEL);
    ds_buf_text(json, "]}");
}

/* The mask leaves out of account whether the QE has the key for its provisioning. */
static void put_qe_identity(ds_buf *json, const ds_platform *platform, uint32_t tee)
{
    ds_sgx_report qe;
    ds_platform_qe(&qe, platform, tee);
    ds_buf_printf(json, "{\"id\":\"%s\",\"version\":2,", tee == DS_TEE_TDX ? "TD_QE" : "QE");
    put_times(json, platform, DS_AT_QE_IDENTITY);
    ds_buf_text(json, "," EVALUATION ",\"miscselect\":\"");
    ds_buf_hex(json, qe.misc_select, sizeof qe.misc_select);
    ds_buf_text(json, "\",\"miscselectMask\":\"FFFFFFFF\",\"attributes\":\"");
    ds_buf_hex(json, qe.attributes, 8);
    ds_buf_text(json, "0000000000000000\",\"attributesMask\":\"FBFFFFFFFFFFFFFF0000000000000000\","
                      "\"mrsigner\":\"");
    ds_buf_hex(json, qe.mr_signer, sizeof qe.mr_signer);
    ds_buf_printf(json, "\",\"isvprodid\":%u,", ds_sgx_report_product(&qe));
    ds_buf_printf(json, "\"tcbLevels\":[{\"tcb\":{\"isvsvn\":%u}," DS_QE_DATE DS_GOOD "},",
                  ds_sgx_report_svn(&qe));
    ds_buf_printf(json, "{\"tcb\":{\"isvsvn\":%d}," OLD_LEVEL "}]}", ds_sgx_report_svn(&qe) / 2);
}

/* Making it ----------------------------------------------------------------------------------- */

typedef struct text {
    ds_flaw_place place, signature_place;
    void (*put)(ds_buf *json, const ds_platform *platform, uint32_t tee);
} text;

/* What is being made, and for whom. */
typedef struct making {
    ds_pcs *pcs;
    const ds_platform *platform;
    uint32_t tee;
} making;

/* Out: *out, in the arena, and the TCB signer's signature over it. */
static ds_status sign_text(ds_slice *out, unsigned char *signature, const making *m,
                           const text *what)
{
    const ds_platform *platform = m->platform;
    ds_buf json;
    ds_buf_init(&json, DS_PCS_MAXBYTES);
    what->put(&json, platform, m->tee);
    ds_status status = ds_flaws_retell(&platform->flaws, what->place, &json);
    if (status == DS_OK)
        status = ds_p256_sign_rfc6979(signature, json.data, json.len, platform->pki.signer.key);
    if (status == DS_OK && !ds_arena_copy(&m->pcs->arena, out, ds_buf_content(&json)))
        status = DS_MEMORY;
    ds_flaws_bend(&platform->flaws, what->signature_place, signature, DS_P256_SIGNATUREBYTES);
    ds_buf_free(&json);
    return status;
}

static ds_status sign_texts(const making *m)
{
    static const text tcb_info = {DS_AT_TCB_INFO, DS_AT_TCB_SIGNATURE, put_tcb_info};
    static const text qe_identity = {DS_AT_QE_IDENTITY, DS_AT_QE_IDENTITY_SIGNATURE,
                                     put_qe_identity};
    ds_pcs *pcs = m->pcs;
    ds_status status = sign_text(&pcs->tcb_info, pcs->tcb_info_signature, m, &tcb_info);
    return status == DS_OK
               ? sign_text(&pcs->qe_identity, pcs->qe_identity_signature, m, &qe_identity)
               : status;
}

static ds_status issue_crl(ds_slice *out, const making *m, ds_crl_issuer issuer, ds_error *err)
{
    const ds_platform *platform = m->platform;
    ds_buf der;
    ds_buf_init(&der, DS_CRL_MAXBYTES);
    ds_status status = ds_pki_crl(&der, &platform->pki, issuer, ds_platform_issued(platform),
                                  &platform->flaws, err);
    if (status == DS_OK && !ds_arena_copy(&m->pcs->arena, out, ds_buf_content(&der)))
        status = ds_fail_memory(err);
    ds_buf_free(&der);
    return status;
}

ds_status ds_pcs_make(ds_pcs *pcs, const ds_platform *platform, uint32_t tee, ds_error *err)
{
    const ds_pki *pki = &platform->pki;
    const ds_slice none = {"", 0};
    const ds_flaws *flaws = &platform->flaws;
    const making m = {pcs, platform, tee};
    *pcs = (ds_pcs){
        .flaws = flaws,
        .pck_chain = pki->pck_chain,
        .pck_ca_chain = pki->pck_ca_chain,
        .other_ca_chain = pki->other_ca_chain,
        .tcb_info_chain = ds_flaws_have(flaws, DS_FLAW_NO_TCB_CHAIN) ? none : pki->signer_chain,
        .qe_identity_chain = ds_flaws_have(flaws, DS_FLAW_NO_QE_CHAIN) ? none : pki->signer_chain,
    };
    ds_status status = sign_texts(&m);
    if (status != DS_OK)
        ds_fail(err, status, "the collateral could not be signed");
    if (status == DS_OK)
        status = issue_crl(&pcs->root_crl, &m, DS_CRL_OF_ROOT, err);
    if (status == DS_OK)
        status = issue_crl(&pcs->pck_crl, &m, DS_CRL_OF_PCK_CA, err);
    if (status == DS_OK)
        status = issue_crl(&pcs->other_crl, &m, DS_CRL_OF_OTHER_CA, err);
    if (status != DS_OK)
        ds_pcs_free(pcs);
    return status;
}

void ds_pcs_free(ds_pcs *pcs)
{
    ds_arena_free(&pcs->arena);
    ds_wipe(pcs, sizeof *pcs);
}

/* As a file ----------------------------------------------------------------------------------- */

ds_status ds_pcs_write(ds_buf *json, const ds_pcs *pcs, bool with_pck_chain, ds_error *err)
{
    const ds_collateral file = {
        .pck_crl_issuer_chain = pcs->pck_ca_chain,
        .root_ca_crl = pcs->root_crl,
        .pck_crl = pcs->pck_crl,
        .tcb_info_issuer_chain = pcs->tcb_info_chain,
        .tcb_info = pcs->tcb_info,
        .tcb_info_signature = {pcs->tcb_info_signature, sizeof pcs->tcb_info_signature},
        .qe_identity_issuer_chain = pcs->qe_identity_chain,
        .qe_identity = pcs->qe_identity,
        .qe_identity_signature = {pcs->qe_identity_signature, sizeof pcs->qe_identity_signature},
        .pck_certificate_chain = with_pck_chain ? pcs->pck_chain : ds_slice_of(NULL, 0),
    };
    size_t from = json->len;
    ds_status status = ds_collateral_write(json, &file, err);
    if (status == DS_OK)
        ds_flaws_bend(pcs->flaws, DS_AT_COLLATERAL, json->data + from, json->len - from);
    return status;
}
