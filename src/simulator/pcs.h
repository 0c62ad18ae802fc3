/* The collateral of the simulated platform: what a verifier needs to judge its quotes by, as
 * Intel's Provisioning Certification Service says it (API version 4), and as one file. */
#ifndef DS_SIMULATOR_PCS_H
#define DS_SIMULATOR_PCS_H

#include "simulator/platform.h"

#define DS_PCS_MAXBYTES ((size_t)64 << 10)

/* What tells the best levels of platform, TDX module and QE from each other and from the rest, and
 * what stands behind it; for the table of flaws. */
#define DS_PLATFORM_DATE "\"tcbDate\":\"2026-02-11T00:00:00Z\","
#define DS_MODULE_DATE   "\"tcbDate\":\"2026-02-12T00:00:00Z\","
#define DS_QE_DATE       "\"tcbDate\":\"2026-02-13T00:00:00Z\","
#define DS_GOOD          "\"tcbStatus\":\"UpToDate\""
#define DS_SIMULATED     "\"tcbStatus\":\"%s\",\"advisoryIDs\":[\"SIMULATED-SA-00001\"]"

typedef struct ds_pcs {
    ds_arena arena;                   /* holds what the slices point to */
    const ds_flaws *flaws;            /* the platform's */
    ds_slice pck_chain, pck_ca_chain; /* PEM; these belong to the platform */
    ds_slice other_ca_chain;          /* likewise, of the CA that other platforms have */
    ds_slice tcb_info_chain, qe_identity_chain;
    ds_slice root_crl, pck_crl;     /* DER */
    ds_slice other_crl;             /* of that other CA */
    ds_slice tcb_info, qe_identity; /* JSON text, as it is signed */
    unsigned char tcb_info_signature[DS_P256_SIGNATUREBYTES];
    unsigned char qe_identity_signature[DS_P256_SIGNATUREBYTES];
} ds_pcs;

/* Makes all of it, as it is now: see ds_platform_issued. In: tee, whose TCB info and QE identity.
 * Out: *pcs, to be freed before the platform; zeroed on failure.
 * Fails with DS_MEMORY or DS_INTERNAL. */
ds_status ds_pcs_make(ds_pcs *pcs, const ds_platform *platform, uint32_t tee,
                      ds_error *err) DS_MUST_CHECK;

/* A zeroed one is allowed. */
void ds_pcs_free(ds_pcs *pcs);

/* Adds it as the document that verifiers take, see attest/collateral.h. In: with_pck_chain, for
 * quotes that carry none. Returns ds_buf_status(json). */
ds_status ds_pcs_write(ds_buf *json, const ds_pcs *pcs, bool with_pck_chain,
                       ds_error *err) DS_MUST_CHECK;

#endif
