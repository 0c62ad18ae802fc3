/* Ed25519, X25519 and AES-256-GCM for scripts. */
#include "lua/binding.h"
#include "lua/secret.h"

#include "crypto/aes_gcm.h"
#include "crypto/ed25519.h"
#include "crypto/x25519.h"

/* ed25519.sign(key, message) -> 64 bytes | nil, message, code */
static int l_sign(lua_State *L)
{
    static const char call[] = "ed25519.sign";
    unsigned char sig[DS_ED25519_SIGNATUREBYTES];
    const ds_secret *object;
    ds_error err;
    ds_status status;
    const unsigned char *seed = ds_secret_at(L, 1, DS_SECRET_ED25519, call, &object, &err);
    ds_slice message = ds_named_slice(L, 2, call, "message");
    if (seed == NULL)
        return ds_push_failure(L, &err);
    if (object != NULL)
        status = ds_ed25519_sign_pair(sig, message.data, message.len, seed, object->pub);
    else
        status = ds_ed25519_sign(sig, message.data, message.len, seed);
    return ds_push_made(L, status, call, NULL, NULL, sig, sizeof sig);
}

/* ed25519.verify(public_key, message, signature) -> true | nil, message, code */
static int l_verify(lua_State *L)
{
    static const char call[] = "ed25519.verify";
    ds_error err;
    ds_slice public_key = ds_named_slice(L, 1, call, "public_key");
    ds_slice message = ds_named_slice(L, 2, call, "message");
    ds_slice sig = ds_named_slice(L, 3, call, "signature");
    if (!ds_named_size(public_key, DS_ED25519_PUBLICBYTES, call, "public_key", &err) ||
        !ds_named_size(sig, DS_ED25519_SIGNATUREBYTES, call, "signature", &err))
        return ds_push_failure(L, &err);
    ds_status status = ds_ed25519_low_order(public_key.data) ? DS_INVALID : DS_OK;
    if (status == DS_OK)
        status = ds_ed25519_verify(sig.data, message.data, message.len, public_key.data);
    if (status != DS_OK)
        return ds_push_made(L, status, call,
                            "public_key: a point of low order, by which anybody can sign",
                            "the signature is not by this key over this message", NULL, 0);
    lua_pushboolean(L, 1);
    return 1;
}

/* x25519.shared_secret(key, public_key) -> 32 bytes | nil, message, code */
static int l_shared_secret(lua_State *L)
{
    static const char call[] = "x25519.shared_secret";
    unsigned char shared[DS_X25519_SHAREDBYTES];
    ds_error err;
    const unsigned char *secret = ds_secret_at(L, 1, DS_SECRET_X25519, call, NULL, &err);
    ds_slice public_key = ds_named_slice(L, 2, call, "public_key");
    if (secret == NULL ||
        !ds_named_size(public_key, DS_X25519_PUBLICBYTES, call, "public_key", &err))
        return ds_push_failure(L, &err);
    ds_status status = ds_x25519_shared_secret(shared, secret, public_key.data);
    return ds_push_made(L, status, call,
                        "public_key: a point of low order, which agrees on zeros with every key",
                        NULL, shared, sizeof shared);
}

/* The arguments of seal and open. */
typedef struct gcm_arguments {
    const unsigned char *key;
    ds_slice nonce, text, aad;
} gcm_arguments;

static bool read_arguments(lua_State *L, gcm_arguments *a, const char *call, const char *text,
                           ds_error *err)
{
    a->key = ds_secret_at(L, 1, DS_SECRET_AES256_GCM, call, NULL, err);
    a->nonce = ds_named_slice(L, 2, call, "nonce");
    a->text = ds_named_slice(L, 3, call, text);
    a->aad = ds_named_optional(L, 4, call, "aad");
    return a->key != NULL && ds_named_size(a->nonce, DS_AES256_GCM_NONCEBYTES, call, "nonce", err);
}

/* aes256_gcm.seal(key, nonce, plaintext[, aad]) -> ciphertext | tag | nil, message, code */
static int l_seal(lua_State *L)
{
    static const char call[] = "aes256_gcm.seal";
    gcm_arguments a;
    ds_error err;
    if (!read_arguments(L, &a, call, "plaintext", &err))
        return ds_push_failure(L, &err);
    ds_buf *sealed = ds_box_buf(L, DS_AES256_GCM_MAXBYTES + DS_AES256_GCM_TAGBYTES);
    unsigned char *at = ds_buf_grow(sealed, a.text.len + DS_AES256_GCM_TAGBYTES);
    ds_status status = at == NULL ? ds_buf_status(sealed)
                                  : ds_aes256_gcm_seal(at, a.key, a.nonce.data, a.text, a.aad);
    if (status != DS_OK)
        return ds_push_made(L, status, call, NULL, NULL, NULL, 0);
    ds_push_slice(L, ds_buf_content(sealed));
    ds_buf_free(sealed);
    return 1;
}

/* aes256_gcm.open(key, nonce, sealed[, aad]) -> plaintext | nil, message, code */
static int l_open(lua_State *L)
{
    static const char call[] = "aes256_gcm.open";
    gcm_arguments a;
    ds_error err;
    if (!read_arguments(L, &a, call, "sealed", &err))
        return ds_push_failure(L, &err);
    if (a.text.len < DS_AES256_GCM_TAGBYTES) {
        ds_fail(&err, DS_INVALID, "%s: sealed: %lu bytes, less than the 16 of the tag", call,
                (unsigned long)a.text.len);
        return ds_push_failure(L, &err);
    }
    ds_buf *plain = ds_box_buf(L, DS_AES256_GCM_MAXBYTES);
    unsigned char *at = ds_buf_grow(plain, a.text.len - DS_AES256_GCM_TAGBYTES);
    ds_status status = at == NULL ? ds_buf_status(plain)
                                  : ds_aes256_gcm_open(at, a.key, a.nonce.data, a.text, a.aad);
    if (status != DS_OK)
        return ds_push_made(L, status, call, NULL,
                            "key, nonce or aad are others, or what was sealed was changed", NULL,
                            0);
    ds_push_slice(L, ds_buf_content(plain));
    ds_buf_free(plain);
    return 1;
}

static const luaL_Reg ed25519_methods[] = {{"sign", l_sign}, {NULL, NULL}};
static const luaL_Reg x25519_methods[] = {{"shared_secret", l_shared_secret}, {NULL, NULL}};
static const luaL_Reg gcm_methods[] = {{"seal", l_seal}, {"open", l_open}, {NULL, NULL}};

void ds_open_keyed(lua_State *L)
{
    ds_open_secret(L, DS_SECRET_ED25519, ed25519_methods);
    lua_getfield(L, -1, "ed25519");
    lua_pushcfunction(L, l_verify);
    lua_setfield(L, -2, "verify");
    lua_pop(L, 1);
    ds_open_secret(L, DS_SECRET_X25519, x25519_methods);
    ds_open_secret(L, DS_SECRET_AES256_GCM, gcm_methods);
}
