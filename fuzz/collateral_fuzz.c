/* Collateral and its parts. Input: a byte that says which, then the text:
 * 0, 1 a document, with which a quote (TDX, SGX) is verified; 2 TCB info and 3 QE identity in an
 * otherwise good one; 4 a certificate chain in PEM; 5 a certificate or revocation list in DER;
 * 6 the reply of a service; 7 a header with a chain; 8 a date.
 * No signature is looked at: ds_signed_by here says that each is good. */
#include "attest/collateral_reply.h"
#include "attest/pck.h"
#include "base/json_cut.h"
#include "base/time.h"
#include "fuzz.h"
#include "verify_fuzz.h"

#define OUT_MAX (1u << 16)

static void try_document(unsigned which, ds_slice text)
{
    const fuzz_case *known = fuzz_case_of(which);
    ds_collateral c;
    ds_error err;
    ds_buf again;
    fuzz_verify(known, known->quote, text, known->now);
    if (ds_collateral_parse(&c, text, &err) != DS_OK)
        return;
    ds_buf_init(&again, 8 * text.len + 1024);
    PROMISE(ds_collateral_write(&again, &c, &err) == DS_OK);
    ds_collateral_free(&c);
    PROMISE(ds_collateral_parse(&c, ds_buf_content(&again), &err) == DS_OK);
    ds_collateral_free(&c);
    ds_buf_free(&again);
}

/* In: which member of a good document is replaced. */
static void try_statement(unsigned which, ds_slice text)
{
    const fuzz_case *known = fuzz_case_of(0);
    ds_collateral c;
    ds_error err;
    ds_buf json;
    PROMISE(ds_collateral_parse(&c, known->collateral, &err) == DS_OK);
    *(which == 0 ? &c.tcb_info : &c.qe_identity) = text;
    ds_buf_init(&json, DS_COLLATERAL_MAXBYTES);
    if (ds_collateral_write(&json, &c, &err) == DS_OK)
        fuzz_verify(known, known->quote, ds_buf_content(&json), known->now);
    ds_buf_free(&json);
    ds_collateral_free(&c);
}

static void try_certificate(const ds_x509_cert *cert)
{
    ds_pck pck;
    ds_error err;
    ds_x509_common_name(cert->subject);
    if (ds_pck_read(&pck, cert, &err) != DS_OK)
        PROMISE(err.status == DS_INVALID && pck.cpu_svn[0] == 0);
}

static void try_chain(ds_slice pem)
{
    const fuzz_case *known = fuzz_case_of(0);
    ds_x509_chain chain;
    ds_x509_trust trust = {.now = known->now};
    ds_validity validity = {INT64_MIN, INT64_MAX};
    ds_error err;
    PROMISE(ds_x509_read(&trust.anchor, known->root) == DS_OK);
    if (ds_x509_read_chain(&chain, pem, "chain", &err) != DS_OK)
        return;
    for (size_t i = 0; i < chain.count; i++)
        try_certificate(&chain.certs[i]);
    if (chain.count > 0) /* without lists nothing is believed */
        PROMISE(ds_x509_path(&trust, &chain, &validity, &err) != DS_OK);
    ds_x509_chain_free(&chain);
}

static void try_der(ds_slice der)
{
    ds_x509_cert cert;
    ds_x509_crl crl;
    if (ds_x509_read(&cert, der) == DS_OK)
        try_certificate(&cert);
    if (ds_x509_read_crl(&crl, der) == DS_OK)
        ds_x509_crl_lists(&crl, ds_slice_of("\1", 1));
}

static void try_reply(ds_slice text)
{
    ds_error err;
    ds_slice value;
    ds_json_doc doc;
    if (ds_json_cut(&value, text, "tcbInfo", &err) != DS_OK)
        return;
    PROMISE(ds_json_parse(&doc, value.data, value.len, &err) == DS_OK);
    ds_json_free(&doc);
}

static void try_header(ds_slice text)
{
    ds_buf url;
    ds_error err;
    ds_buf_init(&url, OUT_MAX);
    ds_status status = ds_collateral_crl_url(&url, text, &err);
    PROMISE(status == DS_OK || status == DS_REPLY || status == DS_TOO_LARGE);
    ds_buf_free(&url);
}

static void try_date(ds_slice text)
{
    char out[DS_TIME_BYTES];
    int64_t seconds, again;
    if (!ds_time_from_rfc3339(&seconds, text) || seconds < -62135596800 || seconds > 253402300799)
        return;
    ds_time_text(out, seconds);
    PROMISE(ds_time_from_rfc3339(&again, ds_slice_of(out, DS_TIME_BYTES - 1)) && again == seconds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const others[])(ds_slice) = {try_chain, try_der, try_reply, try_header, try_date};
    ds_slice input = {data, size};
    unsigned kind = fuzz_byte(&input);
    if (kind < 2)
        try_document(kind, input);
    else if (kind < 4)
        try_statement(kind - 2, input);
    else if (kind < 9)
        others[kind - 4](input);
    return 0;
}
