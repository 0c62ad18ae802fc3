#include "simulator/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define ENDPOINT_BYTES (PATH_MAX + DS_ENDPOINT_PATH_MAX + 2)

#define FLAGS (SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC)

static ds_status failed(const ds_listener *listener, const char *what, ds_error *err)
{
    return ds_fail(err, DS_INVALID, "%s: %s: %s", listener->endpoint, what, strerror(errno));
}

/* Out: the absolute path. A client could not use one that is too long, so it is refused. */
static ds_status absolute(ds_listener *listener, const char *path, ds_error *err)
{
    char *out = listener->endpoint;
    while (path[0] == '.' && path[1] == '/')
        path += path[2] == '/' ? 1 : 2;
    if (path[0] == '/')
        *out = '\0';
    else if (getcwd(out, PATH_MAX) == NULL)
        return ds_fail(err, DS_INVALID, "the working directory has no name: %s", strerror(errno));
    else if (strcmp(out, "/") != 0)
        strcat(out, "/");
    strcat(out, path);
    if (strlen(out) > DS_ENDPOINT_PATH_MAX)
        return ds_fail(
            err, DS_INVALID,
            "%.*s...: this path has %lu bytes and a socket takes %d: choose a shorter one",
            DS_ENDPOINT_PATH_MAX, out, (unsigned long)strlen(out), DS_ENDPOINT_PATH_MAX);
    return DS_OK;
}

static struct sockaddr_un unix_address(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    memcpy(name.sun_path, path, strlen(path) + 1);
    return name;
}

/* Asks whoever listens on a socket file. Out: errno, 0 when somebody does. */
static int knock(const char *path)
{
    struct sockaddr_un name = unix_address(path);
    int fd = socket(AF_UNIX, FLAGS, 0);
    if (fd < 0)
        return errno;
    int result = connect(fd, (struct sockaddr *)&name, sizeof name) == 0 ? 0 : errno;
    close(fd);
    return result;
}

/* Makes way for the socket file. EAGAIN comes from a listener that is too busy to queue us. */
static ds_status make_way(const ds_listener *listener, ds_error *err)
{
    struct stat about;
    if (lstat(listener->endpoint, &about) != 0)
        return errno == ENOENT ? DS_OK : failed(listener, "cannot look at it", err);
    if (!S_ISSOCK(about.st_mode))
        return ds_fail(err, DS_INVALID, "%s: it is there and is not a socket", listener->endpoint);
    errno = knock(listener->endpoint);
    if (errno == 0 || errno == EAGAIN)
        return ds_fail(
            err, DS_INVALID,
            "%s: somebody listens there already; end that one, or choose another place with "
            "--listen %s=PATH",
            listener->endpoint, listener->kind);
    if (errno != ECONNREFUSED)
        return failed(listener, "cannot tell whether somebody listens there", err);
    if (unlink(listener->endpoint) != 0 && errno != ENOENT)
        return failed(listener, "cannot remove the old socket", err);
    return DS_OK;
}

/* Nobody can connect before listen, so nobody gets in while the mode is still the umask's. */
static ds_status open_unix(ds_listener *listener, const ds_address *address, unsigned mode,
                           ds_error *err)
{
    struct stat about;
    ds_status status = absolute(listener, address->path, err);
    if (status == DS_OK)
        status = make_way(listener, err);
    if (status != DS_OK)
        return status;
    struct sockaddr_un name = unix_address(listener->endpoint);
    if ((listener->fd = socket(AF_UNIX, FLAGS, 0)) < 0 ||
        bind(listener->fd, (struct sockaddr *)&name, sizeof name) != 0)
        return ds_fail(err, DS_INVALID,
                       "%s: cannot make the socket (--listen %s=PATH chooses another place): %s",
                       listener->endpoint, listener->kind, strerror(errno));
    listener->is_unix = lstat(listener->endpoint, &about) == 0;
    listener->device = about.st_dev;
    listener->inode = about.st_ino;
    if (!listener->is_unix || chmod(listener->endpoint, (mode_t)mode) != 0)
        return failed(listener, "cannot set the permissions", err);
    return DS_OK;
}

static ds_status bind_port(ds_listener *listener, const struct sockaddr *name, socklen_t size,
                           ds_error *err)
{
    int on = 1;
    listener->fd = socket(name->sa_family, FLAGS, 0);
    if (listener->fd < 0 ||
        setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(listener->fd, name, size) != 0)
        return failed(listener, "cannot listen there", err);
    return DS_OK;
}

static void name_port(ds_listener *listener, const char *host, unsigned port)
{
    snprintf(listener->endpoint, ENDPOINT_BYTES, "%s://%s:%u", listener->tls ? "https" : "http",
             host, port);
}

static ds_status open_ipv4(ds_listener *listener, const ds_address *address, ds_error *err)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(address->port)};
    socklen_t size = sizeof name;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    name_port(listener, "127.0.0.1", address->port);
    ds_status status = bind_port(listener, (struct sockaddr *)&name, size, err);
    if (status == DS_OK && getsockname(listener->fd, (struct sockaddr *)&name, &size) != 0)
        status = failed(listener, "cannot tell the port", err);
    if (status == DS_OK)
        name_port(listener, "127.0.0.1", ntohs(name.sin_port));
    return status;
}

static ds_status open_ipv6(ds_listener *listener, const ds_address *address, ds_error *err)
{
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons(address->port)};
    socklen_t size = sizeof name;
    name.sin6_addr = in6addr_loopback;
    name_port(listener, "[::1]", address->port);
    ds_status status = bind_port(listener, (struct sockaddr *)&name, size, err);
    if (status == DS_OK && getsockname(listener->fd, (struct sockaddr *)&name, &size) != 0)
        status = failed(listener, "cannot tell the port", err);
    if (status == DS_OK)
        name_port(listener, "[::1]", ntohs(name.sin6_port));
    return status;
}

ds_status ds_listener_open(ds_listener *listener, const ds_address *address,
                           const ds_listener_options *options, ds_error *err)
{
    *listener = (ds_listener){.fd = -1,
                              .endpoint = malloc(ENDPOINT_BYTES),
                              .kind = address->kind,
                              .serves = address->serves,
                              .tls = options->tls && address->family != DS_ADDRESS_UNIX};
    if (listener->endpoint == NULL)
        return ds_fail_memory(err);
    ds_status status = address->family == DS_ADDRESS_UNIX
                           ? open_unix(listener, address, options->mode, err)
                       : address->family == DS_ADDRESS_IPV4 ? open_ipv4(listener, address, err)
                                                            : open_ipv6(listener, address, err);
    if (status == DS_OK && listen(listener->fd, SOMAXCONN) != 0)
        status = failed(listener, "cannot listen there", err);
    if (status != DS_OK)
        ds_listener_close(listener);
    return status;
}

void ds_listener_close(ds_listener *listener)
{
    struct stat about;
    if (listener->is_unix && lstat(listener->endpoint, &about) == 0 &&
        about.st_dev == listener->device && about.st_ino == listener->inode)
        unlink(listener->endpoint);
    if (listener->fd >= 0)
        close(listener->fd);
    free(listener->endpoint);
    *listener = (ds_listener){.fd = -1};
}
