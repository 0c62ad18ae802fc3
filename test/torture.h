/* Memory that runs out where a test wants it to.
 *
 * Linked with --wrap for malloc and its kin, so that what our own objects allocate passes through
 * here; libcurl, libcrypto and Lua are told to come here by their own means. Only the thread that
 * has armed it is refused anything. */
#ifndef DS_TEST_TORTURE_H
#define DS_TEST_TORTURE_H

#include "base/status.h"

#include <curl/curl.h>
#include <openssl/crypto.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* The linker's names, reserved or not. */
void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *block, size_t n);
char *__real_strdup(const char *text);
void __real_free(void *block);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *block, size_t n);
char *__wrap_strdup(const char *text);
void __wrap_free(void *block);

static __thread struct torture {
    long countdown; /* to the allocation that fails; 0: none will */
    bool lasting;   /* all that follow fail too */
    bool struck;    /* one has failed */
    long live;      /* blocks taken and not given back */
} torture;

/* Lets allocation number n, from 1, fail. */
static inline void torture_arm(long n, bool lasting)
{
    torture.countdown = n;
    torture.lasting = lasting;
    torture.struck = false;
}

/* Returns whether an allocation has failed since it was armed. */
static inline bool torture_disarm(void)
{
    torture.countdown = 0;
    return torture.struck;
}

static inline bool torture_strikes(void)
{
    bool strikes = torture.countdown == 1;
    if (torture.countdown > 1 || (strikes && !torture.lasting))
        torture.countdown--;
    torture.struck = torture.struck || strikes;
    return strikes;
}

static inline void *torture_count(void *block)
{
    torture.live += block != NULL;
    return block;
}

void *__wrap_malloc(size_t n)
{
    return torture_strikes() ? NULL : torture_count(__real_malloc(n));
}

void *__wrap_calloc(size_t count, size_t n)
{
    return torture_strikes() ? NULL : torture_count(__real_calloc(count, n));
}

void *__wrap_realloc(void *block, size_t n)
{
    if (torture_strikes())
        return NULL;
    void *moved = __real_realloc(block, n);
    if (block == NULL)
        torture_count(moved);
    return moved;
}

char *__wrap_strdup(const char *text)
{
    return torture_strikes() ? NULL : torture_count(__real_strdup(text));
}

void __wrap_free(void *block)
{
    torture.live -= block != NULL;
    __real_free(block);
}

/* libcrypto keeps errors and random numbers a thread, so its blocks are left to leak checkers. */
static void *torture_crypto_malloc(size_t n, const char *file, int line)
{
    (void)file, (void)line;
    return torture_strikes() ? NULL : __real_malloc(n);
}

static void *torture_crypto_realloc(void *block, size_t n, const char *file, int line)
{
    (void)file, (void)line;
    return torture_strikes() ? NULL : __real_realloc(block, n);
}

static void torture_crypto_free(void *block, const char *file, int line)
{
    (void)file, (void)line;
    __real_free(block);
}

/* The first statement of main: neither library may have allocated anything. */
static inline void torture_begin(void)
{
    if (CRYPTO_set_mem_functions(torture_crypto_malloc, torture_crypto_realloc,
                                 torture_crypto_free) != 1 ||
        curl_global_init_mem(CURL_GLOBAL_DEFAULT, __wrap_malloc, __wrap_free, __wrap_realloc,
                             __wrap_strdup, __wrap_calloc) != CURLE_OK)
        abort();
}

typedef ds_status torture_work(ds_error *err);

/* Does the work, which has to end well unless memory was short; and then again with all memory.
 * In: also, what short memory may show as besides DS_MEMORY and DS_INTERNAL: libcrypto does not
 * tell it from other failures of its own. Returns false, after printing why, when that is not so.
 */
static inline bool torture_try(torture_work *work, ds_status also)
{
    ds_error err = {DS_OK, ""};
    ds_status status = work(&err);
    bool struck = torture_disarm();
    bool fair = status == DS_OK ||
                (struck && (status == DS_MEMORY || status == DS_INTERNAL || status == also));
    if (!fair)
        printf("   status %d: %s\n", status, err.text);
    return fair && work(&err) == DS_OK;
}

/* The next allocation to fail. All are tried one by one, but with ever larger steps where that
 * would take too long: under valgrind, and where all later ones fail too, which ends a round soon
 * and in fewer ways. */
static inline long torture_next(long n, bool lasting)
{
    return lasting || getenv("DS_VALGRIND") != NULL ? n + 1 + n / 20 : n + 1;
}

/* One round with allocation n failing. Returns false, after printing why, when it went wrong. */
static inline bool torture_round(bool (*round)(void *), void *context, long n, bool lasting)
{
    long before = torture.live;
    torture_arm(n, lasting);
    bool good = round(context);
    long more = torture.live - before;
    if (!good || more > 0)
        printf("allocation %ld%s: %s, %ld blocks more\n", n, lasting ? " and all later" : "",
               good ? "survived" : "not survived", more);
    return good && more <= 0; /* a collector may find older garbage */
}

/* Calls round(context) with allocation 1, 2, ... failing until it gets through without one; first
 * each one alone, then with all that follow. round returns false when something was wrong; it
 * disarms, and frees all it takes. What stays for good has to be there before.
 * Returns about how many allocations a round makes, or -1 when one went wrong. */
static inline long torture_rounds(bool (*round)(void *), void *context)
{
    long n = 0;
    for (int lasting = 0; lasting <= 1; lasting++) {
        torture.struck = true;
        for (n = 0; torture.struck;) {
            n = torture_next(n, lasting);
            if (!torture_round(round, context, n, lasting))
                return -1;
        }
    }
    return n;
}

#endif
