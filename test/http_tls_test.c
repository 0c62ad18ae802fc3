/* https against OpenSSL's own test server: whom do we believe? Needs the openssl program; without
 * it nothing is tested. */
#include "crypto/pin.h"
#include "http/exchange.h"
#include "test.h"
#include "tls_server.h"

#define BODY_BYTES 100000

static char directory[] = "/tmp/ds-tls-XXXXXX";

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
        .method = "GET", .path = DS_LITERAL("/"), .deadline = ds_http_now() + PATIENCE};
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
    pid_t child = 0;
    ds_error err;
    int port = tls_serve("here", "-www -nocert -tls1_2 -cipher aNULL:@SECLEVEL=0", &child);
    CHECK(port != 0);
    CHECK(get("127.0.0.1", port, (belief){.pins = pins_of("here.pem")}, &err) == DS_CONNECT);
    tls_end(child, SIGTERM);
}

/* Pins alone want TLS 1.3, and say so. */
static void test_version(void)
{
    pid_t child = 0;
    ds_error err;
    int port = tls_serve("here", "-www -tls1_2", &child);
    const char *own = pins_of("here.pem");
    CHECK(port != 0);
    CHECK(get("127.0.0.1", port, (belief){.pins = own}, &err) == DS_CONNECT);
    CHECK(strstr(err.text, "with a pinned certificate alone TLS 1.3") != NULL);
    CHECK(get("127.0.0.1", port, (belief){"here.pem", own}, &err) == DS_OK);
    tls_end(child, SIGTERM);
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
    int port = tls_serve("here", "-www", &here), other_port = tls_serve("other", "-www", &other);
    CHECK(port != 0 && other_port != 0);
    test_trust(port, other_port);
    test_pins(port, other_port);
    tls_end(here, SIGTERM);
    tls_end(other, SIGTERM);
    test_anonymous();
    test_version();
}

int main(void)
{
    if (mkdtemp(directory) == NULL || chdir(directory) != 0)
        abort();
    tls_lax_configuration();
    test_pin_options();
    if (tls_certificate("here", "IP:127.0.0.1") && tls_certificate("other", "DNS:other.example"))
        test_servers();
    else
        test_count(false, __FILE__, __LINE__, "the openssl program makes certificates");
    unlink("here.key"), unlink("here.pem"), unlink("other.key"), unlink("other.pem");
    unlink("openssl.cnf");
    rmdir(directory);
    return test_done();
}
