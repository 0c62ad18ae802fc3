/* Quotes of the simulated platform: what a TDX or SGX machine's quoting enclave does. */
#include "attest/le.h"
#include "crypto/hash.h"
#include "simulator/platform.h"

#define TRUNCATED_BYTES 100

/* Type 3: PPID encrypted with RSA-3072, CPU SVN, PCE SVN, PCE id. */
#define ENCRYPTED_PPID_BYTES 384
#define PPID_DATA_BYTES      (ENCRYPTED_PPID_BYTES + DS_TCB_SVN_BYTES + 2 + DS_PCE_ID_BYTES)

#define CHAIN_MAXBYTES 16384

/* No hash of a key, as a real one is, so that nobody takes it for one. */
#define MR_SIGNER "simulator quoting enclave signer"

static bool is_sgx(const ds_platform *platform)
{
    return platform->form->body == DS_BODY_SGX;
}

/* Attributes: INIT, PROVISIONKEY; XFRM x87 and SSE. */
void ds_platform_qe(ds_sgx_report *qe, const ds_platform *platform, uint32_t tee)
{
    static const unsigned char attributes[] = {0x11, 0, 0, 0, 0, 0, 0, 0, 0x03};
    memset(qe, 0, sizeof *qe);
    memcpy(qe->cpu_svn, platform->pki.platform.cpu_svn, sizeof qe->cpu_svn);
    memcpy(qe->attributes, attributes, sizeof attributes);
    memcpy(qe->mr_signer, MR_SIGNER, sizeof qe->mr_signer);
    memset(qe->mr_enclave, 'Q', sizeof qe->mr_enclave);
    ds_le16_write(qe->isv_prod_id, tee == DS_TEE_SGX ? 1 : 2);
    ds_le16_write(qe->isv_svn, 8);
}

/* An enclave that could be somebody's. */
static void fill_enclave(ds_sgx_report *enclave, const ds_platform *platform)
{
    static const unsigned char attributes[] = {0x05, 0, 0, 0, 0, 0, 0, 0, 0xe7};
    memset(enclave, 0, sizeof *enclave);
    memcpy(enclave->cpu_svn, platform->pki.platform.cpu_svn, sizeof enclave->cpu_svn);
    memcpy(enclave->attributes, attributes, sizeof attributes);
    memset(enclave->mr_enclave, 'E', sizeof enclave->mr_enclave);
    memset(enclave->mr_signer, 'S', sizeof enclave->mr_signer);
    ds_le16_write(enclave->isv_svn, 1);
}

static void fill_body(ds_quote *quote, const ds_platform *platform, const ds_td_report *report,
                      const unsigned char *report_data)
{
    unsigned char data[DS_REPORT_DATA_BYTES];
    memcpy(data, report_data, sizeof data);
    ds_flaws_bend(&platform->flaws, DS_AT_REPORT_DATA, data, sizeof data);
    quote->header.version = platform->form->version;
    quote->header.tee_type = platform->form->tee;
    memcpy(quote->header.user_data, platform->pki.platform.platform_instance, DS_PPID_BYTES);
    quote->body = platform->form->body;
    if (is_sgx(platform)) {
        fill_enclave(&quote->sgx, platform);
        memcpy(quote->sgx.report_data, data, sizeof data);
        return;
    }
    quote->report = *report;
    memcpy(quote->report.report_data, data, sizeof data);
    quote->report.is_15 = quote->body == DS_BODY_TD_15;
    if (quote->report.is_15)
        memcpy(quote->report.tee_tcb_svn2, report->tee_tcb_svn, DS_TCB_SVN_BYTES);
}

/* The QE vouches for the attestation key: SHA-256(key | authentication data). */
ds_status ds_platform_vouch(ds_platform *platform)
{
    ds_platform_qe_word *word = &platform->qe;
    const ds_pki *pki = &platform->pki;
    ds_sgx_report qe;
    bool short_data = ds_flaws_have(&platform->flaws, DS_FLAW_QE_AUTH_SIZE);
    word->auth_len = sizeof word->auth_data - (short_data ? 1 : 0);
    for (size_t i = 0; i < sizeof word->auth_data; i++)
        word->auth_data[i] = (unsigned char)i;
    const ds_slice bound[] = {{pki->attestation.public_key + 1, DS_QUOTE_KEY_BYTES},
                              {word->auth_data, word->auth_len}};
    ds_platform_qe(&qe, platform, platform->form->tee);
    ds_status status = ds_hash(DS_SHA256, qe.report_data, bound, 2);
    if (status != DS_OK)
        return status;
    ds_sgx_report_write(word->report, &qe);
    ds_flaws_bend(&platform->flaws, DS_AT_QE_REPORT, word->report, sizeof word->report);
    status = ds_p256_sign_rfc6979(word->signature, word->report, sizeof word->report, pki->pck.key);
    ds_flaws_bend(&platform->flaws, DS_AT_QE_SIGNATURE, word->signature, sizeof word->signature);
    return status;
}

/* The parts of a signature section that are made for one quote. */
typedef struct section {
    const ds_pki_party *signer; /* of the quote */
    unsigned char signature[DS_QUOTE_SIGNATURE_BYTES];
    ds_buf certification;
} section;

/* Nobody can decrypt the PPID, as nobody but Intel can a real one. */
static ds_status certify_by_ppid(section *s, const ds_pck *platform)
{
    unsigned char data[PPID_DATA_BYTES], *p = data;
    for (size_t i = 0; i < ENCRYPTED_PPID_BYTES; i++)
        *p++ = (unsigned char)(platform->ppid[i % DS_PPID_BYTES] ^ i);
    memcpy(p, platform->cpu_svn, DS_TCB_SVN_BYTES);
    ds_le16_write(p + DS_TCB_SVN_BYTES, (uint16_t)ds_pck_pce_svn(platform));
    memcpy(p + DS_TCB_SVN_BYTES + 2, platform->pce_id, DS_PCE_ID_BYTES);
    return ds_buf_add(&s->certification, data, sizeof data);
}

/* Platforms end the chain with a NUL. */
static ds_status certify(section *s, const ds_platform *platform)
{
    if (ds_flaws_have(&platform->flaws, DS_FLAW_NO_PCK_CHAIN))
        return certify_by_ppid(s, &platform->pki.platform);
    ds_buf_slice(&s->certification, platform->pki.pck_chain);
    ds_status status = ds_buf_byte(&s->certification, '\0');
    if (status == DS_OK)
        ds_flaws_bend(&platform->flaws, DS_AT_PCK_CHAIN, s->certification.data,
                      s->certification.len);
    return status;
}

/* Adds what is signed, and signs it. */
static ds_status sign(section *s, ds_buf *out, const ds_quote *quote, const ds_platform *platform)
{
    size_t start = out->len, report = start + DS_QUOTE_HEADER_BYTES;
    if (quote->header.version == DS_QUOTE_VERSION_5)
        report += DS_QUOTE_DESCRIPTOR_BYTES;
    ds_status status = ds_quote_write_signed(out, quote);
    if (status != DS_OK)
        return status;
    ds_flaws_bend(&platform->flaws, DS_AT_HEADER, out->data + start, DS_QUOTE_HEADER_BYTES);
    ds_flaws_bend(&platform->flaws, DS_AT_REPORT, out->data + report, out->len - report);
    status =
        ds_p256_sign_rfc6979(s->signature, out->data + start, out->len - start, s->signer->key);
    ds_flaws_bend(&platform->flaws, DS_AT_SIGNATURE, s->signature, sizeof s->signature);
    return status;
}

static ds_status add_section(ds_buf *out, ds_quote *quote, const section *s,
                             const ds_platform *platform)
{
    size_t start = out->len;
    bool by_ppid = ds_flaws_have(&platform->flaws, DS_FLAW_NO_PCK_CHAIN);
    quote->signature = ds_slice_of(s->signature, sizeof s->signature);
    quote->attestation_key = ds_slice_of(s->signer->public_key + 1, DS_QUOTE_KEY_BYTES);
    quote->qe_report = ds_slice_of(platform->qe.report, sizeof platform->qe.report);
    quote->qe_report_signature = ds_slice_of(platform->qe.signature, sizeof platform->qe.signature);
    quote->qe_auth_data = ds_slice_of(platform->qe.auth_data, platform->qe.auth_len);
    quote->inner_type = by_ppid ? DS_CERTIFICATION_PPID_RSA3072 : DS_CERTIFICATION_PCK_CHAIN;
    quote->certification_data = ds_buf_content(&s->certification);
    ds_status status = ds_quote_write_section(out, quote);
    if (status != DS_OK)
        return status;
    ds_flaws_bend(&platform->flaws, DS_AT_SECTION, out->data + start, out->len - start);
    if (ds_flaws_have(&platform->flaws, DS_FLAW_TRUNCATED))
        out->len -= TRUNCATED_BYTES;
    return DS_OK;
}

ds_status ds_platform_quote(ds_buf *out, const ds_platform *platform, const ds_td_report *report,
                            const unsigned char *report_data)
{
    const ds_pki *pki = &platform->pki;
    bool other = ds_flaws_have(&platform->flaws, DS_FLAW_OTHER_KEY);
    section s = {.signer = other ? &pki->other : &pki->attestation};
    ds_quote quote;
    ds_quote_init(&quote);
    ds_buf_init(&s.certification, CHAIN_MAXBYTES);
    fill_body(&quote, platform, report, report_data);
    ds_status status = sign(&s, out, &quote, platform);
    if (status == DS_OK)
        status = certify(&s, platform);
    if (status == DS_OK)
        status = add_section(out, &quote, &s, platform);
    ds_buf_free(&s.certification);
    return status;
}
