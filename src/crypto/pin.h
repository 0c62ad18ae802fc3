/* Pins, see base/pin.h, of the keys in certificates. */
#ifndef DS_CRYPTO_PIN_H
#define DS_CRYPTO_PIN_H

#include "base/buf.h"
#include "base/pin.h"

/* The longest list that is made. */
#define DS_PIN_LISTMAX  32
#define DS_PIN_MAXBYTES (DS_PIN_LISTMAX * (sizeof DS_PIN_SEPARATOR DS_PIN_PREFIX + 43))

/* Adds the pins of all keys in a text of PEM blocks, each a "CERTIFICATE" or a "PUBLIC KEY"; text
 * around them is passed over (RFC 7468, section 5.2).
 * Out: *pins, bounded by DS_PIN_MAXBYTES; its content is as before on failure.
 * Returns DS_OK, DS_INVALID (no block, one of another kind, a malformed one), DS_TOO_LARGE,
 * DS_MEMORY or DS_INTERNAL. */
ds_status ds_pin_from_pem(ds_buf *pins, ds_slice pem, ds_error *err) DS_MUST_CHECK;

#endif
