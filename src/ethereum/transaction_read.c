#include "ethereum/transaction.h"

#include "crypto/secp256k1.h"
#include "ethereum/address.h"

/* One function a kind of field; `at` is where the field is in the transaction. */
typedef ds_status take_function(void *at, const ds_tx_field *field, const ds_rlp *reader,
                                const ds_rlp_item *item, ds_error *err);

static ds_status take_number(void *at, const ds_tx_field *field, const ds_rlp *reader,
                             const ds_rlp_item *item, ds_error *err)
{
    ds_u256 *number = at;
    const unsigned char *p = item->content.data;
    size_t len = item->content.len;
    if (item->list)
        return ds_rlp_wrong(reader, item, "a number is due, not a list", err);
    if (len > field->bits / 8)
        return ds_rlp_wrong(reader, item, "a number is longer than its field", err);
    if (len > 0 && p[0] == 0)
        return ds_rlp_wrong(reader, item, "a number begins with a zero", err);
    memcpy(number->bytes + DS_U256_BYTES - len, p, len);
    return DS_OK;
}

static ds_status take_bytes(void *at, const ds_tx_field *field, const ds_rlp *reader,
                            const ds_rlp_item *item, ds_error *err)
{
    ds_slice *bytes = at;
    (void)field;
    *bytes = item->content;
    return item->list ? ds_rlp_wrong(reader, item, "bytes are due, not a list", err) : DS_OK;
}

static ds_status take_address(void *at, const ds_tx_field *field, const ds_rlp *reader,
                              const ds_rlp_item *item, ds_error *err)
{
    if (item->content.len != 0 && item->content.len != DS_ADDRESS_BYTES)
        return ds_rlp_wrong(reader, item, "an address of 20 bytes is due, or none", err);
    return take_bytes(at, field, reader, item, err);
}

static ds_status take_access_list(void *at, const ds_tx_field *field, const ds_rlp *reader,
                                  const ds_rlp_item *item, ds_error *err)
{
    ds_slice *items = at;
    ds_access access;
    ds_rlp inside = ds_rlp_inside(reader, item);
    ds_status status = DS_OK;
    (void)field;
    *items = item->content;
    if (!item->list)
        return ds_rlp_wrong(reader, item, "a list is due", err);
    while (status == DS_OK && !ds_rlp_done(&inside))
        status = ds_access_next(&inside, &access, err);
    return status;
}

static ds_status take_words(void *at, const ds_tx_field *field, const ds_rlp *reader,
                            const ds_rlp_item *item, ds_error *err)
{
    (void)field;
    return ds_words_read(at, reader, item, err);
}

static take_function *const take[DS_TX_KINDS] = {
    [DS_TX_NUMBER] = take_number, [DS_TX_ADDRESS] = take_address,
    [DS_TX_BYTES] = take_bytes,   [DS_TX_ACCESS_LIST] = take_access_list,
    [DS_TX_WORDS] = take_words,
};

/* Takes one field. The failure says which one it was. */
static ds_status take_field(void *at, const ds_tx_field *field, ds_rlp *reader, ds_error *err)
{
    ds_rlp_item item;
    ds_error why;
    ds_status status = ds_rlp_next(reader, &item, &why);
    if (status == DS_OK)
        status = take[field->kind](at, field, reader, &item, &why);
    return status == DS_OK ? status : ds_fail(err, status, "%s: %.500s", field->name, why.text);
}

static ds_status take_fields(ds_transaction *tx, ds_rlp *reader, ds_error *err)
{
    const ds_tx_field *field;
    ds_status status = DS_OK;
    for (size_t i = tx->type == 0 ? 1 : 0;
         status == DS_OK && (field = ds_transaction_field(tx->type, i)) != NULL; i++)
        status = take_field((unsigned char *)tx + field->at, field, reader, err);
    if (status == DS_OK && ds_rlp_done(reader))
        status = ds_fail(err, DS_INVALID, "it is not signed: nothing follows its fields");
    return status;
}

/* What v says besides the parity, see ds_transaction_v. */
static ds_status read_v(ds_transaction *tx, uint64_t v, ds_error *err)
{
    if (tx->type != 0 && v > 1)
        return ds_fail(err, DS_INVALID, "y_parity: neither 0 nor 1");
    tx->any_chain = tx->type == 0 && (v == 27 || v == 28);
    if (tx->type != 0) {
        tx->y_parity = (unsigned)v;
    } else if (tx->any_chain) {
        tx->y_parity = (unsigned)(v - 27);
    } else if (v >= 35) {
        tx->y_parity = (unsigned)((v - 35) % 2);
        tx->chain_id = ds_u256_of((v - 35) / 2);
    } else {
        return ds_fail(err, DS_INVALID, "v: neither 27, 28, nor 35 and above");
    }
    return DS_OK;
}

static ds_status take_signature(ds_transaction *tx, ds_rlp *reader, ds_error *err)
{
    static const ds_tx_field legacy = {"v", DS_TX_NUMBER, 64, true, 0};
    static const ds_tx_field parity = {"y_parity", DS_TX_NUMBER, 64, true, 0};
    static const ds_tx_field r = {"r", DS_TX_NUMBER, 256, true, 0};
    static const ds_tx_field s = {"s", DS_TX_NUMBER, 256, true, 0};
    ds_u256 number = ds_u256_of(0);
    uint64_t v = 0;
    ds_status status = take_field(&number, tx->type == 0 ? &legacy : &parity, reader, err);
    if (status == DS_OK && ds_u256_to_u64(&v, &number))
        status = read_v(tx, v, err);
    if (status == DS_OK)
        status = take_field(&tx->r, &r, reader, err);
    if (status == DS_OK)
        status = take_field(&tx->s, &s, reader, err);
    return status == DS_OK ? ds_rlp_finish(reader, err) : status;
}

/* Takes the type's byte, if there is one, and the list behind it. Out: *inside, its reader. */
static ds_status open(ds_transaction *tx, ds_rlp *inside, ds_slice raw, ds_error *err)
{
    ds_rlp reader = ds_rlp_of(raw);
    ds_rlp_item list;
    if (raw.len == 0)
        return ds_fail(err, DS_INVALID, "no bytes");
    if (reader.at[0] < 0x80)
        tx->type = *reader.at++;
    else if (reader.at[0] < 0xc0)
        return ds_fail(err, DS_INVALID, "rlp: byte 0: neither a transaction's type nor a list");
    if (tx->type >= DS_TRANSACTION_TYPES || (tx->type == 0 && reader.at != reader.start))
        return ds_fail(err, DS_INVALID,
                       "type: %u: known are those of EIP-2930, EIP-1559 and "
                       "EIP-4844 (1 to 3), and those before types",
                       tx->type);
    ds_status status = ds_rlp_next(&reader, &list, err);
    if (status == DS_OK && !list.list)
        status = ds_rlp_wrong(&reader, &list, "a list of fields is due", err);
    if (status == DS_OK)
        status = ds_rlp_finish(&reader, err);
    *inside = ds_rlp_inside(&reader, &list);
    return status;
}

/* EIP-4844: between nodes, blobs travel along: a list of the transaction and of them. */
static bool has_sidecar(const ds_transaction *tx, ds_rlp inside)
{
    ds_rlp_item first;
    ds_error ignored;
    return tx->type == 3 && ds_rlp_next(&inside, &first, &ignored) == DS_OK && first.list;
}

static ds_status read(ds_transaction *tx, ds_slice raw, ds_error *err)
{
    ds_rlp inside;
    ds_status status = open(tx, &inside, raw, err);
    if (status == DS_OK && has_sidecar(tx, inside))
        status = ds_fail(err, DS_INVALID,
                         "its sidecar of blobs is with it: the transaction is the "
                         "first item of that list, with the byte 03 in front");
    if (status == DS_OK)
        status = take_fields(tx, &inside, err);
    if (status == DS_OK)
        status = take_signature(tx, &inside, err);
    return status == DS_OK ? ds_transaction_check(tx, err) : status;
}

ds_status ds_transaction_read(ds_transaction *tx, ds_slice raw, ds_error *err)
{
    static const ds_transaction none;
    *tx = none;
    if (raw.len > DS_TRANSACTION_MAXBYTES)
        return ds_fail(err, DS_TOO_LARGE, "%lu bytes: a transaction has %lu at most",
                       (unsigned long)raw.len, (unsigned long)DS_TRANSACTION_MAXBYTES);
    ds_status status = read(tx, raw, err);
    if (status != DS_OK)
        *tx = none;
    return status;
}

ds_status ds_transaction_sender(unsigned char out[20], const ds_transaction *tx, ds_error *err)
{
    unsigned char digest[32], sig[DS_SECP256K1_RECOVERABLEBYTES];
    memset(out, 0, DS_ADDRESS_BYTES);
    ds_status status = ds_transaction_digest(digest, tx);
    if (status != DS_OK)
        return ds_fail(err, status, "%s", ds_status_meaning(status));
    memcpy(sig, tx->r.bytes, DS_U256_BYTES);
    memcpy(sig + DS_U256_BYTES, tx->s.bytes, DS_U256_BYTES);
    sig[64] = (unsigned char)tx->y_parity;
    return ds_address_recover(out, sig, digest, err);
}
