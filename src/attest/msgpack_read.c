#include "attest/msgpack_read.h"

typedef struct form {
    unsigned char first, last; /* the bytes that begin it */
    ds_msgpack_kind kind;
    unsigned char size_bytes; /* of the number that follows; 0: it is in the first byte */
    unsigned char mask;       /* of that */
} form;

static const form forms[] = {
    {0x00, 0x7f, DS_MSGPACK_UINT, 0, 0x7f},  {0x80, 0x8f, DS_MSGPACK_MAP, 0, 0x0f},
    {0x90, 0x9f, DS_MSGPACK_ARRAY, 0, 0x0f}, {0xa0, 0xbf, DS_MSGPACK_TEXT, 0, 0x1f},
    {0xc0, 0xc0, DS_MSGPACK_NIL, 0, 0x00},   {0xc2, 0xc3, DS_MSGPACK_BOOLEAN, 0, 0x01},
    {0xc4, 0xc4, DS_MSGPACK_BIN, 1, 0},      {0xc5, 0xc5, DS_MSGPACK_BIN, 2, 0},
    {0xc6, 0xc6, DS_MSGPACK_BIN, 4, 0},      {0xcc, 0xcc, DS_MSGPACK_UINT, 1, 0},
    {0xcd, 0xcd, DS_MSGPACK_UINT, 2, 0},     {0xce, 0xce, DS_MSGPACK_UINT, 4, 0},
    {0xd9, 0xd9, DS_MSGPACK_TEXT, 1, 0},     {0xda, 0xda, DS_MSGPACK_TEXT, 2, 0},
    {0xdb, 0xdb, DS_MSGPACK_TEXT, 4, 0},     {0xdc, 0xdc, DS_MSGPACK_ARRAY, 2, 0},
    {0xdd, 0xdd, DS_MSGPACK_ARRAY, 4, 0},    {0xde, 0xde, DS_MSGPACK_MAP, 2, 0},
    {0xdf, 0xdf, DS_MSGPACK_MAP, 4, 0},
};

static const form *find(unsigned char first)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (first >= forms[i].first && first <= forms[i].last)
            return &forms[i];
    return NULL;
}

/* Big-endian, as all of MessagePack. */
static bool take_number(ds_slice *from, size_t size, uint32_t *out)
{
    ds_slice bytes;
    if (!ds_slice_take(from, size, &bytes))
        return false;
    *out = 0;
    for (size_t i = 0; i < size; i++)
        *out = *out << 8 | ((const unsigned char *)bytes.data)[i];
    return true;
}

bool ds_msgpack_next(ds_slice *from, ds_msgpack_item *item)
{
    ds_slice first;
    const form *f;
    if (!ds_slice_take(from, 1, &first) || (f = find(*(const unsigned char *)first.data)) == NULL)
        return false;
    *item = (ds_msgpack_item){.kind = f->kind, .n = *(const unsigned char *)first.data & f->mask};
    if (f->size_bytes > 0 && !take_number(from, f->size_bytes, &item->n))
        return false;
    if (f->kind == DS_MSGPACK_TEXT || f->kind == DS_MSGPACK_BIN)
        return ds_slice_take(from, item->n, &item->bytes);
    bool holds = f->kind == DS_MSGPACK_ARRAY || f->kind == DS_MSGPACK_MAP;
    return !holds || item->n <= from->len / (f->kind == DS_MSGPACK_MAP ? 2 : 1);
}

/* Counts what is still to come, so that no depth is too deep. */
bool ds_msgpack_skip(ds_slice *from)
{
    ds_msgpack_item item;
    size_t open = 1;
    while (open > 0) {
        if (!ds_msgpack_next(from, &item))
            return false;
        open--;
        if (item.kind == DS_MSGPACK_ARRAY)
            open += item.n;
        else if (item.kind == DS_MSGPACK_MAP)
            open += 2 * (size_t)item.n;
    }
    return true;
}
