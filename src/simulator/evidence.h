/* What a verifier of the simulated machine's quotes is given in files: the root to believe, and the
 * collateral. */
#ifndef DS_SIMULATOR_EVIDENCE_H
#define DS_SIMULATOR_EVIDENCE_H

#include "simulator/platform.h"

/* Zeroed: nothing has been written. */
typedef struct ds_evidence {
    char *root_file; /* a temporary one with the root's certificate, PEM, or NULL */
} ds_evidence;

/* Writes them. In: root, where that goes, or NULL for a temporary file; collateral, likewise,
 * without the PCK chain, which quotes carry, or NULL for none. Out: *evidence, to be freed in any
 * case. Fails with DS_INVALID, naming the file. */
ds_status ds_evidence_write(ds_evidence *evidence, const ds_platform *platform, const char *root,
                            const char *collateral, ds_error *err) DS_MUST_CHECK;

/* Removes the temporary file; those that somebody named stay. */
void ds_evidence_free(ds_evidence *evidence);

#endif
