/* The HTTP server: listeners, connections, and the loop that serves them in one thread.
 *
 * Every listener has a libmicrohttpd daemon of its own without a thread; the loop waits for all of
 * their epoll descriptors at once. */
#ifndef DS_SIMULATOR_SERVER_H
#define DS_SIMULATOR_SERVER_H

#include "simulator/fault.h"
#include "simulator/identity.h"
#include "simulator/listener.h"
#include "simulator/mhd_api.h"
#include "simulator/stop.h"
#include "simulator/timers.h"
#include "simulator/tls.h"

#define DS_SERVER_LISTENERS_MAX 16

/* Seconds after which a connection that does nothing is closed, as agents do. */
#define DS_SERVER_IDLE_SECONDS 15

/* What a daemon's requests come with: where they came in. */
typedef struct ds_door {
    struct ds_server *server;
    unsigned serves; /* as in ds_address */
} ds_door;

typedef struct ds_server {
    ds_mhd mhd;
    ds_identity *identity;
    const ds_faults *faults;
    ds_timers held; /* replies that are not due yet */
    ds_door doors[DS_SERVER_LISTENERS_MAX];
    struct MHD_Daemon *daemons[DS_SERVER_LISTENERS_MAX];
    int epoll_fds[DS_SERVER_LISTENERS_MAX];
    size_t count;
    bool connection_ended; /* in the last run */
} ds_server;

/* In: mhd, identity and faults set, all else zero; tls, for a listener that speaks it. What they
 * point to must live as long as the server. */
ds_status ds_server_add(ds_server *server, const ds_listener *listener, const ds_tls *tls,
                        ds_error *err) DS_MUST_CHECK;

/* Serves until told to stop. */
ds_status ds_server_serve(ds_server *server, const ds_stop *stop, ds_error *err) DS_MUST_CHECK;

/* Closes all connections. */
void ds_server_close(ds_server *server);

#endif
