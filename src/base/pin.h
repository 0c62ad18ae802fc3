/* How pins are written. A pin tells who a TLS peer is by the hash of its public key: "sha256//" and
 * the base64 of the SHA-256 of the SubjectPublicKeyInfo's DER (RFC 7469, section 2.4; the prefix is
 * curl's). A list of pins has ';' between them, and each of its keys will do. */
#ifndef DS_BASE_PIN_H
#define DS_BASE_PIN_H

#include "base/slice.h"
#include "base/status.h"

#define DS_PIN_PREFIX    "sha256//"
#define DS_PIN_SEPARATOR ";"
#define DS_PIN_BYTES     32 /* of a hash */

/* Returns DS_OK when the text is a list of at least one pin, DS_INVALID, or DS_MEMORY. */
ds_status ds_pin_check(ds_slice list, ds_error *err) DS_MUST_CHECK;

#endif
