/* Whom a transport believes over https.
 *
 * Without pins: whose certificate leads to the system's CAs, or to those of ca_file instead, and is
 * for the host's name and in date. With pins: who has one of their keys; TLS proves that, so names,
 * dates and issuers do not count, and a certificate that nobody vouches for will do. With both, all
 * of it must hold.
 *
 * By evidence: whoever shows a certificate and proves, in TLS, to have its key. That is nobody yet:
 * the caller has to judge the certificate before a byte is sent. */
#ifndef DS_HTTP_TRUST_H
#define DS_HTTP_TRUST_H

#include "base/slice.h"
#include "http/curl_api.h"

#include <stdbool.h>

typedef struct ds_trust {
    char *ca_file; /* PEM certificates, or NULL */
    char *pins;    /* as in base/pin.h, or NULL */
    bool by_evidence;
} ds_trust;

/* In: copies are made of both, either of which may be NULL; tls, whether certificates are shown at
 * all. Out: *trust, to be freed by ds_trust_free also after a failure.
 * Fails with DS_INVALID (no pins; pins without TLS, which nothing would look at), DS_MEMORY. */
ds_status ds_trust_init(ds_trust *trust, const char *ca_file, const char *pins, bool tls,
                        ds_error *err) DS_MUST_CHECK;

/* A zeroed one is allowed. */
void ds_trust_free(ds_trust *trust);

/* Sets the options of a handle. */
CURLcode ds_trust_apply(const ds_trust *trust, const ds_curl_api *api, CURL *easy);

#endif
