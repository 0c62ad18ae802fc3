/* The simulated platform: who vouches for the machine, and in which form. Bytes from bytes: nothing
 * here looks at the host, but for the time where none is given. */
#ifndef DS_SIMULATOR_PLATFORM_H
#define DS_SIMULATOR_PLATFORM_H

#include "attest/quote.h"
#include "simulator/pki.h"

/* What the machine's TDX module and SEAM loader are, which its TD reports say and its collateral
 * finds up to date. */
#define DS_MODULE_SVN     6
#define DS_MODULE_VERSION 1
#define DS_LOADER_SVN     3

/* Of a QE's authentication data; dcap-qvl takes no other length. */
#define DS_PLATFORM_AUTH_BYTES 32

/* A quote's form. */
typedef struct ds_quote_form {
    const char *name;
    const char *help;
    uint16_t version;
    uint32_t tee;
    ds_quote_body body;
} ds_quote_form;

/* Returns the forms there are, the standard one first; a row without a name ends them. */
const ds_quote_form *ds_quote_forms(void);

typedef struct ds_platform_options {
    const char *seed; /* of all keys and ids; NULL: the one that is built in */
    const char *form; /* a name of ds_quote_forms; NULL: the first one */
    int64_t now;      /* Unix seconds that count as now; 0: the clock's */
    ds_flaws flaws;
} ds_platform_options;

/* The quoting enclave's word for the attestation key, which is in every quote. */
typedef struct ds_platform_qe_word {
    unsigned char report[DS_SGX_REPORT_BYTES];
    unsigned char signature[DS_QUOTE_SIGNATURE_BYTES]; /* the PCK's */
    unsigned char auth_data[DS_PLATFORM_AUTH_BYTES];
    size_t auth_len;
} ds_platform_qe_word;

typedef struct ds_platform {
    ds_pki pki;
    ds_platform_qe_word qe;
    const ds_quote_form *form;
    int64_t now; /* as in the options */
    ds_flaws flaws;
} ds_platform;

/* Out: *platform, to be freed; zeroed on failure. Fails with DS_INVALID for an unknown form, and
 * for a flaw that quotes of this form cannot have. */
ds_status ds_platform_make(ds_platform *platform, const ds_platform_options *options,
                           ds_error *err) DS_MUST_CHECK;

/* A zeroed one is allowed. */
void ds_platform_free(ds_platform *platform);

/* Returns the Unix seconds from which what the platform is judged by holds: the last midnight (UTC)
 * that is a day ago, so that it is the same all day long and no clock is too slow for it. */
int64_t ds_platform_issued(const ds_platform *platform);

/* Out: the report of a TEE's quoting enclave without report data, as its identity has it. */
void ds_platform_qe(ds_sgx_report *qe, const ds_platform *platform, uint32_t tee);

/* Makes the QE's word; a part of ds_platform_make. In: pki, form and flaws. */
ds_status ds_platform_vouch(ds_platform *platform) DS_MUST_CHECK;

/* Adds a quote in the platform's form. In: report, the TD's, whose report data do not count (where
 * the form is SGX's, a made-up enclave is quoted); report_data, DS_REPORT_DATA_BYTES. */
ds_status ds_platform_quote(ds_buf *out, const ds_platform *platform, const ds_td_report *report,
                            const unsigned char *report_data) DS_MUST_CHECK;

#endif
