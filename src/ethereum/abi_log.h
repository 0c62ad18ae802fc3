/* Logs: what an event leaves behind, some of it as topics, the rest as data.
 *
 * Source: Solidity documentation, "Contract ABI Specification", Events. */
#ifndef DS_ETHEREUM_ABI_LOG_H
#define DS_ETHEREUM_ABI_LOG_H

#include "ethereum/abi.h"
#include "ethereum/abi_parse.h"

#define DS_ABI_TOPICS 4

/* Reads a log of that event. In: topics, each of 32 bytes; path, what the values are called in
 * messages. Out: *seen, the parameters' types as a log shows them: what is indexed and no single
 * word is there as its hash, a bytes32; *value, of that type, in the arena.
 * Returns DS_OK, DS_INVALID when it is another event's or does not decode, DS_TOO_LARGE or
 * DS_MEMORY. */
ds_status ds_abi_decode_log(ds_abi_value *value, ds_abi_type *seen, const ds_abi_signature *event,
                            const ds_slice *topics, size_t count, ds_slice data, ds_abi_mode mode,
                            const ds_path *path, ds_arena *arena, ds_error *err) DS_MUST_CHECK;

#endif
