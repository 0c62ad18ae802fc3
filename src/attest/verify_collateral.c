/* The steps that judge the collateral: what Intel says, and that it is Intel who says it. */
#include "attest/intel_root.h"
#include "attest/verify_steps.h"

#include "base/time.h"

ds_status ds_step_COLLATERAL(ds_verifier *v)
{
    return ds_collateral_parse(&v->result->collateral, v->collateral_bytes, v->err);
}

ds_status ds_step_CRLS(ds_verifier *v)
{
    const ds_collateral *c = &v->result->collateral;
    const struct {
        const char *name;
        ds_slice der;
    } lists[DS_CRL_COUNT] = {{"root_ca_crl", c->root_ca_crl}, {"pck_crl", c->pck_crl}};
    for (size_t i = 0; i < DS_CRL_COUNT; i++)
        if (ds_x509_read_crl(&v->crls[i], lists[i].der) != DS_OK)
            return ds_fail(v->err, DS_INVALID,
                           "%s is no revocation list of version 2 in DER, or of a kind that is not"
                           " known",
                           lists[i].name);
    return DS_OK;
}

ds_status ds_step_ROOT(ds_verifier *v)
{
    ds_slice root = v->options->root.len == 0 ? ds_intel_sgx_root : v->options->root;
    v->trust.crls = v->crls;
    v->trust.crl_count = DS_CRL_COUNT;
    v->trust.now = v->options->now;
    v->trust.keys = &v->keys;
    if (ds_x509_read(&v->trust.anchor, root) != DS_OK)
        return ds_fail(v->err, DS_INVALID, "the root is not an X.509 certificate in DER");
    return ds_x509_anchor_check(&v->trust, &v->result->validity, v->err);
}

static ds_status check_dates(ds_verifier *v, const ds_statement *head, const char *what)
{
    char text[DS_TIME_BYTES];
    if (v->options->now < head->issued)
        return ds_fail(v->err, DS_VERIFY, "%s was issued in the future, at %s", what,
                       ds_time_text(text, head->issued));
    if (v->options->now > head->next_update)
        return ds_fail(v->err, DS_EXPIRED, "%s expired at %s", what,
                       ds_time_text(text, head->next_update));
    ds_validity_narrow(&v->result->validity, head->issued, head->next_update);
    return DS_OK;
}

/* Out: *document, which the result owns. */
static ds_status parse(ds_verifier *v, ds_json_doc *document, ds_slice text, const char *what)
{
    ds_error inner;
    ds_status status = ds_json_parse(document, text.data, text.len, &inner);
    return status == DS_OK ? DS_OK : ds_fail(v->err, status, "%s: %.200s", what, inner.text);
}

ds_status ds_step_TCB_INFO(ds_verifier *v)
{
    ds_dcap_result *r = v->result;
    ds_status status = parse(v, &r->documents[0], r->collateral.tcb_info, "tcb_info");
    if (status == DS_OK)
        status = ds_tcb_info_read(&v->tcb_info, r->documents[0].root, &r->arena, v->err);
    r->tcb_evaluation_number = v->tcb_info.head.evaluation_number;
    return status;
}

ds_status ds_step_TCB_INFO_DATES(ds_verifier *v)
{
    return check_dates(v, &v->tcb_info.head, "the TCB info");
}

/* A chain of whoever signed a statement. Beyond dcap-qvl: a platform's key leads to the root too,
 * but who took one out of a platform must not be able to say how good platforms are. */
static ds_status signer_chain(ds_verifier *v, ds_x509_chain *chain, ds_slice pem, const char *what)
{
    ds_status status = ds_verifier_chain(v, chain, pem, what);
    if (status == DS_OK && ds_pck_is(&chain->certs[0]))
        status =
            ds_fail(v->err, DS_VERIFY,
                    "%s: its first certificate is a platform's, which signs no statements", what);
    return status;
}

ds_status ds_step_TCB_INFO_CHAIN(ds_verifier *v)
{
    return signer_chain(v, &v->tcb_chain, v->result->collateral.tcb_info_issuer_chain,
                        "tcb_info_issuer_chain");
}

/* What is signed are the bytes as they came, never what was read from them. */
ds_status ds_step_TCB_INFO_SIGNATURE(ds_verifier *v)
{
    const ds_collateral *c = &v->result->collateral;
    return ds_verifier_signed(v, v->tcb_chain.certs[0].key, c->tcb_info, c->tcb_info_signature,
                              "tcb_info");
}

/* Collateral is as old as the older of its statements: Intel's library reports that number too. */
ds_status ds_step_QE_IDENTITY(ds_verifier *v)
{
    ds_dcap_result *r = v->result;
    ds_status status = parse(v, &r->documents[1], r->collateral.qe_identity, "qe_identity");
    if (status == DS_OK)
        status = ds_qe_identity_read(&v->qe_identity, r->documents[1].root, &r->arena, v->err);
    if (status == DS_OK && v->qe_identity.head.evaluation_number < r->tcb_evaluation_number)
        r->tcb_evaluation_number = v->qe_identity.head.evaluation_number;
    return status;
}

ds_status ds_step_QE_IDENTITY_DATES(ds_verifier *v)
{
    return check_dates(v, &v->qe_identity.head, "the QE identity");
}

/* Intel signs both statements with one key: the same chain is judged once. */
ds_status ds_step_QE_IDENTITY_CHAIN(ds_verifier *v)
{
    const ds_collateral *c = &v->result->collateral;
    bool same = ds_slice_equal(c->qe_identity_issuer_chain, c->tcb_info_issuer_chain);
    v->qe_signer = same ? &v->tcb_chain.certs[0] : &v->qe_chain.certs[0];
    return same ? DS_OK
                : signer_chain(v, &v->qe_chain, c->qe_identity_issuer_chain,
                               "qe_identity_issuer_chain");
}

ds_status ds_step_QE_IDENTITY_SIGNATURE(ds_verifier *v)
{
    const ds_collateral *c = &v->result->collateral;
    return ds_verifier_signed(v, v->qe_signer->key, c->qe_identity, c->qe_identity_signature,
                              "qe_identity");
}

ds_status ds_step_QE_IDENTITY_KIND(ds_verifier *v)
{
    char text[32];
    const ds_statement *head = &v->qe_identity.head;
    bool tdx = ds_verifier_is_tdx(v);
    if (ds_slice_equal(head->id, tdx ? DS_LITERAL("TD_QE") : DS_LITERAL("QE")) &&
        (head->version == 2 || (tdx && head->version == 3)))
        return DS_OK;
    return ds_fail(v->err, DS_VERIFY, "a QE identity '%s' of version %u is not for %s quotes",
                   ds_excerpt(text, sizeof text, head->id.data, head->id.len),
                   (unsigned)head->version, tdx ? "TDX" : "SGX");
}
