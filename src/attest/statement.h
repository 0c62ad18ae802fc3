/* Intel's two signed statements, TCB info and QE identity: which versions of platform, TDX module
 * and quoting enclave are in which state.
 *
 * Source: Intel PCS API version 4, "Get TCB Info" and "Get QE Identity", tcbInfo versions 2 and 3
 * with lists of components. Reading says what is written; whether it is signed, of today and about
 * this platform is the verifier's to check. What is read lives as long as the document and the
 * arena. */
#ifndef DS_ATTEST_STATEMENT_H
#define DS_ATTEST_STATEMENT_H

#include "attest/sgx_report.h"
#include "attest/tcb.h"
#include "base/json.h"

/* The longest list that is read; the real ones have up to twenty members. */
#define DS_STATEMENT_LISTMAX 4096

#define DS_FMSPC_BYTES  6
#define DS_PCE_ID_BYTES 2

/* What both begin with. */
typedef struct ds_statement {
    ds_slice id; /* "SGX", "TDX"; "QE", "TD_QE" */
    uint32_t version;
    int64_t issued; /* Unix seconds */
    int64_t next_update;
    uint32_t evaluation_number; /* tcbEvaluationDataNumber */
} ds_statement;

/* One state of a platform: all of its components have at least these versions. */
typedef struct ds_tcb_level {
    ds_slice sgx; /* a byte a component */
    ds_slice tdx;
    uint32_t pce_svn;
    size_t position; /* in the statement */
    ds_tcb_verdict verdict;
} ds_tcb_level;

/* One state of an enclave or module that has one version. */
typedef struct ds_isv_level {
    uint32_t isv_svn;
    ds_tcb_verdict verdict;
} ds_isv_level;

typedef struct ds_isv_levels {
    ds_isv_level *list;
    size_t count;
} ds_isv_levels;

/* Who signed a TDX module, and its attributes as far as a mask says. */
typedef struct ds_tdx_module {
    ds_slice id; /* "TDX_01"; empty in the one without a version */
    unsigned char mr_signer[DS_MR_BYTES];
    unsigned char attributes[DS_ATTRIBUTE_BYTES];
    unsigned char mask[DS_ATTRIBUTE_BYTES];
    ds_isv_levels levels;
} ds_tdx_module;

typedef struct ds_tcb_info {
    ds_statement head;
    unsigned char fmspc[DS_FMSPC_BYTES];
    unsigned char pce_id[DS_PCE_ID_BYTES];
    uint32_t type;
    ds_tcb_level *levels;
    size_t level_count;
    bool has_module;
    ds_tdx_module module;
    ds_tdx_module *identities; /* by version of the module */
    size_t identity_count;
} ds_tcb_info;

typedef struct ds_qe_identity {
    ds_statement head;
    unsigned char misc_select[DS_SGX_MISC_BYTES];
    unsigned char misc_mask[DS_SGX_MISC_BYTES];
    unsigned char attributes[DS_SGX_ATTRIBUTES_BYTES];
    unsigned char attributes_mask[DS_SGX_ATTRIBUTES_BYTES];
    unsigned char mr_signer[DS_SGX_MR_BYTES];
    uint32_t product;
    ds_isv_levels levels;
} ds_qe_identity;

/* Out: *info; what it points to lives in the document and the arena.
 * Returns DS_OK, DS_INVALID, DS_TOO_LARGE or DS_MEMORY. */
ds_status ds_tcb_info_read(ds_tcb_info *info, const ds_json *root, ds_arena *arena,
                           ds_error *err) DS_MUST_CHECK;
ds_status ds_qe_identity_read(ds_qe_identity *identity, const ds_json *root, ds_arena *arena,
                              ds_error *err) DS_MUST_CHECK;

/* Sorts the levels, best first: by SGX components, then the PCE's version, then, in a TDX
 * statement, TDX components. Equal ones keep their order. */
void ds_tcb_info_sort(ds_tcb_info *info);

/* Returns the first level that an enclave or module of this version reaches, or NULL. */
const ds_isv_level *ds_isv_level_find(const ds_isv_levels *levels, uint32_t svn);

#endif
