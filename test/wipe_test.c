/* Secrets do not stay behind: every block that our code or libcrypto frees while it works with one,
 * and every one that Lua frees of a key object, is searched for it.
 *
 * Linked with --wrap for malloc and its kin, so that our own objects come here; libcrypto and Lua
 * are told to. All blocks are zeroed when they are taken, so that what is found was written. */
#include "base/base58.h"
#include "base/base64.h"
#include "base/wipe.h"
#include "crypto/aes_gcm.h"
#include "crypto/ed25519.h"
#include "crypto/hkdf.h"
#include "crypto/p256.h"
#include "crypto/pem.h"
#include "crypto/secp256k1.h"
#include "crypto/x25519.h"
#include "crypto/x509.h"
#include "http/channel.h"
#include "lua/secret.h"
#include "solana/keyfile.h"
#include "test.h"

#include <lualib.h>
#include <malloc.h>
#include <math.h>
#include <openssl/crypto.h>
#include <unistd.h>

#define SECRET_BYTES 32
#define WINDOW       12 /* so many bytes of it, from either end, give it away */
#define WINDOWS      4  /* both ends, and both reversed: big numbers lie so in memory */

/* The linker's names, reserved or not. */
void *__real_calloc(size_t count, size_t n);
void __real_free(void *block);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void __wrap_free(void *block);
int luaopen_dstack_core(lua_State *L);

static unsigned char windows[WINDOWS][WINDOW];
static bool watching;
static int found;

static void watch(const unsigned char *secret)
{
    for (size_t i = 0; i < WINDOW; i++) {
        windows[0][i] = windows[2][WINDOW - 1 - i] = secret[i];
        windows[1][i] = windows[3][WINDOW - 1 - i] = secret[SECRET_BYTES - WINDOW + i];
    }
    found = 0;
    watching = true;
}

/* Returns how many freed blocks held the secret since watch. */
static int unwatch(void)
{
    watching = false;
    memset(windows, 0, sizeof windows);
    return found;
}

static bool holds(const unsigned char *block, size_t size)
{
    for (size_t at = 0; at + WINDOW <= size; at++)
        for (size_t i = 0; i < WINDOWS; i++)
            if (memcmp(block + at, windows[i], WINDOW) == 0)
                return true;
    return false;
}

static void search(const void *block, size_t size)
{
    if (watching && block != NULL && holds(block, size))
        found++;
}

void *__wrap_malloc(size_t n)
{
    return __real_calloc(1, n);
}

void *__wrap_calloc(size_t count, size_t n)
{
    return __real_calloc(count, n);
}

void __wrap_free(void *block)
{
    search(block, malloc_usable_size(block));
    __real_free(block);
}

static void *crypto_malloc(size_t n, const char *file, int line)
{
    (void)file, (void)line;
    return __real_calloc(1, n);
}

static void crypto_free(void *block, const char *file, int line)
{
    (void)file, (void)line;
    __wrap_free(block);
}

/* Moves always, so that what is left behind is seen. */
static void *move(void *block, size_t old_size, size_t new_size)
{
    void *moved = __real_calloc(1, new_size);
    if (moved != NULL && block != NULL) {
        memcpy(moved, block, old_size < new_size ? old_size : new_size);
        __wrap_free(block);
    }
    return moved;
}

static void *crypto_realloc(void *block, size_t n, const char *file, int line)
{
    (void)file, (void)line;
    return move(block, malloc_usable_size(block), n);
}

static void *lua_allocate(void *unused, void *block, size_t old_size, size_t new_size)
{
    (void)unused;
    if (new_size > 0)
        return move(block, block == NULL ? 0 : old_size, new_size);
    __wrap_free(block);
    return NULL;
}

/* Tells the compiler that somebody reads the block: it would not write what is freed at once. */
static void publish(void *block)
{
    __asm__ __volatile__("" : : "r"(block) : "memory");
}

/* Without which the rest would prove nothing. */
static void test_the_search_itself(void)
{
    unsigned char secret[SECRET_BYTES];
    for (size_t i = 0; i < SECRET_BYTES; i++)
        secret[i] = (unsigned char)(200 - i);
    watch(secret);
    unsigned char *ours = malloc(100), *theirs = OPENSSL_malloc(100), *wiped = malloc(100);
    memcpy(ours + 60, secret, SECRET_BYTES);
    memcpy(wiped + 60, secret, SECRET_BYTES);
    for (size_t i = 0; i < SECRET_BYTES; i++)
        theirs[i] = secret[SECRET_BYTES - 1 - i];
    publish(ours);
    free(ours);
    CHECK(found == 1);
    OPENSSL_free(theirs);
    CHECK(found == 2);
    ds_wipe(wiped, 100);
    free(wiped);
    CHECK(unwatch() == 2);
}

typedef void try(const unsigned char *secret);

static void try_hashes(const unsigned char *secret)
{
    unsigned char out[DS_HASH_MAXBYTES];
    for (int id = 0; id < DS_HASH_COUNT; id++)
        CHECK(ds_hash_one((ds_hash_id)id, out, secret, SECRET_BYTES) == DS_OK);
}

static void try_macs(const unsigned char *secret)
{
    unsigned char out[200];
    ds_slice key = ds_slice_of(secret, SECRET_BYTES), none = {NULL, 0};
    for (int id = DS_SHA256; id <= DS_SHA512; id++) {
        CHECK(ds_hmac((ds_hash_id)id, out, key, &key, 1) == DS_OK);
        CHECK(ds_hkdf((ds_hash_id)id, out, sizeof out, none, key, &key, 1) == DS_OK);
    }
}

static void try_secp256k1(const unsigned char *secret)
{
    unsigned char out[65], hash[32] = {1};
    CHECK(ds_secp256k1_public_key(out, secret) == DS_OK);
    CHECK(ds_secp256k1_sign(out, hash, secret) == DS_OK);
    CHECK(ds_secp256k1_sign_recoverable(out, hash, secret) == DS_OK);
}

static void try_ed25519(const unsigned char *secret)
{
    unsigned char pub[32], sig[64];
    CHECK(ds_ed25519_public_key(pub, secret) == DS_OK);
    CHECK(ds_ed25519_sign(sig, "text", 4, secret) == DS_OK);
    CHECK(ds_ed25519_sign_pair(sig, "text", 4, secret, pub) == DS_OK);
}

static void try_x25519(const unsigned char *secret)
{
    unsigned char pub[32], shared[32];
    CHECK(ds_x25519_public_key(pub, secret) == DS_OK);
    CHECK(ds_x25519_shared_secret(shared, secret, pub) == DS_OK);
    memset(pub, 0, sizeof pub);
    CHECK(ds_x25519_shared_secret(shared, secret, pub) == DS_INVALID);
}

static void try_p256(const unsigned char *secret)
{
    unsigned char pub[65], sig[64];
    CHECK(ds_p256_public_key(pub, secret) == DS_OK);
    CHECK(ds_p256_sign(sig, "text", 4, secret) == DS_OK);
}

/* Everything in front of a secret in PKCS#8, for the kinds of key that the callers below take; the
 * last is P-256 without the public part. */
static const char *const pkcs8_heads[] = {
    "303e020100301006072a8648ce3d020106052b8104000a042730250201010420",
    "302e020100300506032b657004220420",
    "302e020100300506032b656e04220420",
    "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420",
};

static void put_pem(ds_buf *pem, ds_slice der)
{
    ds_buf_clear(pem);
    CHECK(ds_pem_encode(pem, "PRIVATE KEY", der) == DS_OK);
}

/* Read as a key of P-256, whole and without its public part, and as others that are none. */
static void try_key_files(const unsigned char *secret)
{
    unsigned char der[256], scalar[32], pub[65];
    ds_x509_template t = {.not_after = 2000000000};
    ds_buf key, cert;
    ds_error err;
    ds_buf_init(&key, 4096);
    ds_buf_init(&cert, 4096);
    CHECK(ds_p256_public_key(pub, secret) == DS_OK);
    CHECK(ds_x509_issue(&cert, &t, pub, ds_slice_of(NULL, 0), secret, &err) == DS_OK);
    CHECK(ds_p256_pkcs8(der, secret) == DS_OK);
    put_pem(&key, ds_slice_of(der, DS_P256_PKCS8BYTES));
    CHECK(ds_p256_key_from_pem(scalar, ds_buf_content(&key), &err) == DS_OK);
    CHECK(ds_x509_key_matches(ds_buf_content(&key), ds_buf_content(&cert), &err) == DS_OK);
    for (size_t i = 0; i < 4; i++) {
        size_t len = test_bytes(der, pkcs8_heads[i]);
        memcpy(der + len, secret, SECRET_BYTES);
        put_pem(&key, ds_slice_of(der, len + SECRET_BYTES));
        ds_status want = i == 3 ? DS_OK : DS_INVALID;
        CHECK(ds_p256_key_from_pem(scalar, ds_buf_content(&key), &err) == want);
        want = i == 3 ? DS_OK : DS_VERIFY;
        CHECK(ds_x509_key_matches(ds_buf_content(&key), ds_buf_content(&cert), &err) == want);
    }
    ds_buf_free(&key);
    ds_buf_free(&cert);
}

/* The secret as the key, and as what is sealed. */
static void try_aes_gcm(const unsigned char *secret)
{
    unsigned char sealed[SECRET_BYTES + 16], plain[SECRET_BYTES], nonce[12] = {1}, key[32] = {2};
    ds_slice text = ds_slice_of(secret, SECRET_BYTES), box = ds_slice_of(sealed, sizeof sealed);
    ds_slice none = {NULL, 0};
    CHECK(ds_aes256_gcm_seal(sealed, secret, nonce, text, none) == DS_OK);
    CHECK(ds_aes256_gcm_open(plain, secret, nonce, box, none) == DS_OK);
    CHECK(ds_aes256_gcm_seal(sealed, key, nonce, text, none) == DS_OK);
    CHECK(ds_aes256_gcm_open(plain, key, nonce, box, none) == DS_OK);
    sealed[0] ^= 1;
    CHECK(ds_aes256_gcm_open(plain, key, nonce, box, none) == DS_VERIFY);
}

/* Into text and back, where the buffer has to grow on the way. */
static void try_encodings(const unsigned char *secret)
{
    ds_slice in = ds_slice_of(secret, SECRET_BYTES);
    ds_buf text, bytes;
    ds_error err;
    ds_buf_init(&text, 4096);
    ds_buf_init(&bytes, 4096);
    for (int i = 0; i < 20; i++) {
        ds_buf_clear(&text);
        CHECK(ds_base58_encode(&text, in) == DS_OK);
        CHECK(ds_base58_decode(&bytes, ds_buf_content(&text), &err) == DS_OK);
        ds_buf_clear(&text);
        CHECK(ds_base64_encode(&text, in, DS_BASE64) == DS_OK);
        CHECK(ds_base64_decode(&bytes, ds_buf_content(&text), DS_BASE64, &err) == DS_OK);
    }
    CHECK(bytes.len == 40 * SECRET_BYTES && memcmp(bytes.data, secret, SECRET_BYTES) == 0);
    ds_buf_free(&text);
    ds_buf_free(&bytes);
}

/* A key file's text is as good as the key. Its first numbers are looked for. */
static void try_solana_file(const unsigned char *secret)
{
    unsigned char pub[32], pair[64];
    char path[] = "/tmp/dstack-wipe-XXXXXX/id.json", text[DS_KEYFILE_MAXTEXT];
    char *slash = strrchr(path, '/');
    ds_buf written;
    ds_error err;
    ds_buf_init(&written, sizeof text);
    CHECK(ds_ed25519_public_key(pub, secret) == DS_OK);
    CHECK(ds_keyfile_write(&written, secret, pub) == DS_OK);
    size_t n = written.len;
    memcpy(text, written.data, n);
    watch((unsigned char *)text);
    *slash = '\0';
    CHECK(mkdtemp(path) != NULL);
    *slash = '/';
    CHECK(ds_keyfile_read(pair, ds_slice_of(text, n), &err) == DS_OK);
    CHECK(ds_keyfile_save(path, secret, pub, &err) == DS_OK);
    CHECK(ds_keyfile_load(pair, path, &err) == DS_OK && memcmp(pair, secret, 32) == 0);
    text[n - 1] = '}';
    CHECK(ds_keyfile_read(pair, ds_slice_of(text, n), &err) == DS_INVALID);
    ds_buf_free(&written);
    CHECK(unlink(path) == 0);
    *slash = '\0';
    CHECK(rmdir(path) == 0);
}

static void test_primitives(void)
{
    static const struct {
        const char *name;
        try *work;
    } rows[] = {
        {"hashes", try_hashes},       {"hmac, hkdf", try_macs},
        {"secp256k1", try_secp256k1}, {"ed25519", try_ed25519},
        {"x25519", try_x25519},       {"p256", try_p256},
        {"aes256_gcm", try_aes_gcm},  {"encodings", try_encodings},
        {"key files", try_key_files}, {"Solana key files", try_solana_file},
    };
    unsigned char secret[SECRET_BYTES];
    for (size_t i = 0; i < SECRET_BYTES; i++)
        secret[i] = (unsigned char)(i * 37 + 11);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        watch(secret);
        rows[i].work(secret);
        test_count(unwatch() == 0, __FILE__, __LINE__, rows[i].name);
    }
}

/* Uses a random key of a kind and lets go of it: closed, collected, or with the state. */
static const char script[] =
    "local core, kind, fate, keep = ...\n"
    "local key = core[kind].generate()\n"
    "local hash = ('h'):rep(32)\n"
    "if key.sign then key:sign(hash) end\n"
    "if key.sign_recoverable then key:sign_recoverable(hash) end\n"
    "if kind == 'secp256k1' then\n"
    "  core.ethereum_identity(key)\n"
    "  core.ethereum_sign(key, hash, 'call')\n"
    "  assert(core.ethereum_sign_transaction(key, 0, {chain_id = 1, data = '0x00'}))\n"
    "end\n"
    "if key.shared_secret then key:shared_secret(core.x25519.generate():public_key()) end\n"
    "if key.seal then key:open(hash:sub(1, 12), key:seal(hash:sub(1, 12), 'text')) end\n"
    "tostring(key)\n"
    "keep(key)\n"
    "if fate == 'close' then key:close() end\n"
    "if fate ~= 'state' then key = nil collectgarbage() collectgarbage() end\n"
    "return key\n";

/* The script hands over its key: from now on its bytes are looked for. */
static int l_keep(lua_State *L)
{
    const ds_secret *secret = lua_touserdata(L, 1);
    CHECK(secret->open);
    watch(secret->bytes);
    return 0;
}

static void try_object(const char *kind, const char *fate)
{
    lua_State *L = lua_newstate(lua_allocate, NULL);
    luaL_openlibs(L);
    CHECK(luaL_loadbuffer(L, script, sizeof script - 1, "=script") == LUA_OK);
    luaopen_dstack_core(L);
    lua_pushstring(L, kind);
    lua_pushstring(L, fate);
    lua_pushcfunction(L, l_keep);
    int status = lua_pcall(L, 4, 1, 0);
    test_count(status == LUA_OK, __FILE__, __LINE__, status == LUA_OK ? "" : lua_tostring(L, -1));
    lua_close(L);
    test_count(unwatch() == 0, __FILE__, __LINE__, kind);
}

static void test_objects(void)
{
    static const char *const kinds[] = {"secp256k1", "ed25519", "x25519", "aes256_gcm"};
    static const char *const fates[] = {"close", "collect", "state"};
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 3; j++)
            try_object(kinds[i], fates[j]);
}

/* The key with which a channel shows its certificate, on a connection that nobody takes. */
static void test_channel(void)
{
    static const char key[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    ds_channel_options options = {.url = DS_LITERAL("https://127.0.0.1:1"),
                                  .deadline = INFINITY,
                                  .certificate = DS_LITERAL("none"),
                                  .key = ds_slice_of(key, SECRET_BYTES)};
    ds_channel *channel;
    ds_error err;
    bool done;
    watch((const unsigned char *)key);
    for (int steps = 0; steps < 2; steps++) {
        CHECK(ds_channel_new(&channel, &options, &err) == DS_OK);
        while (steps > 0 && ds_channel_step(channel, 1, &done, &err) == DS_OK) {
        }
        ds_channel_free(channel);
    }
    options.url = DS_LITERAL("http://127.0.0.1:1");
    CHECK(ds_channel_new(&channel, &options, &err) == DS_INVALID);
    CHECK(unwatch() == 0);
}

int main(void)
{
    if (CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free) != 1)
        abort();
    test_the_search_itself();
    test_primitives();
    test_objects();
    test_channel();
    return test_done();
}
