/* Secret keys as objects: see secret.h. */
#include "lua/secret.h"

#include "base/hex.h"
#include "base/wipe.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "crypto/secp256k1.h"
#include "crypto/x25519.h"

typedef struct secret_kind {
    const char *name;
    const char *type;
    const char *wrong;  /* what 32 bytes may be instead of a key */
    size_t public_size; /* 0: this kind has no public half */
    ds_status (*public_key)(unsigned char *out, const unsigned char *bytes);
} secret_kind;

static const secret_kind kinds[DS_SECRET_COUNT] = {
    [DS_SECRET_SECP256K1] = {"secp256k1", "dstack.Secp256k1Key",
                             "key: zero, or not below the order of the curve", 33,
                             ds_secp256k1_public_key},
    [DS_SECRET_ED25519] = {"ed25519", "dstack.Ed25519Key", NULL, 32, ds_ed25519_public_key},
    [DS_SECRET_X25519] = {"x25519", "dstack.X25519Key", NULL, 32, ds_x25519_public_key},
    [DS_SECRET_AES256_GCM] = {"aes256_gcm", "dstack.Aes256GcmKey", NULL, 0, NULL},
};

const char *ds_secret_words(ds_secret_id id)
{
    return kinds[id].wrong;
}

const unsigned char *ds_secret_at(lua_State *L, int index, ds_secret_id id, const char *call,
                                  const ds_secret **object, ds_error *err)
{
    const secret_kind *kind = &kinds[id];
    const ds_secret *secret = luaL_testudata(L, index, kind->type);
    if (object != NULL)
        *object = secret;
    if (secret != NULL) {
        if (!secret->open)
            ds_fail(err, DS_INVALID, "%s: key: it was closed", call);
        return secret->open ? secret->bytes : NULL;
    }
    if (lua_type(L, index) != LUA_TSTRING)
        ds_raise(L, "%s: key: string or %s key expected, got %s", call, kind->name,
                 luaL_typename(L, index));
    ds_slice bytes = ds_named_slice(L, index, call, "key");
    return ds_named_size(bytes, DS_SECRET_BYTES, call, "key", err) ? bytes.data : NULL;
}

/* Every function here is a closure: upvalue 1 is the kind, upvalue 2 how scripts call it. */
static ds_secret_id own_id(lua_State *L)
{
    return (ds_secret_id)lua_tointeger(L, lua_upvalueindex(1));
}

static const char *own_call(lua_State *L)
{
    return lua_tostring(L, lua_upvalueindex(2));
}

/* One for all kinds; a script may call close() on anything. */
static int release(lua_State *L)
{
    ds_secret *secret = NULL;
    for (size_t id = 0; id < DS_SECRET_COUNT && secret == NULL; id++)
        secret = luaL_testudata(L, 1, kinds[id].type);
    if (secret == NULL)
        return ds_raise(L, "close: key expected, got %s", luaL_typename(L, 1));
    ds_wipe(secret, sizeof *secret);
    return 0;
}

static ds_status public_half(const secret_kind *kind, unsigned char *out,
                             const unsigned char *bytes)
{
    return kind->public_key == NULL ? DS_OK : kind->public_key(out, bytes);
}

ds_secret *ds_secret_new(lua_State *L, ds_secret_id id)
{
    const ds_type_info type = {.name = kinds[id].type};
    return ds_box_new(L, &type, sizeof(ds_secret));
}

ds_status ds_secret_fill(ds_secret *secret, ds_secret_id id, const unsigned char *bytes)
{
    ds_status status = public_half(&kinds[id], secret->pub, bytes);
    if (status != DS_OK)
        return status;
    memcpy(secret->bytes, bytes, DS_SECRET_BYTES);
    secret->open = true;
    return DS_OK;
}

/* KIND.key(bytes) -> object | nil, message, code */
static int l_key(lua_State *L)
{
    const secret_kind *kind = &kinds[own_id(L)];
    ds_slice bytes = ds_named_slice(L, 1, own_call(L), "bytes");
    ds_error err;
    if (!ds_named_size(bytes, DS_SECRET_BYTES, own_call(L), "bytes", &err))
        return ds_push_failure(L, &err);
    ds_status status = ds_secret_fill(ds_secret_new(L, own_id(L)), own_id(L), bytes.data);
    return status == DS_OK ? 1 : ds_push_made(L, status, own_call(L), kind->wrong, NULL, NULL, 0);
}

/* KIND.generate() -> object | nil, message, code. Random bytes that are no key of the kind come
 * once in 2^128 times. */
static int l_generate(lua_State *L)
{
    const secret_kind *kind = &kinds[own_id(L)];
    ds_secret *secret = ds_secret_new(L, own_id(L));
    ds_status status;
    do {
        status = ds_random(secret->bytes, DS_SECRET_BYTES);
        if (status == DS_OK)
            status = public_half(kind, secret->pub, secret->bytes);
    } while (status == DS_INVALID);
    if (status != DS_OK)
        return ds_push_made(L, status, own_call(L), NULL, NULL, NULL, 0);
    secret->open = true;
    return 1;
}

/* KIND.public_key(key) -> bytes | nil, message, code */
static int l_public_key(lua_State *L)
{
    const secret_kind *kind = &kinds[own_id(L)];
    unsigned char pub[DS_SECRET_PUBLICMAX];
    const ds_secret *object;
    ds_error err;
    const unsigned char *bytes = ds_secret_at(L, 1, own_id(L), own_call(L), &object, &err);
    ds_status status = DS_OK;
    if (bytes == NULL)
        return ds_push_failure(L, &err);
    if (object != NULL)
        memcpy(pub, object->pub, sizeof pub);
    else
        status = kind->public_key(pub, bytes);
    return ds_push_made(L, status, own_call(L), kind->wrong, NULL, pub, kind->public_size);
}

/* object:secret_bytes() -> bytes | nil, message, code: a Lua string, which nobody can wipe */
static int l_secret_bytes(lua_State *L)
{
    ds_secret_id id = own_id(L);
    ds_error err;
    if (luaL_testudata(L, 1, kinds[id].type) == NULL)
        return ds_raise(L, "%s: %s key expected, got %s", own_call(L), kinds[id].name,
                        luaL_typename(L, 1));
    const unsigned char *bytes = ds_secret_at(L, 1, id, own_call(L), NULL, &err);
    if (bytes == NULL)
        return ds_push_failure(L, &err);
    lua_pushlstring(L, (const char *)bytes, DS_SECRET_BYTES);
    return 1;
}

static int l_tostring(lua_State *L)
{
    const secret_kind *kind = &kinds[own_id(L)];
    const ds_secret *secret = luaL_testudata(L, 1, kind->type);
    char hex[2 * DS_SECRET_PUBLICMAX];
    if (secret == NULL || !secret->open) {
        lua_pushfstring(L, "%s key (closed)", kind->name);
        return 1;
    }
    ds_hex_encode(hex, secret->pub, kind->public_size);
    lua_pushfstring(L, kind->public_size > 0 ? "%s key " : "%s key", kind->name);
    lua_pushlstring(L, hex, 2 * kind->public_size);
    lua_concat(L, 2);
    return 1;
}

/* Sets a closure in the table on top of the stack. */
static void set_function(lua_State *L, ds_secret_id id, const char *name, lua_CFunction function)
{
    lua_pushinteger(L, (lua_Integer)id);
    lua_pushfstring(L, "%s.%s", kinds[id].name, name);
    lua_pushcclosure(L, function, 2);
    lua_setfield(L, -2, name);
}

/* Sets what the kind's table and its objects share. */
static void set_shared(lua_State *L, ds_secret_id id, const luaL_Reg *functions)
{
    if (kinds[id].public_key != NULL)
        set_function(L, id, "public_key", l_public_key);
    luaL_setfuncs(L, functions, 0);
}

void ds_open_secret(lua_State *L, ds_secret_id id, const luaL_Reg *functions)
{
    static const luaL_Reg none[] = {{NULL, NULL}};
    ds_type_info type = {kinds[id].type, none, release};
    ds_box_define(L, &type);
    luaL_getmetatable(L, kinds[id].type);
    set_function(L, id, "__tostring", l_tostring);
    lua_getfield(L, -1, "__index");
    set_function(L, id, "secret_bytes", l_secret_bytes);
    set_shared(L, id, functions);
    lua_pop(L, 2);
    lua_newtable(L);
    set_function(L, id, "key", l_key);
    set_function(L, id, "generate", l_generate);
    set_shared(L, id, functions);
    lua_setfield(L, -2, kinds[id].name);
}
