/* Ethereum's transactions. Input: a byte, then either a signed transaction's bytes, which are
 * written again as they were, or what fills the fields of one of its type, which comes back as it
 * went in. */
#include "ethereum/transaction.h"
#include "fuzz.h"

#define OUT_MAX ((size_t)1 << 16)

static void check_reading(ds_slice raw)
{
    unsigned char digest[32];
    ds_transaction tx;
    ds_error err;
    ds_buf again;
    ds_status status = ds_transaction_read(&tx, raw, &err);
    if (status != DS_OK) {
        PROMISE(status == DS_INVALID && err.status == status && err.text[0] != '\0');
        PROMISE(tx.data.data == NULL && tx.type == 0);
        return;
    }
    ds_buf_init(&again, OUT_MAX);
    PROMISE(ds_transaction_write(&again, &tx) == DS_OK);
    PROMISE(ds_slice_equal(ds_buf_content(&again), raw));
    PROMISE(ds_transaction_digest(digest, &tx) == DS_OK);
    ds_buf_free(&again);
}

static void fill_number(ds_u256 *number, unsigned bits, ds_slice *input)
{
    ds_slice bytes = fuzz_take(input, fuzz_byte(input) % (bits / 8 + 1));
    *number = ds_u256_of(0);
    memcpy(number->bytes + DS_U256_BYTES - bytes.len, bytes.data, bytes.len);
}

/* Adds words while there are bytes for them. */
static void put_words(ds_buf *out, ds_slice *input, int first)
{
    unsigned char word[DS_WORD_BYTES];
    for (unsigned n = fuzz_byte(input) % 4; n > 0 && input->len >= sizeof word; n--) {
        memcpy(word, fuzz_take(input, sizeof word).data, sizeof word);
        word[0] = first >= 0 ? (unsigned char)first : word[0];
        ds_rlp_put_string(out, ds_slice_of(word, sizeof word));
    }
}

static void put_access_list(ds_buf *out, ds_slice *input)
{
    for (unsigned n = fuzz_byte(input) % 4; n > 0 && input->len >= 20; n--) {
        ds_access_mark mark = ds_access_begin(out, fuzz_take(input, 20).data);
        put_words(out, input, -1);
        ds_access_end(out, mark);
    }
}

/* Fills one field; buf is for what it points to. */
static void fill(void *at, const ds_tx_field *field, ds_buf *buf, ds_slice *input)
{
    ds_slice *bytes = at;
    switch (field->kind) {
    case DS_TX_NUMBER:
        fill_number(at, field->bits, input);
        return;
    case DS_TX_ADDRESS:
        *bytes = fuzz_take(input, input->len >= 20 && fuzz_byte(input) % 4 > 0 ? 20 : 0);
        *bytes = bytes->len == 20 ? *bytes : ds_slice_of(NULL, 0);
        return;
    case DS_TX_BYTES:
        *bytes = fuzz_take(input, fuzz_byte(input));
        return;
    case DS_TX_ACCESS_LIST:
        put_access_list(buf, input);
        break;
    default:
        put_words(buf, input, 1);
        break;
    }
    *bytes = ds_buf_content(buf);
}

static bool same(const void *one, const void *other, const ds_tx_field *field)
{
    const ds_slice *a = one, *b = other;
    if (field->kind == DS_TX_NUMBER)
        return memcmp(one, other, sizeof(ds_u256)) == 0;
    return ds_slice_equal(*a, *b);
}

static void check_writing(unsigned type, ds_slice input)
{
    const ds_tx_field *field;
    ds_transaction tx = {.type = type}, read;
    ds_buf list, words, raw;
    ds_error err;
    ds_buf_init(&list, OUT_MAX);
    ds_buf_init(&words, OUT_MAX);
    ds_buf_init(&raw, OUT_MAX);
    tx.any_chain = type == 0 && fuzz_byte(&input) % 4 == 0;
    tx.y_parity = fuzz_byte(&input) % 2;
    fill_number(&tx.r, 256, &input);
    fill_number(&tx.s, 256, &input);
    for (size_t i = tx.any_chain ? 1 : 0; (field = ds_transaction_field(type, i)) != NULL; i++)
        fill((unsigned char *)&tx + field->at, field,
             field->kind == DS_TX_ACCESS_LIST ? &list : &words, &input);
    ds_status good = ds_transaction_check(&tx, &err);
    if (good == DS_OK) {
        PROMISE(ds_transaction_write(&raw, &tx) == DS_OK);
        PROMISE(ds_transaction_read(&read, ds_buf_content(&raw), &err) == DS_OK);
    }
    for (size_t i = 0; good == DS_OK && (field = ds_transaction_field(type, i)) != NULL; i++)
        PROMISE(same((unsigned char *)&tx + field->at, (unsigned char *)&read + field->at, field));
    ds_buf_free(&list);
    ds_buf_free(&words);
    ds_buf_free(&raw);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ds_slice input = {data, size};
    unsigned which = fuzz_byte(&input);
    if (which < DS_TRANSACTION_TYPES)
        check_writing(which, input);
    else
        check_reading(input);
    return 0;
}
