#include "ethereum/rlp.h"

#include <stdint.h>

/* The first byte of an item: below STRING a byte that stands for itself; then a head and a length
 * of up to 55; then the same with a length of its own that takes 1 to 8 bytes. */
#define STRING   0x80u
#define LIST     0xc0u
#define SHORT    55u /* the longest content whose length is in the first byte */
#define HEAD_MAX 9

/* Writing -------------------------------------------------------------------------------------- */

/* Out: the head of a content of that length. Returns how many bytes it takes. */
static size_t write_head(unsigned char head[HEAD_MAX], unsigned kind, size_t len)
{
    size_t n = 0;
    if (len <= SHORT) {
        head[0] = (unsigned char)(kind + len);
        return 1;
    }
    for (size_t rest = len; rest > 0; rest >>= 8)
        n++;
    head[0] = (unsigned char)(kind + SHORT + n);
    for (size_t i = 0; i < n; i++)
        head[n - i] = (unsigned char)(len >> (8 * i));
    return n + 1;
}

ds_status ds_rlp_put_string(ds_buf *out, ds_slice bytes)
{
    unsigned char head[HEAD_MAX];
    const unsigned char *p = bytes.data;
    if (bytes.len != 1 || p[0] >= STRING)
        ds_buf_add(out, head, write_head(head, STRING, bytes.len));
    return ds_buf_slice(out, bytes);
}

ds_status ds_rlp_put_number(ds_buf *out, ds_slice bytes)
{
    const unsigned char *p = bytes.data;
    size_t zeros = 0;
    while (zeros < bytes.len && p[zeros] == 0)
        zeros++;
    return ds_rlp_put_string(out, ds_slice_of(p + zeros, bytes.len - zeros));
}

ds_status ds_rlp_end(ds_buf *out, size_t begin)
{
    unsigned char head[HEAD_MAX];
    if (ds_buf_status(out) != DS_OK)
        return ds_buf_status(out);
    size_t len = out->len - begin, n = write_head(head, LIST, len);
    if (ds_buf_grow(out, n) != NULL) {
        memmove(out->data + begin + n, out->data + begin, len);
        memcpy(out->data + begin, head, n);
    }
    return ds_buf_status(out);
}

/* Reading -------------------------------------------------------------------------------------- */

static ds_status fail_at(const ds_rlp *reader, const unsigned char *at, const char *what,
                         ds_error *err)
{
    return ds_fail(err, DS_INVALID, "rlp: byte %lu: %s", (unsigned long)(at - reader->start), what);
}

ds_status ds_rlp_wrong(const ds_rlp *reader, const ds_rlp_item *item, const char *what,
                       ds_error *err)
{
    return fail_at(reader, item->content.data, what, err);
}

ds_status ds_rlp_finish(const ds_rlp *reader, ds_error *err)
{
    return ds_rlp_done(reader) ? DS_OK
                               : fail_at(reader, reader->at, "something follows the end", err);
}

/* Reads a length of n bytes at p. Out: *len. Returns what is wrong with it, or NULL. */
static const char *read_length(size_t *len, const unsigned char *p, size_t n, size_t left)
{
    uint64_t value = 0;
    if (n > left)
        return "the input ends within a length";
    if (p[0] == 0)
        return "a length begins with a zero";
    for (size_t i = 0; i < n; i++)
        value = value << 8 | p[i];
    if (value <= SHORT)
        return "a length of up to 55 belongs into the first byte";
    if (value > left - n)
        return "an item is longer than what is left";
    *len = (size_t)value;
    return NULL;
}

ds_status ds_rlp_next(ds_rlp *reader, ds_rlp_item *item, ds_error *err)
{
    const unsigned char *p = reader->at;
    *item = (ds_rlp_item){false, {p, 0}};
    if (ds_rlp_done(reader))
        return fail_at(reader, p, "the input ends where an item is due", err);
    size_t left = (size_t)(reader->end - p) - 1, head = p[0] < STRING ? 0 : 1;
    size_t len = p[0] < STRING ? 1 : (p[0] - STRING) % (LIST - STRING);
    const char *wrong = NULL;
    if (len > SHORT) {
        head += len - SHORT;
        wrong = read_length(&len, p + 1, len - SHORT, left);
    } else if (head + len > left + 1) {
        wrong = "an item is longer than what is left";
    } else if (head == 1 && len == 1 && p[0] < LIST && p[1] < STRING) {
        wrong = "a byte below 0x80 stands for itself, without a length";
    }
    if (wrong != NULL)
        return fail_at(reader, p, wrong, err);
    *item = (ds_rlp_item){p[0] >= LIST, {p + head, len}};
    reader->at = p + head + len;
    return DS_OK;
}

ds_rlp ds_rlp_inside(const ds_rlp *reader, const ds_rlp_item *list)
{
    const unsigned char *p = list->content.data;
    return (ds_rlp){reader->start, p, p + list->content.len};
}
