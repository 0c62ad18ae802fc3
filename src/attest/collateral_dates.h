/* From when to when collateral can be used, by its own words. Nothing is verified: it is what a
 * cache goes by. */
#ifndef DS_ATTEST_COLLATERAL_DATES_H
#define DS_ATTEST_COLLATERAL_DATES_H

#include "attest/collateral.h"

typedef struct ds_collateral_dates {
    int64_t issued;      /* Unix seconds: the later of both statements' */
    int64_t next_update; /* the earliest of statements and revocation lists */
} ds_collateral_dates;

/* In: JSON as collateral.h has it. Out: *dates. Returns DS_OK, DS_INVALID, DS_TOO_LARGE or
 * DS_MEMORY. */
ds_status ds_collateral_dates_read(ds_collateral_dates *dates, ds_slice json,
                                   ds_error *err) DS_MUST_CHECK;

#endif
