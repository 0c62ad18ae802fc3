#include "crypto/pkey.h"
#include "crypto/x509.h"
#include "crypto/x509_extensions.h"
#include "crypto/x509_seal.h"

#include <openssl/err.h>

#define CRL_VERSION_2 1

static bool set_time(X509_CRL *crl, int64_t when, int (*set)(X509_CRL *, const ASN1_TIME *))
{
    ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)when);
    bool good = time != NULL && set(crl, time) == 1;
    ASN1_TIME_free(time);
    return good;
}

static bool revoke(X509_CRL *crl, const X509 *cert)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    X509 *own = (X509 *)cert; /* OpenSSL 3.0 takes what it only copies as not const */
    bool good =
        entry != NULL && X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(own)) == 1 &&
        X509_REVOKED_set_revocationDate(entry, (ASN1_TIME *)X509_CRL_get0_lastUpdate(crl)) == 1 &&
        X509_CRL_add0_revoked(crl, entry) == 1;
    if (!good)
        X509_REVOKED_free(entry);
    return good;
}

static ds_status revoke_all(X509_CRL *list, const ds_x509_crl_template *crl, ds_error *err)
{
    ds_status status = DS_OK;
    for (size_t i = 0; status == DS_OK && i < crl->revoked_count; i++) {
        X509 *cert;
        status = ds_x509_from_pem(&cert, crl->revoked[i], err);
        if (status == DS_OK && !revoke(list, cert))
            status = ds_fail(err, DS_INTERNAL, "CRL: a certificate cannot be listed");
        X509_free(cert);
    }
    return status;
}

static bool add_extension(X509_CRL *crl, const char *oid, ds_slice der)
{
    X509_EXTENSION *extension = ds_x509_extension_new(oid, false, der);
    bool good = extension != NULL && X509_CRL_add_ext(crl, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return good;
}

static bool add_extensions(X509_CRL *crl, const X509 *issuer)
{
    static const unsigned char number_1[] = {0x02, 0x01, 0x01};
    unsigned char authority[DS_X509_AUTHORITYBYTES];
    return ds_x509_authority(authority, issuer) &&
           add_extension(crl, DS_X509_AUTHORITY_OID, ds_slice_of(authority, sizeof authority)) &&
           add_extension(crl, "2.5.29.20", ds_slice_of(number_1, sizeof number_1));
}

static ds_status fill(X509_CRL *list, const ds_x509_crl_template *crl, X509 *issuer, ds_error *err)
{
    if (list == NULL || X509_CRL_set_version(list, CRL_VERSION_2) != 1 ||
        X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer)) != 1 ||
        !set_time(list, crl->this_update, X509_CRL_set1_lastUpdate) ||
        !set_time(list, crl->next_update, X509_CRL_set1_nextUpdate) ||
        !add_extensions(list, issuer))
        return ds_fail(err, DS_INTERNAL, "CRL: it cannot be made");
    return revoke_all(list, crl, err);
}

/* OpenSSL's signature is there for the algorithm it leaves in what is signed. */
static ds_status seal(ds_buf *der_out, X509_CRL *list, const unsigned char scalar[32])
{
    unsigned char *tbs = NULL;
    EVP_PKEY *key = ds_pkey_p256(scalar, NULL);
    ds_status status = DS_INTERNAL;
    int len = key == NULL || X509_CRL_sign(list, key, EVP_sha256()) <= 0
                  ? -1
                  : i2d_re_X509_CRL_tbs(list, &tbs);
    if (len >= 0)
        status = ds_x509_seal(der_out, ds_slice_of(tbs, (size_t)len), scalar);
    OPENSSL_free(tbs);
    EVP_PKEY_free(key);
    return status;
}

ds_status ds_x509_issue_crl(ds_buf *der_out, const ds_x509_crl_template *crl, ds_slice issuer_cert,
                            const unsigned char issuer_scalar[32], ds_error *err)
{
    X509 *issuer;
    X509_CRL *list = NULL;
    size_t before = der_out->len;
    ERR_set_mark();
    ds_status status = ds_x509_from_pem(&issuer, issuer_cert, err);
    if (status != DS_OK)
        goto Exit;
    list = X509_CRL_new();
    status = fill(list, crl, issuer, err);
    if (status == DS_OK && (status = seal(der_out, list, issuer_scalar)) != DS_OK) {
        der_out->len = before;
        ds_fail(err, status, "CRL: it cannot be signed");
    }
Exit:
    X509_CRL_free(list);
    X509_free(issuer);
    ERR_pop_to_mark();
    return status;
}
