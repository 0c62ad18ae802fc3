#include "attest/quote.h"

#include "attest/le.h"

#define LENGTH_BYTES 4

const unsigned char ds_quote_intel_vendor[DS_QUOTE_VENDOR_BYTES] = {
    0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07};

static ds_status need(ds_slice bytes, size_t n, ds_error *err)
{
    if (bytes.len >= n)
        return DS_OK;
    return ds_fail(err, DS_INVALID,
                   "quote is truncated: it has %lu bytes and lacks at least %lu more",
                   (unsigned long)bytes.len, (unsigned long)(n - bytes.len));
}

static void read_header(ds_quote_header *header, const unsigned char *p)
{
    header->version = ds_le16_read(p);
    header->key_type = ds_le16_read(p + 2);
    header->tee_type = ds_le32_read(p + 4);
    header->qe_svn = ds_le16_read(p + 8);
    header->pce_svn = ds_le16_read(p + 10);
    memcpy(header->qe_vendor_id, p + 12, DS_QUOTE_VENDOR_BYTES);
    memcpy(header->user_data, p + 28, DS_QUOTE_USER_BYTES);
}

/* What the layout of one quote is. */
typedef struct layout {
    ds_quote_body body;
    size_t start; /* of the report */
    size_t end;   /* of the report: where the signed range ends */
} layout;

/* The version says where the report begins, and what it is unless a descriptor does. */
static ds_status lay_out(layout *l, ds_slice bytes, ds_error *err)
{
    static const size_t sizes[] = {0, DS_SGX_REPORT_BYTES, DS_TD_REPORT_BYTES,
                                   DS_TD_REPORT_15_BYTES};
    const unsigned char *p = bytes.data;
    ds_status status = need(bytes, 2, err);
    if (status != DS_OK)
        return status;
    unsigned version = ds_le16_read(p);
    unsigned body = version == DS_QUOTE_VERSION_SGX ? DS_BODY_SGX : DS_BODY_TD_10;
    if (version < DS_QUOTE_VERSION_SGX || version > DS_QUOTE_VERSION_5)
        return ds_fail(err, DS_UNSUPPORTED, "quote version %u is not supported, only 3, 4 and 5",
                       version);
    l->start = DS_QUOTE_HEADER_BYTES;
    if (version == DS_QUOTE_VERSION_5) {
        l->start += DS_QUOTE_DESCRIPTOR_BYTES;
        if ((status = need(bytes, l->start, err)) != DS_OK)
            return status;
        body = ds_le16_read(p + DS_QUOTE_HEADER_BYTES);
    }
    if (body < DS_BODY_SGX || body > DS_BODY_TD_15)
        return ds_fail(err, DS_UNSUPPORTED, "quote body type %u is not supported, only 1 to 3",
                       body);
    l->body = (ds_quote_body)body;
    l->end = l->start + sizes[body];
    return need(bytes, l->end, err);
}

ds_status ds_quote_report(ds_quote_header *header, ds_td_report *report, ds_slice bytes,
                          ds_error *err)
{
    layout l;
    memset(header, 0, sizeof *header);
    memset(report, 0, sizeof *report);
    ds_status status = lay_out(&l, bytes, err);
    if (status != DS_OK)
        return status;
    if (l.body == DS_BODY_SGX)
        return ds_fail(err, DS_UNSUPPORTED, "the quote is of an SGX enclave, not of a TDX machine");
    read_header(header, bytes.data);
    ds_td_report_read(report, (const unsigned char *)bytes.data + l.start, l.body == DS_BODY_TD_15);
    return DS_OK;
}

/* Version 3 is SGX's and version 4 TDX's; version 5 says both, and they have to agree. */
static ds_status judge_header(const ds_quote *quote, ds_error *err)
{
    const ds_quote_header *header = &quote->header;
    if (header->tee_type != DS_TEE_SGX && header->tee_type != DS_TEE_TDX)
        return ds_fail(err, DS_UNSUPPORTED,
                       "quote TEE type 0x%08lx is not supported, only SGX (0) and TDX (0x81)",
                       (unsigned long)header->tee_type);
    if ((header->tee_type == DS_TEE_SGX) != (quote->body == DS_BODY_SGX))
        return ds_fail(err, DS_UNSUPPORTED,
                       "quote version %u for %s with the report of %s is not supported",
                       header->version, header->tee_type == DS_TEE_SGX ? "SGX" : "TDX",
                       quote->body == DS_BODY_SGX ? "an enclave" : "a TD");
    if (header->key_type != DS_QUOTE_KEY_ECDSA_P256)
        return ds_fail(err, DS_UNSUPPORTED,
                       "quote attestation key type %u is not supported, only %u (ECDSA P-256)",
                       header->key_type, DS_QUOTE_KEY_ECDSA_P256);
    return DS_OK;
}

/* The last part of something has to end where that ends, or before. */
static ds_status fit(const ds_slice *c, uint32_t length, const char *what, ds_error *err)
{
    if (length <= c->len)
        return DS_OK;
    return ds_fail(err, DS_INVALID, "quote %s is said to have %lu bytes, there is room for %lu",
                   what, (unsigned long)length, (unsigned long)c->len);
}

static ds_status parse_certification(ds_quote *quote, ds_slice *c, ds_error *err)
{
    uint16_t auth_length;
    uint32_t length;
    if (!ds_slice_take(c, DS_SGX_REPORT_BYTES, &quote->qe_report) ||
        !ds_slice_take(c, DS_QUOTE_SIGNATURE_BYTES, &quote->qe_report_signature) ||
        !ds_le16_take(c, &auth_length) || !ds_slice_take(c, auth_length, &quote->qe_auth_data) ||
        !ds_le16_take(c, &quote->inner_type) || !ds_le32_take(c, &length))
        return ds_fail(err, DS_INVALID, "quote QE certification data is too short");
    if (quote->inner_type < DS_CERTIFICATION_PPID_PLAIN ||
        quote->inner_type > DS_CERTIFICATION_PLATFORM_MANIFEST ||
        quote->inner_type == DS_CERTIFICATION_QE_REPORT)
        return ds_fail(err, DS_INVALID,
                       "quote certification data has type %u, must be 1 to 5, or 7",
                       quote->inner_type);
    ds_status status = fit(c, length, "certification data", err);
    if (status == DS_OK)
        ds_slice_take(c, length, &quote->certification_data);
    return status;
}

/* The outer data, which version 3 does not have, holds nothing but the inner. */
static ds_status parse_outer(ds_quote *quote, ds_slice *c, ds_error *err)
{
    uint32_t length;
    if (!ds_le16_take(c, &quote->outer_type) || !ds_le32_take(c, &length))
        return ds_fail(err, DS_INVALID, "quote signature section is too short");
    ds_status status = fit(c, length, "QE certification data", err);
    if (status == DS_OK)
        c->len = length;
    return status;
}

static ds_status parse_section(ds_quote *quote, ds_slice c, ds_error *err)
{
    ds_status status = DS_OK;
    if (!ds_slice_take(&c, DS_QUOTE_SIGNATURE_BYTES, &quote->signature) ||
        !ds_slice_take(&c, DS_QUOTE_KEY_BYTES, &quote->attestation_key))
        return ds_fail(err, DS_INVALID, "quote signature section is too short");
    if (quote->header.version != DS_QUOTE_VERSION_SGX)
        status = parse_outer(quote, &c, err);
    return status == DS_OK ? parse_certification(quote, &c, err) : status;
}

static void read_report(ds_quote *quote, const layout *l, const unsigned char *p)
{
    quote->body = l->body;
    if (quote->header.version == DS_QUOTE_VERSION_5)
        quote->body_size = ds_le32_read(p + DS_QUOTE_HEADER_BYTES + 2);
    if (l->body == DS_BODY_SGX)
        ds_sgx_report_read(&quote->sgx, p + l->start);
    else
        ds_td_report_read(&quote->report, p + l->start, l->body == DS_BODY_TD_15);
}

static ds_status parse(ds_quote *quote, ds_slice bytes, ds_error *err)
{
    const unsigned char *p = bytes.data;
    layout l;
    ds_status status = lay_out(&l, bytes, err);
    if (status != DS_OK)
        return status;
    read_header(&quote->header, p);
    read_report(quote, &l, p);
    if ((status = judge_header(quote, err)) != DS_OK ||
        (status = need(bytes, l.end + LENGTH_BYTES, err)) != DS_OK)
        return status;
    uint32_t length = ds_le32_read(p + l.end);
    if (length > DS_QUOTE_SECTION_MAXBYTES)
        return ds_fail(err, DS_INVALID, "quote signature section of %lu bytes is over %lu",
                       (unsigned long)length, (unsigned long)DS_QUOTE_SECTION_MAXBYTES);
    if ((status = need(bytes, l.end + LENGTH_BYTES + (size_t)length, err)) != DS_OK)
        return status;
    quote->signed_range = ds_slice_of(p, l.end);
    return parse_section(quote, ds_slice_of(p + l.end + LENGTH_BYTES, length), err);
}

ds_status ds_quote_parse(ds_quote *out, ds_slice bytes, ds_error *err)
{
    memset(out, 0, sizeof *out);
    ds_status status = parse(out, bytes, err);
    if (status != DS_OK)
        memset(out, 0, sizeof *out);
    return status;
}

ds_status ds_quote_platform(ds_platform_id *id, const ds_quote *quote)
{
    static const size_t ppid_sizes[] = {0, 16, 256, 384};
    ds_slice c = quote->certification_data;
    memset(id, 0, sizeof *id);
    if (quote->inner_type > DS_CERTIFICATION_PPID_RSA3072 ||
        !ds_slice_take(&c, ppid_sizes[quote->inner_type], &id->ppid) ||
        !ds_slice_take(&c, DS_TCB_SVN_BYTES, &id->cpu_svn) || !ds_slice_take(&c, 2, &id->pce_svn) ||
        !ds_slice_take(&c, 2, &id->pce_id) || c.len > 0) {
        memset(id, 0, sizeof *id);
        return DS_INVALID;
    }
    return DS_OK;
}
