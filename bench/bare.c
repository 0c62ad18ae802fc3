/* The same bytes as the client's GetKey over a bare socket: the floor that bench/get_key.lua is
 * measured against.   usage: bare SOCKET CALLS v0|v1   Prints microseconds a call. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const char *const paths[] = {"/GetKey", "/v1/GetKey"};
static const char *const bodies[] = {
    "{\"path\":\"wallet\",\"purpose\":\"mainnet\",\"algorithm\":\"secp256k1\"}",
    "{\"domain\":\"wallet\",\"algorithm\":\"secp256k1\"}",
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Reads one reply: the head, then as many bytes as its Content-Length says. */
static void read_reply(int fd)
{
    char reply[8192];
    size_t have = 0, whole = 0;
    while (whole == 0 || have < whole) {
        ssize_t n = read(fd, reply + have, sizeof reply - 1 - have);
        if (n <= 0)
            exit(1);
        have += (size_t)n;
        reply[have] = '\0';
        char *end = strstr(reply, "\r\n\r\n"), *length = strstr(reply, "Content-Length: ");
        if (end != NULL && length != NULL)
            whole = (size_t)(end + 4 - reply) + strtoul(length + 16, NULL, 10);
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char request[1024];
    if (argc != 4)
        return 2;
    int v1 = strcmp(argv[3], "v1") == 0;
    int calls = atoi(argv[2]), fd = socket(AF_UNIX, SOCK_STREAM, 0);
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        return 1;
    int len = snprintf(request, sizeof request,
                       "POST %s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\n"
                       "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
                       paths[v1], (int)strlen(bodies[v1]), bodies[v1]);
    double start = 0;
    for (int i = -100; i < calls; i++) { /* the first hundred are a warm-up */
        if (i == 0)
            start = now();
        if (write(fd, request, (size_t)len) != len)
            return 1;
        read_reply(fd);
    }
    printf("%.3f\n", (now() - start) / calls * 1e6);
    return 0;
}
