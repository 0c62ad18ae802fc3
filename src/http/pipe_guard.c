#include "http/pipe_guard.h"

#include <time.h>

static void only_sigpipe(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGPIPE);
}

/* A SIGPIPE that already waits is somebody else's: it stays, and one more changes nothing. */
void ds_pipe_hold(ds_pipe_guard *guard, bool wanted)
{
    sigset_t set;
    guard->held = false;
    if (!wanted || sigpending(&set) != 0 || sigismember(&set, SIGPIPE) == 1)
        return;
    only_sigpipe(&set);
    guard->held = pthread_sigmask(SIG_BLOCK, &set, &guard->mask) == 0;
}

void ds_pipe_release(const ds_pipe_guard *guard)
{
    const struct timespec no_wait = {0, 0};
    sigset_t set;
    if (!guard->held)
        return;
    only_sigpipe(&set);
    while (sigtimedwait(&set, NULL, &no_wait) == SIGPIPE) {
    }
    pthread_sigmask(SIG_SETMASK, &guard->mask, NULL);
}
