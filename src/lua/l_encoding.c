/* Bytes as text: hex, base58, base64, base64url. */
#include "lua/binding.h"
#include "lua/named.h"

#include "base/base58.h"
#include "base/base64.h"
#include "base/hex.h"

#define MAX_BYTES ((size_t)-1 / 2)

/* Pushes what is in the buffer and frees it, or the failure. */
static int push_text(lua_State *L, ds_buf *text, ds_status status, const char *call)
{
    if (status != DS_OK)
        return ds_push_status(L, status, call);
    ds_push_slice(L, ds_buf_content(text));
    ds_buf_free(text);
    return 1;
}

static int push_bytes(lua_State *L, ds_buf *bytes, ds_status status, const ds_error *err)
{
    return status != DS_OK ? ds_push_failure(L, err) : push_text(L, bytes, status, "");
}

/* hex(bytes) -> text */
static int l_hex(lua_State *L)
{
    ds_slice bytes = ds_named_slice(L, 1, "hex", "bytes");
    ds_buf *hex = ds_box_buf(L, MAX_BYTES);
    return push_text(L, hex, ds_buf_hex(hex, bytes.data, bytes.len), "hex");
}

/* unhex(text) -> bytes | nil, message, code */
static int l_unhex(lua_State *L)
{
    ds_slice hex = ds_named_slice(L, 1, "unhex", "text");
    ds_error err;
    ds_buf *bytes = ds_box_buf(L, MAX_BYTES);
    unsigned char *at = ds_buf_grow(bytes, hex.len / 2);
    if (at == NULL)
        return ds_push_status(L, ds_buf_status(bytes), "hex");
    if (ds_hex_decode(at, hex.data, hex.len))
        return push_text(L, bytes, DS_OK, "hex");
    ds_fail(&err, DS_INVALID,
            hex.len % 2 ? "hex: an odd number of digits" : "hex: a character that is no digit");
    return ds_push_failure(L, &err);
}

/* base58(bytes) -> text | nil, message, code */
static int l_base58(lua_State *L)
{
    ds_slice bytes = ds_named_slice(L, 1, "base58", "bytes");
    ds_error err;
    ds_buf *text = ds_box_buf(L, DS_BASE58_MAXTEXT);
    ds_status status = ds_base58_encode(text, bytes);
    if (status == DS_TOO_LARGE) {
        ds_fail(&err, status, "base58: bytes: %lu, at most %d allowed", (unsigned long)bytes.len,
                DS_BASE58_MAXBYTES);
        return ds_push_failure(L, &err);
    }
    return push_text(L, text, status, "base58");
}

/* unbase58(text) -> bytes | nil, message, code */
static int l_unbase58(lua_State *L)
{
    ds_slice text = ds_named_slice(L, 1, "unbase58", "text");
    ds_error err;
    ds_buf *bytes = ds_box_buf(L, DS_BASE58_MAXBYTES);
    return push_bytes(L, bytes, ds_base58_decode(bytes, text, &err), &err);
}

static int encode64(lua_State *L, ds_base64_kind kind, const char *call)
{
    ds_slice bytes = ds_named_slice(L, 1, call, "bytes");
    ds_buf *text = ds_box_buf(L, MAX_BYTES);
    return push_text(L, text, ds_base64_encode(text, bytes, kind), call);
}

static int decode64(lua_State *L, ds_base64_kind kind, const char *call)
{
    ds_slice text = ds_named_slice(L, 1, call, "text");
    ds_error err;
    ds_buf *bytes = ds_box_buf(L, MAX_BYTES);
    return push_bytes(L, bytes, ds_base64_decode(bytes, text, kind, &err), &err);
}

/* base64(bytes) -> text */
static int l_base64(lua_State *L)
{
    return encode64(L, DS_BASE64, "base64");
}

/* unbase64(text) -> bytes | nil, message, code */
static int l_unbase64(lua_State *L)
{
    return decode64(L, DS_BASE64, "unbase64");
}

/* base64url(bytes) -> text */
static int l_base64url(lua_State *L)
{
    return encode64(L, DS_BASE64URL, "base64url");
}

/* unbase64url(text) -> bytes | nil, message, code */
static int l_unbase64url(lua_State *L)
{
    return decode64(L, DS_BASE64URL, "unbase64url");
}

static const luaL_Reg functions[] = {
    {"hex", l_hex},
    {"unhex", l_unhex},
    {"base58", l_base58},
    {"unbase58", l_unbase58},
    {"base64", l_base64},
    {"unbase64", l_unbase64},
    {"base64url", l_base64url},
    {"unbase64url", l_unbase64url},
    {NULL, NULL},
};

void ds_open_encoding(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
