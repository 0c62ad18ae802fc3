/* Typed data: structs, and the hash of one, for signing.
 *
 * Source: EIP-712, "Typed structured data hashing and signing": encodeType, encodeData, hashStruct.
 * A struct is a TUPLE of abi_type.h with a name, and values are those of abi.h. A struct may hold
 * itself in an array that can be empty; one that would hold itself always has no finite value and
 * is refused. */
#ifndef DS_ETHEREUM_TYPED_DATA_H
#define DS_ETHEREUM_TYPED_DATA_H

#include "ethereum/abi.h"

#define DS_TYPED_STRUCTS 256
#define DS_TYPED_MEMBERS 4096 /* of all structs */
#define DS_TYPED_HASH    32

typedef struct ds_typed_member {
    ds_slice name, type; /* as given */
} ds_typed_member;

typedef struct ds_typed_struct {
    ds_slice name;
    const ds_typed_member *given;
    size_t count;
    /* What ds_typed_resolve fills in. */
    ds_abi_type *members;
    bool used;   /* by another struct */
    bool marked; /* while a walk is under way */
    bool hashed; /* whether type_hash is there */
    unsigned char type_hash[DS_TYPED_HASH];
} ds_typed_struct;

typedef struct ds_typed_set {
    ds_typed_struct *structs;
    size_t count;
} ds_typed_set;

/* Makes types of texts. In: structs with name, given and count, the rest zero; they get sorted by
 * name. Trees go into the arena.
 * Returns DS_OK, DS_INVALID, naming the place as types.Mail[2], or DS_MEMORY. */
ds_status ds_typed_resolve(ds_typed_set *set, ds_arena *arena, ds_error *err) DS_MUST_CHECK;

/* Returns the struct of that name, or NULL. */
ds_typed_struct *ds_typed_find(const ds_typed_set *set, ds_slice name);

/* Returns the only struct that no other one uses, the domain's aside; NULL when it is not one. */
const ds_typed_struct *ds_typed_primary(const ds_typed_set *set);

/* The type of a struct's values. */
ds_abi_type ds_typed_type(const ds_typed_struct *of);

/* Adds what EIP-712 calls encodeType: the struct and all that it uses. Returns ds_buf_status. */
ds_status ds_typed_encode_type(ds_buf *out, ds_typed_set *set, const ds_typed_struct *of);

/* Out: hashStruct of a value, zeros on failure. Returns DS_OK, DS_TOO_LARGE or DS_MEMORY. */
ds_status ds_typed_hash_struct(unsigned char hash[DS_TYPED_HASH], ds_typed_set *set,
                               const ds_typed_struct *of, const ds_abi_value *value) DS_MUST_CHECK;

/* Out: what is signed, of the two structs' hashes. Returns DS_OK or DS_INTERNAL. */
ds_status ds_typed_digest(unsigned char digest[DS_TYPED_HASH],
                          const unsigned char domain[DS_TYPED_HASH],
                          const unsigned char message[DS_TYPED_HASH]) DS_MUST_CHECK;

#endif
