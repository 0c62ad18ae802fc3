/* P-256 keys and signatures, their DER forms, and PEM. */
#include "crypto/hkdf.h"
#include "crypto/p256.h"
#include "crypto/pem.h"
#include "test.h"

#include <openssl/err.h>

#define N         "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
#define N_MINUS_1 "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"
#define ZERO      "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE       "0000000000000000000000000000000000000000000000000000000000000001"
#define ONES      "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define G_X       "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
#define G_Y       "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
#define G_Y_MINUS "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a"

#define SPKI_HEAD  "3059301306072a8648ce3d020106082a8648ce3d030107034200"
#define PKCS8_HEAD "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420"

/* The simulator's and the documentation's root, then a root of ra-tls's own test. */
#define SIMULATOR "d6e88992cdeeee35fe70b5db61ab66cdb191fb9b6ec9313757ef162dd7214d5d"
#define DOCS      "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0f1a2b"
#define DH_ROOT   "f57527cea4ab7ffb49af99b158cdc0e3ec06398f528349ea236b7d2afe19cec1"

static void test_scalars(void)
{
    static const struct {
        const char *scalar;
        ds_status status;
        const char *pub;
    } rows[] = {
        {ZERO, DS_INVALID, "00" ZERO ZERO},     {ONE, DS_OK, "04" G_X G_Y},
        {N_MINUS_1, DS_OK, "04" G_X G_Y_MINUS}, {N, DS_INVALID, "00" ZERO ZERO},
        {ONES, DS_INVALID, "00" ZERO ZERO},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned char scalar[32], pub[65], sig[64], pkcs8[DS_P256_PKCS8BYTES];
        test_bytes(scalar, rows[i].scalar);
        CHECK(ds_p256_public_key(pub, scalar) == rows[i].status);
        CHECK(test_hex(pub, 65, rows[i].pub));
        CHECK(ds_p256_sign(sig, "abc", 3, scalar) == rows[i].status);
        CHECK(ds_p256_pkcs8(pkcs8, scalar) == rows[i].status);
        CHECK((pkcs8[0] == 0) == (rows[i].status != DS_OK));
        if (rows[i].status == DS_OK)
            CHECK(ds_p256_verify(sig, "abc", 3, pub) == DS_OK);
    }
}

/* Keys derived for a path (Tappd's DeriveKey). */
static void test_derived(void)
{
    static const struct {
        const char *root, *path, *scalar, *point;
    } rows[] = {
        {SIMULATOR, "/", "f6c1ed94488394d78e0a4e5ab75d62e9f085d73b0b555d0614fb90ca13d9464d",
         "04f367a52fd0e8d5f8ded5ffd0057a00083780aae19b4afcd17b96b9337f69ed07c70f08b87103d18b8e865e"
         "8f0578ad28c5f6b42758eeab47b0498248e9c036ac"},
        {SIMULATOR, "test", "133e8ca6e532ead3e38f00347408771da296e9c70e8e3e362f485154e64ef4e8",
         "04eae0e028e950f924c8981753232d9bf171e04706b17673d55649e8145835859308456ec98d66006f076cf7"
         "c65970b61de1e5f619480c3a911a700234360d2857"},
        {SIMULATOR, "test/key/path",
         "6b22e21d4eac84e7c47a76a3249885c1e1f8001783864cfa3815c91b47ecbdc0",
         "04f695dd930487a5f50c8299e1b82a3c4db55fd5485fda505478ff56ed42cad9ea0dd1c9b2effc5b6d1ed477"
         "21557fe33a07ab1ce28e1c95af2d6b6949a13f633b"},
        {SIMULATOR, "", "aa221ae548b5a8f52fcb8687cfd873712f6a1232b2717e5ee3d58ab74f21905b",
         "048ab237a97a45886ade7429b272c8eb874b7e9ae2dd11a4e1d295b3486f457f1e2648c41c7d95ea78ddfd17"
         "00b357933d72860c980cd872e8ba8555a03d5a49fc"},
        {DOCS, "", "7c2ae1cd265eff5f206291fac92f030b4df17b15883c406572432f29c47eb175",
         "041cbac351a32771542c7a4c649987d3cdfdce8ef2583d3847d8c7cccb48afc0f518f6b6378c61a05643a859"
         "8872740f90b4208882092ecec262e792d9bf5d8bcc"},
        {DOCS, "test", "52786aa123b0971e283af97f32e25767483d099d66e6c40afeb3a49046b5379e",
         "0429045993e188128698bdd568582558decafb3deb65e92b6dbe6b9a01ef592522ea0d8c2c21c1c5380a1251"
         "8d481e261baf0de3fec4e0f866505e6b8ccbbfbe97"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned char root[32], scalar[32], pub[65], pkcs8[DS_P256_PKCS8BYTES], spki[91];
        char want[2 * DS_P256_PKCS8BYTES + 1];
        ds_slice path = ds_slice_of(rows[i].path, strlen(rows[i].path));
        ds_slice key = ds_slice_of(root, test_bytes(root, rows[i].root));
        CHECK(ds_hkdf_sha256(scalar, 32, DS_LITERAL("RATLS"), key, &path, 1) == DS_OK);
        CHECK(test_hex(scalar, 32, rows[i].scalar));
        CHECK(ds_p256_public_key(pub, scalar) == DS_OK && test_hex(pub, 65, rows[i].point));
        snprintf(want, sizeof want, PKCS8_HEAD "%sa144034200%s", rows[i].scalar, rows[i].point);
        CHECK(ds_p256_pkcs8(pkcs8, scalar) == DS_OK && test_hex(pkcs8, sizeof pkcs8, want));
        snprintf(want, sizeof want, SPKI_HEAD "%s", rows[i].point);
        CHECK(ds_p256_spki(spki, pub) == DS_OK && test_hex(spki, sizeof spki, want));
    }
}

/* "dh-secret": the digest covers the whole PKCS#8 form of a derived key. */
static void test_dh_secret(void)
{
    unsigned char root[32], scalar[32], pkcs8[DS_P256_PKCS8BYTES], digest[32];
    ds_slice info[] = {DS_LITERAL("context one"), DS_LITERAL("context two")};
    ds_slice key = ds_slice_of(root, test_bytes(root, DH_ROOT));
    CHECK(ds_hkdf_sha256(scalar, 32, DS_LITERAL("RATLS"), key, info, 2) == DS_OK);
    CHECK_HEX(scalar, 32, "b60ac47b8fcfbdf96031b9e94f0b60cfe9de05eccb5a1dca41a26f757833c0e7");
    CHECK(ds_p256_pkcs8(pkcs8, scalar) == DS_OK);
    CHECK(ds_hash_one(DS_SHA256, digest, pkcs8, sizeof pkcs8) == DS_OK);
    CHECK_HEX(digest, 32, "663afd58820be8ad645f9c035e93199d114ab16f738db62393bc1d7d623e8813");
}

/* RFC 6979, A.2.5: a signature made elsewhere. */
static void test_signatures(void)
{
    unsigned char key[32], pub[65], sig[64], other[64], bad[64];
    test_bytes(key, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    test_bytes(sig, "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
    CHECK(ds_p256_public_key(pub, key) == DS_OK);
    CHECK(ds_p256_verify(sig, "sample", 6, pub) == DS_OK);
    CHECK(ds_p256_verify(sig, "simple", 6, pub) == DS_VERIFY);
    CHECK(ds_p256_verify(sig, NULL, 0, pub) == DS_VERIFY);
    CHECK(ds_p256_sign(other, "sample", 6, key) == DS_OK);
    CHECK(ds_p256_verify(other, "sample", 6, pub) == DS_OK && memcmp(sig, other, 64) != 0);
    CHECK(ds_p256_sign(other, NULL, 0, key) == DS_OK);
    CHECK(ds_p256_verify(other, "", 0, pub) == DS_OK);
    for (size_t i = 0; i < 64; i += 9) {
        memcpy(bad, sig, 64);
        bad[i] ^= 1;
        CHECK(ds_p256_verify(bad, "sample", 6, pub) == DS_VERIFY);
    }
    memset(bad, 0, 64);
    CHECK(ds_p256_verify(bad, "sample", 6, pub) == DS_VERIFY);
    memset(bad, 0xff, 64);
    CHECK(ds_p256_verify(bad, "sample", 6, pub) == DS_VERIFY);
    pub[64] ^= 1;
    CHECK(ds_p256_verify(sig, "sample", 6, pub) == DS_INVALID);
    pub[64] ^= 1;
    unsigned char spki[91];
    for (unsigned tag = 0; tag < 8; tag++) {
        pub[0] = (unsigned char)tag;
        CHECK(ds_p256_verify(sig, "sample", 6, pub) == (tag == 4 ? DS_OK : DS_INVALID));
        CHECK(ds_p256_spki(spki, pub) == (tag == 4 ? DS_OK : DS_INVALID));
        CHECK(spki[0] == (tag == 4 ? 0x30 : 0));
    }
}

/* The key of the certificate example. */
#define KEY_LINE_1  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgarHb2y7yaGtAJCab"
#define KEY_LINE_2  "kqJYNWXyYUMYD8pc57HjipYMjMehRANCAAQFmMKfOT9eiP5Y2JF9n5KS6ov5zRsC"
#define KEY_LINE_3  "c8Pi3T3Pp07FloYx7Jpkk/G/cbV+eOwKOWZX5HfI4mJb5dP4ikclMjcb"
#define KEY_SCALAR  "6ab1dbdb2ef2686b4024269b92a2583565f26143180fca5ce7b1e38a960c8cc7"
#define BEGIN       "-----BEGIN PRIVATE KEY-----"
#define END         "-----END PRIVATE KEY-----"
#define KEY_PEM     BEGIN "\n" KEY_LINE_1 "\n" KEY_LINE_2 "\n" KEY_LINE_3 "\n" END "\n"
#define BLOCK(body) BEGIN "\n" body END "\n"

static void test_pem_forms(void)
{
    static const struct {
        ds_slice text;
        const char *bytes; /* NULL: refused */
    } rows[] = {
        {DS_LITERAL(BLOCK("AAEC\n")), "000102"},
        {DS_LITERAL(BLOCK("AAE=\n")), "0001"},
        {DS_LITERAL(BLOCK("AA==\n")), "00"},
        {DS_LITERAL(BLOCK("+/+/\n")), "fbffbf"},
        {DS_LITERAL(BLOCK("A\nAE\nC\n")), "000102"},
        {DS_LITERAL(BLOCK("AAECAAECA\nAEC\n")), "000102000102000102"},
        {DS_LITERAL(BLOCK("AA\nECAAECAAEC\n")), "000102000102000102"},
        {DS_LITERAL(BLOCK("AAECAAE=\n")), "0001020001"},
        {DS_LITERAL(BLOCK("AAECAA\n==\n")), "00010200"},
        {DS_LITERAL(BLOCK("")), ""},
        {DS_LITERAL(BEGIN "\r\nAAEC\r\n" END "\r\n"), "000102"},
        {DS_LITERAL(BEGIN "\nAAEC\n" END), "000102"},
        {DS_LITERAL(""), NULL},
        {DS_LITERAL(BEGIN), NULL},
        {DS_LITERAL(BEGIN "\n"), NULL},
        {DS_LITERAL(BEGIN "\nAAEC\n"), NULL},
        {DS_LITERAL(BEGIN "\nAAEC"), NULL},
        {DS_LITERAL(BEGIN "\nAAEC\n-----END PRIVATE KEY----"), NULL},
        {DS_LITERAL(BEGIN "\nAAEC\n-----END CERTIFICATE-----\n"), NULL},
        {DS_LITERAL("-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n"), NULL},
        {DS_LITERAL("\n" BLOCK("AAEC\n")), NULL},
        {DS_LITERAL(" " BLOCK("AAEC\n")), NULL},
        {DS_LITERAL("text\n" BLOCK("AAEC\n")), NULL},
        {DS_LITERAL(BLOCK("AAEC\n") "\n"), NULL},
        {DS_LITERAL(BLOCK("AAEC\n") "text"), NULL},
        {DS_LITERAL(BLOCK("AAEC\n") "\0"), NULL},
        {DS_LITERAL(BLOCK("AAEC\n") BLOCK("AAEC\n")), NULL},
        {DS_LITERAL(BEGIN "\nAAEC\n" END " \n"), NULL},
        {DS_LITERAL(BEGIN "\nAAEC\n" END "\r"), NULL},
        {DS_LITERAL(BEGIN "AAEC\n" END "\n"), NULL},
        {DS_LITERAL(BEGIN "\nAAEC" END "\n"), NULL},
        {DS_LITERAL(BLOCK("\nAAEC\n")), NULL},
        {DS_LITERAL(BLOCK("AAEC\n\n")), NULL},
        {DS_LITERAL(BLOCK(" AAEC\n")), NULL},
        {DS_LITERAL(BLOCK("AAEC \n")), NULL},
        {DS_LITERAL(BLOCK("AA\0C\n")), NULL},
        {DS_LITERAL(BLOCK("AA-_\n")), NULL},
        {DS_LITERAL(BLOCK("AA\xc3\xa9\n")), NULL},
        {DS_LITERAL(BLOCK("AAE\n")), NULL},
        {DS_LITERAL(BLOCK("AAECA\n")), NULL},
        {DS_LITERAL(BLOCK("AAF=\n")), NULL}, /* a bit that no byte holds */
        {DS_LITERAL(BLOCK("AB==\n")), NULL},
        {DS_LITERAL(BLOCK("A===\n")), NULL},
        {DS_LITERAL(BLOCK("====\n")), NULL},
        {DS_LITERAL(BLOCK("AA=A\n")), NULL},
        {DS_LITERAL(BLOCK("AA==AAEC\n")), NULL},
        {DS_LITERAL(BLOCK("AA==\nAAEC\n")), NULL},
        {DS_LITERAL(BLOCK("AA===\n")), NULL},
        {DS_LITERAL(BLOCK("AAE=AAEC\n")), NULL}, /* and in lines of more than four */
        {DS_LITERAL(BLOCK("=AECAAEC\n")), NULL},
        {DS_LITERAL(BLOCK("AAEC AAEC\n")), NULL},
        {DS_LITERAL(BLOCK("AA-CAAEC\n")), NULL},
        {DS_LITERAL(BLOCK("AAE=\nAAECAAEC\n")), NULL},
        {DS_LITERAL(BLOCK("AAECAAF=\n")), NULL},
        {DS_LITERAL(BLOCK("Proc-Type: 4,ENCRYPTED\n\nAAEC\n")), NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ds_buf der;
        ds_error err = {DS_OK, ""};
        ds_buf_init(&der, 64);
        ds_buf_byte(&der, 0x55);
        ds_status status = ds_pem_decode(&der, rows[i].text, "PRIVATE KEY", &err);
        CHECK(status == (rows[i].bytes == NULL ? DS_INVALID : DS_OK) && err.status == status);
        CHECK(der.data[0] == 0x55);
        if (rows[i].bytes == NULL ? der.len != 1
                                  : !test_hex(der.data + 1, der.len - 1, rows[i].bytes))
            test_count(false, __FILE__, (int)i, "bytes of this row");
        ds_buf_free(&der);
    }
}

static void test_pem_limits(void)
{
    ds_buf der, out;
    ds_error err;
    ds_buf_init(&der, 137);
    CHECK(ds_pem_decode(&der, DS_LITERAL(KEY_PEM), "PRIVATE KEY", &err) == DS_TOO_LARGE);
    CHECK(der.len == 0 && err.status == DS_TOO_LARGE);
    ds_buf_free(&der);
    ds_buf_init(&der, 138);
    CHECK(ds_pem_decode(&der, DS_LITERAL(KEY_PEM), "PRIVATE KEY", &err) == DS_OK);
    CHECK(der.len == 138);
    ds_buf_init(&out, sizeof KEY_PEM - 1);
    CHECK(ds_pem_encode(&out, "PRIVATE KEY", ds_buf_content(&der)) == DS_OK);
    CHECK(ds_slice_equal(ds_buf_content(&out), DS_LITERAL(KEY_PEM)));
    ds_buf_free(&out);
    ds_buf_init(&out, sizeof KEY_PEM - 2);
    CHECK(ds_pem_encode(&out, "PRIVATE KEY", ds_buf_content(&der)) == DS_TOO_LARGE);
    ds_buf_free(&out);
    ds_buf_free(&der);
}

static void test_pem_round_trip(void)
{
    unsigned char bytes[200];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(37 * i);
    for (size_t n = 0; n < sizeof bytes; n++) {
        ds_buf text, der;
        ds_error err;
        ds_buf_init(&text, 1024);
        ds_buf_init(&der, n);
        CHECK(ds_pem_encode(&text, "X", ds_slice_of(bytes, n)) == DS_OK);
        CHECK(ds_pem_decode(&der, ds_buf_content(&text), "X", &err) == DS_OK);
        CHECK(ds_slice_equal(ds_buf_content(&der), ds_slice_of(bytes, n)));
        ds_buf_free(&text);
        ds_buf_free(&der);
    }
}

/* Writes hex as a "PRIVATE KEY" and reads it as a P-256 key. */
static ds_status read_der(unsigned char scalar[32], const char *hex)
{
    unsigned char der[256];
    ds_buf pem;
    ds_error err;
    ds_buf_init(&pem, 1024);
    size_t len = test_bytes(der, hex);
    CHECK(ds_pem_encode(&pem, "PRIVATE KEY", ds_slice_of(der, len)) == DS_OK);
    ds_status status = ds_p256_key_from_pem(scalar, ds_buf_content(&pem), &err);
    ds_buf_free(&pem);
    return status;
}

static void test_key_from_pem(void)
{
#define KEY "dff699421cf49c1c74b6a1b5c0f36507f20b06a9d8d71bc74fb6e4665f6824fd"
#define POINT                                                                                      \
    "04892faa0d9a1d3188ad9707d9d0c1b035aa9f25913a2765511ce317d8771134d54488d2d4c4be463134937c3e10" \
    "96"                                                                                           \
    "efeb8837872392e1a356dd650957465ed7b2"
/* What an example in the Rust SDK's tests has beside this key; it is not on the curve. */
#define RUST_POINT                                                                                 \
    "04c4c13de2c4e974cc53a3104521a703fac41cf51768d8dc1d4ba244951c57052475161075592507058410211467" \
    "61"                                                                                           \
    "127d41ffd1d8050cf9c391fc565d33dd3f54"
    static const struct {
        const char *der;
        ds_status status;
    } rows[] = {
        {PKCS8_HEAD KEY "a144034200" POINT, DS_OK},
        /* no public part */
        {"3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420" KEY, DS_OK},
        /* a long length, attributes, parameters once more: not written today, and OpenSSL reads it
         */
        {"30820041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420" KEY, DS_OK},
        {"308189020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420" KEY
         "a144034200" POINT "a000",
         DS_OK},
        {"308193020100301306072a8648ce3d020106082a8648ce3d030107047930770201010420" KEY
         "a00a06082a8648ce3d030107a144034200" POINT,
         DS_OK},
        {"3041020101301306072a8648ce3d020106082a8648ce3d030107042730250201010420" KEY, DS_OK},
        {PKCS8_HEAD KEY "a144034200" POINT "00", DS_INVALID},
        {PKCS8_HEAD KEY "a144034200" RUST_POINT, DS_INVALID},
        {PKCS8_HEAD KEY "a14403420004" G_X G_Y, DS_INVALID}, /* somebody else's */
        {PKCS8_HEAD ZERO "a144034200" POINT, DS_INVALID},
        {PKCS8_HEAD N "a144034200" POINT, DS_INVALID},
        /* secp256k1, Ed25519, an ECPrivateKey bare, nothing */
        {"303e020100301006072a8648ce3d020106052b8104000a042730250201010420" KEY, DS_INVALID},
        {"302e020100300506032b657004220420" KEY, DS_INVALID},
        {"30310201010420" KEY "a00a06082a8648ce3d030107", DS_INVALID},
        {"3000", DS_INVALID},
        {"", DS_INVALID},
    };
    unsigned char scalar[32];
    ds_error err;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memset(scalar, 0xee, sizeof scalar);
        ds_status status = read_der(scalar, rows[i].der);
        if (status != rows[i].status)
            test_count(false, __FILE__, (int)i, "status of this row");
        CHECK(test_hex(scalar, 32, status == DS_OK ? KEY : ZERO));
    }
    for (size_t n = 0; n < sizeof PKCS8_HEAD KEY "a144034200" POINT - 1; n += 2) {
        char part[sizeof PKCS8_HEAD KEY "a144034200" POINT] = "";
        memcpy(part, PKCS8_HEAD KEY "a144034200" POINT, n);
        CHECK(read_der(scalar, part) == DS_INVALID);
    }
    CHECK(ds_p256_key_from_pem(scalar, DS_LITERAL(KEY_PEM), &err) == DS_OK);
    CHECK_HEX(scalar, 32, KEY_SCALAR);
    CHECK(ds_p256_key_from_pem(scalar, DS_LITERAL(KEY_PEM KEY_PEM), &err) == DS_INVALID);
}

/* RFC 6979, A.2.5, and keys that are out of range. */
static void test_rfc6979(void)
{
    static const char key[] = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
    static const struct {
        const char *message, *sig;
    } rows[] = {
        {"sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                   "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
        {"test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
                 "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"},
    };
    unsigned char scalar[32], pub[65], sig[64];
    test_bytes(scalar, key);
    CHECK(ds_p256_public_key(pub, scalar) == DS_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t len = strlen(rows[i].message);
        CHECK(ds_p256_sign_rfc6979(sig, rows[i].message, len, scalar) == DS_OK);
        CHECK(test_hex(sig, sizeof sig, rows[i].sig));
        CHECK(ds_p256_verify(sig, rows[i].message, len, pub) == DS_OK);
    }
    for (unsigned i = 0; i < 200; i++) {
        CHECK(ds_p256_sign_rfc6979(sig, &i, sizeof i, scalar) == DS_OK);
        CHECK(ds_p256_verify(sig, &i, sizeof i, pub) == DS_OK);
    }
    CHECK(ds_p256_sign_rfc6979(sig, NULL, 0, scalar) == DS_OK);
    CHECK(ds_p256_verify(sig, NULL, 0, pub) == DS_OK);
    test_bytes(scalar, N);
    CHECK(ds_p256_sign_rfc6979(sig, "", 0, scalar) == DS_INVALID && test_hex(sig, 64, ZERO ZERO));
}

int main(void)
{
    test_scalars();
    test_rfc6979();
    test_derived();
    test_dh_secret();
    test_signatures();
    test_pem_forms();
    test_pem_limits();
    test_pem_round_trip();
    test_key_from_pem();
    CHECK(ERR_peek_error() == 0);
    return test_done();
}
