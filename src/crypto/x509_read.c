#include "crypto/x509_read.h"

#include "crypto/der.h"
#include "crypto/x509_envelope.h"

#define VERSION_3 2 /* as written */

/* The known extensions, n of 2.5.29.n. */
#define KEY_USAGE          15
#define SUBJECT_ALT_NAME   17
#define BASIC_CONSTRAINTS  19
#define NAME_CONSTRAINTS   30
#define EXTENDED_KEY_USAGE 37

static const unsigned char server_auth[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01};
static const unsigned char common_name[] = {0x55, 0x04, 0x03};

bool ds_x509_next_extension(ds_slice *extensions, ds_x509_entry *entry)
{
    ds_slice content;
    entry->critical = false;
    return ds_der_take(extensions, DS_DER_SEQUENCE, &content, NULL) &&
           ds_der_take(&content, DS_DER_OID, &entry->oid, NULL) &&
           (!ds_der_is(content, DS_DER_BOOLEAN) || ds_der_boolean(&content, &entry->critical)) &&
           ds_der_take(&content, DS_DER_OCTET_STRING, &entry->value, NULL) && content.len == 0;
}

static bool read_constraints(ds_x509_cert *cert, ds_slice value)
{
    ds_slice content;
    if (!ds_der_take(&value, DS_DER_SEQUENCE, &content, NULL) || value.len > 0)
        return false;
    if (ds_der_is(content, DS_DER_BOOLEAN) && !ds_der_boolean(&content, &cert->is_ca))
        return false;
    cert->has_path_length = content.len > 0;
    return content.len == 0 ||
           (ds_der_number(&content, UINT32_MAX, &cert->path_length) && content.len == 0);
}

static bool read_key_usage(ds_x509_cert *cert, ds_slice value)
{
    ds_slice bits;
    if (!ds_der_take(&value, DS_DER_BIT_STRING, &bits, NULL) || value.len > 0 || bits.len < 2 ||
        *(const unsigned char *)bits.data > 7)
        return false;
    cert->has_key_usage = true;
    cert->key_usage = ((const unsigned char *)bits.data)[1];
    return true;
}

static bool read_extended_usage(ds_x509_cert *cert, ds_slice value)
{
    ds_slice list, oid;
    if (!ds_der_take(&value, DS_DER_SEQUENCE, &list, NULL) || value.len > 0)
        return false;
    cert->has_extended_usage = true;
    while (list.len > 0) {
        if (!ds_der_take(&list, DS_DER_OID, &oid, NULL))
            return false;
        if (ds_slice_equal(oid, ds_slice_of(server_auth, sizeof server_auth)))
            cert->server_auth = true;
    }
    return true;
}

/* Constraints on names are not understood here, so they count as critical even where they do not
 * say that they are. */
static bool read_extension(ds_x509_cert *cert, const ds_x509_entry *entry)
{
    switch (ds_x509_ce_number(entry->oid)) {
    case BASIC_CONSTRAINTS:
        return read_constraints(cert, entry->value);
    case KEY_USAGE:
        return read_key_usage(cert, entry->value);
    case EXTENDED_KEY_USAGE:
        return read_extended_usage(cert, entry->value);
    case SUBJECT_ALT_NAME:
        return true;
    case NAME_CONSTRAINTS:
        cert->has_unknown_critical = true;
        return true;
    default:
        cert->has_unknown_critical = cert->has_unknown_critical || entry->critical;
        return true;
    }
}

static bool read_extensions(ds_x509_cert *cert, ds_slice from)
{
    ds_slice seen[DS_X509_EXTENSIONS_MAX];
    size_t count = 0;
    ds_x509_entry entry;
    if (!ds_der_take(&from, DS_DER_SEQUENCE, &cert->extensions, NULL) || from.len > 0)
        return false;
    for (ds_slice rest = cert->extensions; rest.len > 0; seen[count++] = entry.oid) {
        if (count == DS_X509_EXTENSIONS_MAX || !ds_x509_next_extension(&rest, &entry) ||
            !read_extension(cert, &entry))
            return false;
        for (size_t i = 0; i < count; i++)
            if (ds_slice_equal(seen[i], entry.oid))
                return false;
    }
    return true;
}

static bool read_version(ds_slice *tbs)
{
    ds_slice explicit;
    uint32_t version;
    return ds_der_take(tbs, DS_DER_CONTEXT(0), &explicit, NULL) &&
           ds_der_number(&explicit, VERSION_3, &version) && version == VERSION_3 &&
           explicit.len == 0;
}

static bool read_validity(ds_x509_cert *cert, ds_slice *tbs)
{
    ds_slice validity;
    return ds_der_take(tbs, DS_DER_SEQUENCE, &validity, NULL) &&
           ds_der_time(&validity, &cert->not_before) && ds_der_time(&validity, &cert->not_after) &&
           validity.len == 0;
}

/* The two unique identifiers that version 2 had are refused: RFC 5280 forbids to write them. */
static bool read_tbs(ds_x509_cert *cert, ds_slice tbs, ds_slice algorithm)
{
    ds_slice content, inner;
    return read_version(&tbs) && ds_der_integer(&tbs, &cert->serial) &&
           ds_der_take(&tbs, DS_DER_SEQUENCE, &inner, NULL) && ds_slice_equal(inner, algorithm) &&
           ds_der_take(&tbs, DS_DER_SEQUENCE, &content, &cert->issuer) &&
           read_validity(cert, &tbs) &&
           ds_der_take(&tbs, DS_DER_SEQUENCE, &content, &cert->subject) &&
           ds_der_take(&tbs, DS_DER_SEQUENCE, &content, &cert->key) &&
           ds_der_take(&tbs, DS_DER_CONTEXT(3), &content, NULL) && tbs.len == 0 &&
           read_extensions(cert, content);
}

ds_status ds_x509_read(ds_x509_cert *cert, ds_slice der)
{
    ds_x509_envelope e;
    memset(cert, 0, sizeof *cert);
    if (ds_x509_open(&e, der) && read_tbs(cert, e.content, e.algorithm)) {
        cert->tbs = e.tbs;
        cert->is_p256_signed = ds_x509_raw_signature(cert->signature, &e);
        return DS_OK;
    }
    memset(cert, 0, sizeof *cert);
    return DS_INVALID;
}

ds_slice ds_x509_common_name(ds_slice name)
{
    ds_slice rdns, set, pair, oid, value = {NULL, 0};
    unsigned char tag;
    if (!ds_der_take(&name, DS_DER_SEQUENCE, &rdns, NULL))
        return value;
    while (ds_der_take(&rdns, DS_DER_SET, &set, NULL))
        if (ds_der_take(&set, DS_DER_SEQUENCE, &pair, NULL) &&
            ds_der_take(&pair, DS_DER_OID, &oid, NULL) && ds_der_any(&pair, &tag, &value) &&
            ds_slice_equal(oid, ds_slice_of(common_name, sizeof common_name)))
            return value;
    return ds_slice_of(NULL, 0);
}
