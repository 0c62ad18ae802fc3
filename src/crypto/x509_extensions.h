/* The extensions of an issued certificate; a part of x509_issue.c. */
#ifndef DS_CRYPTO_X509_EXTENSIONS_H
#define DS_CRYPTO_X509_EXTENSIONS_H

#include "crypto/x509.h"

#include <openssl/x509.h>

/* Adds what the template asks for, in the order that ds_x509_issue promises. In: a template whose
 * names and sizes have been checked; pub, the subject's key. Returns false on failure. */
bool ds_x509_add_extensions(X509 *cert, const ds_x509_template *t,
                            const unsigned char pub[65]) DS_MUST_CHECK;

#endif
