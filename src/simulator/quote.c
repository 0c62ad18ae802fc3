#include "simulator/quote.h"

#include "attest/quote.h"

#define AUTH_DATA_BYTES 32

/* Where report_data lies in an SGX report. */
#define SGX_REPORT_DATA 320

/* Type 1: PPID 16, CPU SVN 16, PCE SVN 2, PCE id 2. */
#define PPID_PLAIN_BYTES 36

/* Out: an enclave report of nobody, whose report data binds the attestation key as a quoting
 * enclave's does. */
static ds_status qe_report(unsigned char report[DS_SGX_REPORT_BYTES], ds_slice attestation_key,
                           ds_slice auth_data)
{
    const ds_slice parts[] = {attestation_key, auth_data};
    memset(report, 0, DS_SGX_REPORT_BYTES);
    return ds_hash(DS_SHA256, report + SGX_REPORT_DATA, parts, 2);
}

/* What is missing for a verifier: a QE report signed by a PCK key, and that key's chain up to an
 * SGX root. In their place are zeros and a platform without a name. */
ds_status ds_simulator_quote(ds_buf *out, const ds_identity *identity,
                             const unsigned char *report_data)
{
    static const unsigned char zeros[DS_QUOTE_SIGNATURE_BYTES];
    static const unsigned char auth_data[AUTH_DATA_BYTES];
    static const unsigned char platform[PPID_PLAIN_BYTES];
    unsigned char report[DS_SGX_REPORT_BYTES], signature[DS_QUOTE_SIGNATURE_BYTES];
    size_t start = out->len;
    ds_quote quote;
    ds_quote_init(&quote);
    quote.report = identity->report;
    memcpy(quote.report.report_data, report_data, DS_REPORT_DATA_BYTES);
    quote.signature = ds_slice_of(signature, sizeof signature);
    quote.attestation_key = ds_slice_of(identity->attestation_public + 1, DS_QUOTE_KEY_BYTES);
    quote.qe_report = ds_slice_of(report, sizeof report);
    quote.qe_report_signature = ds_slice_of(zeros, sizeof zeros);
    quote.qe_auth_data = ds_slice_of(auth_data, sizeof auth_data);
    quote.inner_type = DS_CERTIFICATION_PPID_PLAIN;
    quote.certification_data = ds_slice_of(platform, sizeof platform);

    ds_status status = ds_quote_write_signed(out, &quote);
    if (status == DS_OK)
        status = ds_p256_sign(signature, out->data + start, DS_QUOTE_SIGNED_BYTES,
                              identity->attestation_key);
    if (status == DS_OK)
        status = qe_report(report, quote.attestation_key, quote.qe_auth_data);
    return status == DS_OK ? ds_quote_write_section(out, &quote) : status;
}

ds_status ds_simulator_attestation(ds_buf *out, ds_attestation_form form,
                                   const ds_identity *identity, const unsigned char *report_data,
                                   bool certificate, ds_error *err)
{
    ds_buf quote;
    ds_attestation attestation = {
        .events = identity->events,
        .event_count = identity->event_count,
        .config = identity->vm_config,
    };
    ds_buf_init(&quote, DS_SIMULATOR_QUOTE_MAXBYTES);
    memcpy(attestation.report_data, report_data, DS_REPORT_DATA_BYTES);
    ds_status status = ds_simulator_quote(&quote, identity, report_data);
    if (status != DS_OK)
        ds_fail(err, status, "the quote could not be made");
    attestation.quote = ds_buf_content(&quote);
    if (status == DS_OK)
        status = ds_attestation_write(out, form, &attestation, certificate, err);
    ds_buf_free(&quote);
    return status;
}
