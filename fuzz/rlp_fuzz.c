/* RLP. Input: bytes, which are read as RLP, and as a program that writes some. What is read is
 * written as the very same bytes; what was written is read back as what went in. */
#include "ethereum/rlp.h"
#include "fuzz.h"

#define OUT_MAX ((size_t)1 << 16)

/* Writes all items of a reader again. Returns false where it does not get to the end. */
static bool copy(ds_buf *out, ds_rlp *reader, int depth)
{
    ds_rlp_item item;
    ds_error err;
    while (!ds_rlp_done(reader)) {
        if (ds_rlp_next(reader, &item, &err) != DS_OK) {
            PROMISE(err.status == DS_INVALID && err.text[0] != '\0');
            return false;
        }
        if (!item.list) {
            ds_rlp_put_string(out, item.content);
            continue;
        }
        ds_rlp inside = ds_rlp_inside(reader, &item);
        size_t begin = ds_rlp_begin(out);
        if (depth == DS_RLP_DEPTH || !copy(out, &inside, depth + 1))
            return false;
        ds_rlp_end(out, begin);
    }
    return true;
}

static void check_reading(ds_slice input)
{
    ds_buf again;
    ds_rlp reader = ds_rlp_of(input);
    ds_buf_init(&again, OUT_MAX);
    if (copy(&again, &reader, 0)) {
        PROMISE(ds_slice_equal(ds_buf_content(&again), input));
        PROMISE(ds_buf_status(&again) == DS_OK);
    }
    ds_buf_free(&again);
}

/* A byte says what is next: a list begins, a list ends, or a string or a number of so many bytes.
 */
static void write_program(ds_buf *out, ds_slice input)
{
    size_t open[DS_RLP_DEPTH], depth = 0;
    while (input.len > 0) {
        unsigned what = fuzz_byte(&input);
        if (what < 32 && depth < DS_RLP_DEPTH)
            open[depth++] = ds_rlp_begin(out);
        else if (what < 64 && depth > 0)
            ds_rlp_end(out, open[--depth]);
        else if (what < 128)
            ds_rlp_put_number(out, fuzz_take(&input, what % 32));
        else
            ds_rlp_put_string(out, fuzz_take(&input, what - 128));
    }
    while (depth > 0)
        ds_rlp_end(out, open[--depth]);
}

static void check_writing(ds_slice input)
{
    ds_buf made, again;
    ds_buf_init(&made, OUT_MAX);
    ds_buf_init(&again, OUT_MAX);
    write_program(&made, input);
    PROMISE(ds_buf_status(&made) == DS_OK);
    ds_rlp reader = ds_rlp_of(ds_buf_content(&made));
    PROMISE(copy(&again, &reader, 0));
    PROMISE(ds_slice_equal(ds_buf_content(&again), ds_buf_content(&made)));
    ds_buf_free(&made);
    ds_buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_reading(ds_slice_of(data, size));
    check_writing(ds_slice_of(data, size));
    return 0;
}
