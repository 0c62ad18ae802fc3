#include "attest/quote.h"

#include "attest/le.h"

/* What a signature section holds besides authentication and certification data. */
#define KEY_BYTES   (DS_QUOTE_SIGNATURE_BYTES + DS_QUOTE_KEY_BYTES)
#define OUTER_BYTES (2 + 4)
#define INNER_BYTES (DS_SGX_REPORT_BYTES + DS_QUOTE_SIGNATURE_BYTES + 2 + 2 + 4)

void ds_quote_init(ds_quote *quote)
{
    memset(quote, 0, sizeof *quote);
    quote->header.version = DS_QUOTE_VERSION;
    quote->header.key_type = DS_QUOTE_KEY_ECDSA_P256;
    quote->header.tee_type = DS_TEE_TDX;
    memcpy(quote->header.qe_vendor_id, ds_quote_intel_vendor, DS_QUOTE_VENDOR_BYTES);
    quote->body = DS_BODY_TD_10;
    quote->outer_type = DS_CERTIFICATION_QE_REPORT;
}

static void put16(ds_buf *out, size_t n)
{
    unsigned char bytes[2];
    ds_le16_write(bytes, (uint16_t)n);
    ds_buf_add(out, bytes, sizeof bytes);
}

static void put32(ds_buf *out, size_t n)
{
    unsigned char bytes[4];
    ds_le32_write(bytes, (uint32_t)n);
    ds_buf_add(out, bytes, sizeof bytes);
}

static void put_header(ds_buf *out, const ds_quote_header *header)
{
    put16(out, header->version);
    put16(out, header->key_type);
    put32(out, header->tee_type);
    put16(out, header->qe_svn);
    put16(out, header->pce_svn);
    ds_buf_add(out, header->qe_vendor_id, DS_QUOTE_VENDOR_BYTES);
    ds_buf_add(out, header->user_data, DS_QUOTE_USER_BYTES);
}

ds_status ds_quote_write_signed(ds_buf *out, const ds_quote *quote)
{
    unsigned char report[DS_TD_REPORT_15_BYTES];
    size_t size = DS_SGX_REPORT_BYTES;
    if (quote->body == DS_BODY_SGX) {
        ds_sgx_report_write(report, &quote->sgx);
    } else {
        ds_td_report_write(report, &quote->report);
        size = ds_td_report_size(&quote->report);
    }
    put_header(out, &quote->header);
    if (quote->header.version == DS_QUOTE_VERSION_5) {
        put16(out, quote->body);
        put32(out, size);
    }
    return ds_buf_add(out, report, size);
}

static bool section_fits(const ds_quote *quote)
{
    return quote->signature.len == DS_QUOTE_SIGNATURE_BYTES &&
           quote->attestation_key.len == DS_QUOTE_KEY_BYTES &&
           quote->qe_report.len == DS_SGX_REPORT_BYTES &&
           quote->qe_report_signature.len == DS_QUOTE_SIGNATURE_BYTES &&
           quote->qe_auth_data.len <= UINT16_MAX &&
           quote->inner_type >= DS_CERTIFICATION_PPID_PLAIN &&
           quote->inner_type <= DS_CERTIFICATION_PLATFORM_MANIFEST &&
           quote->inner_type != DS_CERTIFICATION_QE_REPORT &&
           quote->certification_data.len <= DS_QUOTE_SECTION_MAXBYTES - KEY_BYTES - OUTER_BYTES -
                                                INNER_BYTES - quote->qe_auth_data.len;
}

ds_status ds_quote_write_section(ds_buf *out, const ds_quote *quote)
{
    size_t outer = quote->header.version == DS_QUOTE_VERSION_SGX ? 0 : OUTER_BYTES;
    if (!section_fits(quote))
        return DS_INVALID;
    size_t inner = INNER_BYTES + quote->qe_auth_data.len + quote->certification_data.len;
    put32(out, KEY_BYTES + outer + inner);
    ds_buf_slice(out, quote->signature);
    ds_buf_slice(out, quote->attestation_key);
    if (outer > 0) {
        put16(out, DS_CERTIFICATION_QE_REPORT);
        put32(out, inner);
    }
    ds_buf_slice(out, quote->qe_report);
    ds_buf_slice(out, quote->qe_report_signature);
    put16(out, quote->qe_auth_data.len);
    ds_buf_slice(out, quote->qe_auth_data);
    put16(out, quote->inner_type);
    put32(out, quote->certification_data.len);
    return ds_buf_slice(out, quote->certification_data);
}
