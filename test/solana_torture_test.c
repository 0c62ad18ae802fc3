/* Memory runs out at every single allocation of compiling, reading and deriving: the work fails and
 * says so, nothing leaks, the next try works. Above all, an address is never wrong for it. */
#include "crypto/ed25519.h"
#include "solana/keyfile.h"
#include "solana/program_address.h"
#include "solana/transaction.h"
#include "test.h"
#include "torture.h"

#define ACCOUNTS 30 /* more than an arena's first block has room for */

static unsigned char seed[32] = {5}, public_key[32];

static void fill(ds_solana_account *accounts)
{
    for (int i = 0; i < ACCOUNTS; i++) {
        memset(accounts[i].key, i + 2, sizeof accounts[i].key);
        accounts[i].signer = i == 0;
        accounts[i].writable = i % 2 == 0;
    }
}

/* Out: the bytes of a transaction, in a buffer to be freed. */
static ds_status write_one(ds_buf *out, ds_error *err)
{
    static const unsigned char unsigned_yet[2 * DS_SOLANA_SIGNATUREBYTES] = {0};
    ds_solana_account accounts[ACCOUNTS];
    ds_solana_key address = {3};
    memset(address, 3, sizeof address);
    ds_solana_instruction step = {
        .accounts = accounts, .account_count = ACCOUNTS, .data = DS_LITERAL("x")};
    ds_solana_table table = {.key = {1}, .addresses = &address, .address_count = 1};
    ds_solana_plan plan = {
        .instructions = &step, .instruction_count = 1, .tables = &table, .table_count = 1};
    ds_buf bytes;
    fill(accounts);
    memset(plan.fee_payer, 1, sizeof plan.fee_payer);
    memset(step.program, 0xff, sizeof step.program);
    ds_buf_init(&bytes, DS_SOLANA_DRAFTBYTES);
    ds_status status = ds_solana_transaction_compile(&bytes, &plan, err);
    if (status == DS_OK)
        status = ds_solana_transaction_write(out, ds_slice_of(unsigned_yet, sizeof unsigned_yet),
                                             ds_buf_content(&bytes));
    ds_buf_free(&bytes);
    return status;
}

static ds_status write_and_read(ds_error *err)
{
    ds_solana_transaction transaction = {.signatures = {NULL, 0}};
    ds_buf bytes;
    ds_buf_init(&bytes, 4096);
    ds_status status = write_one(&bytes, err);
    if (status == DS_OK)
        status = ds_solana_transaction_read(&transaction, ds_buf_content(&bytes), err);
    if (status == DS_OK && transaction.message.lookup_count != 1)
        status = ds_fail(err, DS_INVALID, "no lookup");
    ds_solana_transaction_free(&transaction);
    ds_buf_free(&bytes);
    return status;
}

static ds_status derive(ds_error *err)
{
    static unsigned char first[32];
    unsigned char address[32], bump;
    ds_slice name = DS_LITERAL("name");
    ds_status status = ds_solana_find_program_address(address, &bump, &name, 1, seed, err);
    if (status == DS_OK && first[0] == 0 && first[1] == 0)
        memcpy(first, address, sizeof first);
    else if (status == DS_OK && memcmp(first, address, sizeof first) != 0)
        status = ds_fail(err, DS_INVALID, "another address");
    return status;
}

static ds_status key_file(ds_error *err)
{
    unsigned char pair[DS_KEYFILE_PAIRBYTES];
    ds_buf text;
    ds_buf_init(&text, DS_KEYFILE_MAXTEXT);
    ds_status status = ds_keyfile_write(&text, seed, public_key);
    status =
        status == DS_OK ? ds_keyfile_read(pair, ds_buf_content(&text), err) : ds_fail_memory(err);
    ds_buf_free(&text);
    return status;
}

static bool one_round(void *context)
{
    torture_work *const *todo = context;
    return torture_try(*todo, DS_MEMORY);
}

int main(void)
{
    static torture_work *const all[] = {write_and_read, derive, key_file};
    torture_begin();
    CHECK(ds_ed25519_public_key(public_key, seed) == DS_OK);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        torture_work *todo = all[i];
        CHECK(one_round(&todo));
        CHECK(torture_rounds(one_round, &todo) > 3);
    }
    return test_done();
}
