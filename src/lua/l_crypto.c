/* The primitives a script needs beside the client. */
#include "lua/binding.h"

#include "base/hex.h"
#include "base/wipe.h"
#include "crypto/hash.h"
#include "crypto/pem.h"
#include "crypto/x509.h"

/* hash(name, bytes) -> digest bytes; raises for a name that does not exist */
static int l_hash(lua_State *L)
{
    ds_hash_id id;
    unsigned char digest[DS_HASH_MAXBYTES];
    ds_slice data = ds_check_slice(L, 2);
    luaL_argcheck(L, ds_hash_by_name(&id, ds_check_slice(L, 1)), 1, "no such hash function");
    ds_status status = ds_hash(id, digest, &data, 1);
    if (status != DS_OK)
        return ds_push_status(L, status, "hash");
    lua_pushlstring(L, (const char *)digest, ds_hash_size(id));
    ds_wipe(digest, sizeof digest);
    return 1;
}

/* hex(bytes) -> text */
static int l_hex(lua_State *L)
{
    ds_slice bytes = ds_check_slice(L, 1);
    ds_buf *hex = ds_box_buf(L, (size_t)-1 / 2);
    if (ds_buf_hex(hex, bytes.data, bytes.len) != DS_OK)
        return ds_push_status(L, ds_buf_status(hex), "hex");
    ds_push_slice(L, ds_buf_content(hex));
    ds_buf_free(hex);
    return 1;
}

/* unhex(text) -> bytes | nil, message, code */
static int l_unhex(lua_State *L)
{
    ds_slice hex = ds_check_slice(L, 1);
    ds_buf *bytes = ds_box_buf(L, (size_t)-1 / 2);
    unsigned char *at = ds_buf_grow(bytes, hex.len / 2);
    if (at == NULL)
        return ds_push_status(L, ds_buf_status(bytes), "hex");
    if (!ds_hex_decode(at, hex.data, hex.len)) {
        ds_error err;
        ds_fail(&err, DS_INVALID,
                hex.len % 2 ? "hex: an odd number of digits" : "hex: a character that is no digit");
        return ds_push_failure(L, &err);
    }
    ds_push_slice(L, ds_buf_content(bytes));
    ds_buf_free(bytes);
    return 1;
}

/* pem_to_der(text, label) -> bytes | nil, message, code */
static int l_pem_to_der(lua_State *L)
{
    ds_slice text = ds_check_slice(L, 1);
    const char *label = luaL_checkstring(L, 2);
    ds_error err;
    ds_buf *der = ds_box_buf(L, DS_X509_MAXBYTES);
    if (ds_pem_decode(der, text, label, &err) != DS_OK)
        return ds_push_failure(L, &err);
    ds_push_slice(L, ds_buf_content(der));
    ds_buf_free(der);
    return 1;
}

static const luaL_Reg functions[] = {
    {"hash", l_hash}, {"hex", l_hex}, {"unhex", l_unhex}, {"pem_to_der", l_pem_to_der},
    {NULL, NULL},
};

void ds_open_crypto(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
