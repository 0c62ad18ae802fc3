#include "http/watcher.h"

#include "http1/clock.h"

#include <math.h>

bool ds_watcher_is_there(const ds_watcher *watcher)
{
    return watcher->want != NULL;
}

void ds_watcher_want(const ds_watcher *watcher, int fd, unsigned events)
{
    if (ds_watcher_is_there(watcher))
        watcher->want(watcher->user, fd, events);
}

void ds_watcher_due(const ds_watcher *watcher, double when)
{
    if (ds_watcher_is_there(watcher))
        watcher->due(watcher->user, when);
}

void ds_watcher_gone(const ds_watcher *watcher)
{
    if (ds_watcher_is_there(watcher))
        watcher->gone(watcher->user);
}

/* libcurl says what it waits for, in place of finding it out anew in every multi_poll. */
static int on_want(CURL *easy, curl_socket_t fd, int what, void *user, void *assigned)
{
    unsigned events = 0;
    (void)easy, (void)assigned;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        events |= DS_HTTP_READ;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        events |= DS_HTTP_WRITE;
    ds_watcher_want(user, fd, events);
    return 0;
}

static int on_due(CURLM *multi, long ms, void *user)
{
    (void)multi;
    ds_watcher_due(user, ms < 0 ? INFINITY : ds_http_now() + (double)ms / 1000.0);
    return 0;
}

void ds_watcher_attend(ds_watcher *watcher, const ds_curl_api *api, CURLM *multi)
{
    api->multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_want);
    api->multi_setopt(multi, CURLMOPT_SOCKETDATA, watcher);
    api->multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_due);
    api->multi_setopt(multi, CURLMOPT_TIMERDATA, watcher);
}

CURLMcode ds_watcher_perform(const ds_watcher *watcher, const ds_curl_api *api, CURLM *multi,
                             curl_socket_t fd, unsigned events)
{
    int running, mask = 0;
    if (!ds_watcher_is_there(watcher))
        return api->multi_perform(multi, &running);
    if (events & DS_HTTP_READ)
        mask |= CURL_CSELECT_IN;
    if (events & DS_HTTP_WRITE)
        mask |= CURL_CSELECT_OUT;
    return api->multi_socket_action(multi, fd, mask, &running);
}
