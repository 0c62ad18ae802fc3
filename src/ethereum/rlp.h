/* RLP, Ethereum's recursive length prefix: strings of bytes and lists of such things.
 *
 * Source: Ethereum Yellow Paper, appendix B. What is encoded has one form, and the reader takes no
 * other: a single byte below 0x80 stands for itself, a short content has a short head, lengths
 * have no zeros in front. A number is the string of its bytes, most significant first, without
 * zeros in front; zero is the empty string.
 *
 * Arguments: the output, then the input. Nothing here allocates but the buffer that is added to. */
#ifndef DS_ETHEREUM_RLP_H
#define DS_ETHEREUM_RLP_H

#include "base/buf.h"

/* The most bytes that whoever reads or writes for others should take: a byte may become a list. */
#define DS_RLP_MAXBYTES ((size_t)1 << 20)

/* How deep lists may lie in lists, for whoever follows them. */
#define DS_RLP_DEPTH 64

/* A reader of items that stand one behind the other. */
typedef struct ds_rlp {
    const unsigned char *start; /* of the whole input: messages count from there */
    const unsigned char *at;
    const unsigned char *end;
} ds_rlp;

typedef struct ds_rlp_item {
    bool list;
    ds_slice content; /* a string's bytes, or the items of a list one behind the other */
} ds_rlp_item;

/* Adds a string. Returns ds_buf_status(out). */
ds_status ds_rlp_put_string(ds_buf *out, ds_slice bytes);

/* Adds a number. In: its bytes, most significant first, with any zeros in front.
 * Returns ds_buf_status(out). */
ds_status ds_rlp_put_number(ds_buf *out, ds_slice bytes);

/* Begins a list. Returns what ds_rlp_end wants to know. */
static inline size_t ds_rlp_begin(const ds_buf *out)
{
    return out->len;
}

/* Makes one list of all that was added since. Returns ds_buf_status(out). */
ds_status ds_rlp_end(ds_buf *out, size_t begin);

/* A reader of the input, which must outlive it. */
static inline ds_rlp ds_rlp_of(ds_slice input)
{
    const unsigned char *p = input.data;
    return (ds_rlp){p, p, input.len == 0 ? p : p + input.len};
}

/* Whether nothing is left. */
static inline bool ds_rlp_done(const ds_rlp *reader)
{
    return reader->at == reader->end;
}

/* Takes the next item. Out: *item, which points into the input; the items of a list are not looked
 * at. Returns DS_OK, or DS_INVALID with the place and what is wrong there. */
ds_status ds_rlp_next(ds_rlp *reader, ds_rlp_item *item, ds_error *err) DS_MUST_CHECK;

/* A reader of the items in a list that was taken from reader. */
ds_rlp ds_rlp_inside(const ds_rlp *reader, const ds_rlp_item *list);

/* Returns DS_OK when nothing is left, or DS_INVALID with the place. */
ds_status ds_rlp_finish(const ds_rlp *reader, ds_error *err) DS_MUST_CHECK;

/* Says what is wrong with an item that was taken from reader: "rlp: byte 12: WHAT". Returns
 * DS_INVALID. */
ds_status ds_rlp_wrong(const ds_rlp *reader, const ds_rlp_item *item, const char *what,
                       ds_error *err);

#endif
