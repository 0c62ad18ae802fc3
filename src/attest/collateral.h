/* What a quote is verified with: Intel's signed statements, their certificates, and the lists of
 * revoked ones, as one JSON document.
 *
 * Source: dcap-qvl's QuoteCollateralV3, which is the field's format: texts of PEM and of the signed
 * JSON, bytes in hex of either case. Members nobody knows are passed over. Nothing is judged here
 * but the form; pck_crl_issuer_chain is kept for others and never used. */
#ifndef DS_ATTEST_COLLATERAL_H
#define DS_ATTEST_COLLATERAL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"

/* The real ones have up to 20 KB. More than this is refused before it is parsed. */
#define DS_COLLATERAL_MAXBYTES (8u << 20)

typedef struct ds_collateral {
    ds_slice pck_crl_issuer_chain;
    ds_slice root_ca_crl; /* DER */
    ds_slice pck_crl;     /* DER */
    ds_slice tcb_info_issuer_chain;
    ds_slice tcb_info; /* the very bytes that are signed */
    ds_slice tcb_info_signature;
    ds_slice qe_identity_issuer_chain;
    ds_slice qe_identity;
    ds_slice qe_identity_signature;
    ds_slice pck_certificate_chain; /* empty: the quote has it */
    ds_json_doc doc;                /* these two own what was parsed */
    ds_arena bytes;
} ds_collateral;

#define DS_COLLATERAL_SIGNATURE_BYTES 64

/* Reads a document. Out: *c, to be freed; zeroed on failure. In: json, which need not outlive this.
 * Returns DS_OK, DS_INVALID, DS_TOO_LARGE above DS_COLLATERAL_MAXBYTES, or DS_MEMORY. */
ds_status ds_collateral_parse(ds_collateral *c, ds_slice json, ds_error *err) DS_MUST_CHECK;

/* Writes a document, compact, with its members in the order above. Returns DS_OK, DS_INVALID for
 * text that is not UTF-8, or ds_buf_status(out). */
ds_status ds_collateral_write(ds_buf *out, const ds_collateral *c, ds_error *err) DS_MUST_CHECK;

/* Frees what parsing took; a zeroed one is allowed. */
void ds_collateral_free(ds_collateral *c);

#endif
