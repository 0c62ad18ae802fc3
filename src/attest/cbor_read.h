/* Reading the CBOR that image measurements are written in: definite lengths, no tags, no floats.
 *
 * Source: RFC 8949. */
#ifndef DS_ATTEST_CBOR_READ_H
#define DS_ATTEST_CBOR_READ_H

#include "base/slice.h"
#include "base/status.h"

#include <stdint.h>

typedef enum ds_cbor_kind {
    DS_CBOR_UINT = 0,
    DS_CBOR_NEGATIVE = 1,
    DS_CBOR_BYTES = 2,
    DS_CBOR_TEXT = 3,
    DS_CBOR_ARRAY = 4, /* n items follow */
    DS_CBOR_MAP = 5,   /* n pairs follow */
    DS_CBOR_SIMPLE = 7 /* false, true, null and their like */
} ds_cbor_kind;

typedef struct ds_cbor_item {
    ds_cbor_kind kind;
    uint64_t n;     /* the number, or how many follow */
    ds_slice bytes; /* of bytes and texts; points into what was read */
} ds_cbor_item;

/* Takes one item. Returns false, at the end or for what is no item of ours. */
bool ds_cbor_next(ds_slice *from, ds_cbor_item *item) DS_MUST_CHECK;

/* Finds a member of a map by its name: the bytes of its value, as they stand. In: the map's own
 * bytes. Returns false when that is no map, or the member not there or there twice. */
bool ds_cbor_member(ds_slice map, const char *name, ds_slice *value) DS_MUST_CHECK;

#endif
