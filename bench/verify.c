/* One full verification beside the bare public-key operations that it is made of, in turns.
 *
 * The operations are written down while a quote is verified, so there are as many of them and over
 * the same bytes; then OpenSSL does them, once making each key from its bytes, as has to be done,
 * and once with keys that are ready.
 *   usage: verify [QUOTE COLLATERAL NOW | WHAT CALLS], from the repository's top
 * Without a quote it is one of the simulated platform. With CALLS it prints microseconds a call of
 * one thing alone: verify, kept, report, parse or replay, as dcap_qvl/compare.lua has them. */
#include "attest/verify.h"
#include "attest/eventlog.h"
#include "base/hex.h"
#include "crypto/ecdsa.h"
#include "crypto/p256.h"
#include "crypto/pkey.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define OPERATIONS_MAX 64
#define ROUNDS         21
#define CALLS          100

typedef struct operation {
    ds_slice key, text;
    unsigned char der[DS_ECDSA_DERBYTES];
    size_t der_len;
    EVP_PKEY *ready;
} operation;

static operation operations[OPERATIONS_MAX];
static size_t operation_count;
static bool writing_down;

static ds_slice quote, collateral, root, event_log;
static int64_t at;

/* Microseconds of the processor, since others work on the machine too. */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void fail(const char *what)
{
    fprintf(stderr, "verify: %s\n", what);
    exit(1);
}

static ds_slice copy(ds_slice from)
{
    void *to = malloc(from.len + 1);
    if (to == NULL)
        fail("out of memory");
    memcpy(to, from.data, from.len);
    return ds_slice_of(to, from.len);
}

/* A point is what is left of a SubjectPublicKeyInfo of P-256 behind its constant head. */
static EVP_PKEY *make_key(ds_slice key)
{
    const unsigned char *end = (const unsigned char *)key.data + key.len;
    return ds_pkey_ec_public(DS_PKEY_P256,
                             ds_slice_of(end - DS_P256_PUBLICBYTES, DS_P256_PUBLICBYTES));
}

ds_status __real_ds_signed_by(ds_keyring *ring, ds_slice key, ds_slice text,
                              const unsigned char signature[64]);
ds_status __wrap_ds_signed_by(ds_keyring *ring, ds_slice key, ds_slice text,
                              const unsigned char signature[64]);

ds_status __wrap_ds_signed_by(ds_keyring *ring, ds_slice key, ds_slice text,
                              const unsigned char signature[64])
{
    if (writing_down && operation_count < OPERATIONS_MAX) {
        operation *o = &operations[operation_count++];
        o->key = copy(key);
        o->text = copy(text);
        o->der_len = ds_ecdsa_to_der(o->der, signature, 32);
        o->ready = make_key(key);
    }
    return __real_ds_signed_by(ring, key, text, signature);
}

static void verify_with(ds_known_good *known)
{
    static ds_dcap_result result;
    ds_error err;
    ds_dcap_options options = {.now = at, .root = root, .known = known};
    if (ds_dcap_verify(&result, quote, collateral, &options, &err) != DS_OK)
        fail(err.text);
    ds_dcap_result_free(&result);
}

static void verify(void)
{
    verify_with(NULL);
}

static void verify_kept(void)
{
    static ds_known_good known;
    verify_with(&known);
}

static void check(const operation *o, EVP_PKEY *key)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
        EVP_DigestVerify(ctx, o->der, o->der_len, o->text.data, o->text.len) != 1)
        fail("a signature is wrong");
    EVP_MD_CTX_free(ctx);
}

static void bare(void)
{
    for (size_t i = 0; i < operation_count; i++) {
        EVP_PKEY *key = make_key(operations[i].key);
        check(&operations[i], key);
        EVP_PKEY_free(key);
    }
}

static void bare_ready(void)
{
    for (size_t i = 0; i < operation_count; i++)
        check(&operations[i], operations[i].ready);
}

static ds_quote read_quote(void)
{
    ds_quote parsed;
    ds_error err;
    if (ds_quote_parse(&parsed, quote, &err) != DS_OK)
        fail(err.text);
    return parsed;
}

static void report(void)
{
    read_quote();
}

static void parse(void)
{
    ds_x509_chain chain;
    ds_pck pck;
    ds_error err;
    ds_quote parsed = read_quote();
    if (ds_x509_read_chain(&chain, parsed.certification_data, "certificates", &err) != DS_OK ||
        ds_pck_read(&pck, &chain.certs[0], &err) != DS_OK)
        fail(err.text);
    ds_x509_chain_free(&chain);
}

static void replay(void)
{
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES];
    ds_eventlog log;
    ds_error err;
    if (ds_eventlog_parse(&log, event_log, &err) != DS_OK ||
        ds_eventlog_replay(rtmr, &log, &err) != DS_OK)
        fail(err.text);
    ds_eventlog_free(&log);
}

/* Returns microseconds a call. */
static double measure(void (*work)(void), long calls)
{
    double start = now();
    for (long i = 0; i < calls; i++)
        work();
    return (now() - start) / (double)calls;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *numbers)
{
    qsort(numbers, ROUNDS, sizeof *numbers, compare);
    return numbers[ROUNDS / 2];
}

static ds_slice read_file(const char *path)
{
    static unsigned char bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail(path);
    size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return copy(ds_slice_of(bytes, len));
}

static ds_slice unhex(ds_slice hex)
{
    ds_slice bytes = copy(hex);
    if (!ds_hex_decode((unsigned char *)bytes.data, hex.data, hex.len))
        fail("the vectors are not hex");
    return ds_slice_of(bytes.data, hex.len / 2);
}

static void read_vectors(void)
{
    ds_slice text = read_file("spec/vectors/dcap.json");
    ds_json_doc doc;
    ds_error err;
    uint64_t seconds = 0;
    if (ds_json_parse(&doc, text.data, text.len, &err) != DS_OK)
        fail(err.text);
    const ds_json *first = ds_json_member(doc.root, "cases")->first;
    ds_json_u64(ds_json_member(doc.root, "now"), &seconds);
    at = (int64_t)seconds;
    quote = unhex(ds_json_member(first, "quote")->text);
    collateral = copy(ds_json_member(first, "collateral")->text);
    root = unhex(ds_json_member(doc.root, "root")->text);
    event_log = read_file("spec/vectors/eventlog-simulator.json");
    ds_json_free(&doc);
}

static void beside_operations(void)
{
    double full[ROUNDS], floor[ROUNDS], ready[ROUNDS], ratio[ROUNDS], ratio_ready[ROUNDS];
    writing_down = true;
    verify();
    writing_down = false;
    for (int i = 0; i < ROUNDS; i++) {
        full[i] = measure(verify, CALLS);
        floor[i] = measure(bare, CALLS);
        ready[i] = measure(bare_ready, CALLS);
        ratio[i] = full[i] / floor[i];
        ratio_ready[i] = full[i] / ready[i];
    }
    printf("verify        a quote of %lu bytes: %.0f us; its %lu public-key operations %.0f us, "
           "with keys made before %.0f us, medians of %d x %d: ratio %.2f, %.2f\n",
           (unsigned long)quote.len, median(full), (unsigned long)operation_count, median(floor),
           median(ready), ROUNDS, CALLS, median(ratio), median(ratio_ready));
}

static void alone(const char *what, long calls)
{
    static const struct {
        const char *name;
        void (*work)(void);
    } works[] = {{"verify", verify},
                 {"kept", verify_kept},
                 {"report", report},
                 {"parse", parse},
                 {"replay", replay}};
    size_t i = 0;
    while (i < sizeof works / sizeof works[0] && strcmp(works[i].name, what) != 0)
        i++;
    if (i == sizeof works / sizeof works[0])
        fail(what);
    works[i].work();
    printf("%.3f\n", measure(works[i].work, calls));
}

int main(int argc, char **argv)
{
    if (argc == 4) {
        quote = read_file(argv[1]);
        collateral = read_file(argv[2]);
        at = strtoll(argv[3], NULL, 10);
    } else {
        read_vectors();
    }
    if (argc == 3)
        alone(argv[1], atol(argv[2]));
    else
        beside_operations();
    return 0;
}
