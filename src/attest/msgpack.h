/* MessagePack as agents write it: every length and integer in its shortest form.
 *
 * Functions return ds_buf_status. Lengths are below 2^32, as all that fits into a ds_buf of ours
 * is. Source: the MessagePack specification. */
#ifndef DS_ATTEST_MSGPACK_H
#define DS_ATTEST_MSGPACK_H

#include "base/buf.h"

#include <stdint.h>

/* What follows: n elements, or n keys each with its value. In: n at most 15 for a map. */
ds_status ds_msgpack_array(ds_buf *out, size_t n);
ds_status ds_msgpack_map(ds_buf *out, size_t n);

ds_status ds_msgpack_nil(ds_buf *out);
ds_status ds_msgpack_uint(ds_buf *out, uint32_t n);
ds_status ds_msgpack_bin(ds_buf *out, ds_slice bytes);

/* In: UTF-8. */
ds_status ds_msgpack_text(ds_buf *out, ds_slice text);
ds_status ds_msgpack_hex(ds_buf *out, ds_slice bytes); /* the text of their hex digits */
ds_status ds_msgpack_key(ds_buf *out, const char *name);

/* Bytes as an array of integers: the form that Rust's serde gives a vector of bytes. */
ds_status ds_msgpack_integers(ds_buf *out, ds_slice bytes);

#endif
