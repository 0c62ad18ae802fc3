/* The sockets of one transport, opened and closed here on libcurl's behalf.
 *
 * Knowing them serves three ends that libcurl does not: no socket leaks into programs the process
 * starts; bytes that arrived on an idle connection are noticed before it is used again; and after a
 * fork the child can let go of the parent's connections without libcurl saying goodbye on them. */
#ifndef DS_HTTP_SOCKETS_H
#define DS_HTTP_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A socket path has to fit sun_path with its NUL. */
#define DS_SOCKET_PATH_BYTES 108

/* One kept connection, one being made, and the parallel attempts on several addresses. */
#define DS_SOCKETS_MAX 16

typedef struct ds_sockets {
    struct {
        int fd;
        void *owner;  /* whose exchange opened it and still runs, or NULL */
        dev_t device; /* these two tell whether fd still is what we opened */
        ino_t inode;
    } open[DS_SOCKETS_MAX];
    size_t count;
    int error; /* errno of the last ds_sockets_open, 0 if it worked or there was none */
} ds_sockets;

/* Opens a socket that exec closes. In: what socket() takes, and the owner. Returns the descriptor,
 * or -1 with s->error set. */
int ds_sockets_open(ds_sockets *s, int family, int type, int protocol, void *owner);

/* Returns who owns a socket, or NULL. */
void *ds_sockets_owner(const ds_sockets *s, int fd);

/* Forgets a socket that is about to be closed. Returns its owner. */
void *ds_sockets_forget(ds_sockets *s, int fd);

/* The owner's exchange is over: nothing it opened is its own any more. */
void ds_sockets_disown(ds_sockets *s, const void *owner);

/* Returns true when nothing has happened on the open sockets: no byte, no end, no error. To be
 * asked while all of them are idle; a connection on which the peer spoke unasked has lost step. */
bool ds_sockets_quiet(const ds_sockets *s);

/* Returns true when a byte waits to be read on an open socket: the peer has begun to speak. */
bool ds_sockets_heard(const ds_sockets *s);

/* Closes this process's copies and forgets them. Nothing is sent, nothing is shut down: the
 * process on the other side of a fork goes on using the connections. */
void ds_sockets_abandon(ds_sockets *s);

#endif
