#include "crypto/keccak.h"

#include "base/wipe.h"

/* Left to themselves compilers call row() as a function at -O2, which costs a tenth of the speed.
 */
#define INLINE static inline __attribute__((always_inline))

static const uint64_t round_constants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

static inline uint64_t rotate(uint64_t x, unsigned n)
{
    return x << n | x >> (64 - n);
}

static inline uint64_t load(const unsigned char *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

/* Chi on one row of five lanes. */
INLINE void row(uint64_t *e, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t f)
{
    e[0] = a ^ (~b & c);
    e[1] = b ^ (~c & d);
    e[2] = c ^ (~d & f);
    e[3] = d ^ (~f & a);
    e[4] = f ^ (~a & b);
}

/* One round from a to e. Theta's columns come first; then each row of the result is gathered
 * from the diagonal that pi moves there, with theta and rho applied on the way. */
INLINE void one_round(uint64_t e[25], const uint64_t a[25], uint64_t constant)
{
    uint64_t c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
    uint64_t c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
    uint64_t c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
    uint64_t c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
    uint64_t c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
    uint64_t d0 = c4 ^ rotate(c1, 1), d1 = c0 ^ rotate(c2, 1), d2 = c1 ^ rotate(c3, 1);
    uint64_t d3 = c2 ^ rotate(c4, 1), d4 = c3 ^ rotate(c0, 1);

    row(e, a[0] ^ d0, rotate(a[6] ^ d1, 44), rotate(a[12] ^ d2, 43), rotate(a[18] ^ d3, 21),
        rotate(a[24] ^ d4, 14));
    e[0] ^= constant;
    row(e + 5, rotate(a[3] ^ d3, 28), rotate(a[9] ^ d4, 20), rotate(a[10] ^ d0, 3),
        rotate(a[16] ^ d1, 45), rotate(a[22] ^ d2, 61));
    row(e + 10, rotate(a[1] ^ d1, 1), rotate(a[7] ^ d2, 6), rotate(a[13] ^ d3, 25),
        rotate(a[19] ^ d4, 8), rotate(a[20] ^ d0, 18));
    row(e + 15, rotate(a[4] ^ d4, 27), rotate(a[5] ^ d0, 36), rotate(a[11] ^ d1, 10),
        rotate(a[17] ^ d2, 15), rotate(a[23] ^ d3, 56));
    row(e + 20, rotate(a[2] ^ d2, 62), rotate(a[8] ^ d3, 55), rotate(a[14] ^ d4, 39),
        rotate(a[15] ^ d0, 41), rotate(a[21] ^ d1, 2));
}

/* Two rounds a turn, from the lanes to the other half and back, so that nothing is copied. */
static void permute(uint64_t lane[DS_KECCAK_LANES])
{
    uint64_t other[DS_KECCAK_LANES];
    for (int i = 0; i < 24; i += 2) {
        one_round(other, lane, round_constants[i]);
        one_round(lane, other, round_constants[i + 1]);
    }
    ds_wipe(other, sizeof other);
}

void ds_keccak_begin(ds_keccak *keccak, size_t size)
{
    *keccak = (ds_keccak){.rate = (unsigned)(8 * DS_KECCAK_LANES - 2 * size)};
}

static void absorb_byte(ds_keccak *keccak, unsigned char byte)
{
    keccak->lane[keccak->used / 8] ^= (uint64_t)byte << 8 * (keccak->used % 8);
    if (++keccak->used == keccak->rate) {
        permute(keccak->lane);
        keccak->used = 0;
    }
}

static void absorb_block(ds_keccak *keccak, const unsigned char *p)
{
    for (unsigned i = 0; i < keccak->rate / 8; i++)
        keccak->lane[i] ^= load(p + 8 * i);
    permute(keccak->lane);
}

void ds_keccak_update(ds_keccak *keccak, const void *data, size_t len)
{
    const unsigned char *p = data;
    while (len > 0) {
        if (keccak->used == 0 && len >= keccak->rate) {
            absorb_block(keccak, p);
            p += keccak->rate;
            len -= keccak->rate;
        } else {
            absorb_byte(keccak, *p++);
            len--;
        }
    }
}

void ds_keccak_final(ds_keccak *keccak, unsigned char *out, size_t size)
{
    keccak->lane[keccak->used / 8] ^= (uint64_t)0x01 << 8 * (keccak->used % 8);
    keccak->lane[keccak->rate / 8 - 1] ^= (uint64_t)0x80 << 56;
    permute(keccak->lane);
    for (size_t i = 0; i < size; i++)
        out[i] = (unsigned char)(keccak->lane[i / 8] >> 8 * (i % 8));
}
