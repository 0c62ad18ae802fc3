#include "crypto/random.h"

#include "base/wipe.h"

#include <openssl/err.h>
#include <openssl/rand.h>

#define CHUNK_BYTES ((size_t)1 << 20) /* RAND takes an int */

ds_status ds_random(void *out, size_t len)
{
    unsigned char *p = out;
    ERR_set_mark();
    bool good = true;
    for (size_t done = 0; good && done < len;) {
        size_t n = len - done < CHUNK_BYTES ? len - done : CHUNK_BYTES;
        good = RAND_priv_bytes(p + done, (int)n) == 1;
        done += n;
    }
    ERR_pop_to_mark();
    if (!good)
        ds_wipe(out, len);
    return good ? DS_OK : DS_INTERNAL;
}
