/* What a certificate says about the machine that holds its key: RA-TLS.
 *
 * dstack's extensions under 1.3.6.1.4.1.62397.1: .8, an attestation; where that is missing, .1, a
 * quote, and .2, its event log as JSON. What is in them stands in an OCTET STRING of its own. Those
 * prove themselves; the others, .3, .4 and .9, are the word of whoever signed the certificate. */
#ifndef DS_ATTEST_ATTESTED_CERTIFICATE_H
#define DS_ATTEST_ATTESTED_CERTIFICATE_H

#include "attest/app_info.h"
#include "attest/tdreport.h"

#include <stdint.h>

typedef struct ds_certified {
    ds_slice attestation; /* empty: the next two are there instead */
    ds_slice quote;
    ds_slice event_log;
    unsigned char report_data[DS_REPORT_DATA_BYTES]; /* that the certificate's key asks for */

    ds_slice key;       /* SubjectPublicKeyInfo */
    int64_t not_before; /* Unix seconds; not judged */
    int64_t not_after;

    /* What the issuer says; empty where it says nothing. */
    ds_slice app_id;
    ds_slice usage; /* text, such as "app:custom" */
    bool has_info;
    ds_app_info info;
    ds_slice scripts[DS_APP_INFO_MAXSCRIPTS];
} ds_certified;

/* Reads a certificate, DER; it is not judged: neither signature nor dates. Where .8 is there, .1
 * and .2 are not looked at. Out: *c, pointing into the DER and to itself, so that it must not be
 * copied; zeroed on failure. Returns DS_OK; DS_INVALID for no certificate, an extension that is
 * there twice or of another form; DS_VERIFY where there is no evidence in it; DS_INTERNAL. */
ds_status ds_certified_read(ds_certified *c, ds_slice der, ds_error *err) DS_MUST_CHECK;

#endif
