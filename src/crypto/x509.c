#include "crypto/x509.h"

#include "base/wipe.h"
#include "crypto/pem.h"
#include "crypto/pkey.h"

#include <openssl/err.h>

ds_status ds_x509_from_pem(X509 **cert, ds_slice pem, ds_error *err)
{
    ds_buf der;
    *cert = NULL;
    ds_buf_init(&der, DS_X509_MAXBYTES);
    ds_status status = ds_pem_decode(&der, pem, "CERTIFICATE", err);
    if (status == DS_OK) {
        const unsigned char *p = der.data;
        *cert = der.len == 0 ? NULL : d2i_X509(NULL, &p, (long)der.len);
        if (*cert == NULL || p != der.data + der.len) {
            X509_free(*cert);
            *cert = NULL;
            status = ds_fail(err, DS_INVALID, "the certificate is not X.509 DER");
        }
    }
    ds_buf_free(&der);
    return status;
}

ds_status ds_x509_check_pem(ds_slice cert_pem, ds_error *err)
{
    X509 *cert;
    ERR_set_mark();
    ds_status status = ds_x509_from_pem(&cert, cert_pem, err);
    X509_free(cert);
    ERR_pop_to_mark();
    return status;
}

ds_status ds_x509_public_key(unsigned char out[65], ds_slice cert_pem, ds_error *err)
{
    X509 *cert;
    ERR_set_mark();
    ds_status status = ds_x509_from_pem(&cert, cert_pem, err);
    if (status == DS_OK) {
        EVP_PKEY *key = X509_get0_pubkey(cert);
        if (key == NULL || !ds_pkey_p256_public(out, key))
            status = ds_fail(err, DS_INVALID, "the certificate's key is not of the curve P-256");
    }
    X509_free(cert);
    ERR_pop_to_mark();
    if (status != DS_OK)
        memset(out, 0, DS_P256_PUBLICBYTES);
    return status;
}

#define DAY_SECONDS 86400

static bool unix_time(int64_t *out, const ASN1_TIME *epoch, const ASN1_TIME *time)
{
    int days, seconds;
    if (time == NULL || ASN1_TIME_diff(&days, &seconds, epoch, time) != 1)
        return false;
    *out = (int64_t)days * DAY_SECONDS + seconds;
    return true;
}

ds_status ds_x509_times(int64_t *not_before, int64_t *not_after, ds_slice cert_pem, ds_error *err)
{
    X509 *cert;
    ASN1_TIME *epoch = NULL;
    *not_before = *not_after = 0;
    ERR_set_mark();
    ds_status status = ds_x509_from_pem(&cert, cert_pem, err);
    if (status == DS_OK && (epoch = ASN1_TIME_set(NULL, 0)) == NULL)
        status = ds_fail_memory(err);
    if (status == DS_OK && (!unix_time(not_before, epoch, X509_get0_notBefore(cert)) ||
                            !unix_time(not_after, epoch, X509_get0_notAfter(cert)))) {
        *not_before = *not_after = 0;
        status = ds_fail(err, DS_INVALID, "the certificate's times are no times");
    }
    ASN1_TIME_free(epoch);
    X509_free(cert);
    ERR_pop_to_mark();
    return status;
}

static bool sign(unsigned char *sig, size_t *size, EVP_PKEY *key, ds_slice text)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx != NULL && EVP_DigestSignInit_ex(ctx, NULL, NULL, NULL, NULL, key, NULL) == 1 &&
                EVP_DigestSign(ctx, sig, size, text.data, text.len) == 1;
    EVP_MD_CTX_free(ctx);
    return good;
}

static bool verify(const unsigned char *sig, size_t size, EVP_PKEY *key, ds_slice text)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx != NULL &&
                EVP_DigestVerifyInit_ex(ctx, NULL, NULL, NULL, NULL, key, NULL) == 1 &&
                EVP_DigestVerify(ctx, sig, size, text.data, text.len) == 1;
    EVP_MD_CTX_free(ctx);
    return good;
}

/* A key file may carry a public part that is not the private part's, and comparing would believe
 * it; a signature tells. Keys that only agree on secrets (X25519) carry none. */
static bool belongs(EVP_PKEY *key, EVP_PKEY *pub)
{
    unsigned char sig[DS_PKEY_MAXBITS / 8];
    size_t size = sizeof sig;
    ds_slice text = DS_LITERAL("does this key belong to this certificate?");
    if (EVP_PKEY_eq(key, pub) != 1)
        return false;
    if (!EVP_PKEY_can_sign(key))
        return true;
    return (size_t)EVP_PKEY_get_size(key) <= sizeof sig && sign(sig, &size, key, text) &&
           verify(sig, size, pub, text);
}

ds_status ds_x509_key_matches(ds_slice key_pem, ds_slice cert_pem, ds_error *err)
{
    EVP_PKEY *key = NULL, *pub;
    X509 *cert;
    ERR_set_mark();
    ds_status status = ds_x509_from_pem(&cert, cert_pem, err);
    if (status == DS_OK)
        status = ds_pkey_from_pem(&key, key_pem, err);
    if (status != DS_OK)
        goto Exit;
    pub = X509_get0_pubkey(cert);
    if (pub == NULL || EVP_PKEY_get_bits(key) > DS_PKEY_MAXBITS)
        status = ds_fail(err, DS_INVALID, "the certificate's key is of no known kind, or too long");
    else if (!belongs(key, pub))
        status = ds_fail(err, DS_VERIFY, "the certificate is not for this private key");
Exit:
    EVP_PKEY_free(key);
    X509_free(cert);
    ERR_pop_to_mark();
    return status;
}
