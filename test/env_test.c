/* Encrypted environments against spec/vectors/env.json: what other SDKs seal, what guests take. */
#include "deploy/env.h"
#include "deploy/env_key.h"
#include "deploy/env_seal.h"
#include "vectors.h"

static ds_json_doc doc;

static const ds_json *group(const char *name)
{
    const ds_json *found = ds_json_member(doc.root, name);
    if (found == NULL)
        abort();
    return found;
}

/* Sealing ------------------------------------------------------------------------------------- */

static void fill(ds_env_set *set, const ds_json *list)
{
    for (const ds_json *item = list->first; item != NULL; item = item->next) {
        ds_env_var var = {.key = vector_text(item, "key"), .value = vector_text(item, "value")};
        CHECK(ds_env_add(set, &var) == DS_OK);
    }
}

static bool same(const ds_env_set *a, const ds_env_set *b)
{
    bool equal = a->count == b->count;
    for (size_t i = 0; equal && i < a->count; i++)
        equal = ds_slice_equal(a->vars[i].key, b->vars[i].key) &&
                ds_slice_equal(a->vars[i].value, b->vars[i].value);
    return equal;
}

static void check_sealed(const ds_json *vector)
{
    unsigned char secret[32], recipient[32], ephemeral[32], nonce[12], expected[2048];
    ds_slice plain = vector_text(vector, "plaintext");
    ds_env_set envs = {.count = 0}, read = {.count = 0};
    ds_buf blob, text;
    ds_error err;
    vector_bytes(secret, vector, "recipient_private");
    vector_bytes(recipient, vector, "recipient_public");
    vector_bytes(ephemeral, vector, "ephemeral_private");
    vector_bytes(nonce, vector, "iv");
    ds_slice output = vector_bytes(expected, vector, "output");
    ds_buf_init(&blob, DS_ENV_BLOB_MAX);
    ds_buf_init(&text, DS_ENV_BLOB_MAX);
    fill(&envs, ds_json_member(vector, "envs"));

    CHECK_VECTOR(vector,
                 ds_env_seal_with(&blob, plain, recipient, ephemeral, nonce, &err) == DS_OK);
    CHECK_VECTOR(vector, ds_slice_equal(ds_buf_content(&blob), output));
    CHECK_VECTOR(vector, ds_env_open(&text, output, secret, &err) == DS_OK);
    CHECK_VECTOR(vector, ds_slice_equal(ds_buf_content(&text), plain));
    CHECK_VECTOR(vector, ds_env_read(&read, plain, &err) == DS_OK && same(&envs, &read));
    if (ds_slice_equal(vector_text(vector, "spelling"), DS_LITERAL("compact"))) {
        ds_buf_clear(&text);
        CHECK_VECTOR(vector, ds_env_write(&text, &envs) == DS_OK);
        CHECK_VECTOR(vector, ds_slice_equal(ds_buf_content(&text), plain));
    }
    ds_env_free(&envs);
    ds_env_free(&read);
    ds_buf_free(&blob);
    ds_buf_free(&text);
}

static void test_sealed(void)
{
    for (const ds_json *v = group("sealed")->first; v != NULL; v = v->next)
        check_sealed(v);
}

static void test_opened(void)
{
    unsigned char secret[32], blob[512];
    ds_buf text;
    ds_error err;
    ds_env_set read = {.count = 0};
    const ds_json *v = group("opened")->first;
    vector_bytes(secret, v, "secret");
    ds_slice sealed = vector_bytes(blob, v, "blob");
    ds_buf_init(&text, DS_ENV_BLOB_MAX);
    CHECK_VECTOR(v, ds_env_open(&text, sealed, secret, &err) == DS_OK);
    CHECK_VECTOR(v, ds_slice_equal(ds_buf_content(&text), vector_text(v, "plaintext")));
    CHECK_VECTOR(v, ds_env_read(&read, ds_buf_content(&text), &err) == DS_INVALID);
    ds_env_free(&read);
    ds_buf_free(&text);
}

static void test_broken(void)
{
    unsigned char secret[32], blob[512];
    ds_buf text;
    ds_error err;
    ds_buf_init(&text, DS_ENV_BLOB_MAX);
    for (const ds_json *v = group("broken")->first; v != NULL; v = v->next) {
        vector_bytes(secret, v, "secret");
        ds_slice sealed = vector_bytes(blob, v, "blob");
        ds_status wanted = sealed.len < DS_ENV_BLOB_OVERHEAD ? DS_INVALID : DS_VERIFY;
        CHECK_VECTOR(v, ds_env_open(&text, sealed, secret, &err) == wanted);
        CHECK_VECTOR(v, text.len == 0);
    }
    ds_buf_free(&text);
}

/* Both ways: a key to seal to, and a sealer's key in a blob. */
static void test_low_order(void)
{
    unsigned char key[64] = {0}, secret[32];
    ds_buf blob;
    ds_error err;
    memset(secret, 0x42, sizeof secret);
    ds_buf_init(&blob, DS_ENV_BLOB_MAX);
    for (const ds_json *v = group("low_order")->first; v != NULL; v = v->next) {
        CHECK(ds_hex_decode(key, v->text.data, v->text.len));
        CHECK(ds_env_seal(&blob, DS_LITERAL("{}"), key, &err) == DS_INVALID && blob.len == 0);
        CHECK(ds_env_open(&blob, ds_slice_of(key, sizeof key), secret, &err) == DS_INVALID);
        CHECK(blob.len == 0 && strstr(err.text, "low order") != NULL);
    }
    ds_buf_free(&blob);
}

/* What comes out of a seal with fresh randomness is never the same, and opens. */
static void test_fresh(void)
{
    unsigned char secret[32], pub[32];
    ds_buf a, b, text;
    ds_error err;
    memset(secret, 7, sizeof secret);
    CHECK(ds_x25519_public_key(pub, secret) == DS_OK);
    ds_buf_init(&a, DS_ENV_BLOB_MAX);
    ds_buf_init(&b, DS_ENV_BLOB_MAX);
    ds_buf_init(&text, DS_ENV_BLOB_MAX);
    CHECK(ds_env_seal(&a, DS_LITERAL(""), pub, &err) == DS_OK && a.len == DS_ENV_BLOB_OVERHEAD);
    CHECK(ds_env_seal(&b, DS_LITERAL(""), pub, &err) == DS_OK && b.len == DS_ENV_BLOB_OVERHEAD);
    CHECK(memcmp(a.data, b.data, 32) != 0 && memcmp(a.data + 32, b.data + 32, 12) != 0);
    CHECK(ds_env_open(&text, ds_buf_content(&a), secret, &err) == DS_OK && text.len == 0);
    for (size_t i = 0; i < a.len; i++) {
        a.data[i] ^= 0x40;
        CHECK(ds_env_open(&text, ds_buf_content(&a), secret, &err) == DS_VERIFY);
        a.data[i] ^= 0x40;
    }
    ds_buf_free(&a);
    ds_buf_free(&b);
    ds_buf_free(&text);
}

static void test_largest(void)
{
    static unsigned char plain[DS_ENV_BLOB_MAX];
    unsigned char secret[32], pub[32];
    size_t fits = DS_ENV_BLOB_MAX - DS_ENV_BLOB_OVERHEAD;
    ds_buf blob, text;
    ds_error err;
    memset(secret, 9, sizeof secret);
    CHECK(ds_x25519_public_key(pub, secret) == DS_OK);
    ds_buf_init(&blob, DS_ENV_BLOB_MAX + 1);
    ds_buf_init(&text, DS_ENV_BLOB_MAX);
    CHECK(ds_env_seal(&blob, ds_slice_of(plain, fits + 1), pub, &err) == DS_INVALID);
    CHECK(ds_env_seal(&blob, ds_slice_of(plain, fits), pub, &err) == DS_OK);
    CHECK(blob.len == DS_ENV_BLOB_MAX);
    CHECK(ds_env_open(&text, ds_buf_content(&blob), secret, &err) == DS_OK && text.len == fits);
    CHECK(ds_buf_byte(&blob, 0) == DS_OK);
    CHECK(ds_env_open(&text, ds_buf_content(&blob), secret, &err) == DS_INVALID);
    ds_buf_free(&blob);
    ds_buf_free(&text);
}

/* The guest ----------------------------------------------------------------------------------- */

static void check_guest(const ds_json *v)
{
    ds_env_set read = {.count = 0}, taken = {.count = 0};
    ds_slice allowed[8];
    size_t count = 0;
    ds_error err;
    const ds_json *names = ds_json_member(v, "allowed_envs");
    const ds_json *result = ds_json_member(v, "result");
    for (const ds_json *name = names->first; name != NULL; name = name->next)
        allowed[count++] = name->text;
    ds_status status = ds_env_read(&read, vector_text(v, "plaintext"), &err);
    if (status == DS_OK)
        status = ds_env_admit(&taken, &read, allowed, count, &err);
    CHECK_VECTOR(v, status == (result == NULL ? DS_INVALID : DS_OK));
    if (result != NULL) {
        CHECK_VECTOR(v, taken.count == result->count);
        for (size_t i = 0; i < taken.count && result->count > 0; i++)
            CHECK_VECTOR(v, ds_slice_equal(taken.vars[i].key, result->first->key) &&
                                ds_slice_equal(taken.vars[i].value, result->first->text));
    }
    ds_env_free(&read);
    ds_env_free(&taken);
}

static void test_guest(void)
{
    for (const ds_json *v = group("guest")->first; v != NULL; v = v->next)
        check_guest(v);
}

/* The guest's reader stops at a member of its own that is there twice, and passes over others. */
static void test_members_twice(void)
{
    static const struct {
        const char *text, *problem; /* NULL: good */
    } rows[] = {
        {"{\"env\":[],\"env\":[]}", "what is sealed has `env` twice"},
        {"{\"env\":[{\"key\":\"A\",\"key\":\"A\",\"value\":\"\"}]}",
         "variable 1: key: it is there twice"},
        {"{\"env\":[{\"value\":\"\",\"key\":\"A\",\"x\":1,\"value\":\"\"}]}",
         "variable 1: value: it is there twice"},
        {"{\"x\":1,\"env\":[{\"y\":1,\"key\":\"A\",\"value\":\"\",\"y\":2}],\"x\":2}", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ds_env_set read = {.count = 0};
        ds_error err;
        ds_slice text = ds_slice_of(rows[i].text, strlen(rows[i].text));
        ds_status status = ds_env_read(&read, text, &err);
        CHECK(status == (rows[i].problem == NULL ? DS_OK : DS_INVALID));
        CHECK(status == DS_OK || strcmp(err.text, rows[i].problem) == 0);
        ds_env_free(&read);
    }
}

static void put(ds_env_set *set, const char *key, const char *value)
{
    ds_env_var var = {.key = {key, strlen(key)}, .value = {value, strlen(value)}};
    CHECK(ds_env_add(set, &var) == DS_OK);
}

/* Sorted, the last of equals wins, whatever the order. */
static void test_admitted_order(void)
{
    ds_env_set read = {.count = 0}, taken = {.count = 0};
    const ds_slice allowed[] = {DS_LITERAL("B"), DS_LITERAL("A"), DS_LITERAL("AB")};
    ds_error err;
    put(&read, "B", "1");
    put(&read, "AB", "2");
    put(&read, "A", "3");
    put(&read, "B", "4");
    put(&read, "C", "5");
    put(&read, "B", "6");
    CHECK(ds_env_admit(&taken, &read, allowed, 3, &err) == DS_OK && taken.count == 3);
    CHECK(ds_slice_equal(taken.vars[0].value, DS_LITERAL("3")));
    CHECK(ds_slice_equal(taken.vars[1].value, DS_LITERAL("2")));
    CHECK(ds_slice_equal(taken.vars[2].value, DS_LITERAL("6")));
    ds_env_free(&read);
    ds_env_free(&taken);
}

static ds_status check_values(size_t count, size_t key_len, size_t value_len, ds_error *err)
{
    static char text[DS_ENV_VALUE_MAX + 1];
    char names[8][DS_ENV_KEY_MAX + 1];
    ds_env_set set = {.count = 0};
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < count; i++) {
        memset(names[i % 8], 'A' + (int)(i % 8), sizeof names[0]);
        ds_env_var var = {.key = {names[i % 8], key_len}, .value = {text, value_len}};
        CHECK(ds_env_add(&set, &var) == DS_OK);
    }
    ds_status status = ds_env_check(&set, DS_ENV_ALLOW_DUPLICATES, err);
    ds_env_free(&set);
    return status;
}

static void test_limits(void)
{
    ds_error err;
    CHECK(check_values(DS_ENV_COUNT_MAX, 1, 1, &err) == DS_OK);
    CHECK(check_values(DS_ENV_COUNT_MAX + 1, 1, 1, &err) == DS_INVALID);
    CHECK(check_values(1, DS_ENV_KEY_MAX, 0, &err) == DS_OK);
    CHECK(check_values(1, DS_ENV_KEY_MAX + 1, 0, &err) == DS_INVALID);
    CHECK(check_values(1, 1, DS_ENV_VALUE_MAX, &err) == DS_OK);
    CHECK(check_values(1, 1, DS_ENV_VALUE_MAX + 1, &err) == DS_INVALID);
    CHECK(check_values(8, 1, DS_ENV_VALUE_MAX - 1, &err) == DS_OK);
    CHECK(check_values(8, 2, DS_ENV_VALUE_MAX - 1, &err) == DS_INVALID);
    CHECK(strstr(err.text, "1048576") != NULL);
}

static void test_set_rules(void)
{
    ds_env_set set = {.count = 0};
    ds_error err;
    CHECK(ds_env_check(&set, 0, &err) == DS_INVALID);
    CHECK(ds_env_check(&set, DS_ENV_ALLOW_EMPTY, &err) == DS_OK);
    put(&set, "A", "secret-1");
    put(&set, "B", "secret-2");
    CHECK(ds_env_check(&set, 0, &err) == DS_OK);
    put(&set, "A", "secret-3");
    CHECK(ds_env_check(&set, 0, &err) == DS_INVALID && strstr(err.text, "variable 3: A") != NULL);
    CHECK(strstr(err.text, "variable 1") != NULL && strstr(err.text, "secret") == NULL);
    CHECK(ds_env_check(&set, DS_ENV_ALLOW_DUPLICATES, &err) == DS_OK);
    put(&set, "secret 4", "");
    CHECK(ds_env_check(&set, DS_ENV_ALLOW_DUPLICATES, &err) == DS_INVALID);
    CHECK(strstr(err.text, "secret") == NULL && strstr(err.text, "variable 4") != NULL);
    set.count--;
    put(&set, "C", "secret\xff");
    CHECK(ds_env_check(&set, DS_ENV_ALLOW_DUPLICATES, &err) == DS_INVALID);
    set.vars[3].value = DS_LITERAL("a\0b");
    CHECK(ds_env_check(&set, DS_ENV_ALLOW_DUPLICATES, &err) == DS_INVALID);
    ds_env_free(&set);
}

/* The guest's file ---------------------------------------------------------------------------- */

/* As the guest writes a value. Out: text, long enough. Returns its length. */
static size_t guest_writes(char *text, ds_slice value)
{
    const char *p = value.data;
    size_t n = 0;
    bool quoted = false;
    for (size_t i = 0; i < value.len; i++)
        quoted = quoted || strchr(" \t|&;<>()$`\\\"'\n", p[i]) != NULL;
    if (quoted)
        text[n++] = '"';
    for (size_t i = 0; i < value.len; i++) {
        if (p[i] == '\n' || p[i] == '"' || p[i] == '$' || p[i] == '`')
            text[n++] = '\\';
        text[n++] = p[i] == '\n' ? 'n' : p[i];
    }
    if (quoted)
        text[n++] = '"';
    return n;
}

/* As systemd reads what stands behind the =, up to the line's end; for the texts above. */
static size_t systemd_reads(char *value, const char *text, size_t len)
{
    size_t n = 0, i = 0;
    bool quotes = false, bare = false;
    for (; i < len; i++) {
        char next = i + 1 < len ? text[i + 1] : '\n';
        if (quotes && text[i] == '"') {
            quotes = false;
        } else if (quotes && text[i] == '\\') {
            if (strchr("\"\\`$", next) == NULL)
                value[n++] = '\\';
            value[n++] = next;
            i++;
        } else if (!quotes && (text[i] == '\n' || text[i] == '\r')) {
            break;
        } else if (!quotes && !bare && text[i] == '"') {
            quotes = true;
        } else if (!quotes && text[i] == '\\') {
            bare = true;
            value[n++] = next;
            i++;
        } else {
            bare = !quotes;
            value[n++] = text[i];
        }
    }
    return n;
}

static bool arrives(ds_slice value)
{
    char text[64], back[64];
    size_t len = guest_writes(text, value);
    return ds_slice_equal(ds_slice_of(back, systemd_reads(back, text, len)), value);
}

static void test_guest_file(void)
{
    for (const ds_json *v = group("guest_file")->first; v != NULL; v = v->next) {
        char text[64];
        ds_slice value = vector_text(v, "value");
        size_t len = guest_writes(text, value);
        CHECK(ds_slice_equal(ds_slice_of(text, len), vector_text(v, "line_value")));
        CHECK((ds_env_damage(value) == NULL) == arrives(value));
    }
}

/* Two double quotes behind a backslash arrive by luck. */
static bool is_lucky(const char *value, size_t len)
{
    for (size_t i = 0; i + 3 <= len; i++)
        if (memcmp(value + i, "\\\"\"", 3) == 0)
            return true;
    return false;
}

/* All values of up to five of the characters that matter. */
static void test_damage(void)
{
    static const char alphabet[] = "a\\\"$`'\n\r ";
    size_t wrong = 0, base = sizeof alphabet - 1, end = 1;
    for (size_t len = 0; len <= 5; len++, end *= base)
        for (size_t n = 0; n < end; n++) {
            char value[5];
            for (size_t i = 0, rest = n; i < len; i++, rest /= base)
                value[i] = alphabet[rest % base];
            ds_slice slice = {value, len};
            bool warned = ds_env_damage(slice) != NULL;
            wrong += warned == arrives(slice) && !(warned && is_lucky(value, len));
        }
    CHECK(wrong == 0);
}

/* The key ------------------------------------------------------------------------------------- */

static ds_env_key_claim claim_of(unsigned char app_id[20], unsigned char pub[32], const ds_json *v)
{
    const ds_json *time = ds_json_member(v, "timestamp");
    ds_env_key_claim claim = {.app_id = vector_bytes(app_id, v, "app_id"),
                              .public_key = vector_bytes(pub, v, "public_key"),
                              .has_timestamp = time != NULL};
    if (time != NULL && !ds_json_u64(time, &claim.timestamp))
        abort();
    return claim;
}

static void check_signature(const ds_json *v, ds_slice root)
{
    unsigned char app_id[20], pub[32], sig[65], made[65], wanted[33], signer[33], key[32];
    ds_error err;
    ds_env_key_claim claim = claim_of(app_id, pub, v);
    ds_slice signature = vector_bytes(sig, v, "signature");
    ds_slice expected = vector_bytes(wanted, v, "signer");
    CHECK_VECTOR(v,
                 ds_env_key_verify(signer, &claim, signature, ds_slice_of(NULL, 0), &err) == DS_OK);
    CHECK_VECTOR(v, memcmp(signer, wanted, 33) == 0);
    CHECK_VECTOR(v, ds_env_key_verify(signer, &claim, signature, expected, &err) == DS_OK);
    bool by_root = ds_json_member(v, "made_by_root") != NULL;
    if (by_root || ds_json_member(v, "secret") != NULL) {
        memcpy(key, root.data, 32);
        if (!by_root)
            vector_bytes(key, v, "secret");
        CHECK_VECTOR(v, ds_env_key_sign(made, &claim, key) == DS_OK);
        CHECK_VECTOR(v, memcmp(made, sig, 65) == 0);
    }
    wanted[0] ^= 1; /* the same point's mirror image */
    CHECK_VECTOR(v, ds_env_key_verify(signer, &claim, signature, expected, &err) == DS_VERIFY);
    CHECK_VECTOR(v, signer[0] == 0);
}

static void test_signatures(void)
{
    unsigned char key[32];
    ds_slice root = vector_bytes(key, group("root"), "secret");
    for (const ds_json *v = group("signatures")->first; v != NULL; v = v->next)
        check_signature(v, root);
}

/* n - s is the other signature of the same message; v is 0 to 3 and not Ethereum's 27. */
static void test_malleable(void)
{
    static const char order[] = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    unsigned char app_id[20], pub[32], sig[65], n[32], signer[33];
    ds_error err;
    const ds_json *v = group("signatures")->first;
    ds_env_key_claim claim = claim_of(app_id, pub, v);
    ds_slice signature = vector_bytes(sig, v, "signature");
    test_bytes(n, order);
    sig[64] = (unsigned char)(sig[64] + 27);
    CHECK(ds_env_key_verify(signer, &claim, signature, ds_slice_of(NULL, 0), &err) == DS_VERIFY);
    sig[64] = (unsigned char)((sig[64] - 27) ^ 1);
    for (int i = 31, borrow = 0; i >= 0; i--) {
        int digit = n[i] - sig[32 + i] - borrow;
        borrow = digit < 0;
        sig[32 + i] = (unsigned char)(digit & 0xff);
    }
    CHECK(ds_env_key_verify(signer, &claim, signature, ds_slice_of(NULL, 0), &err) == DS_VERIFY);
    CHECK(strstr(err.text, "high") != NULL);
}

static void test_lengths(void)
{
    unsigned char bytes[66] = {1}, signer[33];
    ds_error err;
    for (size_t n = 0; n < 66; n++) {
        ds_env_key_claim claim = {.app_id = {bytes, n}, .public_key = {bytes, 32}};
        ds_slice sig = {bytes, 65}, none = {NULL, 0};
        CHECK(n == 20 || ds_env_key_verify(signer, &claim, sig, none, &err) == DS_INVALID);
        CHECK(n == 20 || strncmp(err.text, "app_id: ", 8) == 0);
        claim = (ds_env_key_claim){.app_id = {bytes, 20}, .public_key = {bytes, n}};
        CHECK(n == 32 || ds_env_key_verify(signer, &claim, sig, none, &err) == DS_INVALID);
        claim.public_key.len = 32;
        sig.len = n;
        CHECK(n == 65 || ds_env_key_verify(signer, &claim, sig, none, &err) == DS_INVALID);
    }
}

static void test_freshness(void)
{
    const ds_json *fresh = group("freshness");
    uint64_t timestamp, now;
    ds_error err;
    CHECK(ds_json_u64(ds_json_member(fresh, "timestamp"), &timestamp));
    for (const ds_json *c = ds_json_member(fresh, "cases")->first; c != NULL; c = c->next) {
        CHECK(ds_json_u64(ds_json_member(c, "now"), &now));
        ds_status wanted = ds_json_member(c, "ok")->boolean ? DS_OK : DS_VERIFY;
        CHECK(ds_env_key_fresh(timestamp, now, DS_ENV_KEY_MAX_AGE, &err) == wanted);
    }
    CHECK(ds_env_key_fresh(UINT64_MAX, 0, 300, &err) == DS_VERIFY);
    CHECK(ds_env_key_fresh(0, UINT64_MAX, UINT64_MAX, &err) == DS_OK);
}

int main(void)
{
    doc = vectors_read("spec/vectors/env.json");
    test_sealed();
    test_opened();
    test_broken();
    test_low_order();
    test_fresh();
    test_largest();
    test_guest();
    test_members_twice();
    test_admitted_order();
    test_limits();
    test_set_rules();
    test_guest_file();
    test_damage();
    test_signatures();
    test_malleable();
    test_lengths();
    test_freshness();
    ds_json_free(&doc);
    return test_done();
}
