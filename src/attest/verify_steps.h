/* The steps of a verification, a function each; a part of verify.c. */
#ifndef DS_ATTEST_VERIFY_STEPS_H
#define DS_ATTEST_VERIFY_STEPS_H

#include "attest/verify.h"

#define DS_CRL_COUNT 2

/* What the steps hand on to each other. */
typedef struct ds_verifier {
    const ds_dcap_options *options;
    ds_slice quote_bytes;
    ds_slice collateral_bytes;
    ds_dcap_result *result;
    ds_error *err;    /* the result's */
    const char *note; /* of a step that passed: what is special about it */
    bool not_checked; /* a step did not apply; note says why */
    ds_x509_trust trust;
    ds_keyring keys;
    ds_x509_crl crls[DS_CRL_COUNT];
    ds_x509_chain tcb_chain, qe_chain, pck_chain;
    const ds_x509_cert *qe_signer;
    ds_tcb_info tcb_info;
    ds_qe_identity qe_identity;
    ds_sgx_report qe_report;
    unsigned char attestation_key[1 + DS_QUOTE_KEY_BYTES]; /* 04 | x | y */
} ds_verifier;

/* One function for each of DS_STEP_LIST, ds_step_QUOTE and so on: returns DS_OK, or writes into err
 * why not. */
typedef ds_status ds_step_function(ds_verifier *v);
#define DS_STEP_DECLARE(name, word, meaning) ds_step_function ds_step_##name;
DS_STEP_LIST(DS_STEP_DECLARE)
#undef DS_STEP_DECLARE

static inline bool ds_verifier_is_tdx(const ds_verifier *v)
{
    return v->result->quote.header.tee_type == DS_TEE_TDX;
}

/* Checks a signature. In: what is signed by whom, for the message. */
ds_status ds_verifier_signed(ds_verifier *v, ds_slice key, ds_slice text, ds_slice signature,
                             const char *what) DS_MUST_CHECK;

/* Reads a chain of PEM and looks for a path from its first certificate to the root. */
ds_status ds_verifier_chain(ds_verifier *v, ds_x509_chain *chain, ds_slice pem,
                            const char *what) DS_MUST_CHECK;

#endif
