/* Faults of the simulator as a process: what comes late, in part or byte by byte. */
#include "simulator/timers.h"
#include "simulator_process.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define CLIENTS 300

#define KEY     POST("/GetKey", "2", "{}")
#define VERSION POST("/Version", "2", "{}")

/* The alarm in main ends what should not take long; these bounds only tell one after the other from
 * all at once. */
#define LONG_MILLISECONDS 60000

static ds_simulator_options faulty(const char *const *listen, const char *const *faults)
{
    ds_simulator_options options = options_for(listen, 1);
    ds_error err;
    for (; *faults != NULL; faults++)
        if (ds_faults_add(&options.faults, *faults, &err) != DS_OK) {
            printf("%s\n", err.text);
            abort();
        }
    return options;
}

static bool is_readable(int fd, int wait)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    return poll(&one, 1, wait) == 1;
}

/* Connects and sends a request. */
static int ask(const char *path, const char *text)
{
    int fd = connect_unix(path);
    if (fd < 0 || send(fd, text, strlen(text), MSG_NOSIGNAL) != (ssize_t)strlen(text))
        abort();
    return fd;
}

/* Reads all up to the end of the connection. Returns how much. */
static size_t drain(int fd, answer *a)
{
    ssize_t n;
    a->len = 0;
    while ((n = read(fd, a->text + a->len, sizeof a->text - 1 - a->len)) > 0)
        a->len += (size_t)n;
    a->text[a->len] = '\0';
    return a->len;
}

static bool is_answered(const char *path, const char *text)
{
    answer a;
    int fd = ask(path, text);
    bool good = receive(fd, &a, false) == 200;
    close(fd);
    return good;
}

/* Hundreds of late replies are late at the same time, and hold up no other. */
static void late_together(void)
{
    const char *path = in_directory("", "l.sock");
    const char *const listen[] = {in_directory("agent=", "l.sock")};
    static const char *const faults[] = {"*=delay:2", "Version=none", NULL};
    static int fds[CLIENTS];
    child c;
    answer a;
    start(&c, faulty(listen, faults));
    CHECK(strstr(c.output, "# fault: *=delay:2\n# fault: Version=none\n") != NULL);
    int64_t begin = ds_timers_now();
    for (size_t i = 0; i < CLIENTS; i++)
        fds[i] = ask(path, KEY);
    CHECK(is_answered(path, VERSION));
    CHECK(ds_timers_now() - begin >= 2000 || !is_readable(fds[0], 0));
    for (size_t i = 0; i < CLIENTS; i++)
        CHECK(receive(fds[i], &a, false) == 200 && strncmp(a.body, "{\"key\":\"", 8) == 0);
    int64_t took = ds_timers_now() - begin;
    CHECK(took >= 2000 && took < LONG_MILLISECONDS);
    CHECK(request(fds[0], &a, VERSION) == 200); /* the connection serves on */
    CHECK(request(fds[0], &a, KEY) == 200);
    for (size_t i = 0; i < CLIENTS; i++)
        close(fds[i]);
    CHECK(stop(&c, SIGTERM) == 0);
}

/* It ends at once with replies pending, and their connections end. */
static void stopped_while_late(int signal_number)
{
    const char *path = in_directory("", "s.sock");
    const char *const listen[] = {in_directory("agent=", "s.sock")};
    static const char *const faults[] = {"GetKey=delay:3600", "Info=drip:60", NULL};
    int fds[40];
    child c;
    answer a;
    start(&c, faulty(listen, faults));
    for (size_t i = 0; i < COUNT(fds); i++)
        fds[i] = ask(path, i % 2 == 0 ? KEY : POST("/Info", "2", "{}"));
    CHECK(is_answered(path, VERSION));
    int64_t begin = ds_timers_now();
    if (signal_number != 0) {
        CHECK(stop(&c, signal_number) == 0);
    } else {
        close(c.watch);
        c.watch = -1;
        CHECK(reap(&c) == 0);
    }
    CHECK(ds_timers_now() - begin < LONG_MILLISECONDS && !is_there(path));
    for (size_t i = 0; i < COUNT(fds); i++) {
        CHECK(drain(fds[i], &a) == 0);
        close(fds[i]);
    }
}

/* Clients that do not wait give their descriptors back, long before their replies are due. */
static void clients_that_leave(void)
{
    if (getenv("DS_VALGRIND") != NULL)
        return; /* it needs descriptors of its own */
    const char *path = in_directory("", "g.sock");
    const char *const listen[] = {in_directory("agent=", "g.sock")};
    static const char *const faults[] = {"GetKey=delay:3600", "Info=drip:60", NULL};
    int fds[40];
    child c;
    child_files = 60;
    start(&c, faulty(listen, faults));
    child_files = 0;
    for (int round = 0; round < 4; round++) {
        for (size_t i = 0; i < COUNT(fds); i++)
            fds[i] = ask(path, i % 2 == 0 ? KEY : POST("/Info", "2", "{}"));
        CHECK(is_answered(path, VERSION)); /* by now the others are held back */
        for (size_t i = 0; i < COUNT(fds); i++)
            close(fds[i]);
    }
    CHECK(stop(&c, SIGTERM) == 0);
}

static void dripping(void)
{
    const char *path = in_directory("", "d.sock");
    const char *const listen[] = {in_directory("agent=", "d.sock")};
    static const char *const faults[] = {"*=drip:0.001", "Info=drip:60", NULL};
    child c;
    answer a;
    start(&c, faulty(listen, faults));
    int slow = ask(path, POST("/Info", "2", "{}"));
    int fd = ask(path, VERSION);
    CHECK(is_readable(fd, LONG_MILLISECONDS) && read(fd, a.text, 1) == 1 && a.text[0] == 'H');
    drain(fd, &a);
    CHECK(strncmp(a.text, "TTP/1.1 200 OK\r\nConnection: close\r\n", 35) == 0);
    CHECK(strstr(a.text, "\r\n\r\n{\"version\":\"0.6.0\",\"rev\":\"unknown\"}") != NULL);
    close(fd);
    fd = ask(path, "HEAD /Version HTTP/1.1\r\nHost: x\r\n\r\n");
    drain(fd, &a);
    CHECK(a.len > 4 && strcmp(a.text + a.len - 4, "\r\n\r\n") == 0);
    CHECK(strstr(a.text, "\r\nContent-Length: 35\r\n") != NULL);
    close(fd);
    CHECK(!is_readable(slow, 0));
    close(slow);
    CHECK(stop(&c, SIGTERM) == 0);
}

/* One request to each place that a reply can be cut at. */
static void cut_replies(int (*connect)(const char *where), const char *where)
{
    static const struct {
        const char *method;
        const char *begin, *end; /* of what comes */
    } cases[] = {
        {"Version", "", ""},
        {"Info", "HTTP/1.1 200 OK\r\n", ""},
        {"GetKey", "HTTP/1.1 200 OK\r\n", "\r\n\r\n"},
        {"EmitEvent", "HTTP/1.1 200 OK\r\n", "\r\n\r\nnu"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[256];
        answer a;
        size_t end = strlen(cases[i].end);
        snprintf(text, sizeof text,
                 "POST /%s?json HTTP/1.1\r\nHost: x\r\nContent-Length: 26\r\n\r\n"
                 "{\"event\":\"e\",\"payload\":\"\"}",
                 cases[i].method);
        int fd = connect(where);
        CHECK(send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text));
        CHECK(drain(fd, &a) >= end && strcmp(a.text + a.len - end, cases[i].end) == 0);
        CHECK(strncmp(a.text, cases[i].begin, strlen(cases[i].begin)) == 0);
        CHECK((strstr(a.text, "\r\n\r\n") != NULL) == (i >= 2) && (a.len == 0) == (i == 0));
        close(fd);
    }
}

static int connect_url(const char *url)
{
    return connect_port((unsigned)atoi(strrchr(url, ':') + 1));
}

static void cutting(void)
{
    const char *const listen[] = {in_directory("agent=", "c.sock"), "agent=127.0.0.1:0"};
    static const char *const faults[] = {"Version=cut", "Info=cut:head", "GetKey=cut:after-head",
                                         "EmitEvent=cut:body", NULL};
    ds_simulator_options options = faulty(listen, faults);
    options.listen_count = 2;
    char url[64] = "";
    child c;
    start(&c, options);
    const char *port = strstr(c.output, "http://127.0.0.1:");
    CHECK(port != NULL && sscanf(port, "%63s", url) == 1);
    cut_replies(connect_unix, in_directory("", "c.sock"));
    cut_replies(connect_url, url);
    CHECK(stop(&c, SIGTERM) == 0);
}

int main(void)
{
    if (mkdtemp(directory) == NULL)
        abort();
    alarm(600);
    late_together();
    stopped_while_late(SIGTERM);
    stopped_while_late(SIGINT);
    stopped_while_late(0);
    clients_that_leave();
    dripping();
    cutting();
    CHECK(rmdir(directory) == 0);
    return test_done();
}
