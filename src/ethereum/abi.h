/* Values and their bytes by Solidity's ABI, version 2.
 *
 * Source: Solidity documentation, "Contract ABI Specification": Formal Specification of the
 * Encoding, Strict Encoding Mode, Encoding of Indexed Event Parameters, Non-standard Packed Mode.
 *
 * Values are trees without types; who walks one walks its type beside it. */
#ifndef DS_ETHEREUM_ABI_H
#define DS_ETHEREUM_ABI_H

#include "ethereum/abi_type.h"
#include "ethereum/path.h"
#include "ethereum/u256.h"

typedef union ds_abi_value {
    ds_u256 word;   /* of types that are one word: that word, so that bytesN begin at its first
                     * byte */
    ds_slice bytes; /* BYTES, STRING */
    struct {
        union ds_abi_value *items;
        size_t count; /* that of the type, but for LIST */
    } list;           /* LIST, ARRAY, TUPLE */
} ds_abi_value;

/* Whether a word is one that a value of its type has: numbers in range, bool 0 or 1, addresses
 * without bits above, bytesN without bytes behind. NULL when it is, else what is wrong. */
const char *ds_abi_word_fault(const ds_abi_type *type, const ds_u256 *word);

/* Adds the encoding of a tuple's members: what abi.encode makes of arguments. In: words without
 * fault, counts as the type has them. Returns ds_buf_status. */
ds_status ds_abi_encode(ds_buf *out, const ds_abi_type *tuple, const ds_abi_value *value);

/* Adds what abi.encodePacked makes of the members of a tuple. Fails with DS_UNSUPPORTED for those
 * that Solidity refuses too: tuples, and arrays of anything but words. */
ds_status ds_abi_encode_packed(ds_buf *out, const ds_abi_type *tuple, const ds_abi_value *value,
                               ds_error *err) DS_MUST_CHECK;

/* Out: the topic of an indexed parameter: a word as it is, of all else the Keccak-256 of its bytes
 * in place. Returns DS_OK, DS_TOO_LARGE or DS_MEMORY. */
ds_status ds_abi_topic(ds_u256 *topic, const ds_abi_type *type,
                       const ds_abi_value *value) DS_MUST_CHECK;

typedef enum ds_abi_mode {
    /* Takes what encoders write and nothing else, so that encoding gives the same bytes again:
     * every tail directly behind the one before, zeros as padding, nothing behind the end. */
    DS_ABI_STRICT,
    /* Takes what Solidity's own decoder takes: offsets to anywhere inside the data, anything as
     * padding or none, anything behind the end. Words are as strict as ever. What is read is at
     * most DS_ABI_WORK times as much as the data. */
    DS_ABI_LENIENT
} ds_abi_mode;

#define DS_ABI_WORK 4

/* Reads a tuple's members. In: path, what the values are called in messages. Out: *value, in the
 * arena; its bytes are those of the data.
 * Returns DS_OK, DS_INVALID with where and what, DS_TOO_LARGE or DS_MEMORY. */
ds_status ds_abi_decode(ds_abi_value *value, const ds_abi_type *tuple, ds_slice data,
                        ds_abi_mode mode, const ds_path *path, ds_arena *arena,
                        ds_error *err) DS_MUST_CHECK;

#endif
