#include "simulator/stop.h"

#include <errno.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

ds_status ds_stop_begin(ds_stop *stop, int watch_fd, ds_error *err)
{
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    stop->watch_fd = watch_fd;
    stop->signal_fd = signalfd(-1, &ours, SFD_NONBLOCK | SFD_CLOEXEC);
    if (stop->signal_fd < 0)
        return ds_fail(err, DS_INTERNAL, "signalfd: %s", strerror(errno));
    pthread_sigmask(SIG_BLOCK, &ours, &stop->before);
    return DS_OK;
}

void ds_stop_poll(const ds_stop *stop, struct pollfd *fds)
{
    fds[0] = (struct pollfd){.fd = stop->signal_fd, .events = POLLIN};
    fds[1] = (struct pollfd){.fd = stop->watch_fd, .events = POLLIN};
}

bool ds_stop_asked(const ds_stop *stop, const struct pollfd *fds)
{
    char ignored[256];
    if (fds[0].revents != 0)
        return true;
    if (!(fds[1].revents & POLLIN))
        return fds[1].revents != 0;
    ssize_t n = read(stop->watch_fd, ignored, sizeof ignored);
    return n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN);
}

void ds_stop_end(ds_stop *stop)
{
    struct signalfd_siginfo ignored;
    while (read(stop->signal_fd, &ignored, sizeof ignored) > 0)
        continue;
    close(stop->signal_fd);
    pthread_sigmask(SIG_SETMASK, &stop->before, NULL);
}
