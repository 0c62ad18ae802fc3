/* The one public-key operation of everything that verifies quotes and their certificates. It stands
 * alone so that what measures can count it, and what fuzzes parsers can leave it out. */
#ifndef DS_CRYPTO_SIGNED_H
#define DS_CRYPTO_SIGNED_H

#include "base/slice.h"
#include "base/status.h"

/* Checks an ECDSA signature by P-256 over SHA-256 of a text.
 * In: key, 04 | x | y or SubjectPublicKeyInfo; signature, r | s, 64 bytes.
 * Returns DS_OK; DS_VERIFY when it is not this key's over this text, or the key is none of P-256;
 * DS_MEMORY or DS_INTERNAL. */
ds_status ds_signed_by(ds_slice key, ds_slice text,
                       const unsigned char signature[64]) DS_MUST_CHECK;

#endif
