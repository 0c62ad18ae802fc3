#include "crypto/hash.h"

#include "base/wipe.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#define NAME_MAXBYTES 10

typedef struct hash_row {
    char name[NAME_MAXBYTES];
    unsigned char size;
} hash_row;

static const hash_row rows[] = {
    [DS_SHA256] = {"sha256", 32},       [DS_SHA384] = {"sha384", 48},
    [DS_SHA512] = {"sha512", 64},       [DS_SHA3_256] = {"sha3-256", 32},
    [DS_SHA3_384] = {"sha3-384", 48},   [DS_SHA3_512] = {"sha3-512", 64},
    [DS_KECCAK256] = {"keccak256", 32}, [DS_KECCAK384] = {"keccak384", 48},
    [DS_KECCAK512] = {"keccak512", 64},
};

/* Returns OpenSSL's implementation, or NULL for Keccak. */
static const EVP_MD *evp_of(ds_hash_id id)
{
    switch (id) {
    case DS_SHA256:
        return EVP_sha256();
    case DS_SHA384:
        return EVP_sha384();
    case DS_SHA512:
        return EVP_sha512();
    case DS_SHA3_256:
        return EVP_sha3_256();
    case DS_SHA3_384:
        return EVP_sha3_384();
    case DS_SHA3_512:
        return EVP_sha3_512();
    default:
        return NULL;
    }
}

const char *ds_hash_sha2_name(ds_hash_id id)
{
    static const char *const names[DS_HASH_COUNT] = {
        [DS_SHA256] = "SHA256", [DS_SHA384] = "SHA384", [DS_SHA512] = "SHA512"};
    return names[id];
}

size_t ds_hash_size(ds_hash_id id)
{
    return rows[id].size;
}

const char *ds_hash_name(ds_hash_id id)
{
    return rows[id].name;
}

bool ds_hash_by_name(ds_hash_id *id, ds_slice name)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (ds_slice_equal(name, ds_slice_of(rows[i].name, strlen(rows[i].name)))) {
            *id = (ds_hash_id)i;
            return true;
        }
    }
    return false;
}

void ds_hasher_begin(ds_hasher *hasher, ds_hash_id id)
{
    *hasher = (ds_hasher){.id = id};
    if (id >= DS_KECCAK256) {
        ds_keccak_begin(&hasher->keccak, rows[id].size);
        return;
    }
    ERR_set_mark();
    hasher->evp = EVP_MD_CTX_new();
    if (hasher->evp == NULL)
        hasher->status = DS_MEMORY;
    else if (EVP_DigestInit_ex(hasher->evp, evp_of(id), NULL) != 1)
        hasher->status = DS_INTERNAL;
    ERR_pop_to_mark();
}

void ds_hasher_update(ds_hasher *hasher, const void *data, size_t len)
{
    if (hasher->status != DS_OK || len == 0)
        return;
    if (hasher->evp == NULL) {
        ds_keccak_update(&hasher->keccak, data, len);
        return;
    }
    ERR_set_mark();
    if (EVP_DigestUpdate(hasher->evp, data, len) != 1)
        hasher->status = DS_INTERNAL;
    ERR_pop_to_mark();
}

ds_status ds_hasher_final(ds_hasher *hasher, unsigned char *out)
{
    size_t size = ds_hash_size(hasher->id);
    ERR_set_mark();
    if (hasher->status == DS_OK && hasher->evp == NULL)
        ds_keccak_final(&hasher->keccak, out, size);
    else if (hasher->status == DS_OK && EVP_DigestFinal_ex(hasher->evp, out, NULL) != 1)
        hasher->status = DS_INTERNAL;
    ERR_pop_to_mark();
    if (hasher->status != DS_OK)
        memset(out, 0, size);
    return hasher->status;
}

void ds_hasher_copy(ds_hasher *to, const ds_hasher *from)
{
    *to = *from;
    if (from->evp == NULL)
        return;
    ERR_set_mark();
    to->evp = EVP_MD_CTX_new();
    if (to->evp == NULL)
        to->status = DS_MEMORY;
    else if (to->status == DS_OK && EVP_MD_CTX_copy_ex(to->evp, from->evp) != 1)
        to->status = DS_INTERNAL;
    ERR_pop_to_mark();
}

void ds_hasher_free(ds_hasher *hasher)
{
    EVP_MD_CTX_free(hasher->evp);
    ds_wipe(hasher, sizeof *hasher);
}

ds_status ds_hash(ds_hash_id id, unsigned char *out, const ds_slice *parts, size_t count)
{
    ds_hasher hasher;
    ds_hasher_begin(&hasher, id);
    for (size_t i = 0; i < count; i++)
        ds_hasher_update(&hasher, parts[i].data, parts[i].len);
    ds_status status = ds_hasher_final(&hasher, out);
    ds_hasher_free(&hasher);
    return status;
}

ds_status ds_hash_one(ds_hash_id id, unsigned char *out, const void *data, size_t len)
{
    ds_slice part = ds_slice_of(data, len);
    return ds_hash(id, out, &part, 1);
}
