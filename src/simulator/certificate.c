#include "simulator/certificate.h"

#include "attest/report_data.h"
#include "base/wipe.h"
#include "crypto/der_write.h"
#include "crypto/random.h"
#include "crypto/x509.h"
#include "simulator/quote.h"

/* Phala's arc in the order in which the extensions are written. */
#define OID_APP_INFO    "1.3.6.1.4.1.62397.1.9"
#define OID_USAGE       "1.3.6.1.4.1.62397.1.4"
#define OID_QUOTE       "1.3.6.1.4.1.62397.1.1"
#define OID_EVENT_LOG   "1.3.6.1.4.1.62397.1.2"
#define OID_ATTESTATION "1.3.6.1.4.1.62397.1.8"
#define EXTENSIONS_MAX  4

ds_status ds_certificate_new_key(unsigned char key[DS_P256_KEYBYTES], ds_error *err)
{
    unsigned char seed[DS_KEY_BYTES];
    ds_status status = ds_random(seed, sizeof seed);
    if (status == DS_OK)
        status = ds_key_derive(key, seed, NULL, 0);
    ds_wipe(seed, sizeof seed);
    return status == DS_OK ? DS_OK : ds_fail(err, status, "no key could be made");
}

static ds_status put_app_info(ds_buf *content, const ds_identity *identity, ds_error *err)
{
    ds_identity_sums sums;
    ds_app_info info;
    ds_status status = ds_identity_app_info(&info, &sums, identity);
    if (status == DS_OK)
        status = ds_app_info_write(content, &info);
    return status == DS_OK ? DS_OK : ds_fail(err, status, "the app info could not be made");
}

/* The extensions under work: each one's bytes, and the table of them. */
typedef struct extensions {
    ds_x509_extension list[EXTENSIONS_MAX];
    ds_buf der[EXTENSIONS_MAX];
    size_t count;
} extensions;

/* Wraps the content, as agents do once more than X.509 wants, and empties it for the next one. */
static ds_status finish_extension(extensions *e, const char *oid, ds_buf *content, ds_error *err)
{
    ds_buf *der = &e->der[e->count];
    ds_buf_init(der, DS_ATTESTATION_MAXBYTES + DS_DER_HEADER_BYTES);
    ds_der_put(der, DS_DER_OCTET_STRING, ds_buf_content(content));
    e->list[e->count++] = (ds_x509_extension){oid, false, ds_buf_content(der)};
    ds_buf_clear(content);
    return ds_buf_status(der) == DS_OK ? DS_OK : ds_fail_memory(err);
}

static ds_status add_app_info(extensions *e, ds_buf *content, const ds_identity *identity,
                              ds_error *err)
{
    ds_status status = put_app_info(content, identity, err);
    if (status == DS_OK)
        ds_flaws_bend(&identity->platform.flaws, DS_AT_APP_INFO, content->data, content->len);
    return status == DS_OK ? finish_extension(e, OID_APP_INFO, content, err) : status;
}

static ds_status add_usage(extensions *e, ds_buf *content, ds_error *err)
{
    ds_buf_text(content, "app:custom");
    return finish_extension(e, OID_USAGE, content, err);
}

static ds_status bind_key(unsigned char report_data[DS_REPORT_DATA_BYTES],
                          const unsigned char *public_key, ds_error *err)
{
    unsigned char spki[DS_P256_SPKIBYTES];
    ds_status status = ds_p256_spki(spki, public_key);
    if (status == DS_OK)
        status = ds_report_data_ratls(report_data, ds_slice_of(spki, sizeof spki));
    return status == DS_OK ? DS_OK : ds_fail(err, status, "the key could not be bound to a quote");
}

static ds_status add_quote_and_log(extensions *e, ds_buf *content, const ds_identity *identity,
                                   const unsigned char *report_data, ds_error *err)
{
    ds_status status = ds_simulator_quote(content, identity, report_data);
    if (status != DS_OK)
        return ds_fail(err, status, "the quote could not be made");
    if ((status = finish_extension(e, OID_QUOTE, content, err)) != DS_OK)
        return status;
    status =
        ds_eventlog_write(content, identity->events, identity->event_count, identity->release->log);
    return status == DS_OK ? finish_extension(e, OID_EVENT_LOG, content, err)
                           : ds_fail(err, status, "the event log could not be written");
}

static ds_status add_attestation(extensions *e, ds_buf *content, const ds_identity *identity,
                                 ds_ratls_form form, const unsigned char *public_key, ds_error *err)
{
    unsigned char report_data[DS_REPORT_DATA_BYTES];
    ds_status status = bind_key(report_data, public_key, err);
    if (status != DS_OK)
        return status;
    ds_flaws_bend(&identity->platform.flaws, DS_AT_RATLS_DATA, report_data, sizeof report_data);
    if (form == DS_RATLS_QUOTE_AND_LOG)
        return add_quote_and_log(e, content, identity, report_data, err);
    status = ds_simulator_attestation(
        content, form == DS_RATLS_SCALE ? DS_ATTESTATION_SCALE : DS_ATTESTATION_MSGPACK, identity,
        report_data, true, err);
    return status == DS_OK ? finish_extension(e, OID_ATTESTATION, content, err) : status;
}

static ds_status make_extensions(extensions *e, const ds_identity *identity,
                                 const ds_certificate_order *order, const unsigned char *public_key,
                                 ds_error *err)
{
    ds_buf content;
    ds_status status = DS_OK;
    ds_buf_init(&content, DS_ATTESTATION_MAXBYTES);
    if (order->app_info)
        status = add_app_info(e, &content, identity, err);
    if (status == DS_OK)
        status = add_usage(e, &content, err);
    if (status == DS_OK && order->ra_tls != DS_RATLS_NONE)
        status = add_attestation(e, &content, identity, order->ra_tls, public_key, err);
    ds_buf_free(&content);
    return status;
}

static ds_status check_names(const ds_certificate_order *order, ds_error *err)
{
    char name[DS_EXCERPT_BYTES];
    for (size_t i = 0; i < order->alt_count; i++) {
        const unsigned char *p = order->alt_names[i].data;
        for (size_t j = 0; j < order->alt_names[i].len; j++)
            if (p[j] >= 0x80)
                return ds_fail(err, DS_INVALID,
                               "Failed to sign the CSR: Failed to sign certificate: Failed to sign "
                               "certificate: Invalid IA5String: '%s'",
                               ds_excerpt(name, sizeof name, p, order->alt_names[i].len));
    }
    return DS_OK;
}

static ds_status sign(ds_buf *pem, const ds_identity *identity, const ds_certificate_order *order,
                      const extensions *e, const unsigned char *public_key, ds_error *err)
{
    const ds_x509_template leaf = {
        .subject_cn = order->subject,
        .alt_names = order->alt_names,
        .alt_count = order->alt_count,
        .not_before = order->not_before,
        .not_after = order->not_after,
        .server_auth = order->server_auth,
        .client_auth = order->client_auth,
        .extra = e->list,
        .extra_count = e->count,
    };
    return ds_x509_issue(pem, &leaf, public_key, identity->ca_certificate, identity->ca_key, err);
}

ds_status ds_certificate_issue(ds_buf *pem, const ds_identity *identity,
                               const ds_certificate_order *order,
                               const unsigned char key[DS_P256_KEYBYTES], ds_error *err)
{
    unsigned char public_key[DS_P256_PUBLICBYTES];
    extensions e = {.count = 0};
    ds_status status = check_names(order, err);
    if (status != DS_OK)
        return status;
    if ((status = ds_p256_public_key(public_key, key)) != DS_OK)
        return ds_fail(err, status, "not a P-256 key");
    status = make_extensions(&e, identity, order, public_key, err);
    if (status == DS_OK)
        status = sign(pem, identity, order, &e, public_key, err);
    for (size_t i = 0; i < e.count; i++)
        ds_buf_free(&e.der[i]);
    return status;
}

ds_status ds_certificate_demo(ds_buf *pem, const ds_identity *identity, int64_t now, ds_error *err)
{
    unsigned char key[DS_P256_KEYBYTES];
    const ds_certificate_order order = {
        .subject = DS_LITERAL("demo-cert"),
        .ra_tls = identity->release->ratls,
        .client_auth = true,
        .not_before = DS_CERTIFICATE_NOT_BEFORE,
        .not_after = now + DS_CERTIFICATE_LIFETIME,
    };
    ds_status status = ds_certificate_new_key(key, err);
    if (status == DS_OK)
        status = ds_certificate_issue(pem, identity, &order, key, err);
    ds_wipe(key, sizeof key);
    ds_buf_byte(pem, '\n');
    ds_buf_slice(pem, identity->ca_certificate);
    return status;
}
