/* MessagePack: the shortest form of everything, at the sizes where it changes. */
#include "attest/msgpack.h"
#include "test.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static unsigned char zeros[70000];

static void test_lengths(void)
{
    static const struct {
        ds_status (*put)(ds_buf *, ds_slice);
        size_t n;
        const char *head;
    } cases[] = {
        {ds_msgpack_text, 0, "a0"},
        {ds_msgpack_text, 31, "bf"},
        {ds_msgpack_text, 32, "d920"},
        {ds_msgpack_text, 255, "d9ff"},
        {ds_msgpack_text, 256, "da0100"},
        {ds_msgpack_text, 65535, "daffff"},
        {ds_msgpack_text, 65536, "db00010000"},
        {ds_msgpack_bin, 0, "c400"},
        {ds_msgpack_bin, 255, "c4ff"},
        {ds_msgpack_bin, 256, "c50100"},
        {ds_msgpack_bin, 65535, "c5ffff"},
        {ds_msgpack_bin, 65536, "c600010000"},
        {ds_msgpack_integers, 15, "9f"},
        {ds_msgpack_integers, 16, "dc0010"},
        {ds_msgpack_integers, 255, "dc00ff"},
        {ds_msgpack_integers, 65535, "dcffff"},
        {ds_msgpack_integers, 65536, "dd00010000"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t head = strlen(cases[i].head) / 2;
        ds_buf out;
        ds_buf_init(&out, sizeof zeros + 8);
        CHECK(cases[i].put(&out, ds_slice_of(zeros, cases[i].n)) == DS_OK);
        CHECK(out.len == head + cases[i].n && test_hex(out.data, head, cases[i].head));
        ds_buf_free(&out);
    }
}

static void test_integers(void)
{
    static const struct {
        uint32_t n;
        const char *hex;
    } cases[] = {
        {0, "00"},       {127, "7f"},       {128, "cc80"},         {255, "ccff"},
        {256, "cd0100"}, {65535, "cdffff"}, {65536, "ce00010000"}, {0x08000001, "ce08000001"}};
    ds_buf out;
    ds_buf_init(&out, 64);
    for (size_t i = 0; i < COUNT(cases); i++) {
        ds_buf_clear(&out);
        CHECK(ds_msgpack_uint(&out, cases[i].n) == DS_OK);
        CHECK(test_hex(out.data, out.len, cases[i].hex));
    }
    ds_buf_free(&out);
}

static void test_others(void)
{
    ds_buf out;
    ds_buf_init(&out, 64);
    ds_msgpack_map(&out, 3);
    ds_msgpack_array(&out, 2);
    ds_msgpack_nil(&out);
    ds_msgpack_key(&out, "kind");
    ds_msgpack_hex(&out, DS_LITERAL("\xab\x01"));
    CHECK(ds_msgpack_integers(&out, DS_LITERAL("\x7f\x80")) == DS_OK);
    CHECK_HEX(out.data, out.len,
              "8392c0a46b696e64a46162303192"
              "7fcc80");
    ds_buf_free(&out);
    ds_buf_init(&out, 3);
    CHECK(ds_msgpack_text(&out, DS_LITERAL("abc")) == DS_TOO_LARGE);
    ds_buf_free(&out);
}

int main(void)
{
    test_lengths();
    test_integers();
    test_others();
    return test_done();
}
