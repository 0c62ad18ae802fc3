/* Little-endian integers, as Intel's structures and SCALE have them. */
#ifndef DS_ATTEST_LE_H
#define DS_ATTEST_LE_H

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

#endif
