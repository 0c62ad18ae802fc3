/* Is this an Ed25519 public key at all? OpenSSL only tells when it verifies, and then does not say
 * whether key or signature was wrong. */
#ifndef DS_CRYPTO_EDWARDS_H
#define DS_CRYPTO_EDWARDS_H

#include "base/status.h"

/* Decides whether 32 bytes decode to a point of edwards25519 (RFC 8032, 5.1.3): with y the number
 * without its top bit, reduced mod p, whether (y^2 - 1) / (d y^2 + 1) is a square. As
 * ed25519-dalek does, a y of p or more and a negative zero are let pass.
 * Returns DS_OK, DS_INVALID or DS_MEMORY. */
ds_status ds_edwards_point_check(const unsigned char *key) DS_MUST_CHECK;

#endif
