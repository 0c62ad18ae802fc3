#include "http/watch.h"

#include "http/watcher.h"

#if !DS_WATCH_EPOLL

#include <poll.h>
#include <stdlib.h>

bool ds_watch_open(ds_watch *w)
{
    *w = (ds_watch){.fds = NULL};
    return true;
}

void ds_watch_close(ds_watch *w)
{
    free(w->fds);
    free(w->tags);
    *w = (ds_watch){.fds = NULL};
}

static bool grow(ds_watch *w)
{
    size_t wanted = w->capacity == 0 ? 16 : 2 * w->capacity;
    struct pollfd *fds = realloc(w->fds, wanted * sizeof *fds);
    if (fds == NULL)
        return false;
    w->fds = fds;
    size_t *tags = realloc(w->tags, wanted * sizeof *tags);
    if (tags == NULL)
        return false;
    w->tags = tags;
    w->capacity = wanted;
    return true;
}

static size_t find(const ds_watch *w, int fd)
{
    size_t i = 0;
    while (i < w->count && w->fds[i].fd != fd)
        i++;
    return i;
}

bool ds_watch_set(ds_watch *w, int fd, unsigned events, size_t tag)
{
    size_t at = find(w, fd);
    if (events == 0) {
        if (at < w->count) {
            w->fds[at] = w->fds[--w->count];
            w->tags[at] = w->tags[w->count];
        }
        return true;
    }
    if (at == w->count && w->count == w->capacity && !grow(w))
        return false;
    w->count += at == w->count;
    w->fds[at] = (struct pollfd){.fd = fd};
    if (events & DS_HTTP_READ)
        w->fds[at].events |= POLLIN;
    if (events & DS_HTTP_WRITE)
        w->fds[at].events |= POLLOUT;
    w->tags[at] = tag;
    return true;
}

static ds_watch_event told(const struct pollfd *fd, size_t tag)
{
    ds_watch_event event = {.tag = tag, .fd = fd->fd};
    if (fd->revents & ~POLLOUT)
        event.events |= DS_HTTP_READ;
    if (fd->revents & ~POLLIN)
        event.events |= DS_HTTP_WRITE;
    return event;
}

/* More may be ready than there is room for: the search goes on where it ended. */
int ds_watch_wait(ds_watch *w, ds_watch_event *events, int max, int ms)
{
    int n = poll(w->fds, (nfds_t)w->count, ms), found = 0;
    size_t start = w->next;
    if (n < 0)
        return n;
    for (size_t i = 0; i < w->count && found < max && found < n; i++) {
        size_t at = (start + i) % w->count;
        if (w->fds[at].revents == 0)
            continue;
        events[found++] = told(&w->fds[at], w->tags[at]);
        w->next = at + 1;
    }
    return found;
}

#endif
