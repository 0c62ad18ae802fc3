/* An agent that does what a script says, byte by byte and in its own time, for the specs.
 *
 *     scripted_server SOCKET SCRIPT    serves each request as SCRIPT says at that moment
 *     scripted_server SOCKET -         listens, but its queue of connections is full for good
 *
 * It serves several connections at once, prints "CONNECTION REQUEST" for each request, and ends
 * when its standard input does, or after five minutes.
 *
 * SCRIPT has a step a line, and is read anew when the first byte of a request is there to be read:
 *
 *     read              takes the request, head and body
 *     taste             takes its first byte only: who closes now resets the connection
 *     send HEX          sends these bytes
 *     pace HEX          sends them one by one, a millisecond apart
 *     repeat N HEX      sends these bytes N times, or until the client hangs up
 *     pause N           waits N milliseconds
 *     hang              waits until the client hangs up
 *     close             closes the connection
 *
 * Without a `close` the connection serves the next request. */
#include "base/hex.h"
#include "http_server.h"

#include <signal.h>

#define LIFE_SECONDS 300
#define HANG_MS      20000
#define SCRIPT_BYTES (8u << 20)
#define BLOCK_BYTES  65536
#define FULL_QUEUE   64 /* more connections than any backlog of 0 lets in */

static const char *script_path;

static void give_up(const char *what)
{
    perror(what);
    _exit(1);
}

static void nap(int ms)
{
    poll(NULL, 0, ms);
}

/* Out: the whole file, NUL-terminated, to be freed. */
static char *read_script(void)
{
    char *text = malloc(SCRIPT_BYTES);
    FILE *file = fopen(script_path, "rb");
    if (text == NULL || file == NULL)
        give_up(script_path);
    text[fread(text, 1, SCRIPT_BYTES - 1, file)] = '\0';
    fclose(file);
    return text;
}

/* Turns hex digits into the bytes they stand for, in place. Returns how many. */
static size_t unhex(char *text)
{
    size_t n = strlen(text);
    if (!ds_hex_decode((unsigned char *)text, text, n))
        give_up("hex");
    return n / 2;
}

static void send_paced(int fd, const char *data, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        server_send(fd, data + i, 1);
        nap(1);
    }
}

/* In blocks, since the client should be what is slow. */
static void send_repeated(int fd, const char *data, size_t n, long times)
{
    char block[BLOCK_BYTES];
    long per_block = (long)(sizeof block / n), left = times;
    for (long i = 0; i < per_block; i++)
        memcpy(block + (size_t)i * n, data, n);
    for (; left > 0; left -= per_block) {
        size_t len = (size_t)(left < per_block ? left : per_block) * n;
        if (send(fd, block, len, MSG_NOSIGNAL) != (ssize_t)len)
            return;
    }
}

/* Does one step. In: its word, and the argument behind it. Returns false to close. */
static bool step(int fd, const char *word, char *argument)
{
    char request[SERVER_REQUEST_BYTES];
    if (strcmp(word, "read") == 0)
        return server_read(fd, request);
    if (strcmp(word, "taste") == 0)
        return recv(fd, request, 1, 0) == 1;
    if (strcmp(word, "send") == 0)
        server_send(fd, argument, unhex(argument));
    else if (strcmp(word, "pace") == 0)
        send_paced(fd, argument, unhex(argument));
    else if (strcmp(word, "pause") == 0)
        nap(atoi(argument));
    else if (strcmp(word, "hang") == 0)
        server_hangup(fd, HANG_MS);
    else if (strcmp(word, "repeat") == 0) {
        char *unit;
        long times = strtol(argument, &unit, 10);
        size_t n = unhex(++unit);
        send_repeated(fd, unit, n, times);
    } else if (strcmp(word, "close") != 0)
        give_up(word);
    return strcmp(word, "close") != 0;
}

static bool serve(int fd, int connection, int request, const char *text)
{
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    char byte, *line = NULL, *rest;
    bool more = true;
    (void)text;
    if (poll(&waiting, 1, -1) < 0 || recv(fd, &byte, 1, MSG_PEEK) <= 0)
        return false;
    printf("%d %d\n", connection, request);
    fflush(stdout);
    char *script = read_script();
    for (line = strtok_r(script, "\n", &rest); more && line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        size_t word = strcspn(line, " ");
        char *argument = line + word + (line[word] == ' ');
        line[word] = '\0';
        more = step(fd, line, argument);
    }
    free(script);
    return more;
}

/* Connects to itself until nobody gets in any more. */
static void fill_queue(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    for (int i = 0; i < FULL_QUEUE; i++) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
            return;
    }
    give_up("the queue is not full");
}

/* The socket appears when it can be connected to, and not before. */
static void listen_at(const char *path)
{
    char early[sizeof server.path];
    bool full = strcmp(script_path, "-") == 0;
    if (snprintf(early, sizeof early, "%s.early", path) >= (int)sizeof early)
        give_up(path);
    server_listen(early, full ? 0 : 16);
    server.unread = true; /* scripts say when to read */
    if (full)
        fill_queue(early);
    else
        server_run(serve);
    if (rename(early, path) != 0)
        give_up(path);
}

int main(int argc, char **argv)
{
    char byte;
    if (argc != 3) {
        fprintf(stderr, "usage: scripted_server SOCKET SCRIPT|-\n");
        return 2;
    }
    alarm(LIFE_SECONDS);
    script_path = argv[2];
    listen_at(argv[1]);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    _exit(0); /* connections may still be open */
}
