/* Types and signatures as people write them, in Solidity's own way:
 *
 *   transfer(address,uint256)
 *   function f(uint256[2][] a, (bytes32 id, string text) t) external view returns (bool ok)
 *   event Transfer(address indexed from, address indexed to, uint256 value)
 *   error InsufficientBalance(uint256 available, uint256 required)
 *
 * A tuple is (T,...) or tuple(T,...). Blanks may stand between words; names, data locations and
 * modifiers are read and, where they say nothing of bytes, passed over. Trees live in the arena,
 * names in the text. A failure names the character where it was found. */
#ifndef DS_ETHEREUM_ABI_PARSE_H
#define DS_ETHEREUM_ABI_PARSE_H

#include "ethereum/abi_type.h"

typedef enum ds_abi_noun {
    DS_ABI_UNSAID, /* no word in front: whatever the caller wants of it */
    DS_ABI_FUNCTION_NOUN,
    DS_ABI_EVENT_NOUN,
    DS_ABI_ERROR_NOUN
} ds_abi_noun;

typedef struct ds_abi_signature {
    ds_abi_noun noun;
    ds_slice name;
    ds_abi_type inputs;  /* a TUPLE, maybe empty */
    ds_abi_type outputs; /* likewise */
    bool has_outputs;    /* whether `returns` was there */
    bool anonymous;      /* an event without its hash among the topics */
} ds_abi_signature;

/* Reads a list of types with or without names, "uint256 a, (bool,string)[]". Out: *tuple, of them
 * all; empty for an empty text. Returns DS_OK, DS_INVALID or DS_MEMORY. */
ds_status ds_abi_parse_types(ds_abi_type *tuple, ds_slice text, ds_arena *arena,
                             ds_error *err) DS_MUST_CHECK;

/* Reads a signature. Out: *signature. Returns DS_OK, DS_INVALID or DS_MEMORY. */
ds_status ds_abi_parse_signature(ds_abi_signature *signature, ds_slice text, ds_arena *arena,
                                 ds_error *err) DS_MUST_CHECK;

/* Finds the struct of a name. Out: *type. Returns false when there is none. */
typedef bool ds_abi_lookup(ds_abi_type *type, ds_slice name, const void *structs);

/* Reads one type as EIP-712 has them: structs by name, and nothing that has a second spelling.
 * Out: *type. Returns DS_OK, DS_INVALID or DS_MEMORY. */
ds_status ds_abi_parse_typed(ds_abi_type *type, ds_slice text, ds_abi_lookup *lookup,
                             const void *structs, ds_arena *arena, ds_error *err) DS_MUST_CHECK;

/* Adds name and canonical types: "transfer(address,uint256)". Returns ds_buf_status. */
ds_status ds_abi_signature_write(ds_buf *out, const ds_abi_signature *signature);

/* Out: the Keccak-256 of that, an event's topic, whose first four bytes are the selector of a
 * function or an error. Returns DS_OK, DS_TOO_LARGE or DS_MEMORY. */
ds_status ds_abi_signature_hash(unsigned char hash[32],
                                const ds_abi_signature *signature) DS_MUST_CHECK;

#endif
