/* Reading MessagePack: one item after the other off the front of a slice.
 *
 * Source: the MessagePack specification. Floats and extensions are no items of ours. Integers are
 * those from 0 to 2^32 - 1. */
#ifndef DS_ATTEST_MSGPACK_READ_H
#define DS_ATTEST_MSGPACK_READ_H

#include "base/slice.h"
#include "base/status.h"

#include <stdint.h>

typedef enum ds_msgpack_kind {
    DS_MSGPACK_NIL,
    DS_MSGPACK_BOOLEAN,
    DS_MSGPACK_UINT,
    DS_MSGPACK_TEXT,
    DS_MSGPACK_BIN,
    DS_MSGPACK_ARRAY, /* n items follow */
    DS_MSGPACK_MAP    /* n pairs follow */
} ds_msgpack_kind;

typedef struct ds_msgpack_item {
    ds_msgpack_kind kind;
    uint32_t n;     /* the integer or boolean, or how many follow */
    ds_slice bytes; /* of a text or bin; points into what was read */
} ds_msgpack_item;

/* Takes one item. An array or map that says more follows than there are bytes is none. Returns
 * false, at the end or for what is no item of ours. */
bool ds_msgpack_next(ds_slice *from, ds_msgpack_item *item) DS_MUST_CHECK;

/* Takes one item and all that is within. */
bool ds_msgpack_skip(ds_slice *from) DS_MUST_CHECK;

#endif
