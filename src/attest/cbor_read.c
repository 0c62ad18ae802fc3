#include "attest/cbor_read.h"

#define SHORT_MAX 23 /* numbers that lie in the first byte */

/* The number that a first byte begins: in it, or in 1, 2, 4 or 8 bytes behind it. */
static bool take_number(ds_slice *from, unsigned first, uint64_t *n)
{
    ds_slice bytes;
    unsigned low = first & 0x1f;
    *n = low;
    if (low <= SHORT_MAX)
        return true;
    if (low > SHORT_MAX + 4 || !ds_slice_take(from, 1u << (low - SHORT_MAX - 1), &bytes))
        return false;
    *n = 0;
    for (size_t i = 0; i < bytes.len; i++)
        *n = *n << 8 | ((const unsigned char *)bytes.data)[i];
    return true;
}

bool ds_cbor_next(ds_slice *from, ds_cbor_item *item)
{
    ds_slice first;
    if (!ds_slice_take(from, 1, &first))
        return false;
    unsigned byte = *(const unsigned char *)first.data;
    *item = (ds_cbor_item){.kind = (ds_cbor_kind)(byte >> 5)};
    if (byte >> 5 == 6 || !take_number(from, byte, &item->n))
        return false;
    if (item->kind == DS_CBOR_BYTES || item->kind == DS_CBOR_TEXT)
        return item->n <= from->len && ds_slice_take(from, (size_t)item->n, &item->bytes);
    bool holds = item->kind == DS_CBOR_ARRAY || item->kind == DS_CBOR_MAP;
    return !holds || item->n <= from->len / (item->kind == DS_CBOR_MAP ? 2 : 1);
}

/* Counts what is still to come, so that no depth is too deep. */
static bool skip(ds_slice *from)
{
    ds_cbor_item item;
    for (uint64_t open = 1; open > 0; open--) {
        if (!ds_cbor_next(from, &item))
            return false;
        if (item.kind == DS_CBOR_ARRAY)
            open += item.n;
        else if (item.kind == DS_CBOR_MAP)
            open += 2 * item.n;
    }
    return true;
}

bool ds_cbor_member(ds_slice map, const char *name, ds_slice *value)
{
    ds_cbor_item head, key;
    bool found = false;
    if (!ds_cbor_next(&map, &head) || head.kind != DS_CBOR_MAP)
        return false;
    for (uint64_t i = 0; i < head.n; i++) {
        if (!ds_cbor_next(&map, &key) || key.kind != DS_CBOR_TEXT)
            return false;
        ds_slice begin = map;
        if (!skip(&map))
            return false;
        if (!ds_slice_equal(key.bytes, ds_slice_of(name, strlen(name))))
            continue;
        if (found)
            return false;
        found = true;
        *value = ds_slice_of(begin.data, begin.len - map.len);
    }
    return found;
}
