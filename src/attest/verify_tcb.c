/* The steps that judge the platform's state, and what it runs. */
#include "attest/verify_steps.h"

#include <stdio.h>

#define COMPONENTS DS_TCB_SVN_BYTES

ds_status ds_step_PLATFORM(ds_verifier *v)
{
    char text[32];
    const ds_statement *head = &v->tcb_info.head;
    bool tdx = ds_verifier_is_tdx(v);
    if (memcmp(v->result->pck.fmspc, v->tcb_info.fmspc, DS_FMSPC_BYTES) != 0)
        return ds_fail(v->err, DS_VERIFY, "the TCB info is for another FMSPC than the platform's");
    if (!ds_slice_equal(head->id, tdx ? DS_LITERAL("TDX") : DS_LITERAL("SGX")) ||
        head->version < (tdx ? 3u : 2u))
        return ds_fail(v->err, DS_VERIFY, "TCB info '%s' of version %u is not for %s quotes",
                       ds_excerpt(text, sizeof text, head->id.data, head->id.len),
                       (unsigned)head->version, tdx ? "TDX" : "SGX");
    return DS_OK;
}

/* Returns whether every version is at least the level's. */
static bool reaches(const unsigned char *versions, ds_slice level)
{
    for (size_t i = 0; i < COMPONENTS; i++)
        if (versions[i] < ((const unsigned char *)level.data)[i])
            return false;
    return true;
}

static ds_status check_count(ds_verifier *v, ds_slice components, const char *kind)
{
    if (components.len == COMPONENTS)
        return DS_OK;
    return ds_fail(v->err, DS_VERIFY, "a TCB level has %lu %s components, must have %d",
                   (unsigned long)components.len, kind, COMPONENTS);
}

/* Out: *fits. A level that has not the right number of components is an error, once it is known
 * that what comes before them does not rule it out. */
static ds_status try_level(ds_verifier *v, const ds_tcb_level *level, bool *fits)
{
    const ds_pck *pck = &v->result->pck;
    *fits = false;
    if (ds_pck_pce_svn(pck) < level->pce_svn)
        return DS_OK;
    ds_status status = check_count(v, level->sgx, "SGX");
    if (status != DS_OK || !reaches(pck->cpu_svn, level->sgx))
        return status;
    *fits = true;
    if (!ds_verifier_is_tdx(v))
        return DS_OK;
    status = check_count(v, level->tdx, "TDX");
    *fits = status == DS_OK && reaches(v->result->quote.report.tee_tcb_svn, level->tdx);
    return status;
}

ds_status ds_step_TCB_LEVEL(ds_verifier *v)
{
    ds_tcb_info_sort(&v->tcb_info);
    for (size_t i = 0; i < v->tcb_info.level_count; i++) {
        bool fits;
        ds_status status = try_level(v, &v->tcb_info.levels[i], &fits);
        if (status != DS_OK)
            return status;
        if (fits) {
            v->result->platform = v->tcb_info.levels[i].verdict;
            return DS_OK;
        }
    }
    return ds_fail(v->err, DS_VERIFY, "no TCB level is reached by the platform");
}

/* The identity of a version is "TDX_" and two hex digits, in either case. */
static bool is_version(ds_slice id, unsigned version)
{
    char want[8];
    const char *p = id.data;
    snprintf(want, sizeof want, "TDX_%02X", version & 0xff);
    if (id.len != strlen(want))
        return false;
    for (size_t i = 0; i < id.len; i++) {
        char c = p[i] >= 'a' && p[i] <= 'z' ? (char)(p[i] - 'a' + 'A') : p[i];
        if (c != want[i])
            return false;
    }
    return true;
}

/* Out: *module, whose levels are empty where the version makes no difference. */
static ds_status find_module(ds_verifier *v, const ds_tdx_module **module)
{
    const ds_tcb_info *info = &v->tcb_info;
    unsigned version = v->result->quote.report.tee_tcb_svn[1];
    *module = &info->module;
    if (!info->has_module)
        return ds_fail(v->err, DS_VERIFY, "the TCB info has no tdxModule");
    if (version == 0 || info->identity_count == 0)
        return DS_OK;
    for (size_t i = 0; i < info->identity_count; i++)
        if (is_version(info->identities[i].id, version)) {
            *module = &info->identities[i];
            return DS_OK;
        }
    return ds_fail(v->err, DS_VERIFY, "the TCB info has no TDX module identity TDX_%02X", version);
}

static ds_status check_module(ds_verifier *v, const ds_tdx_module *module)
{
    const ds_td_report *report = &v->result->quote.report;
    if (memcmp(report->mr_signer_seam, module->mr_signer, DS_MR_BYTES) != 0)
        return ds_fail(v->err, DS_VERIFY, "the TDX module's signer is not the TCB info's");
    for (unsigned i = 0; i < DS_ATTRIBUTE_BYTES; i++) {
        unsigned is = report->seam_attributes[i], mask = module->mask[i];
        if (((is ^ module->attributes[i]) & mask) != 0)
            return ds_fail(v->err, DS_VERIFY,
                           "byte %u of the SEAM attributes is not the TCB info's", i);
        if ((is & ~mask & 0xff) != 0)
            return ds_fail(v->err, DS_VERIFY,
                           "byte %u of the SEAM attributes has bits outside of"
                           " the TCB info's mask",
                           i);
    }
    return DS_OK;
}

static ds_status merge_module(ds_verifier *v, const ds_tdx_module *module)
{
    unsigned svn = v->result->quote.report.tee_tcb_svn[0];
    const ds_isv_level *level = ds_isv_level_find(&module->levels, svn);
    ds_tcb_verdict *platform = &v->result->platform;
    if (level == NULL)
        return ds_fail(v->err, DS_VERIFY,
                       "the TDX module's ISVSVN %u is below those of all its TCB levels", svn);
    if (ds_tcb_merge(platform, platform, &level->verdict, &v->result->arena) != DS_OK)
        return ds_fail_memory(v->err);
    return DS_OK;
}

ds_status ds_step_TDX_MODULE(ds_verifier *v)
{
    const ds_tdx_module *module;
    if (!ds_verifier_is_tdx(v)) {
        v->not_checked = true;
        v->note = "an SGX quote has no TDX module";
        return DS_OK;
    }
    ds_status status = find_module(v, &module);
    if (status == DS_OK)
        status = check_module(v, module);
    if (status != DS_OK || module == &v->tcb_info.module)
        return status;
    return merge_module(v, module);
}

ds_status ds_step_TCB_STATUS(ds_verifier *v)
{
    ds_dcap_result *r = v->result;
    if (ds_tcb_merge(&r->merged, &r->platform, &r->qe, &r->arena) != DS_OK)
        return ds_fail_memory(v->err);
    if (r->merged.status == DS_TCB_REVOKED)
        return ds_fail(v->err, DS_VERIFY, "the TCB status is %s",
                       ds_tcb_status_name(DS_TCB_REVOKED));
    return DS_OK;
}

/* Debugging is a choice that a caller can allow; nothing else here is. */
static ds_status check_debug(ds_verifier *v, bool debug, const char *what)
{
    if (debug && !v->options->allow_debug)
        return ds_fail(v->err, DS_VERIFY, "%s runs in debug mode: the host can read its memory",
                       what);
    if (debug)
        v->note = "it runs in debug mode, which was allowed";
    return DS_OK;
}

static ds_status check_service(ds_verifier *v, const ds_td_report *report)
{
    static const unsigned char none[DS_MR_BYTES];
    if (memcmp(report->mr_service_td, none, DS_MR_BYTES) == 0)
        return DS_OK;
    if (!v->options->allow_service_td)
        return ds_fail(v->err, DS_VERIFY, "the TD is bound to a service TD");
    v->note = "the TD is bound to a service TD, which was allowed";
    return DS_OK;
}

/* Bits that have to be zero, by byte. Bit 0 is DEBUG, 28 SEPT_VE_DISABLE, 30 PKS and 31 KL. That 39
 * may be set, and 63, PERFMON, may not, is how the verifiers in use have it. */
static const unsigned char td_reserved[DS_ATTRIBUTE_BYTES] = {0xfe, 0xff, 0xff, 0x2f,
                                                              0x7f, 0xff, 0xff, 0xff};
#define TD_DEBUG           0x01 /* byte 0 */
#define TD_SEPT_VE_DISABLE 0x10 /* byte 3 */

static ds_status check_td(ds_verifier *v, const ds_td_report *report)
{
    const unsigned char *attributes = report->td_attributes;
    ds_status status = check_service(v, report);
    if (status != DS_OK)
        return status;
    for (unsigned i = 0; i < DS_ATTRIBUTE_BYTES; i++)
        if ((attributes[i] & td_reserved[i]) != 0)
            return ds_fail(v->err, DS_VERIFY, "the TD attributes have reserved bits in byte %u", i);
    if ((attributes[3] & TD_SEPT_VE_DISABLE) == 0)
        return ds_fail(v->err, DS_VERIFY, "the TD attributes lack SEPT_VE_DISABLE");
    return check_debug(v, (attributes[0] & TD_DEBUG) != 0, "the TD");
}

ds_status ds_step_ATTRIBUTES(ds_verifier *v)
{
    const ds_quote *quote = &v->result->quote;
    if (ds_verifier_is_tdx(v))
        return check_td(v, &quote->report);
    return check_debug(v, (quote->sgx.attributes[0] & DS_SGX_DEBUG) != 0, "the enclave");
}
