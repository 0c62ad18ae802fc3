#include "crypto/pin.h"

#include "base/base64.h"
#include "crypto/hash.h"
#include "crypto/pem.h"
#include "crypto/pkey.h"

#include <openssl/err.h>

#define KEY_MAXBYTES ((size_t)64 << 10)

static ds_status put_pin(ds_buf *pins, ds_slice spki, ds_error *err)
{
    unsigned char sum[DS_SHA256_BYTES];
    ds_status status = ds_hash_one(DS_SHA256, sum, spki.data, spki.len);
    if (status != DS_OK)
        return ds_fail(err, status, "a public key could not be hashed");
    ds_buf_text(pins, pins->len > 0 ? DS_PIN_SEPARATOR DS_PIN_PREFIX : DS_PIN_PREFIX);
    status = ds_base64_encode(pins, ds_slice_of(sum, sizeof sum), DS_BASE64);
    if (status == DS_TOO_LARGE)
        return ds_fail(err, status, "more than %d keys", DS_PIN_LISTMAX);
    return status == DS_OK ? DS_OK : ds_fail_memory(err);
}

/* Takes the key as it is written in a certificate or alone. In: may be NULL. */
static ds_status put_key(ds_buf *pins, const X509_PUBKEY *key, ds_error *err)
{
    unsigned char *der = NULL;
    int len = key == NULL ? 0 : i2d_X509_PUBKEY(key, &der);
    ds_status status = len > 0 ? put_pin(pins, ds_slice_of(der, (size_t)len), err)
                               : ds_fail(err, DS_INVALID, "a public key cannot be read");
    OPENSSL_free(der);
    return status;
}

static ds_status put_certificate(ds_buf *pins, ds_slice block, ds_error *err)
{
    X509 *cert;
    ds_status status = ds_x509_from_pem(&cert, block, err);
    if (status == DS_OK)
        status = put_key(pins, X509_get_X509_PUBKEY(cert), err);
    X509_free(cert);
    return status;
}

static ds_status put_public_key(ds_buf *pins, ds_slice block, ds_error *err)
{
    ds_buf der;
    ds_buf_init(&der, KEY_MAXBYTES);
    ds_status status = ds_pem_decode(&der, block, "PUBLIC KEY", err);
    if (status == DS_OK) {
        const unsigned char *p = der.data;
        X509_PUBKEY *key = der.len == 0 ? NULL : d2i_X509_PUBKEY(NULL, &p, (long)der.len);
        bool whole = key != NULL && p == der.data + der.len;
        status = put_key(pins, whole ? key : NULL, err);
        X509_PUBKEY_free(key);
    }
    ds_buf_free(&der);
    return status;
}

/* A private key may stand in the file: nothing of a block is shown. */
static ds_status put_block(ds_buf *pins, ds_slice block, ds_error *err)
{
    if (ds_slice_starts(block, DS_LITERAL("-----BEGIN CERTIFICATE-----")))
        return put_certificate(pins, block, err);
    if (ds_slice_starts(block, DS_LITERAL("-----BEGIN PUBLIC KEY-----")))
        return put_public_key(pins, block, err);
    return ds_fail(err, DS_INVALID, "a PEM block is neither a CERTIFICATE nor a PUBLIC KEY");
}

/* Drops lines until one begins a block. Returns false when none does. */
static bool skip_to_block(ds_slice *text)
{
    while (text->len > 0 && !ds_slice_starts(*text, DS_LITERAL("-----BEGIN "))) {
        const char *at = text->data, *end = memchr(at, '\n', text->len);
        size_t used = end == NULL ? text->len : (size_t)(end - at) + 1;
        *text = ds_slice_of(at + used, text->len - used);
    }
    return text->len > 0;
}

ds_status ds_pin_from_pem(ds_buf *pins, ds_slice pem, ds_error *err)
{
    size_t before = pins->len;
    ds_slice block;
    ds_status status = DS_OK;
    ERR_set_mark();
    while (status == DS_OK && skip_to_block(&pem) && ds_pem_next(&block, &pem))
        status = put_block(pins, block, err);
    ERR_pop_to_mark();
    if (status == DS_OK && pins->len == before)
        status = ds_fail(err, DS_INVALID, "no PEM block, certificate or public key, is in it");
    if (status != DS_OK && pins->len > before)
        pins->len = before;
    return status;
}
