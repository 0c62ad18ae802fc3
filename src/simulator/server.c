#include "simulator/server.h"

#include "simulator/exchange.h"
#include "simulator/held.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

/* Above what a default limit of open files allows; the kernel's is the one that counts. */
#define CONNECTIONS_MAX 8192u

#define FLAGS (MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME)

/* libmicrohttpd takes text that it does not change as not const. */
static void choose_tls(struct MHD_OptionItem options[3], const ds_tls *tls)
{
    size_t n = 0;
    if (tls != NULL) {
        options[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, tls->key.data};
        options[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, tls->chain.data};
    }
    options[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
}

/* The daemon closes the socket it is given when it stops; so it is given a copy. */
ds_status ds_server_add(ds_server *server, const ds_listener *listener, const ds_tls *tls,
                        ds_error *err)
{
    struct MHD_OptionItem https[3];
    const ds_mhd *mhd = &server->mhd;
    int fd = fcntl(listener->fd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        return ds_fail(err, DS_INTERNAL, "F_DUPFD_CLOEXEC: %s", strerror(errno));
    ds_door *door = &server->doors[server->count];
    *door = (ds_door){server, listener->serves};
    choose_tls(https, listener->tls ? tls : NULL);
    struct MHD_Daemon *daemon = mhd->start_daemon(
        FLAGS | (listener->tls ? MHD_USE_TLS : 0), 0, NULL, NULL, ds_exchange_handle, door,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_TIMEOUT, DS_SERVER_IDLE_SECONDS,
        MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, MHD_OPTION_NOTIFY_CONNECTION,
        ds_exchange_connection, server, MHD_OPTION_URI_LOG_CALLBACK, ds_exchange_target, server,
        MHD_OPTION_NOTIFY_COMPLETED, ds_exchange_completed, server, MHD_OPTION_ARRAY, https,
        MHD_OPTION_END);
    if (daemon == NULL)
        return ds_fail(err, DS_INTERNAL, "%s: libmicrohttpd does not start", listener->endpoint);
    server->daemons[server->count] = daemon;
    server->epoll_fds[server->count++] =
        mhd->get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    return DS_OK;
}

/* Returns in how many milliseconds a daemon wants to run without an event, -1 for never. */
static int patience(const ds_server *server, size_t i)
{
    MHD_UNSIGNED_LONG_LONG wait;
    if (server->mhd.get_timeout(server->daemons[i], &wait) != MHD_YES)
        return -1;
    return wait > INT_MAX ? INT_MAX : (int)wait;
}

static int sooner(int a, int b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* Waits. Out: due, which daemons have something to do. Returns poll's result.
 *
 * A daemon that ran out of descriptors accepts again in the run that follows the one in which a
 * connection ended, but does not ask for that run: it gets one unasked. */
static int wait_for_work(ds_server *server, struct pollfd *fds, bool *due)
{
    int waits[DS_SERVER_LISTENERS_MAX], least = ds_timers_wait(&server->held, ds_timers_now());
    bool again = server->connection_ended;
    server->connection_ended = false;
    for (size_t i = 0; i < server->count; i++) {
        waits[i] = again ? 0 : patience(server, i);
        least = sooner(least, waits[i]);
    }
    int n = poll(fds, server->count + DS_STOP_FDS, least);
    for (size_t i = 0; i < server->count; i++)
        due[i] = n == 0 ? waits[i] == least : waits[i] == 0 || fds[i].revents != 0;
    return n;
}

ds_status ds_server_serve(ds_server *server, const ds_stop *stop, ds_error *err)
{
    struct pollfd fds[DS_SERVER_LISTENERS_MAX + DS_STOP_FDS];
    bool due[DS_SERVER_LISTENERS_MAX];
    struct pollfd *stops = fds + server->count;
    for (size_t i = 0; i < server->count; i++)
        fds[i] = (struct pollfd){.fd = server->epoll_fds[i], .events = POLLIN};
    ds_stop_poll(stop, stops);
    for (;;) {
        int n = wait_for_work(server, fds, due);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ds_fail(err, DS_INTERNAL, "poll: %s", strerror(errno));
        if (n > 0 && ds_stop_asked(stop, stops))
            return DS_OK;
        bool resumed = ds_held_run(&server->held, &server->mhd);
        for (size_t i = 0; i < server->count; i++)
            if (due[i] || resumed)
                server->mhd.run(server->daemons[i]);
    }
}

void ds_server_close(ds_server *server)
{
    ds_held_end(&server->held, &server->mhd);
    while (server->count > 0)
        server->mhd.stop_daemon(server->daemons[--server->count]);
}
