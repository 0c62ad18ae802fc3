/* The original Keccak, as Ethereum uses it: pad byte 0x01 where FIPS 202's SHA-3 has 0x06.
 *
 * OpenSSL has it from 3.2 on only. Source: Bertoni, Daemen, Peeters, Van Assche, "The Keccak
 * reference", version 3.0 (2011), sections 1.2 (permutation) and 1.1.2 (padding). Reached through
 * hash.h; nothing else includes this file. */
#ifndef DS_CRYPTO_KECCAK_H
#define DS_CRYPTO_KECCAK_H

#include <stddef.h>
#include <stdint.h>

#define DS_KECCAK_LANES 25

/* A sponge on the caller's stack. It holds no pointer; whoever hashes secrets wipes it. */
typedef struct ds_keccak {
    uint64_t lane[DS_KECCAK_LANES];
    unsigned rate; /* bytes taken in by one permutation, a multiple of 8 */
    unsigned used; /* bytes of the current block already in the state, less than rate */
} ds_keccak;

/* In: size, the digest's bytes (32, 48 or 64), from which the rate follows: 200 - 2 * size. */
void ds_keccak_begin(ds_keccak *keccak, size_t size);

void ds_keccak_update(ds_keccak *keccak, const void *data, size_t len);

/* Pads and writes the digest. In: the size given to begin. Out: size bytes. The sponge is spent
 * afterwards. */
void ds_keccak_final(ds_keccak *keccak, unsigned char *out, size_t size);

#endif
