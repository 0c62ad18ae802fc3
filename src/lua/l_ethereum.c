/* Ethereum for scripts: addresses, signatures of hashes, messages. A signature is r, s and v, 65
 * bytes, as 0x and hex digits; its v is 27 or 28 as wallets have it, and may be 0 or 1 in what is
 * read. */
#include "lua/binding.h"
#include "lua/bytes.h"
#include "lua/secret.h"

#include "base/wipe.h"
#include "crypto/secp256k1.h"
#include "ethereum/address.h"
#include "ethereum/message.h"

#define SIGNATURE_BYTES DS_SECP256K1_RECOVERABLEBYTES
#define V               64 /* where v is */
#define V_BASE          27

/* Addresses ------------------------------------------------------------------------------------ */

/* ethereum_to_checksum_address(address, call, name) -> text | nil, message, code */
static int l_to_checksum(lua_State *L)
{
    unsigned char address[DS_ADDRESS_BYTES];
    ds_error err;
    const char *call = luaL_checkstring(L, 2), *name = luaL_checkstring(L, 3);
    if (!ds_named_address(L, 1, address, call, name, &err))
        return ds_push_failure(L, &err);
    ds_push_address(L, address);
    return 1;
}

/* is_address(text) -> boolean */
static int l_is_address(lua_State *L)
{
    unsigned char address[DS_ADDRESS_BYTES];
    ds_error ignored;
    ds_slice text = ds_named_slice(L, 1, "is_address", "text");
    lua_pushboolean(L, ds_address_parse(address, text, &ignored) == DS_OK);
    return 1;
}

/* ethereum_identity(key) -> address, public key of 65 bytes | nil, message, code */
static int l_identity(lua_State *L)
{
    static const char call[] = "account_from_key";
    unsigned char point[DS_SECP256K1_PUBLICBYTES], large[DS_SECP256K1_UNCOMPRESSEDBYTES];
    unsigned char address[DS_ADDRESS_BYTES];
    ds_error err;
    const unsigned char *key = ds_secret_at(L, 1, DS_SECRET_SECP256K1, call, NULL, &err);
    if (key == NULL)
        return ds_push_failure(L, &err);
    ds_status status = ds_secp256k1_public_key(point, key);
    if (status == DS_OK)
        status = ds_secp256k1_public_uncompressed(large, point);
    if (status == DS_OK)
        status = ds_address_of_key(address, point);
    if (status != DS_OK)
        return ds_push_made(L, status, call, ds_secret_words(DS_SECRET_SECP256K1), NULL, NULL, 0);
    ds_push_address(L, address);
    lua_pushlstring(L, (const char *)large, sizeof large);
    return 2;
}

/* Signatures ----------------------------------------------------------------------------------- */

/* ethereum_message_hash(message) -> 32 bytes | nil, message, code */
static int l_message_hash(lua_State *L)
{
    unsigned char hash[32];
    ds_status status = ds_message_hash(hash, ds_check_slice(L, 1));
    return ds_push_made(L, status, "message_hash", NULL, NULL, hash, sizeof hash);
}

/* ethereum_sign(key, hash, call) -> signature | nil, message, code */
static int l_sign(lua_State *L)
{
    const char *call = luaL_checkstring(L, 3);
    unsigned char hash[32], sig[SIGNATURE_BYTES];
    ds_error err;
    const unsigned char *key = ds_secret_at(L, 1, DS_SECRET_SECP256K1, call, NULL, &err);
    if (key == NULL || !ds_named_fixed(L, 2, hash, sizeof hash, call, "hash", &err))
        return ds_push_failure(L, &err);
    ds_status status = ds_secp256k1_sign_recoverable(sig, hash, key);
    if (status == DS_OK && sig[V] > 1)
        status = DS_INTERNAL; /* once in 2^127: Ethereum has no v for it */
    if (status != DS_OK)
        return ds_push_made(L, status, call, ds_secret_words(DS_SECRET_SECP256K1), NULL, NULL, 0);
    sig[V] = (unsigned char)(sig[V] + V_BASE);
    ds_push_0x(L, sig, sizeof sig);
    return 1;
}

/* The signature at index. Out: r | s | v, v being 0 or 1. Returns false with *err. */
static bool signature_at(lua_State *L, int index, unsigned char *out, const char *call,
                         ds_error *err)
{
    if (!ds_named_fixed(L, index, out, SIGNATURE_BYTES, call, "signature", err))
        return false;
    if (out[V] >= V_BASE)
        out[V] = (unsigned char)(out[V] - V_BASE);
    if (out[V] <= 1)
        return true;
    ds_fail(err, DS_INVALID, "%s: signature: its v is neither 27, 28, nor 0, 1", call);
    return false;
}

/* ethereum_recover(hash, signature, call) -> address | nil, message, code */
static int l_recover(lua_State *L)
{
    const char *call = luaL_checkstring(L, 3);
    unsigned char hash[32], sig[SIGNATURE_BYTES], address[DS_ADDRESS_BYTES];
    ds_error err;
    if (!ds_named_fixed(L, 1, hash, sizeof hash, call, "hash", &err) ||
        !signature_at(L, 2, sig, call, &err))
        return ds_push_failure(L, &err);
    if (ds_address_recover(address, sig, hash, &err) != DS_OK) {
        ds_error_from(&err, call);
        return ds_push_failure(L, &err);
    }
    ds_push_address(L, address);
    return 1;
}

/* split_signature(signature) -> {r=, s=, v=, y_parity=} | nil, message, code */
static int l_split_signature(lua_State *L)
{
    static const char call[] = "split_signature";
    unsigned char sig[SIGNATURE_BYTES];
    ds_error err;
    if (!signature_at(L, 1, sig, call, &err))
        return ds_push_failure(L, &err);
    if (ds_secp256k1_signature_check(sig, &err) != DS_OK) {
        ds_error_from(&err, call);
        return ds_push_failure(L, &err);
    }
    lua_createtable(L, 0, 4);
    ds_push_0x(L, sig, 32);
    lua_setfield(L, -2, "r");
    ds_push_0x(L, sig + 32, 32);
    lua_setfield(L, -2, "s");
    lua_pushinteger(L, sig[V] + V_BASE);
    lua_setfield(L, -2, "v");
    lua_pushinteger(L, sig[V]);
    lua_setfield(L, -2, "y_parity");
    return 1;
}

static const luaL_Reg functions[] = {
    {"ethereum_identity", l_identity},
    {"ethereum_to_checksum_address", l_to_checksum},
    {"ethereum_is_address", l_is_address},
    {"ethereum_message_hash", l_message_hash},
    {"ethereum_sign", l_sign},
    {"ethereum_recover", l_recover},
    {"ethereum_split_signature", l_split_signature},
    {NULL, NULL},
};

void ds_open_ethereum(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
    ds_open_rlp(L);
    ds_open_transaction(L);
}
