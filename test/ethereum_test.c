/* RLP, addresses, messages and transactions, where the specs cannot look: canonical form byte by
 * byte, what is refused and at which place, what is signed. The EIPs' examples and those of other
 * libraries are in spec/vectors/ethereum.json, too. */
#include "crypto/secp256k1.h"
#include "ethereum/address.h"
#include "ethereum/message.h"
#include "ethereum/transaction.h"
#include "test.h"

#define OUT_MAX 4096

static ds_error err;

static ds_slice text(const char *chars)
{
    return ds_slice_of(chars, strlen(chars));
}

/* RLP ------------------------------------------------------------------------------------------ */

static void test_write(void)
{
    ds_buf out;
    ds_buf_init(&out, OUT_MAX);
    size_t list = ds_rlp_begin(&out);
    ds_rlp_put_string(&out, text("cat"));
    ds_rlp_put_string(&out, text("dog"));
    CHECK(ds_rlp_end(&out, list) == DS_OK);
    CHECK_HEX(out.data, out.len, "c88363617483646f67");
    ds_buf_clear(&out);
    ds_rlp_put_string(&out, text(""));
    ds_rlp_put_string(&out, ds_slice_of("\x7f\x80", 1));
    ds_rlp_put_string(&out, ds_slice_of("\x80", 1));
    ds_rlp_put_number(&out, ds_slice_of("\0\0\4\0", 4));
    ds_rlp_put_number(&out, ds_slice_of("\0\0", 2));
    CHECK_HEX(out.data, out.len, "807f818082040080");
    ds_buf_free(&out);
}

/* Heads of 1, 2 and 3 bytes, also where the list has to be moved for them. */
static void test_heads(void)
{
    static const struct {
        size_t len;
        const char *string, *list;
    } rows[] = {{55, "b7", "f7"},
                {56, "b838", "f838"},
                {255, "b8ff", "f8ff"},
                {256, "b90100", "f90100"},
                {1000, "b903e8", "f903e8"}};
    static unsigned char bytes[1000];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = strlen(rows[i].string) / 2;
        ds_buf out;
        ds_buf_init(&out, OUT_MAX);
        CHECK(ds_rlp_put_string(&out, ds_slice_of(bytes, rows[i].len)) == DS_OK);
        CHECK(out.len == n + rows[i].len && test_hex(out.data, n, rows[i].string));
        ds_buf_clear(&out);
        for (size_t k = 0; k < rows[i].len; k++)
            ds_rlp_put_string(&out, ds_slice_of("\1", 1));
        CHECK(ds_rlp_end(&out, 0) == DS_OK);
        CHECK(out.len == n + rows[i].len && test_hex(out.data, n, rows[i].list));
        CHECK(out.data[n] == 1 && out.data[out.len - 1] == 1);
        ds_buf_free(&out);
    }
}

static void test_write_too_large(void)
{
    ds_buf out;
    ds_buf_init(&out, 8);
    size_t list = ds_rlp_begin(&out);
    ds_rlp_put_string(&out, text("seven.."));
    CHECK(ds_buf_status(&out) == DS_OK);
    CHECK(ds_rlp_end(&out, list) == DS_TOO_LARGE);
    CHECK(ds_rlp_put_string(&out, text("")) == DS_TOO_LARGE);
    ds_buf_free(&out);
}

static void test_read(void)
{
    unsigned char in[16];
    ds_rlp_item item;
    ds_rlp reader = ds_rlp_of(ds_slice_of(in, test_bytes(in, "c88363617483646f6705")));
    CHECK(ds_rlp_next(&reader, &item, &err) == DS_OK && item.list && item.content.len == 8);
    ds_rlp inside = ds_rlp_inside(&reader, &item);
    CHECK(ds_rlp_finish(&reader, &err) == DS_INVALID);
    CHECK(strcmp(err.text, "rlp: byte 9: something follows the end") == 0);
    CHECK(ds_rlp_next(&inside, &item, &err) == DS_OK && !item.list);
    CHECK(ds_slice_equal(item.content, text("cat")));
    CHECK(ds_rlp_next(&inside, &item, &err) == DS_OK && ds_slice_equal(item.content, text("dog")));
    CHECK(ds_rlp_done(&inside) && ds_rlp_finish(&inside, &err) == DS_OK);
    CHECK(ds_rlp_next(&inside, &item, &err) == DS_INVALID);
    CHECK(strcmp(err.text, "rlp: byte 9: the input ends where an item is due") == 0);
    CHECK(ds_rlp_next(&reader, &item, &err) == DS_OK && item.content.len == 1);
    CHECK(ds_rlp_done(&reader));
    reader = ds_rlp_of(ds_slice_of(NULL, 0));
    CHECK(ds_rlp_done(&reader) && ds_rlp_next(&reader, &item, &err) == DS_INVALID);
}

static void test_not_canonical(void)
{
    static const char *const rows[][2] = {
        {"8100", "stands for itself"},
        {"817f", "stands for itself"},
        {"b801ff", "up to 55 belongs into the first byte"},
        {"f801ff", "up to 55 belongs into the first byte"},
        {"b90038", "a length begins with a zero"},
        {"bf00000000000000ff", "a length begins with a zero"},
        {"b8", "the input ends within a length"},
        {"bfffffffffffffff", "the input ends within a length"},
        {"bfffffffffffffffff", "longer than what is left"},
        {"ffffffffffffffffff", "longer than what is left"},
        {"b838", "longer than what is left"},
        {"81", "longer than what is left"},
        {"c1", "longer than what is left"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned char in[16];
        ds_rlp_item item;
        ds_rlp reader = ds_rlp_of(ds_slice_of(in, test_bytes(in, rows[i][0])));
        bool refused = ds_rlp_next(&reader, &item, &err) == DS_INVALID;
        test_count(refused && strstr(err.text, rows[i][1]) != NULL, __FILE__, __LINE__, rows[i][0]);
        CHECK(strncmp(err.text, "rlp: byte 0: ", 13) == 0);
    }
}

/* Addresses and messages ----------------------------------------------------------------------- */

static const char address_text[] = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

static void test_address(void)
{
    static const char *const good[] = {address_text, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
                                       "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED"};
    static const char *const bad[] = {"",
                                      "0x",
                                      "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                                      "0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
                                      "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
                                      "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaedd",
                                      "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg",
                                      "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
                                      "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAec"};
    static const unsigned char zeros[DS_ADDRESS_BYTES];
    unsigned char address[DS_ADDRESS_BYTES];
    char written[DS_ADDRESS_TEXT];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CHECK(ds_address_parse(address, text(good[i]), &err) == DS_OK);
        ds_address_write(written, address);
        CHECK(memcmp(written, address_text, sizeof written) == 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        memset(address, 1, sizeof address);
        test_count(ds_address_parse(address, text(bad[i]), &err) == DS_INVALID, __FILE__, __LINE__,
                   bad[i]);
        CHECK(memcmp(address, zeros, sizeof zeros) == 0);
    }
    CHECK(strstr(err.text, "EIP-55") != NULL);
}

static void test_address_of_key(void)
{
    static const unsigned char none[DS_SECP256K1_PUBLICBYTES] = {5};
    unsigned char key[32] = {0}, point[DS_SECP256K1_PUBLICBYTES], address[DS_ADDRESS_BYTES];
    key[31] = 1;
    CHECK(ds_secp256k1_public_key(point, key) == DS_OK);
    CHECK(ds_address_of_key(address, point) == DS_OK);
    CHECK_HEX(address, sizeof address, "7e5f4552091a69125d5dfcb7b8c2659029395bdf");
    CHECK(ds_address_of_key(address, none) == DS_INVALID);
    CHECK_HEX(address, sizeof address, "0000000000000000000000000000000000000000");
}

static void test_message(void)
{
    unsigned char hash[32];
    CHECK(ds_message_hash(hash, text("Some data")) == DS_OK);
    CHECK_HEX(hash, sizeof hash,
              "1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655");
}

/* Transactions --------------------------------------------------------------------------------- */

static const unsigned char to[DS_ADDRESS_BYTES] = {0x35, 0x35, 0x35, 0x35, 0x35, 0x35, 0x35,
                                                   0x35, 0x35, 0x35, 0x35, 0x35, 0x35, 0x35,
                                                   0x35, 0x35, 0x35, 0x35, 0x35, 0x35};

/* The example of EIP-155. */
static ds_transaction example(void)
{
    return (ds_transaction){.chain_id = ds_u256_of(1),
                            .nonce = ds_u256_of(9),
                            .gas_price = ds_u256_of(20000000000),
                            .gas_limit = ds_u256_of(21000),
                            .to = ds_slice_of(to, sizeof to),
                            .value = ds_u256_of(1000000000000000000)};
}

static void test_eip155(void)
{
    unsigned char key[32], hash[32], sender[DS_ADDRESS_BYTES];
    ds_transaction tx = example(), read;
    ds_buf raw;
    memset(key, 0x46, sizeof key);
    ds_buf_init(&raw, OUT_MAX);
    CHECK(ds_transaction_check(&tx, &err) == DS_OK);
    CHECK(ds_transaction_digest(hash, &tx) == DS_OK);
    CHECK_HEX(hash, 32, "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
    CHECK(ds_transaction_sign(&tx, key) == DS_OK && ds_transaction_v(&tx) == 37);
    CHECK(ds_transaction_write(&raw, &tx) == DS_OK);
    CHECK_HEX(raw.data, raw.len,
              "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a7640000"
              "8025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f"
              "761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
    CHECK(ds_transaction_read(&read, ds_buf_content(&raw), &err) == DS_OK);
    CHECK(ds_transaction_sender(sender, &read, &err) == DS_OK);
    CHECK_HEX(sender, 20, "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
    memset(key, 0, sizeof key);
    CHECK(ds_transaction_sign(&tx, key) == DS_INVALID);
    ds_buf_free(&raw);
}

/* The other signature of two: what anybody can make of the first is refused (EIP-2). */
static void test_high_s(void)
{
    static const char order[] = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    unsigned char key[32] = {1}, n[32], sender[DS_ADDRESS_BYTES];
    ds_transaction tx = example();
    CHECK(ds_transaction_sign(&tx, key) == DS_OK);
    test_bytes(n, order);
    for (int i = 31, borrow = 0; i >= 0; i--) {
        int digit = n[i] - tx.s.bytes[i] - borrow;
        borrow = digit < 0;
        tx.s.bytes[i] = (unsigned char)(digit + 256 * borrow);
    }
    tx.y_parity ^= 1;
    CHECK(ds_transaction_sender(sender, &tx, &err) == DS_VERIFY);
    CHECK_HEX(sender, 20, "0000000000000000000000000000000000000000");
    memcpy(tx.s.bytes, n, sizeof n);
    CHECK(ds_transaction_sender(sender, &tx, &err) == DS_INVALID);
    tx.s = ds_u256_of(0);
    CHECK(ds_transaction_sender(sender, &tx, &err) == DS_INVALID);
}

static bool unfit(const ds_transaction *tx, const char *words)
{
    return ds_transaction_check(tx, &err) == DS_INVALID && strstr(err.text, words) != NULL;
}

static void test_check(void)
{
    ds_transaction tx = example();
    tx.chain_id = ds_u256_of(0);
    CHECK(unfit(&tx, "chain_id: "));
    tx.any_chain = true;
    CHECK(ds_transaction_check(&tx, &err) == DS_OK);
    tx.type = 1; /* only those before types are for any chain */
    CHECK(unfit(&tx, "chain_id: "));
    tx.chain_id = ds_u256_of(DS_CHAIN_ID_MAX + 1);
    CHECK(unfit(&tx, "chain_id: "));
    tx.chain_id = ds_u256_of(DS_CHAIN_ID_MAX);
    CHECK(ds_transaction_check(&tx, &err) == DS_OK);
    tx.nonce = ds_u256_of(UINT64_MAX);
    CHECK(unfit(&tx, "nonce: "));
    tx.nonce = ds_u256_of(UINT64_MAX - 1);
    CHECK(ds_transaction_check(&tx, &err) == DS_OK);
    tx.type = 2;
    tx.max_priority_fee_per_gas = ds_u256_of(2);
    tx.max_fee_per_gas = ds_u256_of(1);
    CHECK(unfit(&tx, "max_priority_fee_per_gas: "));
    tx.max_fee_per_gas = ds_u256_of(256);
    CHECK(ds_transaction_check(&tx, &err) == DS_OK);
}

static void test_check_blobs(void)
{
    unsigned char items[2 * 33] = {0xa0, 1, [33] = 0xa0, 1};
    ds_transaction tx = example();
    tx.type = 3;
    CHECK(unfit(&tx, "blob_versioned_hashes: none"));
    tx.blob_versioned_hashes.items = ds_slice_of(items, sizeof items);
    CHECK(ds_transaction_check(&tx, &err) == DS_OK);
    items[34] = 2;
    CHECK(unfit(&tx, "number 2 does not begin with version 01"));
    items[34] = 1;
    tx.to.len = 0;
    CHECK(unfit(&tx, "to: missing"));
}

/* The largest chain id there is makes the largest v, and comes back. */
static void test_largest_chain_id(void)
{
    unsigned char key[32] = {1};
    uint64_t id = 0;
    ds_transaction tx = example(), read;
    ds_buf raw;
    ds_buf_init(&raw, OUT_MAX);
    tx.chain_id = ds_u256_of(DS_CHAIN_ID_MAX);
    CHECK(ds_transaction_sign(&tx, key) == DS_OK);
    CHECK(ds_transaction_v(&tx) == UINT64_MAX - 2 + tx.y_parity);
    CHECK(ds_transaction_write(&raw, &tx) == DS_OK);
    CHECK(ds_transaction_read(&read, ds_buf_content(&raw), &err) == DS_OK);
    CHECK(ds_u256_to_u64(&id, &read.chain_id) && id == DS_CHAIN_ID_MAX);
    CHECK(read.y_parity == tx.y_parity && !read.any_chain);
    ds_buf_free(&raw);
}

static void test_refused(void)
{
    static const char *const rows[][2] = {
        {"", "no bytes"},
        {"80", "neither a transaction's type nor a list"},
        {"00c0", "type: 0: known are"},
        {"04c0", "type: 4: known are"},
        {"02", "rlp: byte 1: the input ends where an item is due"},
        {"0280", "rlp: byte 2: a list of fields is due"},
        {"c000", "rlp: byte 1: something follows the end"},
        {"c0", "nonce: rlp: byte 1: the input ends where an item is due"},
        {"c100", "nonce: rlp: byte 1: a number begins with a zero"},
        {"c1c0", "nonce: rlp: byte 2: a number is due, not a list"},
        {"ca89010000000000000000", "nonce: rlp: byte 2: a number is longer than its field"},
        {"c401010101", "to: rlp: byte 4: an address of 20 bytes is due, or none"},
        {"c60101018001c0", "data: rlp: byte 7: bytes are due, not a list"},
        {"c6010101808080", "it is not signed"},
        {"c70101018080801b", "r: rlp: byte 8: the input ends where an item is due"},
        {"c9010101808080010101", "v: neither 27, 28, nor 35 and above"},
        {"c9010101808080230101", "chain_id: "},
        {"ca0101018080801b010101", "rlp: byte 10: something follows the end"},
        {"02cc0101010101808080c0020101", "y_parity: neither 0 nor 1"},
        {"02cc0101020101808080c0010101", "max_priority_fee_per_gas: more than max_fee_per_gas"},
        {"02cc010101010180808080010101", "access_list: rlp: byte 11: a list is due"},
        {"02cd0101010101808080c101010101", "access_list: rlp: byte 11: a list of address and keys"},
        {"02ce0101010101808080c2c101010101", "access_list: rlp: byte 12: 20 bytes are due"},
        {"03c2c0c0", "its sidecar of blobs is with it"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned char in[64];
        ds_transaction tx;
        ds_slice raw = ds_slice_of(in, test_bytes(in, rows[i][0]));
        bool refused = ds_transaction_read(&tx, raw, &err) == DS_INVALID;
        test_count(refused && strstr(err.text, rows[i][1]) != NULL, __FILE__, __LINE__, err.text);
    }
}

/* Access lists are kept as they came; addresses and keys are found in them. */
static void test_access_list(void)
{
    unsigned char word[DS_WORD_BYTES] = {7};
    ds_access access;
    ds_buf items;
    ds_buf_init(&items, OUT_MAX);
    ds_access_mark mark = ds_access_begin(&items, to);
    ds_rlp_put_string(&items, ds_slice_of(word, sizeof word));
    word[0] = 8;
    ds_rlp_put_string(&items, ds_slice_of(word, sizeof word));
    CHECK(ds_access_end(&items, mark) == DS_OK);
    CHECK(ds_access_end(&items, ds_access_begin(&items, word)) == DS_OK);
    ds_rlp reader = ds_rlp_of(ds_buf_content(&items));
    CHECK(ds_access_next(&reader, &access, &err) == DS_OK);
    CHECK(memcmp(access.address, to, sizeof to) == 0 && ds_words_count(access.keys) == 2);
    CHECK(ds_words_at(access.keys, 0)[0] == 7 && ds_words_at(access.keys, 1)[0] == 8);
    CHECK(ds_access_next(&reader, &access, &err) == DS_OK);
    CHECK(access.address[0] == 8 && ds_words_count(access.keys) == 0 && ds_rlp_done(&reader));
    ds_buf_free(&items);
}

static void test_too_large(void)
{
    unsigned char hash[32];
    size_t size = DS_TRANSACTION_MAXBYTES + 1;
    unsigned char *bytes = calloc(1, size);
    ds_transaction tx = example();
    CHECK(ds_transaction_read(&tx, ds_slice_of(bytes, size), &err) == DS_TOO_LARGE);
    tx = example();
    tx.data = ds_slice_of(bytes, size);
    CHECK(ds_transaction_digest(hash, &tx) == DS_TOO_LARGE);
    free(bytes);
}

int main(void)
{
    test_write();
    test_heads();
    test_write_too_large();
    test_read();
    test_not_canonical();
    test_address();
    test_address_of_key();
    test_message();
    test_eip155();
    test_high_s();
    test_check();
    test_check_blobs();
    test_largest_chain_id();
    test_refused();
    test_access_list();
    test_too_large();
    return test_done();
}
