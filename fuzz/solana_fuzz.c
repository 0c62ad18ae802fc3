/* Reading Solana's messages and transactions. Input: a byte, divided by 4 with rest 0 a message, 1
 * a transaction, 2 counts, 3 a key file; then its bytes. */
#include "fuzz.h"
#include "solana/keyfile.h"
#include "solana/shortvec.h"
#include "solana/transaction.h"

#define ROOM 4096

/* Whether the bytes that were written are those that were read. */
static bool same(ds_buf *written, ds_slice input)
{
    bool equal = ds_buf_status(written) == DS_OK && ds_slice_equal(ds_buf_content(written), input);
    ds_buf_free(written);
    return equal;
}

static void check_promises(const ds_solana_message *m)
{
    size_t keys = ds_solana_message_keys(m);
    PROMISE(m->version == 0 || m->version == DS_SOLANA_LEGACY);
    PROMISE(m->signers >= 1 && m->signers <= keys && keys <= DS_SOLANA_MAXACCOUNTS);
    PROMISE(ds_solana_message_writable(m, 0));
    for (size_t i = 0; i < m->step_count; i++)
        PROMISE(m->steps[i].program > 0 && m->steps[i].program < keys);
}

static void check_message(ds_slice input)
{
    ds_solana_message m;
    ds_error err;
    ds_status status = ds_solana_message_read(&m, input, &err);
    PROMISE(status == DS_OK || status == DS_INVALID || status == DS_TOO_LARGE);
    if (status == DS_OK) {
        ds_buf out;
        ds_buf_init(&out, ROOM);
        check_promises(&m);
        PROMISE(ds_solana_message_write(&out, &m) == DS_OK && same(&out, input));
    } else {
        PROMISE(m.keys.len == 0 && m.step_count == 0 && m.lookup_count == 0);
    }
    ds_solana_message_free(&m);
}

static void check_transaction(ds_slice input)
{
    ds_solana_transaction t;
    ds_error err;
    ds_status status = ds_solana_transaction_read(&t, input, &err);
    PROMISE(status == DS_OK || status == DS_INVALID || status == DS_TOO_LARGE);
    if (status == DS_OK) {
        ds_buf out;
        ds_buf_init(&out, ROOM);
        PROMISE(t.signatures.len == t.message.signers * (size_t)DS_SOLANA_SIGNATUREBYTES);
        PROMISE(ds_solana_transaction_fits(t.message_bytes.len, t.message.signers, &err) == DS_OK);
        PROMISE(ds_solana_transaction_write(&out, t.signatures, t.message_bytes) == DS_OK);
        PROMISE(same(&out, input));
    }
    ds_solana_transaction_free(&t);
}

static void check_counts(ds_slice input)
{
    ds_buf out;
    size_t n;
    ds_slice rest = input;
    ds_buf_init(&out, 2 * ROOM);
    while (ds_shortvec_take(&n, &rest))
        PROMISE(ds_shortvec_put(&out, n) == DS_OK);
    PROMISE(out.len <= input.len);
    PROMISE(same(&out, ds_slice_of(input.data, out.len)));
}

/* Most inputs are no key file: a key is made of few. */
static void check_key_file(ds_slice input)
{
    unsigned char pair[DS_KEYFILE_PAIRBYTES];
    ds_error err;
    if (ds_keyfile_read(pair, input, &err) == DS_OK) {
        ds_buf out;
        ds_buf_init(&out, ROOM);
        PROMISE(ds_keyfile_write(&out, pair, pair + DS_KEYFILE_PAIRBYTES / 2) == DS_OK);
        ds_buf_free(&out);
    } else {
        for (size_t i = 0; i < sizeof pair; i++)
            PROMISE(pair[i] == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const checks[])(ds_slice) = {check_message, check_transaction, check_counts,
                                               check_key_file};
    ds_slice input = ds_slice_of(data, size);
    unsigned which = fuzz_byte(&input) % 4;
    if (input.len > 0)
        checks[which](input);
    return 0;
}
