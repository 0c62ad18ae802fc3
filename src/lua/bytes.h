/* Bytes that come as they are or as Ethereum's tools show them, 0x and hex digits; and addresses,
 * which are shown so with a checksum. A string that begins with 0x is hex, and wrong when it is
 * not; one that is nothing but hex digits is refused, because nobody can say which it is meant to
 * be. */
#ifndef DS_LUA_BYTES_H
#define DS_LUA_BYTES_H

#include "lua/named.h"

/* The bytes at index, of any length up to max; ds_raise unless it is a string. May push what holds
 * them: the slice lives as long as that and the argument. Returns false with *err. */
bool ds_named_bytes(lua_State *L, int index, size_t max, ds_slice *out, const char *call,
                    const char *name, ds_error *err) DS_MUST_CHECK;

/* Whether a text is 0x and hex digits, however many. What is can be hex that was cut short, so it
 * is never taken for bytes. */
bool ds_looks_hex(ds_slice text);

/* The bytes at index, `size` of them; ds_raise unless it is a string. Here the length tells bytes
 * from hex; but half of the digits that there should be are not taken for bytes. Returns false with
 * *err. */
bool ds_named_fixed(lua_State *L, int index, unsigned char *out, size_t size, const char *call,
                    const char *name, ds_error *err) DS_MUST_CHECK;

/* Whether a string is the 20 bytes of an address. Text of that length is none: a name such as
 * "my-friend-alice1.eth" would be paid, and nobody has the key of that. Of addresses, one in 10^7
 * would pass for text; as 0x and hex digits each is taken. */
bool ds_is_address_bytes(ds_slice text);

/* The address at index, as text or 20 bytes; ds_raise unless it is a string. Returns false with
 * *err. */
bool ds_named_address(lua_State *L, int index, unsigned char out[20], const char *call,
                      const char *name, ds_error *err) DS_MUST_CHECK;

/* Pushes the text of an address, with its checksum. */
void ds_push_address(lua_State *L, const unsigned char address[20]);

/* Pushes 0x and the hex form of bytes that are no secret: what Lua works with is not wiped. */
void ds_push_0x(lua_State *L, const void *bytes, size_t n);

#endif
