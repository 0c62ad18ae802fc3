/* Measuring OS images: what is published of them is read to the byte, whatever it says. The values
 * are those of a made-up image; the log of a real one is not ours to keep. */
#include "attest/cbor_read.h"
#include "attest/td_hob.h"
#include "attest/tdx_lite.h"
#include "test.h"

#define GIB ((uint64_t)1 << 30)

static const char published[] =
    "a36776657273696f6e0365696d616765a36e636d646c696e655f73686133383458307d7d3d2bfe80fb091516cfb189"
    "f29d8b83e558f08737904aede409d0f3564ff505fc6a884c06a26cb459f7b6e9bacd63736b65726e656c5f61757468"
    "656e7469636f64655830e1685b6426d9c5be8691ff8f95eacdc11753355667394aa23124570b14baf68ab322a3aaeb"
    "3c599c448ad5016c709a496d696e697472645f73686133383458300ea077a251cb5b89108623041521d525aa49452a"
    "84239b04232bd69ad66b2885b792748e445082253569dd304c50a1106474647666a3646f766d6669707265323032"
    "353035";

static char hex[2048];
static unsigned char bytes[1024];
static unsigned char mr_td[DS_MR_BYTES], rtmr[3][DS_MR_BYTES];
static const unsigned char acpi[DS_MR_BYTES];

static ds_status measure(ds_slice measurement, uint64_t memory, bool two_pass, ds_error *err)
{
    ds_tdx_lite in = {.measurement = measurement, .memory = memory, .two_pass = two_pass};
    for (int i = 0; i < DS_TDX_LITE_ACPI; i++)
        in.acpi[i] = ds_slice_of(acpi, sizeof acpi);
    return ds_tdx_lite_measure(mr_td, rtmr, &in, err);
}

/* A measurement: the above, then mrtd and td_hob. */
static ds_slice compose(const char *hob)
{
    static const char digest[] =
        "30303bb501a2d83648f9f2556a7c64f226d9fa431d335c15e4df716ffc6335939eb"
        "9dc7036807b6dcc8fab49c83fe1b5"
        "24";
    strcpy(hex, published);
    strcat(hex, "646d727464a26b73696e676c655f7061737358");
    strcat(hex, digest);
    strcat(hex, "6874776f5f7061737358");
    strcat(hex, digest);
    strcat(hex, hob);
    return ds_slice_of(bytes, test_bytes(bytes, hex));
}

static void test_measure(void)
{
    ds_error err;
    ds_slice good = compose("6674645f686f624c80100904000609020b021010");
    CHECK(measure(good, 4 * GIB, false, &err) == DS_OK);
    CHECK(mr_td[0] == 0x30 && mr_td[47] == 0x24);
    for (size_t n = 0; n < good.len; n++) {
        ds_status status = measure(ds_slice_of(good.data, n), 4 * GIB, false, &err);
        CHECK(status == DS_INVALID || status == DS_UNSUPPORTED);
        CHECK(mr_td[0] == 0 && rtmr[0][0] == 0);
    }
    CHECK(measure(good, GIB, false, &err) == DS_UNSUPPORTED);
    CHECK(measure(good, 2 * GIB, true, &err) == DS_OK);
    for (int short_one = 0; short_one < DS_TDX_LITE_ACPI; short_one++) {
        ds_tdx_lite in = {.measurement = good, .memory = 4 * GIB};
        for (int i = 0; i < DS_TDX_LITE_ACPI; i++)
            in.acpi[i] = ds_slice_of(acpi, sizeof acpi - (i == short_one ? 1 : 0));
        CHECK(ds_tdx_lite_measure(mr_td, rtmr, &in, &err) == DS_INVALID);
    }
    bytes[9] = 4;
    CHECK(measure(good, 4 * GIB, false, &err) == DS_UNSUPPORTED);
}

/* One piece of a measurement is another, and all else as it was. */
static void test_edits(void)
{
    static const struct {
        const char *find, *put;
        ds_status status;
    } edits[] = {
        {"76657273696f6e03", "76657273696f6e23", DS_UNSUPPORTED}, /* version -4 */
        {"646f766d6669", "646f766d6649", DS_UNSUPPORTED},         /* the layout's name as bytes */
        {"65323032353035", "65323032353036", DS_UNSUPPORTED},     /* another layout */
        {"64655830e1", "64657830e1", DS_INVALID},                 /* the kernel's digest as text */
        {"58307d7d3d", "582f7d3d", DS_INVALID},     /* the command line's, too short */
        {"58300ea077", "5831000ea077", DS_INVALID}, /* the initrd's, too long */
        {"5830303bb5", "582f3bb5", DS_INVALID},     /* the firmware's */
        {"6f624c80", "6f626c80", DS_INVALID},       /* the hand-off block as text */
    };
    ds_error err;
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        static char edited[2048];
        compose("6674645f686f624c80100904000609020b021010");
        const char *at = strstr(hex, edits[i].find);
        CHECK(at != NULL);
        if (at == NULL)
            continue;
        snprintf(edited, sizeof edited, "%.*s%s%s", (int)(at - hex), hex, edits[i].put,
                 at + strlen(edits[i].find));
        ds_slice wrong = ds_slice_of(bytes, test_bytes(bytes, edited));
        test_count(measure(wrong, 4 * GIB, false, &err) == edits[i].status, __FILE__, __LINE__,
                   edits[i].put);
    }
}

/* The digests of ACPI tables that come with it, each a byte shorter. */
static void test_acpi(void)
{
    ds_error err;
    ds_slice good = compose("6674645f686f624c80100904000609020b021010");
    for (int i = 0; i < DS_TDX_LITE_ACPI; i++) {
        ds_tdx_lite in = {.measurement = good, .memory = 4 * GIB};
        for (int k = 0; k < DS_TDX_LITE_ACPI; k++)
            in.acpi[k] = ds_slice_of(acpi, sizeof acpi - (k == i));
        CHECK(ds_tdx_lite_measure(mr_td, rtmr, &in, &err) == DS_INVALID);
    }
}

static ds_status hob(const char *digits, uint64_t memory)
{
    unsigned char text[256], out[DS_MR_BYTES];
    ds_error err;
    return ds_td_hob_digest(out, ds_slice_of(text, test_bytes(text, digits)), memory, &err);
}

static void test_hob(void)
{
    CHECK(hob("80100904000609020b021010", 4 * GIB) == DS_OK);
    CHECK(hob("8010090400060902", 4 * GIB) == DS_INVALID);
    CHECK(hob("80100904000609020b02101000", 4 * GIB) == DS_INVALID);
    CHECK(hob("801009ff01", 4 * GIB) == DS_INVALID);
    CHECK(hob("8010090200060006", 4 * GIB) == DS_INVALID); /* the same range twice */
    CHECK(hob("801009010000", 4 * GIB) == DS_INVALID);     /* one without pages */
    CHECK(hob("8010090100ffffffff0f", 4 * GIB) == DS_INVALID);
    CHECK(hob("ffffffffffffffffff01", 4 * GIB) == DS_INVALID);
    CHECK(hob("801000", 4 * GIB) == DS_INVALID);
    CHECK(hob("80100000", 4 * GIB) == DS_OK);
    CHECK(hob("", 4 * GIB) == DS_INVALID);
    CHECK(hob("000000", 0) == DS_OK);
}

/* Ranges of a page each, with a page between them: there is room for so many, and no more. */
static void test_ranges(void)
{
    unsigned char text[3 + 3 * (DS_TD_HOB_MAXRANGES + 1)] = {0, 0}, out[DS_MR_BYTES];
    ds_error err;
    for (unsigned count = DS_TD_HOB_MAXRANGES; count <= DS_TD_HOB_MAXRANGES + 1; count++) {
        size_t n = 2;
        text[n++] = (unsigned char)count;
        for (unsigned i = 0; i < count; i++) {
            unsigned start = 2 * i + 1;
            text[n++] = (unsigned char)(start < 128 ? start : start | 0x80);
            if (start >= 128)
                text[n++] = 1;
            text[n++] = 1;
        }
        ds_status status = ds_td_hob_digest(out, ds_slice_of(text, n), 4 * GIB, &err);
        CHECK(status == (count <= DS_TD_HOB_MAXRANGES ? DS_OK : DS_INVALID));
    }
}

static void test_cbor(void)
{
    ds_cbor_item item;
    ds_slice value, from = DS_LITERAL("\x1b\0\0\0\0\0\0\1\0");
    CHECK(ds_cbor_next(&from, &item) && item.kind == DS_CBOR_UINT && item.n == 256);
    from = DS_LITERAL("\x5f");
    CHECK(!ds_cbor_next(&from, &item));
    from = DS_LITERAL("\xc1\0");
    CHECK(!ds_cbor_next(&from, &item));
    from = DS_LITERAL("\xbb\xff\xff\xff\xff\xff\xff\xff\xff");
    CHECK(!ds_cbor_next(&from, &item));
    CHECK(ds_cbor_member(DS_LITERAL("\xa2\x61"
                                    "a\1\x61"
                                    "b\x81\2"),
                         "b", &value) &&
          value.len == 2);
    CHECK(!ds_cbor_member(DS_LITERAL("\xa2\x61"
                                     "a\1\x61"
                                     "a\2"),
                          "a", &value));
    CHECK(!ds_cbor_member(DS_LITERAL("\xa1\1\1"), "a", &value));
    CHECK(!ds_cbor_member(DS_LITERAL("\1"), "a", &value));
}

int main(void)
{
    test_measure();
    test_edits();
    test_acpi();
    test_hob();
    test_ranges();
    test_cbor();
    return test_done();
}
