/* secp256k1 for scripts. What is signed is a hash of 32 bytes, the caller's choice. */
#include "lua/binding.h"
#include "lua/secret.h"
#include "lua/signature.h"

#include "base/wipe.h"
#include "crypto/secp256k1.h"

#define NUMBER_BYTES 32

typedef ds_status sign_function(unsigned char *sig, const unsigned char *hash,
                                const unsigned char *key);

static int sign(lua_State *L, const char *call, sign_function *primitive, size_t size)
{
    unsigned char sig[DS_SECP256K1_RECOVERABLEBYTES];
    ds_error err;
    const unsigned char *key = ds_secret_at(L, 1, DS_SECRET_SECP256K1, call, NULL, &err);
    ds_slice hash = ds_named_slice(L, 2, call, "hash");
    if (key == NULL || !ds_named_size(hash, DS_SECP256K1_HASHBYTES, call, "hash", &err))
        return ds_push_failure(L, &err);
    return ds_push_made(L, primitive(sig, hash.data, key), call,
                        ds_secret_words(DS_SECRET_SECP256K1), NULL, sig, size);
}

/* secp256k1.sign(key, hash) -> r | s, low s | nil, message, code */
static int l_sign(lua_State *L)
{
    return sign(L, "secp256k1.sign", ds_secp256k1_sign, DS_SECP256K1_SIGNATUREBYTES);
}

/* secp256k1.sign_recoverable(key, hash) -> r | s | v, low s, v 0 to 3 | nil, message, code */
static int l_sign_recoverable(lua_State *L)
{
    return sign(L, "secp256k1.sign_recoverable", ds_secp256k1_sign_recoverable,
                DS_SECP256K1_RECOVERABLEBYTES);
}

/* secp256k1.check_key(bytes) -> the same bytes | nil, message, code */
static int l_check_key(lua_State *L)
{
    static const char call[] = "secp256k1.check_key";
    ds_error err;
    ds_slice bytes = ds_named_slice(L, 1, call, "bytes");
    if (!ds_named_size(bytes, DS_SECP256K1_KEYBYTES, call, "bytes", &err))
        return ds_push_failure(L, &err);
    ds_status status = ds_secp256k1_key_check(bytes.data);
    if (status != DS_OK)
        return ds_push_made(L, status, call, ds_secret_words(DS_SECRET_SECP256K1), NULL, NULL, 0);
    lua_settop(L, 1);
    return 1;
}

/* Out: the point, compressed. Returns false with *err when the argument is none. */
static bool read_point(unsigned char out[33], ds_slice given, const char *call, ds_error *err)
{
    ds_status status = DS_INVALID;
    if (given.len != DS_SECP256K1_PUBLICBYTES && given.len != DS_SECP256K1_UNCOMPRESSEDBYTES)
        ds_fail(err, status, "%s: public_key: %lu bytes instead of 33 or 65", call,
                (unsigned long)given.len);
    else if ((status = ds_secp256k1_public_parse(out, given)) == DS_INVALID)
        ds_fail(err, status, "%s: public_key: no point of secp256k1", call);
    else if (status != DS_OK)
        ds_fail(err, status, "%s: %s", call, ds_status_meaning(status));
    return status == DS_OK;
}

/* secp256k1.compress(public_key) -> 33 bytes | nil, message, code */
static int l_compress(lua_State *L)
{
    static const char call[] = "secp256k1.compress";
    unsigned char point[DS_SECP256K1_PUBLICBYTES];
    ds_error err;
    if (!read_point(point, ds_named_slice(L, 1, call, "public_key"), call, &err))
        return ds_push_failure(L, &err);
    lua_pushlstring(L, (const char *)point, sizeof point);
    return 1;
}

/* secp256k1.decompress(public_key) -> 65 bytes | nil, message, code */
static int l_decompress(lua_State *L)
{
    static const char call[] = "secp256k1.decompress";
    unsigned char point[DS_SECP256K1_PUBLICBYTES], large[DS_SECP256K1_UNCOMPRESSEDBYTES];
    ds_error err;
    if (!read_point(point, ds_named_slice(L, 1, call, "public_key"), call, &err))
        return ds_push_failure(L, &err);
    return ds_push_made(L, ds_secp256k1_public_uncompressed(large, point), call, NULL, NULL, large,
                        sizeof large);
}

/* Makes s low where the options allow a high one. In, out: r | s, with v behind it or not. */
static ds_status admit_high_s(lua_State *L, int options, unsigned char *sig, unsigned char *v,
                              ds_error *err)
{
    bool flipped = false;
    if (!ds_option_flag(L, options, "allow_high_s"))
        return DS_OK;
    ds_status status = ds_secp256k1_signature_normalize(sig, &flipped, err);
    if (flipped && v != NULL && *v <= 3)
        *v ^= 1;
    return status;
}

/* secp256k1.verify(public_key, hash, signature[, options]) -> true | nil, message, code */
static int l_verify(lua_State *L)
{
    static const char call[] = "secp256k1.verify";
    static const ds_option options[] = {
        {"allow_high_s", LUA_TBOOLEAN}, {"encoding", LUA_TSTRING}, {NULL, 0}};
    unsigned char sig[DS_SECP256K1_SIGNATUREBYTES], point[DS_SECP256K1_PUBLICBYTES];
    ds_error err;
    ds_slice public_key = ds_named_slice(L, 1, call, "public_key");
    ds_slice hash = ds_named_slice(L, 2, call, "hash");
    ds_slice given = ds_named_slice(L, 3, call, "signature");
    ds_options_check(L, 4, call, options);
    if (!read_point(point, public_key, call, &err) ||
        !ds_named_size(hash, DS_SECP256K1_HASHBYTES, call, "hash", &err) ||
        !ds_signature_read(L, 4, sig, NUMBER_BYTES, given, call, &err))
        return ds_push_failure(L, &err);
    if (admit_high_s(L, 4, sig, NULL, &err) == DS_OK &&
        ds_secp256k1_verify(sig, hash.data, ds_slice_of(point, sizeof point), &err) == DS_OK) {
        lua_pushboolean(L, 1);
        return 1;
    }
    ds_error_from(&err, call);
    return ds_push_failure(L, &err);
}

/* secp256k1.recover(hash, signature[, options]) -> public key, 33 bytes | nil, message, code */
static int l_recover(lua_State *L)
{
    static const char call[] = "secp256k1.recover";
    static const ds_option options[] = {{"allow_high_s", LUA_TBOOLEAN}, {NULL, 0}};
    unsigned char sig[DS_SECP256K1_RECOVERABLEBYTES], pub[DS_SECP256K1_PUBLICBYTES];
    ds_error err;
    ds_slice hash = ds_named_slice(L, 1, call, "hash");
    ds_slice given = ds_named_slice(L, 2, call, "signature");
    ds_options_check(L, 3, call, options);
    if (!ds_named_size(hash, DS_SECP256K1_HASHBYTES, call, "hash", &err) ||
        !ds_named_size(given, sizeof sig, call, "signature", &err))
        return ds_push_failure(L, &err);
    memcpy(sig, given.data, sizeof sig);
    if (admit_high_s(L, 3, sig, &sig[64], &err) == DS_OK &&
        ds_secp256k1_recover(pub, sig, hash.data, &err) == DS_OK) {
        lua_pushlstring(L, (const char *)pub, sizeof pub);
        return 1;
    }
    ds_error_from(&err, call);
    return ds_push_failure(L, &err);
}

/* secp256k1.normalize(signature) -> the same with a low s, 64 or 65 bytes | nil, message, code */
static int l_normalize(lua_State *L)
{
    static const char call[] = "secp256k1.normalize";
    unsigned char sig[DS_SECP256K1_RECOVERABLEBYTES];
    bool flipped = false;
    ds_error err;
    ds_slice given = ds_named_slice(L, 1, call, "signature");
    if (given.len != DS_SECP256K1_SIGNATUREBYTES && given.len != sizeof sig) {
        ds_fail(&err, DS_INVALID, "%s: signature: %lu bytes instead of 64 or 65", call,
                (unsigned long)given.len);
        return ds_push_failure(L, &err);
    }
    memcpy(sig, given.data, given.len);
    if (ds_secp256k1_signature_normalize(sig, &flipped, &err) != DS_OK) {
        ds_error_from(&err, call);
        return ds_push_failure(L, &err);
    }
    if (flipped && given.len == sizeof sig)
        sig[64] ^= 1;
    lua_pushlstring(L, (const char *)sig, given.len);
    return 1;
}

static const luaL_Reg methods[] = {
    {"sign", l_sign},
    {"sign_recoverable", l_sign_recoverable},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"check_key", l_check_key},
    {"compress", l_compress},
    {"decompress", l_decompress},
    {"verify", l_verify},
    {"recover", l_recover},
    {"normalize", l_normalize},
    {NULL, NULL},
};

void ds_open_secp256k1(lua_State *L)
{
    ds_open_secret(L, DS_SECRET_SECP256K1, methods);
    lua_getfield(L, -1, "secp256k1");
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
}
