#include "solana/address.h"

#include "base/base58.h"

ds_status ds_solana_text_read(unsigned char *out, size_t size, ds_slice text, ds_error *err)
{
    const size_t longest = size * 11 / 8; /* log 256 / log 58 is a little less */
    ds_buf bytes;
    memset(out, 0, size);
    if (text.len > longest)
        return ds_fail(err, DS_INVALID, "base58 of %lu characters; %lu bytes have at most %lu",
                       (unsigned long)text.len, (unsigned long)size, (unsigned long)longest);
    ds_buf_init(&bytes, longest);
    ds_status status = ds_base58_decode(&bytes, text, err);
    if (status == DS_OK && bytes.len != size)
        status = ds_fail(err, DS_INVALID, "base58 of %lu bytes instead of %lu",
                         (unsigned long)bytes.len, (unsigned long)size);
    if (status == DS_OK)
        memcpy(out, bytes.data, size);
    ds_buf_free(&bytes);
    return status;
}
