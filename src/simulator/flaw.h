/* Flaws: what is wrong with the evidence of a simulated machine, and with the collateral it is
 * judged by, when it is told to: the command line's --attest-fault NAME[:STATUS].
 *
 * All of them are rows of one table (flaw_table.c). Most are data: a bit of a structure that is
 * turned over before or after it is signed, a piece of a text that is replaced before it is signed,
 * a time that is moved. Whoever makes such a structure hands it over to be bent, and knows nothing
 * of what there may be; only those that change what is made have a name of their own here. */
#ifndef DS_SIMULATOR_FLAW_H
#define DS_SIMULATOR_FLAW_H

#include "attest/verify.h"
#include "base/buf.h"
#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

#define DS_FLAWS_MAX 32

/* What can be bent. */
typedef enum ds_flaw_place {
    DS_AT_NOTHING,
    /* certificates: their times */
    DS_AT_PCK,
    DS_AT_PCK_CA,
    DS_AT_SIGNER,
    DS_AT_CPU_SVN, /* of the PCK certificate's extension */
    /* the quote: before it is signed, but for signatures and what is around them */
    DS_AT_HEADER,
    DS_AT_REPORT,
    DS_AT_REPORT_DATA,
    DS_AT_SIGNATURE,
    DS_AT_QE_REPORT,
    DS_AT_QE_SIGNATURE,
    DS_AT_PCK_CHAIN,
    DS_AT_SECTION,
    /* collateral: texts before they are signed, CRLs afterwards */
    DS_AT_TCB_INFO,
    DS_AT_TCB_SIGNATURE,
    DS_AT_QE_IDENTITY,
    DS_AT_QE_IDENTITY_SIGNATURE,
    DS_AT_PCK_CRL,
    DS_AT_ROOT_CRL,
    DS_AT_COLLATERAL, /* the file */
    /* around the quote: what an attestation says beside it, the machine's configuration, the KMS's
     * signature over the application's root key */
    DS_AT_STATED_DATA,
    DS_AT_CONFIG,
    DS_AT_KMS_LINK,
    /* certificates of applications */
    DS_AT_RATLS_DATA,
    DS_AT_APP_INFO
} ds_flaw_place;

/* Those that need code where things are made. */
typedef enum ds_flaw_id {
    DS_FLAW_DATA, /* none of them */
    DS_FLAW_OTHER_ROOT,
    DS_FLAW_ROOT_REVOKED,
    DS_FLAW_PCK_REVOKED,
    DS_FLAW_PCK_CA_REVOKED,
    DS_FLAW_SIGNER_REVOKED,
    DS_FLAW_PCK_FORGED,
    DS_FLAW_PCK_IS_CA,
    DS_FLAW_PCK_CA_IS_LEAF,
    DS_FLAW_SIGNER_IS_CA,
    DS_FLAW_PCK_PLAIN,
    DS_FLAW_PCK_CRL_OTHER,
    DS_FLAW_NO_TCB_CHAIN,
    DS_FLAW_NO_QE_CHAIN,
    DS_FLAW_CHAIN_WITHOUT_CA,
    DS_FLAW_NO_PCK_CHAIN,
    DS_FLAW_TRUNCATED,
    DS_FLAW_OTHER_KEY,
    DS_FLAW_QE_AUTH_SIZE,
    DS_FLAW_EVENT_LOG,
    DS_FLAW_EVENT_ORDER,
    DS_FLAW_EVENT_TWICE
} ds_flaw_id;

/* Which quotes have what a flaw is about. */
typedef enum ds_flaw_needs {
    DS_NEEDS_NOTHING,
    DS_NEEDS_TDX,
    DS_NEEDS_TD15, /* TD report 1.5 */
    DS_NEEDS_SGX
} ds_flaw_needs;

typedef struct ds_flaw_row {
    const char *form;  /* the name; then ":STATUS" where it takes one */
    const char *help;  /* what is wrong then */
    ds_step step;      /* of verification, that has to fail; or DS_STEP_COUNT, and */
    const char *after; /* who has to refuse it who uses the verified quote */
    ds_flaw_id id;
    ds_flaw_place place;
    const char *field;      /* of a report; NULL: the structure as a whole */
    int offset;             /* of a byte in it, from the end where it is negative */
    unsigned char mask;     /* the bits of it that turn over; 0: none */
    int days;               /* by which times move */
    const char *find, *put; /* texts; put may hold one %s for the status */
    ds_flaw_needs needs;
} ds_flaw_row;

/* The table; a row without a form ends it. */
extern const ds_flaw_row ds_flaw_rows[];

/* Returns a word for what has to find it: a step, of attest/verify.h or of lua/dstack/attest;
 * "policy"; "nobody", where dcap-qvl and we do not look. */
const char *ds_flaw_finder(const ds_flaw_row *row);

typedef struct ds_flaw {
    const ds_flaw_row *row;
    const char *status; /* behind the colon, or NULL */
} ds_flaw;

/* Zeroed: nothing is wrong. */
typedef struct ds_flaws {
    ds_flaw list[DS_FLAWS_MAX];
    size_t count;
} ds_flaws;

/* In: text, NAME or NAME:STATUS; what it points to must live as long as the list.
 * Fails with DS_INVALID for a name that is none, for a status that is, and for too many. */
ds_status ds_flaws_add(ds_flaws *flaws, const char *text, ds_error *err) DS_MUST_CHECK;

/* Returns whether it is in the list. */
bool ds_flaws_have(const ds_flaws *flaws, ds_flaw_id id);

/* Turns over the bits of a structure that are to be wrong. */
void ds_flaws_bend(const ds_flaws *flaws, ds_flaw_place place, unsigned char *bytes, size_t len);

/* Replaces the pieces of a text that are to be wrong. Returns ds_buf_status(text). */
ds_status ds_flaws_retell(const ds_flaws *flaws, ds_flaw_place place, ds_buf *text);

/* Returns by how many seconds the times of something are wrong. */
int64_t ds_flaws_seconds(const ds_flaws *flaws, ds_flaw_place place);

#endif
