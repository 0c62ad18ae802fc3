/* What is issued so that it can be issued again: certificates and lists of revoked ones, judged by
 * OpenSSL; and the DER they are made of. */
#include "crypto/der_write.h"
#include "crypto/pem.h"
#include "crypto/x509.h"
#include "test.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#define BEGUN INT64_C(1700000000)
#define DAY   INT64_C(86400)
#define NOW   (BEGUN + DAY)
#define END   (BEGUN + 10 * DAY)

static const unsigned char ca_key[32] = {1}, leaf_key[32] = {2}, other_key[32] = {3};

static void issue(ds_buf *pem, const unsigned char *key, ds_slice issuer,
                  const unsigned char *issuer_key)
{
    const ds_x509_template t = {
        .subject_o = DS_LITERAL("test"),
        .subject_cn = issuer.len == 0 ? DS_LITERAL("authority") : DS_LITERAL("leaf"),
        .not_before = BEGUN,
        .not_after = END,
        .is_ca = issuer.len == 0,
        .key_ids = true,
        .reproducible = true,
    };
    unsigned char pub[65];
    ds_error err = {DS_OK, ""};
    CHECK(ds_p256_public_key(pub, key) == DS_OK);
    CHECK(ds_x509_issue(pem, &t, pub, issuer, issuer_key, &err) == DS_OK);
}

static X509 *read_pem(ds_slice pem)
{
    ds_buf der;
    ds_error err;
    ds_buf_init(&der, DS_X509_MAXBYTES);
    CHECK(ds_pem_decode(&der, pem, "CERTIFICATE", &err) == DS_OK);
    const unsigned char *p = der.data;
    X509 *cert = d2i_X509(NULL, &p, (long)der.len);
    CHECK(cert != NULL && p == der.data + der.len);
    ds_buf_free(&der);
    return cert;
}

/* Returns OpenSSL's verdict on the leaf, with the list looked at. */
static int judge(ds_slice ca_pem, ds_slice leaf_pem, ds_slice crl_der, time_t now)
{
    const unsigned char *p = crl_der.data;
    X509 *ca = read_pem(ca_pem), *leaf = read_pem(leaf_pem);
    X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)crl_der.len);
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    CHECK(crl != NULL && X509_STORE_add_cert(store, ca) == 1 &&
          X509_STORE_add_crl(store, crl) == 1);
    CHECK(X509_STORE_CTX_init(ctx, store, leaf, NULL) == 1);
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_CRL_CHECK);
    X509_VERIFY_PARAM_set_time(param, now);
    ERR_set_mark();
    int good = X509_verify_cert(ctx), error = X509_STORE_CTX_get_error(ctx);
    ERR_pop_to_mark();
    CHECK((good == 1) == (error == X509_V_OK));
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    X509_CRL_free(crl);
    X509_free(leaf);
    X509_free(ca);
    return error;
}

typedef struct issued {
    ds_buf ca, leaf, other, crl;
} issued;

static ds_status issue_crl(issued *i, size_t revoked, const unsigned char *key, ds_error *err)
{
    const ds_slice certs[] = {ds_buf_content(&i->other), ds_buf_content(&i->leaf)};
    const ds_x509_crl_template crl = {BEGUN, BEGUN + 5 * DAY, certs, revoked};
    ds_buf_clear(&i->crl);
    return ds_x509_issue_crl(&i->crl, &crl, ds_buf_content(&i->ca), key, err);
}

static void setup(issued *i)
{
    ds_buf *const all[] = {&i->ca, &i->leaf, &i->other, &i->crl};
    for (size_t n = 0; n < sizeof all / sizeof *all; n++)
        ds_buf_init(all[n], 8192);
    issue(&i->ca, ca_key, ds_slice_of(NULL, 0), ca_key);
    issue(&i->leaf, leaf_key, ds_buf_content(&i->ca), ca_key);
    issue(&i->other, other_key, ds_buf_content(&i->ca), ca_key);
}

static void test_lists(issued *i)
{
    static const struct {
        size_t revoked;
        const unsigned char *key;
        int64_t now;
        int want;
    } rows[] = {
        {0, ca_key, NOW, X509_V_OK},
        {1, ca_key, NOW, X509_V_OK},
        {2, ca_key, NOW, X509_V_ERR_CERT_REVOKED},
        {0, ca_key, BEGUN + 6 * DAY, X509_V_ERR_CRL_HAS_EXPIRED},
        {0, ca_key, BEGUN - DAY, X509_V_ERR_CRL_NOT_YET_VALID},
        {0, leaf_key, NOW, X509_V_ERR_CRL_SIGNATURE_FAILURE},
        {0, ca_key, END + DAY, X509_V_ERR_CRL_HAS_EXPIRED},
    };
    ds_error err;
    for (size_t n = 0; n < sizeof rows / sizeof *rows; n++) {
        CHECK(issue_crl(i, rows[n].revoked, rows[n].key, &err) == DS_OK);
        int got = judge(ds_buf_content(&i->ca), ds_buf_content(&i->leaf), ds_buf_content(&i->crl),
                        (time_t)rows[n].now);
        test_count(got == rows[n].want, __FILE__, (int)n, X509_verify_cert_error_string(got));
    }
}

static void test_reproducible(issued *i)
{
    ds_buf again;
    ds_error err;
    ds_buf_init(&again, 8192);
    issue(&again, leaf_key, ds_buf_content(&i->ca), ca_key);
    CHECK(ds_slice_equal(ds_buf_content(&again), ds_buf_content(&i->leaf)));
    ds_buf_clear(&again);
    CHECK(issue_crl(i, 2, ca_key, &err) == DS_OK);
    ds_buf_slice(&again, ds_buf_content(&i->crl));
    CHECK(issue_crl(i, 2, ca_key, &err) == DS_OK);
    CHECK(ds_slice_equal(ds_buf_content(&again), ds_buf_content(&i->crl)));
    ds_buf_free(&again);
}

/* Leaf and authority name the key that signed them. */
static void test_key_ids(issued *i)
{
    X509 *ca = read_pem(ds_buf_content(&i->ca)), *leaf = read_pem(ds_buf_content(&i->leaf));
    const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(ca);
    CHECK(id != NULL && ASN1_OCTET_STRING_cmp(id, X509_get0_authority_key_id(ca)) == 0);
    CHECK(id != NULL && ASN1_OCTET_STRING_cmp(id, X509_get0_authority_key_id(leaf)) == 0);
    CHECK(X509_get0_subject_key_id(leaf) != NULL);
    CHECK(X509_get_ext_count(ca) == 4 && X509_get_ext_count(leaf) == 3);
    X509_free(leaf);
    X509_free(ca);
}

static void test_refused(issued *i)
{
    const ds_slice bad = DS_LITERAL("no certificate");
    const ds_x509_crl_template crl = {BEGUN, END, &bad, 1}, none = {BEGUN, END, NULL, 0};
    static const unsigned char zero[32];
    ds_error err;
    ds_buf_clear(&i->crl);
    ds_buf_byte(&i->crl, 7);
    CHECK(ds_x509_issue_crl(&i->crl, &crl, ds_buf_content(&i->ca), ca_key, &err) == DS_INVALID);
    CHECK(ds_x509_issue_crl(&i->crl, &none, bad, ca_key, &err) == DS_INVALID);
    CHECK(ds_x509_issue_crl(&i->crl, &none, ds_buf_content(&i->ca), zero, &err) != DS_OK);
    CHECK(i->crl.len == 1 && i->crl.data[0] == 7);
}

/* X.690: lengths of one, two and three bytes; integers that would look negative. */
static void test_der(void)
{
    static const struct {
        unsigned number;
        const char *der;
    } numbers[] = {{0, "020100"},         {1, "020101"},
                   {127, "02017f"},       {128, "02020080"},
                   {255, "020200ff"},     {256, "02020100"},
                   {32768, "0203008000"}, {0x80000000, "02050080000000"}};
    static const struct {
        size_t len;
        const char *head;
    } lengths[] = {{0, "0400"}, {127, "047f"}, {128, "048180"}, {256, "04820100"}};
    static const unsigned char zeros[256];
    ds_buf der;
    ds_buf_init(&der, 512);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        ds_buf_clear(&der);
        CHECK(ds_der_put_number(&der, numbers[i].number) == DS_OK);
        CHECK(test_hex(der.data, der.len, numbers[i].der));
    }
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        ds_buf_clear(&der);
        ds_buf_byte(&der, 9);
        size_t head = strlen(lengths[i].head) / 2;
        CHECK(ds_der_put(&der, DS_DER_OCTET_STRING, ds_slice_of(zeros, lengths[i].len)) == DS_OK);
        CHECK(der.len == 1 + head + lengths[i].len && der.data[0] == 9);
        CHECK(test_hex(der.data + 1, head, lengths[i].head));
    }
    CHECK(ds_der_put(&der, 4, ds_slice_of(zeros, sizeof zeros)) == DS_TOO_LARGE);
    CHECK(ds_der_wrap(&der, 0, 4) == DS_TOO_LARGE);
    ds_buf_free(&der);
}

int main(void)
{
    issued i;
    setup(&i);
    test_lists(&i);
    test_reproducible(&i);
    test_key_ids(&i);
    test_refused(&i);
    test_der();
    ds_buf_free(&i.ca);
    ds_buf_free(&i.leaf);
    ds_buf_free(&i.other);
    ds_buf_free(&i.crl);
    CHECK(ERR_peek_error() == 0);
    return test_done();
}
