/* Pins of certificates and public keys. That they are those of TLS is http_tls_test's business. */
#include "base/base64.h"
#include "crypto/hash.h"
#include "crypto/p256.h"
#include "crypto/pem.h"
#include "crypto/pin.h"
#include "crypto/x509.h"
#include "test.h"

static unsigned char scalar[DS_P256_KEYBYTES] = {[31] = 7};
static ds_buf certificate, public_key;
static char pin[64];

/* A key in both forms, and its pin made by hand. */
static bool prepare(void)
{
    unsigned char point[DS_P256_PUBLICBYTES], spki[DS_P256_SPKIBYTES], sum[DS_SHA256_BYTES];
    const ds_x509_template leaf = {.subject_cn = DS_LITERAL("pinned"), .not_after = 4102444799};
    ds_error err;
    ds_buf text;
    ds_buf_init(&certificate, DS_X509_MAXBYTES);
    ds_buf_init(&public_key, DS_X509_MAXBYTES);
    ds_buf_init(&text, sizeof pin);
    bool good =
        ds_p256_public_key(point, scalar) == DS_OK && ds_p256_spki(spki, point) == DS_OK &&
        ds_hash_one(DS_SHA256, sum, spki, sizeof spki) == DS_OK &&
        ds_x509_issue(&certificate, &leaf, point, ds_slice_of(NULL, 0), scalar, &err) == DS_OK &&
        ds_pem_encode(&public_key, "PUBLIC KEY", ds_slice_of(spki, sizeof spki)) == DS_OK &&
        ds_base64_encode(&text, ds_slice_of(sum, sizeof sum), DS_BASE64) == DS_OK;
    snprintf(pin, sizeof pin, "sha256//%.*s", (int)text.len, (const char *)text.data);
    ds_buf_free(&text);
    return good;
}

/* Makes the pins of texts, one behind the other. */
static ds_status pins_of(ds_buf *pins, ds_error *err, const ds_slice *texts, size_t count)
{
    ds_buf all;
    ds_buf_init(&all, (size_t)1 << 20);
    ds_buf_init(pins, DS_PIN_MAXBYTES);
    for (size_t i = 0; i < count; i++)
        ds_buf_slice(&all, texts[i]);
    ds_status status = ds_pin_from_pem(pins, ds_buf_content(&all), err);
    ds_buf_free(&all);
    return status;
}

static bool gives(const ds_slice *texts, size_t count, const char *wanted)
{
    ds_buf pins;
    ds_error err;
    bool good = pins_of(&pins, &err, texts, count) == DS_OK &&
                ds_slice_equal(ds_buf_content(&pins), ds_slice_of(wanted, strlen(wanted))) &&
                ds_pin_check(ds_buf_content(&pins), &err) == DS_OK;
    ds_buf_free(&pins);
    return good;
}

static void good_texts(void)
{
    char twice[2 * sizeof pin];
    ds_slice cert = ds_buf_content(&certificate), key = ds_buf_content(&public_key);
    const ds_slice around[] = {DS_LITERAL("Subject: x\n"), cert, DS_LITERAL("and\n\n"), key,
                               DS_LITERAL("the end")};
    snprintf(twice, sizeof twice, "%s;%s", pin, pin);
    CHECK(gives(&cert, 1, pin));
    CHECK(gives(&key, 1, pin));
    CHECK(gives(around, 2, pin));
    CHECK(gives(around, 5, twice));
}

static bool fails(const ds_slice *texts, size_t count, ds_status wanted, const char *says)
{
    ds_buf pins;
    ds_error err;
    bool good = pins_of(&pins, &err, texts, count) == wanted && strstr(err.text, says) != NULL &&
                pins.len == 0;
    ds_buf_free(&pins);
    return good;
}

static void bad_texts(void)
{
    ds_slice cert = ds_buf_content(&certificate);
    const ds_slice empty = ds_slice_of(NULL, 0), prose = DS_LITERAL("no certificate\n");
    const ds_slice cut = ds_slice_of(cert.data, cert.len / 2);
    const ds_slice secret[] = {cert, DS_LITERAL("-----BEGIN PRIVATE KEY-----\nAAAA\n"
                                                "-----END PRIVATE KEY-----\n")};
    const ds_slice junk =
        DS_LITERAL("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n");
    ds_slice many[DS_PIN_LISTMAX + 1];
    for (size_t i = 0; i <= DS_PIN_LISTMAX; i++)
        many[i] = ds_buf_content(&public_key);
    CHECK(fails(&empty, 1, DS_INVALID, "no PEM block"));
    CHECK(fails(&prose, 1, DS_INVALID, "no PEM block"));
    CHECK(fails(&cut, 1, DS_INVALID, "END line is missing"));
    CHECK(fails(secret, 2, DS_INVALID, "neither a CERTIFICATE nor a PUBLIC KEY"));
    CHECK(fails(&junk, 1, DS_INVALID, "cannot be read"));
    CHECK(fails(many, DS_PIN_LISTMAX + 1, DS_TOO_LARGE, "more than 32 keys"));
    ds_buf pins;
    ds_error err;
    CHECK(pins_of(&pins, &err, many, DS_PIN_LISTMAX) == DS_OK);
    ds_buf_free(&pins);
}

int main(void)
{
    CHECK(prepare());
    good_texts();
    bad_texts();
    ds_buf_free(&certificate);
    ds_buf_free(&public_key);
    return test_done();
}
