/* Whether a quote is genuine: Intel's DCAP verification of SGX and TDX quotes, offline.
 *
 * Follows dcap-qvl 0.5 step for step, which is what dstack's own verifier stands on; where Intel's
 * library decides otherwise, see docs/attestation.md. Each step is run or is listed as not checked
 * with the reason: none can be left out. The steps follow each other, and the first that fails ends
 * the verification. */
#ifndef DS_ATTEST_VERIFY_H
#define DS_ATTEST_VERIFY_H

#include "attest/collateral.h"
#include "attest/pck.h"
#include "attest/quote.h"
#include "crypto/x509_path.h"

/*  name                 word                     what has been shown when it passed */
#define DS_STEP_LIST(X)                                                                            \
    X(QUOTE, "quote",                                                                              \
      "the quote is whole, of a kind that is known, and of Intel's quoting enclave")               \
    X(COLLATERAL, "collateral", "the collateral is complete")                                      \
    X(CRLS, "crls", "both revocation lists can be read")                                           \
    X(ROOT, "root", "the root is not revoked, by a list that it signed itself")                    \
    X(TCB_INFO, "tcb_info", "the TCB info can be read")                                            \
    X(TCB_INFO_DATES, "tcb_info_dates", "the TCB info has been issued and has not expired")        \
    X(TCB_INFO_CHAIN, "tcb_info_chain", "the TCB info's signer leads to the root, none revoked")   \
    X(TCB_INFO_SIGNATURE, "tcb_info_signature", "the TCB info is signed by that signer")           \
    X(QE_IDENTITY, "qe_identity", "the QE identity can be read")                                   \
    X(QE_IDENTITY_DATES, "qe_identity_dates",                                                      \
      "the QE identity has been issued and has not expired")                                       \
    X(QE_IDENTITY_CHAIN, "qe_identity_chain",                                                      \
      "the QE identity's signer leads to the root, none revoked")                                  \
    X(QE_IDENTITY_SIGNATURE, "qe_identity_signature", "the QE identity is signed by that signer")  \
    X(QE_IDENTITY_KIND, "qe_identity_kind", "the QE identity is for quotes of this kind")          \
    X(PCK_CHAIN, "pck_chain", "the platform's certificate leads to the root, none revoked")        \
    X(PCK_EXTENSION, "pck_extension", "the platform's certificate says which platform it is")      \
    X(QE_REPORT_SIGNATURE, "qe_report_signature",                                                  \
      "the platform signed the quoting enclave's report")                                          \
    X(ATTESTATION_KEY, "attestation_key", "the quoting enclave made the attestation key")          \
    X(QE_REPORT, "qe_report", "the quoting enclave is the one that the QE identity describes")     \
    X(QE_TCB, "qe_tcb", "the quoting enclave's version has a TCB level")                           \
    X(QUOTE_SIGNATURE, "quote_signature", "the attestation key signed the quote")                  \
    X(PLATFORM, "platform", "the TCB info is for this platform and this kind of quote")            \
    X(TCB_LEVEL, "tcb_level", "the platform's versions have a TCB level")                          \
    X(TDX_MODULE, "tdx_module", "the TDX module is Intel's, and its version has a TCB level")      \
    X(TCB_STATUS, "tcb_status", "nothing in the TCB is revoked")                                   \
    X(ATTRIBUTES, "attributes", "what runs is closed to the host: no debug, no reserved bits")

typedef enum ds_step {
#define DS_STEP_ENUM(name, word, meaning) DS_STEP_##name,
    DS_STEP_LIST(DS_STEP_ENUM)
#undef DS_STEP_ENUM
        DS_STEP_COUNT
} ds_step;

typedef enum ds_step_state { DS_STEP_NOT_CHECKED, DS_STEP_PASSED, DS_STEP_FAILED } ds_step_state;

/* The reason is NULL for a step that simply passed; it lives as long as the result. */
typedef struct ds_step_result {
    ds_step_state state;
    const char *reason;
} ds_step_result;

typedef struct ds_dcap_options {
    int64_t now;           /* Unix seconds: nobody asks a clock */
    ds_slice root;         /* DER of the one trusted root; empty: Intel's */
    bool allow_debug;      /* memory open to the host is no failure */
    bool allow_service_td; /* a TD 1.5 may be bound to a service TD */
    ds_known_good *known;  /* what verifications of other quotes have learnt, and this one does; all
                              steps run with it as they do without. NULL: nothing is kept */
} ds_dcap_options;

/* What was found out. After a failure: as far as the steps came. Everything points into the quote,
 * which has to outlive it, or into what the result owns. */
typedef struct ds_dcap_result {
    ds_step_result steps[DS_STEP_COUNT];
    ds_quote quote; /* to be believed once all steps passed */
    bool has_pck;   /* DS_STEP_PCK_EXTENSION passed */
    ds_pck pck;
    ds_tcb_verdict platform; /* with the TDX module's: valid once DS_STEP_TDX_MODULE was passed */
    ds_tcb_verdict qe;       /* once DS_STEP_QE_TCB passed */
    ds_tcb_verdict merged;   /* of both, once DS_STEP_TCB_STATUS was reached */
    uint32_t tcb_evaluation_number; /* the lower of TCB info's and QE identity's */
    ds_validity validity;           /* within which the same call has the same result */
    ds_error error;                 /* why the failed step failed */
    ds_collateral collateral;
    ds_json_doc documents[2];
    ds_arena arena;
} ds_dcap_result;

/* Verifies a quote. In: quote; collateral, JSON as collateral.h has it. Out: *result, to be freed
 * in every case. Returns DS_OK when all steps passed that apply, whatever the TCB status but
 * Revoked: how good it has to be is the caller's to say. Else what the failed step failed with:
 * DS_INVALID, DS_UNSUPPORTED, DS_TOO_LARGE (quote or collateral cannot be read), DS_EXPIRED,
 * DS_VERIFY, DS_MEMORY, DS_INTERNAL. */
ds_status ds_dcap_verify(ds_dcap_result *result, ds_slice quote, ds_slice collateral,
                         const ds_dcap_options *options, ds_error *err) DS_MUST_CHECK;

void ds_dcap_result_free(ds_dcap_result *result);

/* Returns a step's stable word, and what has been shown when it passed. */
const char *ds_step_word(ds_step step);
const char *ds_step_meaning(ds_step step);

/* Returns "passed", "failed" or "not_checked". */
const char *ds_step_state_word(ds_step_state state);

#endif
