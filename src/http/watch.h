/* Sockets that are watched until something happens on one of them: epoll on Linux, whose cost does
 * not grow with how many there are; poll elsewhere, or with DS_WATCH_POLL. */
#ifndef DS_HTTP_WATCH_H
#define DS_HTTP_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__linux__) && !defined(DS_WATCH_POLL)
#define DS_WATCH_EPOLL 1
#else
#define DS_WATCH_EPOLL 0
#endif

typedef struct ds_watch_event {
    size_t tag;
    int fd;
    unsigned events; /* DS_HTTP_READ, DS_HTTP_WRITE; an error or an end is all of them */
} ds_watch_event;

typedef struct ds_watch {
#if DS_WATCH_EPOLL
    int fd;
#else
    struct pollfd *fds;
    size_t *tags;
    size_t count, capacity, next; /* next: where the search for events begins */
#endif
} ds_watch;

/* Out: *w, to be closed. Returns whether it worked; errno says why not. */
bool ds_watch_open(ds_watch *w);

/* Frees it. Also what was opened before a fork, without a word to the other side. */
void ds_watch_close(ds_watch *w);

/* Watches fd for these events, in place of those before; 0: no longer, which cannot fail. In: tag,
 * which comes back with the events, below 2^32. Returns whether it worked; errno says why not. */
bool ds_watch_set(ds_watch *w, int fd, unsigned events, size_t tag);

/* Waits at most ms milliseconds, 0 for none. Out: events, at most max of them. Returns how many, or
 * -1 with errno, EINTR when a signal came. */
int ds_watch_wait(ds_watch *w, ds_watch_event *events, int max, int ms);

#endif
