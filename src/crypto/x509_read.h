/* Reading X.509 certificates and revocation lists (RFC 5280) as they stand, without building
 * objects: every slice points into the DER. What is read is the part of the standard that chains of
 * P-256 keys need; a certificate of another kind is read too, but has no usable key or signature.
 *
 * OpenSSL reads more, and takes longer for one certificate than for the signature on it. */
#ifndef DS_CRYPTO_X509_READ_H
#define DS_CRYPTO_X509_READ_H

#include "base/buf.h"

#include <stdint.h>

/* What one certificate may have, and one text of several. */
#define DS_X509_EXTENSIONS_MAX 64
#define DS_X509_CHAIN_MAX      10

#define DS_X509_SIGNATURE_BYTES 64

/* Bits of keyUsage, the first one being the highest of the first byte. */
#define DS_X509_KEY_CERT_SIGN 0x04
#define DS_X509_CRL_SIGN      0x02

typedef struct ds_x509_cert {
    ds_slice tbs;    /* what is signed */
    ds_slice serial; /* content of the INTEGER */
    ds_slice issuer; /* names are whole elements, compared byte by byte */
    ds_slice subject;
    int64_t not_before; /* Unix seconds */
    int64_t not_after;
    ds_slice key; /* SubjectPublicKeyInfo, of whatever kind */
    ds_slice extensions;
    bool has_unknown_critical; /* an extension that must be understood, and is not */
    bool is_ca;
    bool has_path_length;
    uint32_t path_length;
    bool has_key_usage;
    unsigned char key_usage; /* DS_X509_KEY_CERT_SIGN and others */
    bool has_extended_usage;
    bool server_auth;
    bool is_p256_signed; /* ECDSA with SHA-256: then the next one is r | s */
    unsigned char signature[DS_X509_SIGNATURE_BYTES];
} ds_x509_cert;

typedef struct ds_x509_crl {
    ds_slice tbs;
    ds_slice issuer;
    int64_t next_update;
    ds_slice entries;
    unsigned char signature[DS_X509_SIGNATURE_BYTES];
    ds_slice verified_by; /* the key that its signature has been checked with; empty: none yet */
} ds_x509_crl;

/* Certificates of one text, with the bytes they point into. */
typedef struct ds_x509_chain {
    ds_buf der;
    size_t count;
    ds_x509_cert certs[DS_X509_CHAIN_MAX];
} ds_x509_chain;

/* One extension. */
typedef struct ds_x509_entry {
    ds_slice oid; /* content of the OBJECT IDENTIFIER */
    bool critical;
    ds_slice value; /* content of the OCTET STRING */
} ds_x509_entry;

/* Reads one certificate: version 3, no extension twice. Out: *cert; zeroed on failure.
 * Returns DS_OK or DS_INVALID. */
ds_status ds_x509_read(ds_x509_cert *cert, ds_slice der) DS_MUST_CHECK;

/* Reads one revocation list: version 2, with nextUpdate and extensions, signed with ECDSA and
 * SHA-256; whole, so neither a delta nor one that has a scope or other issuers' certificates. Out:
 * *crl; zeroed on failure. Returns DS_OK or DS_INVALID. */
ds_status ds_x509_read_crl(ds_x509_crl *crl, ds_slice der) DS_MUST_CHECK;

/* Returns whether the list has that serial number. */
bool ds_x509_crl_lists(const ds_x509_crl *crl, ds_slice serial);

/* Reads the certificates of a text of PEM blocks, between and behind which blanks and NULs may
 * stand.
 * In: what, for messages. Out: *chain, to be freed in every case; it may have no certificates.
 * Returns DS_OK, DS_INVALID, DS_TOO_LARGE above DS_X509_CHAIN_MAX, or DS_MEMORY. */
ds_status ds_x509_read_chain(ds_x509_chain *chain, ds_slice pem, const char *what,
                             ds_error *err) DS_MUST_CHECK;

/* Wipes and frees; a zeroed chain is allowed. */
void ds_x509_chain_free(ds_x509_chain *chain);

/* Takes the next extension off the front. Returns false at the end, and where they are malformed.
 */
bool ds_x509_next_extension(ds_slice *extensions, ds_x509_entry *entry);

/* Returns the value of a name's first commonName, or an empty slice. */
ds_slice ds_x509_common_name(ds_slice name);

#endif
