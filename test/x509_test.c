/* Certificates: issued ones byte for byte, and what is refused of others. */
#include "crypto/hash.h"
#include "crypto/hkdf.h"
#include "crypto/pem.h"
#include "crypto/x509.h"
#include "test.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define PEM_MAX 65536

/* The simulator's certificate authority. */
#define CA_PEM                                                                                     \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIBmzCCAUCgAwIBAgIUU7801+krCs2OpIdne3t6OWrJ2fMwCgYIKoZIzj0EAwIw\n"                           \
    "KTEPMA0GA1UECgwGRHN0YWNrMRYwFAYDVQQDDA1Ec3RhY2sgS01TIENBMB4XDTc1\n"                           \
    "MDEwMTAwMDAwMFoXDTM1MTIxOTAyNTEzOVowKTEPMA0GA1UECgwGRHN0YWNrMRYw\n"                           \
    "FAYDVQQDDA1Ec3RhY2sgS01TIENBMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n"                           \
    "GbJFfdm4qmRG2YDxNv/3gS7NbHd0DusOKLENVsDAACiltuWdzqMH1YO9H3B2npwR\n"                           \
    "bfK8+xdYqV2GE+feHISCwKNGMEQwDwYDVR0PAQH/BAUDAweGADAdBgNVHQ4EFgQU\n"                           \
    "evjJ+VZPvDxHJ2ejjeIaUYMMcEcwEgYDVR0TAQH/BAgwBgEB/wIBATAKBggqhkjO\n"                           \
    "PQQDAgNJADBGAiEAvAYUOGbU5QC23zzQtJqm7/hGzVK5SlI0P7yGDii+/4ACIQCN\n"                           \
    "bKkagb0uncr6sUKlhKrpHhID+WWTvqJj0TrkvbVdCg==\n"                                               \
    "-----END CERTIFICATE-----\n"
#define EMPTY_PEM "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"
#define CA_KEY_PEM                                                                                 \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1PYCFKYfDmUfv5fk\n"                           \
    "stppasf4mPGqnz0fEoLEnGx8CnKhRANCAAQZskV92biqZEbZgPE2//eBLs1sd3QO\n"                           \
    "6w4osQ1WwMAAKKW25Z3OowfVg70fcHaenBFt8rz7F1ipXYYT594chILA\n"                                   \
    "-----END PRIVATE KEY-----\n"
#define CA_POINT                                                                                   \
    "0419b2457dd9b8aa6446d980f136fff7812ecd6c77740eeb0e28b10d56c0c00028a5b6e59dcea307d583bd1f7076" \
    "9e9c116df2bcfb1758a95d8613e7de1c8482c0"

/* "tls_certificate_tbs/fixed_seed": its key, and the certificate without signature. */
#define LEAF_POINT                                                                                 \
    "040598c29f393f5e88fe58d8917d9f9292ea8bf9cd1b0273c3e2dd3dcfa74ec5968631ec9a6493f1bf71b57e78ec" \
    "0a396657e477c8e2625be5d3f88a472532371b"
#define LEAF_TBS                                                                                   \
    "30820151a00302010202140f2d9415c0de8cdacd1abcb4063509108007fca3300a06082a8648ce3d040302302931" \
    "0f300d060355040a0c0644737461636b3116301406035504030c0d44737461636b204b4d53204341301e170d3233" \
    "313131343232313332305a170d3237303131353038303030305a30173115301306035504030c0c746573742d7375" \
    "626a6563743059301306072a8648ce3d020106082a8648ce3d03010703420004" LEAF_XY                     \
    "a3693067301a0603551d110413301182096c6f63616c686f737487047f000001300e0603551d0f0101ff04040302" \
    "0780301d0603551d250416301406082b0601050507030106082b06010505070302301a060a2b0601040183e73d01" \
    "04040c040a6170703a637573746f6d"
#define LEAF_XY                                                                                    \
    "0598c29f393f5e88fe58d8917d9f9292ea8bf9cd1b0273c3e2dd3dcfa74ec5968631ec9a6493f1bf71b57e78ec0a" \
    "396657e477c8e2625be5d3f88a472532371b"

static const unsigned char usage_der[] = {0x04, 0x0a, 'a', 'p', 'p', ':',
                                          'c',  'u',  's', 't', 'o', 'm'};
static const ds_x509_extension usage = {"1.3.6.1.4.1.62397.1.4", false, {usage_der, 12}};
static const ds_slice two_names[] = {DS_LITERAL("localhost"), DS_LITERAL("127.0.0.1")};
static const ds_slice no_issuer = {NULL, 0};

/* Keys that many tests use: the leaf's and the authority's. */
static unsigned char leaf_key[32], leaf_pub[65], ca_key[32];

static ds_x509_template leaf_template(void)
{
    return (ds_x509_template){.subject_cn = DS_LITERAL("test-subject"),
                              .alt_names = two_names,
                              .alt_count = 2,
                              .not_before = 1700000000,
                              .not_after = 1800000000,
                              .server_auth = true,
                              .client_auth = true,
                              .extra = &usage,
                              .extra_count = 1};
}

/* Issues by the simulator's authority, or self-signed for a CA. Out: *der, the certificate. */
static ds_status issue(ds_buf *der, const ds_x509_template *t)
{
    ds_buf pem;
    ds_error err;
    ds_buf_init(der, PEM_MAX);
    ds_buf_init(&pem, PEM_MAX);
    ds_status status = t->is_ca
                           ? ds_x509_issue(&pem, t, leaf_pub, no_issuer, leaf_key, &err)
                           : ds_x509_issue(&pem, t, leaf_pub, DS_LITERAL(CA_PEM), ca_key, &err);
    if (status == DS_OK) {
        CHECK(ds_x509_check_pem(ds_buf_content(&pem), &err) == DS_OK);
        CHECK(ds_pem_decode(der, ds_buf_content(&pem), "CERTIFICATE", &err) == DS_OK);
    } else {
        CHECK(pem.len == 0 && err.status == status && err.text[0] != '\0');
    }
    ds_buf_free(&pem);
    return status;
}

/* Returns true when the certificate holds these bytes. */
static bool holds(const ds_buf *der, const char *hex)
{
    unsigned char want[512];
    size_t n = test_bytes(want, hex);
    for (size_t i = 0; i + n <= der->len; i++)
        if (memcmp(der->data + i, want, n) == 0)
            return true;
    return false;
}

static bool issues(const ds_x509_template *t, const char *hex)
{
    ds_buf der;
    bool good = issue(&der, t) == DS_OK && holds(&der, hex);
    ds_buf_free(&der);
    return good;
}

static void test_setup(void)
{
    unsigned char seed[32];
    ds_error err;
    memset(seed, 0x11, sizeof seed);
    ds_slice key = ds_slice_of(seed, sizeof seed);
    CHECK(ds_hkdf_sha256(leaf_key, 32, DS_LITERAL("RATLS"), key, NULL, 0) == DS_OK);
    CHECK_HEX(leaf_key, 32, "6ab1dbdb2ef2686b4024269b92a2583565f26143180fca5ce7b1e38a960c8cc7");
    CHECK(ds_p256_public_key(leaf_pub, leaf_key) == DS_OK);
    CHECK_HEX(leaf_pub, 65, LEAF_POINT);
    CHECK(ds_p256_key_from_pem(ca_key, DS_LITERAL(CA_KEY_PEM), &err) == DS_OK);
}

static void test_example(void)
{
    unsigned char digest[32];
    ds_buf der;
    ds_x509_template t = leaf_template();
    CHECK(issue(&der, &t) == DS_OK);
    CHECK(der.len > 345 + 70 && der.data[0] == 0x30 && der.data[1] == 0x82);
    CHECK_HEX(der.data + 4, 0x151 + 4, LEAF_TBS);
    CHECK(ds_hash_one(DS_SHA256, digest, der.data + 4, 0x151 + 4) == DS_OK);
    CHECK_HEX(digest, 32, "ba846e19c8f3226ad13216e546a3bb636175e47e1fbadffa413f6402122547f4");
    const unsigned char *p = der.data;
    X509 *cert = d2i_X509(NULL, &p, (long)der.len);
    BIO *bio = BIO_new_mem_buf(CA_PEM, -1);
    X509 *ca = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    CHECK(X509_verify(cert, X509_get0_pubkey(ca)) == 1);
    CHECK(X509_check_issued(ca, cert) == X509_V_OK);
    BIO_free(bio);
    X509_free(ca);
    X509_free(cert);
    ds_buf_free(&der);
}

/* With an attestation of the example's size the signed part has the example's size too. */
static void test_large_extension(void)
{
    static unsigned char der[4 + 6788] = {0x04, 0x82, 0x1a, 0x84};
    ds_x509_extension extra[] = {usage, {"1.3.6.1.4.1.62397.1.8", false, {der, sizeof der}}};
    ds_x509_template t = leaf_template();
    ds_buf cert;
    t.extra = extra;
    t.extra_count = 2;
    CHECK(issue(&cert, &t) == DS_OK);
    CHECK(cert.len > 7157 && holds(&cert, "30821bf1a0030201"));
    ds_buf_free(&cert);
}

static void test_names(void)
{
    static const struct {
        ds_slice name;
        const char *der;
    } rows[] = {
        {DS_LITERAL("a.example"), "300b8209612e6578616d706c65"},
        {DS_LITERAL(""), "30028200"},
        {DS_LITERAL("a\0b"), "30058203610062"},
        {DS_LITERAL("255.1.2.3"), "30068704ff010203"},
        {DS_LITERAL("256.1.2.3"), "300b82093235362e312e322e33"},
        {DS_LITERAL("1.2.3"), "30078205312e322e33"},
        {DS_LITERAL("01.2.3.4"), "300a820830312e322e332e34"},
        {DS_LITERAL("1.2.3.4\0"), "300a8208312e322e332e3400"},
        {DS_LITERAL("::1"), "3012871000000000000000000000000000000001"},
        {DS_LITERAL("2001:db8::ff00:42:8329"), "3012871020010db8000000000000ff0000428329"},
        {DS_LITERAL("::ffff:1.2.3.4"), "3012871000000000000000000000ffff01020304"},
        {DS_LITERAL("fe80::1%eth0"), "300e820c666538303a3a312565746830"},
    };
    ds_x509_template t = leaf_template();
    ds_buf der;
    t.alt_count = 1;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        t.alt_names = &rows[i].name;
        CHECK(issues(&t, rows[i].der));
    }
    ds_slice wrong = DS_LITERAL("b\xc3\xbc.example");
    t.alt_names = &wrong;
    CHECK(issue(&der, &t) == DS_INVALID);
    t.alt_count = 0;
    CHECK(!issues(&t, "0603551d11"));
    t.subject_cn = ds_slice_of(NULL, 0);
    CHECK(issues(&t, "300b3109300706035504030c00"));
    t.subject_cn = DS_LITERAL("\xc3\xbc\0x");
    CHECK(issues(&t, "300f310d300b06035504030c04c3bc0078"));
    t.subject_o = DS_LITERAL("O");
    CHECK(issues(&t, "301b310a3008060355040a0c014f310d300b06035504030c04c3bc0078"));
    t.subject_cn = DS_LITERAL("\xc3");
    CHECK(issue(&der, &t) == DS_INVALID);
}

static void test_times(void)
{
    static const struct {
        int64_t time;
        const char *der; /* NULL: refused */
    } rows[] = {
        {-62167219201, NULL},
        {-62167219200, "180f30303030303130313030303030305a"}, /* year 0 */
        {-631152001, "180f31393439313233313233353935395a"},   /* the end of 1949 */
        {-631152000, "170d3530303130313030303030305a"},
        {157766400, "170d3735303130313030303030305a"}, /* what the agents begin with */
        {2524607999, "170d3439313233313233353935395a"},
        {2524608000, "180f32303530303130313030303030305a"},
        {253402300799, "180f39393939313233313233353935395a"},
        {253402300800, NULL},
        {INT64_MAX, NULL},
        {INT64_MIN, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ds_x509_template t = leaf_template();
        ds_buf der;
        t.not_after = rows[i].time;
        if (rows[i].der == NULL)
            CHECK(issue(&der, &t) == DS_INVALID);
        else
            CHECK(issues(&t, rows[i].der));
        t = leaf_template();
        t.not_before = rows[i].time;
        if (rows[i].der == NULL)
            CHECK(issue(&der, &t) == DS_INVALID);
        else
            CHECK(issues(&t, rows[i].der));
    }
}

static void test_usages(void)
{
    ds_x509_template t = leaf_template();
    t.client_auth = false;
    CHECK(issues(&t, "30130603551d25040c300a06082b06010505070301"));
    t.server_auth = false;
    CHECK(!issues(&t, "0603551d25") && issues(&t, "300e0603551d0f0101ff040403020780"));
    t.client_auth = true;
    CHECK(issues(&t, "30130603551d25040c300a06082b06010505070302"));
    CHECK(!issues(&t, "0603551d13") && !issues(&t, "0603551d0e") && !issues(&t, "0603551d23"));
}

static void test_authority(void)
{
    ds_x509_template t = {.subject_o = DS_LITERAL("Dstack"),
                          .subject_cn = DS_LITERAL("Dstack KMS CA"),
                          .not_before = 157766400,
                          .not_after = 2081645499,
                          .is_ca = true};
    ds_buf pem, leaf;
    ds_error err;
    unsigned char pub[65];
    ds_x509_template l = leaf_template();
    /* validity and subject are those of the simulator's authority, byte for byte */
    CHECK(issues(&t, "301e170d3735303130313030303030305a170d3335313231393032353133395a3029310f300d"
                     "060355040a0c0644737461636b3116301406035504030c0d44737461636b204b4d53204341"));
    CHECK(issues(&t, "300e0603551d0f0101ff040403020186301d0603551d0e04160414"));
    CHECK(issues(&t, "30120603551d130101ff040830060101ff020101300a06082a8648ce3d040302"));
    ds_buf_init(&pem, PEM_MAX);
    ds_buf_init(&leaf, PEM_MAX);
    CHECK(ds_x509_issue(&pem, &t, leaf_pub, no_issuer, leaf_key, &err) == DS_OK);
    CHECK(ds_x509_public_key(pub, ds_buf_content(&pem), &err) == DS_OK);
    CHECK_HEX(pub, 65, LEAF_POINT);
    CHECK(ds_x509_issue(&leaf, &l, leaf_pub, ds_buf_content(&pem), leaf_key, &err) == DS_OK);
    ds_buf_clear(&leaf);
    CHECK(ds_x509_issue(&leaf, &l, leaf_pub, ds_buf_content(&pem), ca_key, &err) == DS_INVALID);
    CHECK(ds_x509_issue(&leaf, &l, leaf_pub, no_issuer, ca_key, &err) == DS_INVALID);
    CHECK(leaf.len == 0);
    ds_buf_free(&pem);
    ds_buf_free(&leaf);
}

/* The key identifier of the simulator's authority is remade from its public key. */
static void test_key_identifier(void)
{
    unsigned char pub[65], spki[91], digest[32];
    ds_error err;
    CHECK(ds_x509_public_key(pub, DS_LITERAL(CA_PEM), &err) == DS_OK);
    CHECK_HEX(pub, 65, CA_POINT);
    CHECK(ds_p256_spki(spki, pub) == DS_OK);
    CHECK(ds_hash_one(DS_SHA256, digest, spki, sizeof spki) == DS_OK);
    CHECK_HEX(digest, 20, "7af8c9f9564fbc3c472767a38de21a51830c7047");
}

static void test_refused(void)
{
    static const unsigned char zero[65];
    ds_x509_template t = leaf_template();
    ds_slice ca = DS_LITERAL(CA_PEM), key = DS_LITERAL(CA_KEY_PEM), junk = DS_LITERAL("junk");
    ds_error err;
    ds_buf pem;
    unsigned char pub[65];
    ds_buf_init(&pem, PEM_MAX);
    CHECK(ds_x509_issue(&pem, &t, zero, ca, ca_key, &err) == DS_INVALID);
    CHECK(ds_x509_issue(&pem, &t, leaf_pub, ca, zero, &err) == DS_INVALID);
    CHECK(ds_x509_issue(&pem, &t, leaf_pub, ca, leaf_key, &err) == DS_INVALID);
    CHECK(ds_x509_issue(&pem, &t, leaf_pub, junk, ca_key, &err) == DS_INVALID);
    t.alt_count = DS_X509_LISTMAX + 1;
    CHECK(ds_x509_issue(&pem, &t, leaf_pub, ca, ca_key, &err) == DS_INVALID && pem.len == 0);
    t = leaf_template();
    pem.max = 64;
    CHECK(ds_x509_issue(&pem, &t, leaf_pub, ca, ca_key, &err) == DS_TOO_LARGE && pem.len == 0);
    ds_buf_free(&pem);
    CHECK(ds_x509_check_pem(ca, &err) == DS_OK);
    int64_t from, to;
    CHECK(ds_x509_times(&from, &to, ca, &err) == DS_OK && from == 157766400 && to == 2081645499);
    CHECK(ds_x509_times(&from, &to, key, &err) == DS_INVALID && from == 0 && to == 0);
    CHECK(ds_x509_check_pem(ds_slice_of(ca.data, ca.len - 100), &err) == DS_INVALID);
    CHECK(ds_x509_check_pem(DS_LITERAL(CA_PEM CA_PEM), &err) == DS_INVALID);
    CHECK(ds_x509_check_pem(key, &err) == DS_INVALID);
    CHECK(ds_x509_check_pem(no_issuer, &err) == DS_INVALID);
    CHECK(ds_x509_check_pem(DS_LITERAL(EMPTY_PEM), &err) == DS_INVALID);
    CHECK(ds_x509_public_key(pub, key, &err) == DS_INVALID && memcmp(pub, zero, 65) == 0);
    CHECK(ds_x509_key_matches(key, ca, &err) == DS_OK);
    CHECK(ds_x509_key_matches(ca, key, &err) == DS_INVALID);
    CHECK(ds_x509_key_matches(key, junk, &err) == DS_INVALID);
    CHECK(ds_x509_key_matches(junk, ca, &err) == DS_INVALID);
}

/* A text of several blocks, cut into them; whatever is none stays with what follows. */
static void test_blocks(void)
{
    ds_error err;
    ds_slice block, rest = DS_LITERAL(CA_PEM "junk\n" CA_PEM "tail");
    CHECK(ds_pem_next(&block, &rest) && ds_slice_equal(block, DS_LITERAL(CA_PEM)));
    CHECK(ds_pem_next(&block, &rest) && ds_slice_equal(block, DS_LITERAL("junk\n" CA_PEM)));
    CHECK(ds_x509_check_pem(block, &err) == DS_INVALID);
    CHECK(ds_pem_next(&block, &rest) && ds_slice_equal(block, DS_LITERAL("tail")));
    CHECK(!ds_pem_next(&block, &rest) && block.len == 0);
    rest = ds_slice_of(CA_PEM, strlen(CA_PEM) - 1);
    CHECK(ds_pem_next(&block, &rest) && ds_x509_check_pem(block, &err) == DS_OK && rest.len == 0);
}

/* Changes every byte of the authority's DER in turn: no crash, and never trailing bytes taken. */
static void test_damaged(void)
{
    ds_buf der, pem;
    ds_error err;
    unsigned char pub[65];
    ds_buf_init(&der, PEM_MAX);
    ds_buf_init(&pem, PEM_MAX);
    CHECK(ds_pem_decode(&der, DS_LITERAL(CA_PEM), "CERTIFICATE", &err) == DS_OK);
    for (size_t i = 0; i < der.len; i++) {
        der.data[i] ^= 0xff;
        CHECK(ds_pem_encode(&pem, "CERTIFICATE", ds_buf_content(&der)) == DS_OK);
        ds_status status = ds_x509_public_key(pub, ds_buf_content(&pem), &err);
        CHECK(status == DS_INVALID || (status == DS_OK && test_hex(pub, 65, CA_POINT)));
        status = ds_x509_key_matches(DS_LITERAL(CA_KEY_PEM), ds_buf_content(&pem), &err);
        CHECK(status == DS_OK || status == DS_INVALID || status == DS_VERIFY);
        ds_buf_clear(&pem);
        der.data[i] ^= 0xff;
    }
    ds_buf_byte(&der, 0);
    CHECK(ds_pem_encode(&pem, "CERTIFICATE", ds_buf_content(&der)) == DS_OK);
    CHECK(ds_x509_check_pem(ds_buf_content(&pem), &err) == DS_INVALID);
    ds_buf_free(&der);
    ds_buf_free(&pem);
}

static void move_text(ds_buf *out, BIO *bio)
{
    char *text;
    long len = BIO_get_mem_data(bio, &text);
    ds_buf_init(out, PEM_MAX);
    CHECK(ds_buf_add(out, text, (size_t)len) == DS_OK && BIO_reset(bio) == 1);
}

/* Out: the key as PKCS#8 PEM and a certificate for it, signed by `signer`. */
static void certify(ds_buf *key_pem, ds_buf *cert_pem, EVP_PKEY *key, EVP_PKEY *signer)
{
    BIO *bio = BIO_new(BIO_s_mem());
    X509 *cert = X509_new();
    CHECK(PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1);
    move_text(key_pem, bio);
    CHECK(ASN1_TIME_set(X509_getm_notBefore(cert), 0) &&
          ASN1_TIME_set(X509_getm_notAfter(cert), 9));
    CHECK(X509_set_pubkey(cert, key) == 1);
    const EVP_MD *md = EVP_PKEY_is_a(signer, "ED25519") ? NULL : EVP_sha256();
    CHECK(X509_sign(cert, signer, md) > 0 && PEM_write_bio_X509(bio, cert) == 1);
    move_text(cert_pem, bio);
    X509_free(cert);
    BIO_free(bio);
}

static EVP_PKEY *make_key(size_t kind)
{
    static const char *const curves[] = {"P-384", "secp256k1", "P-256"};
    if (kind < 3)
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", curves[kind]);
    if (kind == 3)
        return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
    return EVP_PKEY_Q_keygen(NULL, NULL, kind == 4 ? "ED25519" : "X25519");
}

#define KINDS 6

static void test_key_kinds(void)
{
    ds_buf keys[KINDS], certs[KINDS];
    EVP_PKEY *signer = make_key(4);
    for (size_t i = 0; i < KINDS; i++) {
        EVP_PKEY *key = make_key(i);
        certify(&keys[i], &certs[i], key, i == 5 ? signer : key);
        EVP_PKEY_free(key);
    }
    for (size_t i = 0; i < KINDS; i++) {
        for (size_t j = 0; j < KINDS; j++) {
            ds_error err;
            ds_slice key = ds_buf_content(&keys[i]), cert = ds_buf_content(&certs[j]);
            CHECK(ds_x509_key_matches(key, cert, &err) == (i == j ? DS_OK : DS_VERIFY));
        }
    }
    for (size_t i = 0; i < KINDS; i++) {
        unsigned char pub[65];
        ds_error err;
        CHECK(ds_x509_public_key(pub, ds_buf_content(&certs[i]), &err) ==
              (i == 2 ? DS_OK : DS_INVALID));
        CHECK(ds_x509_key_matches(DS_LITERAL(CA_KEY_PEM), ds_buf_content(&certs[i]), &err) ==
              DS_VERIFY);
        ds_buf_free(&keys[i]);
        ds_buf_free(&certs[i]);
    }
    EVP_PKEY_free(signer);
}

/* A key file that carries the authority's public part beside another scalar: a good one, none, the
 * curve's order, and more than that. */
static void test_borrowed_public_part(void)
{
    static const char *const scalars[] = {
        NULL,
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    };
    unsigned char pkcs8[DS_P256_PKCS8BYTES], scalar[32];
    ds_buf pem;
    ds_error err;
    ds_buf_init(&pem, PEM_MAX);
    CHECK(ds_p256_pkcs8(pkcs8, leaf_key) == DS_OK);
    test_bytes(pkcs8 + sizeof pkcs8 - 65, CA_POINT);
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) {
        if (scalars[i] != NULL)
            test_bytes(pkcs8 + 36, scalars[i]);
        ds_buf_clear(&pem);
        CHECK(ds_pem_encode(&pem, "PRIVATE KEY", ds_slice_of(pkcs8, sizeof pkcs8)) == DS_OK);
        CHECK(ds_x509_key_matches(ds_buf_content(&pem), DS_LITERAL(CA_PEM), &err) == DS_VERIFY);
        CHECK(ds_p256_key_from_pem(scalar, ds_buf_content(&pem), &err) == DS_INVALID);
    }
    ds_buf_free(&pem);
}

int main(void)
{
    test_setup();
    test_example();
    test_large_extension();
    test_names();
    test_times();
    test_usages();
    test_authority();
    test_key_identifier();
    ERR_raise(ERR_LIB_USER, 1); /* somebody else's error stays, and nothing joins it */
    test_refused();
    test_blocks();
    test_damaged();
    test_borrowed_public_part();
    CHECK(ERR_GET_LIB(ERR_get_error()) == ERR_LIB_USER && ERR_peek_error() == 0);
    test_key_kinds();
    return test_done();
}
