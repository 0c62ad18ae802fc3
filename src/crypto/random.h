/* Random bytes fit for keys, from OpenSSL's generator, which survives a fork. */
#ifndef DS_CRYPTO_RANDOM_H
#define DS_CRYPTO_RANDOM_H

#include "base/status.h"

/* Out: len bytes, zeroed on failure. Returns DS_OK or DS_INTERNAL. */
ds_status ds_random(void *out, size_t len) DS_MUST_CHECK;

#endif
