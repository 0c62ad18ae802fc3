#include "guest/dip1.h"

#include "crypto/ed25519.h"

static const struct {
    ds_slice tag;
    size_t len; /* of the key */
} forms[] = {
    [DS_KEY_SECP256K1] = {{"dip1::secp256k1c-pk:", 20}, DS_SECP256K1_PUBLICBYTES},
    [DS_KEY_ED25519] = {{"dip1::ed25519-pk:", 17}, DS_ED25519_PUBLICBYTES},
};

/* base64url of n bytes, without padding. Returns its length, 4 n / 3 rounded up. */
static size_t encode(unsigned char *out, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t len = (4 * n + 2) / 3;
    for (size_t i = 0; i < len; i++) {
        size_t bit = 6 * i, at = bit / 8;
        unsigned pair = (unsigned)bytes[at] << 8 | (at + 1 < n ? bytes[at + 1] : 0);
        out[i] = (unsigned char)digits[pair >> (10 - bit % 8) & 63];
    }
    return len;
}

static int value(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* Out: the n whole bytes that the text holds. Whether it held nothing else, and other than digits,
 * shows when they are encoded again. */
static void decode(unsigned char *out, size_t n, const unsigned char *text)
{
    unsigned bits = 0, have = 0;
    for (size_t done = 0; done < n; text++) {
        bits = bits << 6 | ((unsigned)value(*text) & 63);
        have += 6;
        if (have < 8)
            continue;
        have -= 8;
        out[done++] = (unsigned char)(bits >> have);
    }
}

void ds_dip1_write(unsigned char out[DS_REPORT_DATA_BYTES], ds_key_algorithm algorithm,
                   const ds_public_key *public_key)
{
    ds_slice tag = forms[algorithm].tag;
    memset(out, 0, DS_REPORT_DATA_BYTES);
    memcpy(out, tag.data, tag.len);
    encode(out + tag.len, public_key->bytes, forms[algorithm].len);
}

ds_status ds_dip1_read(ds_key_algorithm *algorithm, ds_public_key *public_key,
                       const unsigned char report_data[DS_REPORT_DATA_BYTES], ds_error *err)
{
    unsigned char again[DS_REPORT_DATA_BYTES];
    ds_slice text = {report_data, DS_REPORT_DATA_BYTES};
    *public_key = (ds_public_key){.len = 0};
    *algorithm =
        ds_slice_starts(text, forms[DS_KEY_ED25519].tag) ? DS_KEY_ED25519 : DS_KEY_SECP256K1;
    ds_public_key found = {.len = forms[*algorithm].len};
    decode(found.bytes, found.len, report_data + forms[*algorithm].tag.len);
    ds_dip1_write(again, *algorithm, &found);
    if (memcmp(again, report_data, sizeof again) != 0)
        return ds_fail(err, DS_INVALID, "not a public key by DIP-1");
    *public_key = found;
    return DS_OK;
}
