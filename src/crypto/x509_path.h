/* From a certificate up to one trusted root (RFC 5280, section 6), every certificate on the way
 * asked after in a revocation list.
 *
 * The rules are those of webpki, by which the verifiers in use judge the same certificates:
 * - the first certificate of a chain is judged, the others are a pool in any order; the root in it
 *   is harmless and optional, since the only anchor is the given one;
 * - the first may not be a CA, all others have to be, within their path length, and at most
 *   DS_X509_PATH_MAX of them lie between the first and the root;
 * - at `now` each is valid, none has a critical extension that is not understood, and one that has
 *   an extended key usage has serverAuth in it;
 * - for each there is a list of its issuer, signed by it, not outdated, and it is not in it.
 * Beyond webpki, an issuer that has a key usage must have keyCertSign in it. Signatures are ECDSA
 * by P-256 with SHA-256 and nothing else. */
#ifndef DS_CRYPTO_X509_PATH_H
#define DS_CRYPTO_X509_PATH_H

#include "crypto/signed.h"
#include "crypto/x509_read.h"

#define DS_X509_PATH_MAX 6

/* From when to when what was used is good, both included. */
typedef struct ds_validity {
    int64_t from;
    int64_t until;
} ds_validity;

typedef struct ds_x509_trust {
    ds_x509_cert anchor; /* of which name, key and key usage count */
    ds_x509_crl *crls; /* of one issuer the first counts; they remember whose signature was good */
    size_t crl_count;
    int64_t now;      /* Unix seconds */
    ds_keyring *keys; /* NULL: none is kept */
} ds_x509_trust;

/* Judges the anchor by the lists, as any other certificate is: it is in its own, which is signed by
 * itself. Out: *validity is narrowed. Returns as ds_x509_path does. */
ds_status ds_x509_anchor_check(const ds_x509_trust *trust, ds_validity *validity,
                               ds_error *err) DS_MUST_CHECK;

/* Looks for a path from the first certificate of a chain, which has at least one, to the anchor.
 * Out: *validity is narrowed by all certificates and lists of the path.
 * Returns DS_OK; DS_EXPIRED for what was good once; DS_VERIFY; DS_MEMORY or DS_INTERNAL. What is
 * said is what stood in the way first. */
ds_status ds_x509_path(const ds_x509_trust *trust, const ds_x509_chain *chain,
                       ds_validity *validity, ds_error *err) DS_MUST_CHECK;

/* Narrows a span of time. */
void ds_validity_narrow(ds_validity *validity, int64_t from, int64_t until);

#endif
