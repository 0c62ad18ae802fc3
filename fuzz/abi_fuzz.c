/* The ABI's types and decoder. Input: a byte that says which, a line of types or a signature, then
 * data. What decodes strictly encodes to the same bytes; what values the data are made into decode
 * to the same values; lenient decoding takes all that strict decoding takes, and says the same. */
#include "ethereum/abi_log.h"
#include "ethereum/typed_data.h"
#include "fuzz.h"

#define OUT_MAX 65536

static const ds_path root = {NULL, {"values", 6}, 0};

static void check_status(ds_status status, const ds_error *err)
{
    PROMISE(status == DS_OK || status == DS_INVALID || status == DS_TOO_LARGE);
    PROMISE(status == DS_OK || (err->status == status && err->text[0] != '\0'));
}

/* The canonical spelling is one of the same types. */
static void check_spelling(const ds_abi_type *tuple, ds_arena *arena)
{
    ds_buf once, twice;
    ds_abi_type again;
    ds_error err;
    ds_buf_init(&once, 8 * DS_ABI_TEXTMAX);
    ds_buf_init(&twice, 8 * DS_ABI_TEXTMAX);
    PROMISE(ds_abi_type_write(&once, tuple) == DS_OK);
    ds_slice inside = ds_slice_of(once.data + 1, once.len - 2); /* without the parentheses */
    if (inside.len <= DS_ABI_TEXTMAX) {
        PROMISE(ds_abi_parse_types(&again, inside, arena, &err) == DS_OK);
        PROMISE(ds_abi_type_write(&twice, &again) == DS_OK);
        PROMISE(ds_slice_equal(ds_buf_content(&once), ds_buf_content(&twice)));
        PROMISE(again.dynamic == tuple->dynamic && again.depth == tuple->depth);
    }
    ds_buf_free(&once);
    ds_buf_free(&twice);
}

/* Decoding ---------------------------------------------------------------------------------------
 */

static bool is_encoded_as(const ds_abi_type *tuple, const ds_abi_value *value, ds_slice data)
{
    ds_buf out;
    ds_buf_init(&out, OUT_MAX);
    bool same =
        ds_abi_encode(&out, tuple, value) == DS_OK && ds_slice_equal(ds_buf_content(&out), data);
    ds_buf_free(&out);
    return same;
}

static void check_decoder(const ds_abi_type *tuple, ds_slice data, ds_arena *arena)
{
    ds_abi_value strict, lenient;
    ds_error err;
    ds_status first = ds_abi_decode(&strict, tuple, data, DS_ABI_STRICT, &root, arena, &err);
    check_status(first, &err);
    ds_status second = ds_abi_decode(&lenient, tuple, data, DS_ABI_LENIENT, &root, arena, &err);
    check_status(second, &err);
    if (first != DS_OK)
        return;
    PROMISE(is_encoded_as(tuple, &strict, data));
    PROMISE(second == DS_OK && is_encoded_as(tuple, &lenient, data));
}

/* Values -----------------------------------------------------------------------------------------
 */

/* Makes the nearest word that has no fault. */
static ds_u256 make_word(const ds_abi_type *type, ds_slice *input)
{
    ds_u256 word = ds_u256_of(0);
    bool in_front = type->kind == DS_ABI_BYTESN || type->kind == DS_ABI_FUNCTION;
    size_t size = type->kind == DS_ABI_BOOL ? 1 : type->size;
    if (type->kind == DS_ABI_UINT || type->kind == DS_ABI_INT)
        size /= 8;
    unsigned char *at = in_front ? word.bytes : word.bytes + DS_ABI_WORD - size;
    for (size_t i = 0; i < size; i++)
        at[i] = (unsigned char)fuzz_byte(input);
    if (type->kind == DS_ABI_BOOL)
        at[0] &= 1;
    if (type->kind == DS_ABI_INT && at[0] >= 0x80)
        memset(word.bytes, 0xff, DS_ABI_WORD - size);
    PROMISE(ds_abi_word_fault(type, &word) == NULL);
    return word;
}

/* In: *budget, how many values may still be made. Returns false when that is not enough. */
static bool make_value(const ds_abi_type *type, ds_slice *input, ds_arena *arena, size_t *budget,
                       ds_abi_value *value)
{
    if (ds_abi_is_word(type)) {
        value->word = make_word(type, input);
        return true;
    }
    size_t count = type->kind >= DS_ABI_ARRAY ? type->count : fuzz_byte(input) % 40;
    if (type->kind == DS_ABI_BYTES || type->kind == DS_ABI_STRING) {
        count = count < input->len ? count : input->len;
        value->bytes = ds_slice_of(input->data, count);
        *input = ds_slice_of((const char *)input->data + count, input->len - count);
        return true;
    }
    if (count > *budget)
        return false;
    *budget -= count;
    value->list.count = count;
    value->list.items = ds_arena_alloc(arena, count * sizeof *value->list.items);
    for (size_t i = 0; i < count; i++)
        if (!make_value(ds_abi_item(type, i), input, arena, budget, &value->list.items[i]))
            return false;
    return true;
}

static bool same(const ds_abi_type *type, const ds_abi_value *a, const ds_abi_value *b)
{
    if (ds_abi_is_word(type))
        return memcmp(a->word.bytes, b->word.bytes, DS_ABI_WORD) == 0;
    if (type->kind == DS_ABI_BYTES || type->kind == DS_ABI_STRING)
        return ds_slice_equal(a->bytes, b->bytes);
    bool good = a->list.count == b->list.count;
    for (size_t i = 0; good && i < a->list.count; i++)
        good = same(ds_abi_item(type, i), &a->list.items[i], &b->list.items[i]);
    return good;
}

static void check_encoder(const ds_abi_type *tuple, ds_slice input, ds_arena *arena)
{
    ds_abi_value made, back;
    ds_u256 topic;
    ds_buf out, packed;
    ds_error err;
    size_t budget = 512;
    if (!make_value(tuple, &input, arena, &budget, &made))
        return;
    ds_buf_init(&out, DS_ABI_DATAMAX);
    ds_buf_init(&packed, OUT_MAX);
    PROMISE(ds_abi_encode(&out, tuple, &made) == DS_OK);
    PROMISE(ds_abi_decode(&back, tuple, ds_buf_content(&out), DS_ABI_STRICT, &root, arena, &err) ==
            DS_OK);
    PROMISE(same(tuple, &made, &back));
    PROMISE(ds_abi_topic(&topic, tuple, &made) == DS_OK);
    ds_status status = ds_abi_encode_packed(&packed, tuple, &made, &err);
    PROMISE(status == DS_OK || status == DS_UNSUPPORTED);
    ds_buf_free(&packed);
    ds_buf_free(&out);
}

/* Logs, signatures, typed data -------------------------------------------------------------------
 */

static void check_signature(ds_slice text, ds_slice data, ds_arena *arena)
{
    ds_abi_signature event;
    ds_abi_type seen;
    ds_abi_value value;
    ds_error err;
    unsigned char hash[32];
    ds_slice topics[DS_ABI_TOPICS] = {{hash, sizeof hash}};
    size_t count = 1;
    ds_status status = ds_abi_parse_signature(&event, text, arena, &err);
    check_status(status, &err);
    if (status != DS_OK)
        return;
    check_spelling(&event.inputs, arena);
    PROMISE(ds_abi_signature_hash(hash, &event) == DS_OK);
    for (; count < DS_ABI_TOPICS && data.len >= 32; count++) {
        topics[count] = ds_slice_of(data.data, 32);
        data = ds_slice_of((const char *)data.data + 32, data.len - 32);
    }
    bool first = event.anonymous;
    check_status(ds_abi_decode_log(&value, &seen, &event, topics + first, count - first, data,
                                   DS_ABI_STRICT, &root, arena, &err),
                 &err);
}

/* A value of the struct has one hash. */
static void check_hash(ds_typed_set *set, const ds_typed_struct *of, ds_slice input,
                       ds_arena *arena)
{
    unsigned char once[DS_TYPED_HASH], twice[DS_TYPED_HASH];
    ds_abi_type type = ds_typed_type(of);
    ds_abi_value value;
    size_t budget = 512;
    if (!make_value(&type, &input, arena, &budget, &value))
        return;
    PROMISE(ds_typed_hash_struct(once, set, of, &value) == DS_OK);
    PROMISE(ds_typed_hash_struct(twice, set, of, &value) == DS_OK);
    PROMISE(memcmp(once, twice, sizeof once) == 0);
}

/* Two structs, whose members' types are lines of the input; what is left makes a value. */
static void check_typed(ds_slice input, ds_arena *arena)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    ds_typed_member members[2][4];
    ds_typed_struct structs[2] = {{.name = {"A", 1}, .given = members[0]},
                                  {.name = {"B", 1}, .given = members[1]}};
    ds_typed_set set = {structs, 2};
    ds_error err;
    ds_buf text;
    for (size_t i = 0; i < 8 && input.len > 0; i++) {
        ds_typed_struct *of = &structs[i % 2];
        members[i % 2][of->count] = (ds_typed_member){{names[i / 2], 1}, fuzz_line(&input)};
        of->count++;
    }
    ds_status status = ds_typed_resolve(&set, arena, &err);
    check_status(status, &err);
    if (status != DS_OK)
        return;
    ds_buf_init(&text, OUT_MAX);
    PROMISE(ds_typed_encode_type(&text, &set, &structs[0]) == DS_OK);
    ds_buf_free(&text);
    check_hash(&set, &structs[0], input, arena);
}

static void check_types(unsigned which, ds_slice input, ds_arena *arena)
{
    ds_abi_type tuple;
    ds_error err;
    ds_slice text = fuzz_line(&input);
    ds_status status = ds_abi_parse_types(&tuple, text, arena, &err);
    check_status(status, &err);
    if (status != DS_OK)
        return;
    if (which == 0)
        check_spelling(&tuple, arena);
    else if (which == 1)
        check_decoder(&tuple, input, arena);
    else
        check_encoder(&tuple, input, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ds_slice input = {data, size};
    unsigned which = fuzz_byte(&input) % 5;
    ds_arena arena = {NULL};
    if (which == 3) {
        ds_slice text = fuzz_line(&input);
        check_signature(text, input, &arena);
    } else if (which == 4) {
        check_typed(input, &arena);
    } else {
        check_types(which, input, &arena);
    }
    ds_arena_free(&arena);
    return 0;
}
