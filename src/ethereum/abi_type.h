/* Types of Solidity's ABI, as a tree.
 *
 * Source: Solidity documentation, "Contract ABI Specification", sections Types and Formal
 * Specification of the Encoding. Fixed-point types are not there: Solidity itself can neither
 * assign them nor compute with them. Neither are T[0] and (), which Solidity does not have either,
 * and of which a few bytes could announce any number; only a list of parameters may be empty.
 *
 * EIP-712 has the same trees: a struct is a TUPLE that has a name, and may hold itself by way of an
 * array, so that such a tree is a graph. */
#ifndef DS_ETHEREUM_ABI_TYPE_H
#define DS_ETHEREUM_ABI_TYPE_H

#include "base/arena.h"
#include "base/buf.h"

#define DS_ABI_WORD    32
#define DS_ABI_DEPTH   32                  /* arrays and tuples in each other */
#define DS_ABI_DATAMAX (16u * 1024 * 1024) /* encoded data, in bytes */
#define DS_ABI_TEXTMAX (16u * 1024)        /* types and signatures as text */

typedef enum ds_abi_kind {
    DS_ABI_UINT,
    DS_ABI_INT,
    DS_ABI_BOOL,
    DS_ABI_ADDRESS,
    DS_ABI_BYTESN,
    DS_ABI_FUNCTION, /* an address and a selector, as bytes24 */
    DS_ABI_BYTES,
    DS_ABI_STRING,
    DS_ABI_LIST,  /* T[] */
    DS_ABI_ARRAY, /* T[n] */
    DS_ABI_TUPLE
} ds_abi_kind;

typedef struct ds_abi_type {
    ds_abi_kind kind;
    unsigned size;  /* UINT, INT: bits; ADDRESS, BYTESN, FUNCTION: bytes */
    size_t count;   /* ARRAY: items; TUPLE: members */
    size_t head;    /* bytes in the head of what holds it; DS_ABI_WORD when dynamic */
    unsigned depth; /* levels of arrays and tuples, its own included */
    bool dynamic;
    bool indexed;                    /* a parameter of an event */
    ds_slice name;                   /* a member's or parameter's; may be empty */
    ds_slice struct_name;            /* TUPLE: of the struct of EIP-712 that it is, else empty */
    const struct ds_abi_type *items; /* LIST, ARRAY: the item; TUPLE: all members */
} ds_abi_type;

/* Out: the type of a single word, or bytes or string, by its name in either spelling of uint and
 * int. Returns false when there is none of that name. */
bool ds_abi_elementary(ds_abi_type *type, ds_slice name) DS_MUST_CHECK;

/* Whether a value of the type is one word. */
bool ds_abi_is_word(const ds_abi_type *type);

/* Returns the type of an item or member. */
const ds_abi_type *ds_abi_item(const ds_abi_type *type, size_t i);

/* Returns the bytes that the heads of so many items or members take. */
size_t ds_abi_heads(const ds_abi_type *type, size_t count);

/* Makes *type an array of what it was. In: count, 0 for T[]; the name stays with the array.
 * Returns DS_OK, DS_INVALID when it is nested too deep or too large, or DS_MEMORY. */
ds_status ds_abi_make_array(ds_abi_type *type, size_t count, ds_arena *arena,
                            ds_error *err) DS_MUST_CHECK;

/* Makes a tuple of members, which stay where they are. Out: *type. Returns DS_OK or DS_INVALID. */
ds_status ds_abi_make_tuple(ds_abi_type *type, const ds_abi_type *members, size_t count,
                            ds_error *err) DS_MUST_CHECK;

/* Adds the canonical spelling, without names; a struct of EIP-712 as its name. Returns
 * ds_buf_status. */
ds_status ds_abi_type_write(ds_buf *out, const ds_abi_type *type);

#endif
