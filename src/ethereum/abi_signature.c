#include "ethereum/abi_parse.h"

#include "crypto/hash.h"

ds_status ds_abi_signature_write(ds_buf *out, const ds_abi_signature *signature)
{
    ds_buf_slice(out, signature->name);
    return ds_abi_type_write(out, &signature->inputs);
}

ds_status ds_abi_signature_hash(unsigned char hash[32], const ds_abi_signature *signature)
{
    ds_buf text;
    ds_buf_init(&text, 4 * DS_ABI_TEXTMAX); /* uint is written uint256 */
    ds_status status = ds_abi_signature_write(&text, signature);
    if (status == DS_OK)
        status = ds_hash_one(DS_KECCAK256, hash, text.data, text.len);
    ds_buf_free(&text);
    return status;
}
