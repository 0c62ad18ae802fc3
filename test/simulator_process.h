/* A simulator in a process of its own, and a client without a library. */
#ifndef DS_TEST_SIMULATOR_PROCESS_H
#define DS_TEST_SIMULATOR_PROCESS_H

#include "simulator/simulator.h"
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The endpoint is said last. */
#define LAST_LINE "export DSTACK_SIMULATOR_ENDPOINT="

static char directory[] = "/tmp/dstack-server-XXXXXX";

/* A simulator in a process of its own */

typedef struct child {
    pid_t pid;
    int watch;         /* our end of the pipe it watches */
    char output[8192]; /* what it said before it began to serve, or its error */
    bool serving;
} child;

static void say(void *context, const char *line)
{
    int fd = *(int *)context;
    if (write(fd, line, strlen(line)) < 0 || write(fd, "\n", 1) < 0)
        _exit(99);
    if (strncmp(line, LAST_LINE, strlen(LAST_LINE)) == 0)
        close(fd);
}

/* Open files a child may have, 0 for as many as we. */
static rlim_t child_files;

static void run_child(ds_simulator_options options, int out, int watch)
{
    struct rlimit limit = {child_files, child_files};
    ds_error err = {DS_OK, ""};
    options.say = say;
    options.context = &out;
    options.watch_fd = watch;
    umask(0777);
    if (child_files > 0 && setrlimit(RLIMIT_NOFILE, &limit) != 0)
        abort();
    ds_status status = ds_simulator_run(&options, &err);
    if (status != DS_OK && write(out, err.text, strlen(err.text)) < 0)
        _exit(99);
    _exit(status == DS_OK ? 0 : 10 + (int)status);
}

static void start(child *c, ds_simulator_options options)
{
    int out[2], watch[2];
    size_t n = 0;
    ssize_t got;
    memset(c, 0, sizeof *c);
    if (pipe(out) != 0 || pipe(watch) != 0 || (c->pid = fork()) < 0)
        abort();
    if (c->pid == 0) {
        close(out[0]);
        close(watch[1]);
        run_child(options, out[1], watch[0]);
    }
    close(out[1]);
    close(watch[0]);
    while ((got = read(out[0], c->output + n, sizeof c->output - 1 - n)) > 0)
        n += (size_t)got;
    close(out[0]);
    c->watch = watch[1];
    c->serving = strstr(c->output, LAST_LINE) != NULL;
}

/* Returns the exit status, or -1 for anything but an exit. */
static int reap(child *c)
{
    int status;
    if (waitpid(c->pid, &status, 0) != c->pid)
        abort();
    close(c->watch);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int stop(child *c, int signal_number)
{
    kill(c->pid, signal_number);
    return reap(c);
}

static const char *in_directory(const char *prefix, const char *name)
{
    static char texts[4][256];
    static size_t turn;
    char *text = texts[turn++ % 4];
    snprintf(text, 256, "%s%s/%s", prefix, directory, name);
    return text;
}

static ds_simulator_options options_for(const char *const *listen, size_t count)
{
    return (ds_simulator_options){.listen = listen, .listen_count = count, .socket_mode = 0660};
}

/* A client without a library */

static int connect_unix(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    strcpy(name.sun_path, path);
    if (connect(fd, (struct sockaddr *)&name, sizeof name) == 0)
        return fd;
    close(fd);
    return -1;
}

static int connect_port(unsigned port)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&name, sizeof name) == 0)
        return fd;
    close(fd);
    return -1;
}

typedef struct answer {
    char text[65536];
    size_t len;
    const char *body;
} answer;

/* Reads one reply with a Content-Length. Returns its status, 0 when the connection ended. */
static int receive(int fd, answer *a, bool head_only)
{
    size_t need = sizeof a->text - 1;
    bool headed = false;
    memset(a, 0, sizeof *a);
    a->body = "";
    while (a->len < need) {
        ssize_t n = read(fd, a->text + a->len, need - a->len);
        if (n <= 0)
            return 0;
        a->len += (size_t)n;
        const char *end = strstr(a->text, "\r\n\r\n");
        const char *length = strstr(a->text, "\r\nContent-Length: ");
        if (end == NULL || headed)
            continue;
        headed = true;
        a->body = end + 4;
        need = (size_t)(a->body - a->text) +
               (head_only || length == NULL ? 0 : (size_t)atol(length + 18));
    }
    return atoi(a->text + 9);
}

static int request(int fd, answer *a, const char *text)
{
    if (send(fd, text, strlen(text), MSG_NOSIGNAL) != (ssize_t)strlen(text))
        return 0;
    return receive(fd, a, strncmp(text, "HEAD", 4) == 0);
}

#define POST(path, length, body)                                                                   \
    "POST " path                                                                                   \
    " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " length            \
    "\r\n\r\n" body

static inline bool has(const answer *a, const char *text)
{
    return strstr(a->text, text) != NULL;
}

static bool is_there(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0;
}

#endif
