/* Numbers of 256 bits: texts, ranges, scales. */
#include "ethereum/u256.h"
#include "test.h"

#define MAX256 "115792089237316195423570985008687907853269984665640564039457584007913129639935"
#define MIN256 "-57896044618658097711785492504343953926634992332820282019728792003956564819968"

static ds_error err;
static ds_u256 value;

static ds_slice slice(const char *text)
{
    return ds_slice_of(text, strlen(text));
}

static bool reads(const char *text, unsigned bits, bool is_signed, const char *hex)
{
    return ds_u256_read(&value, slice(text), (ds_u256_range){bits, is_signed}, &err) == DS_OK &&
           test_hex(value.bytes, DS_U256_BYTES, hex);
}

static bool refuses(const char *text, unsigned bits, bool is_signed, const char *words)
{
    return ds_u256_read(&value, slice(text), (ds_u256_range){bits, is_signed}, &err) ==
               DS_INVALID &&
           strstr(err.text, words) != NULL && ds_u256_is_zero(&value);
}

#define ZEROS15 "000000000000000000000000000000"
#define ONES15  "ffffffffffffffffffffffffffffff"

static void test_read(void)
{
    CHECK(reads("0", 8, false, "0000" ZEROS15 ZEROS15));
    CHECK(reads("255", 8, false, "00" ZEROS15 ZEROS15 "ff"));
    CHECK(reads("0xFf", 8, false, "00" ZEROS15 ZEROS15 "ff"));
    CHECK(reads("0x000000ff", 8, false, "00" ZEROS15 ZEROS15 "ff"));
    CHECK(reads("007", 8, false, "00" ZEROS15 ZEROS15 "07"));
    CHECK(reads("-1", 8, true, "ffff" ONES15 ONES15));
    CHECK(reads("-128", 8, true, "ff" ONES15 ONES15 "80"));
    CHECK(reads("-0x80", 8, true, "ff" ONES15 ONES15 "80"));
    CHECK(reads("-0", 8, false, "0000" ZEROS15 ZEROS15));
    CHECK(reads(MAX256, 256, false, "ffff" ONES15 ONES15));
    CHECK(reads(MIN256, 256, true, "8000" ZEROS15 ZEROS15));
    CHECK(reads("340282366920938463463374607431768211455", 128, false, ZEROS15 "00ff" ONES15));
    CHECK(reads("340282366920938463463374607431768211456", 136, false, ZEROS15 "01" ZEROS15 "00"));
}

static void test_refuse(void)
{
    static const char *const junk[] = {"",    "-",    "0x",    "-0x", "+1",  " 1",  "1 ", "1.0",
                                       "1e3", "0x1g", "1_000", "0X1", "one", "--1", "1\n"};
    for (size_t i = 0; i < sizeof junk / sizeof *junk; i++)
        CHECK(refuses(junk[i], 256, true, "not a whole number"));
    CHECK(refuses("256", 8, false, "out of the range of uint8"));
    CHECK(refuses("-1", 8, false, "negative, which uint8 cannot be"));
    CHECK(refuses("128", 8, true, "out of the range of int8"));
    CHECK(refuses("-129", 8, true, "out of the range of int8"));
    CHECK(refuses("0xff", 8, true, "out of the range of int8"));
    CHECK(refuses("0x8" ZEROS15 ZEROS15 "000", 256, true, "out of the range of int256"));
    CHECK(refuses(MAX256, 256, true, "out of the range of int256"));
    CHECK(refuses(MAX256 "0", 256, false, "more than 256 bits"));
    CHECK(refuses("0x1" ZEROS15 ZEROS15 "0000", 256, false, "more than 256 bits"));
    CHECK(refuses("115792089237316195423570985008687907853269984665640564039457584007913129639936",
                  256, false, "more than 256 bits"));
}

static bool scales(const char *text, unsigned decimals, const char *wei, const char *back)
{
    ds_buf out;
    ds_buf_init(&out, 256);
    bool good = ds_u256_read_scaled(&value, slice(text), decimals, &err) == DS_OK &&
                ds_u256_print(&out, &value, false) == DS_OK &&
                ds_slice_equal(ds_buf_content(&out), slice(wei));
    ds_buf_clear(&out);
    good = good && ds_u256_print_scaled(&out, &value, decimals) == DS_OK &&
           ds_slice_equal(ds_buf_content(&out), slice(back));
    ds_buf_free(&out);
    return good;
}

static bool refuses_scaled(const char *text, unsigned decimals, const char *words)
{
    return ds_u256_read_scaled(&value, slice(text), decimals, &err) == DS_INVALID &&
           strstr(err.text, words) != NULL && ds_u256_is_zero(&value);
}

static void test_scale(void)
{
    CHECK(scales("1.5", 18, "1500000000000000000", "1.5"));
    CHECK(scales("0.000000000000000001", 18, "1", "0.000000000000000001"));
    CHECK(scales("0", 18, "0", "0"));
    CHECK(scales("10", 0, "10", "10"));
    CHECK(scales("100.00", 2, "10000", "100"));
    CHECK(scales("1", 77, "1" ZEROS15 ZEROS15 "00000000000000000", "1"));
    CHECK(scales(MAX256, 0, MAX256, MAX256));
    CHECK(refuses_scaled("1.50", 1, "2 digits behind the point, and the unit has 1"));
    CHECK(refuses_scaled("1.0", 0, "1 digits behind the point"));
    CHECK(refuses_scaled("2", 77, "more than 256 bits"));
    static const char *const junk[] = {"",   ".",   "1.",    ".5",  "-1",
                                       "+1", "1e3", "1.5.1", "0x1", "1,5"};
    for (size_t i = 0; i < sizeof junk / sizeof *junk; i++)
        CHECK(refuses_scaled(junk[i], 18, "not digits"));
}

static bool prints(const char *text, bool is_signed, const char *hex)
{
    ds_buf out;
    ds_buf_init(&out, 256);
    bool good = ds_u256_read(&value, slice(text), (ds_u256_range){256, is_signed}, &err) == DS_OK &&
                ds_u256_print(&out, &value, is_signed) == DS_OK &&
                ds_slice_equal(ds_buf_content(&out), slice(text));
    ds_buf_clear(&out);
    good = good && ds_u256_print_hex(&out, &value) == DS_OK &&
           ds_slice_equal(ds_buf_content(&out), slice(hex));
    ds_buf_free(&out);
    return good;
}

static void test_print(void)
{
    CHECK(prints("0", false, "0x0"));
    CHECK(prints("16", false, "0x10"));
    CHECK(prints("1000", true, "0x3e8"));
    CHECK(prints("-1", true, "0xffff" ONES15 ONES15));
    CHECK(prints(MAX256, false, "0xffff" ONES15 ONES15));
    CHECK(prints(MIN256, true, "0x8000" ZEROS15 ZEROS15));
}

static void test_words(void)
{
    uint64_t n = 7;
    value = ds_u256_of(UINT64_MAX);
    CHECK(ds_u256_to_u64(&n, &value) && n == UINT64_MAX);
    CHECK(reads("18446744073709551616", 256, false,
                "00" ZEROS15 "00000000000000"
                "01"
                "0000000000000000"));
    CHECK(!ds_u256_to_u64(&n, &value) && n == UINT64_MAX);
    value = ds_u256_of(128);
    CHECK(ds_u256_fits(&value, (ds_u256_range){8, false}));
    CHECK(!ds_u256_fits(&value, (ds_u256_range){8, true}));
    value = ds_u256_negated(&value);
    CHECK(ds_u256_fits(&value, (ds_u256_range){8, true}));
    CHECK(!ds_u256_fits(&value, (ds_u256_range){7, true}));
    CHECK(ds_u256_fits(&value, DS_UINT256));
    value = ds_u256_of(0);
    value = ds_u256_negated(&value);
    CHECK(ds_u256_is_zero(&value));
}

int main(void)
{
    test_read();
    test_refuse();
    test_scale();
    test_print();
    test_words();
    return test_done();
}
