#include "attest/quote.h"

#include "attest/le.h"

#define LENGTH_BYTES  4
#define SECTION_START (DS_QUOTE_SIGNED_BYTES + LENGTH_BYTES)

/* What a signature section holds besides authentication and certification data. */
#define OUTER_BYTES (DS_QUOTE_SIGNATURE_BYTES + DS_QUOTE_KEY_BYTES + 2 + LENGTH_BYTES)
#define INNER_BYTES (DS_SGX_REPORT_BYTES + DS_QUOTE_SIGNATURE_BYTES + 2 + 2 + LENGTH_BYTES)

/* The QE vendor id of Intel's quoting enclave. */
static const unsigned char intel_vendor[DS_QUOTE_VENDOR_BYTES] = {
    0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07};

typedef struct cursor {
    const unsigned char *at;
    size_t left;
} cursor;

static bool take(cursor *c, size_t n, ds_slice *out)
{
    if (c->left < n)
        return false;
    *out = ds_slice_of(c->at, n);
    c->at += n;
    c->left -= n;
    return true;
}

static bool take16(cursor *c, uint16_t *out)
{
    ds_slice bytes;
    if (!take(c, 2, &bytes))
        return false;
    *out = ds_le16_read(bytes.data);
    return true;
}

static bool take32(cursor *c, uint32_t *out)
{
    ds_slice bytes;
    if (!take(c, 4, &bytes))
        return false;
    *out = ds_le32_read(bytes.data);
    return true;
}

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

ds_status ds_quote_report(ds_quote_header *header, ds_td_report *report, ds_slice bytes,
                          ds_error *err)
{
    const unsigned char *p = bytes.data;
    memset(header, 0, sizeof *header);
    memset(report, 0, sizeof *report);
    /* The version comes first: quotes of the others may be shorter. */
    if (bytes.len >= 2 && ds_le16_read(p) != DS_QUOTE_VERSION)
        return ds_fail(err, DS_UNSUPPORTED, "quote version %u is not supported, only %u",
                       ds_le16_read(p), DS_QUOTE_VERSION);
    ds_status status = need(bytes, DS_QUOTE_SIGNED_BYTES, err);
    if (status != DS_OK)
        return status;
    read_header(header, p);
    ds_td_report_read(report, p + DS_QUOTE_HEADER_BYTES);
    return DS_OK;
}

static ds_status judge_header(const ds_quote_header *header, ds_error *err)
{
    if (header->tee_type == DS_TEE_SGX)
        return ds_fail(err, DS_UNSUPPORTED, "quote version %u for SGX is not supported, only TDX",
                       header->version);
    if (header->tee_type != DS_TEE_TDX)
        return ds_fail(err, DS_UNSUPPORTED, "quote TEE type 0x%08lx is not supported, only TDX",
                       (unsigned long)header->tee_type);
    if (header->key_type != DS_QUOTE_KEY_ECDSA_P256)
        return ds_fail(err, DS_UNSUPPORTED,
                       "quote attestation key type %u is not supported, only %u (ECDSA P-256)",
                       header->key_type, DS_QUOTE_KEY_ECDSA_P256);
    return DS_OK;
}

/* The last part of something has to end where that ends. */
static ds_status fill(const cursor *c, uint32_t length, const char *what, ds_error *err)
{
    if (length == c->left)
        return DS_OK;
    return ds_fail(err, DS_INVALID, "quote %s is said to have %lu bytes, there is room for %lu",
                   what, (unsigned long)length, (unsigned long)c->left);
}

static ds_status parse_certification(ds_quote *quote, cursor *c, ds_error *err)
{
    uint16_t auth_length;
    uint32_t length;
    if (!take(c, DS_SGX_REPORT_BYTES, &quote->qe_report) ||
        !take(c, DS_QUOTE_SIGNATURE_BYTES, &quote->qe_report_signature) ||
        !take16(c, &auth_length) || !take(c, auth_length, &quote->qe_auth_data) ||
        !take16(c, &quote->inner_type) || !take32(c, &length))
        return ds_fail(err, DS_INVALID, "quote QE certification data is too short");
    if (quote->inner_type < DS_CERTIFICATION_PPID_PLAIN ||
        quote->inner_type > DS_CERTIFICATION_PCK_CHAIN)
        return ds_fail(err, DS_INVALID, "quote certification data has type %u, must be %u to %u",
                       quote->inner_type, DS_CERTIFICATION_PPID_PLAIN, DS_CERTIFICATION_PCK_CHAIN);
    ds_status status = fill(c, length, "certification data", err);
    if (status == DS_OK)
        take(c, length, &quote->certification_data);
    return status;
}

static ds_status parse_section(ds_quote *quote, cursor c, ds_error *err)
{
    uint32_t length;
    if (!take(&c, DS_QUOTE_SIGNATURE_BYTES, &quote->signature) ||
        !take(&c, DS_QUOTE_KEY_BYTES, &quote->attestation_key) || !take16(&c, &quote->outer_type) ||
        !take32(&c, &length))
        return ds_fail(err, DS_INVALID, "quote signature section is too short");
    if (quote->outer_type != DS_CERTIFICATION_QE_REPORT)
        return ds_fail(err, DS_INVALID, "quote QE certification data has type %u, must be %u",
                       quote->outer_type, DS_CERTIFICATION_QE_REPORT);
    ds_status status = fill(&c, length, "QE certification data", err);
    return status == DS_OK ? parse_certification(quote, &c, err) : status;
}

static ds_status parse(ds_quote *quote, ds_slice bytes, ds_error *err)
{
    const unsigned char *p = bytes.data;
    ds_status status = ds_quote_report(&quote->header, &quote->report, bytes, err);
    if (status != DS_OK || (status = judge_header(&quote->header, err)) != DS_OK ||
        (status = need(bytes, SECTION_START, err)) != DS_OK)
        return status;
    uint32_t length = ds_le32_read(p + DS_QUOTE_SIGNED_BYTES);
    if (length > DS_QUOTE_SECTION_MAXBYTES)
        return ds_fail(err, DS_INVALID, "quote signature section of %lu bytes is over %lu",
                       (unsigned long)length, (unsigned long)DS_QUOTE_SECTION_MAXBYTES);
    if ((status = need(bytes, SECTION_START + (size_t)length, err)) != DS_OK)
        return status;
    quote->signed_range = ds_slice_of(p, DS_QUOTE_SIGNED_BYTES);
    return parse_section(quote, (cursor){p + SECTION_START, length}, err);
}

ds_status ds_quote_parse(ds_quote *out, ds_slice bytes, ds_error *err)
{
    memset(out, 0, sizeof *out);
    ds_status status = parse(out, bytes, err);
    if (status != DS_OK)
        memset(out, 0, sizeof *out);
    return status;
}

void ds_quote_init(ds_quote *quote)
{
    memset(quote, 0, sizeof *quote);
    quote->header.version = DS_QUOTE_VERSION;
    quote->header.key_type = DS_QUOTE_KEY_ECDSA_P256;
    quote->header.tee_type = DS_TEE_TDX;
    memcpy(quote->header.qe_vendor_id, intel_vendor, sizeof intel_vendor);
    quote->outer_type = DS_CERTIFICATION_QE_REPORT;
}

ds_status ds_quote_write_signed(ds_buf *out, const ds_quote *quote)
{
    const ds_quote_header *header = &quote->header;
    unsigned char *p = ds_buf_grow(out, DS_QUOTE_SIGNED_BYTES);
    if (p == NULL)
        return ds_buf_status(out);
    ds_le16_write(p, header->version);
    ds_le16_write(p + 2, header->key_type);
    ds_le32_write(p + 4, header->tee_type);
    ds_le16_write(p + 8, header->qe_svn);
    ds_le16_write(p + 10, header->pce_svn);
    memcpy(p + 12, header->qe_vendor_id, DS_QUOTE_VENDOR_BYTES);
    memcpy(p + 28, header->user_data, DS_QUOTE_USER_BYTES);
    ds_td_report_write(p + DS_QUOTE_HEADER_BYTES, &quote->report);
    return DS_OK;
}

static bool section_fits(const ds_quote *quote)
{
    return quote->signature.len == DS_QUOTE_SIGNATURE_BYTES &&
           quote->attestation_key.len == DS_QUOTE_KEY_BYTES &&
           quote->qe_report.len == DS_SGX_REPORT_BYTES &&
           quote->qe_report_signature.len == DS_QUOTE_SIGNATURE_BYTES &&
           quote->qe_auth_data.len <= UINT16_MAX &&
           quote->inner_type >= DS_CERTIFICATION_PPID_PLAIN &&
           quote->inner_type <= DS_CERTIFICATION_PCK_CHAIN &&
           quote->certification_data.len <=
               DS_QUOTE_SECTION_MAXBYTES - OUTER_BYTES - INNER_BYTES - quote->qe_auth_data.len;
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

ds_status ds_quote_write_section(ds_buf *out, const ds_quote *quote)
{
    if (!section_fits(quote))
        return DS_INVALID;
    size_t inner = INNER_BYTES + quote->qe_auth_data.len + quote->certification_data.len;
    put32(out, OUTER_BYTES + inner);
    ds_buf_slice(out, quote->signature);
    ds_buf_slice(out, quote->attestation_key);
    put16(out, DS_CERTIFICATION_QE_REPORT);
    put32(out, inner);
    ds_buf_slice(out, quote->qe_report);
    ds_buf_slice(out, quote->qe_report_signature);
    put16(out, quote->qe_auth_data.len);
    ds_buf_slice(out, quote->qe_auth_data);
    put16(out, quote->inner_type);
    put32(out, quote->certification_data.len);
    return ds_buf_slice(out, quote->certification_data);
}
