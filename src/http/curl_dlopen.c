#include "http/curl_api.h"

#include <dlfcn.h>
#include <pthread.h>

#define LIBRARY "libcurl.so.4"

/* A library is loaded once a process, so its table and what went wrong are the process's too. They
 * are written under `once` only. Nothing is unloaded. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static ds_curl_api table;
static ds_error failure;

static void *find(void *library, const char *symbol)
{
    void *found = dlsym(library, symbol);
    if (found == NULL && failure.status == DS_OK)
        ds_fail(&failure, DS_UNSUPPORTED, LIBRARY " is too old for network calls: it has no %s",
                symbol);
    return found;
}

static void start(void)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        ds_fail(&failure, DS_UNSUPPORTED,
                LIBRARY " is needed for network calls: install libcurl4 (%s)", dlerror());
        return;
    }
    /* POSIX promises that a function's address survives as a void pointer; ISO C does not, so it
     * is stored through one. */
#define FIND(type, name, arguments) *(void **)(void *)&table.name = find(library, "curl_" #name);
    DS_CURL_LIST(FIND)
#undef FIND
    if (failure.status != DS_OK)
        return;
    CURLcode code = table.global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK)
        ds_fail(&failure, DS_INTERNAL, "libcurl cannot start: %s", table.easy_strerror(code));
}

const ds_curl_api *ds_curl_load(ds_error *err)
{
    pthread_once(&once, start);
    if (failure.status == DS_OK)
        return &table;
    *err = failure;
    return NULL;
}
