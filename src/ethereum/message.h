/* What is signed for a message: EIP-191, version 0x45 ("personal_sign"). */
#ifndef DS_ETHEREUM_MESSAGE_H
#define DS_ETHEREUM_MESSAGE_H

#include "base/slice.h"
#include "base/status.h"

/* Hashes 0x19 "Ethereum Signed Message:\n", the message's length in decimal digits, and the
 * message, whatever its bytes are. Out: Keccak-256.
 * Returns DS_OK, DS_MEMORY or DS_INTERNAL. */
ds_status ds_message_hash(unsigned char out[32], ds_slice message) DS_MUST_CHECK;

#endif
