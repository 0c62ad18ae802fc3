/* Access lists (EIP-2930): addresses, each with the storage keys that a transaction will use.
 *
 * A list is kept as it is on the wire: the items of its RLP list, one behind the other. */
#ifndef DS_ETHEREUM_ACCESS_LIST_H
#define DS_ETHEREUM_ACCESS_LIST_H

#include "ethereum/rlp.h"

#define DS_WORD_BYTES 32 /* of a storage key or a hash */

/* Words as they are on the wire: the items of an RLP list of strings of 32 bytes. */
typedef struct ds_words {
    ds_slice items;
} ds_words;

/* Reads the words in a list that was taken from reader. Out: *words, pointing into it.
 * Returns DS_OK, or DS_INVALID with the place. */
ds_status ds_words_read(ds_words *words, const ds_rlp *reader, const ds_rlp_item *list,
                        ds_error *err) DS_MUST_CHECK;

size_t ds_words_count(ds_words words);

/* Returns the 32 bytes of word i, which is below the count. */
const unsigned char *ds_words_at(ds_words words, size_t i);

typedef struct ds_access {
    const unsigned char *address; /* 20 bytes */
    ds_words keys;
} ds_access;

/* Takes the next entry. Out: *access, pointing into the input.
 * Returns DS_OK, or DS_INVALID with the place. */
ds_status ds_access_next(ds_rlp *reader, ds_access *access, ds_error *err) DS_MUST_CHECK;

/* An entry that is being written; keys are added by ds_rlp_put_string. */
typedef struct ds_access_mark {
    size_t entry, keys;
} ds_access_mark;

ds_access_mark ds_access_begin(ds_buf *out, const unsigned char address[20]);

/* Returns ds_buf_status(out). */
ds_status ds_access_end(ds_buf *out, ds_access_mark mark);

#endif
