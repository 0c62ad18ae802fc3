/* Loads libcrypto at its first call, for a program that is often started without needing it. The
 * header is written by tools/lazy_libcrypto; DS_LIBCRYPTO_DIRECT is defined for this file only. */
#include "lazy_libcrypto.h"

#include "base/library.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define SYMBOL(name) #name,
static const char *const symbols[] = {DS_LIBCRYPTO_LIST(SYMBOL) NULL};

static const ds_library library = {"libcrypto.so.3", "cryptography", "libssl3", symbols};

const ds_libcrypto *ds_libcrypto_table;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static ds_libcrypto table;

/* Without the library the program ends, as the dynamic linker has it for one that is linked. */
static void load(void)
{
    ds_error err;
    if (ds_library_load(&library, &table, &err) != DS_OK) {
        fflush(NULL);
        fprintf(stderr, "dstack-lua: %s\n", err.text);
        _Exit(127);
    }
    __atomic_store_n(&ds_libcrypto_table, &table, __ATOMIC_RELEASE);
}

const ds_libcrypto *ds_libcrypto_load(void)
{
    pthread_once(&once, load);
    return &table;
}
