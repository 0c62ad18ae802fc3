#include "attest/attested_certificate.h"

#include "attest/report_data.h"
#include "crypto/der.h"
#include "crypto/x509_read.h"

/* The arc's content octets, without the last number. */
static const unsigned char arc[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0xe7, 0x3d, 0x01};

/* Which of them they are. */
#define QUOTE       1
#define EVENT_LOG   2
#define ATTESTATION 8

static unsigned number_of(ds_slice oid)
{
    if (oid.len != sizeof arc + 1 || !ds_slice_starts(oid, ds_slice_of(arc, sizeof arc)))
        return 0;
    return ((const unsigned char *)oid.data)[sizeof arc];
}

static ds_status take(ds_certified *c, const ds_x509_entry *entry, ds_error *err)
{
    unsigned number = number_of(entry->oid);
    ds_slice content, value = entry->value;
    ds_slice *to = number == ATTESTATION ? &c->attestation
                   : number == QUOTE     ? &c->quote
                   : number == EVENT_LOG ? &c->event_log
                                         : NULL;
    if (to == NULL)
        return DS_OK;
    if (!ds_der_take(&value, DS_DER_OCTET_STRING, &content, NULL) || value.len > 0 ||
        content.len == 0)
        return ds_fail(err, DS_INVALID,
                       "certificate: extension 1.3.6.1.4.1.62397.1.%u is not an OCTET STRING with "
                       "something in it",
                       number);
    *to = content;
    return DS_OK;
}

static ds_status judge(const ds_certified *c, ds_error *err)
{
    if (c->attestation.len > 0)
        return DS_OK;
    if (c->quote.len == 0)
        return ds_fail(err, DS_VERIFY,
                       "certificate: it carries no attestation (no extension "
                       "1.3.6.1.4.1.62397.1.8, nor .1)");
    if (c->event_log.len == 0)
        return ds_fail(err, DS_VERIFY,
                       "certificate: it carries a quote without its event log (no extension "
                       "1.3.6.1.4.1.62397.1.2)");
    return DS_OK;
}

ds_status ds_certified_read(ds_certified *c, ds_slice der, ds_error *err)
{
    ds_x509_cert cert;
    ds_x509_entry entry;
    memset(c, 0, sizeof *c);
    if (ds_x509_read(&cert, der) != DS_OK)
        return ds_fail(err, DS_INVALID, "certificate: it cannot be read as X.509, version 3");
    ds_slice extensions = cert.extensions;
    ds_status status = DS_OK;
    while (status == DS_OK && ds_x509_next_extension(&extensions, &entry))
        status = take(c, &entry, err);
    if (status == DS_OK)
        status = judge(c, err);
    if (status == DS_OK && ds_report_data_ratls(c->report_data, cert.key) != DS_OK)
        status = ds_fail(err, DS_INTERNAL, "certificate: SHA-512 failed");
    if (status != DS_OK)
        memset(c, 0, sizeof *c);
    return status;
}
