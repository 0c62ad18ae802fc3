/* The 64 bytes that a quote vouches for. */
#ifndef DS_ATTEST_REPORT_DATA_H
#define DS_ATTEST_REPORT_DATA_H

#include "attest/tdreport.h"
#include "base/status.h"

/* The name of no hash at all. */
#define DS_APP_DATA_RAW "raw"

/* Appends zeros, as the agents do. In: at most DS_REPORT_DATA_BYTES bytes, else DS_INVALID.
 * Out: DS_REPORT_DATA_BYTES bytes, zeroed on failure. */
ds_status ds_report_data_pad(unsigned char *out, ds_slice data) DS_MUST_CHECK;

/* What binds an RA-TLS certificate to a quote: SHA-512("ratls-cert:" | spki).
 * In: the certificate's SubjectPublicKeyInfo, DER. Out: as above. Source: dstack's RA-TLS. */
ds_status ds_report_data_ratls(unsigned char *out, ds_slice spki) DS_MUST_CHECK;

/* What Tappd's TdxQuote makes of its arguments. */
typedef struct ds_app_data {
    unsigned char report_data[DS_REPORT_DATA_BYTES];
    ds_slice hash_algorithm; /* the names in force, as the agent echoes them; they point into the */
    ds_slice prefix;         /* arguments or are constant */
} ds_app_data;

/* H(prefix ":" data), zeros behind; where a name is empty, "sha512" and "app-data". "raw" is no
 * hash: the data are the report data, and there is no prefix.
 * Out: *out, its report data zeroed on failure. Fails with DS_INVALID and the agents' own words:
 * "invalid hash algorithm", "invalid content length" (raw, and not DS_REPORT_DATA_BYTES). */
ds_status ds_report_data_app(ds_app_data *out, ds_slice data, ds_slice hash_algorithm,
                             ds_slice prefix, ds_error *err) DS_MUST_CHECK;

#endif
