#include "base/utf8.h"
#include "base/wipe.h"
#include "crypto/hash.h"
#include "crypto/pem.h"
#include "crypto/pkey.h"
#include "crypto/x509.h"
#include "crypto/x509_extensions.h"
#include "crypto/x509_seal.h"

#include <openssl/bn.h>
#include <openssl/err.h>

#define VERSION_3      2
#define SERIAL_BYTES   20
#define YEAR_0         INT64_C(-62167219200)
#define YEAR_9999_END  INT64_C(253402300799)
#define NAME_MAXBYTES  65536u
#define EXTRA_MAXBYTES DS_X509_MAXBYTES

static bool time_fits(int64_t t)
{
    return t >= YEAR_0 && t <= YEAR_9999_END;
}

static bool name_fits(ds_slice name)
{
    return name.len <= NAME_MAXBYTES && ds_utf8_valid(name.data, name.len);
}

/* An IA5String. */
static bool alt_name_fits(ds_slice name)
{
    const unsigned char *p = name.data;
    for (size_t i = 0; i < name.len; i++)
        if (p[i] >= 0x80)
            return false;
    return name.len <= NAME_MAXBYTES;
}

static ds_status check_template(const ds_x509_template *t, ds_error *err)
{
    if (!time_fits(t->not_before) || !time_fits(t->not_after))
        return ds_fail(err, DS_INVALID, "certificate: a time is outside of the years 0 to 9999");
    if (!name_fits(t->subject_cn) || !name_fits(t->subject_o))
        return ds_fail(err, DS_INVALID, "certificate: the subject is too long, or not UTF-8");
    if (t->alt_count > DS_X509_LISTMAX || t->extra_count > DS_X509_LISTMAX)
        return ds_fail(err, DS_INVALID, "certificate: more than %d alternative names or extensions",
                       DS_X509_LISTMAX);
    for (size_t i = 0; i < t->alt_count; i++)
        if (!alt_name_fits(t->alt_names[i]))
            return ds_fail(err, DS_INVALID,
                           "certificate: alternative name %zu is too long, or not ASCII", i + 1);
    for (size_t i = 0; i < t->extra_count; i++)
        if (t->extra[i].der.len > EXTRA_MAXBYTES)
            return ds_fail(err, DS_INVALID, "certificate: extension %s is too long",
                           t->extra[i].oid);
    return DS_OK;
}

/* Out: *issuer, NULL for a self-signed certificate, and *signer; both to be freed. */
static ds_status load_issuer(X509 **issuer, EVP_PKEY **signer, const unsigned char subject_pub[65],
                             ds_slice issuer_cert, const unsigned char scalar[32], ds_error *err)
{
    unsigned char pub[DS_P256_PUBLICBYTES], want[DS_P256_PUBLICBYTES] = {0};
    ds_status status = ds_p256_public_key(pub, scalar);
    if (status != DS_OK)
        return ds_fail(err, status, "certificate: the issuer's key is no P-256 key");
    memcpy(want, subject_pub, sizeof want);
    if (issuer_cert.len > 0) {
        status = ds_x509_from_pem(issuer, issuer_cert, err);
        if (status != DS_OK)
            return status;
        EVP_PKEY *key = X509_get0_pubkey(*issuer);
        if (key == NULL || !ds_pkey_p256_public(want, key))
            return ds_fail(err, DS_INVALID, "certificate: the issuer's is not for a P-256 key");
    }
    if (memcmp(pub, want, sizeof pub) != 0)
        return ds_fail(err, DS_INVALID, "certificate: the issuer's key is not its certificate's");
    *signer = ds_pkey_p256(scalar, pub);
    return *signer != NULL ? DS_OK : ds_fail(err, DS_INTERNAL, "certificate: no signing key");
}

static bool set_serial(X509 *cert, const unsigned char pub[65])
{
    unsigned char digest[DS_SHA256_BYTES];
    if (ds_hash_one(DS_SHA256, digest, pub, DS_P256_PUBLICBYTES) != DS_OK)
        return false;
    digest[0] &= 0x7f;
    BIGNUM *number = BN_bin2bn(digest, SERIAL_BYTES, NULL);
    bool good = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL;
    BN_free(number);
    return good;
}

static bool add_part(X509_NAME *name, int nid, ds_slice text)
{
    const unsigned char *bytes = text.len == 0 ? (const unsigned char *)"" : text.data;
    return X509_NAME_add_entry_by_NID(name, nid, V_ASN1_UTF8STRING, bytes, (int)text.len, -1, 0) ==
           1;
}

static bool set_names(X509 *cert, const ds_x509_template *t, const X509 *issuer)
{
    X509_NAME *subject = X509_NAME_new();
    bool good =
        subject != NULL &&
        (t->subject_o.len == 0 || add_part(subject, NID_organizationName, t->subject_o)) &&
        add_part(subject, NID_commonName, t->subject_cn) &&
        X509_set_subject_name(cert, subject) == 1 &&
        X509_set_issuer_name(cert, issuer == NULL ? subject : X509_get_subject_name(issuer)) == 1;
    X509_NAME_free(subject);
    return good;
}

static bool fill(X509 *cert, const ds_x509_template *t, EVP_PKEY *key, const unsigned char pub[65],
                 const X509 *issuer)
{
    return cert != NULL && X509_set_version(cert, VERSION_3) == 1 && set_serial(cert, pub) &&
           set_names(cert, t, issuer) &&
           ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)t->not_before) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)t->not_after) != NULL &&
           X509_set_pubkey(cert, key) == 1 && ds_x509_add_extensions(cert, t, pub, issuer);
}

static ds_status encode(ds_buf *der, const X509 *cert)
{
    unsigned char *bytes = NULL;
    int len = i2d_X509(cert, &bytes);
    ds_status status = len < 0 ? DS_INTERNAL : ds_buf_add(der, bytes, (size_t)len);
    OPENSSL_free(bytes);
    return status;
}

/* Encodes it with a signature whose nonce is not random, in place of the one it has. */
static ds_status encode_again(ds_buf *der, X509 *cert, const unsigned char scalar[32])
{
    unsigned char *bytes = NULL;
    int len = i2d_re_X509_tbs(cert, &bytes);
    ds_status status =
        len < 0 ? DS_INTERNAL : ds_x509_seal(der, ds_slice_of(bytes, (size_t)len), scalar);
    OPENSSL_free(bytes);
    return status;
}

static ds_status write_pem(ds_buf *pem_out, X509 *cert, const unsigned char *scalar, ds_error *err)
{
    ds_buf der;
    size_t before = pem_out->len;
    ds_buf_init(&der, DS_X509_MAXBYTES);
    ds_status status = scalar == NULL ? encode(&der, cert) : encode_again(&der, cert, scalar);
    if (status != DS_OK)
        ds_fail(err, status, "certificate: it cannot be encoded");
    else if ((status = ds_pem_encode(pem_out, "CERTIFICATE", ds_buf_content(&der))) != DS_OK) {
        pem_out->len = before;
        ds_fail(err, status, "certificate: no room for its PEM form");
    }
    ds_buf_free(&der);
    return status;
}

ds_status ds_x509_issue(ds_buf *pem_out, const ds_x509_template *t,
                        const unsigned char subject_pub[65], ds_slice issuer_cert,
                        const unsigned char issuer_scalar[32], ds_error *err)
{
    X509 *issuer = NULL, *cert = NULL;
    EVP_PKEY *signer = NULL, *subject = NULL;
    ERR_set_mark();
    ds_status status = check_template(t, err);
    if (status == DS_OK && (subject = ds_pkey_p256(NULL, subject_pub)) == NULL)
        status = ds_fail(err, DS_INVALID, "certificate: the subject's key is no P-256 point");
    if (status == DS_OK)
        status = load_issuer(&issuer, &signer, subject_pub, issuer_cert, issuer_scalar, err);
    if (status != DS_OK)
        goto Exit;
    cert = X509_new();
    if (!fill(cert, t, subject, subject_pub, issuer) || X509_sign(cert, signer, EVP_sha256()) <= 0)
        status = ds_fail(err, DS_INTERNAL, "certificate: it cannot be made");
    else
        status = write_pem(pem_out, cert, t->reproducible ? issuer_scalar : NULL, err);
Exit:
    X509_free(cert);
    X509_free(issuer);
    EVP_PKEY_free(signer);
    EVP_PKEY_free(subject);
    ERR_pop_to_mark();
    return status;
}
