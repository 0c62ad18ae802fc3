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

int main(void)
{
    make_keys();
    test_keys();
    test_no_point();
    return test_done();
}
