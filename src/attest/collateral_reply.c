#include "attest/collateral_reply.h"

#include "base/hex.h"
#include "base/json_cut.h"
#include "crypto/der.h"
#include "crypto/x509_read.h"

/* What is being put together, and what that needs to own. */
typedef struct assembly {
    ds_collateral c;
    ds_buf pck_crl_chain, tcb_info_chain, qe_identity_chain, pck_chain;
    ds_buf root_crl, pck_crl; /* out of hex */
    unsigned char tcb_info_signature[DS_COLLATERAL_SIGNATURE_BYTES];
    unsigned char qe_identity_signature[DS_COLLATERAL_SIGNATURE_BYTES];
    ds_error *err;
} assembly;

static ds_status wrong(ds_error *err, const char *what, const char *why)
{
    return ds_fail(err, DS_REPLY, "%s: %s", what, why);
}

/* Adds the text of an URL encoding; '+' is no blank here. Returns false when it is malformed. */
static bool percent_decode(ds_buf *out, ds_slice text)
{
    const char *p = text.data;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)p[i];
        if (byte == '%') {
            if (text.len - i < 3 || !ds_hex_decode(&byte, p + i + 1, 2))
                return false;
            i += 2;
        }
        ds_buf_byte(out, byte);
    }
    return true;
}

/* Adds the PEM of a header, which has to hold at least one certificate. */
static ds_status read_chain(ds_buf *out, ds_slice header, const char *what, ds_error *err)
{
    ds_x509_chain chain;
    if (!percent_decode(out, header))
        return wrong(err, what, "it is not in URL encoding");
    ds_status status = ds_buf_status(out);
    if (status != DS_OK)
        return ds_fail(err, status, "%s: %s", what, ds_status_meaning(status));
    status = ds_x509_read_chain(&chain, ds_buf_content(out), what, err);
    if (status == DS_OK && chain.count == 0)
        status = wrong(err, what, "there is no certificate in it");
    ds_x509_chain_free(&chain);
    return status == DS_INVALID ? (err->status = DS_REPLY) : status;
}

static ds_status read_statement(assembly *a, ds_slice body, const char *name, ds_slice *statement,
                                unsigned char signature[DS_COLLATERAL_SIGNATURE_BYTES])
{
    ds_slice hex;
    ds_error inner;
    ds_status status = ds_json_cut(statement, body, name, &inner);
    if (status == DS_OK)
        status = ds_json_cut(&hex, body, "signature", &inner);
    if (status != DS_OK)
        return ds_fail(a->err, status == DS_INVALID ? DS_REPLY : status,
                       "the reply with %s: %.200s", name, inner.text);
    if (statement->len == 0 || *(const char *)statement->data != '{')
        return wrong(a->err, name, "it is no object");
    if (hex.len != 2 * DS_COLLATERAL_SIGNATURE_BYTES + 2 ||
        !ds_hex_decode(signature, (const char *)hex.data + 1, hex.len - 2))
        return wrong(a->err, name, "its signature is not 64 bytes in hex");
    return DS_OK;
}

/* In hex it does not begin as DER does, with the tag of a sequence, but with that in hex. */
static ds_status read_crl(ds_slice *der, ds_buf *own, ds_slice body, const char *what,
                          ds_error *err)
{
    ds_x509_crl list;
    ds_slice text = ds_json_trim(body);
    *der = body;
    if (!ds_der_is(body, DS_DER_SEQUENCE)) {
        unsigned char *bytes = ds_buf_grow(own, text.len / 2);
        if (ds_buf_status(own) != DS_OK)
            return ds_fail(err, ds_buf_status(own), "%s: %s", what,
                           ds_status_meaning(ds_buf_status(own)));
        if (text.len < 2 || !ds_hex_decode(bytes, text.data, text.len))
            return wrong(err, what, "it is neither DER nor hex");
        *der = ds_buf_content(own);
    }
    return ds_x509_read_crl(&list, *der) == DS_OK ? DS_OK
                                                  : wrong(err, what, "it is no revocation list");
}

/* A leaf, which comes in the body, goes before the certificates above it. */
static ds_status read_pck(assembly *a, const ds_collateral_replies *r)
{
    if (r->pck_certificate.len == 0)
        return DS_OK;
    ds_buf_slice(&a->pck_chain, r->pck_certificate);
    ds_buf_byte(&a->pck_chain, '\n');
    return read_chain(&a->pck_chain, r->pck_certificate_chain, "SGX-PCK-Certificate-Issuer-Chain",
                      a->err);
}

static ds_status read_replies(assembly *a, const ds_collateral_replies *r)
{
    ds_status status =
        read_chain(&a->pck_crl_chain, r->pck_crl_chain, "SGX-PCK-CRL-Issuer-Chain", a->err);
    if (status == DS_OK)
        status = read_chain(&a->tcb_info_chain, r->tcb_info_chain, "TCB-Info-Issuer-Chain", a->err);
    if (status == DS_OK)
        status = read_chain(&a->qe_identity_chain, r->qe_identity_chain,
                            "SGX-Enclave-Identity-Issuer-Chain", a->err);
    if (status == DS_OK)
        status = read_pck(a, r);
    if (status == DS_OK)
        status = read_statement(a, r->tcb_info, "tcbInfo", &a->c.tcb_info, a->tcb_info_signature);
    if (status == DS_OK)
        status = read_statement(a, r->qe_identity, "enclaveIdentity", &a->c.qe_identity,
                                a->qe_identity_signature);
    return status;
}

static ds_status read_crls(assembly *a, const ds_collateral_replies *r)
{
    ds_status status =
        read_crl(&a->c.root_ca_crl, &a->root_crl, r->root_ca_crl, "the root's list", a->err);
    if (status == DS_OK)
        status = read_crl(&a->c.pck_crl, &a->pck_crl, r->pck_crl, "the PCK CA's list", a->err);
    return status;
}

ds_status ds_collateral_assemble(ds_buf *json, const ds_collateral_replies *replies, ds_error *err)
{
    assembly a = {.err = err};
    ds_buf *own[] = {&a.pck_crl_chain, &a.tcb_info_chain, &a.qe_identity_chain,
                     &a.pck_chain,     &a.root_crl,       &a.pck_crl};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        ds_buf_init(own[i], DS_REPLY_MAXBYTES);
    ds_status status = read_replies(&a, replies);
    if (status == DS_OK)
        status = read_crls(&a, replies);
    if (status == DS_OK) {
        a.c.pck_crl_issuer_chain = ds_buf_content(&a.pck_crl_chain);
        a.c.tcb_info_issuer_chain = ds_buf_content(&a.tcb_info_chain);
        a.c.qe_identity_issuer_chain = ds_buf_content(&a.qe_identity_chain);
        a.c.pck_certificate_chain = ds_buf_content(&a.pck_chain);
        a.c.tcb_info_signature = ds_slice_of(a.tcb_info_signature, sizeof a.tcb_info_signature);
        a.c.qe_identity_signature =
            ds_slice_of(a.qe_identity_signature, sizeof a.qe_identity_signature);
        status = ds_collateral_write(json, &a.c, err);
    }
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        ds_buf_free(own[i]);
    return status;
}

/* id-ce-cRLDistributionPoints, 2.5.29.31. */
static const unsigned char distribution_points[] = {0x55, 0x1d, 0x1f};

/* DistributionPoint ::= SEQUENCE { [0] { [0] GeneralNames } }, a URL being [6] IA5String. */
#define URL_TAG 0x86

static bool first_url(ds_slice *url, ds_slice value)
{
    ds_slice points, point, name, names;
    unsigned char tag;
    if (!ds_der_take(&value, DS_DER_SEQUENCE, &points, NULL) ||
        !ds_der_take(&points, DS_DER_SEQUENCE, &point, NULL) ||
        !ds_der_take(&point, DS_DER_CONTEXT(0), &name, NULL) ||
        !ds_der_take(&name, DS_DER_CONTEXT(0), &names, NULL))
        return false;
    while (ds_der_any(&names, &tag, url))
        if (tag == URL_TAG)
            return true;
    return false;
}

static bool crl_url(ds_slice *url, const ds_x509_cert *cert)
{
    ds_x509_entry entry;
    for (ds_slice rest = cert->extensions; ds_x509_next_extension(&rest, &entry);)
        if (ds_slice_equal(entry.oid, ds_slice_of(distribution_points, sizeof distribution_points)))
            return first_url(url, entry.value);
    return false;
}

ds_status ds_collateral_crl_url(ds_buf *url, ds_slice chain, ds_error *err)
{
    static const char what[] = "SGX-Enclave-Identity-Issuer-Chain";
    ds_x509_chain certs = {.count = 0};
    ds_slice found;
    ds_buf pem;
    ds_buf_init(&pem, DS_REPLY_MAXBYTES);
    ds_status status = read_chain(&pem, chain, what, err);
    if (status == DS_OK)
        status = ds_x509_read_chain(&certs, ds_buf_content(&pem), what, err);
    if (status == DS_OK && !crl_url(&found, &certs.certs[certs.count - 1]))
        status = wrong(err, what, "its last certificate names no revocation list");
    if (status == DS_OK && (status = ds_buf_slice(url, found)) != DS_OK)
        ds_fail(err, status, "%s: the URL is too long", what);
    ds_x509_chain_free(&certs);
    ds_buf_free(&pem);
    return status;
}
