#define _DEFAULT_SOURCE /* mkdtemp */

#include "host/child.h"

#include "guest/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENDPOINT "DSTACK_SIMULATOR_ENDPOINT"
#define KMS_ROOT "DSTACK_SIMULATOR_KMS_ROOT"

/* Its sockets, in a directory of their own. */
static const struct {
    const char *kind, *name, *variable;
} sockets[] = {
    {"agent", "dstack.sock", ENDPOINT},
    {"tappd", "tappd.sock", "TAPPD_SIMULATOR_ENDPOINT"},
    {"external", "external.sock", "DSTACK_SIMULATOR_EXTERNAL"},
    {"kms", "kms.sock", "DSTACK_KMS_ENDPOINT"},
    {"pccs", "pccs.sock", "DSTACK_SIMULATOR_PCCS"},
};
#define SOCKETS (sizeof sockets / sizeof *sockets)

/* What its quotes are verified with, in the same directory. */
#define ROOT_FILE       "root.pem"
#define COLLATERAL_FILE "collateral.json"

/* What the child reports through the pipe, once. */
typedef struct report {
    ds_error err; /* DS_OK: it listens */
    char kms_root[128];
} report;

/* What the child says on its way; the pipe to the parent is closed when it has reported. */
typedef struct talk {
    report report;
    int fd;
} talk;

static void send_report(talk *t)
{
    if (t->fd < 0)
        return;
    ssize_t written = write(t->fd, &t->report, sizeof t->report);
    (void)written; /* without a reader there is nobody to tell */
    close(t->fd);
    t->fd = -1;
}

/* The simulator names the agent's endpoint last, when it listens. */
static void hear(void *context, const char *line)
{
    static const char root[] = "export " KMS_ROOT "=", endpoint[] = "export " ENDPOINT "=";
    static const char warning[] = "# warning: ";
    talk *t = context;
    if (strncmp(line, warning, sizeof warning - 1) == 0)
        fprintf(stderr, "dstack-lua: simulator: %s\n", line + sizeof warning - 1);
    if (strncmp(line, root, sizeof root - 1) == 0)
        snprintf(t->report.kms_root, sizeof t->report.kms_root, "%s", line + sizeof root - 1);
    else if (strncmp(line, endpoint, sizeof endpoint - 1) == 0)
        send_report(t);
}

/* In the child; never returns. A session of its own keeps the terminal's signals away. */
static void serve(const char *place, ds_simulator_options options, int ready)
{
    char room[SOCKETS][sizeof "external=" + DS_ENDPOINT_PATH_MAX];
    char root[DS_ENDPOINT_PATH_MAX + 1], collateral[DS_ENDPOINT_PATH_MAX + 1];
    const char *listen[SOCKETS];
    talk t = {.fd = ready};
    for (size_t i = 0; i < SOCKETS; i++) {
        snprintf(room[i], sizeof room[i], "%s=%s/%s", sockets[i].kind, place, sockets[i].name);
        listen[i] = room[i];
    }
    options.listen = listen;
    options.listen_count = SOCKETS;
    snprintf(root, sizeof root, "%s/" ROOT_FILE, place);
    snprintf(collateral, sizeof collateral, "%s/" COLLATERAL_FILE, place);
    options.root = root;
    options.collateral = collateral;
    options.socket_mode = 0600;
    options.say = hear;
    options.context = &t;
    setsid();
    ds_status status = ds_simulator_run(&options, &t.report.err);
    if (status != DS_OK)
        send_report(&t);
    unlink(root);
    unlink(collateral);
    rmdir(place);
    _exit(status == DS_OK ? 0 : 1);
}

static ds_status system_error(ds_error *err, const char *what)
{
    return ds_fail(err, DS_INTERNAL, "simulator: %s: %s", what, strerror(errno));
}

/* Waits for the child's report. An empty one means that it died. */
static ds_status wait_ready(int ready, ds_error *err)
{
    report got;
    ssize_t n;
    do
        n = read(ready, &got, sizeof got);
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)sizeof got)
        return ds_fail(err, DS_INTERNAL, "simulator: it ended before it listened");
    if (got.err.status != DS_OK) {
        *err = got.err;
        return err->status;
    }
    return setenv(KMS_ROOT, got.kms_root, 1) == 0 ? DS_OK : ds_fail_memory(err);
}

static ds_status launch(ds_child *child, const char *place, ds_simulator_options options,
                        ds_error *err)
{
    int life[2], ready[2];
    if (pipe(life) != 0)
        return system_error(err, "pipe");
    if (pipe(ready) != 0) {
        close(life[0]);
        close(life[1]);
        return system_error(err, "pipe");
    }
    child->pid = fork();
    if (child->pid == 0) {
        close(life[1]);
        close(ready[0]);
        options.watch_fd = life[0];
        serve(place, options, ready[1]);
    }
    close(life[0]);
    close(ready[1]);
    child->life = life[1];
    fcntl(child->life, F_SETFD, FD_CLOEXEC); /* programs the script starts must not hold it open */
    ds_status status = child->pid < 0 ? system_error(err, "fork") : wait_ready(ready[0], err);
    close(ready[0]);
    return status;
}

static ds_status name_file(const char *variable, const char *place, const char *name, ds_error *err)
{
    char path[DS_ENDPOINT_PATH_MAX + 1];
    snprintf(path, sizeof path, "%s/%s", place, name);
    return setenv(variable, path, 1) == 0 ? DS_OK : ds_fail_memory(err);
}

static ds_status name_files(const char *place, ds_error *err)
{
    ds_status status = name_file("DSTACK_SIMULATOR_ROOT", place, ROOT_FILE, err);
    if (status == DS_OK)
        status = name_file("DSTACK_SIMULATOR_COLLATERAL", place, COLLATERAL_FILE, err);
    for (size_t i = 0; status == DS_OK && i < SOCKETS; i++)
        status = name_file(sockets[i].variable, place, sockets[i].name, err);
    return status;
}

ds_status ds_child_start(ds_child *child, const ds_simulator_options *options, ds_error *err)
{
    char place[DS_ENDPOINT_PATH_MAX - sizeof "/" COLLATERAL_FILE];
    const char *tmp = getenv("TMPDIR");
    *child = (ds_child){.life = -1};
    int n = snprintf(place, sizeof place, "%s/dstack-lua-XXXXXX",
                     tmp == NULL || *tmp == '\0' ? "/tmp" : tmp);
    if (n < 0 || (size_t)n >= sizeof place)
        return ds_fail(err, DS_INVALID, "TMPDIR is too long for a socket path");
    if (mkdtemp(place) == NULL)
        return system_error(err, place);
    ds_status status = launch(child, place, *options, err);
    if (status != DS_OK) {
        ds_child_stop(child);
        rmdir(place);
        return status;
    }
    return name_files(place, err);
}

void ds_child_stop(ds_child *child)
{
    if (child->life >= 0)
        close(child->life);
    child->life = -1;
    if (child->pid > 0)
        while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    child->pid = 0;
}
