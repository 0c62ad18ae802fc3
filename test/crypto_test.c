/* Hashes, HMAC, HKDF and Ed25519 against published answers. */
#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "crypto/hkdf.h"
#include "crypto/random.h"
#include "test.h"

#define HASHES 9

static const struct {
    const char *name;
    size_t size;
    const char *digest; /* of "app-data:test" */
} hash_rows[HASHES] = {
    {"sha256", 32, "a5d2ef1e94583bef4a02b29278af41b662d239beb36937a993108841b6b3c1fc"},
    {"sha384", 48,
     "520c310d0fa18bedd24891ad191a9b785befe672f518d1c1a5b8d4b6cfb4f233815b825aaaa5466334fe6e2fd3f2"
     "c6a4"},
    {"sha512", 64,
     "1864e059be7e1ec12d9fe9da903d3711e0d72edab19f044cc9d6ac90c32b996b545a9979309bd19c36b803941e8e"
     "3485115e9b794001f2b9f367f6e03c52e532"},
    {"sha3-256", 32, "893acdd0162e33594df56553bea2079b99d7d562284f9eb7fd9458e2add81fe8"},
    {"sha3-384", 48,
     "47b4d35de7240cf179ac5fde22464fa3a076e5142ba0f629b400602b5f2bfe7f01a1bf2d63ef5abbff50a381d703"
     "1be3"},
    {"sha3-512", 64,
     "4ffccda90bf80d7dd814350ebd438f5b3b77aab1d387b27967778597794cc696311f5cd0f50697b796f621ee5c78"
     "784e5d847953f3f1120c48519ce6e4648b4c"},
    {"keccak256", 32, "b877945563d5025eec520b6bb150efcf4c368c491ff1947529be3125d4e5ecb6"},
    {"keccak384", 48,
     "a551aba3b52b345ceeaba78660e95318fd404f947efa8ce16134a9d7dd370248c7a8cf4711dce74e8c4feb01abb4"
     "5ea9"},
    {"keccak512", 64,
     "6dd564fe70580e2476e2ecb78ba5f994b83f8178064257bba498dcab267c5c75135c6b8f268d93415ac8662db510"
     "4abccd51d30c0500da684a7550ae3f3b71c7"},
};

static void test_names(void)
{
    static const ds_slice wrong[] = {
        DS_LITERAL(""),           DS_LITERAL("SHA256"),   DS_LITERAL("sha-256"),
        DS_LITERAL("keccak-256"), DS_LITERAL("sha256\0"), DS_LITERAL("sha25"),
        DS_LITERAL("sha3-256 "),  DS_LITERAL("raw"),      DS_LITERAL("keccak\x00x")};
    for (size_t i = 0; i < HASHES; i++) {
        ds_hash_id id = DS_SHA256;
        const char *name = hash_rows[i].name;
        CHECK(ds_hash_by_name(&id, ds_slice_of(name, strlen(name))) && id == (ds_hash_id)i);
        CHECK(ds_hash_size((ds_hash_id)i) == hash_rows[i].size);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ds_hash_id id = DS_KECCAK512;
        CHECK(!ds_hash_by_name(&id, wrong[i]) && id == DS_KECCAK512);
    }
}

static void test_hashes(void)
{
    unsigned char out[DS_HASH_MAXBYTES];
    ds_slice parts[] = {DS_LITERAL("app-data"), DS_LITERAL(":"), {NULL, 0}, DS_LITERAL("test")};
    for (size_t i = 0; i < HASHES; i++) {
        CHECK(ds_hash((ds_hash_id)i, out, parts, 4) == DS_OK);
        CHECK(test_hex(out, hash_rows[i].size, hash_rows[i].digest));
    }
    CHECK(ds_hash(DS_SHA256, out, NULL, 0) == DS_OK);
    CHECK_HEX(out, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(ds_hash(DS_KECCAK256, out, NULL, 0) == DS_OK);
    CHECK_HEX(out, 32, "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    CHECK(ds_hash_one(DS_KECCAK256, out, "abc", 3) == DS_OK);
    CHECK_HEX(out, 32, "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    unsigned char block[136];
    memset(block, 'a', sizeof block);
    CHECK(ds_hash_one(DS_KECCAK256, out, block, sizeof block) == DS_OK);
    CHECK_HEX(out, 32, "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e");
    CHECK(ds_hash_one(DS_KECCAK512, out, "abc", 3) == DS_OK);
    CHECK_HEX(out, 64,
              "18587dc2ea106b9a1563e32b3312421ca164c7f1f07bc922a9c83d77cea3a1e5d0c69910739025372dc1"
              "4ac9642629379540c17e2a65b19d77aa511a9d00bb96");
}

#define LENGTHS 301

/* One digest over the digests of every length from 0 to 300: all sides of every rate's edges. */
static void test_keccak_lengths(void)
{
    static const char *const want[] = {
        "5e3b50c9bf60e7f8c6efd76c5a677711f606f9239fae1f8e3e0e9239c2cc5964",
        "387cc8937538730431f7c79384765c83c15ca06c178a9f950e9bc376154361a9",
        "cc867d6b35980c4e3f8550623e8b50df4db323e82b8b6be72f4a153f6f3e47d2",
    };
    unsigned char message[LENGTHS], out[DS_HASH_MAXBYTES];
    for (size_t i = 0; i < LENGTHS; i++)
        message[i] = (unsigned char)(7 * i);
    for (size_t kind = 0; kind < 3; kind++) {
        ds_hash_id id = (ds_hash_id)(DS_KECCAK256 + kind);
        ds_hasher all;
        ds_hasher_begin(&all, DS_SHA256);
        for (size_t n = 0; n < LENGTHS; n++) {
            CHECK(ds_hash_one(id, out, message, n) == DS_OK);
            ds_hasher_update(&all, out, ds_hash_size(id));
        }
        CHECK(ds_hasher_final(&all, out) == DS_OK);
        ds_hasher_free(&all);
        CHECK(test_hex(out, 32, want[kind]));
    }
}

static void test_streaming(void)
{
    static const size_t steps[] = {1, 7, 8, 71, 72, 103, 135, 136, 137, 272, 999};
    unsigned char message[1000], whole[DS_HASH_MAXBYTES], out[DS_HASH_MAXBYTES];
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (unsigned char)(i * i);
    for (size_t id = 0; id < HASHES; id++) {
        CHECK(ds_hash_one((ds_hash_id)id, whole, message, sizeof message) == DS_OK);
        for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
            ds_hasher hasher;
            ds_hasher_begin(&hasher, (ds_hash_id)id);
            for (size_t at = 0; at < sizeof message; at += steps[s]) {
                size_t left = sizeof message - at;
                ds_hasher_update(&hasher, message + at, left < steps[s] ? left : steps[s]);
            }
            CHECK(ds_hasher_final(&hasher, out) == DS_OK);
            CHECK(memcmp(out, whole, ds_hash_size((ds_hash_id)id)) == 0);
            ds_hasher_free(&hasher);
            ds_hasher_free(&hasher);
        }
    }
}

/* RFC 4231, cases 1, 2 and 6. */
static void test_hmac(void)
{
    unsigned char key[131], out[DS_HASH_MAXBYTES];
    ds_slice hi[] = {DS_LITERAL("Hi "), DS_LITERAL("There")};
    ds_slice jefe = DS_LITERAL("what do ya want for nothing?");
    ds_slice large = DS_LITERAL("Test Using Larger Than Block-Size Key - Hash Key First");
    memset(key, 0x0b, 20);
    CHECK(ds_hmac(DS_SHA256, out, ds_slice_of(key, 20), hi, 2) == DS_OK);
    CHECK_HEX(out, 32, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(ds_hmac(DS_SHA384, out, ds_slice_of(key, 20), hi, 2) == DS_OK);
    CHECK_HEX(out, 48,
              "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af1"
              "52e8b2fa9cb6");
    CHECK(ds_hmac(DS_SHA512, out, ds_slice_of(key, 20), hi, 2) == DS_OK);
    CHECK_HEX(out, 64,
              "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b"
              "274eaea3f4e4be9d914eeb61f1702e696c203a126854");
    CHECK(ds_hmac(DS_SHA256, out, DS_LITERAL("Jefe"), &jefe, 1) == DS_OK);
    CHECK_HEX(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    CHECK(ds_hmac(DS_SHA256, out, ds_slice_of(key, sizeof key), &large, 1) == DS_OK);
    CHECK_HEX(out, 32, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(ds_hmac(DS_SHA256, out, ds_slice_of(NULL, 0), NULL, 0) == DS_OK);
    CHECK_HEX(out, 32, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    CHECK(ds_hmac(DS_KECCAK256, out, DS_LITERAL("Jefe"), &jefe, 1) == DS_INVALID);
    CHECK_HEX(out, 32, "0000000000000000000000000000000000000000000000000000000000000000");
    CHECK(ds_hmac(DS_SHA3_256, out, DS_LITERAL("Jefe"), &jefe, 1) == DS_INVALID);
}

/* RFC 5869, A.1 to A.3, and the length limit of 2.3. */
static void test_hkdf(void)
{
    static unsigned char bytes[256], out[DS_HKDF_SHA256_MAXBYTES + 1], again[82];
    unsigned char ikm[22];
    ds_slice none = {NULL, 0};
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    memset(ikm, 0x0b, sizeof ikm);
    ds_slice key = ds_slice_of(ikm, sizeof ikm), info = ds_slice_of(bytes + 0xf0, 10);
    CHECK(ds_hkdf_sha256(out, 42, ds_slice_of(bytes, 13), key, &info, 1) == DS_OK);
    CHECK_HEX(
        out, 42,
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    ds_slice split[] = {ds_slice_of(bytes + 0xb0, 1), none, ds_slice_of(bytes + 0xb1, 79)};
    ds_slice salt = ds_slice_of(bytes + 0x60, 80);
    CHECK(ds_hkdf_sha256(out, 82, salt, ds_slice_of(bytes, 80), split, 3) == DS_OK);
    CHECK_HEX(out, 82,
              "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb"
              "41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
    CHECK(ds_hkdf_sha256(again, 81, salt, ds_slice_of(bytes, 80), split, 3) == DS_OK);
    CHECK(memcmp(again, out, 81) == 0);
    CHECK(ds_hkdf_sha256(out, 42, none, key, NULL, 0) == DS_OK);
    CHECK_HEX(
        out, 42,
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    CHECK(ds_hkdf_sha256(out, DS_HKDF_SHA256_MAXBYTES, none, key, NULL, 0) == DS_OK);
    CHECK(test_hex(out, 4, "8da4e775"));
    CHECK(ds_hkdf_sha256(out, sizeof out, none, key, NULL, 0) == DS_INVALID && out[0] == 0);
}

/* The input of RFC 5869's first case, with other hashes. */
static void test_hkdf_hashes(void)
{
    static unsigned char salt[13], info[10], out[DS_HKDF_BLOCKS * DS_SHA512_BYTES + 1];
    unsigned char ikm[22];
    for (unsigned char i = 0; i < 13; i++)
        salt[i] = i;
    for (unsigned char i = 0; i < 10; i++)
        info[i] = (unsigned char)(0xf0 + i);
    memset(ikm, 0x0b, sizeof ikm);
    ds_slice key = ds_slice_of(ikm, 22), salted = ds_slice_of(salt, 13), more = {info, 10};
    CHECK(ds_hkdf(DS_SHA384, out, 42, salted, key, &more, 1) == DS_OK);
    CHECK_HEX(
        out, 42,
        "9b5097a86038b805309076a44b3a9f38063e25b516dcbf369f394cfab43685f748b6457763e4f0204fc5");
    CHECK(ds_hkdf(DS_SHA512, out, 42, salted, key, &more, 1) == DS_OK);
    CHECK_HEX(
        out, 42,
        "832390086cda71fb47625bb5ceb168e4c8e26a1a16ed34d9fc7fe92c1481579338da362cb8d9f925d7cb");
    CHECK(ds_hkdf(DS_SHA512, out, sizeof out - 1, salted, key, &more, 1) == DS_OK);
    CHECK(ds_hkdf(DS_SHA512, out, sizeof out, salted, key, &more, 1) == DS_INVALID);
    CHECK(out[0] == 0);
    CHECK(ds_hkdf(DS_SHA3_256, out, 42, salted, key, &more, 1) == DS_INVALID);
}

/* A hasher and its copy go on apart. */
static void test_hasher_copy(void)
{
    unsigned char out[DS_HASH_MAXBYTES], want[DS_HASH_MAXBYTES];
    for (size_t id = 0; id < HASHES; id++) {
        ds_hasher first, second;
        size_t size = ds_hash_size((ds_hash_id)id);
        ds_hasher_begin(&first, (ds_hash_id)id);
        ds_hasher_update(&first, "ab", 2);
        ds_hasher_copy(&second, &first);
        ds_hasher_update(&first, "c", 1);
        CHECK(ds_hasher_final(&second, out) == DS_OK);
        CHECK(ds_hash_one((ds_hash_id)id, want, "ab", 2) == DS_OK);
        CHECK(memcmp(out, want, size) == 0);
        CHECK(ds_hasher_final(&first, out) == DS_OK);
        CHECK(ds_hash_one((ds_hash_id)id, want, "abc", 3) == DS_OK);
        CHECK(memcmp(out, want, size) == 0);
        ds_hasher_free(&first);
        ds_hasher_free(&second);
    }
}

/* RFC 8032, 7.1, tests 1 to 3. */
static void test_ed25519(void)
{
    static const char *const rows[][4] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
         "1cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
         "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
        {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760"
         "984dc6594a7c15e9716ed28dc027beceea1ec40a"},
    };
    for (size_t i = 0; i < 3; i++) {
        unsigned char seed[32], pub[32], msg[2], sig[64];
        test_bytes(seed, rows[i][0]);
        size_t len = test_bytes(msg, rows[i][2]);
        CHECK(ds_ed25519_public_key(pub, seed) == DS_OK && test_hex(pub, 32, rows[i][1]));
        CHECK(ds_ed25519_sign(sig, msg, len, seed) == DS_OK && test_hex(sig, 64, rows[i][3]));
        CHECK(ds_ed25519_verify(sig, msg, len, pub) == DS_OK);
        memset(sig, 0, sizeof sig);
        CHECK(ds_ed25519_sign_pair(sig, msg, len, seed, pub) == DS_OK);
        CHECK(test_hex(sig, 64, rows[i][3]));
        CHECK(len > 0 || ds_ed25519_verify(sig, NULL, 0, pub) == DS_OK);
        CHECK(ds_ed25519_verify(sig, "abc", 3, pub) == DS_VERIFY);
        sig[63] |= 0x10; /* S + 2^252, no longer below L */
        CHECK(ds_ed25519_verify(sig, msg, len, pub) == DS_VERIFY);
        sig[63] = (unsigned char)(sig[63] ^ 0x10);
        sig[0] ^= 1;
        CHECK(ds_ed25519_verify(sig, msg, len, pub) == DS_VERIFY);
        sig[0] ^= 1;
        memset(pub, 0xff, sizeof pub);
        CHECK(ds_ed25519_verify(sig, msg, len, pub) == DS_VERIFY);
    }
}

/* A signature of zeros by the point y = 0, whose order is 4, verifies for one text in four. */
static void test_ed25519_low_order(void)
{
    unsigned char pub[32] = {0}, sig[64] = {0};
    int good = 0;
    for (unsigned char text = 0; text < 64; text++)
        good += ds_ed25519_verify(sig, &text, 1, pub) == DS_OK;
    CHECK(good > 0 && good < 64);
    CHECK(ds_ed25519_low_order(pub));
    pub[31] = 0x80;
    CHECK(ds_ed25519_low_order(pub));
    pub[31] = 0x40;
    CHECK(!ds_ed25519_low_order(pub));
    pub[31] = 0;
    pub[0] = 2;
    CHECK(!ds_ed25519_low_order(pub));
}

static void test_random(void)
{
    unsigned char a[40] = {0}, b[40] = {0};
    CHECK(ds_random(a, sizeof a) == DS_OK && ds_random(b, sizeof b) == DS_OK);
    CHECK(memcmp(a, b, 20) != 0 && memcmp(a + 20, b + 20, 20) != 0);
    CHECK(ds_random(a, 0) == DS_OK);
}

int main(void)
{
    test_names();
    test_hashes();
    test_keccak_lengths();
    test_streaming();
    test_hmac();
    test_hkdf();
    test_hkdf_hashes();
    test_hasher_copy();
    test_ed25519();
    test_ed25519_low_order();
    test_random();
    return test_done();
}
