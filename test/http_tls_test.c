/* https against OpenSSL's own test server: whom do we believe? Needs the openssl program; without
 * it nothing is tested. */
#include "http/exchange.h"
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define BODY_BYTES 100000

static char directory[] = "/tmp/ds-tls-XXXXXX";

/* Starts openssl with its output going to fd. */
static pid_t openssl(char *const arguments[], int fd)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, 0);
    dup2(fd >= 0 ? fd : nothing, 1);
    dup2(nothing, 2);
    execvp("openssl", arguments);
    _exit(127);
}

/* Makes NAME.key and NAME.pem, self-signed, for the given alternative name. */
static bool make_certificate(const char *name, const char *alternative)
{
    char key[64], pem[64], extension[64];
    int status = -1;
    snprintf(key, sizeof key, "%s.key", name);
    snprintf(pem, sizeof pem, "%s.pem", name);
    snprintf(extension, sizeof extension, "subjectAltName=%s", alternative);
    char *arguments[] = {"openssl",
                         "req",
                         "-x509",
                         "-newkey",
                         "ec",
                         "-pkeyopt",
                         "ec_paramgen_curve:prime256v1",
                         "-nodes",
                         "-keyout",
                         key,
                         "-out",
                         pem,
                         "-days",
                         "2",
                         "-subj",
                         "/CN=test",
                         "-addext",
                         extension,
                         NULL};
    waitpid(openssl(arguments, -1), &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Returns the server's port, or 0. */
static int serve(const char *name, pid_t *child)
{
    char key[64], pem[64], line[200];
    int ends[2], port = 0;
    snprintf(key, sizeof key, "%s.key", name);
    snprintf(pem, sizeof pem, "%s.pem", name);
    char *arguments[] = {"openssl", "s_server", "-accept", "127.0.0.1:0", "-cert",
                         pem,       "-key",     key,       "-www",        NULL};
    if (pipe(ends) != 0)
        return 0;
    *child = openssl(arguments, ends[1]);
    close(ends[1]);
    FILE *output = fdopen(ends[0], "r");
    while (port == 0 && fgets(line, sizeof line, output) != NULL)
        sscanf(line, "ACCEPT 127.0.0.1:%d", &port);
    fclose(output);
    return port;
}

static ds_status get(const char *host, int port, const char *ca_file, ds_error *err)
{
    char url[64];
    int n = snprintf(url, sizeof url, "https://%s:%d", host, port);
    ds_http *http;
    ds_http_options options = {
        .base_url = ds_slice_of(url, (size_t)n), .max_body = BODY_BYTES, .ca_file = ca_file};
    ds_status got = ds_http_new(&http, &options, err);
    if (got != DS_OK)
        return got;
    ds_http_request request = {
        .method = "GET", .path = DS_LITERAL("/"), .deadline = ds_http_now() + 10};
    err->text[0] = '\0';
    got = ds_http_run(http, &request, err);
    if (got == DS_OK && ds_http_body(http).len == 0)
        got = DS_REPLY;
    ds_http_free(http);
    return got;
}

static bool distrusts(const char *host, int port, const char *ca_file, const char *says)
{
    ds_error err;
    ds_status got = get(host, port, ca_file, &err);
    bool right = got == DS_CONNECT && strstr(err.text, "certificate problem: ") == err.text &&
                 strstr(err.text, says) != NULL;
    if (!right)
        printf("   %s: %s\n", ds_status_word(got), err.text);
    return right;
}

static void test_trust(void)
{
    ds_error err;
    pid_t here = 0, other = 0;
    int port = serve("here", &here), other_port = serve("other", &other);
    CHECK(port != 0 && other_port != 0);
    CHECK(get("127.0.0.1", port, "here.pem", &err) == DS_OK);
    CHECK(get("127.0.0.1", port, "here.pem", &err) == DS_OK);
    CHECK(distrusts("127.0.0.1", port, NULL, "self-signed"));
    CHECK(distrusts("127.0.0.1", port, "other.pem", "self-signed"));
    CHECK(distrusts("127.0.0.1", other_port, "other.pem", "match"));
    kill(here, SIGTERM);
    kill(other, SIGTERM);
    waitpid(here, NULL, 0);
    waitpid(other, NULL, 0);
}

int main(void)
{
    if (mkdtemp(directory) == NULL || chdir(directory) != 0)
        abort();
    if (make_certificate("here", "IP:127.0.0.1") && make_certificate("other", "DNS:other.example"))
        test_trust();
    else
        test_count(false, __FILE__, __LINE__, "the openssl program makes certificates");
    unlink("here.key"), unlink("here.pem"), unlink("other.key"), unlink("other.pem");
    rmdir(directory);
    return test_done();
}
