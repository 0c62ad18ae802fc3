#include "simulator/simulator.h"

#include "base/hex.h"
#include "base/wipe.h"
#include "simulator/builtin.h"
#include "simulator/environment.h"
#include "simulator/evidence.h"
#include "simulator/server.h"

#include <stdio.h>

#define NOTICES_MAXBYTES ((size_t)64 << 10)
#define LINE_MAXBYTES    ((size_t)16 << 10)

typedef struct run {
    const ds_simulator_options *options;
    ds_identity identity;
    ds_buf notices;
    ds_server server;
    ds_tls tls;
    ds_evidence evidence;
    ds_listener listeners[DS_SERVER_LISTENERS_MAX];
    size_t count;
    ds_error *err;
} run;

/* Talking ------------------------------------------------------------------------------------ */

static void say(const run *r, const char *prefix, ds_slice text)
{
    ds_buf line;
    ds_buf_init(&line, LINE_MAXBYTES);
    ds_buf_text(&line, prefix);
    ds_buf_slice(&line, text);
    ds_buf_byte(&line, '\0');
    if (r->options->say != NULL && ds_buf_status(&line) == DS_OK)
        r->options->say(r->options->context, (const char *)line.data);
    ds_buf_free(&line);
}

static void say_hex(const run *r, const char *prefix, const unsigned char *bytes, size_t n)
{
    char hex[2 * DS_SECP256K1_PUBLICBYTES];
    ds_hex_encode(hex, bytes, n);
    say(r, prefix, ds_slice_of(hex, 2 * n));
}

static void say_notices(const run *r)
{
    const char *at = (const char *)r->notices.data;
    size_t left = r->notices.len;
    while (left > 0) {
        const char *end = memchr(at, '\n', left);
        size_t len = end == NULL ? left : (size_t)(end - at);
        say(r, "# ", ds_slice_of(at, len));
        left -= end == NULL ? len : len + 1;
        at += end == NULL ? len : len + 1;
    }
}

/* Quotes a word for a shell where it needs that. */
static void put_word(ds_buf *out, const char *word)
{
    if (word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                          "/._-:+,@%")] == '\0') {
        ds_buf_text(out, word);
        return;
    }
    ds_buf_byte(out, '\'');
    for (; *word != '\0'; word++)
        if (*word == '\'')
            ds_buf_text(out, "'\\''");
        else
            ds_buf_byte(out, (unsigned char)*word);
    ds_buf_byte(out, '\'');
}

static void say_word(const run *r, const char *prefix, const char *text)
{
    ds_buf word;
    ds_buf_init(&word, LINE_MAXBYTES);
    put_word(&word, text);
    say(r, prefix, ds_buf_content(&word));
    ds_buf_free(&word);
}

/* Names the first listener that answers what the variable is for, if there is one. */
static void say_endpoint(const run *r, const char *prefix, unsigned serves)
{
    size_t i = 0;
    while (i < r->count && !(r->listeners[i].serves & serves))
        i++;
    if (i < r->count)
        say_word(r, prefix, r->listeners[i].endpoint);
}

static bool listens(const run *r, unsigned serves)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->listeners[i].serves & serves)
            return true;
    return false;
}

static bool is_first_of_kind(const run *r, size_t i)
{
    for (size_t before = 0; before < i; before++)
        if (strcmp(r->listeners[before].kind, r->listeners[i].kind) == 0)
            return false;
    return true;
}

static void say_others(const run *r)
{
    for (size_t i = 1; i < r->count; i++) /* the first of each kind has a line of its own */
        if (!is_first_of_kind(r, i))
            say(r, "# also at ",
                ds_slice_of(r->listeners[i].endpoint, strlen(r->listeners[i].endpoint)));
}

static void say_faults(const run *r)
{
    const ds_faults *faults = &r->options->faults;
    for (size_t i = 0; i < faults->count; i++)
        say(r, "# fault: ", ds_slice_of(faults->list[i].text, strlen(faults->list[i].text)));
}

static void say_flaws(const run *r)
{
    const ds_flaws *flaws = &r->identity.platform.flaws;
    for (size_t i = 0; i < flaws->count; i++) {
        const ds_flaw *flaw = &flaws->list[i];
        char text[256];
        snprintf(text, sizeof text, "%.*s%s%s: %s (found by: %s)",
                 (int)strcspn(flaw->row->form, ":"), flaw->row->form,
                 flaw->status == NULL ? "" : ":", flaw->status == NULL ? "" : flaw->status,
                 flaw->row->help, ds_flaw_finder(flaw->row));
        say(r, "# attest-fault: ", ds_slice_of(text, strlen(text)));
    }
}

static void say_release(const run *r)
{
    const char *name = r->identity.release->name;
    if (name != NULL)
        say(r, "# answers as dstack OS ", ds_slice_of(name, strlen(name)));
}

/* The KMS that answers is the built-in one, also where the keys here come from another. */
static void say_kms(const run *r)
{
    ds_builtin_kms kms;
    if (!listens(r, DS_SERVES_KMS) || ds_builtin_kms_open(&kms) != DS_OK)
        return;
    if (!r->options->quiet && memcmp(kms.root, r->identity.kms_root, sizeof kms.root) != 0)
        say_hex(r, "# the KMS is not the one that issued the keys here, its root public key is ",
                kms.root, sizeof kms.root);
    ds_wipe(&kms, sizeof kms);
    say_endpoint(r, "export DSTACK_KMS_ENDPOINT=", DS_SERVES_KMS);
}

static void say_ca(const run *r)
{
    if (!r->options->quiet)
        say(r, "# pin of the key that https shows: ", ds_buf_content(&r->tls.pin));
    say_word(r, "export DSTACK_SIMULATOR_CA_FILE=", r->tls.ca_file);
}

/* Nobody believes the root who was not given its file. */
static void say_evidence(const run *r)
{
    const char *root = r->options->root == NULL ? r->evidence.root_file : r->options->root;
    if (root != NULL)
        say_word(r, "export DSTACK_SIMULATOR_ROOT=", root);
    if (r->options->collateral != NULL)
        say_word(r, "export DSTACK_SIMULATOR_COLLATERAL=", r->options->collateral);
    say_endpoint(r, "export DSTACK_SIMULATOR_PCCS=", DS_SERVES_PCCS);
}

static void announce(const run *r)
{
    const ds_identity *identity = &r->identity;
    if (!r->options->quiet) {
        say(r, "# ", DS_LITERAL("dstack simulator: a development agent, its keys protect nothing"));
        say_notices(r);
        say_release(r);
        say_hex(r, "# app id: ", identity->app_id, sizeof identity->app_id);
        say_others(r);
        say_faults(r);
        say_flaws(r);
    }
    if (identity->issuer == DS_ISSUER_NONE)
        say(r, "# ", DS_LITERAL("KMS root public key: none"));
    else
        say_hex(r, "export DSTACK_SIMULATOR_KMS_ROOT=", identity->kms_root,
                sizeof identity->kms_root);
    if (r->options->tls)
        say_ca(r);
    say_evidence(r);
    say_endpoint(r, "export DSTACK_SIMULATOR_EXTERNAL=", DS_SERVES_EXTERNAL);
    say_kms(r);
    say_endpoint(r, "export TAPPD_SIMULATOR_ENDPOINT=", DS_SERVES_TAPPD);
    say_endpoint(r, "export DSTACK_SIMULATOR_ENDPOINT=", DS_SERVES_AGENT);
}

/* Running ------------------------------------------------------------------------------------ */

static bool is_standard(const ds_platform_options *platform)
{
    return platform->seed == NULL && platform->form == NULL && platform->now == 0 &&
           platform->flaws.count == 0;
}

/* Makes a loaded identity what the options want, where that is not what it is. */
static ds_status change(run *r)
{
    const ds_platform_options *platform = &r->options->platform;
    const ds_release *release = r->options->release;
    ds_status status = DS_OK;
    if (is_standard(platform) && release == NULL)
        return DS_OK;
    if (!is_standard(platform))
        status = ds_identity_vouch(&r->identity, platform, r->err);
    if (status == DS_OK)
        status = ds_identity_become(&r->identity, release == NULL ? r->identity.release : release,
                                    r->err);
    return status;
}

static ds_status load(run *r)
{
    const char *hex = r->options->app_id;
    unsigned char app_id[DS_APP_ID_BYTES];
    size_t len = 0;
    if (hex != NULL) {
        len = sizeof app_id;
        if (strncmp(hex, "0x", 2) == 0)
            hex += 2;
        if (strlen(hex) != 2 * len || !ds_hex_decode(app_id, hex, 2 * len))
            return ds_fail(r->err, DS_INVALID, "app id: 40 hex digits are needed");
    }
    ds_status status = ds_identity_load(&r->identity, r->options->dir, ds_slice_of(app_id, len),
                                        &r->notices, r->err);
    return status == DS_OK ? change(r) : status;
}

static ds_status listen_on(run *r, const char *where)
{
    const ds_listener_options options = {r->options->socket_mode, r->options->tls};
    ds_address address;
    ds_listener *listener = &r->listeners[r->count];
    ds_status status = ds_address_read(&address, where, r->err);
    if (status == DS_OK)
        status = ds_listener_open(listener, &address, &options, r->err);
    if (status != DS_OK)
        return status;
    r->count++;
    return ds_server_add(&r->server, listener, &r->tls, r->err);
}

static ds_status check_options(const ds_simulator_options *options, ds_error *err)
{
    if (options->listen_count > DS_SERVER_LISTENERS_MAX)
        return ds_fail(err, DS_INVALID, "listen: at most %d listeners", DS_SERVER_LISTENERS_MAX);
    if (options->socket_mode > 0777)
        return ds_fail(err, DS_INVALID, "socket mode: %o is more than 0777", options->socket_mode);
    return DS_OK;
}

/* Asked for TLS, one has to have a listener that speaks it. */
static ds_status check_tls(const run *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->listeners[i].tls)
            return DS_OK;
    return !r->options->tls
               ? DS_OK
               : ds_fail(r->err, DS_INVALID,
                         "tls: socket files go without it, and there is no listener at "
                         "a port: add one, such as --listen kms=127.0.0.1:8000");
}

/* The root's file is for those who are given collateral. */
static ds_status write_evidence(run *r)
{
    if (r->options->collateral == NULL && !listens(r, DS_SERVES_PCCS))
        return DS_OK;
    return ds_evidence_write(&r->evidence, &r->identity.platform, r->options->root,
                             r->options->collateral, r->err);
}

static ds_status prepare_tls(run *r)
{
    if (!r->options->tls)
        return DS_OK;
    ds_status status = ds_mhd_open_tls(&r->server.mhd, r->err);
    return status == DS_OK ? ds_tls_make(&r->tls, &r->identity, r->err) : status;
}

static ds_status listen_and_serve(run *r)
{
    static const char *const standard[] = DS_SIMULATOR_LISTEN;
    bool asked = r->options->listen_count > 0;
    size_t count = asked ? r->options->listen_count : sizeof standard / sizeof *standard;
    const char *const *where = asked ? r->options->listen : standard;
    ds_stop stop;
    ds_status status = ds_stop_begin(&stop, r->options->watch_fd, r->err);
    if (status != DS_OK)
        return status;
    for (size_t i = 0; status == DS_OK && i < count; i++)
        status = listen_on(r, where[i]);
    if (status == DS_OK)
        status = check_tls(r);
    if (status == DS_OK)
        status = write_evidence(r);
    if (status == DS_OK) {
        announce(r);
        status = ds_server_serve(&r->server, &stop, r->err);
    }
    ds_server_close(&r->server);
    for (size_t i = 0; i < r->count; i++)
        ds_listener_close(&r->listeners[i]);
    ds_stop_end(&stop);
    return status;
}

ds_status ds_simulator_run(const ds_simulator_options *options, ds_error *err)
{
    run r = {.options = options, .err = err};
    ds_buf_init(&r.notices, NOTICES_MAXBYTES);
    r.server.identity = &r.identity;
    r.server.faults = &options->faults;
    ds_status status = check_options(options, err);
    if (status == DS_OK)
        status = load(&r);
    if (status == DS_OK && options->encrypted_env != NULL)
        status = ds_environment_open(&r.notices, &r.identity, options->encrypted_env, err);
    if (status == DS_OK)
        status = ds_mhd_open(&r.server.mhd, err);
    if (status == DS_OK)
        status = prepare_tls(&r);
    if (status == DS_OK)
        status = listen_and_serve(&r);
    ds_evidence_free(&r.evidence);
    ds_tls_free(&r.tls);
    ds_identity_free(&r.identity);
    ds_buf_free(&r.notices);
    return status;
}
