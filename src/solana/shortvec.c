#include "solana/shortvec.h"

#include "solana/take.h"

#define MORE 0x80u
#define BITS 7

ds_status ds_shortvec_put(ds_buf *out, size_t n)
{
    if (n > DS_SHORTVEC_MAX && out->status == DS_OK)
        out->status = DS_TOO_LARGE;
    for (; n >= MORE; n >>= BITS)
        ds_buf_byte(out, (unsigned char)((n & (MORE - 1)) | MORE));
    return ds_buf_byte(out, (unsigned char)n);
}

bool ds_shortvec_take(size_t *n, ds_slice *input)
{
    *n = 0;
    for (unsigned shift = 0; *n <= DS_SHORTVEC_MAX; shift += BITS) {
        const unsigned char *byte = ds_take(input, 1);
        if (byte == NULL || (*byte == 0 && shift > 0))
            return false; /* cut off, or a zero in front, which a shorter form does without */
        *n |= (size_t)(*byte & (MORE - 1)) << shift;
        if ((*byte & MORE) == 0)
            return *n <= DS_SHORTVEC_MAX;
        if (shift == 2 * BITS)
            return false;
    }
    return false;
}
