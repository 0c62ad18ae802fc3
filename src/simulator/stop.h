/* When to end: on SIGINT and SIGTERM, and when a pipe closes. */
#ifndef DS_SIMULATOR_STOP_H
#define DS_SIMULATOR_STOP_H

#include "base/status.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>

#define DS_STOP_FDS 2

typedef struct ds_stop {
    int signal_fd;
    int watch_fd;
    sigset_t before; /* the signal mask to go back to */
} ds_stop;

/* From here on the two signals wait to be read instead of ending the process. No handler is
 * installed. In: watch_fd, which stays the caller's, or -1. */
ds_status ds_stop_begin(ds_stop *stop, int watch_fd, ds_error *err) DS_MUST_CHECK;

/* Out: what to poll for, DS_STOP_FDS entries. */
void ds_stop_poll(const ds_stop *stop, struct pollfd *fds);

/* In: the same entries after poll. Returns true when it is time to end. */
bool ds_stop_asked(const ds_stop *stop, const struct pollfd *fds);

/* Swallows signals that came in meanwhile and gives the rest of them back to the process. */
void ds_stop_end(ds_stop *stop);

#endif
