#include "lua/bytes.h"

#include "base/hex.h"
#include "ethereum/address.h"

#define PREFIX DS_LITERAL("0x")
#define CHUNK  256 /* bytes whose digits fit into the room that a luaL_Buffer gives */

static bool all_hex_digits(ds_slice text)
{
    const char *p = text.data;
    size_t i = 0;
    while (i < text.len && strchr("0123456789abcdefABCDEF", p[i]) != NULL && p[i] != '\0')
        i++;
    return text.len > 0 && i == text.len;
}

/* The digits behind 0x as bytes, into the buffer. */
static ds_status unhex(ds_buf *out, ds_slice text)
{
    size_t n = text.len - PREFIX.len;
    unsigned char *at = ds_buf_grow(out, n / 2);
    if (n > 0 && at == NULL)
        return ds_buf_status(out);
    bool good = ds_hex_decode(at, (const char *)text.data + PREFIX.len, n);
    return good ? DS_OK : DS_INVALID;
}

bool ds_named_bytes(lua_State *L, int index, size_t max, ds_slice *out, const char *call,
                    const char *name, ds_error *err)
{
    ds_slice text = ds_named_slice(L, index, call, name);
    ds_buf *buf = ds_box_buf(L, max);
    ds_status status = DS_OK;
    *out = text;
    if (ds_slice_starts(text, PREFIX)) {
        status = unhex(buf, text);
        *out = ds_buf_content(buf);
    } else if (all_hex_digits(text)) {
        ds_fail(err, DS_INVALID, "%s: %s: hex digits without 0x in front; with it they are hex",
                call, name);
        return false;
    }
    if (status == DS_INVALID)
        ds_fail(err, status, "%s: %s: not pairs of hex digits behind 0x", call, name);
    else if (status == DS_TOO_LARGE || out->len > max)
        ds_fail(err, DS_TOO_LARGE, "%s: %s: more than %lu bytes", call, name, (unsigned long)max);
    else if (status != DS_OK)
        ds_fail_memory(err);
    return status == DS_OK && out->len <= max;
}

bool ds_named_fixed(lua_State *L, int index, unsigned char *out, size_t size, const char *call,
                    const char *name, ds_error *err)
{
    ds_slice text = ds_named_slice(L, index, call, name);
    const char *digits = (const char *)text.data + PREFIX.len;
    if (text.len == size)
        memcpy(out, text.data, size);
    else if (text.len != PREFIX.len + 2 * size || !ds_slice_starts(text, PREFIX) ||
             !ds_hex_decode(out, digits, 2 * size)) {
        ds_fail(err, DS_INVALID, "%s: %s: neither %lu bytes nor 0x and %lu hex digits", call, name,
                (unsigned long)size, (unsigned long)size * 2);
        return false;
    }
    return true;
}

bool ds_named_address(lua_State *L, int index, unsigned char out[20], const char *call,
                      const char *name, ds_error *err)
{
    ds_slice text = ds_named_slice(L, index, call, name);
    if (text.len == DS_ADDRESS_BYTES) {
        memcpy(out, text.data, DS_ADDRESS_BYTES);
        return true;
    }
    if (ds_address_parse(out, text, err) == DS_OK)
        return true;
    ds_error_from(err, name);
    ds_error_from(err, call);
    return false;
}

void ds_push_address(lua_State *L, const unsigned char address[20])
{
    char text[DS_ADDRESS_TEXT];
    ds_address_write(text, address);
    lua_pushlstring(L, text, sizeof text);
}

void ds_push_0x(lua_State *L, const void *bytes, size_t n)
{
    luaL_Buffer text;
    const unsigned char *p = bytes;
    luaL_buffinit(L, &text);
    luaL_addlstring(&text, "0x", 2);
    while (n > 0) {
        size_t part = n < CHUNK ? n : CHUNK;
        ds_hex_encode(luaL_prepbuffer(&text), p, part);
        luaL_addsize(&text, 2 * part);
        p += part, n -= part;
    }
    luaL_pushresult(&text);
}
