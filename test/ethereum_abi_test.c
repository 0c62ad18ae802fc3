/* The ABI without Lua: types, encoding, decoding, logs; and typed data's types. */
#include "base/json.h"
#include "ethereum/abi_log.h"
#include "ethereum/typed_data.h"
#include "test.h"
#include "vectors.h"

static ds_arena arena;
static ds_error err;
static const ds_path root = {NULL, {"values", 6}, 0};

static ds_slice slice(const char *text)
{
    return ds_slice_of(text, strlen(text));
}

/* Types --------------------------------------------------------------------------------------- */

static bool spells(const char *text, const char *canonical)
{
    ds_abi_type tuple;
    ds_buf out;
    ds_buf_init(&out, 4096);
    bool good = ds_abi_parse_types(&tuple, slice(text), &arena, &err) == DS_OK &&
                ds_abi_type_write(&out, &tuple) == DS_OK &&
                ds_slice_equal(ds_buf_content(&out), slice(canonical));
    ds_buf_free(&out);
    return good;
}

static bool refuses(const char *text, const char *words)
{
    ds_abi_type tuple;
    return ds_abi_parse_types(&tuple, slice(text), &arena, &err) == DS_INVALID &&
           strstr(err.text, words) != NULL;
}

static void test_types(void)
{
    CHECK(spells("", "()"));
    CHECK(spells(" uint a , int[3][] b", "(uint256,int256[3][])"));
    CHECK(spells("tuple(bool x,bytes)[2] t", "((bool,bytes)[2])"));
    CHECK(spells("address payable who,function f", "(address,function)"));
    CHECK(refuses("uint256[", "at character 9: neither"));
    CHECK(refuses("(bool", "at character 6: a ) is missing"));
    CHECK(refuses("bool,", "at character 6: a type is missing"));
    CHECK(refuses("b\x1b[m", "no such type: 'b'"));
}

static size_t head_of(const char *text)
{
    ds_abi_type tuple;
    bool good = ds_abi_parse_types(&tuple, slice(text), &arena, &err) == DS_OK;
    return good && !tuple.dynamic ? tuple.head : good ? 1 : 0;
}

static void test_layout(void)
{
    CHECK(head_of("uint8") == 32);
    CHECK(head_of("uint8[3][2],(bool,bytes3)") == 8 * 32);
    CHECK(head_of("uint8[3][]") == 1);
    CHECK(head_of("(bool,string)[2]") == 1);
    CHECK(head_of("bytes32[524288]") == DS_ABI_DATAMAX);
    CHECK(head_of("bytes32[524289]") == 0);
    CHECK(head_of("bytes32[524288],bool") == 0);
}

static void test_signatures(void)
{
    ds_abi_signature s;
    unsigned char hash[32];
    CHECK(ds_abi_parse_signature(&s, slice("function f(uint a) view returns (bool, int b)"), &arena,
                                 &err) == DS_OK);
    CHECK(s.noun == DS_ABI_FUNCTION_NOUN && s.has_outputs && s.outputs.count == 2);
    CHECK(ds_slice_equal(s.name, slice("f")) && ds_slice_equal(s.inputs.items[0].name, slice("a")));
    CHECK(ds_abi_parse_signature(&s, slice("transfer(address,uint256)"), &arena, &err) == DS_OK);
    CHECK(s.noun == DS_ABI_UNSAID && !s.has_outputs && ds_abi_signature_hash(hash, &s) == DS_OK);
    CHECK_HEX(hash, 4, "a9059cbb");
    CHECK(ds_abi_parse_signature(&s, slice("event E(bool indexed a) anonymous;"), &arena, &err) ==
          DS_OK);
    CHECK(s.noun == DS_ABI_EVENT_NOUN && s.anonymous && s.inputs.items[0].indexed);
    CHECK(ds_abi_parse_signature(&s, slice("error X(int)"), &arena, &err) == DS_OK &&
          s.noun == DS_ABI_ERROR_NOUN);
}

/* Values -------------------------------------------------------------------------------------- */

/* Decodes hex by the types, and encodes again. */
static bool comes_back(const char *types, ds_slice hex, ds_abi_mode mode)
{
    static unsigned char data[16384];
    ds_abi_type tuple;
    ds_abi_value value;
    ds_buf out;
    ds_buf_init(&out, DS_ABI_DATAMAX);
    bool good = hex.len / 2 <= sizeof data && ds_hex_decode(data, hex.data, hex.len) &&
                ds_abi_parse_types(&tuple, slice(types), &arena, &err) == DS_OK &&
                ds_abi_decode(&value, &tuple, ds_slice_of(data, hex.len / 2), mode, &root, &arena,
                              &err) == DS_OK &&
                ds_abi_encode(&out, &tuple, &value) == DS_OK &&
                ds_slice_equal(ds_buf_content(&out), ds_slice_of(data, hex.len / 2));
    ds_buf_free(&out);
    return good;
}

static void join_types(char *out, size_t size, const ds_json *list)
{
    size_t n = 0;
    out[0] = '\0';
    for (const ds_json *item = list->first; item != NULL; item = item->next)
        n += (size_t)snprintf(out + n, size - n, "%s%.*s", n > 0 ? "," : "", (int)item->text.len,
                              (const char *)item->text.data);
}

static void test_vectors(void)
{
    char types[2048];
    size_t count = 0;
    ds_json_doc doc = vectors_read("spec/vectors/ethereum-abi.json");
    for (const ds_json *v = ds_json_member(doc.root, "values")->first; v != NULL; v = v->next) {
        ds_slice hex = vector_text(v, "data");
        hex = ds_slice_of((const char *)hex.data + 2, hex.len - 2);
        join_types(types, sizeof types, ds_json_member(v, "types"));
        CHECK(comes_back(types, hex, DS_ABI_STRICT));
        CHECK(comes_back(types, hex, DS_ABI_LENIENT));
        count++;
    }
    CHECK(count >= 50);
    ds_json_free(&doc);
}

#define ZEROS31 "00000000000000000000000000000000000000000000000000000000000000"
#define WORD(x) ZEROS31 x

/* Decodes data that is wrong, each part of it too. */
static void test_cut(void)
{
    unsigned char data[512];
    ds_abi_type tuple;
    ds_abi_value value;
    size_t n = test_bytes(
        data, WORD("40") WORD("01") WORD("01") WORD("20")
                  WORD("02") "6162000000000000000000000000000000000000000000000000000000000000");
    CHECK(ds_abi_parse_types(&tuple, slice("string[],bool"), &arena, &err) == DS_OK);
    for (size_t len = 0; len <= n; len++) {
        unsigned char *copy = malloc(len + 1); /* sanitizers see what is read behind it */
        if (copy == NULL)
            abort();
        memcpy(copy, data, len);
        ds_status strict = ds_abi_decode(&value, &tuple, ds_slice_of(copy, len), DS_ABI_STRICT,
                                         &root, &arena, &err);
        CHECK(strict == (len == n ? DS_OK : DS_INVALID));
        ds_status lenient = ds_abi_decode(&value, &tuple, ds_slice_of(copy, len), DS_ABI_LENIENT,
                                          &root, &arena, &err);
        CHECK(lenient == (len >= n - 30 ? DS_OK : DS_INVALID));
        if (len == n)
            CHECK(ds_slice_equal(value.list.items[0].list.items[0].bytes, slice("ab")));
        free(copy);
    }
}

/* What the data may make the decoder do is bounded by its length. */
static void test_bomb(void)
{
    ds_abi_type tuple;
    ds_abi_value value;
    ds_buf data;
    ds_buf_init(&data, DS_ABI_DATAMAX);
    ds_u256 word = ds_u256_of(32);
    ds_buf_add(&data, word.bytes, 32);
    for (int level = 0; level < 5; level++) {
        word = ds_u256_of(16);
        ds_buf_add(&data, word.bytes, 32);
        word = ds_u256_of(16 * 32);
        for (int i = 0; i < 16; i++)
            ds_buf_add(&data, word.bytes, 32);
    }
    word = ds_u256_of(0);
    ds_buf_add(&data, word.bytes, 32);
    CHECK(ds_abi_parse_types(&tuple, slice("bytes[][][][][]"), &arena, &err) == DS_OK);
    CHECK(ds_abi_decode(&value, &tuple, ds_buf_content(&data), DS_ABI_LENIENT, &root, &arena,
                        &err) == DS_TOO_LARGE);
    CHECK(ds_abi_decode(&value, &tuple, ds_buf_content(&data), DS_ABI_STRICT, &root, &arena,
                        &err) == DS_INVALID);
    ds_buf_free(&data);
}

/* A buffer with too little room says so, and the encoder writes nothing beside it. */
static void test_room(void)
{
    ds_abi_type tuple;
    ds_abi_value items[2] = {{.bytes = {"abc", 3}}, {.bytes = {"", 0}}};
    ds_abi_value value = {.list = {items, 2}};
    CHECK(ds_abi_parse_types(&tuple, slice("string,bytes"), &arena, &err) == DS_OK);
    for (size_t max = 0; max <= 160; max++) {
        ds_buf out;
        ds_buf_init(&out, max);
        CHECK(ds_abi_encode(&out, &tuple, &value) == (max == 160 ? DS_OK : DS_TOO_LARGE));
        ds_buf_free(&out);
    }
}

/* Typed data ---------------------------------------------------------------------------------- */

static void test_paths(void)
{
    char name[300];
    memset(name, 'n', sizeof name);
    ds_path links[40] = {{NULL, {"message", 7}, 0}};
    links[1] = ds_path_down(&links[0], slice("to\x1b"), 0);
    links[2] = ds_path_down(&links[1], slice(""), 3);
    CHECK(ds_path_fail(&links[2], &err, DS_INVALID, "bad %d", 1) == DS_INVALID);
    CHECK(strcmp(err.text, "message.to.[3]: bad 1") == 0);
    for (size_t i = 1; i < 40; i++)
        links[i] = ds_path_down(&links[i - 1], ds_slice_of(name, sizeof name), 0);
    CHECK(ds_path_fail(&links[39], &err, DS_INVALID, "bad") == DS_INVALID);
    CHECK(strncmp(err.text, "....nnn", 7) == 0 && strlen(err.text) < 270);
    CHECK(strcmp(err.text + strlen(err.text) - 9, "nn...: bad") != 0);
}

static void test_typed(void)
{
    static const ds_typed_member node[] = {{{"label", 5}, {"string", 6}}, {{"sub", 3}, {"A[]", 3}}};
    static const ds_typed_member leaf[] = {{{"n", 1}, {"B", 1}}};
    ds_typed_struct structs[] = {{.name = {"B", 1}, .given = node, .count = 2},
                                 {.name = {"A", 1}, .given = leaf, .count = 1}};
    ds_typed_set set = {structs, 2};
    ds_buf out;
    ds_buf_init(&out, 1024);
    CHECK(ds_typed_resolve(&set, &arena, &err) == DS_OK);
    CHECK(ds_typed_find(&set, slice("C")) == NULL && ds_typed_find(&set, slice("")) == NULL);
    CHECK(ds_typed_primary(&set) == NULL);
    CHECK(ds_typed_encode_type(&out, &set, ds_typed_find(&set, slice("B"))) == DS_OK);
    CHECK(ds_slice_equal(ds_buf_content(&out), slice("B(string label,A[] sub)A(B n)")));
    ds_buf_free(&out);
}

int main(void)
{
    test_types();
    test_layout();
    test_signatures();
    test_vectors();
    test_cut();
    test_bomb();
    test_room();
    test_paths();
    test_typed();
    ds_arena_free(&arena);
    return test_done();
}
