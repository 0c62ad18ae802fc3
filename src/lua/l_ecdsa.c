/* ECDSA over P-256 and P-384, and the two forms of its signatures. */
#include "lua/binding.h"
#include "lua/signature.h"

bool ds_signature_read(lua_State *L, int options, unsigned char *sig, size_t size, ds_slice given,
                       const char *call, ds_error *err)
{
    ds_slice form = ds_option_slice(L, options, "encoding");
    if (form.data == NULL || ds_slice_equal(form, DS_LITERAL("raw"))) {
        if (!ds_named_size(given, 2 * size, call, "signature", err))
            return false;
        memcpy(sig, given.data, 2 * size);
        return true;
    }
    if (!ds_slice_equal(form, DS_LITERAL("der")))
        ds_fail(err, DS_INVALID, "%s: option encoding: neither raw nor der", call);
    else if (ds_ecdsa_from_der(sig, size, given) == DS_OK)
        return true;
    else
        ds_fail(err, DS_INVALID, "%s: signature: not the DER form of two numbers of %lu bytes",
                call, (unsigned long)size);
    return false;
}

/* The option `hash`, the curve's own when there is none. Returns false with *err. */
static bool read_hash(lua_State *L, int options, ds_hash_id *hash, const char *call, ds_error *err)
{
    ds_slice name = ds_option_slice(L, options, "hash");
    if (name.data == NULL || (ds_hash_by_name(hash, name) && ds_hash_sha2_name(*hash) != NULL))
        return true;
    ds_fail(err, DS_INVALID, "%s: option hash: none of sha256, sha384, sha512", call);
    return false;
}

/* What begins like SubjectPublicKeyInfo is left to the primitive, which reads nothing else. */
static bool is_key_size(ds_slice key, size_t number, const char *call, ds_error *err)
{
    bool spki = key.len > 0 && *(const unsigned char *)key.data == 0x30;
    if (spki || key.len == 1 + number || key.len == 1 + 2 * number)
        return true;
    ds_fail(err, DS_INVALID,
            "%s: public_key: %lu bytes instead of %lu or %lu, and no SubjectPublicKeyInfo", call,
            (unsigned long)key.len, (unsigned long)(1 + number), (unsigned long)(1 + 2 * number));
    return false;
}

static int verify(lua_State *L, ds_curve curve, ds_hash_id hash, const char *call)
{
    static const ds_option options[] = {
        {"encoding", LUA_TSTRING}, {"hash", LUA_TSTRING}, {NULL, 0}};
    const size_t number = ds_curve_number_size(curve);
    unsigned char sig[2 * DS_ECDSA_NUMBERBYTES];
    ds_error err;
    ds_slice public_key = ds_named_slice(L, 1, call, "public_key");
    ds_slice message = ds_named_slice(L, 2, call, "message");
    ds_slice given = ds_named_slice(L, 3, call, "signature");
    ds_options_check(L, 4, call, options);
    if (!read_hash(L, 4, &hash, call, &err) || !is_key_size(public_key, number, call, &err) ||
        !ds_signature_read(L, 4, sig, number, given, call, &err))
        return ds_push_failure(L, &err);
    ds_status status = ds_ecdsa_verify(curve, hash, sig, message, public_key);
    if (status != DS_OK)
        return ds_push_made(L, status, call,
                            "public_key: no point of this curve, as SEC 1 or SubjectPublicKeyInfo",
                            "the signature is not by this key over this message", NULL, 0);
    lua_pushboolean(L, 1);
    return 1;
}

/* p256.verify(public_key, message, signature[, options]) -> true | nil, message, code */
static int l_p256_verify(lua_State *L)
{
    return verify(L, DS_CURVE_P256, DS_SHA256, "p256.verify");
}

/* p384.verify(public_key, message, signature[, options]) -> true | nil, message, code */
static int l_p384_verify(lua_State *L)
{
    return verify(L, DS_CURVE_P384, DS_SHA384, "p384.verify");
}

/* In: bytes, those of a raw signature: of the 256-bit curves, or of P-384. */
static bool is_size(size_t bytes, const char *call, const char *name, ds_error *err)
{
    if (bytes == 64 || bytes == 2 * DS_ECDSA_NUMBERBYTES)
        return true;
    ds_fail(err, DS_INVALID, "%s: %s: %lu bytes instead of 64 or 96", call, name,
            (unsigned long)bytes);
    return false;
}

/* ecdsa_to_der(signature) -> DER | nil, message, code */
static int l_ecdsa_to_der(lua_State *L)
{
    unsigned char der[DS_ECDSA_DERBYTES];
    ds_error err;
    ds_slice sig = ds_named_slice(L, 1, "ecdsa_to_der", "signature");
    if (!is_size(sig.len, "ecdsa_to_der", "signature", &err))
        return ds_push_failure(L, &err);
    lua_pushlstring(L, (const char *)der, ds_ecdsa_to_der(der, sig.data, sig.len / 2));
    return 1;
}

/* ecdsa_from_der(DER[, bytes]) -> signature of 64 bytes, or 96 when asked | nil, message, code */
static int l_ecdsa_from_der(lua_State *L)
{
    static const char call[] = "ecdsa_from_der";
    unsigned char sig[2 * DS_ECDSA_NUMBERBYTES];
    size_t size;
    ds_error err;
    ds_slice der = ds_named_slice(L, 1, call, "der");
    lua_Number bytes = lua_isnoneornil(L, 2) ? 64 : ds_named_number(L, 2, call, "bytes");
    if (!ds_named_count(bytes, sizeof sig, &size, call, "bytes", &err) ||
        !is_size(size, call, "bytes", &err))
        return ds_push_failure(L, &err);
    return ds_push_made(L, ds_ecdsa_from_der(sig, size / 2, der), call,
                        "der: not two numbers of that size, written as DER", NULL, sig, size);
}

static const luaL_Reg p256_functions[] = {{"verify", l_p256_verify}, {NULL, NULL}};
static const luaL_Reg p384_functions[] = {{"verify", l_p384_verify}, {NULL, NULL}};
static const luaL_Reg functions[] = {
    {"ecdsa_to_der", l_ecdsa_to_der},
    {"ecdsa_from_der", l_ecdsa_from_der},
    {NULL, NULL},
};

void ds_open_ecdsa(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
    lua_newtable(L);
    luaL_setfuncs(L, p256_functions, 0);
    lua_setfield(L, -2, "p256");
    lua_newtable(L);
    luaL_setfuncs(L, p384_functions, 0);
    lua_setfield(L, -2, "p384");
}
