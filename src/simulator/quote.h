/* Quotes and attestations of the simulated machine. */
#ifndef DS_SIMULATOR_QUOTE_H
#define DS_SIMULATOR_QUOTE_H

#include "attest/versioned.h"
#include "simulator/identity.h"

/* The largest attestation is DS_ATTESTATION_MAXBYTES; a quote is about 5 KiB. */
#define DS_SIMULATOR_QUOTE_MAXBYTES 16384

/* Adds a quote with the identity's registers, which its platform vouches for. In: report_data,
 * DS_REPORT_DATA_BYTES. */
ds_status ds_simulator_quote(ds_buf *out, const ds_identity *identity,
                             const unsigned char *report_data) DS_MUST_CHECK;

/* Adds a versioned attestation: such a quote with the whole event log; certificate: reduced to what
 * certificates carry. */
ds_status ds_simulator_attestation(ds_buf *out, ds_attestation_form form,
                                   const ds_identity *identity, const unsigned char *report_data,
                                   bool certificate, ds_error *err) DS_MUST_CHECK;

#endif
