/* Signing certificates and lists of revoked ones in a way that can be repeated; for this room. */
#ifndef DS_CRYPTO_X509_SEAL_H
#define DS_CRYPTO_X509_SEAL_H

#include "base/buf.h"

/* Adds a signed structure (RFC 5280, 4.1 and 5.1): what is signed, ecdsa-with-SHA256, and the
 * signature by ds_p256_sign_rfc6979. In: tbs, DER that names the same algorithm.
 * Returns DS_OK, DS_INVALID (scalar), DS_TOO_LARGE, DS_MEMORY or DS_INTERNAL. */
ds_status ds_x509_seal(ds_buf *der, ds_slice tbs, const unsigned char scalar[32]) DS_MUST_CHECK;

#endif
