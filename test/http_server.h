/* A server for the tests: a thread that accepts, and a thread for each connection that reads
 * requests and lets the test's own function answer. Everything ends when the clients have closed
 * and server_stop was called. */
#ifndef DS_TEST_HTTP_SERVER_H
#define DS_TEST_HTTP_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SERVER_REQUEST_BYTES 65536

/* Answers request number `request` (from 1) of connection number `connection` (from 1). Returns
 * false to close the connection. A NULL text means that the request has not been read. */
typedef bool server_answer(int fd, int connection, int request, const char *text);

static struct server {
    int listener, port;
    char path[100];
    server_answer *answer;
    bool unread; /* answer before reading */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t idle;
    int accepted, requests, open;
    char last[SERVER_REQUEST_BYTES]; /* the last request whose head fits */
} server;

/* Writes all of it, or as much as the client takes. */
static void server_send(int fd, const void *data, size_t len)
{
    const char *p = data;
    while (len > 0) {
        ssize_t n = send(fd, p, len, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        p += n;
        len -= (size_t)n;
    }
}

static inline void server_text(int fd, const char *text)
{
    server_send(fd, text, strlen(text));
}

/* Waits until the client closes; n milliseconds at most. Returns whether it did. */
static inline bool server_hangup(int fd, int n)
{
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    char byte;
    while (poll(&waiting, 1, n) > 0)
        if (recv(fd, &byte, 1, 0) <= 0)
            return true;
    return false;
}

/* Reads one request; a body is counted but kept only as far as it fits. */
static bool server_read(int fd, char *text)
{
    char spill[SERVER_REQUEST_BYTES];
    size_t len = 0;
    char *end = NULL;
    while (end == NULL && len < SERVER_REQUEST_BYTES - 1) {
        ssize_t n = recv(fd, text + len, SERVER_REQUEST_BYTES - 1 - len, 0);
        if (n <= 0)
            return false;
        len += (size_t)n;
        text[len] = '\0';
        end = strstr(text, "\r\n\r\n");
    }
    const char *field = strstr(text, "Content-Length: ");
    size_t want = field != NULL ? strtoul(field + 16, NULL, 10) : 0;
    for (size_t got = len - (size_t)(end + 4 - text); got < want;) {
        ssize_t n = recv(fd, spill, sizeof spill, 0);
        if (n <= 0)
            return false;
        size_t keep =
            (size_t)n < SERVER_REQUEST_BYTES - 1 - len ? (size_t)n : SERVER_REQUEST_BYTES - 1 - len;
        memcpy(text + len, spill, keep);
        len += keep;
        text[len] = '\0';
        got += (size_t)n;
    }
    return true;
}

static int server_note(const char *text)
{
    pthread_mutex_lock(&server.lock);
    int n = ++server.requests;
    if (text != NULL)
        memcpy(server.last, text, strlen(text) + 1);
    pthread_mutex_unlock(&server.lock);
    return n;
}

static void *server_connection(void *argument)
{
    static __thread char text[SERVER_REQUEST_BYTES];
    int fd = ((int *)argument)[0], connection = ((int *)argument)[1], request = 0;
    free(argument);
    bool more = true;
    while (more && (server.unread || server_read(fd, text))) {
        server_note(server.unread ? NULL : text);
        more = server.answer(fd, connection, ++request, server.unread ? NULL : text);
    }
    close(fd);
    pthread_mutex_lock(&server.lock);
    server.open--;
    pthread_cond_signal(&server.idle);
    pthread_mutex_unlock(&server.lock);
    return NULL;
}

static void *server_accept(void *unused)
{
    int fd;
    while ((fd = accept(server.listener, NULL, NULL)) >= 0) {
        pthread_t thread;
        int *argument = malloc(2 * sizeof *argument);
        pthread_mutex_lock(&server.lock);
        server.open++;
        argument[0] = fd;
        argument[1] = ++server.accepted;
        pthread_mutex_unlock(&server.lock);
        if (pthread_create(&thread, NULL, server_connection, argument) != 0)
            abort();
        pthread_detach(thread);
    }
    return unused;
}

/* Binds and listens, but accepts nobody yet. In: path, or NULL for 127.0.0.1. */
static void server_listen(const char *path, int backlog)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct sockaddr_in net = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof net;
    int bound;
    memset(&server, 0, sizeof server);
    server.listener = socket(path != NULL ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (path != NULL) {
        unlink(path);
        strcpy(local.sun_path, path);
        strcpy(server.path, path);
        bound = bind(server.listener, (struct sockaddr *)&local, sizeof local);
    } else {
        bound = bind(server.listener, (struct sockaddr *)&net, sizeof net);
    }
    if (bound != 0 || listen(server.listener, backlog) != 0)
        abort();
    if (path == NULL && getsockname(server.listener, (struct sockaddr *)&net, &len) == 0)
        server.port = ntohs(net.sin_port);
}

static void server_run(server_answer *answer)
{
    server.answer = answer;
    pthread_mutex_init(&server.lock, NULL);
    pthread_cond_init(&server.idle, NULL);
    if (pthread_create(&server.thread, NULL, server_accept, NULL) != 0)
        abort();
}

/* To be called when all clients have closed. */
static inline void server_stop(void)
{
    shutdown(server.listener, SHUT_RDWR);
    pthread_join(server.thread, NULL);
    pthread_mutex_lock(&server.lock);
    while (server.open > 0)
        pthread_cond_wait(&server.idle, &server.lock);
    pthread_mutex_unlock(&server.lock);
    close(server.listener);
    if (server.path[0] != '\0')
        unlink(server.path);
}

static int server_count(const int *what)
{
    pthread_mutex_lock(&server.lock);
    int n = *what;
    pthread_mutex_unlock(&server.lock);
    return n;
}

static inline int server_accepted(void)
{
    return server_count(&server.accepted);
}

static inline int server_requests(void)
{
    return server_count(&server.requests);
}

static inline int server_open(void)
{
    return server_count(&server.open);
}

#endif
