#include "crypto/hash.h"
#include "crypto/hkdf.h"
#include "guest/dip1.h"

#include "vectors.h"

/* What every vector has: whose key, of which domain, by which algorithm. */
typedef struct asked {
    unsigned char root[32], domain_bytes[512];
    ds_slice domain;
    ds_key_algorithm algorithm;
} asked;

static void load(asked *a, const ds_json *v)
{
    vector_bytes(a->root, v, "root");
    if (ds_json_member(v, "domain_hex") != NULL)
        a->domain = vector_bytes(a->domain_bytes, v, "domain_hex");
    else
        a->domain = vector_text(v, "domain");
    CHECK_VECTOR(v, ds_key_algorithm_by_name_v1(&a->algorithm, vector_text(v, "algorithm")));
}

static bool same(const void *bytes, size_t n, const ds_json *v, const char *name)
{
    unsigned char want[512];
    return ds_slice_equal(vector_bytes(want, v, name), ds_slice_of(bytes, n));
}

static void check_key(const ds_json *v)
{
    asked a;
    unsigned char key[32], link[65];
    ds_public_key public_key;
    load(&a, v);
    CHECK_VECTOR(v, ds_key_derive_v1(key, a.root, a.algorithm, a.domain) == DS_OK);
    CHECK_VECTOR(v, same(key, sizeof key, v, "key"));
    CHECK_VECTOR(v, ds_key_public(&public_key, a.algorithm, key) == DS_OK);
    CHECK_VECTOR(v, same(public_key.bytes, public_key.len, v, "public_key"));
    if (ds_json_member(v, "link0") == NULL)
        return;
    CHECK_VECTOR(v,
                 ds_chain_sign_key_v1(link, a.root, a.algorithm, a.domain, &public_key) == DS_OK);
    CHECK_VECTOR(v, same(link, sizeof link, v, "link0"));
}

/* The bytes that go into HKDF, written down: with them it makes the same key. */
static void check_info(const ds_json *v)
{
    asked a;
    unsigned char key[32], other[32], salt[64], info[512], prk[32];
    load(&a, v);
    ds_slice info_slice = vector_bytes(info, v, "info");
    ds_slice salt_slice = vector_bytes(salt, v, "salt");
    ds_slice root = {a.root, sizeof a.root};
    CHECK_VECTOR(v, ds_hmac(DS_SHA256, prk, salt_slice, &root, 1) == DS_OK);
    CHECK_VECTOR(v, same(prk, sizeof prk, v, "prk"));
    CHECK_VECTOR(v, ds_hkdf_sha256(other, 32, salt_slice, root, &info_slice, 1) == DS_OK);
    CHECK_VECTOR(v, ds_key_derive_v1(key, a.root, a.algorithm, a.domain) == DS_OK);
    CHECK_VECTOR(v, memcmp(key, other, sizeof key) == 0);
}

/* The published layout of one claim: the length of each value, with 4 bytes before it. */
static void check_layout(const ds_json *layout)
{
    unsigned char p[512];
    ds_slice claim = vector_bytes(p, layout, "claim");
    size_t at = 0;
    uint64_t length = 0, total = 0;
    for (const ds_json *n = ds_json_member(layout, "lengths")->first; n != NULL; n = n->next) {
        CHECK_VECTOR(layout, ds_json_u64(n, &length) && at + 4 <= claim.len && p[at + 3] == length);
        at += 4 + (size_t)length;
    }
    CHECK_VECTOR(layout, ds_json_u64(ds_json_member(layout, "total"), &total));
    CHECK_VECTOR(layout, total == at && at == claim.len);
}

static void check_claim(const ds_json *v)
{
    asked a;
    unsigned char digest[32], other[32], claim[512], link[65], signer[33];
    ds_public_key public_key;
    ds_error err;
    load(&a, v);
    ds_slice given = vector_bytes(public_key.bytes, v, "public_key");
    public_key.len = given.len;
    CHECK_VECTOR(v, ds_key_claim_v1(digest, a.algorithm, a.domain, given) == DS_OK);
    CHECK_VECTOR(v,
                 ds_chain_sign_key_v1(link, a.root, a.algorithm, a.domain, &public_key) == DS_OK);
    CHECK_VECTOR(v, same(link, sizeof link, v, "link0"));
    if (ds_json_member(v, "claim") == NULL)
        return;
    ds_slice claim_slice = vector_bytes(claim, v, "claim");
    CHECK_VECTOR(v, ds_hash(DS_KECCAK256, other, &claim_slice, 1) == DS_OK);
    CHECK_VECTOR(v, memcmp(digest, other, sizeof digest) == 0);
    CHECK_VECTOR(v, same(digest, sizeof digest, v, "digest"));
    CHECK_VECTOR(v, ds_secp256k1_recover(signer, link, digest, &err) == DS_OK);
    CHECK_VECTOR(v, same(signer, sizeof signer, v, "recovers_to"));
}

/* A whole reply, with the simulator's root key. */
static void check_get_key(const ds_json *v)
{
    asked a;
    unsigned char link[65], want[65];
    ds_public_key public_key;
    check_key(v);
    load(&a, v);
    const ds_json *chain = ds_json_member(v, "signature_chain");
    public_key.len = vector_bytes(public_key.bytes, v, "public_key").len;
    CHECK_VECTOR(v,
                 ds_chain_sign_key_v1(link, a.root, a.algorithm, a.domain, &public_key) == DS_OK);
    CHECK_VECTOR(v, chain->first->text.len == 130 &&
                        ds_hex_decode(want, chain->first->text.data, 130) &&
                        memcmp(link, want, sizeof link) == 0);
    CHECK_VECTOR(v, ds_slice_equal(chain->first->next->text, vector_text(v, "kms_link")));
}

/* v0's derivation of v1's info bytes is not v1's key: the salts differ. */
static void check_v0_key(const ds_json *v)
{
    unsigned char root[32], path[256], key[32];
    vector_bytes(root, v, "root");
    ds_slice context = vector_bytes(path, v, "path_hex");
    CHECK_VECTOR(v, ds_key_derive(key, root, &context, 1) == DS_OK);
    CHECK_VECTOR(v, same(key, sizeof key, v, "key") && !same(key, sizeof key, v, "differs_from"));
}

typedef struct chain {
    unsigned char public_key[33], app_id[20], kms_root[33], bytes[2][80];
    ds_chain_claim claim;
    ds_slice links[2];
} chain;

static void load_chain(chain *c, const ds_json *v)
{
    bool v1 = ds_slice_equal(vector_text(v, "surface"), DS_LITERAL("v1"));
    const ds_json *link = ds_json_member(v, "signature_chain")->first;
    c->claim = (ds_chain_claim){.scheme = v1 ? DS_KEYS_V1 : DS_KEYS_V0};
    if (v1)
        c->claim.domain = vector_text(v, "domain");
    else
        c->claim.purpose = vector_text(v, "purpose");
    if (!ds_key_algorithm_by_name_v1(&c->claim.algorithm, vector_text(v, "algorithm")))
        abort();
    c->claim.public_key = vector_bytes(c->public_key, v, "public_key");
    c->claim.app_id = vector_bytes(c->app_id, v, "app_id");
    c->claim.kms_root = vector_bytes(c->kms_root, v, "kms_root");
    for (int i = 0; i < 2; i++, link = link->next) {
        if (!ds_hex_decode(c->bytes[i], link->text.data, link->text.len))
            abort();
        c->links[i] = ds_slice_of(c->bytes[i], link->text.len / 2);
    }
}

static bool says(const ds_error *err, const ds_json *v)
{
    char problem[64];
    ds_slice text = vector_text(v, "problem");
    snprintf(problem, sizeof problem, "%.*s", (int)text.len, (const char *)text.data);
    return strstr(err->text, problem) != NULL;
}

static void check_chain(const ds_json *v)
{
    unsigned char app_root[33];
    static const unsigned char zeros[33];
    chain c;
    ds_error err;
    load_chain(&c, v);
    ds_status status = ds_chain_verify(app_root, &c.claim, c.links, &err);
    if (ds_json_member(v, "valid")->boolean) {
        CHECK_VECTOR(v, status == DS_OK && same(app_root, sizeof app_root, v, "app_root"));
        return;
    }
    ds_slice word = {ds_status_word(status), strlen(ds_status_word(status))};
    CHECK_VECTOR(v, ds_slice_equal(word, vector_text(v, "code")));
    CHECK_VECTOR(v, says(&err, v));
    CHECK_VECTOR(v, memcmp(app_root, zeros, sizeof zeros) == 0);
}

/* A chain that is right for v1, with each part of its claim made another. */
static void check_mutations(const ds_json *v)
{
    unsigned char app_root[33];
    chain c;
    ds_error err;
    if (!ds_json_member(v, "valid")->boolean)
        return;
    load_chain(&c, v);
    c.claim.scheme = DS_KEYS_V0;
    c.claim.purpose = c.claim.domain;
    CHECK_VECTOR(v, ds_chain_verify(app_root, &c.claim, c.links, &err) == DS_VERIFY);
    load_chain(&c, v);
    c.claim.algorithm = c.claim.algorithm == DS_KEY_ED25519 ? DS_KEY_SECP256K1 : DS_KEY_ED25519;
    CHECK_VECTOR(v, ds_chain_verify(app_root, &c.claim, c.links, &err) == DS_INVALID);
    CHECK_VECTOR(v, strstr(err.text, "public_key") != NULL);
    load_chain(&c, v);
    c.claim.domain = DS_LITERAL("another");
    CHECK_VECTOR(v, ds_chain_verify(app_root, &c.claim, c.links, &err) == DS_VERIFY);
    load_chain(&c, v);
    c.public_key[c.claim.public_key.len - 1] ^= 1;
    CHECK_VECTOR(v, ds_chain_verify(app_root, &c.claim, c.links, &err) == DS_VERIFY);
}

static void check_anchors(const ds_json *v)
{
    unsigned char root[32], link[65], app_id[20], kms_root[33];
    ds_public_key app_root;
    ds_error err;
    vector_bytes(root, v, "root");
    vector_bytes(link, v, "link1");
    ds_slice app_id_slice = vector_bytes(app_id, v, "app_id");
    CHECK_VECTOR(v, ds_key_public(&app_root, DS_KEY_SECP256K1, root) == DS_OK);
    CHECK_VECTOR(v, same(app_root.bytes, app_root.len, v, "app_root"));
    CHECK_VECTOR(v,
                 ds_chain_recover_kms(kms_root, link, app_id_slice, app_root.bytes, &err) == DS_OK);
    CHECK_VECTOR(v, same(kms_root, sizeof kms_root, v, "kms_root"));
}

static void check_public_key(const ds_json *v)
{
    unsigned char key[32];
    ds_public_key public_key;
    vector_bytes(key, v, "key");
    CHECK_VECTOR(v, ds_key_public(&public_key, DS_KEY_SECP256K1, key) == DS_OK);
    CHECK_VECTOR(v, same(public_key.bytes, public_key.len, v, "public_key"));
}

/* The key that GetAttestationForAppKey names: v0's of the path "vms". */
static void app_key(ds_public_key *out, ds_key_algorithm algorithm, const ds_json *v)
{
    unsigned char root[32], key[32];
    ds_slice path = DS_LITERAL("vms");
    vector_bytes(root, v, "root");
    CHECK_VECTOR(v, ds_key_derive(key, root, &path, 1) == DS_OK);
    CHECK_VECTOR(v, ds_key_public(out, algorithm, key) == DS_OK);
}

static void check_dip1(const ds_json *v)
{
    unsigned char report_data[64];
    ds_public_key own, found;
    ds_key_algorithm algorithm;
    ds_error err;
    ds_slice text = vector_text(v, "text");
    ds_key_algorithm wanted = ds_slice_equal(vector_text(v, "algorithm"), DS_LITERAL("ed25519"))
                                  ? DS_KEY_ED25519
                                  : DS_KEY_SECP256K1;
    app_key(&own, wanted, v);
    CHECK_VECTOR(v, ds_dip1_write(report_data, wanted, &own) == DS_OK);
    CHECK_VECTOR(v, same(report_data, sizeof report_data, v, "report_data"));
    CHECK_VECTOR(v, memcmp(report_data, text.data, text.len) == 0);
    CHECK_VECTOR(v, ds_dip1_read(&algorithm, &found, report_data, &err) == DS_OK);
    CHECK_VECTOR(v, algorithm == wanted && found.len == own.len &&
                        memcmp(found.bytes, own.bytes, own.len) == 0);
    for (size_t i = 0; i < text.len; i++) { /* '*' is no digit of base64url and in no tag */
        report_data[i] ^= '*';
        CHECK_VECTOR(v, ds_dip1_read(&algorithm, &found, report_data, &err) != DS_OK ||
                            memcmp(found.bytes, own.bytes, own.len) != 0);
        report_data[i] ^= '*';
    }
}

/* Texts that a lenient reader would take for keys. */
static void check_dip1_strictness(void)
{
    unsigned char data[64] = {0};
    ds_public_key found;
    ds_key_algorithm algorithm;
    ds_error err;
    CHECK(ds_dip1_read(&algorithm, &found, data, &err) == DS_INVALID && found.len == 0);
    CHECK(ds_dip1_write(data, DS_KEY_ED25519, &(ds_public_key){.len = 32}) == DS_OK);
    CHECK(ds_dip1_read(&algorithm, &found, data, &err) == DS_OK);
    data[63] = 1; /* something behind the zeros */
    CHECK(ds_dip1_read(&algorithm, &found, data, &err) == DS_INVALID);
    data[63] = 0;
    data[59] = 'B'; /* bits that the last byte does not hold */
    CHECK(ds_dip1_read(&algorithm, &found, data, &err) == DS_INVALID);
    data[59] = '=';
    CHECK(ds_dip1_read(&algorithm, &found, data, &err) == DS_INVALID);
    CHECK(ds_dip1_write(data, DS_KEY_SECP256K1, &(ds_public_key){{2}, 33}) == DS_OK);
    CHECK(ds_dip1_read(&algorithm, &found, data, &err) == DS_OK && found.len == 33);
    data[6] = 'S'; /* tags are what they are */
    CHECK(ds_dip1_read(&algorithm, &found, data, &err) == DS_INVALID && found.len == 0);
}

static void each(const ds_json_doc *doc, const char *name, void (*check)(const ds_json *))
{
    for (const ds_json *v = ds_json_member(doc->root, name)->first; v != NULL; v = v->next)
        check(v);
}

int main(void)
{
    ds_json_doc doc = vectors_read("spec/vectors/guest-v1.json");
    ds_key_algorithm algorithm;
    each(&doc, "key", check_key);
    each(&doc, "info", check_info);
    each(&doc, "claim", check_claim);
    each(&doc, "layout", check_layout);
    each(&doc, "get_key", check_get_key);
    each(&doc, "v0_key", check_v0_key);
    each(&doc, "chain", check_chain);
    each(&doc, "chain", check_mutations);
    each(&doc, "anchors", check_anchors);
    each(&doc, "public_key", check_public_key);
    each(&doc, "dip1", check_dip1);
    check_dip1_strictness();
    CHECK(!ds_key_algorithm_by_name_v1(&algorithm, DS_LITERAL("")));
    CHECK(!ds_key_algorithm_by_name_v1(&algorithm, DS_LITERAL("k256")));
    CHECK(!ds_key_algorithm_by_name_v1(&algorithm, DS_LITERAL("Ed25519")));
    CHECK(!ds_key_algorithm_by_name_v1(&algorithm, DS_LITERAL("secp256k1_prehashed")));
    ds_json_free(&doc);
    return test_done();
}
