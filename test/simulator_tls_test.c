/* The simulator over TLS: whom its clients can believe, what it leaves behind, and its faults. */
#include "http/exchange.h"
#include "simulator_process.h"

#include <dirent.h>

#define CA_FILE "export DSTACK_SIMULATOR_CA_FILE="
#define PIN     "# pin of the key that https shows: "

#define OTHERS "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

/* What stands behind a prefix in what the simulator said, up to the end of the line. Returns a text
 * that lives on until the fourth call after this one; empty when it did not say so. */
static const char *said(const child *c, const char *prefix)
{
    static char texts[4][256];
    static size_t turn;
    char *out = texts[turn++ % 4];
    const char *at = strstr(c->output, prefix);
    at = at == NULL ? "" : at + strlen(prefix);
    snprintf(out, sizeof texts[0], "%.*s", (int)strcspn(at, "\n"), at);
    return out;
}

typedef struct belief {
    const char *ca_file;
    const char *pins;
} belief;

static ds_http *open_client(const char *url, belief whom)
{
    ds_http *http;
    ds_error err;
    const ds_http_options options = {.base_url = ds_slice_of(url, strlen(url)),
                                     .max_body = 1 << 20,
                                     .ca_file = whom.ca_file,
                                     .pins = whom.pins};
    if (ds_http_new(&http, &options, &err) != DS_OK) {
        printf("%s: %s\n", url, err.text);
        abort();
    }
    return http;
}

static ds_status post(ds_http *http, const char *path, ds_slice body, double seconds, ds_error *err)
{
    static const ds_slice headers[] = {DS_LITERAL("Content-Type: application/json")};
    const ds_http_request request = {.method = "POST",
                                     .path = ds_slice_of(path, strlen(path)),
                                     .headers = headers,
                                     .header_count = 1,
                                     .body = body,
                                     .deadline = ds_http_now() + seconds};
    return ds_http_run(http, &request, err);
}

/* One request on a connection of its own. */
static ds_status ask(const char *url, belief whom, ds_error *err)
{
    ds_http *http = open_client(url, whom);
    ds_status status = post(http, "/Version", DS_LITERAL("{}"), 20, err);
    if (status == DS_OK && ds_http_head(http)->status != 200)
        status = DS_HTTP;
    ds_http_free(http);
    return status;
}

static bool refuses(const char *url, belief whom, const char *says)
{
    ds_error err;
    return ask(url, whom, &err) == DS_CONNECT && strstr(err.text, says) != NULL;
}

static ds_simulator_options over_tls(const char *const *listen, size_t count)
{
    ds_simulator_options options = options_for(listen, count);
    options.tls = true;
    return options;
}

/* Whoever has the CA's file or the pin gets in, under each name of the host; nobody else does. */
static void beliefs(const child *c)
{
    char localhost[64];
    ds_error err;
    const char *url = said(c, LAST_LINE), *six = said(c, "# also at ");
    const belief ca = {.ca_file = said(c, CA_FILE)}, pin = {.pins = said(c, PIN)};
    snprintf(localhost, sizeof localhost, "https://localhost%s", strrchr(url, ':'));
    CHECK(strncmp(url, "https://127.0.0.1:", 18) == 0 && strncmp(six, "https://[::1]:", 14) == 0);
    CHECK(ask(url, ca, &err) == DS_OK && ask(url, pin, &err) == DS_OK);
    CHECK(ask(six, ca, &err) == DS_OK && ask(localhost, ca, &err) == DS_OK);
    CHECK(ask(url, (belief){ca.ca_file, pin.pins}, &err) == DS_OK);
    CHECK(refuses(url, (belief){.ca_file = NULL}, "certificate problem: "));
    CHECK(refuses(url, (belief){.pins = OTHERS}, "not the pinned one"));
    CHECK(refuses(url, (belief){ca.ca_file, OTHERS}, "not the pinned one"));
    int fd = connect_port((unsigned)atoi(strrchr(url, ':') + 1));
    answer a;
    CHECK(fd >= 0 && request(fd, &a, POST("/Version", "2", "{}")) != 200);
    close(fd);
}

/* The CA's certificate is all there is in the file. */
static void file_of_ca(const char *path)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----\n",
                      end[] = "-----END CERTIFICATE-----\n";
    char text[4096] = "";
    struct stat about;
    FILE *file = fopen(path, "r");
    size_t len = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);
    if (file != NULL)
        fclose(file);
    CHECK(stat(path, &about) == 0 && S_ISREG(about.st_mode) && (about.st_mode & 0777) == 0644);
    CHECK(strncmp(path, directory, strlen(directory)) == 0);
    CHECK(strncmp(text, begin, strlen(begin)) == 0 && len > strlen(end));
    CHECK(strcmp(text + len - strlen(end), end) == 0 &&
          strstr(text + 1, "BEGIN") == strstr(text, "BEGIN"));
}

/* Socket files go on without TLS. */
static void serving(void)
{
    const char *const listen[] = {"agent=127.0.0.1:0", "agent=[::1]:0",
                                  in_directory("agent=", "plain.sock")};
    char first[256];
    child c;
    answer a;
    start(&c, over_tls(listen, 3));
    CHECK(c.serving);
    const char *ca = said(&c, CA_FILE);
    file_of_ca(ca);
    beliefs(&c);
    int fd = connect_unix(in_directory("", "plain.sock"));
    CHECK(fd >= 0 && request(fd, &a, POST("/Version", "2", "{}")) == 200);
    close(fd);
    snprintf(first, sizeof first, "%s", said(&c, PIN));
    ca = said(&c, CA_FILE);
    CHECK(stop(&c, SIGTERM) == 0 && !is_there(ca));
    start(&c, over_tls(listen, 3));
    CHECK(strcmp(said(&c, PIN), first) == 0 && strncmp(first, "sha256//", 8) == 0);
    ca = said(&c, CA_FILE);
    close(c.watch);
    c.watch = dup(0);
    CHECK(reap(&c) == 0 && !is_there(ca));
}

/* Traffic -------------------------------------------------------------------------------------- */

static void faulty(child *c, const char *fault)
{
    static const char *const listen[] = {"agent=127.0.0.1:0"};
    ds_simulator_options options = over_tls(listen, 1);
    ds_error err;
    CHECK(ds_faults_add(&options.faults, fault, &err) == DS_OK);
    start(c, options);
    CHECK(c->serving);
}

/* More than a record and more than a socket takes at once, both ways, on one connection. */
static void large_bodies(void)
{
    enum { LARGE = 9 << 20, REPLY = 900000 };
    char *body = malloc(LARGE);
    child c;
    ds_error err;
    faulty(&c, "GetQuote=oversize:900000");
    ds_http *http = open_client(said(&c, LAST_LINE), (belief){.pins = said(&c, PIN)});
    memset(body, ' ', LARGE);
    body[0] = '{', body[LARGE - 1] = '}';
    for (int i = 0; i < 3; i++) {
        CHECK(post(http, "/GetKey", ds_slice_of(body, LARGE), PATIENCE, &err) == DS_OK);
        CHECK(ds_http_head(http)->status == 200 && ds_http_reused(http) == (i > 0));
        CHECK(post(http, "/GetQuote", DS_LITERAL("{\"report_data\":\"00\"}"), PATIENCE, &err) ==
              DS_OK);
        CHECK(ds_http_head(http)->status == 200 && ds_http_body(http).len == REPLY);
    }
    ds_http_free(http);
    free(body);
    CHECK(stop(&c, SIGTERM) == 0);
}

/* Each spoils GetKey as it does without TLS, and the next connection serves. */
static void faults(void)
{
    static const struct {
        const char *fault;
        ds_status status;
        const char *says;
    } cases[] = {
        {"GetKey=delay:60", DS_TIMEOUT, "waiting for the reply"},
        {"GetKey=drip:0.05", DS_TIMEOUT, "receiving the head"},
        {"GetKey=drip:0.001", DS_OK, ""},
        {"GetKey=delay:0.2", DS_OK, ""},
        {"GetKey=cut", DS_CLOSED, "before a reply came"},
        {"GetKey=cut:head", DS_CLOSED, "within the head"},
        {"GetKey=cut:after-head", DS_CLOSED, "0 of "},
        {"GetKey=cut:body", DS_CLOSED, "cut short"},
        {"GetKey=oversize:2000000", DS_TOO_LARGE, "2000000"},
        {"GetKey=bad-json", DS_OK, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        child c;
        ds_error err = {DS_OK, ""};
        faulty(&c, cases[i].fault);
        ds_http *http = open_client(said(&c, LAST_LINE), (belief){.pins = said(&c, PIN)});
        double limit = cases[i].status == DS_TIMEOUT ? 2 : PATIENCE;
        CHECK(post(http, "/Version", DS_LITERAL("{}"), PATIENCE, &err) == DS_OK);
        CHECK_AGAIN(post(http, "/GetKey", DS_LITERAL("{}"), limit, &err) == cases[i].status &&
                    strstr(err.text, cases[i].says) != NULL);
        CHECK(post(http, "/Version", DS_LITERAL("{}"), PATIENCE, &err) == DS_OK);
        ds_http_free(http);
        CHECK(stop(&c, SIGTERM) == 0);
    }
}

static size_t descriptors(pid_t pid)
{
    char path[64];
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *dir = opendir(path);
    while (dir != NULL && readdir(dir) != NULL)
        count++;
    if (dir != NULL)
        closedir(dir);
    return count;
}

/* One that gives up while its reply is held back is let go, though TLS says goodbye with bytes that
 * nobody reads. */
static void impatient(void)
{
    child c;
    ds_error err;
    faulty(&c, "GetKey=delay:600");
    size_t before = descriptors(c.pid);
    for (int i = 0; i < 3; i++) {
        ds_http *http = open_client(said(&c, LAST_LINE), (belief){.pins = said(&c, PIN)});
        CHECK(post(http, "/GetKey", DS_LITERAL("{}"), 0.5, &err) == DS_TIMEOUT);
        ds_http_free(http);
    }
    for (int i = 0; i < PATIENCE_MS / 100 && descriptors(c.pid) > before; i++)
        poll(NULL, 0, 100);
    CHECK(before > 0 && descriptors(c.pid) == before);
    CHECK(stop(&c, SIGTERM) == 0);
}

/* Refusals ------------------------------------------------------------------------------------- */

static size_t files_in(const char *path)
{
    size_t count = 0;
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        count += entry->d_name[0] != '.';
    if (dir != NULL)
        closedir(dir);
    return count;
}

static void refusals(void)
{
    const char *const sockets[] = {in_directory("agent=", "r.sock"),
                                   in_directory("kms=", "k.sock")};
    static const char *const port[] = {"agent=127.0.0.1:0"};
    child c;
    start(&c, over_tls(sockets, 2));
    CHECK(!c.serving && strstr(c.output, "tls: socket files go without it") == c.output);
    CHECK(reap(&c) == 10 + DS_INVALID && files_in(directory) == 0);
    setenv("TMPDIR", in_directory("", "nowhere"), 1);
    start(&c, over_tls(port, 1));
    CHECK(!c.serving &&
          strstr(c.output, "dstack-simulator-ca-XXXXXX.pem: it cannot be written to ") == c.output);
    CHECK(reap(&c) == 10 + DS_INVALID);
    setenv("TMPDIR", directory, 1);
}

int main(void)
{
    if (mkdtemp(directory) == NULL)
        abort();
    alarm(600);
    setenv("TMPDIR", directory, 1);
    serving();
    large_bodies();
    faults();
    impatient();
    refusals();
    CHECK(files_in(directory) == 0 && rmdir(directory) == 0);
    return test_done();
}
