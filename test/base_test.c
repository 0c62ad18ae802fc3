#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/json_order.h"
#include "base/library.h"
#include "base/utf8.h"
#include "base/wipe.h"
#include "test.h"

static void test_hex_coding(void)
{
    unsigned char out[4];
    char text[8];
    ds_hex_encode(text, "\x00\x9a\xff\x10", 4);
    CHECK(memcmp(text, "009aff10", 8) == 0);
    CHECK(ds_hex_decode(out, "009AfF10", 8) && memcmp(out, "\x00\x9a\xff\x10", 4) == 0);
    CHECK(ds_hex_decode(out, "", 0));
    static const char *const bad[] = {"0", "0x", "0g", " 0", "00 0", "0\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(!ds_hex_decode(out, bad[i], strlen(bad[i])));
    CHECK(!ds_hex_decode(out, "0\0", 2));
}

static void test_utf8(void)
{
    static const char *const good[] = {"", "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\xa6\x80"};
    static const char *const bad[] = {
        "\x80",
        "\xc0\x80",
        "\xc1\xbf",
        "\xe0\x80\x80",
        "\xed\xa0\x80",
        "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xe2\x82",
        "\xe2\x82z",
        "\xff",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK(ds_utf8_valid(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(!ds_utf8_valid(bad[i], strlen(bad[i])));
    CHECK(ds_utf8_valid("a\0b", 3));
}

static void test_buf(void)
{
    ds_buf buf;
    ds_buf_init(&buf, 300);
    CHECK(ds_buf_text(&buf, "abc") == DS_OK && ds_buf_hex(&buf, "\x01\xfe", 2) == DS_OK);
    CHECK(ds_buf_printf(&buf, "%d", 42) == DS_OK);
    CHECK(buf.len == 9 && memcmp(buf.data, "abc01fe42", 9) == 0);
    CHECK(ds_buf_grow(&buf, 291) != NULL && buf.len == 300);
    CHECK(ds_buf_byte(&buf, 'x') == DS_TOO_LARGE && buf.len == 300);
    CHECK(ds_buf_text(&buf, "") == DS_TOO_LARGE); /* a failure stays */
    ds_buf_clear(&buf);
    CHECK(ds_buf_status(&buf) == DS_OK && buf.len == 0 && ds_buf_text(&buf, "y") == DS_OK);
    CHECK(ds_buf_grow(&buf, (size_t)-1) == NULL && ds_buf_status(&buf) == DS_TOO_LARGE);
    ds_buf_free(&buf);
    CHECK(buf.data == NULL && buf.len == 0);
}

static void test_arena(void)
{
    ds_arena arena = {NULL};
    ds_slice copy;
    unsigned char *first = ds_arena_alloc(&arena, 3);
    unsigned char *large = ds_arena_alloc(&arena, 100000);
    CHECK(first != NULL && large != NULL && first[2] == 0 && large[99999] == 0);
    CHECK(ds_arena_copy(&arena, &copy, DS_LITERAL("text")));
    CHECK(copy.len == 4 && strcmp(copy.data, "text") == 0);
    CHECK(ds_arena_alloc(&arena, (size_t)-1) == NULL);
    ds_arena_free(&arena);
    CHECK(arena.chunks == NULL);
}

static void test_excerpt(void)
{
    char out[16];
    CHECK(strcmp(ds_excerpt(out, sizeof out, "a\0b\x1b[31m\n\xff", 10), "a.b.[31m..") == 0);
    CHECK(strcmp(ds_excerpt(out, sizeof out, "0123456789abcdef", 16), "0123456789ab...") == 0);
    CHECK(strcmp(ds_excerpt(out, sizeof out, "01234567890\xc3\xa9", 13), "01234567890...") == 0);
    CHECK(strcmp(ds_excerpt(out, sizeof out, "\xc3\xa9", 2), "\xc3\xa9") == 0);
    CHECK(strcmp(ds_excerpt(out, sizeof out,
                            "a\xc2\x9b"
                            "b\xe2\x80\xae"
                            "c",
                            8),
                 "a.b.c") == 0);
    CHECK(strcmp(ds_excerpt(out, sizeof out, "\xe2\x82\xac", 3), "\xe2\x82\xac") == 0);
}

/* JSON ---------------------------------------------------------------------------------------- */

static bool accepts(const char *text, size_t len)
{
    ds_json_doc doc;
    ds_error err;
    bool good = ds_json_parse(&doc, text, len, &err) == DS_OK;
    ds_json_free(&doc);
    return good;
}

/* Refused, with a reason that begins with kind and that goes on with ':'. */
static bool refuses(const char *text, size_t len, const char *kind)
{
    ds_json_doc doc;
    ds_error err;
    bool good = ds_json_parse(&doc, text, len, &err) == DS_INVALID && doc.root == NULL &&
                strncmp(err.text, kind, strlen(kind)) == 0 && err.text[strlen(kind)] == ':';
    ds_json_free(&doc);
    return good;
}

#define ACCEPTS(text)       CHECK(accepts(text, sizeof(text) - 1))
#define REFUSES(text, kind) CHECK(refuses(text, sizeof(text) - 1, kind))

static void test_json_grammar(void)
{
    ACCEPTS("{}");
    ACCEPTS(" \t\r\n[1 , -0.5e+10, 1E2, \"a\\u0000\", true,false,null]\n");
    ACCEPTS("0");
    ACCEPTS("\"\\ud83e\\udd80\"");
    ACCEPTS("{\"x\":1,\"x\":2}");
    REFUSES("", "json");
    REFUSES("\xef\xbb\xbf{}", "json");
    REFUSES("{}x", "trailing");
    REFUSES("{}\0", "trailing");
    REFUSES("{\"a\":1,}", "json");
    REFUSES("[1,]", "json");
    REFUSES("{\"a\":1 /* c */}", "json");
    REFUSES("[NaN]", "json");
    REFUSES("[-Infinity]", "json");
    REFUSES("[01]", "json");
    REFUSES("[0x10]", "json");
    REFUSES("[1.]", "json");
    REFUSES("[.5]", "json");
    REFUSES("[+1]", "json");
    REFUSES("[1e]", "json");
    REFUSES("[\"\\x\"]", "json");
    REFUSES("[\"a\nb\"]", "json");
    REFUSES("[\"a", "json");
    REFUSES("[\"\\", "json");
    REFUSES("[\"\\u12", "json");
    REFUSES("[\"\\ud800\"]", "utf8");
    REFUSES("[\"\\ud800\\u0041\"]", "utf8");
    REFUSES("[\"\\udc00\"]", "utf8");
    REFUSES("[\"\xc0\xaf\"]", "utf8");
    REFUSES("{'a':1}", "json");
    REFUSES("{a:1}", "json");
    REFUSES("[tru]", "json");
    REFUSES("{\0}", "json");
}

static void test_json_values(void)
{
    ds_json_doc doc;
    ds_error err;
    uint64_t n;
    const char text[] = "{\"k\\u0065y\":\"a\\u0000\\u00e9\\n\",\"n\":[18446744073709551615,1.0,-1,"
                        "18446744073709551616,1e3]}";
    CHECK(ds_json_parse(&doc, text, sizeof text - 1, &err) == DS_OK);
    const ds_json *key = ds_json_member(doc.root, "key");
    CHECK(doc.root->count == 2 && key != NULL && key->type == DS_JSON_STRING);
    CHECK(ds_slice_equal(key->text, DS_LITERAL("a\0\xc3\xa9\n")));
    const ds_json *item = ds_json_member(doc.root, "n")->first;
    CHECK(ds_json_u64(item, &n) && n == UINT64_MAX);
    for (item = item->next; item != NULL; item = item->next)
        CHECK(!ds_json_u64(item, &n));
    CHECK(!ds_json_u64(key, &n));
    CHECK(ds_json_member(doc.root, "none") == NULL);
    ds_json_free(&doc);
}

static void test_json_depth(void)
{
    static char text[200001];
    memset(text, '[', 100000);
    CHECK(refuses(text, 100000, "depth"));
    memset(text + 128, ']', 128);
    CHECK(accepts(text, 256));
    memset(text, '[', 129);
    memset(text + 129, ']', 129);
    CHECK(refuses(text, 258, "depth"));
}

static void test_json_names_the_member(void)
{
    ds_json_doc doc;
    ds_error err;
    const char text[] = "{\"good\":1,\"app_name\":\"\\ud800\"}";
    CHECK(ds_json_parse(&doc, text, sizeof text - 1, &err) == DS_INVALID);
    CHECK(strstr(err.text, "app_name") != NULL);
}

static void test_json_write(void)
{
    ds_buf out;
    ds_buf_init(&out, 1000);
    ds_json_put_string(&out, DS_LITERAL("a\"\\/\b\f\n\r\t\x01\x1f\x7f\xc3\xa9\0z"));
    const char want[] = "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xc3\xa9\\u0000z\"";
    CHECK(out.len == sizeof want - 1 && memcmp(out.data, want, out.len) == 0);
    ds_buf_free(&out);
}

static void test_library(void)
{
    static const char *const there[] = {"strlen", "toupper", NULL}, *const newer[] = {"strlen", "x",
                                                                                      NULL};
    struct {
        size_t (*strlen)(const char *);
        int (*toupper)(int);
    } table;
    ds_error err;
    CHECK(ds_library_load(&(ds_library){"libc.so.6", "tests", "libc6", there}, &table, &err) ==
          DS_OK);
    CHECK(table.strlen("four") == 4 && table.toupper('a') == 'A');
    CHECK(ds_library_load(&(ds_library){"libc.so.6", "tests", "libc6", newer}, &table, &err) ==
          DS_UNSUPPORTED);
    CHECK(strcmp(err.text, "libc.so.6 is too old for tests: it has no x") == 0);
    CHECK(ds_library_load(&(ds_library){"libnone.so.0", "tests", "libnone0", there}, &table,
                          &err) == DS_UNSUPPORTED);
    CHECK(strstr(err.text, "libnone.so.0 is needed for tests: install libnone0 (") == err.text);
}

/* Returns what is wrong with the members' names; "" when nothing is. */
static const char *twice(const char *text)
{
    static ds_error err;
    ds_json_doc doc;
    err.text[0] = '\0';
    CHECK(ds_json_parse(&doc, text, strlen(text), &err) == DS_OK);
    ds_status status = ds_json_distinct(doc.root, &err);
    CHECK(status == (err.text[0] == '\0' ? DS_OK : DS_INVALID));
    ds_json_free(&doc);
    return err.text;
}

static void test_json_distinct(void)
{
    static const char *const good[] = {
        "1",
        "{}",
        "[]",
        "{\"a\":1,\"b\":1,\"A\":1}",
        "[{\"a\":1},{\"a\":1}]",
        "{\"a\":{\"a\":{\"a\":1}},\"ab\":1}",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK(twice(good[i])[0] == '\0');
    const char *said = "duplicate: member 'a' appears twice in one object";
    CHECK(strcmp(twice("{\"a\":1,\"b\":2,\"a\":1}"), said) == 0);
    CHECK(strcmp(twice("{\"a\":1,\"\\u0061\":1}"), said) == 0);
    CHECK(strcmp(twice("[1,[{\"b\":{\"a\":1,\"a\":null}}]]"), said) == 0);
}

int main(void)
{
    test_hex_coding();
    test_utf8();
    test_buf();
    test_arena();
    test_excerpt();
    test_json_grammar();
    test_json_values();
    test_json_depth();
    test_json_names_the_member();
    test_json_distinct();
    test_json_write();
    test_library();
    CHECK(ds_equal("abc", "abc", 3) && !ds_equal("abc", "abd", 3));
    return test_done();
}
