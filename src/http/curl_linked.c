#include "http/curl_api.h"

#include <pthread.h>

static const ds_curl_api linked = {
#define LINKED(type, name, arguments) .name = curl_##name,
    DS_CURL_LIST(LINKED)
#undef LINKED
};

/* libcurl counts its users in the process; its initialisation is never undone, for no handle of
 * ours can know that it is the last. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode outcome;

static void start(void)
{
    outcome = curl_global_init(CURL_GLOBAL_DEFAULT);
}

const ds_curl_api *ds_curl_load(ds_error *err)
{
    pthread_once(&once, start);
    if (outcome == CURLE_OK)
        return &linked;
    ds_fail(err, DS_INTERNAL, "libcurl cannot start: %s", curl_easy_strerror(outcome));
    return NULL;
}
