/* ECDSA signatures as arguments, raw or DER as the options say. */
#ifndef DS_LUA_SIGNATURE_H
#define DS_LUA_SIGNATURE_H

#include "crypto/ecdsa.h"
#include "lua/named.h"

/* Reads the signature by the option `encoding`: "raw", which is meant when there is none, or "der".
 * In: options, the index of a checked table; given, the argument; size, the bytes of a number.
 * Out: 2 * size bytes. Returns false with *err when it is no such signature. */
bool ds_signature_read(lua_State *L, int options, unsigned char *sig, size_t size, ds_slice given,
                       const char *call, ds_error *err) DS_MUST_CHECK;

#endif
