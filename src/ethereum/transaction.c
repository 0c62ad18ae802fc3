#include "ethereum/transaction.h"

#include "crypto/hash.h"
#include "crypto/secp256k1.h"

/* The v of a signature, less the parity: before EIP-155, and since then, chain id 0. */
#define V_ANY_CHAIN 27
#define V_CHAIN     35

/* One function a kind of field; `at` is where the field is in the transaction. */
typedef ds_status put_function(ds_buf *out, const void *at);

static ds_status put_u256(ds_buf *out, const void *at)
{
    const ds_u256 *number = at;
    return ds_rlp_put_number(out, ds_slice_of(number->bytes, sizeof number->bytes));
}

static ds_status put_bytes(ds_buf *out, const void *at)
{
    const ds_slice *bytes = at;
    return ds_rlp_put_string(out, *bytes);
}

static ds_status put_items(ds_buf *out, const void *at)
{
    const ds_slice *items = at;
    size_t begin = ds_rlp_begin(out);
    ds_buf_slice(out, *items);
    return ds_rlp_end(out, begin);
}

static ds_status put_words(ds_buf *out, const void *at)
{
    const ds_words *words = at;
    return put_items(out, &words->items);
}

static put_function *const put[DS_TX_KINDS] = {
    [DS_TX_NUMBER] = put_u256,       [DS_TX_ADDRESS] = put_bytes, [DS_TX_BYTES] = put_bytes,
    [DS_TX_ACCESS_LIST] = put_items, [DS_TX_WORDS] = put_words,
};

static void put_fields(ds_buf *out, const ds_transaction *tx)
{
    const ds_tx_field *field;
    for (size_t i = tx->type == 0 ? 1 : 0; (field = ds_transaction_field(tx->type, i)) != NULL; i++)
        (void)put[field->kind](out, (const unsigned char *)tx + field->at);
}

static void put_u64(ds_buf *out, uint64_t n)
{
    ds_u256 number = ds_u256_of(n);
    (void)put_u256(out, &number);
}

static void put_signature(ds_buf *out, const ds_transaction *tx)
{
    put_u64(out, tx->type == 0 ? ds_transaction_v(tx) : tx->y_parity);
    (void)put_u256(out, &tx->r);
    (void)put_u256(out, &tx->s);
}

/* EIP-155: what is signed has the chain id where v will be, and zeros for r and s. */
static void put_chain(ds_buf *out, const ds_transaction *tx)
{
    if (tx->type != 0 || tx->any_chain)
        return;
    (void)put_u256(out, &tx->chain_id);
    put_u64(out, 0);
    put_u64(out, 0);
}

/* EIP-2718: the type is a byte in front. */
static ds_status write(ds_buf *out, const ds_transaction *tx,
                       void (*tail)(ds_buf *out, const ds_transaction *tx))
{
    if (tx->type != 0)
        ds_buf_byte(out, (unsigned char)tx->type);
    size_t begin = ds_rlp_begin(out);
    put_fields(out, tx);
    tail(out, tx);
    return ds_rlp_end(out, begin);
}

ds_status ds_transaction_write(ds_buf *out, const ds_transaction *tx)
{
    return write(out, tx, put_signature);
}

uint64_t ds_transaction_v(const ds_transaction *tx)
{
    uint64_t id = 0;
    if (tx->any_chain || !ds_u256_to_u64(&id, &tx->chain_id))
        return V_ANY_CHAIN + tx->y_parity;
    return 2 * id + V_CHAIN + tx->y_parity;
}

ds_status ds_transaction_digest(unsigned char out[32], const ds_transaction *tx)
{
    ds_buf buf;
    memset(out, 0, DS_KECCAK256_BYTES);
    ds_buf_init(&buf, DS_TRANSACTION_MAXBYTES);
    ds_status status = write(&buf, tx, put_chain);
    if (status == DS_OK)
        status = ds_hash_one(DS_KECCAK256, out, buf.data, buf.len);
    ds_buf_free(&buf);
    return status;
}

ds_status ds_transaction_sign(ds_transaction *tx, const unsigned char key[32])
{
    unsigned char digest[DS_KECCAK256_BYTES], sig[DS_SECP256K1_RECOVERABLEBYTES];
    ds_status status = ds_transaction_digest(digest, tx);
    if (status == DS_OK)
        status = ds_secp256k1_sign_recoverable(sig, digest, key);
    if (status == DS_OK && sig[64] > 1)
        status = DS_INTERNAL; /* once in 2^127: Ethereum has no v for it */
    if (status == DS_OK) {
        memcpy(tx->r.bytes, sig, DS_U256_BYTES);
        memcpy(tx->s.bytes, sig + DS_U256_BYTES, DS_U256_BYTES);
        tx->y_parity = sig[64];
    }
    return status;
}
