/* The extensions of what is issued; a part of x509_issue.c and x509_crl.c. */
#ifndef DS_CRYPTO_X509_EXTENSIONS_H
#define DS_CRYPTO_X509_EXTENSIONS_H

#include "crypto/x509.h"

#include <openssl/x509.h>

/* authorityKeyIdentifier with the id of the issuer's key. */
#define DS_X509_AUTHORITY_OID  "2.5.29.35"
#define DS_X509_AUTHORITYBYTES 24

/* In: oid, dotted numbers; der, the content of extnValue's OCTET STRING. Returns an extension, to
 * be freed, or NULL. */
X509_EXTENSION *ds_x509_extension_new(const char *oid, bool critical, ds_slice der);

/* Out: the content of an authorityKeyIdentifier that names the issuer's subjectKeyIdentifier.
 * Returns false when it has none, or one of another length than ours. */
bool ds_x509_authority(unsigned char der[DS_X509_AUTHORITYBYTES], const X509 *issuer) DS_MUST_CHECK;

/* Adds what the template asks for, in the order that ds_x509_issue promises. In: a template whose
 * names and sizes have been checked; pub, the subject's key; issuer, NULL for the certificate
 * itself. Returns false on failure. */
bool ds_x509_add_extensions(X509 *cert, const ds_x509_template *t, const unsigned char pub[65],
                            const X509 *issuer) DS_MUST_CHECK;

#endif
