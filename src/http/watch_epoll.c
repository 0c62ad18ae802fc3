#include "http/watch.h"

#include "http/watcher.h"

#if DS_WATCH_EPOLL

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#define MOST_EVENTS 64

bool ds_watch_open(ds_watch *w)
{
    w->fd = epoll_create1(EPOLL_CLOEXEC);
    return w->fd >= 0;
}

void ds_watch_close(ds_watch *w)
{
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
}

/* A descriptor whose connection a forked child still holds would be reported for ever, so each is
 * taken out before it closes. */
bool ds_watch_set(ds_watch *w, int fd, unsigned events, size_t tag)
{
    struct epoll_event e = {.data.u64 = (uint64_t)tag << 32 | (uint32_t)fd};
    if (events & DS_HTTP_READ)
        e.events |= EPOLLIN;
    if (events & DS_HTTP_WRITE)
        e.events |= EPOLLOUT;
    if (events == 0) {
        epoll_ctl(w->fd, EPOLL_CTL_DEL, fd, &e);
        return true;
    }
    if (epoll_ctl(w->fd, EPOLL_CTL_ADD, fd, &e) == 0)
        return true;
    return errno == EEXIST && epoll_ctl(w->fd, EPOLL_CTL_MOD, fd, &e) == 0;
}

static ds_watch_event told(const struct epoll_event *e)
{
    ds_watch_event event = {.tag = (size_t)(e->data.u64 >> 32), .fd = (int)(uint32_t)e->data.u64};
    if (e->events & ~(uint32_t)EPOLLOUT)
        event.events |= DS_HTTP_READ;
    if (e->events & ~(uint32_t)EPOLLIN)
        event.events |= DS_HTTP_WRITE;
    return event;
}

int ds_watch_wait(ds_watch *w, ds_watch_event *events, int max, int ms)
{
    struct epoll_event found[MOST_EVENTS];
    int n = epoll_wait(w->fd, found, max < MOST_EVENTS ? max : MOST_EVENTS, ms);
    for (int i = 0; i < n; i++)
        events[i] = told(&found[i]);
    return n;
}

#endif
