/* No secret stays behind: every block that is freed while an environment is read, sealed or opened,
 * ours and libcrypto's, is searched for a value, for the key and for the shared secret.
 *
 * Linked with --wrap for realloc and free; libcrypto is told to come here. */
#include "base/wipe.h"
#include "deploy/env_file.h"
#include "deploy/env_seal.h"
#include "test.h"

#include <malloc.h>
#include <openssl/crypto.h>

#define WORD "hunter2-hunter2-hunter2" /* in every value */

/* The linker's names, reserved or not. */
void *__real_malloc(size_t n);
void __real_free(void *block);
void *__wrap_malloc(size_t n);
void *__wrap_realloc(void *block, size_t n);
void __wrap_free(void *block);

static unsigned char secret[32], recipient[32], shared[32];
static bool watching;
static int found;

static bool holds(const unsigned char *block, size_t size, const void *what, size_t len)
{
    for (size_t at = 0; at + len <= size; at++)
        if (memcmp(block + at, what, len) == 0)
            return true;
    return false;
}

static void search(const void *block)
{
    size_t size = block == NULL ? 0 : malloc_usable_size((void *)block);
    if (watching && (holds(block, size, WORD, sizeof WORD - 1) || holds(block, size, secret, 32) ||
                     holds(block, size, shared, 32)))
        found++;
}

/* Zeroed, so that what is found was written in this life of the block. */
void *__wrap_malloc(size_t n)
{
    void *block = __real_malloc(n);
    if (block != NULL)
        memset(block, 0, malloc_usable_size(block));
    return block;
}

void __wrap_free(void *block)
{
    search(block);
    __real_free(block);
}

/* Moves always, so that what is left behind is seen. */
void *__wrap_realloc(void *block, size_t n)
{
    size_t old = block == NULL ? 0 : malloc_usable_size(block);
    void *moved = __wrap_malloc(n);
    if (moved != NULL && block != NULL)
        memcpy(moved, block, old < n ? old : n);
    if (moved != NULL)
        __wrap_free(block);
    return moved;
}

static void *crypto_malloc(size_t n, const char *file, int line)
{
    (void)file, (void)line;
    return __wrap_malloc(n);
}

static void *crypto_realloc(void *block, size_t n, const char *file, int line)
{
    (void)file, (void)line;
    return __wrap_realloc(block, n);
}

static void crypto_free(void *block, const char *file, int line)
{
    (void)file, (void)line;
    __wrap_free(block);
}

/* Tells the compiler that somebody reads the block: it would not write what is freed at once. */
static void publish(void *block)
{
    __asm__ __volatile__("" : : "r"(block) : "memory");
}

/* Without which the rest would prove nothing. */
static void test_the_search_itself(void)
{
    char *ours = malloc(100), *theirs = OPENSSL_malloc(100);
    memcpy(ours + 60, WORD, sizeof WORD);
    memcpy(theirs, secret, 32);
    publish(ours);
    free(ours);
    OPENSSL_free(theirs);
    CHECK(found == 2);
    found = 0;
}

static void put(ds_buf *out, const char *text)
{
    CHECK(ds_buf_text(out, text) == DS_OK);
}

/* In: what to do with the blob before it is opened. */
static void whole_way(const char *text, size_t flip)
{
    ds_env_set set = {.count = 0}, again = {.count = 0};
    ds_buf file, json, blob, plain;
    ds_error err;
    ds_buf_init(&file, 1 << 16);
    ds_buf_init(&json, 1 << 16);
    ds_buf_init(&blob, 1 << 16);
    ds_buf_init(&plain, 1 << 16);
    put(&file, text);
    bool good = ds_env_file_parse(&set, ds_buf_content(&file), 0, &err) == DS_OK;
    if (good) {
        CHECK(ds_env_write(&json, &set) == DS_OK);
        CHECK(ds_env_seal_with(&blob, ds_buf_content(&json), recipient, secret, secret, &err) ==
              DS_OK);
        blob.data[flip] ^= 1;
        bool opens = ds_env_open(&plain, ds_buf_content(&blob), secret, &err) == DS_OK;
        CHECK(!opens);
        blob.data[flip] ^= 1;
        CHECK(ds_env_open(&plain, ds_buf_content(&blob), secret, &err) == DS_OK);
        CHECK(ds_env_read(&again, ds_buf_content(&plain), &err) == DS_OK);
    }
    ds_env_free(&set);
    ds_env_free(&again);
    ds_buf_free(&file);
    ds_buf_free(&json);
    ds_buf_free(&blob);
    ds_buf_free(&plain);
}

int main(void)
{
    if (CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free) != 1)
        abort();
    for (size_t i = 0; i < 32; i++)
        secret[i] = (unsigned char)(200 - i);
    CHECK(ds_x25519_public_key(recipient, secret) == DS_OK);
    CHECK(ds_x25519_shared_secret(shared, secret, recipient) == DS_OK);
    watching = true;
    test_the_search_itself();
    whole_way("A=" WORD "\nB=\"" WORD "\\n\"\nC='" WORD "'\n", 80);
    whole_way("A='" WORD "'\n", 50);
    CHECK(found == 0);
    static const char *const wrong[] = {
        "A=\"" WORD,         "A='" WORD "' x", "A=\"" WORD "\\x\"", "A='" WORD "'\nA='" WORD "'",
        "A='" WORD "'\n1=2",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        whole_way(wrong[i], 0);
    CHECK(found == 0);
    return test_done();
}
