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

#define STEPS     4
#define PER_STEP  6
#define ADDRESSES 8

/* A key of sixteen, so that they meet again. */
static void pick_key(unsigned char *key, unsigned which)
{
    memset(key, (int)(which & 15), DS_SOLANA_KEYBYTES);
}

/* What a plan is made of. */
typedef struct parts {
    ds_solana_instruction steps[STEPS];
    ds_solana_account accounts[STEPS][PER_STEP];
    ds_solana_key addresses[ADDRESSES];
    ds_solana_table table;
    ds_solana_plan plan;
} parts;

static void make_step(ds_solana_instruction *step, ds_solana_account *accounts, ds_slice *input)
{
    unsigned head = fuzz_byte(input);
    pick_key(step->program, head);
    step->accounts = accounts;
    step->account_count = (head >> 4) % (PER_STEP + 1);
    for (size_t i = 0; i < step->account_count; i++) {
        unsigned account = fuzz_byte(input);
        pick_key(accounts[i].key, account);
        accounts[i].signer = (account & 0x10) != 0;
        accounts[i].writable = (account & 0x20) != 0;
    }
    step->data = ds_slice_of(input->data, input->len % 40);
}

static void make_parts(parts *p, ds_slice *input)
{
    unsigned head = fuzz_byte(input);
    *p = (parts){.plan.version = (head & 1) != 0 ? 0 : DS_SOLANA_LEGACY};
    p->plan.order = (head & 2) != 0 ? DS_SOLANA_BY_PLACE : DS_SOLANA_BY_KEY;
    p->plan.instructions = p->steps;
    p->plan.instruction_count = 1 + (head >> 2) % STEPS;
    p->plan.tables = &p->table;
    p->plan.table_count = head & 1;
    p->table.addresses = p->addresses;
    p->table.address_count = (head >> 4) % (ADDRESSES + 1);
    pick_key(p->plan.fee_payer, fuzz_byte(input));
    for (size_t i = 0; i < p->table.address_count; i++)
        pick_key(p->addresses[i], fuzz_byte(input));
    for (size_t i = 0; i < p->plan.instruction_count; i++)
        make_step(&p->steps[i], p->accounts[i], input);
}

/* The key that an index means: the message's, or what its one table has there. */
static const unsigned char *key_at(const parts *p, const ds_solana_message *m, size_t index)
{
    size_t keys = ds_solana_message_keys(m);
    if (index < keys)
        return ds_solana_message_key(m, index);
    PROMISE(m->lookup_count == 1);
    ds_slice slots = m->lookups[0].writable;
    index -= keys;
    if (index >= slots.len) {
        index -= slots.len;
        slots = m->lookups[0].readonly;
    }
    PROMISE(index < slots.len);
    return p->addresses[((const unsigned char *)slots.data)[index]];
}

/* The message says what the plan said. */
static void check_compiled(const parts *p, const ds_solana_message *m)
{
    PROMISE(m->step_count == p->plan.instruction_count);
    PROMISE(memcmp(ds_solana_message_key(m, 0), p->plan.fee_payer, DS_SOLANA_KEYBYTES) == 0);
    for (size_t i = 0; i < m->step_count; i++) {
        const ds_solana_instruction *asked = &p->steps[i];
        const unsigned char *index = m->steps[i].accounts.data;
        PROMISE(ds_slice_equal(m->steps[i].data, asked->data));
        PROMISE(m->steps[i].accounts.len == asked->account_count);
        PROMISE(memcmp(key_at(p, m, m->steps[i].program), asked->program, 32) == 0);
        for (size_t j = 0; j < asked->account_count; j++) {
            PROMISE(memcmp(key_at(p, m, index[j]), asked->accounts[j].key, 32) == 0);
            PROMISE(!asked->accounts[j].signer || index[j] < m->signers);
        }
    }
}

static void check_plan(ds_slice input)
{
    parts p;
    ds_buf out;
    ds_error err;
    ds_solana_message m;
    make_parts(&p, &input);
    ds_buf_init(&out, DS_SOLANA_DRAFTBYTES);
    ds_status status = ds_solana_transaction_compile(&out, &p.plan, &err);
    PROMISE(status == DS_OK || status == DS_INVALID || status == DS_TOO_LARGE);
    if (status == DS_OK) {
        PROMISE(ds_solana_message_read(&m, ds_buf_content(&out), &err) == DS_OK);
        check_compiled(&p, &m);
        ds_solana_message_free(&m);
    }
    ds_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const checks[])(ds_slice) = {check_message, check_transaction, check_counts,
                                               check_key_file, check_plan};
    ds_slice input = ds_slice_of(data, size);
    unsigned which = fuzz_byte(&input) % 5;
    if (input.len > 0)
        checks[which](input);
    return 0;
}
