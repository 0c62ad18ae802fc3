#include "http/curl_api.h"

#include "base/library.h"

#include <pthread.h>

#define DS_CURL_SYMBOL(type, name, arguments) "curl_" #name,
static const char *const symbols[] = {DS_CURL_LIST(DS_CURL_SYMBOL) NULL};

static const ds_library library = {"libcurl.so.4", "network calls", "libcurl4", symbols};

/* A library is loaded once a process, so its table and what went wrong are the process's too. They
 * are written under `once` only. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static ds_curl_api table;
static ds_error failure;

static void start(void)
{
    if (ds_library_load(&library, &table, &failure) != DS_OK)
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
