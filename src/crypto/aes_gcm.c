#include "crypto/aes_gcm.h"

#include "base/wipe.h"

#include <openssl/err.h>
#include <openssl/evp.h>

/* Returns a context that has seen key, nonce and additional data, or NULL. */
static EVP_CIPHER_CTX *start(bool sealing, const unsigned char *key, const unsigned char *nonce,
                             ds_slice aad)
{
    int n;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    if (ctx != NULL &&
        (EVP_CipherInit_ex2(ctx, EVP_aes_256_gcm(), key, nonce, sealing, NULL) != 1 ||
         (aad.len > 0 && EVP_CipherUpdate(ctx, NULL, &n, aad.data, (int)aad.len) != 1))) {
        EVP_CIPHER_CTX_free(ctx);
        ctx = NULL;
    }
    return ctx;
}

static bool update(EVP_CIPHER_CTX *ctx, unsigned char *out, ds_slice in)
{
    int n;
    return in.len == 0 || EVP_CipherUpdate(ctx, out, &n, in.data, (int)in.len) == 1;
}

/* GCM has nothing left to write at its end, so the place to write to is never used. */
static bool finish(EVP_CIPHER_CTX *ctx)
{
    unsigned char none[DS_AES256_GCM_TAGBYTES];
    int n;
    return EVP_CipherFinal_ex(ctx, none, &n) == 1;
}

ds_status ds_aes256_gcm_seal(unsigned char *out, const unsigned char key[32],
                             const unsigned char nonce[12], ds_slice plain, ds_slice aad)
{
    if (plain.len > DS_AES256_GCM_MAXBYTES || aad.len > DS_AES256_GCM_MAXBYTES)
        return DS_TOO_LARGE;
    ERR_set_mark();
    EVP_CIPHER_CTX *ctx = start(true, key, nonce, aad);
    bool good = ctx != NULL && update(ctx, out, plain) && finish(ctx) &&
                EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, DS_AES256_GCM_TAGBYTES,
                                    out + plain.len) == 1;
    EVP_CIPHER_CTX_free(ctx);
    ERR_pop_to_mark();
    if (!good)
        ds_wipe(out, plain.len + DS_AES256_GCM_TAGBYTES);
    return good ? DS_OK : DS_INTERNAL;
}

ds_status ds_aes256_gcm_open(unsigned char *out, const unsigned char key[32],
                             const unsigned char nonce[12], ds_slice sealed, ds_slice aad)
{
    ds_status status = DS_INTERNAL;
    if (sealed.len < DS_AES256_GCM_TAGBYTES)
        return DS_INVALID;
    ds_slice text = ds_slice_of(sealed.data, sealed.len - DS_AES256_GCM_TAGBYTES);
    if (text.len > DS_AES256_GCM_MAXBYTES || aad.len > DS_AES256_GCM_MAXBYTES)
        return DS_TOO_LARGE;
    const unsigned char *tag = (const unsigned char *)sealed.data + text.len;
    ERR_set_mark();
    EVP_CIPHER_CTX *ctx = start(false, key, nonce, aad);
    if (ctx != NULL && update(ctx, out, text) &&
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, DS_AES256_GCM_TAGBYTES, (void *)tag) == 1)
        status = finish(ctx) ? DS_OK : DS_VERIFY;
    EVP_CIPHER_CTX_free(ctx);
    ERR_pop_to_mark();
    if (status != DS_OK)
        ds_wipe(out, text.len);
    return status;
}
