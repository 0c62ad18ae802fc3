/* Addresses that nobody has a key for: they are a program's, made of its id and of seeds, or
 * somebody's, made of his key and a text. */
#ifndef DS_SOLANA_PROGRAM_ADDRESS_H
#define DS_SOLANA_PROGRAM_ADDRESS_H

#include "solana/address.h"

#define DS_SOLANA_MAXSEEDS     16
#define DS_SOLANA_MAXSEEDBYTES 32

/* Program-derived address: SHA-256(seeds | program | "ProgramDerivedAddress"), where that is no
 * point of edwards25519 and so no public key.
 * In: seeds, at most DS_SOLANA_MAXSEEDS of at most DS_SOLANA_MAXSEEDBYTES. Out: zeroed on failure.
 * Returns DS_OK; DS_INVALID for other seeds, or where it is a point; DS_MEMORY; DS_INTERNAL. */
ds_status ds_solana_create_program_address(unsigned char out[32], const ds_slice *seeds,
                                           size_t count, const unsigned char program[32],
                                           ds_error *err) DS_MUST_CHECK;

/* Adds a seed of one byte, the bump, to the seeds: the greatest for which there is such an address.
 * In: at most DS_SOLANA_MAXSEEDS - 1 seeds. Out: the address; *bump.
 * Returns as ds_solana_create_program_address; that there is no bump comes once in 2^256 times. */
ds_status ds_solana_find_program_address(unsigned char out[32], unsigned char *bump,
                                         const ds_slice *seeds, size_t count,
                                         const unsigned char program[32],
                                         ds_error *err) DS_MUST_CHECK;

/* SHA-256(base | seed | owner). Out: zeroed on failure.
 * Returns DS_OK; DS_INVALID for a seed of more than DS_SOLANA_MAXSEEDBYTES, or an owner that ends
 * with the marker of a program-derived address; DS_MEMORY; DS_INTERNAL. */
ds_status ds_solana_address_with_seed(unsigned char out[32], const unsigned char base[32],
                                      ds_slice seed, const unsigned char owner[32],
                                      ds_error *err) DS_MUST_CHECK;

#endif
