/* Ethereum's addresses: the last 20 bytes of the Keccak-256 of a public key's 64 bytes (Yellow
 * Paper, section 4.1 and appendix F), as text with the checksum of EIP-55, which is in the case of
 * its letters.
 *
 * Arguments: outputs, then inputs. Outputs are zeroed on failure. */
#ifndef DS_ETHEREUM_ADDRESS_H
#define DS_ETHEREUM_ADDRESS_H

#include "base/slice.h"
#include "base/status.h"

#define DS_ADDRESS_BYTES 20
#define DS_ADDRESS_TEXT  42 /* characters: 0x and 40 digits */

/* In: a compressed public key. Out: its address.
 * Returns DS_OK, DS_INVALID (no point of the curve), DS_MEMORY or DS_INTERNAL. */
ds_status ds_address_of_key(unsigned char out[20], const unsigned char point[33]) DS_MUST_CHECK;

/* Out: the text with its checksum, without a NUL. */
void ds_address_write(char out[42], const unsigned char address[20]);

/* Reads the text of an address. Letters in one case carry no checksum; in both cases they must be
 * as EIP-55 has them.
 * Returns DS_OK, or DS_INVALID with the reason. */
ds_status ds_address_parse(unsigned char out[20], ds_slice text, ds_error *err) DS_MUST_CHECK;

/* The address of the key that signed a hash. Nothing is proven by that until it is compared:
 * nearly every signature leads to some address.
 * In: r | s | v, as for ds_secp256k1_recover.
 * Returns what ds_secp256k1_recover returns. */
ds_status ds_address_recover(unsigned char out[20], const unsigned char sig[65],
                             const unsigned char hash[32], ds_error *err) DS_MUST_CHECK;

#endif
