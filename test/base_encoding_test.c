/* Base58 and base64: published pairs, every short text, and what is refused. */
#include "base/base58.h"
#include "base/base64.h"
#include "test.h"

typedef struct pair {
    const char *hex, *text;
} pair;

/* Bitcoin's own vectors, and draft-msporny-base58's. */
static const pair base58_pairs[] = {
    {"", ""},
    {"61", "2g"},
    {"626262", "a3gV"},
    {"636363", "aPEr"},
    {"73696d706c792061206c6f6e6720737472696e67", "2cFupjhnEsSn59qHXstmK2ffpLv2"},
    {"00eb15231dfceb60925886b67d065299925915aeb172c06647", "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L"},
    {"516b6fcd0f", "ABnLTmg"},
    {"bf4f89001e670274dd", "3SEo3LWLoPntC"},
    {"572e4794", "3EFU7m"},
    {"ecac89cad93923c02321", "EJDM8drfXA6uyA"},
    {"10c8511e", "Rt5zm"},
    {"00000000000000000000", "1111111111"},
    {"48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U"},
    {"0000287fb4cd", "11233QC4"},
};

static bool encodes(ds_buf *out, const pair *row)
{
    unsigned char bytes[64];
    size_t n = test_bytes(bytes, row->hex);
    ds_buf_clear(out);
    return ds_base58_encode(out, ds_slice_of(bytes, n)) == DS_OK &&
           ds_slice_equal(ds_buf_content(out), ds_slice_of(row->text, strlen(row->text)));
}

static bool decodes(ds_buf *out, const pair *row)
{
    ds_error err;
    ds_buf_clear(out);
    return ds_base58_decode(out, ds_slice_of(row->text, strlen(row->text)), &err) == DS_OK &&
           test_hex(out->data, out->len, row->hex);
}

static void test_base58(void)
{
    ds_buf out;
    ds_buf_init(&out, 1024);
    for (size_t i = 0; i < sizeof base58_pairs / sizeof *base58_pairs; i++) {
        CHECK(encodes(&out, &base58_pairs[i]));
        CHECK(decodes(&out, &base58_pairs[i]));
    }
    ds_buf_free(&out);
}

static void check_base58_refused(const char *text, size_t len, ds_status status, const char *words)
{
    ds_buf out;
    ds_error err;
    ds_buf_init(&out, 1 << 16);
    CHECK(ds_buf_text(&out, "before") == DS_OK);
    CHECK(ds_base58_decode(&out, ds_slice_of(text, len), &err) == status);
    CHECK(err.status == status && strcmp(err.text, words) == 0);
    CHECK(ds_slice_equal(ds_buf_content(&out), DS_LITERAL("before")));
    ds_buf_free(&out);
}

static void test_base58_refused(void)
{
    static char ones[DS_BASE58_MAXTEXT + 1];
    memset(ones, '1', sizeof ones);
    check_base58_refused("0", 1, DS_INVALID, "base58: character 1 is no base58 digit");
    check_base58_refused("2gO", 3, DS_INVALID, "base58: character 3 is no base58 digit");
    check_base58_refused("2I", 2, DS_INVALID, "base58: character 2 is no base58 digit");
    check_base58_refused("2l", 2, DS_INVALID, "base58: character 2 is no base58 digit");
    check_base58_refused("2g\0", 3, DS_INVALID, "base58: character 3 is no base58 digit");
    check_base58_refused(" 2g", 3, DS_INVALID, "base58: character 1 is no base58 digit");
    check_base58_refused(ones, DS_BASE58_MAXBYTES + 1, DS_TOO_LARGE,
                         "base58: more than 2048 bytes");
    check_base58_refused(ones, sizeof ones, DS_TOO_LARGE, "base58: more than 2048 bytes");
}

/* The longest there is, both ways. */
static void test_base58_limit(void)
{
    static unsigned char bytes[DS_BASE58_MAXBYTES + 1];
    ds_buf text, back;
    ds_error err;
    memset(bytes, 0xff, sizeof bytes);
    ds_buf_init(&text, DS_BASE58_MAXTEXT);
    ds_buf_init(&back, DS_BASE58_MAXBYTES);
    CHECK(ds_base58_encode(&text, ds_slice_of(bytes, DS_BASE58_MAXBYTES + 1)) == DS_TOO_LARGE);
    CHECK(ds_base58_encode(&text, ds_slice_of(bytes, DS_BASE58_MAXBYTES)) == DS_OK);
    CHECK(ds_base58_decode(&back, ds_buf_content(&text), &err) == DS_OK);
    CHECK(ds_slice_equal(ds_buf_content(&back), ds_slice_of(bytes, DS_BASE58_MAXBYTES)));
    ds_buf_free(&text);
    ds_buf_free(&back);
}

/* RFC 4648, section 10, and the two digits in which the alphabets differ. */
static void test_base64(void)
{
    static const struct {
        const char *hex, *padded, *url;
    } rows[] = {
        {"", "", ""},
        {"66", "Zg==", "Zg"},
        {"666f", "Zm8=", "Zm8"},
        {"666f6f", "Zm9v", "Zm9v"},
        {"666f6f62", "Zm9vYg==", "Zm9vYg"},
        {"666f6f6261", "Zm9vYmE=", "Zm9vYmE"},
        {"666f6f626172", "Zm9vYmFy", "Zm9vYmFy"},
        {"fbefbeffffff", "++++////", "----____"},
    };
    ds_buf out;
    ds_error err;
    unsigned char bytes[16];
    ds_buf_init(&out, 64);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ds_slice in = ds_slice_of(bytes, test_bytes(bytes, rows[i].hex));
        for (int kind = DS_BASE64; kind <= DS_BASE64URL; kind++) {
            const char *text = kind == DS_BASE64 ? rows[i].padded : rows[i].url;
            ds_slice want = ds_slice_of(text, strlen(text));
            ds_buf_clear(&out);
            CHECK(ds_base64_encode(&out, in, (ds_base64_kind)kind) == DS_OK);
            CHECK(ds_slice_equal(ds_buf_content(&out), want));
            ds_buf_clear(&out);
            CHECK(ds_base64_decode(&out, want, (ds_base64_kind)kind, &err) == DS_OK);
            CHECK(ds_slice_equal(ds_buf_content(&out), in));
        }
    }
    ds_buf_free(&out);
}

static void test_base64_refused(void)
{
    static const struct {
        ds_base64_kind kind;
        const char *text, *words;
    } rows[] = {
        {DS_BASE64, "Zg", "base64: 2 characters are no multiple of 4"},
        {DS_BASE64, "Zg=", "base64: 3 characters are no multiple of 4"},
        {DS_BASE64, "Z===", "base64: character 2 is no base64 digit"},
        {DS_BASE64, "====", "base64: character 1 is no base64 digit"},
        {DS_BASE64, "Zg==Zg==", "base64: character 3 is no base64 digit"},
        {DS_BASE64, "Zh==", "base64: the bits behind the last byte are not zero"},
        {DS_BASE64, "Zm9=", "base64: the bits behind the last byte are not zero"},
        {DS_BASE64, "Zm9v\nZm9", "base64: character 5 is no base64 digit"},
        {DS_BASE64, "Zm-v", "base64: character 3 is no base64 digit"},
        {DS_BASE64URL, "Zm+v", "base64url: character 3 is no base64url digit"},
        {DS_BASE64URL, "Zg==", "base64url: character 3 is no base64url digit"},
        {DS_BASE64URL, "Zm9vY", "base64url: 5 characters are one too many"},
        {DS_BASE64URL, "Zh", "base64url: the bits behind the last byte are not zero"},
        {DS_BASE64URL, "Zm\xc3\xa9", "base64url: character 3 is no base64url digit"},
    };
    ds_buf out;
    ds_error err;
    ds_buf_init(&out, 64);
    CHECK(ds_buf_text(&out, "before") == DS_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ds_slice text = ds_slice_of(rows[i].text, strlen(rows[i].text));
        CHECK(ds_base64_decode(&out, text, rows[i].kind, &err) == DS_INVALID);
        test_count(strcmp(err.text, rows[i].words) == 0, __FILE__, __LINE__, rows[i].words);
        CHECK(ds_slice_equal(ds_buf_content(&out), DS_LITERAL("before")));
    }
    ds_buf_free(&out);
    ds_buf_init(&out, 2);
    CHECK(ds_base64_decode(&out, DS_LITERAL("Zm9v"), DS_BASE64, &err) == DS_TOO_LARGE);
    CHECK(ds_base64_encode(&out, DS_LITERAL("a"), DS_BASE64) == DS_TOO_LARGE);
    ds_buf_free(&out);
}

/* Of the texts of two characters that decode, each is what its byte encodes to. */
static void test_base64_is_one_to_one(void)
{
    int good = 0, same = 0;
    ds_buf byte, back;
    ds_error err;
    ds_buf_init(&byte, 8);
    ds_buf_init(&back, 8);
    for (unsigned i = 0; i < 1u << 16; i++) {
        const char text[2] = {(char)(i >> 8), (char)(i & 255)};
        ds_buf_clear(&byte);
        ds_buf_clear(&back);
        if (ds_base64_decode(&byte, ds_slice_of(text, 2), DS_BASE64URL, &err) != DS_OK)
            continue;
        good++;
        same += ds_base64_encode(&back, ds_buf_content(&byte), DS_BASE64URL) == DS_OK &&
                ds_slice_equal(ds_buf_content(&back), ds_slice_of(text, 2));
    }
    CHECK(good == 256);
    CHECK(same == 256);
    ds_buf_free(&byte);
    ds_buf_free(&back);
}

/* Any byte in any place of a group: 64 of them are digits, and what these are is what the other
 * reader says. */
static void test_base64_groups(void)
{
    unsigned char bytes[6];
    ds_error err;
    ds_buf out;
    ds_buf_init(&out, 6);
    for (int place = 0; place < 8; place++) {
        int digits = 0;
        for (int c = 0; c < 256; c++) {
            unsigned char text[] = "Zm9vZm9v";
            text[place] = (unsigned char)c;
            bool good = ds_base64_groups(bytes, text, 2);
            bool whole =
                c != '=' && ds_base64_decode(&out, ds_slice_of(text, 8), DS_BASE64, &err) == DS_OK;
            CHECK(good == whole && good == (ds_base64_value((unsigned char)c) >= 0));
            CHECK(!good || memcmp(out.data, bytes, sizeof bytes) == 0);
            digits += good;
            ds_buf_clear(&out);
        }
        CHECK(digits == 64);
    }
    CHECK(ds_base64_value('A') == 0 && ds_base64_value('/') == 63 && ds_base64_value('=') == -1);
    ds_buf_free(&out);
}

int main(void)
{
    test_base58();
    test_base58_refused();
    test_base58_limit();
    test_base64();
    test_base64_refused();
    test_base64_is_one_to_one();
    test_base64_groups();
    return test_done();
}
