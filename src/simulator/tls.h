/* What listeners at ports show over TLS: one key, its certificate from the identity's CA, and that
 * CA in a file for clients. The key is derived from the CA's, so a pin of it outlives a restart. */
#ifndef DS_SIMULATOR_TLS_H
#define DS_SIMULATOR_TLS_H

#include "simulator/identity.h"

/* A zeroed one is allowed to be freed. */
typedef struct ds_tls {
    ds_buf key;    /* PEM, NUL at its end */
    ds_buf chain;  /* PEM, likewise: leaf and CA */
    ds_buf pin;    /* of the key, see base/pin.h */
    char *ca_file; /* absolute path */
} ds_tls;

/* Makes all of it; the key stays in memory. The file is in $TMPDIR or /tmp, readable for all, under
 * a name that nobody knows before it is whole.
 * Out: *tls, to be freed; zeroed on failure. Fails with DS_INVALID (no file can be there),
 * DS_MEMORY, DS_INTERNAL. */
ds_status ds_tls_make(ds_tls *tls, const ds_identity *identity, ds_error *err) DS_MUST_CHECK;

/* Wipes, frees, and removes the file. */
void ds_tls_free(ds_tls *tls);

#endif
