#include "ethereum/transaction.h"

#define FIELDS_MAX 12

typedef enum field_id {
    NO_FIELD,
    CHAIN_ID,
    NONCE,
    GAS_PRICE,
    MAX_PRIORITY_FEE,
    MAX_FEE,
    GAS_LIMIT,
    TO,
    VALUE,
    DATA,
    ACCESS_LIST,
    MAX_BLOB_FEE,
    BLOB_HASHES
} field_id;

#define AT(member) offsetof(ds_transaction, member)

static const ds_tx_field fields[] = {
    [CHAIN_ID] = {"chain_id", DS_TX_NUMBER, 64, true, AT(chain_id)},
    [NONCE] = {"nonce", DS_TX_NUMBER, 64, true, AT(nonce)},
    [GAS_PRICE] = {"gas_price", DS_TX_NUMBER, 256, true, AT(gas_price)},
    [MAX_PRIORITY_FEE] = {"max_priority_fee_per_gas", DS_TX_NUMBER, 256, true,
                          AT(max_priority_fee_per_gas)},
    [MAX_FEE] = {"max_fee_per_gas", DS_TX_NUMBER, 256, true, AT(max_fee_per_gas)},
    [GAS_LIMIT] = {"gas_limit", DS_TX_NUMBER, 64, true, AT(gas_limit)},
    [TO] = {"to", DS_TX_ADDRESS, 0, false, AT(to)},
    [VALUE] = {"value", DS_TX_NUMBER, 256, false, AT(value)},
    [DATA] = {"data", DS_TX_BYTES, 0, false, AT(data)},
    [ACCESS_LIST] = {"access_list", DS_TX_ACCESS_LIST, 0, false, AT(access_list)},
    [MAX_BLOB_FEE] = {"max_fee_per_blob_gas", DS_TX_NUMBER, 256, true, AT(max_fee_per_blob_gas)},
    [BLOB_HASHES] = {"blob_versioned_hashes", DS_TX_WORDS, 0, true, AT(blob_versioned_hashes)},
};

static const unsigned char layouts[DS_TRANSACTION_TYPES][FIELDS_MAX] = {
    {CHAIN_ID, NONCE, GAS_PRICE, GAS_LIMIT, TO, VALUE, DATA},
    {CHAIN_ID, NONCE, GAS_PRICE, GAS_LIMIT, TO, VALUE, DATA, ACCESS_LIST},
    {CHAIN_ID, NONCE, MAX_PRIORITY_FEE, MAX_FEE, GAS_LIMIT, TO, VALUE, DATA, ACCESS_LIST},
    {CHAIN_ID, NONCE, MAX_PRIORITY_FEE, MAX_FEE, GAS_LIMIT, TO, VALUE, DATA, ACCESS_LIST,
     MAX_BLOB_FEE, BLOB_HASHES},
};

const ds_tx_field *ds_transaction_field(unsigned type, size_t i)
{
    return layouts[type][i] == NO_FIELD ? NULL : &fields[layouts[type][i]];
}

static ds_status check_chain(const ds_transaction *tx, ds_error *err)
{
    uint64_t id = 0;
    bool small = ds_u256_to_u64(&id, &tx->chain_id);
    if (tx->any_chain && tx->type == 0)
        return DS_OK;
    if (!small || id == 0 || id > DS_CHAIN_ID_MAX)
        return ds_fail(err, DS_INVALID, "chain_id: not a number of 1 to %llu",
                       (unsigned long long)DS_CHAIN_ID_MAX);
    return DS_OK;
}

static ds_status check_fees(const ds_transaction *tx, ds_error *err)
{
    if (memcmp(tx->max_priority_fee_per_gas.bytes, tx->max_fee_per_gas.bytes, DS_U256_BYTES) > 0)
        return ds_fail(
            err, DS_INVALID,
            "max_priority_fee_per_gas: more than max_fee_per_gas, of which it is a part");
    return DS_OK;
}

/* EIP-4844: such a transaction creates no contract, and carries a blob; a hash begins with the
 * version of what it commits to. */
static ds_status check_blobs(const ds_transaction *tx, ds_error *err)
{
    size_t count = ds_words_count(tx->blob_versioned_hashes);
    if (tx->to.len == 0)
        return ds_fail(err, DS_INVALID,
                       "to: missing: a transaction with blobs creates no contract");
    if (count == 0)
        return ds_fail(err, DS_INVALID, "blob_versioned_hashes: none: such a transaction has one");
    for (size_t i = 0; i < count; i++)
        if (ds_words_at(tx->blob_versioned_hashes, i)[0] != 1)
            return ds_fail(err, DS_INVALID,
                           "blob_versioned_hashes: number %lu does not begin with version 01",
                           (unsigned long)i + 1);
    return DS_OK;
}

ds_status ds_transaction_check(const ds_transaction *tx, ds_error *err)
{
    uint64_t nonce = 0;
    ds_status status = check_chain(tx, err);
    if (status != DS_OK)
        return status;
    if (!ds_u256_to_u64(&nonce, &tx->nonce) || nonce == UINT64_MAX)
        return ds_fail(err, DS_INVALID, "nonce: more than 2^64 - 2, the last one there is");
    if (tx->type >= 2)
        status = check_fees(tx, err);
    if (status == DS_OK && tx->type == 3)
        status = check_blobs(tx, err);
    return status;
}
