/* Reading from the front of a run of bytes. */
#ifndef DS_SOLANA_TAKE_H
#define DS_SOLANA_TAKE_H

#include "base/slice.h"

/* Takes n bytes off the input. Returns where they begin, or NULL when there are fewer. */
static inline const unsigned char *ds_take(ds_slice *input, size_t n)
{
    ds_slice bytes;
    return ds_slice_take(input, n, &bytes) ? bytes.data : NULL;
}

#endif
