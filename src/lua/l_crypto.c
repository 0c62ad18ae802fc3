/* What needs no key object: hashes, HMAC, HKDF, random bytes, comparing, PEM. */
#include "lua/binding.h"
#include "lua/named.h"

#include "base/wipe.h"
#include "crypto/hash.h"
#include "crypto/hkdf.h"
#include "crypto/pem.h"
#include "crypto/pin.h"
#include "crypto/random.h"
#include "crypto/x509.h"

#define RANDOM_MAXBYTES (1 << 20)

/* hash(name, bytes) -> digest bytes; raises for a name that does not exist */
static int l_hash(lua_State *L)
{
    ds_hash_id id;
    unsigned char digest[DS_HASH_MAXBYTES];
    ds_slice data = ds_check_slice(L, 2);
    luaL_argcheck(L, ds_hash_by_name(&id, ds_check_slice(L, 1)), 1, "no such hash function");
    ds_status status = ds_hash(id, digest, &data, 1);
    return ds_push_made(L, status, "hash", NULL, NULL, digest, ds_hash_size(id));
}

/* The hash that HMAC and HKDF are asked for. Returns false with *err. */
static bool hash_of(ds_hash_id *id, ds_slice name, const char *call, ds_error *err)
{
    if (ds_hash_by_name(id, name) && ds_hash_sha2_name(*id) != NULL)
        return true;
    ds_fail(err, DS_INVALID, "%s: hash: none of sha256, sha384, sha512", call);
    return false;
}

/* hmac(hash, key, data) -> bytes | nil, message, code */
static int l_hmac(lua_State *L)
{
    unsigned char mac[DS_HASH_MAXBYTES];
    ds_hash_id id;
    ds_error err;
    ds_slice name = ds_named_slice(L, 1, "hmac", "hash");
    ds_slice key = ds_named_slice(L, 2, "hmac", "key");
    ds_slice data = ds_named_slice(L, 3, "hmac", "data");
    if (!hash_of(&id, name, "hmac", &err))
        return ds_push_failure(L, &err);
    ds_status status = ds_hmac(id, mac, key, &data, 1);
    return ds_push_made(L, status, "hmac", NULL, NULL, mac, ds_hash_size(id));
}

/* hkdf(hash, key, salt, info, length) -> bytes | nil, message, code; salt and info may be nil */
static int l_hkdf(lua_State *L)
{
    unsigned char out[DS_HKDF_BLOCKS * DS_HASH_MAXBYTES];
    ds_hash_id id;
    size_t size;
    ds_error err;
    ds_slice name = ds_named_slice(L, 1, "hkdf", "hash");
    ds_slice key = ds_named_slice(L, 2, "hkdf", "key");
    ds_slice salt = ds_named_optional(L, 3, "hkdf", "salt");
    ds_slice info = ds_named_optional(L, 4, "hkdf", "info");
    lua_Number length = ds_named_number(L, 5, "hkdf", "length");
    if (!hash_of(&id, name, "hkdf", &err) ||
        !ds_named_count(length, DS_HKDF_BLOCKS * ds_hash_size(id), &size, "hkdf", "length", &err))
        return ds_push_failure(L, &err);
    ds_status status = ds_hkdf(id, out, size, salt, key, &info, 1);
    return ds_push_made(L, status, "hkdf", NULL, NULL, out, size);
}

/* random_bytes(n) -> bytes | nil, message, code */
static int l_random_bytes(lua_State *L)
{
    size_t size;
    ds_error err;
    lua_Number n = ds_named_number(L, 1, "random_bytes", "n");
    if (!ds_named_count(n, RANDOM_MAXBYTES, &size, "random_bytes", "n", &err))
        return ds_push_failure(L, &err);
    ds_buf *bytes = ds_box_buf(L, RANDOM_MAXBYTES);
    unsigned char *at = ds_buf_grow(bytes, size);
    ds_status status = at == NULL ? ds_buf_status(bytes) : ds_random(at, size);
    return ds_push_made(L, status, "random_bytes", NULL, NULL, at, size);
}

/* equal(a, b) -> boolean, in a time that tells their lengths only */
static int l_equal(lua_State *L)
{
    ds_slice a = ds_named_slice(L, 1, "equal", "a"), b = ds_named_slice(L, 2, "equal", "b");
    lua_pushboolean(L, a.len == b.len && ds_equal(a.data, b.data, a.len));
    return 1;
}

/* certificate_times(pem) -> not_before, not_after, in Unix seconds | nil, message, code */
static int l_certificate_times(lua_State *L)
{
    int64_t not_before, not_after;
    ds_error err;
    if (ds_x509_times(&not_before, &not_after, ds_check_slice(L, 1), &err) != DS_OK)
        return ds_push_failure(L, &err);
    ds_push_integer(L, not_before);
    ds_push_integer(L, not_after);
    return 2;
}

/* key_matches(certificates, key), both PEM -> true | nil, message, code
 * Whether the key is the one that the first certificate is for. */
static int l_key_matches(lua_State *L)
{
    ds_slice rest = ds_check_slice(L, 1), key = ds_check_slice(L, 2), first = rest;
    ds_error err;
    ds_pem_next(&first, &rest);
    if (ds_x509_key_matches(key, first, &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushboolean(L, 1);
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

/* pins(text of PEM blocks) -> a list of pins, see base/pin.h | nil, message, code */
static int l_pins(lua_State *L)
{
    ds_slice text = ds_check_slice(L, 1);
    ds_error err;
    ds_buf *pins = ds_box_buf(L, DS_PIN_MAXBYTES);
    if (ds_pin_from_pem(pins, text, &err) != DS_OK)
        return ds_push_failure(L, &err);
    ds_push_slice(L, ds_buf_content(pins));
    ds_buf_free(pins);
    return 1;
}

static const luaL_Reg functions[] = {
    {"hash", l_hash},
    {"hmac", l_hmac},
    {"hkdf", l_hkdf},
    {"random_bytes", l_random_bytes},
    {"equal", l_equal},
    {"key_matches", l_key_matches},
    {"pem_to_der", l_pem_to_der},
    {"certificate_times", l_certificate_times},
    {"pins", l_pins},
    {NULL, NULL},
};

void ds_open_crypto(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
    ds_open_encoding(L);
    ds_open_hasher(L);
    ds_open_ecdsa(L);
    ds_open_secp256k1(L);
    ds_open_keyed(L);
}
