/* X.509 certificates (RFC 5280): a small issuer for P-256, and what replies are checked with.
 *
 * Certificates and keys go in and out as PEM, one block each, read as pem.h says. Whatever reads
 * one returns DS_TOO_LARGE above DS_X509_MAXBYTES (keys: 8192 bytes), and DS_MEMORY, besides what
 * is listed. */
#ifndef DS_CRYPTO_X509_H
#define DS_CRYPTO_X509_H

#include "base/buf.h"
#include "crypto/p256.h"

#include <stdbool.h>
#include <stdint.h>

/* The largest certificate that is read, in bytes of DER. One with an attestation is large. */
#define DS_X509_MAXBYTES (16u << 20)

/* The largest number of alternative names, and of extra extensions, of one certificate. */
#define DS_X509_LISTMAX 1024

typedef struct ds_x509_extension {
    const char *oid; /* dotted numbers */
    bool critical;
    ds_slice der; /* the content of extnValue's OCTET STRING */
} ds_x509_extension;

/* What a certificate says. Names are text with a length: NUL is a character like others. */
typedef struct ds_x509_template {
    ds_slice subject_o;  /* UTF-8; empty: no O */
    ds_slice subject_cn; /* UTF-8; empty: a CN that is empty */
    const ds_slice *alt_names;
    size_t alt_count;
    int64_t not_before; /* Unix seconds, years 0 to 9999 */
    int64_t not_after;
    bool server_auth;
    bool client_auth;
    bool is_ca;
    bool key_ids;      /* with subjectKeyIdentifier and authorityKeyIdentifier in any case */
    bool reproducible; /* signed with ds_p256_sign_rfc6979 */
    const ds_x509_extension *extra; /* written last, in this order */
    size_t extra_count;
} ds_x509_template;

/* Issues a certificate, signed with ECDSA-SHA256 and, unless it is to be reproducible, a random
 * nonce. The rest is fixed by the
 * arguments:
 * serial: the first 20 bytes of SHA-256(subject_pub), top bit cleared; version 3.
 * times: UTCTime for the years 1950 to 2049, GeneralizedTime otherwise; their order is not judged.
 * subject: O if given, then CN, each UTF8String and an RDN of its own.
 * extensions: subjectAltName if there are names (IP addresses as iPAddress, all else as dNSName);
 * keyUsage, critical: digitalSignature, for a CA also keyCertSign and cRLSign; extKeyUsage:
 * serverAuth, clientAuth, if asked for; for a CA subjectKeyIdentifier (the first 20 bytes of
 * SHA-256 of the SubjectPublicKeyInfo) and basicConstraints, critical, path length 1; with key_ids
 * the former for any other too, and authorityKeyIdentifier, for which the issuer needs one; extra.
 * In: issuer_cert, whose subject becomes the issuer; empty: self-signed. issuer_scalar must be
 * its key, or the subject's.
 * Out: PEM is added to *pem_out; as before on failure.
 * Returns DS_OK, DS_INVALID, DS_TOO_LARGE, DS_MEMORY or DS_INTERNAL. */
ds_status ds_x509_issue(ds_buf *pem_out, const ds_x509_template *t,
                        const unsigned char subject_pub[65], ds_slice issuer_cert,
                        const unsigned char issuer_scalar[32], ds_error *err) DS_MUST_CHECK;

/* What a list of revoked certificates says (RFC 5280, section 5). */
typedef struct ds_x509_crl_template {
    int64_t this_update; /* Unix seconds, years 0 to 9999 */
    int64_t next_update;
    const ds_slice *revoked; /* certificates, PEM, revoked at this_update */
    size_t revoked_count;
} ds_x509_crl_template;

/* Issues such a list: version 2, with authorityKeyIdentifier and cRLNumber 1, signed with
 * ds_p256_sign_rfc6979. In: issuer_cert, PEM; issuer_scalar, its key.
 * Out: DER is added to *der_out; as before on failure.
 * Returns DS_OK, DS_INVALID, DS_TOO_LARGE, DS_MEMORY or DS_INTERNAL. */
ds_status ds_x509_issue_crl(ds_buf *der_out, const ds_x509_crl_template *crl, ds_slice issuer_cert,
                            const unsigned char issuer_scalar[32], ds_error *err) DS_MUST_CHECK;

/* Returns DS_OK when the text is one certificate that can be parsed, else DS_INVALID. Neither
 * its signature nor its times are judged. */
ds_status ds_x509_check_pem(ds_slice cert_pem, ds_error *err) DS_MUST_CHECK;

/* Out: the certificate's P-256 key, 04 | x | y; zeroed on failure.
 * Returns DS_OK, or DS_INVALID for another kind of key or no certificate. */
ds_status ds_x509_public_key(unsigned char out[65], ds_slice cert_pem, ds_error *err) DS_MUST_CHECK;

/* Out: when a certificate begins and ends to be in date, in Unix seconds; zeroed on failure.
 * Returns DS_OK, or DS_INVALID for no certificate, or one whose times are none. */
ds_status ds_x509_times(int64_t *not_before, int64_t *not_after, ds_slice cert_pem,
                        ds_error *err) DS_MUST_CHECK;

/* Checks that a key ("PRIVATE KEY", PKCS#8, of any type OpenSSL knows) is the one a certificate
 * is for, by using it where it can sign. The public part a key file carries is not believed.
 * Returns DS_OK; DS_INVALID when one of the two cannot be read; DS_VERIFY when they do not belong
 * together. */
ds_status ds_x509_key_matches(ds_slice key_pem, ds_slice cert_pem, ds_error *err) DS_MUST_CHECK;

#endif
