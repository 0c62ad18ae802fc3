/* Secret keys as objects: userdata that hold the bytes, wipe them when closed or collected, and
 * show their kind and public half only. Functions of their kind take the bytes just as well. */
#ifndef DS_LUA_SECRET_H
#define DS_LUA_SECRET_H

#include "lua/named.h"

#define DS_SECRET_BYTES     32
#define DS_SECRET_PUBLICMAX 33

typedef enum ds_secret_id {
    DS_SECRET_SECP256K1,
    DS_SECRET_ED25519,
    DS_SECRET_X25519,
    DS_SECRET_AES256_GCM,
    DS_SECRET_COUNT
} ds_secret_id;

typedef struct ds_secret {
    bool open;
    unsigned char bytes[DS_SECRET_BYTES];
    unsigned char pub[DS_SECRET_PUBLICMAX]; /* zeros for a kind that has no public half */
} ds_secret;

/* Adds the table of a kind to the one on top of the stack, under the kind's name: key(),
 * generate(), public_key() where there is one, and the functions given. Objects have the last two
 * as methods, so each takes the key first; and secret_bytes() and close(). */
void ds_open_secret(lua_State *L, ds_secret_id id, const luaL_Reg *functions);

/* The key at index: an object of that kind or 32 bytes; ds_raise for anything else.
 * Out: *object, or NULL when bytes were given, which may be NULL itself.
 * Returns the bytes, which live as long as the argument, or NULL with *err. Whether they are a key
 * of that kind, the primitive says. */
const unsigned char *ds_secret_at(lua_State *L, int index, ds_secret_id id, const char *call,
                                  const ds_secret **object, ds_error *err);

/* Pushes an object of that kind without a key in it yet. */
ds_secret *ds_secret_new(lua_State *L, ds_secret_id id);

/* Puts 32 bytes into a new object. Returns DS_OK, or what the primitive says of them. */
ds_status ds_secret_fill(ds_secret *secret, ds_secret_id id,
                         const unsigned char *bytes) DS_MUST_CHECK;

/* The words for bytes that are no key of that kind. */
const char *ds_secret_words(ds_secret_id id);

#endif
