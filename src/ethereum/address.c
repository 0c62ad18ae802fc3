#include "ethereum/address.h"

#include "base/hex.h"
#include "crypto/hash.h"
#include "crypto/secp256k1.h"

#define DIGITS (2 * DS_ADDRESS_BYTES)

/* Both halves of a point make 64 bytes, behind the byte that says so. */
static ds_status hash_point(unsigned char hash[DS_KECCAK256_BYTES], const unsigned char point[33])
{
    unsigned char large[DS_SECP256K1_UNCOMPRESSEDBYTES];
    ds_status status = ds_secp256k1_public_uncompressed(large, point);
    return status == DS_OK ? ds_hash_one(DS_KECCAK256, hash, large + 1, sizeof large - 1) : status;
}

ds_status ds_address_of_key(unsigned char out[20], const unsigned char point[33])
{
    unsigned char hash[DS_KECCAK256_BYTES];
    ds_status status = hash_point(hash, point);
    if (status == DS_OK)
        memcpy(out, hash + sizeof hash - DS_ADDRESS_BYTES, DS_ADDRESS_BYTES);
    else
        memset(out, 0, DS_ADDRESS_BYTES);
    return status;
}

/* A letter is upper case where the digit of the same place in the hash of the lower-case text is 8
 * or more. Keccak cannot fail: it is no library's. */
void ds_address_write(char out[42], const unsigned char address[20])
{
    unsigned char hash[DS_KECCAK256_BYTES];
    memcpy(out, "0x", 2);
    ds_hex_encode(out + 2, address, DS_ADDRESS_BYTES);
    ds_status status = ds_hash_one(DS_KECCAK256, hash, out + 2, DIGITS);
    for (size_t i = 0; status == DS_OK && i < DIGITS; i++)
        if (out[2 + i] >= 'a' && (hash[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0xf) >= 8)
            out[2 + i] = (char)(out[2 + i] - 'a' + 'A');
}

/* Whether letters of both cases are among the digits. */
static bool has_checksum(const char *digits)
{
    bool upper = false, lower = false;
    for (size_t i = 0; i < DIGITS; i++) {
        upper = upper || (digits[i] >= 'A' && digits[i] <= 'F');
        lower = lower || (digits[i] >= 'a' && digits[i] <= 'f');
    }
    return upper && lower;
}

ds_status ds_address_parse(unsigned char out[20], ds_slice text, ds_error *err)
{
    char right[DS_ADDRESS_TEXT];
    const char *p = text.data;
    memset(out, 0, DS_ADDRESS_BYTES);
    if (!ds_slice_starts(text, DS_LITERAL("0x")) || text.len != DS_ADDRESS_TEXT)
        return ds_fail(err, DS_INVALID, "no address: 0x and 40 hex digits are one");
    if (!ds_hex_decode(out, p + 2, DIGITS)) {
        memset(out, 0, DS_ADDRESS_BYTES);
        return ds_fail(err, DS_INVALID, "no address: a character behind 0x is no hex digit");
    }
    ds_address_write(right, out);
    if (!has_checksum(p + 2) || memcmp(p, right, sizeof right) == 0)
        return DS_OK;
    memset(out, 0, DS_ADDRESS_BYTES);
    return ds_fail(err, DS_INVALID,
                   "checksum of EIP-55: the case of its letters is not that of this address, so a "
                   "digit may be wrong (all in lower case, it has no checksum)");
}

ds_status ds_address_recover(unsigned char out[20], const unsigned char sig[65],
                             const unsigned char hash[32], ds_error *err)
{
    unsigned char point[DS_SECP256K1_PUBLICBYTES];
    ds_status status = ds_secp256k1_recover(point, sig, hash, err);
    memset(out, 0, DS_ADDRESS_BYTES);
    if (status == DS_OK && (status = ds_address_of_key(out, point)) != DS_OK)
        return ds_fail(err, status, "address: %s", ds_status_meaning(status));
    return status;
}
