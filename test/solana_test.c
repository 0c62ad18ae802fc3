/* Solana without the network: counts, messages, transactions, derived addresses, amounts, key
 * files. */
#include "crypto/ed25519.h"
#include "crypto/edwards.h"
#include "solana/amount.h"
#include "solana/keyfile.h"
#include "solana/program_address.h"
#include "solana/shortvec.h"
#include "solana/transaction.h"
#include "test.h"

#include <sys/stat.h>
#include <unistd.h>

#define ROOM 4096

static ds_error err;

/* Counts -------------------------------------------------------------------------------------- */

static void check_count(size_t n, const char *hex)
{
    ds_buf out;
    size_t again = n + 1;
    ds_buf_init(&out, ROOM);
    CHECK(ds_shortvec_put(&out, n) == DS_OK);
    CHECK(test_hex(out.data, out.len, hex));
    ds_slice input = ds_buf_content(&out);
    CHECK(ds_shortvec_take(&again, &input) && again == n && input.len == 0);
    ds_buf_free(&out);
}

/* Of Solana's own tests of its ShortVec, the reading of aliases and of numbers too large. */
static void test_shortvec(void)
{
    static const char *const refused[] = {"",       "80",     "8000",   "8080",     "808000",
                                          "8100",   "ff",     "ffff",   "ffff04",   "808004",
                                          "808080", "ff8000", "818000", "80808001", "ffffff"};
    check_count(0, "00");
    check_count(0x7f, "7f");
    check_count(0x80, "8001");
    check_count(0xff, "ff01");
    check_count(0x100, "8002");
    check_count(0x3fff, "ff7f");
    check_count(0x4000, "808001");
    check_count(0xffff, "ffff03");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        unsigned char bytes[8];
        ds_slice input = ds_slice_of(bytes, test_bytes(bytes, refused[i]));
        size_t n;
        test_count(!ds_shortvec_take(&n, &input), __FILE__, __LINE__, refused[i]);
    }
    ds_buf out;
    ds_buf_init(&out, ROOM);
    CHECK(ds_shortvec_put(&out, 0x10000) == DS_TOO_LARGE);
    ds_buf_free(&out);
}

/* Messages ------------------------------------------------------------------------------------ */

/* A legacy message by hand: signers, read-only ones, other read-only ones, keys 1 to n. */
static size_t plain_message(unsigned char *out, const unsigned char head[3], size_t keys,
                            const char *rest)
{
    size_t n = 4;
    memcpy(out, head, 3);
    out[3] = (unsigned char)keys;
    for (size_t i = 0; i <= keys; i++, n += 32) /* the last one is the block's hash */
        memset(out + n, (int)i + 1, 32);
    return n + test_bytes(out + n, rest);
}

static ds_status read_plain(const unsigned char head[3], size_t keys, const char *rest)
{
    unsigned char bytes[ROOM];
    ds_solana_message message;
    ds_status status = ds_solana_message_read(
        &message, ds_slice_of(bytes, plain_message(bytes, head, keys, rest)), &err);
    CHECK(status == DS_OK || (message.steps == NULL && message.keys.len == 0));
    ds_solana_message_free(&message);
    return status;
}

#define REFUSED(words, ...)                                                                        \
    CHECK(read_plain(__VA_ARGS__) == DS_INVALID && strstr(err.text, words) != NULL)

static void test_reading(void)
{
    static const unsigned char good[] = {2, 1, 1}, no_signer[] = {0, 0, 0}, no_payer[] = {1, 1, 0},
                               many_signers[] = {4, 0, 0}, many_readonly[] = {2, 0, 2};
    CHECK(read_plain(good, 3, "00") == DS_OK);
    CHECK(read_plain(good, 3, "01020000") == DS_OK);
    CHECK(read_plain(good, 3, "0102030001020200ff") == DS_OK);
    REFUSED("0 signers among 3", no_signer, 3, "00");
    REFUSED("no signer that can pay", no_payer, 3, "00");
    REFUSED("4 signers among 3", many_signers, 3, "00");
    REFUSED("more read-only accounts", many_readonly, 3, "00");
    REFUSED("instruction 1: program index 0", good, 3, "01000000");
    REFUSED("instruction 1: program index 3", good, 3, "01030000");
    REFUSED("instruction 1: account index 3 of 3", good, 3, "0102010300");
    REFUSED("1 bytes behind its end", good, 3, "0000");
    REFUSED("instructions: cut off", good, 3, "");
    REFUSED("instructions: cut off", good, 3, "02020000");
    REFUSED("instructions: cut off", good, 3, "0102000401");
    REFUSED("instructions: cut off", good, 3, "80000102000400");
    REFUSED("instructions: cut off", good, 3, "01020080");
}

static void test_reading_versions(void)
{
    unsigned char bytes[ROOM] = {0x80};
    static const unsigned char head[] = {1, 0, 1};
    ds_solana_message message;
    char table[70] = "01";
    memset(table + 2, 'a', 64);
    size_t n = 1 + plain_message(bytes + 1, head, 2, "0101010200");
    n += test_bytes(bytes + n, table);
    n += test_bytes(bytes + n, "010700");
    ds_slice all = ds_slice_of(bytes, n);
    CHECK(ds_solana_message_read(&message, all, &err) == DS_OK);
    CHECK(message.version == 0 && message.lookup_count == 1 &&
          message.lookups[0].writable.len == 1);
    CHECK(message.step_count == 1 && message.steps[0].accounts.len == 1);
    ds_solana_message_free(&message);
    for (size_t cut = 0; cut < n; cut++) {
        CHECK(ds_solana_message_read(&message, ds_slice_of(bytes, cut), &err) == DS_INVALID);
        ds_solana_message_free(&message);
    }
    bytes[n - 3] = 0; /* nothing out of the table: and so no account for the instruction */
    CHECK(ds_solana_message_read(&message, ds_slice_of(bytes, n), &err) == DS_INVALID);
    bytes[0] = 0x81;
    CHECK(ds_solana_message_read(&message, all, &err) == DS_INVALID);
    CHECK(strstr(err.text, "version 1") != NULL);
}

static void test_reading_limits(void)
{
    unsigned char bytes[ROOM] = {1, 0, 0, 2};
    ds_solana_message message;
    CHECK(ds_solana_message_read(&message, ds_slice_of(bytes, 1233), &err) == DS_TOO_LARGE);
    CHECK(ds_solana_message_read(&message, ds_slice_of("", 0), &err) == DS_INVALID);
    CHECK(ds_solana_message_read(&message, ds_slice_of(bytes, 4 + 96 + 1), &err) == DS_INVALID);
    CHECK(strstr(err.text, "account keys 1 and 2 are the same") != NULL);
}

/* Compiling ----------------------------------------------------------------------------------- */

static void set_account(ds_solana_account *account, int key, bool signer, bool writable)
{
    memset(account->key, key, sizeof account->key);
    account->signer = signer;
    account->writable = writable;
}

/* Key 9 pays; program 5 is called with 3 (signs), 7 (is written to) and 2, then with 7 (signs). */
static void make_plan(ds_solana_plan *plan, ds_solana_instruction steps[2],
                      ds_solana_account accounts[4])
{
    *plan = (ds_solana_plan){
        .version = DS_SOLANA_LEGACY, .instructions = steps, .instruction_count = 2};
    memset(plan->fee_payer, 9, 32);
    memset(plan->blockhash, 0xbb, 32);
    set_account(&accounts[0], 3, true, false);
    set_account(&accounts[1], 7, false, true);
    set_account(&accounts[2], 2, false, false);
    set_account(&accounts[3], 7, true, false);
    steps[0] =
        (ds_solana_instruction){.accounts = accounts, .account_count = 3, .data = DS_LITERAL("ab")};
    steps[1] = (ds_solana_instruction){.accounts = accounts + 3, .account_count = 1};
    memset(steps[0].program, 5, 32);
    memset(steps[1].program, 5, 32);
    steps[1].data = DS_LITERAL("");
}

/* Whether the message's keys are those of the digits. */
static bool has_keys(const ds_solana_message *m, const char *digits)
{
    bool same = ds_solana_message_keys(m) == strlen(digits);
    for (size_t i = 0; same && digits[i] != '\0'; i++)
        same = *ds_solana_message_key(m, i) == digits[i] - '0';
    return same;
}

static void test_compiling(void)
{
    ds_solana_plan plan;
    ds_solana_instruction steps[2];
    ds_solana_account accounts[4];
    ds_solana_message m;
    make_plan(&plan, steps, accounts);
    CHECK(ds_solana_compile(&m, &plan, &err) == DS_OK);
    CHECK(has_keys(&m, "97325")); /* flags of 7 are merged */
    CHECK(m.signers == 3 && m.readonly_signers == 1 && m.readonly_others == 2);
    CHECK_HEX(m.steps[0].accounts.data, m.steps[0].accounts.len, "020103");
    CHECK(m.steps[0].program == 4 && m.steps[1].program == 4);
    CHECK(ds_solana_message_writable(&m, 1) && !ds_solana_message_writable(&m, 2));
    ds_solana_message_free(&m);
    plan.order = DS_SOLANA_BY_PLACE;
    CHECK(ds_solana_compile(&m, &plan, &err) == DS_OK);
    CHECK(has_keys(&m, "97352"));
    ds_solana_message_free(&m);
}

static void test_lookup_tables(void)
{
    ds_solana_plan plan;
    ds_solana_instruction steps[2];
    ds_solana_account accounts[4];
    ds_solana_key addresses[] = {{0}, {5}, {2}, {3}, {7}};
    ds_solana_message m;
    ds_solana_table tables[] = {{.key = {1}, .addresses = addresses, .address_count = 1},
                                {.key = {2}, .addresses = addresses, .address_count = 5},
                                {.key = {3}, .addresses = addresses, .address_count = 5}};
    for (size_t i = 1; i < 5; i++)
        memset(addresses[i], addresses[i][0], 32);
    make_plan(&plan, steps, accounts);
    plan.tables = tables;
    plan.table_count = 3;
    CHECK(ds_solana_compile(&m, &plan, &err) == DS_INVALID);
    CHECK(strstr(err.text, "a legacy message has none") != NULL);
    plan.version = 0;
    steps[1].account_count = 0; /* now 7 does not sign */
    CHECK(ds_solana_compile(&m, &plan, &err) == DS_OK);
    CHECK(has_keys(&m, "935") && m.lookup_count == 1 && m.lookups[0].table == tables[1].key);
    CHECK_HEX(m.lookups[0].writable.data, m.lookups[0].writable.len, "04");
    CHECK_HEX(m.lookups[0].readonly.data, m.lookups[0].readonly.len, "02");
    CHECK_HEX(m.steps[0].accounts.data, m.steps[0].accounts.len, "010304");
    ds_solana_message_free(&m);
    tables[1].address_count = 257;
    CHECK(ds_solana_compile(&m, &plan, &err) == DS_INVALID);
}

static void test_compiling_limits(void)
{
    static ds_solana_account accounts[300];
    ds_solana_instruction step = {.accounts = accounts, .account_count = 254};
    ds_solana_plan plan = {.instructions = &step, .instruction_count = 1};
    ds_solana_message m;
    for (int i = 0; i < 300; i++) {
        accounts[i].key[0] = 1;
        memcpy(accounts[i].key + 1, &i, sizeof i);
    }
    memset(step.program, 2, 32);
    CHECK(ds_solana_compile(&m, &plan, &err) == DS_OK && ds_solana_message_keys(&m) == 256);
    ds_solana_message_free(&m);
    step.account_count = 255;
    CHECK(ds_solana_compile(&m, &plan, &err) == DS_TOO_LARGE);
    step.account_count = 126;
    for (int i = 0; i < 300; i++)
        accounts[i].signer = true;
    CHECK(ds_solana_compile(&m, &plan, &err) == DS_OK && m.signers == 127);
    ds_solana_message_free(&m);
    step.account_count = 127;
    CHECK(ds_solana_compile(&m, &plan, &err) == DS_TOO_LARGE);
    memset(step.program, 0, 32); /* the fee payer's key */
    step.account_count = 0;
    CHECK(ds_solana_compile(&m, &plan, &err) == DS_INVALID);
    CHECK(strstr(err.text, "fee_payer") != NULL);
    plan.instruction_count = 0;
    CHECK(ds_solana_compile(&m, &plan, &err) == DS_INVALID);
}

/* What is too large for a packet is compiled all the same, to say by how much. */
static void test_compiling_too_much(void)
{
    static char data[0x10000];
    ds_solana_instruction steps[20];
    ds_solana_plan plan = {.instructions = steps, .instruction_count = 1};
    ds_buf out;
    for (size_t i = 0; i < 20; i++) {
        steps[i] = (ds_solana_instruction){.data = ds_slice_of(data, 0xffff)};
        memset(steps[i].program, 2, 32);
    }
    ds_buf_init(&out, DS_SOLANA_DRAFTBYTES);
    CHECK(ds_solana_transaction_compile(&out, &plan, &err) == DS_TOO_LARGE);
    CHECK(strstr(err.text, "65708 bytes, 64476 more than the 1232 of a packet") != NULL);
    steps[0].data.len++;
    ds_buf_clear(&out);
    CHECK(ds_solana_transaction_compile(&out, &plan, &err) == DS_TOO_LARGE);
    CHECK(strstr(err.text, "far more than the 1232 bytes of a packet") != NULL);
    steps[0].data.len--;
    plan.instruction_count = 20;
    ds_buf_clear(&out);
    CHECK(ds_solana_transaction_compile(&out, &plan, &err) == DS_TOO_LARGE);
    CHECK(strstr(err.text, "far more") != NULL);
    ds_buf_free(&out);
}

/* Transactions -------------------------------------------------------------------------------- */

static void test_transactions(void)
{
    unsigned char bytes[ROOM] = {2}, zeros[128] = {0};
    static const unsigned char head[] = {2, 0, 0};
    ds_solana_transaction t;
    ds_buf out;
    size_t n = 129 + plain_message(bytes + 129, head, 3, "00");
    CHECK(ds_solana_transaction_read(&t, ds_slice_of(bytes, n), &err) == DS_OK);
    CHECK(t.signatures.len == 128 && t.message_bytes.len == n - 129 && t.message.signers == 2);
    ds_buf_init(&out, ROOM);
    CHECK(ds_solana_transaction_write(&out, ds_slice_of(zeros, 128), t.message_bytes) == DS_OK);
    CHECK(ds_slice_equal(ds_buf_content(&out), ds_slice_of(bytes, n)));
    ds_buf_free(&out);
    ds_solana_transaction_free(&t);
    bytes[0] = 1;
    CHECK(ds_solana_transaction_read(&t, ds_slice_of(bytes, n), &err) == DS_INVALID);
    bytes[0] = 20;
    CHECK(ds_solana_transaction_read(&t, ds_slice_of(bytes, n), &err) == DS_INVALID);
    CHECK(strstr(err.text, "cut off in its 20 signatures") != NULL);
    CHECK(ds_solana_transaction_read(&t, ds_slice_of(bytes, 0), &err) == DS_INVALID);
    CHECK(ds_solana_transaction_read(&t, ds_slice_of(bytes, 1233), &err) == DS_TOO_LARGE);
    CHECK(strstr(err.text, "1233 bytes, 1 more") != NULL);
    CHECK(ds_solana_transaction_fits(1232 - 65, 1, &err) == DS_OK);
    CHECK(ds_solana_transaction_fits(1232 - 64, 1, &err) == DS_TOO_LARGE);
    CHECK(strstr(err.text, "1233 bytes, 1 more") != NULL);
}

static void test_signatures(void)
{
    unsigned char seed[32] = {1}, key[32], signature[64], low[64] = {1};
    ds_slice message = DS_LITERAL("message");
    CHECK(ds_ed25519_public_key(key, seed) == DS_OK);
    CHECK(ds_ed25519_sign(signature, message.data, message.len, seed) == DS_OK);
    CHECK(ds_solana_verify(signature, message, key) == DS_OK);
    CHECK(ds_solana_verify(signature, DS_LITERAL("massage"), key) == DS_VERIFY);
    /* R and the key the neutral point, S zero: plain verification takes it for any message. */
    CHECK(ds_ed25519_verify(low, message.data, message.len, low) == DS_OK);
    CHECK(ds_solana_verify(low, message, low) == DS_VERIFY);
    CHECK(ds_solana_verify(low, message, key) == DS_VERIFY);
}

/* Addresses ----------------------------------------------------------------------------------- */

static void test_points(void)
{
    unsigned char bytes[32] = {0};
    CHECK(ds_edwards_point_check(bytes) == DS_OK); /* y = 0 */
    bytes[0] = 2;
    CHECK(ds_edwards_point_check(bytes) == DS_INVALID);
    CHECK(ds_ed25519_public_key(bytes, bytes) == DS_OK);
    CHECK(ds_edwards_point_check(bytes) == DS_OK);
}

static void test_text(void)
{
    unsigned char key[64];
    CHECK(ds_solana_text_read(key, 32, DS_LITERAL("11111111111111111111111111111111"), &err) ==
          DS_OK);
    CHECK(ds_solana_text_read(key, 32, DS_LITERAL("1111111111111111111111111111111"), &err) ==
          DS_INVALID);
    CHECK(strstr(err.text, "31 bytes instead of 32") != NULL);
    CHECK(ds_solana_text_read(key, 32, DS_LITERAL("0"), &err) == DS_INVALID);
    CHECK(ds_solana_text_read(key, 32, DS_LITERAL("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
                              &err) == DS_INVALID);
    CHECK(strstr(err.text, "45 characters; 32 bytes have at most 44") != NULL);
    CHECK(ds_solana_text_read(key, 32, DS_LITERAL("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
                              &err) == DS_INVALID);
    CHECK(strstr(err.text, "33 bytes instead of 32") != NULL);
}

static void test_derived_addresses(void)
{
    unsigned char out[32], bump, program[32] = {1};
    ds_slice seeds[17];
    for (size_t i = 0; i < 17; i++)
        seeds[i] = DS_LITERAL("seed");
    CHECK(ds_solana_find_program_address(out, &bump, seeds, 15, program, &err) == DS_OK);
    CHECK(ds_edwards_point_check(out) == DS_INVALID);
    CHECK(ds_solana_find_program_address(out, &bump, seeds, 16, program, &err) == DS_INVALID);
    CHECK(ds_solana_create_program_address(out, seeds, 17, program, &err) == DS_INVALID);
    seeds[3] = ds_slice_of("123456789012345678901234567890123", 33);
    CHECK(ds_solana_create_program_address(out, seeds, 4, program, &err) == DS_INVALID);
    CHECK(strstr(err.text, "number 4 has 33 bytes") != NULL);
    CHECK(ds_solana_address_with_seed(out, program, seeds[3], program, &err) == DS_INVALID);
    CHECK(ds_solana_address_with_seed(out, program, seeds[0], program, &err) == DS_OK);
    memcpy(program + 11, "ProgramDerivedAddress", 21);
    CHECK(ds_solana_address_with_seed(out, out, seeds[0], program, &err) == DS_INVALID);
}

/* Amounts ------------------------------------------------------------------------------------- */

static void check_amount(const char *text, unsigned decimals, uint64_t expected, const char *again)
{
    uint64_t amount = 0;
    ds_buf out;
    ds_buf_init(&out, ROOM);
    test_count(ds_solana_amount_read(&amount, ds_slice_of(text, strlen(text)), decimals, &err) ==
                       DS_OK &&
                   amount == expected,
               __FILE__, __LINE__, text);
    CHECK(ds_solana_amount_write(&out, amount, decimals) == DS_OK);
    test_count(ds_slice_equal(ds_buf_content(&out), ds_slice_of(again, strlen(again))), __FILE__,
               __LINE__, again);
    ds_buf_free(&out);
}

static void refuse_amount(const char *text, unsigned decimals)
{
    uint64_t amount;
    test_count(ds_solana_amount_read(&amount, ds_slice_of(text, strlen(text)), decimals, &err) ==
                   DS_INVALID,
               __FILE__, __LINE__, text);
}

static void test_amounts(void)
{
    static const char *const wrong[] = {"",      "-1",  "+1",  " 1",          "1 ", "1e3",
                                        "0x1",   "1,0", "1..", ".",           "1.", ".5",
                                        "1.5.5", "1_0", "inf", "1.0000000001"};
    check_amount("0", 0, 0, "0");
    check_amount("0", 9, 0, "0");
    check_amount("0.000", 9, 0, "0");
    check_amount("1.5", 9, 1500000000, "1.5");
    check_amount("0.000000001", 9, 1, "0.000000001");
    check_amount("007.10", 2, 710, "7.1");
    check_amount("18446744073709551615", 0, UINT64_MAX, "18446744073709551615");
    check_amount("18446744073.709551615", 9, UINT64_MAX, "18446744073.709551615");
    check_amount("0", 255, 0, "0");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refuse_amount(wrong[i], 9);
    refuse_amount("1.0", 0);
    refuse_amount("18446744073709551616", 0);
    refuse_amount("18446744073.709551616", 9);
    refuse_amount("99999999999999999999999999", 0);
    refuse_amount("1", 255);
}

/* Key files ----------------------------------------------------------------------------------- */

static void test_key_files(void)
{
    unsigned char seed[32], public_key[32], pair[64];
    ds_buf text;
    memset(seed, 0xc8, sizeof seed);
    CHECK(ds_ed25519_public_key(public_key, seed) == DS_OK);
    ds_buf_init(&text, ROOM);
    CHECK(ds_keyfile_write(&text, seed, public_key) == DS_OK);
    CHECK(ds_keyfile_read(pair, ds_buf_content(&text), &err) == DS_OK);
    CHECK(memcmp(pair, seed, 32) == 0 && memcmp(pair + 32, public_key, 32) == 0);
    text.data[1] = '1'; /* 100 in the place of 200 */
    CHECK(ds_keyfile_read(pair, ds_buf_content(&text), &err) == DS_INVALID);
    CHECK(strstr(err.text, "not the public key") != NULL && strstr(err.text, "200") == NULL);
    CHECK(pair[0] == 0 && memcmp(pair, pair + 1, 63) == 0);
    text.data[1] = '9'; /* 900 */
    CHECK(ds_keyfile_read(pair, ds_buf_content(&text), &err) == DS_INVALID);
    CHECK(ds_keyfile_read(pair, DS_LITERAL("[1,2]"), &err) == DS_INVALID);
    CHECK(ds_keyfile_read(pair, DS_LITERAL("200,200"), &err) == DS_INVALID);
    CHECK(strstr(err.text, "200") == NULL);
    CHECK(ds_keyfile_read(pair, DS_LITERAL("{}"), &err) == DS_INVALID);
    ds_buf_free(&text);
}

static void test_key_files_on_disk(void)
{
    char directory[] = "/tmp/dstack-solana-XXXXXX", path[64];
    unsigned char seed[32] = {7}, public_key[32], pair[64];
    struct stat about;
    CHECK(mkdtemp(directory) != NULL);
    snprintf(path, sizeof path, "%s/id.json", directory);
    CHECK(ds_ed25519_public_key(public_key, seed) == DS_OK);
    CHECK(ds_keyfile_load(pair, path, &err) == DS_INVALID);
    CHECK(ds_keyfile_save(path, seed, public_key, &err) == DS_OK);
    CHECK(stat(path, &about) == 0 && (about.st_mode & 0777) == 0600);
    CHECK(ds_keyfile_load(pair, path, &err) == DS_OK && memcmp(pair, seed, 32) == 0);
    CHECK(ds_keyfile_save(path, seed, public_key, &err) == DS_INVALID);
    CHECK(ds_keyfile_load(pair, directory, &err) == DS_INVALID);
    CHECK(ds_keyfile_load(pair, "/dev/zero", &err) == DS_TOO_LARGE);
    CHECK(unlink(path) == 0);
    CHECK(ds_keyfile_save("/dev/full/x", seed, public_key, &err) == DS_INVALID);
    CHECK(rmdir(directory) == 0);
}

int main(void)
{
    test_shortvec();
    test_reading();
    test_reading_versions();
    test_reading_limits();
    test_compiling();
    test_lookup_tables();
    test_compiling_limits();
    test_compiling_too_much();
    test_transactions();
    test_signatures();
    test_points();
    test_text();
    test_derived_addresses();
    test_amounts();
    test_key_files();
    test_key_files_on_disk();
    return test_done();
}
