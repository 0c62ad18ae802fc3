#include "ethereum/message.h"

#include "crypto/hash.h"

#include <stdio.h>

ds_status ds_message_hash(unsigned char out[32], ds_slice message)
{
    char head[64];
    int n = snprintf(head, sizeof head, "\x19%s%lu", "Ethereum Signed Message:\n",
                     (unsigned long)message.len);
    const ds_slice parts[] = {ds_slice_of(head, (size_t)n), message};
    return ds_hash(DS_KECCAK256, out, parts, 2);
}
