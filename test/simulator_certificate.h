/* Looking into the certificates that a simulated agent issues. */
#ifndef DS_TEST_SIMULATOR_CERTIFICATE_H
#define DS_TEST_SIMULATOR_CERTIFICATE_H

#include "base/slice.h"
#include "test.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

static inline X509 *read_certificate(ds_slice pem)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    if (certificate == NULL)
        abort();
    return certificate;
}

static inline void check_signed(X509 *leaf, ds_slice ca_pem)
{
    X509 *ca = read_certificate(ca_pem);
    CHECK(X509_verify(leaf, X509_get0_pubkey(ca)) == 1);
    CHECK(X509_verify(ca, X509_get0_pubkey(ca)) == 1);
    CHECK(X509_check_ca(ca) == 1 && X509_check_issued(ca, leaf) == X509_V_OK);
    X509_free(ca);
}

/* Returns the content of extension i, and checks that it has that OID: behind both OCTET STRINGs
 * where it is one of dstack's. */
static inline ds_slice extension(X509 *certificate, int i, const char *oid)
{
    char name[80];
    X509_EXTENSION *e = X509_get_ext(certificate, i);
    if (e == NULL)
        return ds_slice_of(NULL, 0);
    OBJ_obj2txt(name, sizeof name, X509_EXTENSION_get_object(e), 1);
    CHECK(strcmp(name, oid) == 0);
    const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(e);
    const unsigned char *p = ASN1_STRING_get0_data(value);
    long len = ASN1_STRING_length(value);
    if (strncmp(oid, "1.3.6.1.4.1.62397", 17) == 0) {
        int tag, class;
        CHECK(X509_EXTENSION_get_critical(e) == 0);
        CHECK(ASN1_get_object(&p, &len, &tag, &class, len) == 0 && tag == V_ASN1_OCTET_STRING);
    }
    return ds_slice_of(p, (size_t)len);
}

#endif
