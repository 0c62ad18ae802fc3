#include "attest/attested_certificate.h"

#include "attest/report_data.h"
#include "base/utf8.h"
#include "crypto/der.h"
#include "crypto/x509_read.h"

/* The arc's content octets, without the last number. */
static const unsigned char arc[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0xe7, 0x3d, 0x01};

/* Those last numbers. */
#define QUOTE       1
#define EVENT_LOG   2
#define APP_ID      3
#define USAGE       4
#define ATTESTATION 8
#define APP_INFO    9
#define NUMBERS     10 /* all are below */

/* Returns 0 for an extension of somebody else's. */
static unsigned number_of(ds_slice oid)
{
    if (oid.len != sizeof arc + 1 || !ds_slice_starts(oid, ds_slice_of(arc, sizeof arc)))
        return 0;
    unsigned number = ((const unsigned char *)oid.data)[sizeof arc];
    return number < NUMBERS ? number : 0;
}

/* Takes the content out of an extension's value; it stays empty where there is no such extension.
 */
static ds_status take(ds_slice *content, ds_slice value, unsigned number, ds_error *err)
{
    if (value.data == NULL)
        return DS_OK;
    if (!ds_der_take(&value, DS_DER_OCTET_STRING, content, NULL) || value.len > 0 ||
        content->len == 0)
        return ds_fail(err, DS_INVALID,
                       "certificate: extension 1.3.6.1.4.1.62397.1.%u is not an OCTET STRING with "
                       "something in it",
                       number);
    return DS_OK;
}

static ds_status take_evidence(ds_certified *c, const ds_slice values[NUMBERS], ds_error *err)
{
    if (values[ATTESTATION].data != NULL)
        return take(&c->attestation, values[ATTESTATION], ATTESTATION, err);
    if (values[QUOTE].data == NULL)
        return ds_fail(err, DS_VERIFY,
                       "certificate: it carries no attestation (no extension "
                       "1.3.6.1.4.1.62397.1.8, nor .1)");
    if (values[EVENT_LOG].data == NULL)
        return ds_fail(err, DS_VERIFY,
                       "certificate: it carries a quote without its event log (no extension "
                       "1.3.6.1.4.1.62397.1.2)");
    ds_status status = take(&c->quote, values[QUOTE], QUOTE, err);
    return status == DS_OK ? take(&c->event_log, values[EVENT_LOG], EVENT_LOG, err) : status;
}

static ds_status take_claims(ds_certified *c, const ds_slice values[NUMBERS], ds_error *err)
{
    ds_slice info = {NULL, 0};
    ds_status status = take(&c->app_id, values[APP_ID], APP_ID, err);
    if (status == DS_OK)
        status = take(&c->usage, values[USAGE], USAGE, err);
    if (status == DS_OK && !ds_utf8_valid(c->usage.data, c->usage.len))
        status =
            ds_fail(err, DS_INVALID, "certificate: what it is for (extension .4) is not UTF-8");
    if (status == DS_OK)
        status = take(&info, values[APP_INFO], APP_INFO, err);
    if (status != DS_OK || info.len == 0)
        return status;
    c->has_info = true;
    return ds_app_info_read(&c->info, c->scripts, info, err);
}

/* Out: the values of our extensions by their numbers; the reader has refused doubles. */
static void sort_out(ds_slice values[NUMBERS], ds_slice extensions)
{
    ds_x509_entry entry;
    memset(values, 0, NUMBERS * sizeof *values);
    while (ds_x509_next_extension(&extensions, &entry))
        values[number_of(entry.oid)] = entry.value;
}

static ds_status read(ds_certified *c, ds_slice der, ds_error *err)
{
    ds_x509_cert cert;
    ds_slice values[NUMBERS];
    if (ds_x509_read(&cert, der) != DS_OK)
        return ds_fail(
            err, DS_INVALID,
            "certificate: it cannot be read as X.509, version 3, with no extension twice");
    sort_out(values, cert.extensions);
    c->key = cert.key;
    c->not_before = cert.not_before;
    c->not_after = cert.not_after;
    ds_status status = take_evidence(c, values, err);
    if (status == DS_OK)
        status = take_claims(c, values, err);
    if (status == DS_OK && ds_report_data_ratls(c->report_data, cert.key) != DS_OK)
        status = ds_fail(err, DS_INTERNAL, "certificate: SHA-512 failed");
    return status;
}

ds_status ds_certified_read(ds_certified *c, ds_slice der, ds_error *err)
{
    memset(c, 0, sizeof *c);
    ds_status status = read(c, der, err);
    if (status != DS_OK)
        memset(c, 0, sizeof *c);
    return status;
}
