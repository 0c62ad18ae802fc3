/* Loads libcrypto at its first call, for a program that is often started without needing it. The
 * header is written by tools/lazy_libcrypto; DS_LIBCRYPTO_DIRECT is defined for this file only. */
#include "lazy_libcrypto.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define LIBRARY "libcrypto.so.3"

const ds_libcrypto *ds_libcrypto_table;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static ds_libcrypto table;

/* As the dynamic linker does for a library that a program cannot go on without. */
static void give_up(const char *why)
{
    fflush(NULL);
    fprintf(stderr, "dstack-lua: " LIBRARY " is needed for cryptography: install libssl3 (%s)\n",
            why);
    _Exit(127);
}

static void load(void)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        give_up(dlerror());
        /* POSIX promises that a function's address survives as a void pointer; ISO C does not, so
         * it is stored through one. */
#define FIND(name)                                                                                 \
    if ((*(void **)(void *)&table.name = dlsym(library, #name)) == NULL)                           \
        give_up("it has no " #name);
    DS_LIBCRYPTO_LIST(FIND)
#undef FIND
    __atomic_store_n(&ds_libcrypto_table, &table, __ATOMIC_RELEASE);
}

const ds_libcrypto *ds_libcrypto_load(void)
{
    pthread_once(&once, load);
    return &table;
}
