#include "lua/bytes.h"

#include "base/hex.h"
#include "base/utf8.h"
#include "ethereum/address.h"

#define PREFIX DS_LITERAL("0x")

static bool all_hex_digits(ds_slice text)
{
    const char *p = text.data;
    size_t i = 0;
    while (i < text.len && strchr("0123456789abcdefABCDEF", p[i]) != NULL && p[i] != '\0')
        i++;
    return text.len > 0 && i == text.len;
}

bool ds_looks_hex(ds_slice text)
{
    if (!ds_slice_starts(text, PREFIX))
        return false;
    ds_slice rest = {(const char *)text.data + PREFIX.len, text.len - PREFIX.len};
    return rest.len == 0 || all_hex_digits(rest);
}

/* Pushes the bytes of the digits behind 0x. Returns false where they are none. */
static bool push_unhexed(lua_State *L, ds_slice text, ds_slice *out)
{
    size_t n = text.len - PREFIX.len;
    unsigned char *bytes = lua_newuserdata(L, n / 2 + 1);
    *out = ds_slice_of(bytes, n / 2);
    return ds_hex_decode(bytes, (const char *)text.data + PREFIX.len, n);
}

bool ds_named_bytes(lua_State *L, int index, size_t max, ds_slice *out, const char *call,
                    const char *name, ds_error *err)
{
    ds_slice text = ds_named_slice(L, index, call, name);
    bool hex = ds_slice_starts(text, PREFIX);
    *out = text;
    if ((hex ? (text.len - PREFIX.len) / 2 : text.len) > max)
        ds_fail(err, DS_TOO_LARGE, "%s: %s: more than %lu bytes", call, name, (unsigned long)max);
    else if (!hex && all_hex_digits(text))
        ds_fail(err, DS_INVALID, "%s: %s: hex digits without 0x in front; with it they are hex",
                call, name);
    else if (hex && !push_unhexed(L, text, out))
        ds_fail(err, DS_INVALID, "%s: %s: not pairs of hex digits behind 0x", call, name);
    else
        return true;
    return false;
}

bool ds_named_fixed(lua_State *L, int index, unsigned char *out, size_t size, const char *call,
                    const char *name, ds_error *err)
{
    ds_slice text = ds_named_slice(L, index, call, name);
    if (text.len == size && !ds_looks_hex(text) && !all_hex_digits(text))
        memcpy(out, text.data, size);
    else if (text.len != PREFIX.len + 2 * size || !ds_slice_starts(text, PREFIX) ||
             !ds_hex_decode(out, (const char *)text.data + PREFIX.len, 2 * size)) {
        ds_fail(err, DS_INVALID, "%s: %s: neither %lu bytes nor 0x and %lu hex digits", call, name,
                (unsigned long)size, (unsigned long)size * 2);
        return false;
    }
    return true;
}

bool ds_is_address_bytes(ds_slice text)
{
    const unsigned char *p = text.data;
    if (text.len != DS_ADDRESS_BYTES)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (p[i] < ' ' || p[i] == 0x7f)
            return true;
    return !ds_utf8_valid(text.data, text.len);
}

bool ds_named_address(lua_State *L, int index, unsigned char out[20], const char *call,
                      const char *name, ds_error *err)
{
    ds_slice text = ds_named_slice(L, index, call, name);
    if (ds_is_address_bytes(text)) {
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
    luaL_buffinit(L, &text);
    luaL_addlstring(&text, "0x", 2);
    ds_add_hex(&text, bytes, n);
    luaL_pushresult(&text);
}
