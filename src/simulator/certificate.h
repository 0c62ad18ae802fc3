/* TLS certificates as agents with a local CA issue them: GetTlsKey's, and the one Info shows.
 *
 * Source: upstream's ra-tls/src/cert.rs, whose layout is reproduced to the byte. */
#ifndef DS_SIMULATOR_CERTIFICATE_H
#define DS_SIMULATOR_CERTIFICATE_H

#include "simulator/identity.h"

/* Where no time is asked for: from 1975-01-01 until ten years from now. Unix seconds. */
#define DS_CERTIFICATE_NOT_BEFORE 157766400
#define DS_CERTIFICATE_LIFETIME   ((int64_t)3650 * 86400)

/* 9999-12-31 23:59:59, the last second X.509 can write. */
#define DS_CERTIFICATE_LATEST 253402300799

#define DS_CERTIFICATE_MAXBYTES ((size_t)24 << 20)

typedef struct ds_certificate_order {
    ds_slice subject; /* CN, may be empty */
    const ds_slice *alt_names;
    size_t alt_count;
    ds_ratls_form ra_tls; /* with an attestation whose report data is bound to the key */
    bool server_auth;
    bool client_auth;
    bool app_info;
    int64_t not_before;
    int64_t not_after;
} ds_certificate_order;

/* Draws a key pair as agents do: HKDF of 32 random bytes, P-256. Out: zeroed on failure. */
ds_status ds_certificate_new_key(unsigned char key[DS_P256_KEYBYTES], ds_error *err) DS_MUST_CHECK;

/* Adds the leaf as PEM, signed by the identity's CA.
 * Fails with DS_INVALID and upstream's words for an alternative name that is not ASCII. */
ds_status ds_certificate_issue(ds_buf *pem, const ds_identity *identity,
                               const ds_certificate_order *order,
                               const unsigned char key[DS_P256_KEYBYTES],
                               ds_error *err) DS_MUST_CHECK;

/* Makes Info's demo certificate: leaf, empty line, CA. In: now, Unix seconds. */
ds_status ds_certificate_demo(ds_buf *pem, const ds_identity *identity, int64_t now,
                              ds_error *err) DS_MUST_CHECK;

#endif
