/* Opening encrypted environments. Input: a byte, divided by 8 with rest 0: the blob; else what is
 * in one, which is read as a guest does, and with rest 1 has to come out of a blob as it went in.
 * Agreeing on a key takes longer than all else, so most inputs do without. */
#include "deploy/env.h"
#include "deploy/env_seal.h"
#include "fuzz.h"

#define ROOM ((size_t)1 << 20)

/* The recipient of spec/vectors/env.json, so that its blobs open. */
static const unsigned char secret[32] = {
    0x09, 0xce, 0xa7, 0xeb, 0x86, 0x69, 0xea, 0x46, 0xf4, 0x52, 0x6f, 0x99, 0xdf, 0x7c, 0x0b, 0xee,
    0xdc, 0x1e, 0xaf, 0xad, 0x92, 0xf5, 0xd7, 0xa6, 0xd5, 0xf3, 0xe4, 0x1b, 0x39, 0x91, 0xb3, 0xa8};
static const unsigned char ephemeral[32] = {0xa0}, nonce[12] = {1};

static bool same(const ds_env_set *a, const ds_env_set *b)
{
    bool equal = a->count == b->count;
    for (size_t i = 0; equal && i < a->count; i++)
        equal = ds_slice_equal(a->vars[i].key, b->vars[i].key) &&
                ds_slice_equal(a->vars[i].value, b->vars[i].value);
    return equal;
}

/* What was read, written our way, says the same. */
static void check_again(const ds_env_set *read)
{
    ds_buf text;
    ds_error err;
    ds_env_set again = {.count = 0};
    ds_buf_init(&text, ROOM);
    PROMISE(ds_env_write(&text, read) == DS_OK);
    PROMISE(ds_env_read(&again, ds_buf_content(&text), &err) == DS_OK && same(read, &again));
    ds_env_free(&again);
    ds_buf_free(&text);
}

static void check_admitted(const ds_env_set *read)
{
    const ds_slice allowed[] = {DS_LITERAL("A"), DS_LITERAL("FOO"), DS_LITERAL("")};
    ds_env_set taken = {.count = 0};
    ds_error err;
    ds_status status = ds_env_admit(&taken, read, allowed, 3, &err);
    PROMISE(status == DS_OK || status == DS_INVALID);
    PROMISE(status != DS_OK || taken.count <= 2);
    for (size_t i = 0; status == DS_OK && i < taken.count; i++)
        PROMISE(ds_env_name_valid(taken.vars[i].key));
    ds_env_free(&taken);
}

static void read_plain(ds_slice plain)
{
    ds_env_set read = {.count = 0};
    ds_error err;
    ds_status status = ds_env_read(&read, plain, &err);
    PROMISE(status == DS_OK || status == DS_INVALID || status == DS_TOO_LARGE);
    if (status == DS_OK) {
        check_again(&read);
        check_admitted(&read);
    }
    ds_env_free(&read);
}

static void open_blob(ds_slice blob)
{
    ds_buf plain;
    ds_error err;
    ds_buf_init(&plain, ROOM);
    ds_status status = ds_env_open(&plain, blob, secret, &err);
    PROMISE(status == DS_OK || status == DS_INVALID || status == DS_VERIFY);
    PROMISE(status == DS_OK ? plain.len + DS_ENV_BLOB_OVERHEAD == blob.len : plain.len == 0);
    if (status == DS_OK)
        read_plain(ds_buf_content(&plain));
    ds_buf_free(&plain);
}

static void seal_and_open(ds_slice text)
{
    unsigned char recipient[32];
    ds_buf blob, plain;
    ds_error err;
    ds_buf_init(&blob, ROOM);
    ds_buf_init(&plain, ROOM);
    PROMISE(ds_x25519_public_key(recipient, secret) == DS_OK);
    PROMISE(ds_env_seal_with(&blob, text, recipient, ephemeral, nonce, &err) == DS_OK);
    PROMISE(ds_env_open(&plain, ds_buf_content(&blob), secret, &err) == DS_OK);
    PROMISE(ds_slice_equal(ds_buf_content(&plain), text));
    ds_buf_free(&blob);
    ds_buf_free(&plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ds_slice input = {data, size};
    unsigned kind = fuzz_byte(&input);
    if (kind % 8 == 0)
        open_blob(input);
    else
        read_plain(input);
    if (kind % 8 == 1)
        seal_and_open(input);
    return 0;
}
