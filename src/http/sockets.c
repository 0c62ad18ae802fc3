#include "http/sockets.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* close() may change errno, and a file descriptor is gone even when it fails. */
static int give_up(int fd)
{
    int error = errno;
    if (fd >= 0)
        close(fd);
    return error;
}

int ds_sockets_open(ds_sockets *s, int family, int type, int protocol, void *owner)
{
    struct stat info;
    s->error = EMFILE;
    if (s->count == DS_SOCKETS_MAX)
        return -1;
    int fd = socket(family, type | SOCK_CLOEXEC, protocol);
    if (fd < 0 || fstat(fd, &info) != 0) {
        s->error = give_up(fd);
        return -1;
    }
    s->error = 0;
    s->open[s->count].fd = fd;
    s->open[s->count].owner = owner;
    s->open[s->count].device = info.st_dev;
    s->open[s->count].inode = info.st_ino;
    s->count++;
    return fd;
}

/* Returns where fd stands, or s->count. */
static size_t find(const ds_sockets *s, int fd)
{
    size_t i = 0;
    while (i < s->count && s->open[i].fd != fd)
        i++;
    return i;
}

void *ds_sockets_owner(const ds_sockets *s, int fd)
{
    size_t i = find(s, fd);
    return i < s->count ? s->open[i].owner : NULL;
}

void *ds_sockets_forget(ds_sockets *s, int fd)
{
    size_t i = find(s, fd);
    if (i == s->count)
        return NULL;
    void *owner = s->open[i].owner;
    s->open[i] = s->open[--s->count];
    return owner;
}

void ds_sockets_disown(ds_sockets *s, const void *owner)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->open[i].owner == owner)
            s->open[i].owner = NULL;
}

bool ds_sockets_quiet(const ds_sockets *s)
{
    struct pollfd fds[DS_SOCKETS_MAX];
    for (size_t i = 0; i < s->count; i++)
        fds[i] = (struct pollfd){.fd = s->open[i].fd, .events = POLLIN};
    return s->count == 0 || poll(fds, (nfds_t)s->count, 0) == 0;
}

/* A child that closed all descriptors after fork may have opened others under these numbers. */
bool ds_sockets_heard(const ds_sockets *s)
{
    for (size_t i = 0; i < s->count; i++) {
        int waiting = 0; /* asked for in this way, as reading would use up a pending error */
        if (ioctl(s->open[i].fd, FIONREAD, &waiting) == 0 && waiting > 0)
            return true;
    }
    return false;
}

void ds_sockets_abandon(ds_sockets *s)
{
    struct stat now;
    for (size_t i = 0; i < s->count; i++)
        if (fstat(s->open[i].fd, &now) == 0 && now.st_dev == s->open[i].device &&
            now.st_ino == s->open[i].inode)
            close(s->open[i].fd);
    s->count = 0;
}
