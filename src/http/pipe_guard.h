/* Keeps SIGPIPE from this thread for a while.
 *
 * With CURLOPT_NOSIGNAL libcurl leaves SIGPIPE alone, and OpenSSL writes to a connection that the
 * peer has closed without MSG_NOSIGNAL (libcurl before 7.87). The default action would end the
 * whole process. Signal handlers are the host program's, so only this thread's mask is touched. */
#ifndef DS_HTTP_PIPE_GUARD_H
#define DS_HTTP_PIPE_GUARD_H

#include <signal.h>
#include <stdbool.h>

typedef struct ds_pipe_guard {
    sigset_t mask; /* as it was */
    bool held;
} ds_pipe_guard;

/* Out: *guard, for ds_pipe_release. Does nothing unless wanted. */
void ds_pipe_hold(ds_pipe_guard *guard, bool wanted);

/* Takes a SIGPIPE that came meanwhile and restores the mask. */
void ds_pipe_release(const ds_pipe_guard *guard);

#endif
