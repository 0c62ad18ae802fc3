#include "crypto/x509_read.h"

#include "crypto/der.h"
#include "crypto/x509_envelope.h"

#define VERSION_2 1 /* as written */

/* The known extensions of lists and of their entries, n of 2.5.29.n. */
#define REASON_CODE          21
#define INVALIDITY_DATE      24
#define DELTA_INDICATOR      27
#define ISSUING_DISTRIBUTION 28
#define CERTIFICATE_ISSUER   29
#define CRL_NUMBER           20
#define AUTHORITY_KEY        35

/* Extensions that change what a list or an entry says, and critical ones nobody here knows. */
static bool harmless(ds_slice extensions)
{
    ds_x509_entry entry;
    while (extensions.len > 0) {
        if (!ds_x509_next_extension(&extensions, &entry))
            return false;
        switch (ds_x509_ce_number(entry.oid)) {
        case DELTA_INDICATOR:
        case ISSUING_DISTRIBUTION:
        case CERTIFICATE_ISSUER:
            return false;
        case REASON_CODE:
        case INVALIDITY_DATE:
        case CRL_NUMBER:
        case AUTHORITY_KEY:
            break;
        default:
            if (entry.critical)
                return false;
        }
    }
    return true;
}

/* Takes one entry. Out: its serial number. */
static bool next_entry(ds_slice *entries, ds_slice *serial)
{
    ds_slice entry, extensions;
    int64_t when;
    if (!ds_der_take(entries, DS_DER_SEQUENCE, &entry, NULL) || !ds_der_integer(&entry, serial) ||
        !ds_der_time(&entry, &when))
        return false;
    if (entry.len == 0)
        return true;
    return ds_der_take(&entry, DS_DER_SEQUENCE, &extensions, NULL) && entry.len == 0 &&
           harmless(extensions);
}

static bool read_entries(ds_x509_crl *crl, ds_slice *tbs)
{
    ds_slice serial;
    if (!ds_der_is(*tbs, DS_DER_SEQUENCE))
        return true;
    if (!ds_der_take(tbs, DS_DER_SEQUENCE, &crl->entries, NULL))
        return false;
    for (ds_slice rest = crl->entries; rest.len > 0;)
        if (!next_entry(&rest, &serial))
            return false;
    return true;
}

static bool read_list(ds_x509_crl *crl, ds_slice tbs, ds_slice algorithm)
{
    ds_slice content, inner, extensions;
    uint32_t version;
    int64_t this_update;
    return ds_der_number(&tbs, VERSION_2, &version) && version == VERSION_2 &&
           ds_der_take(&tbs, DS_DER_SEQUENCE, &inner, NULL) && ds_slice_equal(inner, algorithm) &&
           ds_der_take(&tbs, DS_DER_SEQUENCE, &content, &crl->issuer) &&
           ds_der_time(&tbs, &this_update) && ds_der_time(&tbs, &crl->next_update) &&
           read_entries(crl, &tbs) && ds_der_take(&tbs, DS_DER_CONTEXT(0), &content, NULL) &&
           tbs.len == 0 && ds_der_take(&content, DS_DER_SEQUENCE, &extensions, NULL) &&
           content.len == 0 && harmless(extensions);
}

ds_status ds_x509_read_crl(ds_x509_crl *crl, ds_slice der)
{
    ds_x509_envelope e;
    memset(crl, 0, sizeof *crl);
    if (ds_x509_open(&e, der) && read_list(crl, e.content, e.algorithm) &&
        ds_x509_raw_signature(crl->signature, &e)) {
        crl->tbs = e.tbs;
        return DS_OK;
    }
    memset(crl, 0, sizeof *crl);
    return DS_INVALID;
}

bool ds_x509_crl_lists(const ds_x509_crl *crl, ds_slice serial)
{
    ds_slice listed;
    for (ds_slice rest = crl->entries; next_entry(&rest, &listed);)
        if (ds_slice_equal(listed, serial))
            return true;
    return false;
}
