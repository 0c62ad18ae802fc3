/* app-compose.json: numbers, forms, and what each SDK's helper hashes. */
#include "base/number.h"
#include "crypto/hash.h"
#include "deploy/compose_hash.h"
#include "deploy/form.h"
#include "vectors.h"

#define TEXT_MAX ((size_t)1 << 20)

static bool number_is(const char *literal, ds_number_form form, const char *wanted)
{
    ds_buf out;
    ds_buf_init(&out, 400);
    bool good = ds_number_put(&out, ds_slice_of(literal, strlen(literal)), form) == DS_OK &&
                ds_slice_equal(ds_buf_content(&out), ds_slice_of(wanted, strlen(wanted)));
    if (!good)
        printf("%s: %.*s instead of %s\n", literal, (int)out.len, (const char *)out.data, wanted);
    ds_buf_free(&out);
    return good;
}

/* JavaScript's forms; where Python's is another, it stands behind. */
static const struct {
    const char *literal, *js, *python;
} numbers[] = {
    {"0", "0", "0"},
    {"-0", "0", "0"},
    {"0.0", "0", "0.0"},
    {"-0.0", "0", "-0.0"},
    {"2.0", "2", "2.0"},
    {"-12.50", "-12.5", "-12.5"},
    {"0.1", "0.1", "0.1"},
    {"0.1000000000000000055511151231257827", "0.1", "0.1"},
    {"0.30000000000000004", "0.30000000000000004", "0.30000000000000004"},
    {"1e15", "1000000000000000", "1000000000000000.0"},
    {"1e16", "10000000000000000", "1e+16"},
    {"1e20", "100000000000000000000", "1e+20"},
    {"1e21", "1e+21", "1e+21"},
    {"1.5E+300", "1.5e+300", "1.5e+300"},
    {"1e-4", "0.0001", "0.0001"},
    {"1e-5", "0.00001", "1e-05"},
    {"1e-6", "0.000001", "1e-06"},
    {"1e-7", "1e-7", "1e-07"},
    {"123.456e-3", "0.123456", "0.123456"},
    {"5e-324", "5e-324", "5e-324"},
    {"2.2250738585072014e-308", "2.2250738585072014e-308", "2.2250738585072014e-308"},
    {"1.7976931348623157e308", "1.7976931348623157e+308", "1.7976931348623157e+308"},
    /* powers of two, where the double below is nearer than the one above */
    {"9007199254740992.0", "9007199254740992", "9007199254740992.0"},
    {"5.684341886080802e-14", "5.684341886080802e-14", "5.684341886080802e-14"},
    {"9.5367431640625e-07", "9.5367431640625e-7", "9.5367431640625e-07"},
    {"1e-99999999999999999999", "0", "0.0"},
    {"0e99999999999999999999", "0", "0.0"},
};

static void test_numbers(void)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        CHECK(number_is(numbers[i].literal, DS_NUMBER_JS, numbers[i].js));
        CHECK(number_is(numbers[i].literal, DS_NUMBER_PYTHON, numbers[i].python));
    }
    static const char large[] = "123456789012345678901234567890";
    CHECK(number_is(large, DS_NUMBER_EXACT, large));
    CHECK(number_is(large, DS_NUMBER_PYTHON, large));
    CHECK(number_is(large, DS_NUMBER_JS, "1.2345678901234568e+29"));
    CHECK(number_is("9007199254740993", DS_NUMBER_JS, "9007199254740992"));
    CHECK(number_is("9007199254740993", DS_NUMBER_EXACT, "9007199254740993"));
    CHECK(number_is("-0.0", DS_NUMBER_GO, "-0"));
    CHECK(number_is("1e-7", DS_NUMBER_GO, "1e-7"));
}

static void test_number_range(void)
{
    ds_buf out;
    ds_buf_init(&out, 400);
    CHECK(ds_number_put(&out, DS_LITERAL("1e400"), DS_NUMBER_JS) == DS_INVALID && out.len == 0);
    CHECK(ds_number_put(&out, DS_LITERAL("-1e999999999999"), DS_NUMBER_EXACT) == DS_INVALID);
    CHECK(ds_number_put(&out, DS_LITERAL("1.5"), DS_NUMBER_EXACT) == DS_OK && out.len == 3);
    ds_buf_free(&out);
    ds_buf_init(&out, 2);
    CHECK(ds_number_put(&out, DS_LITERAL("1.25"), DS_NUMBER_JS) == DS_TOO_LARGE);
    ds_buf_free(&out);
}

/* A thousand digits, of which the last decides. */
static void test_long_literals(void)
{
    char text[1100];
    /* half way between 1 and the double above, exactly: 52 zeros of the 53 decimals are left out */
    const char *half = "1.00000000000000011102230246251565404236316680908203125";
    CHECK(ds_number_double(ds_slice_of(half, strlen(half))) == 1);
    int len = snprintf(text, sizeof text, "%s%01000d", half, 1);
    CHECK(ds_number_double(ds_slice_of(text, (size_t)len)) > 1);
    memset(text, '0', sizeof text);
    CHECK(ds_number_double(ds_slice_of(text, sizeof text)) == 0);
    memset(text, '1', sizeof text);
    memcpy(text + sizeof text - 5, "e-999", 5);
    double value = ds_number_double(ds_slice_of(text, sizeof text));
    CHECK(value > 1.1e95 && value < 1.2e95);
    memcpy(text, "0.", 2);
    memset(text + 2, '0', 1050);
    memcpy(text + 1052, "12e1051", 7);
    CHECK(ds_number_double(ds_slice_of(text, 1059)) == 1.2);
}

/* Every double is what its shortest digits say: bits in plenty, with a generator of our own. */
static void test_shortest(void)
{
    uint64_t state = 88172645463325252u;
    unsigned lost = 0;
    for (int i = 0; i < 200000; i++) {
        double value;
        ds_buf out;
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        uint64_t bits = i % 16 == 0 ? state & UINT64_C(0x7ff0000000000000) : state;
        memcpy(&value, &bits, sizeof value);
        if (value - value != 0)
            continue;
        ds_buf_init(&out, 64);
        if (ds_number_put_js(&out, value) != DS_OK ||
            ds_number_double(ds_buf_content(&out)) != value)
            lost++;
        ds_buf_free(&out);
    }
    CHECK(lost == 0);
}

static bool hashes_to(ds_slice text, ds_slice hex)
{
    unsigned char digest[DS_SHA256_BYTES];
    char own[2 * DS_SHA256_BYTES];
    if (ds_hash_one(DS_SHA256, digest, text.data, text.len) != DS_OK)
        return false;
    ds_hex_encode(own, digest, sizeof digest);
    return ds_slice_equal(hex, ds_slice_of(own, sizeof own));
}

static bool writes(ds_slice text, const char *form, ds_slice wanted)
{
    ds_buf out;
    ds_error err;
    ds_buf_init(&out, TEXT_MAX);
    const ds_json_style *style = ds_form_by_name(ds_slice_of(form, strlen(form)));
    bool good = style != NULL && ds_form_write(&out, text, style, &err) == DS_OK &&
                ds_slice_equal(ds_buf_content(&out), wanted);
    ds_buf_free(&out);
    return good;
}

static void test_forms(const ds_json *vectors)
{
    for (const ds_json *v = ds_json_member(vectors, "forms")->first; v != NULL; v = v->next) {
        char form[32] = "";
        ds_slice name = vector_text(v, "form"), text = vector_text(v, "text");
        memcpy(form, name.data, name.len);
        CHECK(writes(text, form, text) && hashes_to(text, vector_text(v, "sha256")));
    }
    ds_slice small = DS_LITERAL("{\"b\":[],\"a\":{\"\\u00e9\":[1.0,{}]}}");
    CHECK(writes(small, "compact-sorted", DS_LITERAL("{\"a\":{\"\xc3\xa9\":[1,{}]},\"b\":[]}")));
    CHECK(writes(small, "compact", DS_LITERAL("{\"b\":[],\"a\":{\"\xc3\xa9\":[1,{}]}}")));
    CHECK(writes(small, "jq",
                 DS_LITERAL("{\n  \"b\": [],\n  \"a\": {\n    \"\xc3\xa9\": [\n      1,\n      {}\n"
                            "    ]\n  }\n}\n")));
    CHECK(writes(DS_LITERAL("[\"\xf0\x9f\x9a\x80\x7f\"]"), "dstack-cloud",
                 DS_LITERAL("[\n  \"\\ud83d\\ude80\\u007f\"\n]")));
    CHECK(writes(DS_LITERAL("{\"constructor\":1,\"b\":{\"__proto__\":2},\"a\":3}"),
                 "compact-sorted",
                 DS_LITERAL("{\"a\":3,\"b\":{\"__proto__\":2},\"constructor\":1}")));
    CHECK(writes(DS_LITERAL("{\"10\":1,\"9\":2,\"\":3,\"01\":4,\"4294967295\":5}"),
                 "compact-sorted",
                 DS_LITERAL("{\"9\":2,\"10\":1,\"\":3,\"01\":4,\"4294967295\":5}")));
}

static void test_form_failures(void)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"{\"a\":1,\"b\":{\"c\":1,\"c\":2}}", "two members of one name, in member 'b'"},
        {"{\"a\":1,\"a\":1}", "two members of one name, in member 'a'"},
        {"{\"a\":[1e400]}", "double's range, in member 'a'"},
        {"{\"a\":\"\\ud800\"}", "lone surrogate"},
        {"{\"a\":1", "json:"},
        {"", "json:"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ds_buf out;
        ds_error err;
        ds_buf_init(&out, TEXT_MAX);
        CHECK(ds_form_write(&out, ds_slice_of(bad[i].text, strlen(bad[i].text)), ds_form_at(0),
                            &err) == DS_INVALID &&
              strstr(err.text, bad[i].says) != NULL);
        ds_buf_free(&out);
    }
    ds_buf out;
    ds_error err;
    ds_buf_init(&out, 4);
    CHECK(ds_form_write(&out, DS_LITERAL("[1,2,3]"), ds_form_at(0), &err) == DS_TOO_LARGE);
    ds_buf_free(&out);
    CHECK(ds_form_by_name(DS_LITERAL("nobody's")) == NULL);
}

/* Whether that helper makes of the text what the vector says: a text with its digest, or none. */
static bool makes(ds_slice text, const ds_flavour *flavour, bool normalize, const ds_json *wanted)
{
    ds_buf out;
    ds_error err;
    ds_buf_init(&out, TEXT_MAX);
    bool made = ds_compose_canonical(&out, text, flavour, normalize, &err) == DS_OK;
    bool good = made != (ds_json_member(wanted, "error") != NULL);
    if (good && made)
        good = ds_slice_equal(ds_buf_content(&out), vector_text(wanted, "text")) &&
               hashes_to(ds_buf_content(&out), vector_text(wanted, "sha256"));
    ds_buf_free(&out);
    return good;
}

/* No helper is asked about text that is not UTF-8, whatever its language makes of it. */
static bool is_refused(ds_slice text)
{
    ds_json_doc doc;
    ds_error err;
    if (ds_json_parse(&doc, text.data, text.len, &err) != DS_OK)
        return strncmp(err.text, "utf8", 4) == 0;
    ds_json_free(&doc);
    return false;
}

static void test_case(const ds_json *vector)
{
    ds_slice text = vector_text(vector, "text");
    CHECK_VECTOR(vector, hashes_to(text, vector_text(vector, "raw_sha256")));
    if (is_refused(text)) {
        CHECK_VECTOR(vector,
                     ds_slice_equal(vector_text(vector, "name"), DS_LITERAL("lone_surrogate")));
        return;
    }
    for (size_t i = 0; ds_flavour_at(i) != NULL; i++) {
        const ds_json *own = ds_json_member(vector, ds_flavour_name(ds_flavour_at(i)));
        const ds_json *normalized = ds_json_member(own, "normalized");
        const ds_json *plain = ds_json_member(own, "plain");
        CHECK_VECTOR(vector, makes(text, ds_flavour_at(i), false, plain));
        CHECK_VECTOR(vector, normalized == NULL || makes(text, ds_flavour_at(i), true, normalized));
    }
}

static void test_helpers(const ds_json *vectors)
{
    size_t count = 0;
    for (const ds_json *v = ds_json_member(vectors, "cases")->first; v != NULL;
         v = v->next, count++)
        test_case(v);
    CHECK(count == 24);
    for (const ds_json *v = ds_json_member(vectors, "numbers")->first; v != NULL; v = v->next) {
        char text[128];
        ds_slice value = vector_text(v, "value");
        int len = snprintf(text, sizeof text, "{\"runner\":\"docker-compose\",\"x\":%.*s}",
                           (int)value.len, (const char *)value.data);
        CHECK(makes(ds_slice_of(text, (size_t)len), ds_flavour_by_name(vector_text(v, "flavour")),
                    false, v));
    }
}

/* What has no vector: refusals, and Go's way with names. */
static bool canonical_is(const char *flavour, const char *text, const char *wanted)
{
    ds_buf out;
    ds_error err;
    ds_buf_init(&out, TEXT_MAX);
    ds_status status =
        ds_compose_canonical(&out, ds_slice_of(text, strlen(text)),
                             ds_flavour_by_name(ds_slice_of(flavour, strlen(flavour))), true, &err);
    bool good = status == DS_OK
                    ? ds_slice_equal(ds_buf_content(&out), ds_slice_of(wanted, strlen(wanted)))
                    : status == DS_INVALID && strstr(err.text, wanted) != NULL;
    ds_buf_free(&out);
    return good;
}

static void test_edges(void)
{
    CHECK(canonical_is("js", "[]", "an array and no object"));
    CHECK(canonical_is("js", "{\"pre_launch_script\":-0.0,\"a\":1}", "{\"a\":1}"));
    CHECK(canonical_is("js", "{\"pre_launch_script\":[]}", "{\"pre_launch_script\":[]}"));
    CHECK(canonical_is("js", "{\"b\":{\"constructor\":{\"z\":1,\"a\":2},\"1\":3,\"__proto__\":4}}",
                       "{\"b\":{\"1\":3,\"constructor\":{\"z\":1,\"a\":2},\"__proto__\":4}}"));
    CHECK(canonical_is("python", "{\"runner\":5,\"pre_launch_script\":[]}", "{\"runner\":\"5\"}"));
    CHECK(canonical_is("python", "{\"runner\":null}", "{\"runner\":\"None\"}"));
    CHECK(canonical_is("python", "{\"runner\":true}", "{\"runner\":\"True\"}"));
    CHECK(canonical_is("python", "{\"runner\":[]}", "it is no text"));
    CHECK(canonical_is("python", "{\"runner\":\"\",\"to_dict\":1}", "'to_dict'"));
    CHECK(canonical_is("python", "{\"runner\":\"\",\"requirements\":null}", "given twice"));
    CHECK(canonical_is("python", "{\"runner\":\"\",\"docker_config\":[]}", "it is no object"));
    CHECK(canonical_is("python", "{\"runner\":\"\",\"a\":1,\"a\":null}", "{\"runner\":\"\"}"));
    CHECK(canonical_is("go", "{\"NAME\":\"n\",\"Runner\":\"r\"}",
                       "{\"name\":\"n\",\"runner\":\"r\"}"));
    CHECK(canonical_is("go", "{\"runner\":\"r\",\"RUNNER\":null}", "{\"runner\":\"r\"}"));
    CHECK(canonical_is("go", "{\"features\":[\"a\"],\"Features\":null}", "{\"runner\":\"\"}"));
    CHECK(canonical_is("go", "{\"NAME\":1,\"name\":\"\"}", "a string wanted, got a number"));
    CHECK(canonical_is("go", "{\"name\":1}", "a string wanted, got a number"));
    CHECK(canonical_is("go", "{\"public_logs\":\"\"}", "a boolean wanted"));
    CHECK(canonical_is("go", "{\"features\":\"\"}", "a list of strings wanted"));
    CHECK(canonical_is("go", "{\"features\":[1]}", "strings in the list wanted"));
    CHECK(canonical_is("go", "{\"requirements\":1}", "an object wanted"));
    CHECK(canonical_is("go", "{\"manifest_version\":1e400}", "double's range"));
    CHECK(canonical_is("go", "{\"manifest_version\":[-0.0,{\"b\":1,\"a\":2}]}",
                       "{\"manifest_version\":[-0,{\"a\":2,\"b\":1}],\"runner\":\"\"}"));
}

int main(void)
{
    ds_json_doc doc = vectors_read("spec/vectors/compose.json");
    test_numbers();
    test_number_range();
    test_long_literals();
    test_shortest();
    test_forms(doc.root);
    test_form_failures();
    test_helpers(doc.root);
    test_edges();
    ds_json_free(&doc);
    return test_done();
}
