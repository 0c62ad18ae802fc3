/* The readers of encodings: base58, base64, base64url, DER signatures, public keys, private keys.
 * Input: a byte that says which, then the text. Whatever is read is written again as the very same
 * text, and any bytes come back from theirs. */
#include "base/base58.h"
#include "base/base64.h"
#include "crypto/ecdsa.h"
#include "crypto/p256.h"
#include "crypto/pem.h"
#include "fuzz.h"

#define BYTES_MAX 8192

typedef struct pair {
    ds_buf bytes, text;
    ds_error err;
} pair;

static bool is(const ds_buf *buf, ds_slice want)
{
    return ds_slice_equal(ds_buf_content(buf), want);
}

static void check_base58(pair *p, ds_slice input)
{
    ds_status status = ds_base58_decode(&p->bytes, input, &p->err);
    PROMISE(status == DS_OK || status == DS_INVALID || status == DS_TOO_LARGE);
    PROMISE(status == DS_OK || (p->bytes.len == 0 && p->err.status == status));
    if (status == DS_OK)
        PROMISE(ds_base58_encode(&p->text, ds_buf_content(&p->bytes)) == DS_OK &&
                is(&p->text, input));
    ds_buf_clear(&p->bytes);
    ds_buf_clear(&p->text);
    if (input.len > DS_BASE58_MAXBYTES)
        return;
    PROMISE(ds_base58_encode(&p->text, input) == DS_OK);
    PROMISE(ds_base58_decode(&p->bytes, ds_buf_content(&p->text), &p->err) == DS_OK);
    PROMISE(is(&p->bytes, input));
}

static void check_base64(pair *p, ds_slice input, ds_base64_kind kind)
{
    ds_status status = ds_base64_decode(&p->bytes, input, kind, &p->err);
    PROMISE(status == DS_OK || status == DS_INVALID);
    PROMISE(status == DS_OK || (p->bytes.len == 0 && p->err.status == status));
    if (status == DS_OK)
        PROMISE(ds_base64_encode(&p->text, ds_buf_content(&p->bytes), kind) == DS_OK &&
                is(&p->text, input));
    ds_buf_clear(&p->bytes);
    ds_buf_clear(&p->text);
    PROMISE(ds_base64_encode(&p->text, input, kind) == DS_OK);
    PROMISE(ds_base64_decode(&p->bytes, ds_buf_content(&p->text), kind, &p->err) == DS_OK);
    PROMISE(is(&p->bytes, input));
}

static void check_der(ds_slice input, size_t size)
{
    unsigned char sig[2 * DS_ECDSA_NUMBERBYTES], der[DS_ECDSA_DERBYTES];
    if (ds_ecdsa_from_der(sig, size, input) == DS_OK)
        PROMISE(ds_ecdsa_to_der(der, sig, size) == input.len &&
                memcmp(der, input.data, input.len) == 0);
    if (input.len < 2 * size)
        return;
    size_t len = ds_ecdsa_to_der(der, input.data, size);
    PROMISE(ds_ecdsa_from_der(sig, size, ds_slice_of(der, len)) == DS_OK);
    PROMISE(memcmp(sig, input.data, 2 * size) == 0);
}

/* No signature is by any key over nothing when its numbers are zero. */
static void check_public_key(ds_slice input, ds_curve curve)
{
    static const unsigned char sig[2 * DS_ECDSA_NUMBERBYTES];
    ds_status status = ds_ecdsa_verify(curve, DS_SHA256, sig, ds_slice_of(NULL, 0), input);
    PROMISE(status == DS_INVALID || status == DS_VERIFY);
}

/* What is a key of P-256 is written in the one form, and read again. */
static void check_private_key(pair *p, ds_slice input)
{
    unsigned char scalar[DS_P256_KEYBYTES], again[DS_P256_KEYBYTES], der[DS_P256_PKCS8BYTES];
    PROMISE(ds_pem_encode(&p->text, "PRIVATE KEY", input) == DS_OK);
    ds_status status = ds_p256_key_from_pem(scalar, ds_buf_content(&p->text), &p->err);
    PROMISE(status == DS_OK || status == DS_INVALID);
    if (status != DS_OK)
        return;
    ds_buf_clear(&p->text);
    PROMISE(ds_p256_pkcs8(der, scalar) == DS_OK);
    PROMISE(ds_pem_encode(&p->text, "PRIVATE KEY", ds_slice_of(der, sizeof der)) == DS_OK);
    PROMISE(ds_p256_key_from_pem(again, ds_buf_content(&p->text), &p->err) == DS_OK);
    PROMISE(memcmp(again, scalar, sizeof scalar) == 0);
}

static void check(pair *p, unsigned which, ds_slice input)
{
    switch (which % 8) {
    case 0:
        check_base58(p, input);
        break;
    case 1:
        check_base64(p, input, DS_BASE64);
        break;
    case 2:
        check_base64(p, input, DS_BASE64URL);
        break;
    case 3:
        check_der(input, 32);
        break;
    case 4:
        check_der(input, DS_ECDSA_NUMBERBYTES);
        break;
    case 5:
        check_public_key(input, DS_CURVE_P256);
        break;
    case 6:
        check_public_key(input, DS_CURVE_P384);
        break;
    default:
        check_private_key(p, input);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ds_slice input = {data, size};
    unsigned which = fuzz_byte(&input);
    pair p;
    ds_buf_init(&p.bytes, BYTES_MAX);
    ds_buf_init(&p.text, BYTES_MAX);
    check(&p, which, input);
    ds_buf_free(&p.bytes);
    ds_buf_free(&p.text);
    return 0;
}
