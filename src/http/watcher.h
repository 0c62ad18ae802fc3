/* Who waits for many connections at once, and is told by each of them what it waits for. */
#ifndef DS_HTTP_WATCHER_H
#define DS_HTTP_WATCHER_H

#include "http/curl_api.h"

#include <stdbool.h>

/* What a socket is watched for, and what has happened on it. */
#define DS_HTTP_READ  1u
#define DS_HTTP_WRITE 2u

/* The functions are called from within the calls of who tells, and must not call it. Without
 * functions it is nobody, who is told nothing. */
typedef struct ds_watcher {
    /* Watch fd for these events, which take the place of those before; 0: it is about to close. */
    void (*want)(void *user, int fd, unsigned events);
    /* Step at that time, whatever happens or does not; INFINITY: not by the clock. */
    void (*due)(void *user, double when);
    /* Who told this is being freed: neither it nor user will be heard of again. */
    void (*gone)(void *user);
    void *user;
} ds_watcher;

/* Returns whether it is anybody. */
bool ds_watcher_is_there(const ds_watcher *watcher);

/* Tell it. */
void ds_watcher_want(const ds_watcher *watcher, int fd, unsigned events);
void ds_watcher_due(const ds_watcher *watcher, double when);
void ds_watcher_gone(const ds_watcher *watcher);

/* Has libcurl tell what a multi handle waits for. The watcher stays in its place as long as the
 * handle lives. */
void ds_watcher_attend(ds_watcher *watcher, const ds_curl_api *api, CURLM *multi);

/* Lets libcurl do what it can without waiting. In: what has happened on fd; or CURL_SOCKET_TIMEOUT,
 * for the clock. Where nobody watches, libcurl finds out by itself what has happened. */
CURLMcode ds_watcher_perform(const ds_watcher *watcher, const ds_curl_api *api, CURLM *multi,
                             curl_socket_t fd, unsigned events);

#endif
