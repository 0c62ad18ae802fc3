/* The states that Intel's statements give the platforms, modules and enclaves they speak of.
 * Source: Intel PCS API version 4, "Get TCB Info", and DCAP's merging of several of them. */
#ifndef DS_ATTEST_TCB_H
#define DS_ATTEST_TCB_H

#include "base/arena.h"
#include "base/status.h"

#include <stdint.h>

/* From good to bad; merging takes the worse one. */
#define DS_TCB_STATUS_LIST(X)                                                                      \
    X(UP_TO_DATE, "UpToDate")                                                                      \
    X(SW_HARDENING, "SWHardeningNeeded")                                                           \
    X(CONFIGURATION, "ConfigurationNeeded")                                                        \
    X(CONFIGURATION_AND_SW_HARDENING, "ConfigurationAndSWHardeningNeeded")                         \
    X(OUT_OF_DATE, "OutOfDate")                                                                    \
    X(OUT_OF_DATE_CONFIGURATION, "OutOfDateConfigurationNeeded")                                   \
    X(REVOKED, "Revoked")

typedef enum ds_tcb_status {
#define DS_TCB_STATUS_ENUM(name, word) DS_TCB_##name,
    DS_TCB_STATUS_LIST(DS_TCB_STATUS_ENUM)
#undef DS_TCB_STATUS_ENUM
        DS_TCB_STATUS_COUNT
} ds_tcb_status;

/* Returns Intel's word. */
const char *ds_tcb_status_name(ds_tcb_status status);

/* Returns false, leaving *status alone, for a word that is none of Intel's. */
bool ds_tcb_status_by_name(ds_tcb_status *status, ds_slice name) DS_MUST_CHECK;

/* What a statement says of one thing. The texts belong to the statement. */
typedef struct ds_tcb_verdict {
    ds_tcb_status status;
    int64_t date; /* tcbDate, Unix seconds */
    const ds_slice *advisories;
    size_t advisory_count;
} ds_tcb_verdict;

/* Of a and b: the worse status, the earlier date, the advisories of a and those of b that are not
 * among them. Out: *out, which may be *a. Returns DS_OK or DS_MEMORY. */
ds_status ds_tcb_merge(ds_tcb_verdict *out, const ds_tcb_verdict *a, const ds_tcb_verdict *b,
                       ds_arena *arena) DS_MUST_CHECK;

#endif
