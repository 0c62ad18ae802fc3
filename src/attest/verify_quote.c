/* The steps that judge who made the quote: platform, quoting enclave, attestation key. */
#include "attest/verify_steps.h"

#include "crypto/hash.h"

/* Intel allows other lengths; its enclaves, and the verifiers in use, know this one. */
#define QE_AUTH_BYTES 32

#define UNCOMPRESSED 0x04

ds_status ds_step_QUOTE(ds_verifier *v)
{
    ds_quote *quote = &v->result->quote;
    ds_status status = ds_quote_parse(quote, v->quote_bytes, v->err);
    if (status != DS_OK)
        return status;
    if (memcmp(quote->header.qe_vendor_id, ds_quote_intel_vendor, DS_QUOTE_VENDOR_BYTES) != 0)
        return ds_fail(v->err, DS_UNSUPPORTED, "the quoting enclave is not Intel's: vendor id");
    /* Version 5 allows for one, which can be read; the verifiers in use do not take it. */
    if (quote->body == DS_BODY_SGX && quote->header.version != DS_QUOTE_VERSION_SGX)
        return ds_fail(v->err, DS_UNSUPPORTED, "an SGX quote has to be of version %u, not %u",
                       DS_QUOTE_VERSION_SGX, quote->header.version);
    ds_sgx_report_read(&v->qe_report, quote->qe_report.data);
    return DS_OK;
}

/* A chain in the collateral comes before the quote's own. */
ds_status ds_step_PCK_CHAIN(ds_verifier *v)
{
    const ds_quote *quote = &v->result->quote;
    ds_slice given = v->result->collateral.pck_certificate_chain;
    if (given.len > 0)
        return ds_verifier_chain(v, &v->pck_chain, given, "pck_certificate_chain");
    if (quote->inner_type != DS_CERTIFICATION_PCK_CHAIN)
        return ds_fail(v->err, DS_UNSUPPORTED,
                       "the quote has certification data of type %u, not %u, a PCK certificate"
                       " chain, and there is none in the collateral",
                       quote->inner_type, DS_CERTIFICATION_PCK_CHAIN);
    return ds_verifier_chain(v, &v->pck_chain, quote->certification_data,
                             "the quote's PCK certificate chain");
}

ds_status ds_step_PCK_EXTENSION(ds_verifier *v)
{
    ds_status status = ds_pck_read(&v->result->pck, &v->pck_chain.certs[0], v->err);
    v->result->has_pck = status == DS_OK;
    return status;
}

ds_status ds_step_QE_REPORT_SIGNATURE(ds_verifier *v)
{
    const ds_quote *quote = &v->result->quote;
    return ds_verifier_signed(v, v->pck_chain.certs[0].key, quote->qe_report,
                              quote->qe_report_signature, "the QE report");
}

ds_status ds_step_ATTESTATION_KEY(ds_verifier *v)
{
    const ds_quote *quote = &v->result->quote;
    const ds_slice parts[] = {quote->attestation_key, quote->qe_auth_data};
    unsigned char digest[DS_SHA256_BYTES];
    if (quote->qe_auth_data.len != QE_AUTH_BYTES)
        return ds_fail(v->err, DS_VERIFY, "the QE authentication data has %u bytes, not %u",
                       (unsigned)quote->qe_auth_data.len, QE_AUTH_BYTES);
    ds_status status = ds_hash(DS_SHA256, digest, parts, sizeof parts / sizeof parts[0]);
    if (status != DS_OK)
        return ds_fail(v->err, status, "SHA-256 failed");
    if (memcmp(digest, v->qe_report.report_data, sizeof digest) != 0)
        return ds_fail(v->err, DS_VERIFY, "the QE report is not about the attestation key");
    return DS_OK;
}

/* Compares size bytes as far as a mask says. */
static bool masked_equal(const unsigned char *a, const unsigned char *b, const unsigned char *mask,
                         size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (((a[i] ^ b[i]) & mask[i]) != 0)
            return false;
    return true;
}

ds_status ds_step_QE_REPORT(ds_verifier *v)
{
    const ds_sgx_report *r = &v->qe_report;
    const ds_qe_identity *q = &v->qe_identity;
    if (memcmp(r->mr_signer, q->mr_signer, sizeof r->mr_signer) != 0)
        return ds_fail(v->err, DS_VERIFY, "the QE's MRSIGNER is not the QE identity's");
    if ((r->attributes[0] & DS_SGX_DEBUG) != 0)
        return ds_fail(v->err, DS_VERIFY, "the QE runs in debug mode");
    if (ds_sgx_report_product(r) != q->product)
        return ds_fail(v->err, DS_VERIFY, "the QE's ISVPRODID is %u, in the QE identity %u",
                       ds_sgx_report_product(r), (unsigned)q->product);
    if (!masked_equal(r->misc_select, q->misc_select, q->misc_mask, sizeof r->misc_select))
        return ds_fail(v->err, DS_VERIFY, "the QE's MISCSELECT is not the QE identity's");
    if (!masked_equal(r->attributes, q->attributes, q->attributes_mask, sizeof r->attributes))
        return ds_fail(v->err, DS_VERIFY, "the QE's ATTRIBUTES are not the QE identity's");
    return DS_OK;
}

ds_status ds_step_QE_TCB(ds_verifier *v)
{
    const ds_isv_levels *levels = &v->qe_identity.levels;
    uint32_t svn = ds_sgx_report_svn(&v->qe_report);
    const ds_isv_level *level = ds_isv_level_find(levels, svn);
    if (levels->count == 0)
        return ds_fail(v->err, DS_VERIFY, "the QE identity has no TCB levels");
    if (level == NULL)
        return ds_fail(v->err, DS_VERIFY, "the QE's ISVSVN %u is below the least one, %u",
                       (unsigned)svn, (unsigned)levels->list[levels->count - 1].isv_svn);
    v->result->qe = level->verdict;
    return DS_OK;
}

ds_status ds_step_QUOTE_SIGNATURE(ds_verifier *v)
{
    const ds_quote *quote = &v->result->quote;
    unsigned char *key = v->attestation_key;
    v->keys.known = NULL; /* of all signatures this one is not expected to come again */
    key[0] = UNCOMPRESSED;
    memcpy(key + 1, quote->attestation_key.data, DS_QUOTE_KEY_BYTES);
    return ds_verifier_signed(v, ds_slice_of(key, sizeof v->attestation_key), quote->signed_range,
                              quote->signature, "the quote");
}
