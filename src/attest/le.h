/* Little-endian integers, as Intel's structures and SCALE have them. */
#ifndef DS_ATTEST_LE_H
#define DS_ATTEST_LE_H

#include "base/slice.h"

#include <stdint.h>

static inline uint16_t ds_le16_read(const unsigned char *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t ds_le32_read(const unsigned char *p)
{
    return (uint32_t)ds_le16_read(p) | (uint32_t)ds_le16_read(p + 2) << 16;
}

static inline void ds_le16_write(unsigned char *p, uint16_t n)
{
    p[0] = (unsigned char)(n & 0xff);
    p[1] = (unsigned char)(n >> 8);
}

static inline void ds_le32_write(unsigned char *p, uint32_t n)
{
    ds_le16_write(p, (uint16_t)(n & 0xffff));
    ds_le16_write(p + 2, (uint16_t)(n >> 16));
}

/* Each takes a number off the front of *from. Returns false, and takes nothing, when there are
 * fewer bytes than it has. */
static inline bool ds_le16_take(ds_slice *from, uint16_t *out)
{
    ds_slice bytes;
    if (!ds_slice_take(from, 2, &bytes))
        return false;
    *out = ds_le16_read(bytes.data);
    return true;
}

static inline bool ds_le32_take(ds_slice *from, uint32_t *out)
{
    ds_slice bytes;
    if (!ds_slice_take(from, 4, &bytes))
        return false;
    *out = ds_le32_read(bytes.data);
    return true;
}

#endif
