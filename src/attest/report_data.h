/* The 64 bytes that a quote vouches for. */
#ifndef DS_ATTEST_REPORT_DATA_H
#define DS_ATTEST_REPORT_DATA_H

#include "attest/tdreport.h"
#include "base/status.h"

/* Appends zeros, as the agents do. In: at most DS_REPORT_DATA_BYTES bytes, else DS_INVALID.
 * Out: DS_REPORT_DATA_BYTES bytes, zeroed on failure. */
ds_status ds_report_data_pad(unsigned char *out, ds_slice data) DS_MUST_CHECK;

/* What binds an RA-TLS certificate to a quote: SHA-512("ratls-cert:" | spki).
 * In: the certificate's SubjectPublicKeyInfo, DER. Out: as above. Source: dstack's RA-TLS. */
ds_status ds_report_data_ratls(unsigned char *out, ds_slice spki) DS_MUST_CHECK;

#endif
