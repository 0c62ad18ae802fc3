/* A listening socket that belongs to us, from making it to leaving nothing behind. */
#ifndef DS_SIMULATOR_LISTENER_H
#define DS_SIMULATOR_LISTENER_H

#include "simulator/address.h"

#include <sys/types.h>

typedef struct ds_listener {
    int fd;           /* not blocking, closed on exec; -1: not open */
    char *endpoint;   /* for clients: an absolute path, or http(s)://HOST:PORT */
    const char *kind; /* as in ds_address */
    unsigned serves;
    bool tls; /* is to be spoken there */
    bool is_unix;
    dev_t device; /* of the socket file, to know it again */
    ino_t inode;
} ds_listener;

/* How listeners are opened, whatever their kind. */
typedef struct ds_listener_options {
    unsigned mode; /* permissions of a socket file, whatever the umask is */
    bool tls;      /* on all that are not socket files */
} ds_listener_options;

/* Binds and listens with the largest backlog there is. A socket file that nobody listens on is
 * replaced; one that somebody does, and any other file, is an error.
 * Out: *listener, to be closed; its fd is -1 on failure. Fails with DS_INVALID. */
ds_status ds_listener_open(ds_listener *listener, const ds_address *address,
                           const ds_listener_options *options, ds_error *err) DS_MUST_CHECK;

/* Closes, and removes the socket file if it is still the one that was made. A listener that is not
 * open is allowed. */
void ds_listener_close(ds_listener *listener);

#endif
