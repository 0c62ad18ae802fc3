/* What a certificate says about the machine that holds its key: RA-TLS.
 *
 * dstack's extensions under 1.3.6.1.4.1.62397.1: .8, an attestation; where that is missing, .1, a
 * quote, and .2, its event log as JSON. What is in them stands in an OCTET STRING of its own. */
#ifndef DS_ATTEST_ATTESTED_CERTIFICATE_H
#define DS_ATTEST_ATTESTED_CERTIFICATE_H

#include "attest/tdreport.h"
#include "base/status.h"

typedef struct ds_certified {
    ds_slice attestation; /* empty: the next two are there instead */
    ds_slice quote;
    ds_slice event_log;
    unsigned char report_data[DS_REPORT_DATA_BYTES]; /* that the certificate's key asks for */
} ds_certified;

/* Reads a certificate, DER; it is not judged. Out: *c, pointing into it; zeroed on failure. Returns
 * DS_OK; DS_INVALID for no certificate, or an extension of another form; DS_VERIFY where there is
 * no evidence in it; DS_INTERNAL. */
ds_status ds_certified_read(ds_certified *c, ds_slice der, ds_error *err) DS_MUST_CHECK;

#endif
