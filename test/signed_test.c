/* Signatures checked with a ring of keys. */
#include "crypto/p256.h"
#include "crypto/signed.h"
#include "test.h"

#define KEYS (DS_KEYRING_MAX + 2) /* more than find room */

static const char text[] = "sample";

static unsigned char points[KEYS][DS_P256_PUBLICBYTES], signatures[KEYS][64];

static void make_keys(void)
{
    for (size_t i = 0; i < KEYS; i++) {
        unsigned char scalar[32] = {0};
        scalar[31] = (unsigned char)(i + 1);
        CHECK(ds_p256_public_key(points[i], scalar) == DS_OK);
        CHECK(ds_p256_sign(signatures[i], text, sizeof text, scalar) == DS_OK);
    }
}

static ds_status check(ds_keyring *ring, size_t key, size_t signature)
{
    return ds_signed_by(ring, ds_slice_of(points[key], sizeof points[key]),
                        ds_slice_of(text, sizeof text), signatures[signature]);
}

/* Each key verifies its own signatures only, when it is made, from the ring and without one. */
static void test_keys(void)
{
    ds_keyring ring = {0};
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < KEYS; i++) {
            CHECK(check(&ring, i, i) == DS_OK);
            CHECK(check(&ring, i, (i + 1) % KEYS) == DS_VERIFY);
            CHECK(check(NULL, i, i) == DS_OK);
        }
    CHECK(ring.count == DS_KEYRING_MAX);
    ds_keyring_free(&ring);
    CHECK(ring.count == 0);
}

/* What is no point of the curve is no key, the first or a later one, and takes no room. */
static void test_no_point(void)
{
    ds_keyring ring = {0};
    unsigned char wrong[DS_P256_PUBLICBYTES];
    memcpy(wrong, points[1], sizeof wrong);
    wrong[sizeof wrong - 1] ^= 1;
    ds_slice key = ds_slice_of(wrong, sizeof wrong), message = ds_slice_of(text, sizeof text);
    CHECK(ds_signed_by(&ring, key, message, signatures[1]) == DS_VERIFY);
    CHECK(check(&ring, 0, 0) == DS_OK);
    CHECK(ds_signed_by(&ring, key, message, signatures[1]) == DS_VERIFY);
    CHECK(ds_signed_by(&ring, ds_slice_of("", 1), message, signatures[0]) == DS_VERIFY);
    CHECK(ring.count == 1);
    ds_keyring_free(&ring);
}

/* What is good is known from then on, what is not never; the last ones asked for stay. */
static void test_known(void)
{
    ds_known_good known = {.count = 0};
    ds_keyring ring = {.known = &known};
    CHECK(check(&ring, 0, 1) == DS_VERIFY && known.count == 0);
    CHECK(check(&ring, 0, 0) == DS_OK && known.count == 1);
    CHECK(check(&ring, 0, 0) == DS_OK && known.count == 1);
    CHECK(check(&ring, 0, 1) == DS_VERIFY && check(&ring, 1, 0) == DS_VERIFY && known.count == 1);
    unsigned char first[32];
    memcpy(first, known.digests[0], sizeof first);
    for (size_t i = 1; i < KEYS; i++)
        CHECK(check(&ring, i, i) == DS_OK && known.count == i + 1);
    CHECK(memcmp(known.digests[KEYS - 1], first, sizeof first) == 0);
    CHECK(check(&ring, 0, 0) == DS_OK && known.count == KEYS);
    CHECK(memcmp(known.digests[0], first, sizeof first) == 0);
    ds_keyring_free(&ring);
}

/* Other texts push out those that were not asked for the longest. */
static void test_known_full(void)
{
    ds_known_good known = {.count = 0};
    ds_keyring ring = {.known = &known};
    unsigned char scalar[32] = {[31] = 1}, mine[64], first[32];
    CHECK(check(&ring, 0, 0) == DS_OK);
    memcpy(first, known.digests[0], sizeof first);
    for (unsigned char i = 0; i < DS_KNOWN_GOOD_MAX; i++) {
        CHECK(memcmp(known.digests[i], first, sizeof first) == 0);
        CHECK(ds_p256_sign(mine, &i, 1, scalar) == DS_OK);
        CHECK(ds_signed_by(&ring, ds_slice_of(points[0], sizeof points[0]), ds_slice_of(&i, 1),
                           mine) == DS_OK);
    }
    CHECK(known.count == DS_KNOWN_GOOD_MAX);
    for (size_t i = 0; i < DS_KNOWN_GOOD_MAX; i++)
        CHECK(memcmp(known.digests[i], first, sizeof first) != 0);
    CHECK(check(&ring, 0, 0) == DS_OK);
    CHECK(memcmp(known.digests[0], first, sizeof first) == 0);
    ds_keyring_free(&ring);
}

/* What lies between key, signature and text belongs to it: none of them can lend a byte. */
static void test_known_borders(void)
{
    ds_known_good known = {.count = 0};
    ds_keyring ring = {.known = &known};
    unsigned char key[DS_P256_PUBLICBYTES + 1], shifted[64], longer[sizeof text + 1];
    CHECK(check(&ring, 0, 0) == DS_OK);
    memcpy(key, points[0], DS_P256_PUBLICBYTES);
    key[DS_P256_PUBLICBYTES] = signatures[0][0];
    memcpy(shifted, signatures[0] + 1, 63);
    shifted[63] = (unsigned char)text[0];
    CHECK(ds_signed_by(&ring, ds_slice_of(key, sizeof key), ds_slice_of(text + 1, sizeof text - 1),
                       shifted) == DS_VERIFY);
    shifted[0] = key[DS_P256_PUBLICBYTES - 1];
    memcpy(shifted + 1, signatures[0], 63);
    longer[0] = signatures[0][63];
    memcpy(longer + 1, text, sizeof text);
    CHECK(ds_signed_by(&ring, ds_slice_of(key, DS_P256_PUBLICBYTES - 1),
                       ds_slice_of(longer, sizeof longer), shifted) == DS_VERIFY);
    ds_keyring_free(&ring);
}

int main(void)
{
    make_keys();
    test_keys();
    test_no_point();
    test_known();
    test_known_full();
    test_known_borders();
    return test_done();
}
