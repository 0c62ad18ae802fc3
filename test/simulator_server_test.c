/* The simulator as a process: sockets, connections, starting and stopping. */
#include "simulator_process.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define VERSION "{\"version\":\"0.6.0\",\"rev\":\"unknown\"}"

static void keep_alive(int fd)
{
    answer a;
    CHECK(request(fd, &a, POST("/GetKey", "15", "{\"path\":\"test\"}")) == 200);
    CHECK(has(&a, "\r\nContent-Type: application/json\r\n"));
    CHECK(has(&a, "\r\nServer: dstack Simulator\r\n"));
    CHECK(has(&a, "\r\nX-Content-Type-Options: nosniff\r\n"));
    CHECK(has(&a, "\r\nX-Frame-Options: SAMEORIGIN\r\n"));
    CHECK(has(&a, "\r\nPermissions-Policy: interest-cohort=()\r\n"));
    CHECK(has(&a, "\r\nDate: ") && !has(&a, "Connection: close"));
    CHECK(strncmp(a.body, "{\"key\":\"", 8) == 0);
    CHECK(request(fd, &a, "GET /Version?x=%41 HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
    CHECK(strcmp(a.body, VERSION) == 0);
    CHECK(request(fd, &a, "HEAD /Version HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
    CHECK(has(&a, "\r\nContent-Length: 35\r\n") && *a.body == '\0');
    CHECK(request(fd, &a, "PUT /Version HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc") ==
          404);
    CHECK(has(&a, "text/html; charset=utf-8"));
    CHECK(request(fd, &a, "GET /a/b HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n") ==
          404);
    CHECK(has(&a, "\"code\": 404"));
    CHECK(request(fd, &a, "POST /Version?json HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n") ==
          200);
    CHECK(request(fd, &a, "POST /Version HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n") == 400);
    CHECK(has(&a, "this simulator speaks JSON only"));
    CHECK(request(fd, &a,
                  "POST /Version?json HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n") == 200);
}

/* Two requests in one packet, and one that comes byte by byte. */
static void odd_packets(int fd)
{
    static const char pair[] = POST("/Version", "2", "{}") POST("/GetKey", "2", "{}");
    static const char slow[] = POST("/GetKey", "15", "{\"path\":\"test\"}");
    answer a;
    CHECK(send(fd, pair, strlen(pair), 0) == (ssize_t)strlen(pair));
    char both[4096] = "";
    size_t n = 0;
    for (int i = 0; i < 100 && strstr(both, "signature_chain") == NULL; i++) {
        ssize_t got = read(fd, both + n, sizeof both - 1 - n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    CHECK(strstr(both, VERSION) != NULL && strstr(both, "signature_chain") != NULL);
    for (size_t i = 0; i < strlen(slow); i++)
        CHECK(send(fd, slow + i, 1, MSG_NOSIGNAL) == 1);
    CHECK(receive(fd, &a, false) == 200);
}

static void large_bodies(int fd)
{
    enum { LIMIT = 10 << 20 };
    char head[256], *body = malloc(LIMIT + 1);
    answer a;
    memset(body, ' ', LIMIT + 1);
    for (int over = 0; over <= 1; over++) {
        snprintf(head, sizeof head,
                 "POST /GetKey HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                 "Content-Length: %d\r\n\r\n",
                 LIMIT + over);
        CHECK(send(fd, head, strlen(head), MSG_NOSIGNAL) > 0);
        body[0] = '{', body[1] = '}';
        for (size_t sent = 0; sent < (size_t)(LIMIT + over);) {
            ssize_t n = send(fd, body + sent, (size_t)(LIMIT + over) - sent, MSG_NOSIGNAL);
            if (n <= 0)
                break;
            sent += (size_t)n;
        }
        CHECK(receive(fd, &a, false) == (over ? 413 : 200));
        if (over)
            CHECK(strcmp(a.body, "\x0a\x26"
                                 "failed to read data: payload too large") == 0);
    }
    free(body);
    CHECK(request(fd, &a, POST("/Version", "2", "{}")) == 200);
}

static void serving(void)
{
    const char *path = in_directory("", "a.sock");
    const char *const listen[] = {in_directory("agent=", "a.sock"), "agent=127.0.0.1:0"};
    child c;
    struct stat about;
    answer a;
    start(&c, options_for(listen, 2));
    CHECK(c.serving);
    const char *url = strstr(c.output, "# also at http://127.0.0.1:");
    CHECK(url != NULL && strstr(c.output, path) != NULL);
    CHECK(strstr(c.output, "\nexport DSTACK_SIMULATOR_KMS_ROOT=0346dee") != NULL);
    CHECK(strstr(c.output, "# app id: ") != NULL);
    for (const char *line = c.output; *line != '\0'; line = strchr(line, '\n') + 1)
        CHECK(strncmp(line, "# ", 2) == 0 || strncmp(line, "export DSTACK_SIMULATOR_", 24) == 0 ||
              strncmp(line, "export TAPPD_SIMULATOR_ENDPOINT=http://127.0.0.1:", 49) == 0);
    CHECK(stat(path, &about) == 0 && S_ISSOCK(about.st_mode) && (about.st_mode & 0777) == 0660);
    int fd = connect_unix(path), tcp = connect_port((unsigned)atoi(url + 27));
    CHECK(fd >= 0 && tcp >= 0);
    keep_alive(fd);
    keep_alive(tcp);
    odd_packets(fd);
    large_bodies(fd);
    CHECK(request(tcp, &a, POST("/EmitEvent", "13", "{\"event\":\"x\"}")) == 200);
    CHECK(strcmp(a.body, "null") == 0);
    CHECK(request(fd, &a, "GET /GetQuote HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
    CHECK(has(&a, "\\\"event\\\":\\\"x\\\""));
    CHECK(stop(&c, SIGTERM) == 0 && !is_there(path));
    CHECK(receive(fd, &a, false) == 0);
    close(fd);
    close(tcp);
}

/* Nobody waits for the one who does not send, nor for the one who does not read. */
static void many_clients(void)
{
    const char *path = in_directory("", "m.sock");
    const char *const listen[] = {in_directory("agent=", "m.sock")};
    int fds[200];
    child c;
    answer a;
    start(&c, options_for(listen, 1));
    for (size_t i = 0; i < COUNT(fds); i++) {
        CHECK((fds[i] = connect_unix(path)) >= 0);
        if (i % 2 == 0)
            CHECK(send(fds[i], "POST /Get", 9, MSG_NOSIGNAL) == 9);
    }
    for (int i = 0; i < 2000; i++)
        if (send(fds[1], "GET /Info HTTP/1.1\r\nHost: x\r\n\r\n", 31, MSG_NOSIGNAL | MSG_DONTWAIT) <
            0)
            break;
    for (size_t i = 3; i < COUNT(fds); i += 2)
        CHECK(request(fds[i], &a, POST("/Version", "2", "{}")) == 200);
    for (size_t i = 0; i < COUNT(fds); i++)
        close(fds[i]);
    int fd = connect_unix(path);
    CHECK(request(fd, &a, "nonsense\r\n\r\n") != 200);
    close(fd);
    fd = connect_unix(path);
    CHECK(request(fd, &a, POST("/Version", "2", "{}")) == 200);
    close(fd);
    CHECK(stop(&c, SIGINT) == 0 && !is_there(path));
}

static bool is_answered(int fd, int wait)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    return poll(&one, 1, wait) == 1;
}

/* More clients than it may have descriptors for: when one leaves, the next one gets its turn. */
static void few_descriptors(void)
{
    if (getenv("DS_VALGRIND") != NULL)
        return; /* it needs descriptors of its own */
    static const char text[] = "GET /Version HTTP/1.1\r\nHost: x\r\n\r\n";
    const char *path = in_directory("", "f.sock");
    const char *const listen[] = {in_directory("agent=", "f.sock")};
    int fds[40];
    size_t served = 0;
    child c;
    answer a;
    child_files = 24;
    start(&c, options_for(listen, 1));
    child_files = 0;
    for (size_t i = 0; i < COUNT(fds); i++) {
        CHECK((fds[i] = connect_unix(path)) >= 0);
        CHECK(send(fds[i], text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text));
    }
    while (served < COUNT(fds) && is_answered(fds[served], served == 0 ? PATIENCE_MS : 200))
        served++;
    CHECK(served > 0 && served < 24);
    for (size_t i = 0; i < 5 && served + i < COUNT(fds); i++) {
        close(fds[i]);
        CHECK(is_answered(fds[served + i], PATIENCE_MS) &&
              receive(fds[served + i], &a, false) == 200);
    }
    CHECK(stop(&c, SIGTERM) == 0);
    for (size_t i = 5; i < COUNT(fds); i++)
        close(fds[i]);
}

static int stale_socket(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    strcpy(name.sun_path, path);
    if (bind(fd, (struct sockaddr *)&name, sizeof name) != 0)
        abort();
    close(fd);
    return is_there(path);
}

static void socket_files(void)
{
    const char *path = in_directory("", "s.sock");
    const char *const listen[] = {in_directory("agent=unix:", "s.sock")};
    child c, second;
    CHECK(stale_socket(path));
    start(&c, options_for(listen, 1));
    CHECK(c.serving);
    start(&second, options_for(listen, 1));
    CHECK(!second.serving &&
          strstr(second.output, "s.sock: somebody listens there already") != NULL);
    CHECK(reap(&second) == 10 + DS_INVALID);
    int fd = connect_unix(path);
    CHECK(fd >= 0);
    close(fd);
    unlink(path);
    CHECK(stale_socket(path));
    CHECK(stop(&c, SIGTERM) == 0 && is_there(path)); /* not ours any more */
    unlink(path);
    fd = open(path, O_CREAT | O_WRONLY, 0600);
    close(fd);
    start(&c, options_for(listen, 1));
    CHECK(!c.serving && strstr(c.output, "s.sock: it is there and is not a socket") != NULL);
    CHECK(reap(&c) == 10 + DS_INVALID && is_there(path));
    unlink(path);
}

static void other_options(void)
{
    const char *const listen[] = {in_directory("agent=", "it's here.sock")};
    ds_simulator_options options = options_for(listen, 1);
    child c;
    struct stat about;
    options.quiet = true;
    options.socket_mode = 0600;
    options.dir = "spec/vectors/simulator";
    options.app_id = "0x5bb4ff9a3837357f19dc176407a5709c62eb6c56";
    start(&c, options);
    char want[512];
    snprintf(
        want, sizeof want,
        "export DSTACK_SIMULATOR_KMS_ROOT=0321529e458424ab1f710a3a57ec4dad2fb195ddca572f7469242ba6"
        "c7563085b6\nexport DSTACK_SIMULATOR_ENDPOINT='%s/it'\\''s here.sock'\n",
        directory);
    CHECK(strcmp(c.output, want) == 0);
    CHECK(stat(in_directory("", "it's here.sock"), &about) == 0 && (about.st_mode & 0777) == 0600);
    close(c.watch); /* ends it */
    c.watch = -1;
    CHECK(reap(&c) == 0 && !is_there(in_directory("", "it's here.sock")));
    options.app_id = "5bb4";
    start(&c, options);
    CHECK(strcmp(c.output, "app id: 40 hex digits are needed") == 0 && reap(&c) == 10 + DS_INVALID);
    options.app_id = NULL;
    options.dir = "/nonexistent";
    start(&c, options);
    CHECK(strcmp(c.output, "folder: /nonexistent: No such file or directory") == 0);
    CHECK(reap(&c) == 10 + DS_INVALID);
}

/* The second listener fails: the first one leaves nothing behind. */
static void half_started(void)
{
    const char *const listen[] = {in_directory("agent=", "h.sock"), "other=x.sock"};
    child c;
    start(&c, options_for(listen, 2));
    CHECK(!c.serving &&
          strcmp(c.output, "listen: other=x.sock: unknown kind of listener; there are: "
                           "agent, tappd, external, kms, pccs") == 0);
    CHECK(reap(&c) == 10 + DS_INVALID && !is_there(in_directory("", "h.sock")));
}

/* Without listeners of its own: a socket a service, each for its service only. */
static void standard_listeners(void)
{
    const char *agent = in_directory("", "dstack.sock"), *tappd = in_directory("", "tappd.sock");
    char here[4096], want[512];
    child c;
    answer a;
    ds_simulator_options options = options_for(NULL, 0);
    options.quiet = true;
    if (getcwd(here, sizeof here) == NULL || chdir(directory) != 0)
        abort();
    start(&c, options);
    CHECK(chdir(here) == 0);
    snprintf(want, sizeof want,
             "\nexport TAPPD_SIMULATOR_ENDPOINT=%s\nexport DSTACK_SIMULATOR_ENDPOINT=%s\n", tappd,
             agent);
    CHECK(strstr(c.output, want) != NULL);
    int to_agent = connect_unix(agent), to_tappd = connect_unix(tappd);
    CHECK(request(to_agent, &a, POST("/Version", "2", "{}")) == 200);
    CHECK(request(to_agent, &a, POST("/prpc/Version", "2", "{}")) == 404);
    CHECK(request(to_tappd, &a, POST("/prpc/Tappd.Version", "2", "{}")) == 200);
    CHECK(request(to_tappd, &a, POST("/Version", "2", "{}")) == 404);
    close(to_agent);
    close(to_tappd);
    CHECK(stop(&c, SIGTERM) == 0 && !is_there(agent) && !is_there(tappd));
}

/* Says of every reply which release it is of, and has nothing of what is for those inside. */
static void external_listener(void)
{
    const char *const listen[] = {in_directory("agent=", "e.sock"), "external=127.0.0.1:0"};
    static const char version[] = "\r\nX-App-Version: v0.5.6 (unknown)\r\n";
    ds_simulator_options options = options_for(listen, 2);
    ds_error err;
    child c;
    answer a;
    CHECK(ds_release_find(&options.release, "0.5.6", &err) == DS_OK);
    start(&c, options);
    CHECK(c.serving && strstr(c.output, "\n# answers as dstack OS 0.5.6\n") != NULL);
    const char *url = strstr(c.output, "\nexport DSTACK_SIMULATOR_EXTERNAL=http://127.0.0.1:");
    CHECK(url != NULL && strstr(url, "\nexport DSTACK_SIMULATOR_ENDPOINT=/") != NULL);
    int inside = connect_unix(in_directory("", "e.sock"));
    int outside = connect_port(url == NULL ? 0 : (unsigned)atoi(url + 51));
    CHECK(request(outside, &a, POST("/prpc/Worker.Version", "2", "{}")) == 200);
    CHECK(strcmp(a.body, "{\"version\":\"0.5.6\",\"rev\":\"unknown\"}") == 0 && has(&a, version));
    CHECK(request(outside, &a, POST("/prpc/Worker.Health", "2", "{}")) == 400 && has(&a, version));
    CHECK(request(outside, &a, POST("/GetKey", "2", "{}")) == 404 && has(&a, version));
    CHECK(request(outside, &a, POST("/prpc/v1/Health", "2", "{}")) == 404 && has(&a, version));
    CHECK(request(inside, &a, POST("/GetKey", "2", "{}")) == 200 && !has(&a, "X-App-Version"));
    CHECK(request(inside, &a, POST("/prpc/Worker.Version", "2", "{}")) == 404);
    close(inside);
    close(outside);
    CHECK(stop(&c, SIGTERM) == 0);
}

/* A port is one URL for both services; of several listeners the first one is exported. */
static void one_port(void)
{
    const char *const listen[] = {"agent=127.0.0.1:0", in_directory("tappd=", "p.sock"),
                                  in_directory("tappd=", "q.sock")};
    const char *second = strchr(listen[2], '=') + 1;
    char also[512];
    child c;
    answer a;
    start(&c, options_for(listen, 3));
    const char *url = strstr(c.output, "\nexport TAPPD_SIMULATOR_ENDPOINT=http://127.0.0.1:");
    CHECK(url != NULL && strstr(c.output, "\nexport DSTACK_SIMULATOR_ENDPOINT=http:") != NULL);
    snprintf(also, sizeof also, "# also at %s\n", second);
    CHECK(strstr(c.output, also) != NULL);
    int fd = connect_port((unsigned)atoi(url + strlen("\nexport TAPPD_SIMULATOR_ENDPOINT=http://"
                                                      "127.0.0.1:")));
    CHECK(request(fd, &a, POST("/prpc/Tappd.Version", "2", "{}")) == 200);
    CHECK(request(fd, &a, POST("/Version", "2", "{}")) == 200);
    close(fd);
    CHECK(stop(&c, SIGTERM) == 0 && !is_there(second));
}

typedef struct twice {
    int run;
    int watch;
} twice;

static void stop_at_once(void *context, const char *line)
{
    twice *t = context;
    if (strncmp(line, LAST_LINE, strlen(LAST_LINE)) == 0)
        t->run++, raise(t->run == 1 ? SIGTERM : SIGINT);
}

/* In one process, one run after the other; the signal mask is as before. */
static void two_runs(void)
{
    const char *const listen[] = {in_directory("agent=", "t.sock"), "agent=[::1]:0"};
    twice t = {0, -1};
    sigset_t mask;
    for (int i = 1; i <= 2; i++) {
        ds_error err = {DS_OK, ""};
        ds_simulator_options options = options_for(listen, 2);
        options.watch_fd = -1;
        options.say = stop_at_once;
        options.context = &t;
        CHECK(ds_simulator_run(&options, &err) == DS_OK);
        CHECK(t.run == i && !is_there(in_directory("", "t.sock")));
        sigprocmask(SIG_SETMASK, NULL, &mask);
        CHECK(!sigismember(&mask, SIGTERM) && !sigismember(&mask, SIGINT));
    }
}

int main(void)
{
    if (mkdtemp(directory) == NULL)
        abort();
    alarm(600);
    serving();
    many_clients();
    few_descriptors();
    socket_files();
    other_options();
    half_started();
    standard_listeners();
    external_listener();
    one_port();
    two_runs();
    CHECK(rmdir(directory) == 0);
    return test_done();
}
