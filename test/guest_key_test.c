#include "guest/key.h"

#include "vectors.h"

static void check_get_key(const ds_json *v)
{
    unsigned char root[32], key[32], want[32], public_want[33], link[65], link_want[65];
    ds_key_algorithm algorithm;
    ds_public_key public_key;
    ds_slice path = vector_text(v, "path");
    vector_bytes(root, v, "root");
    vector_bytes(want, v, "key");
    vector_bytes(link_want, v, "link0");
    ds_slice wanted = vector_bytes(public_want, v, "public_key");
    CHECK_VECTOR(v, ds_key_algorithm_by_name(&algorithm, vector_text(v, "algorithm")));
    CHECK_VECTOR(v, ds_key_derive(key, root, &path, 1) == DS_OK && memcmp(key, want, 32) == 0);
    CHECK_VECTOR(v, ds_key_public(&public_key, algorithm, key) == DS_OK);
    CHECK_VECTOR(v, ds_slice_equal(ds_slice_of(public_key.bytes, public_key.len), wanted));
    CHECK_VECTOR(v, ds_chain_sign_key(link, root, vector_text(v, "purpose"), &public_key) == DS_OK);
    CHECK_VECTOR(v, memcmp(link, link_want, sizeof link) == 0);
}

static void check_kms(const ds_json *v)
{
    unsigned char kms[32], app_id[20], root[32], want[32], public_want[33], link[65], link_want[65];
    ds_public_key app_root;
    vector_bytes(kms, v, "kms_root_key");
    vector_bytes(want, v, "app_root_key");
    vector_bytes(public_want, v, "app_root");
    vector_bytes(link_want, v, "link1");
    ds_slice context[] = {vector_bytes(app_id, v, "app_id"), DS_LITERAL("app-key")};
    CHECK_VECTOR(v, ds_key_derive(root, kms, context, 2) == DS_OK && !memcmp(root, want, 32));
    CHECK_VECTOR(v, ds_key_public(&app_root, DS_KEY_SECP256K1, root) == DS_OK);
    CHECK_VECTOR(v, memcmp(app_root.bytes, public_want, 33) == 0);
    CHECK_VECTOR(v, ds_chain_sign_app(link, kms, context[0], app_root.bytes) == DS_OK);
    CHECK_VECTOR(v, memcmp(link, link_want, sizeof link) == 0);
    CHECK_VECTOR(v,
                 ds_chain_sign_app(link, kms, DS_LITERAL("short"), app_root.bytes) == DS_INVALID);
}

/* Everything a chain vector points to. */
typedef struct chain {
    unsigned char public_key[33], app_id[20], kms_root[65], link0[65], link1[65];
    ds_chain_claim claim;
    ds_slice links[2];
} chain;

static void load_chain(chain *c, const ds_json *v)
{
    const ds_json *links = ds_json_member(v, "links");
    c->claim = (ds_chain_claim){.scheme = DS_KEYS_V0, .purpose = vector_text(v, "purpose")};
    c->claim.public_key = vector_bytes(c->public_key, v, "public_key");
    c->claim.app_id = vector_bytes(c->app_id, v, "app_id");
    c->claim.kms_root = vector_bytes(c->kms_root, v, "kms_root");
    if (!ds_hex_decode(c->link0, links->first->text.data, 130) ||
        !ds_hex_decode(c->link1, links->first->next->text.data, 130))
        abort();
    c->links[0] = ds_slice_of(c->link0, 65);
    c->links[1] = ds_slice_of(c->link1, 65);
}

static void check_chain(const ds_json *v)
{
    unsigned char app_root[33], want[33];
    chain c;
    ds_error err;
    load_chain(&c, v);
    ds_status status = ds_chain_verify(app_root, &c.claim, c.links, &err);
    if (!ds_json_member(v, "valid")->boolean) {
        CHECK_VECTOR(v, status == DS_VERIFY);
        return;
    }
    vector_bytes(want, v, "app_root");
    CHECK_VECTOR(v, status == DS_OK && memcmp(app_root, want, 33) == 0);
}

/* s becomes n - s and v changes its low bit: the same signer is recovered from it. */
static void raise_s(unsigned char link[65])
{
    static const char order[] = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    unsigned char n[32];
    int borrow = 0;
    test_bytes(n, order);
    for (int i = 31; i >= 0; i--) {
        int digit = n[i] - link[32 + i] - borrow;
        borrow = digit < 0;
        link[32 + i] = (unsigned char)(digit + (borrow ? 256 : 0));
    }
    link[64] ^= 1;
}

static ds_status verify(chain *c, ds_error *err)
{
    unsigned char app_root[33];
    return ds_chain_verify(app_root, &c->claim, c->links, err);
}

/* Each single thing made wrong in a chain that is right. */
static void check_mutations(const ds_json *v)
{
    chain c;
    ds_error err;
    for (int which = 0; which < 2; which++) {
        load_chain(&c, v);
        raise_s(which == 0 ? c.link0 : c.link1);
        CHECK(verify(&c, &err) == DS_VERIFY && strstr(err.text, "high") != NULL);
        CHECK(strstr(err.text, which == 0 ? "link 0" : "link 1") != NULL);
    }
    load_chain(&c, v);
    c.link0[64] = (unsigned char)(c.link0[64] + 27);
    CHECK(verify(&c, &err) == DS_VERIFY);
    load_chain(&c, v);
    c.link0[64] = 4;
    CHECK(verify(&c, &err) == DS_VERIFY);
    load_chain(&c, v);
    memset(c.link1 + 32, 0, 32);
    CHECK(verify(&c, &err) == DS_VERIFY);
    load_chain(&c, v);
    c.links[1].len = 0;
    CHECK(verify(&c, &err) == DS_NO_KMS);
    load_chain(&c, v);
    c.links[0].len = 64;
    CHECK(verify(&c, &err) == DS_VERIFY && strstr(err.text, "length") != NULL);
    load_chain(&c, v);
    c.app_id[0] ^= 1;
    CHECK(verify(&c, &err) == DS_VERIFY);
    load_chain(&c, v);
    c.claim.app_id.len = 19;
    CHECK(verify(&c, &err) == DS_INVALID);
    load_chain(&c, v);
    c.claim.kms_root = ds_slice_of(c.public_key, 32);
    CHECK(verify(&c, &err) == DS_INVALID);
    load_chain(&c, v);
    ds_slice first = c.links[0];
    c.links[0] = c.links[1];
    c.links[1] = first;
    CHECK(verify(&c, &err) == DS_VERIFY);
}

/* An anchor may be given uncompressed too. */
static void check_uncompressed(const ds_json *v)
{
    chain c;
    ds_error err;
    unsigned char point[65];
    load_chain(&c, v);
    CHECK(ds_secp256k1_public_uncompressed(point, c.kms_root) == DS_OK);
    c.claim.kms_root = ds_slice_of(point, 65);
    CHECK(verify(&c, &err) == DS_OK);
}

static void each(const ds_json_doc *doc, const char *name, void (*check)(const ds_json *))
{
    for (const ds_json *v = ds_json_member(doc->root, name)->first; v != NULL; v = v->next)
        check(v);
}

int main(void)
{
    ds_json_doc doc = vectors_read("spec/vectors/guest-v0.json");
    ds_key_algorithm algorithm;
    each(&doc, "get_key", check_get_key);
    each(&doc, "kms", check_kms);
    each(&doc, "chain", check_chain);
    for (const ds_json *v = ds_json_member(doc.root, "chain")->first; v != NULL; v = v->next)
        if (ds_json_member(v, "valid")->boolean) {
            check_mutations(v);
            check_uncompressed(v);
        }
    CHECK(!ds_key_algorithm_by_name(&algorithm, DS_LITERAL("secp256k1_prehashed")));
    CHECK(!ds_key_algorithm_by_name(&algorithm, DS_LITERAL("ED25519")));
    ds_json_free(&doc);
    return test_done();
}
