/* X25519 and AES-256-GCM against published answers. */
#include "crypto/aes_gcm.h"
#include "crypto/x25519.h"
#include "test.h"

/* RFC 7748, 5.2. */
static void test_scalar_multiplication(void)
{
    static const char *const rows[][3] = {
        {"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
         "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
         "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
        {"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
         "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
         "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"},
    };
    unsigned char secret[32], pub[32], shared[32];
    for (size_t i = 0; i < 2; i++) {
        test_bytes(secret, rows[i][0]);
        test_bytes(pub, rows[i][1]);
        CHECK(ds_x25519_shared_secret(shared, secret, pub) == DS_OK);
        CHECK(test_hex(shared, 32, rows[i][2]));
    }
}

/* RFC 7748, 6.1. */
static void test_agreement(void)
{
    unsigned char alice[32], bob[32], pub[32], shared[32];
    test_bytes(alice, "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    test_bytes(bob, "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    CHECK(ds_x25519_public_key(pub, alice) == DS_OK);
    CHECK_HEX(pub, 32, "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    CHECK(ds_x25519_shared_secret(shared, bob, pub) == DS_OK);
    CHECK_HEX(shared, 32, "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    CHECK(ds_x25519_public_key(pub, bob) == DS_OK);
    CHECK_HEX(pub, 32, "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    CHECK(ds_x25519_shared_secret(shared, alice, pub) == DS_OK);
    CHECK_HEX(shared, 32, "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

/* The points of order 1, 2, 4 and 8, and two of them written with the prime added. */
static void test_low_order(void)
{
    static const char *const points[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    };
    unsigned char secret[32], pub[32], shared[32];
    memset(secret, 0x42, sizeof secret);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        test_bytes(pub, points[i]);
        memset(shared, 0xff, sizeof shared);
        CHECK(ds_x25519_shared_secret(shared, secret, pub) == DS_INVALID);
        CHECK_HEX(shared, 32, "0000000000000000000000000000000000000000000000000000000000000000");
    }
}

/* The GCM specification's test cases 13 to 16 (McGrew and Viega, appendix B). */
static const struct {
    const char *key, *nonce, *plain, *aad, *sealed;
} gcm_rows[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "00000000000000000000000000000000", "",
     "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
     "b525b16aedf5aa0de657ba637b391aafd255",
     "",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b105682"
     "8838c5f61e6393ba7a0abcc9f662898015adb094dac5d93471bdec1a502270e3cc6c"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
     "b525b16aedf5aa0de657ba637b39",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b105682"
     "8838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
};

typedef struct sealed_case {
    unsigned char key[32], nonce[12], plain[64], aad[20], sealed[80];
    size_t plain_len, aad_len;
} sealed_case;

static sealed_case read_case(size_t i)
{
    sealed_case c;
    test_bytes(c.key, gcm_rows[i].key);
    test_bytes(c.nonce, gcm_rows[i].nonce);
    c.plain_len = test_bytes(c.plain, gcm_rows[i].plain);
    c.aad_len = test_bytes(c.aad, gcm_rows[i].aad);
    test_bytes(c.sealed, gcm_rows[i].sealed);
    return c;
}

static ds_status open_case(unsigned char *out, const sealed_case *c)
{
    return ds_aes256_gcm_open(out, c->key, c->nonce, ds_slice_of(c->sealed, c->plain_len + 16),
                              ds_slice_of(c->aad, c->aad_len));
}

static void test_gcm(void)
{
    unsigned char out[80];
    for (size_t i = 0; i < sizeof gcm_rows / sizeof *gcm_rows; i++) {
        sealed_case c = read_case(i);
        CHECK(ds_aes256_gcm_seal(out, c.key, c.nonce, ds_slice_of(c.plain, c.plain_len),
                                 ds_slice_of(c.aad, c.aad_len)) == DS_OK);
        CHECK(memcmp(out, c.sealed, c.plain_len + 16) == 0);
        CHECK(open_case(out, &c) == DS_OK);
        CHECK(memcmp(out, c.plain, c.plain_len) == 0);
    }
}

/* Opens with one byte changed: nothing may be left of the text. */
static void check_changed(sealed_case *c, unsigned char *byte)
{
    static const unsigned char zero[64];
    unsigned char out[64];
    memset(out, 0xff, sizeof out);
    *byte ^= 0x80;
    CHECK(open_case(out, c) == DS_VERIFY);
    CHECK(memcmp(out, zero, c->plain_len) == 0);
    *byte ^= 0x80;
}

static void test_gcm_changed(void)
{
    unsigned char out[64];
    sealed_case c = read_case(3);
    check_changed(&c, &c.key[31]);
    check_changed(&c, &c.nonce[0]);
    check_changed(&c, &c.aad[19]);
    for (size_t i = 0; i < c.plain_len + 16; i++)
        check_changed(&c, &c.sealed[i]);
    CHECK(open_case(out, &c) == DS_OK);
    CHECK(ds_aes256_gcm_open(out, c.key, c.nonce, ds_slice_of(c.sealed, 15),
                             ds_slice_of(NULL, 0)) == DS_INVALID);
    CHECK(ds_aes256_gcm_open(out, c.key, c.nonce,
                             ds_slice_of(c.sealed, DS_AES256_GCM_MAXBYTES + 17),
                             ds_slice_of(NULL, 0)) == DS_TOO_LARGE);
    CHECK(ds_aes256_gcm_seal(out, c.key, c.nonce, ds_slice_of(c.plain, 1),
                             ds_slice_of(c.aad, DS_AES256_GCM_MAXBYTES + 1)) == DS_TOO_LARGE);
}

int main(void)
{
    test_scalar_multiplication();
    test_agreement();
    test_low_order();
    test_gcm();
    test_gcm_changed();
    return test_done();
}
