/* https against OpenSSL's own test server: whom do we believe? Needs the openssl program; without
 * it nothing is tested. */
#include "crypto/pin.h"
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

#define ARGUMENTS_MAX 8

/* Returns the server's port, or 0. In: name, of certificate and key; further, what openssl is told
 * besides, ended by NULL. */
static int serve(const char *name, const char *const further[], pid_t *child)
{
    char key[64], pem[64], line[200];
    int ends[2], port = 0;
    snprintf(key, sizeof key, "%s.key", name);
    snprintf(pem, sizeof pem, "%s.pem", name);
    char *arguments[9 + ARGUMENTS_MAX] = {"openssl", "s_server", "-accept", "127.0.0.1:0", "-cert",
                                          pem,       "-key",     key,       "-www"};
    for (size_t i = 0; further != NULL && further[i] != NULL && i + 1 < ARGUMENTS_MAX; i++)
        arguments[9 + i] = (char *)further[i];
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

static void end(pid_t child)
{
    if (child <= 0)
        return;
    kill(child, SIGTERM);
    waitpid(child, NULL, 0);
}

/* Whom a client is told to believe. */
typedef struct belief {
    const char *ca_file;
    const char *pins;
} belief;

static ds_status get(const char *host, int port, belief whom, ds_error *err)
{
    char url[64];
    int n = snprintf(url, sizeof url, "https://%s:%d", host, port);
    ds_http *http;
    ds_http_options options = {.base_url = ds_slice_of(url, (size_t)n),
                               .max_body = BODY_BYTES,
                               .ca_file = whom.ca_file,
                               .pins = whom.pins};
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

static bool distrusts(const char *host, int port, belief whom, const char *says)
{
    ds_error err;
    ds_status got = get(host, port, whom, &err);
    bool right = got == DS_CONNECT && strstr(err.text, "certificate problem: ") == err.text &&
                 strstr(err.text, says) != NULL;
    if (!right)
        printf("   %s: %s\n", ds_status_word(got), err.text);
    return right;
}

static void test_trust(int here, int other)
{
    ds_error err;
    CHECK(get("127.0.0.1", here, (belief){.ca_file = "here.pem"}, &err) == DS_OK);
    CHECK(get("127.0.0.1", here, (belief){.ca_file = "here.pem"}, &err) == DS_OK);
    CHECK(distrusts("127.0.0.1", here, (belief){.ca_file = NULL}, "self-signed"));
    CHECK(distrusts("127.0.0.1", here, (belief){.ca_file = "other.pem"}, "self-signed"));
    CHECK(distrusts("127.0.0.1", other, (belief){.ca_file = "other.pem"}, "match"));
}

/* The pins of a PEM file. Returns a text that lives on until the fourth call after this one. */
static const char *pins_of(const char *name)
{
    static char texts[4][256];
    static size_t turn;
    char *out = texts[turn++ % 4], pem[8192];
    ds_buf pins;
    ds_error err;
    FILE *file = fopen(name, "r");
    size_t len = file == NULL ? 0 : fread(pem, 1, sizeof pem, file);
    if (file != NULL)
        fclose(file);
    ds_buf_init(&pins, DS_PIN_MAXBYTES);
    CHECK(ds_pin_from_pem(&pins, ds_slice_of(pem, len), &err) == DS_OK);
    snprintf(out, sizeof texts[0], "%.*s", (int)pins.len, (const char *)pins.data);
    ds_buf_free(&pins);
    return out;
}

#define WRONG "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

/* The key alone proves the server, be the certificate nobody's and for another name; with a CA file
 * all of it is looked at. */
static void test_pins(int here, int other)
{
    ds_error err;
    const char *own = pins_of("here.pem"), *others = pins_of("other.pem");
    char list[256];
    CHECK(get("127.0.0.1", here, (belief){.pins = own}, &err) == DS_OK);
    CHECK(get("127.0.0.1", other, (belief){.pins = others}, &err) == DS_OK);
    CHECK(distrusts("127.0.0.1", here, (belief){.pins = others}, "not the pinned one"));
    CHECK(distrusts("127.0.0.1", here, (belief){.pins = WRONG}, "not the pinned one"));
    snprintf(list, sizeof list, WRONG ";%s", own);
    CHECK(get("127.0.0.1", here, (belief){.pins = list}, &err) == DS_OK);
    CHECK(get("127.0.0.1", here, (belief){"here.pem", own}, &err) == DS_OK);
    CHECK(distrusts("127.0.0.1", here, (belief){"here.pem", others}, "not the pinned one"));
    CHECK(distrusts("127.0.0.1", here, (belief){"other.pem", own}, "self-signed"));
    CHECK(distrusts("127.0.0.1", other, (belief){"other.pem", others}, "match"));
}

/* A server that shows no certificate has no key that could be the pinned one: also where a
 * configuration of OpenSSL offers that, no request is sent. */
static void test_anonymous(void)
{
    static const char *const further[] = {"-nocert", "-tls1_2", "-cipher", "aNULL:@SECLEVEL=0",
                                          NULL};
    pid_t child = 0;
    ds_error err;
    int port = serve("here", further, &child);
    CHECK(port != 0);
    CHECK(get("127.0.0.1", port, (belief){.pins = pins_of("here.pem")}, &err) == DS_CONNECT);
    end(child);
}

/* Pins alone want TLS 1.3, and say so. */
static void test_version(void)
{
    static const char *const further[] = {"-tls1_2", NULL};
    pid_t child = 0;
    ds_error err;
    int port = serve("here", further, &child);
    const char *own = pins_of("here.pem");
    CHECK(port != 0);
    CHECK(get("127.0.0.1", port, (belief){.pins = own}, &err) == DS_CONNECT);
    CHECK(strstr(err.text, "with a pinned certificate alone TLS 1.3") != NULL);
    CHECK(get("127.0.0.1", port, (belief){"here.pem", own}, &err) == DS_OK);
    end(child);
}

/* Pins that are none, and where nothing would look at them. */
static void test_pin_options(void)
{
    static const char *const bad[] = {
        "",
        "sha256//",
        "here.pem",
        "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=",
        "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "sha256//AAAA",
        WRONG ";",
        ";" WRONG,
        WRONG ";;" WRONG,
        WRONG ";AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        " " WRONG,
    };
    ds_http *http;
    ds_error err;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK(get("127.0.0.1", 1, (belief){.pins = bad[i]}, &err) == DS_INVALID);
        CHECK(strstr(err.text, "not a pin") == err.text);
    }
    ds_http_options plain = {.base_url = DS_LITERAL("http://127.0.0.1:1"), .pins = WRONG};
    CHECK(ds_http_new(&http, &plain, &err) == DS_INVALID && http == NULL);
    CHECK(strstr(err.text, "needs an https endpoint") != NULL);
    plain = (ds_http_options){.unix_path = DS_LITERAL("/x.sock"), .pins = WRONG};
    CHECK(ds_http_new(&http, &plain, &err) == DS_INVALID && http == NULL);
}

static void test_servers(void)
{
    pid_t here = 0, other = 0;
    int port = serve("here", NULL, &here), other_port = serve("other", NULL, &other);
    CHECK(port != 0 && other_port != 0);
    test_trust(port, other_port);
    test_pins(port, other_port);
    end(here);
    end(other);
    test_anonymous();
    test_version();
}

/* A configuration under which clients offer suites without certificates. */
static void write_configuration(void)
{
    FILE *file = fopen("openssl.cnf", "w");
    if (file == NULL)
        abort();
    fputs("openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = lax\n"
          "[lax]\nCipherString = ALL:aNULL:@SECLEVEL=0\n"
          "[req]\ndistinguished_name = none\n[none]\n",
          file);
    fclose(file);
    setenv("OPENSSL_CONF", "openssl.cnf", 1);
}

int main(void)
{
    if (mkdtemp(directory) == NULL || chdir(directory) != 0)
        abort();
    write_configuration();
    test_pin_options();
    if (make_certificate("here", "IP:127.0.0.1") && make_certificate("other", "DNS:other.example"))
        test_servers();
    else
        test_count(false, __FILE__, __LINE__, "the openssl program makes certificates");
    unlink("here.key"), unlink("here.pem"), unlink("other.key"), unlink("other.pem");
    unlink("openssl.cnf");
    rmdir(directory);
    return test_done();
}
