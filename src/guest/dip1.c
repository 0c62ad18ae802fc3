#include "guest/dip1.h"

#include "base/base64.h"
#include "crypto/ed25519.h"

static const struct {
    ds_slice tag;
    size_t len; /* of the key */
} forms[] = {
    [DS_KEY_SECP256K1] = {{"dip1::secp256k1c-pk:", 20}, DS_SECP256K1_PUBLICBYTES},
    [DS_KEY_ED25519] = {{"dip1::ed25519-pk:", 17}, DS_ED25519_PUBLICBYTES},
};

ds_status ds_dip1_write(unsigned char out[DS_REPORT_DATA_BYTES], ds_key_algorithm algorithm,
                        const ds_public_key *public_key)
{
    ds_buf text;
    ds_buf_init(&text, DS_REPORT_DATA_BYTES);
    ds_buf_slice(&text, forms[algorithm].tag);
    ds_status status =
        ds_base64_encode(&text, ds_slice_of(public_key->bytes, forms[algorithm].len), DS_BASE64URL);
    memset(out, 0, DS_REPORT_DATA_BYTES);
    if (status == DS_OK)
        memcpy(out, text.data, text.len);
    ds_buf_free(&text);
    return status;
}

/* Returns the text before the zeros; none of them is within it. */
static ds_slice text_of(const unsigned char report_data[DS_REPORT_DATA_BYTES])
{
    size_t len = DS_REPORT_DATA_BYTES;
    while (len > 0 && report_data[len - 1] == 0)
        len--;
    return ds_slice_of(report_data, len);
}

/* Out: the key's bytes. */
static ds_status read_key(ds_public_key *key, size_t want, ds_slice text, ds_error *err)
{
    ds_buf bytes;
    ds_buf_init(&bytes, sizeof key->bytes);
    ds_status status = ds_base64_decode(&bytes, text, DS_BASE64URL, err);
    if (status == DS_OK && bytes.len != want)
        status = DS_INVALID;
    if (status == DS_OK) {
        memcpy(key->bytes, bytes.data, want);
        key->len = want;
    }
    ds_buf_free(&bytes);
    return status;
}

ds_status ds_dip1_read(ds_key_algorithm *algorithm, ds_public_key *public_key,
                       const unsigned char report_data[DS_REPORT_DATA_BYTES], ds_error *err)
{
    ds_slice text = text_of(report_data);
    *public_key = (ds_public_key){.len = 0};
    *algorithm =
        ds_slice_starts(text, forms[DS_KEY_ED25519].tag) ? DS_KEY_ED25519 : DS_KEY_SECP256K1;
    ds_slice tag = forms[*algorithm].tag;
    ds_status status = DS_INVALID;
    if (ds_slice_starts(text, tag))
        status = read_key(public_key, forms[*algorithm].len,
                          ds_slice_of((const char *)text.data + tag.len, text.len - tag.len), err);
    if (status == DS_MEMORY)
        return status;
    return status == DS_OK ? DS_OK : ds_fail(err, DS_INVALID, "not a public key by DIP-1");
}
