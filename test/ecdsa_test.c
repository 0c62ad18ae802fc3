/* ECDSA over P-256 and P-384, and the DER form of signatures. */
#include "crypto/ecdsa.h"
#include "test.h"

#define P256_X    "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
#define P256_Y    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
#define P256_SPKI "3059301306072a8648ce3d020106082a8648ce3d030107034200"
#define P384_X                                                                                     \
    "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480" \
    "bc13"
#define P384_Y                                                                                     \
    "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd253326" \
    "4720"
#define P384_SPKI "3076301006072a8648ce3d020106052b81040022036200"

/* RFC 6979, A.2.5 and A.2.6, over "sample". */
static const struct {
    ds_curve curve;
    ds_hash_id hash;
    const char *der;
} signatures[] = {
    {DS_CURVE_P256, DS_SHA256,
     "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716022100f7cb1c942d65"
     "7c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
    {DS_CURVE_P256, DS_SHA512,
     "30450221008496a60b5e9b47c825488827e0495b0e3fa109ec4568fd3f8d1097678eb97f0002202362ab1adbe2b8"
     "adf9cb9edab740ea6049c028114f2460f96554f61fae3302fe"},
    {DS_CURVE_P384, DS_SHA384,
     "306602310094edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e"
     "36dd1e80fabe4602310099ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145"
     "786e679e7b82c71a38628ac8"},
};

static const struct {
    ds_curve curve;
    ds_status status;
    const char *hex;
} keys[] = {
    {DS_CURVE_P256, DS_OK, "04" P256_X P256_Y},
    {DS_CURVE_P256, DS_OK, "03" P256_X},
    {DS_CURVE_P256, DS_OK, P256_SPKI "04" P256_X P256_Y},
    {DS_CURVE_P256, DS_OK,
     "3039301306072a8648ce3d020106082a8648ce3d030107032200"
     "03" P256_X},
    {DS_CURVE_P256, DS_VERIFY, "02" P256_X},
    {DS_CURVE_P256, DS_INVALID, "07" P256_X P256_Y},
    {DS_CURVE_P256, DS_INVALID, "04" P256_X P256_X},
    {DS_CURVE_P256, DS_INVALID, P256_X P256_Y},
    {DS_CURVE_P256, DS_INVALID, "04" P256_X},
    {DS_CURVE_P256, DS_INVALID, "00"},
    {DS_CURVE_P256, DS_INVALID, "30"},
    {DS_CURVE_P256, DS_INVALID, ""},
    {DS_CURVE_P256, DS_INVALID, P256_SPKI "04" P256_X P256_Y "00"},
    {DS_CURVE_P256, DS_INVALID, P256_SPKI},
    {DS_CURVE_P256, DS_INVALID, "04" P384_X P384_Y},
    {DS_CURVE_P256, DS_INVALID, P384_SPKI "04" P384_X P384_Y},
    {DS_CURVE_P384, DS_OK, "04" P384_X P384_Y},
    {DS_CURVE_P384, DS_OK, "02" P384_X},
    {DS_CURVE_P384, DS_OK, P384_SPKI "04" P384_X P384_Y},
    {DS_CURVE_P384, DS_INVALID, "06" P384_X P384_Y},
    {DS_CURVE_P384, DS_INVALID, P256_SPKI "04" P256_X P256_Y},
};

/* Out: sig, raw. Returns the DER form of the signature. */
static ds_slice signature(size_t i, unsigned char *sig, unsigned char *der)
{
    ds_slice form = ds_slice_of(der, test_bytes(der, signatures[i].der));
    CHECK(ds_ecdsa_from_der(sig, ds_curve_number_size(signatures[i].curve), form) == DS_OK);
    return form;
}

static void test_keys(void)
{
    unsigned char key[160], sig[96], der[DS_ECDSA_DERBYTES];
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t which = keys[i].curve == DS_CURVE_P256 ? 0 : 2;
        ds_slice public_key = ds_slice_of(key, test_bytes(key, keys[i].hex));
        signature(which, sig, der);
        test_count(ds_ecdsa_verify(keys[i].curve, signatures[which].hash, sig, DS_LITERAL("sample"),
                                   public_key) == keys[i].status,
                   __FILE__, __LINE__, keys[i].hex);
    }
}

static void test_signatures(void)
{
    static const char *const points[] = {"04" P256_X P256_Y, "04" P384_X P384_Y};
    unsigned char key[97], sig[96], der[DS_ECDSA_DERBYTES], again[DS_ECDSA_DERBYTES];
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        ds_curve curve = signatures[i].curve;
        ds_hash_id hash = signatures[i].hash;
        size_t size = ds_curve_number_size(curve);
        ds_slice public_key = ds_slice_of(key, test_bytes(key, points[curve]));
        ds_slice form = signature(i, sig, der);
        CHECK(ds_ecdsa_to_der(again, sig, size) == form.len);
        CHECK(memcmp(again, der, form.len) == 0);
        CHECK(ds_ecdsa_verify(curve, hash, sig, DS_LITERAL("sample"), public_key) == DS_OK);
        CHECK(ds_ecdsa_verify(curve, hash, sig, DS_LITERAL("samplf"), public_key) == DS_VERIFY);
        CHECK(ds_ecdsa_verify(curve, hash, sig, DS_LITERAL(""), public_key) == DS_VERIFY);
        CHECK(ds_ecdsa_verify(curve, DS_SHA3_256, sig, DS_LITERAL("sample"), public_key) ==
              DS_INVALID);
        sig[2 * size - 1] ^= 1;
        CHECK(ds_ecdsa_verify(curve, hash, sig, DS_LITERAL("sample"), public_key) == DS_VERIFY);
        memset(sig, 0, size);
        CHECK(ds_ecdsa_verify(curve, hash, sig, DS_LITERAL("sample"), public_key) == DS_VERIFY);
        memset(sig, 0xff, size);
        CHECK(ds_ecdsa_verify(curve, hash, sig, DS_LITERAL("sample"), public_key) == DS_VERIFY);
    }
}

/* Numbers of one byte, which are enough to see every rule. */
static void test_der(void)
{
    static const struct {
        ds_status status;
        const char *hex, *raw;
    } rows[] = {
        {DS_OK, "3006020101020102", "0102"},
        {DS_OK, "3006020100020100", "0000"},
        {DS_OK, "3007020200ff02017f", "ff7f"},
        {DS_OK, "300802020080020200ff", "80ff"},
        {DS_INVALID, "", "0000"},
        {DS_INVALID, "30", "0000"},
        {DS_INVALID, "3000", "0000"},
        {DS_INVALID, "3003020101", "0000"},             /* one number */
        {DS_INVALID, "3009020101020102020103", "0000"}, /* three */
        {DS_INVALID, "300602010102010200", "0000"},     /* more behind */
        {DS_INVALID, "3007020101020102", "0000"},       /* too short */
        {DS_INVALID, "30060201010202", "0000"},
        {DS_INVALID, "3106020101020102", "0000"},   /* a SET */
        {DS_INVALID, "3006030101020102", "0000"},   /* a BIT STRING */
        {DS_INVALID, "308106020101020102", "0000"}, /* a long length */
        {DS_INVALID, "3080020101020102", "0000"},   /* without a length */
        {DS_INVALID, "3007028101010201", "0000"},
        {DS_INVALID,
         "3005020002"
         "0102",
         "0000"},                                   /* an empty number */
        {DS_INVALID, "3006020180020101", "0000"},   /* a negative one */
        {DS_INVALID, "300702020001020101", "0000"}, /* a zero too many */
        {DS_INVALID, "300702020000020101", "0000"},
        {DS_INVALID, "300702020101020101", "0000"}, /* 257 */
        {DS_INVALID, "30080203000101020101", "0000"},
    };
    unsigned char der[64], sig[2], again[DS_ECDSA_DERBYTES];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = test_bytes(der, rows[i].hex);
        memset(sig, 0xee, sizeof sig);
        test_count(ds_ecdsa_from_der(sig, 1, ds_slice_of(der, n)) == rows[i].status, __FILE__,
                   __LINE__, rows[i].hex);
        CHECK(test_hex(sig, 2, rows[i].raw));
        if (rows[i].status == DS_OK)
            CHECK(ds_ecdsa_to_der(again, sig, 1) == n && memcmp(again, der, n) == 0);
    }
}

/* The longest there can be is as long as the header says. */
static void test_longest(void)
{
    unsigned char sig[2 * DS_ECDSA_NUMBERBYTES], der[DS_ECDSA_DERBYTES];
    memset(sig, 0xff, sizeof sig);
    CHECK(ds_ecdsa_to_der(der, sig, DS_ECDSA_NUMBERBYTES) == DS_ECDSA_DERBYTES);
    CHECK(ds_ecdsa_from_der(sig, DS_ECDSA_NUMBERBYTES, ds_slice_of(der, sizeof der)) == DS_OK);
    CHECK(sig[0] == 0xff && sig[sizeof sig - 1] == 0xff);
}

int main(void)
{
    test_keys();
    test_signatures();
    test_der();
    test_longest();
    return test_done();
}
