/* Collateral from what Intel's service (PCS, API version 4) or a cache of it (PCCS) replies.
 *
 * Source: Intel PCS API version 4. Certificate chains stand in headers, PEM in URL encoding; the
 * two signed statements stand in objects beside their signatures, and what is signed is the very
 * text between the braces: it is cut out, never written anew. */
#ifndef DS_ATTEST_COLLATERAL_REPLY_H
#define DS_ATTEST_COLLATERAL_REPLY_H

#include "attest/collateral.h"

/* No chain or list is longer than this, decoded. */
#define DS_REPLY_MAXBYTES (1u << 20)

typedef struct ds_collateral_replies {
    ds_slice pck_crl;               /* DER, the body of .../pckcrl?encoding=der */
    ds_slice pck_crl_chain;         /* its header SGX-PCK-CRL-Issuer-Chain */
    ds_slice root_ca_crl;           /* DER, or DER in hex as a PCCS has it */
    ds_slice tcb_info;              /* the body of .../tcb */
    ds_slice tcb_info_chain;        /* its header TCB-Info-Issuer-Chain, or SGX-TCB-Info-... */
    ds_slice qe_identity;           /* the body of .../qe/identity */
    ds_slice qe_identity_chain;     /* its header SGX-Enclave-Identity-Issuer-Chain */
    ds_slice pck_certificate;       /* PEM, the body of .../pckcert; empty: the quote has it */
    ds_slice pck_certificate_chain; /* its header SGX-PCK-Certificate-Issuer-Chain */
} ds_collateral_replies;

/* Adds the collateral's JSON document, see collateral.h. Returns DS_OK, or DS_REPLY for what cannot
 * be read, which the message names; DS_TOO_LARGE, DS_MEMORY. */
ds_status ds_collateral_assemble(ds_buf *json, const ds_collateral_replies *replies,
                                 ds_error *err) DS_MUST_CHECK;

/* Finds where the list of the root is to be had: the first URL among the CRL distribution points of
 * the last certificate in a chain as headers have it. Adds it. Returns DS_OK, DS_REPLY, or as
 * above. */
ds_status ds_collateral_crl_url(ds_buf *url, ds_slice chain, ds_error *err) DS_MUST_CHECK;

#endif
