/* Derived keys: their public half, and the chains that vouch for them. */
#include "lua/binding.h"

#include "guest/dip1.h"
#include "guest/key.h"

/* public_key(algorithm, key) -> bytes | nil, message, code
 * algorithm as GetKey takes it; key is 32 bytes. */
static int l_public_key(lua_State *L)
{
    ds_key_algorithm algorithm;
    ds_public_key public_key;
    ds_slice name = ds_check_slice(L, 1), key = ds_check_slice(L, 2);
    ds_error err;
    if (!ds_key_algorithm_by_name(&algorithm, name))
        ds_fail(&err, DS_INVALID, "algorithm: neither secp256k1 nor ed25519");
    else if (key.len != DS_KEY_BYTES)
        ds_fail(&err, DS_INVALID, "key: %lu bytes instead of %d", (unsigned long)key.len,
                DS_KEY_BYTES);
    else if (ds_key_public(&public_key, algorithm, key.data) != DS_OK)
        ds_fail(&err, DS_INVALID, "key: not a private key of that algorithm");
    else {
        lua_pushlstring(L, (const char *)public_key.bytes, public_key.len);
        return 1;
    }
    return ds_push_failure(L, &err);
}

/* What the surfaces' claims differ in: v1 has domain and algorithm, v0 a purpose. Returns false
 * when there is no such algorithm. */
static bool take_scheme(lua_State *L, ds_chain_claim *claim)
{
    claim->domain = ds_field_slice(L, 1, "domain", false);
    claim->scheme = claim->domain.data == NULL ? DS_KEYS_V0 : DS_KEYS_V1;
    if (claim->scheme == DS_KEYS_V0) {
        claim->purpose = ds_field_slice(L, 1, "purpose", true);
        return true;
    }
    return ds_key_algorithm_by_name_v1(&claim->algorithm, ds_field_slice(L, 1, "algorithm", true));
}

/* verify_chain{public_key=, app_id=, kms_root=, link0=, link1=, and for v0 purpose=, for v1
 * domain=, algorithm=}, all of them bytes
 * -> the application's root public key, 33 bytes | nil, message, code */
static int l_verify_chain(lua_State *L)
{
    unsigned char app_root[DS_SECP256K1_PUBLICBYTES];
    ds_error err;
    luaL_checktype(L, 1, LUA_TTABLE);
    ds_chain_claim claim = {
        .public_key = ds_field_slice(L, 1, "public_key", true),
        .app_id = ds_field_slice(L, 1, "app_id", true),
        .kms_root = ds_field_slice(L, 1, "kms_root", true),
    };
    ds_slice links[2] = {ds_field_slice(L, 1, "link0", true), ds_field_slice(L, 1, "link1", true)};
    if (!take_scheme(L, &claim)) {
        ds_fail(&err, DS_INVALID, "algorithm: neither secp256k1 nor ed25519");
        return ds_push_failure(L, &err);
    }
    if (ds_chain_verify(app_root, &claim, links, &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushlstring(L, (const char *)app_root, sizeof app_root);
    return 1;
}

/* app_key(report_data) -> the public key that report data of 64 bytes name, its algorithm
 * | nil, message, code */
static int l_app_key(lua_State *L)
{
    ds_key_algorithm algorithm;
    ds_public_key public_key;
    ds_slice report_data = ds_check_slice(L, 1);
    ds_error err;
    if (report_data.len != DS_REPORT_DATA_BYTES) {
        ds_fail(&err, DS_INVALID, "%lu bytes instead of %d", (unsigned long)report_data.len,
                DS_REPORT_DATA_BYTES);
        return ds_push_failure(L, &err);
    }
    if (ds_dip1_read(&algorithm, &public_key, report_data.data, &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushlstring(L, (const char *)public_key.bytes, public_key.len);
    lua_pushstring(L, ds_key_algorithm_name(algorithm));
    return 2;
}

static const luaL_Reg functions[] = {
    {"public_key", l_public_key},
    {"verify_chain", l_verify_chain},
    {"app_key", l_app_key},
    {NULL, NULL},
};

void ds_open_key(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
