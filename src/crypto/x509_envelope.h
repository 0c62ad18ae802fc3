/* What certificates and revocation lists have in common; a part of x509_read.c. */
#ifndef DS_CRYPTO_X509_ENVELOPE_H
#define DS_CRYPTO_X509_ENVELOPE_H

#include "crypto/x509_read.h"

/* SEQUENCE { what is signed, the algorithm, the signature }. */
typedef struct ds_x509_envelope {
    ds_slice tbs;     /* what is signed */
    ds_slice content; /* of that */
    ds_slice algorithm;
    ds_slice signature;
} ds_x509_envelope;

/* Returns false when the bytes are no such thing, or more than one. */
bool ds_x509_open(ds_x509_envelope *e, ds_slice der) DS_MUST_CHECK;

/* Returns whether the signature is ECDSA with SHA-256 and numbers of 32 bytes; then raw is r | s.
 */
bool ds_x509_raw_signature(unsigned char raw[DS_X509_SIGNATURE_BYTES],
                           const ds_x509_envelope *e) DS_MUST_CHECK;

/* The standard's own extensions are id-ce, 2.5.29.n. Returns n, or 0 for another one. */
unsigned ds_x509_ce_number(ds_slice oid);

#endif
