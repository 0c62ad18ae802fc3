#include "solana/transaction.h"

#include "crypto/ed25519.h"
#include "solana/shortvec.h"
#include "solana/take.h"

void ds_solana_transaction_free(ds_solana_transaction *transaction)
{
    ds_solana_message_free(&transaction->message);
    transaction->signatures = transaction->message_bytes = ds_slice_of(NULL, 0);
}

static ds_status take_signatures(ds_slice *out, ds_slice *input, ds_error *err)
{
    size_t count;
    if (!ds_shortvec_take(&count, input))
        return ds_fail(err, DS_INVALID, "transaction: no count of signatures");
    size_t size = count * DS_SOLANA_SIGNATUREBYTES;
    *out = ds_slice_of(ds_take(input, size), size);
    if (out->data == NULL)
        return ds_fail(err, DS_INVALID, "transaction: cut off in its %lu signatures",
                       (unsigned long)count);
    return DS_OK;
}

ds_status ds_solana_transaction_read(ds_solana_transaction *out, ds_slice bytes, ds_error *err)
{
    *out = (ds_solana_transaction){.signatures = {NULL, 0}};
    if (bytes.len > DS_SOLANA_PACKETBYTES)
        return ds_fail(err, DS_TOO_LARGE,
                       "transaction: %lu bytes, %lu more than the %d of a packet",
                       (unsigned long)bytes.len, (unsigned long)(bytes.len - DS_SOLANA_PACKETBYTES),
                       DS_SOLANA_PACKETBYTES);
    ds_status status = take_signatures(&out->signatures, &bytes, err);
    out->message_bytes = bytes;
    if (status == DS_OK)
        status = ds_solana_message_read(&out->message, bytes, err);
    size_t count = out->signatures.len / DS_SOLANA_SIGNATUREBYTES;
    if (status == DS_OK && count != out->message.signers)
        status = ds_fail(err, DS_INVALID, "transaction: %lu signatures for %d signers",
                         (unsigned long)count, out->message.signers);
    if (status != DS_OK)
        ds_solana_transaction_free(out);
    return status;
}

ds_status ds_solana_transaction_write(ds_buf *out, ds_slice signatures, ds_slice message_bytes)
{
    ds_shortvec_put(out, signatures.len / DS_SOLANA_SIGNATUREBYTES);
    ds_buf_slice(out, signatures);
    return ds_buf_slice(out, message_bytes);
}

ds_status ds_solana_transaction_fits(size_t message_size, size_t signers, ds_error *err)
{
    size_t size = (signers < 0x80 ? 1 : 2) + signers * DS_SOLANA_SIGNATUREBYTES + message_size;
    if (size <= DS_SOLANA_PACKETBYTES)
        return DS_OK;
    return ds_fail(err, DS_TOO_LARGE,
                   "%lu bytes, %lu more than the %d of a packet; put fewer "
                   "instructions into it, or take accounts out of address lookup tables",
                   (unsigned long)size, (unsigned long)(size - DS_SOLANA_PACKETBYTES),
                   DS_SOLANA_PACKETBYTES);
}

ds_status ds_solana_transaction_compile(ds_buf *out, const ds_solana_plan *plan, ds_error *err)
{
    ds_solana_message message;
    ds_status status = ds_solana_compile(&message, plan, err);
    if (status == DS_OK) {
        status = ds_solana_message_write(out, &message);
        if (status == DS_TOO_LARGE)
            ds_fail(err, status, "far more than the %d bytes of a packet", DS_SOLANA_PACKETBYTES);
        else if (status != DS_OK)
            ds_fail_memory(err);
    }
    if (status == DS_OK)
        status = ds_solana_transaction_fits(out->len, message.signers, err);
    ds_solana_message_free(&message);
    return status;
}

ds_status ds_solana_verify(const unsigned char signature[64], ds_slice message,
                           const unsigned char key[32])
{
    if (ds_ed25519_low_order(key) || ds_ed25519_low_order(signature))
        return DS_VERIFY;
    return ds_ed25519_verify(signature, message.data, message.len, key);
}
