/* The simulated KMS: its keys by published derivations, what it answers and signs; environments
 * that are opened with them. */
#define _DEFAULT_SOURCE /* mkstemp */

#include "crypto/x509.h"
#include "deploy/env_key.h"
#include "deploy/env_seal.h"
#include "simulator/builtin.h"
#include "simulator/environment.h"
#include "simulator/kms.h"
#include "simulator_support.h"
#include "vectors.h"

#include <unistd.h>

#define APP_ID "e6359b3f1e26120289bf5f5621664ebf52c62469"

static int post(agent *a, const char *path, const char *body)
{
    return agent_request(a, &(ds_simulator_request){.serves = DS_SERVES_KMS,
                                                    .verb = DS_LITERAL("POST"),
                                                    .path = text_slice(path),
                                                    .content_type = DS_LITERAL("application/json"),
                                                    .body = text_slice(body)});
}

static void test_derivation(void)
{
    ds_json_doc doc = vectors_read("spec/vectors/env.json");
    const ds_json *derivation = ds_json_member(doc.root, "derivation");
    unsigned char ca_key[32], app_id[20], secret[32], wanted[32], pub[32];
    vector_bytes(ca_key, derivation, "root_ca_key");
    for (const ds_json *v = ds_json_member(derivation, "cases")->first; v != NULL; v = v->next) {
        ds_slice id = vector_bytes(app_id, v, "app_id");
        CHECK_VECTOR(v, ds_kms_env_key(secret, ca_key, id) == DS_OK);
        vector_bytes(wanted, v, "env_crypt_key");
        CHECK_VECTOR(v, memcmp(secret, wanted, 32) == 0);
        vector_bytes(wanted, v, "public_key");
        CHECK_VECTOR(v, ds_x25519_public_key(pub, secret) == DS_OK && memcmp(pub, wanted, 32) == 0);
    }
    ds_json_free(&doc);
}

/* What ties an application's key to the root: its derivation, and the root's signature. */
static void test_issued(void)
{
    ds_json_doc doc = vectors_read("spec/vectors/env.json");
    ds_builtin_kms kms = {.root_key = {0}};
    unsigned char app_id[20], key[32], pub[33], sig[65], made[32], link[65];
    vector_bytes(kms.root_key, ds_json_member(doc.root, "root"), "secret");
    const ds_json *issued = ds_json_member(ds_json_member(doc.root, "derivation"), "issued");
    for (const ds_json *v = issued->first; v != NULL; v = v->next) {
        ds_slice id = vector_bytes(app_id, v, "app_id");
        vector_bytes(pub, v, "app_public_key");
        vector_bytes(sig, v, "signature");
        CHECK_VECTOR(v, ds_chain_sign_app(link, kms.root_key, id, pub) == DS_OK);
        CHECK_VECTOR(v, memcmp(link, sig, 65) == 0);
        if (ds_json_member(v, "app_key") == NULL)
            continue;
        vector_bytes(key, v, "app_key");
        CHECK_VECTOR(v, ds_builtin_issue_app(made, link, &kms, id) == DS_OK);
        CHECK_VECTOR(v, memcmp(made, key, 32) == 0 && memcmp(link, sig, 65) == 0);
    }
    CHECK(issued->count == 2);
    ds_json_free(&doc);
}

static void test_meta(agent *a)
{
    ds_builtin_kms kms;
    unsigned char root[64], of_ca[65], of_key[65];
    ds_error err;
    CHECK(ds_builtin_kms_open(&kms) == DS_OK);
    CHECK(post(a, "/prpc/GetMeta", "") == 200);
    CHECK(member_bytes(a, "k256_pubkey", root) == 33 && memcmp(root, kms.root, 33) == 0);
    CHECK(ds_x509_public_key(of_ca, member(a, "ca_cert"), &err) == DS_OK);
    CHECK(ds_p256_public_key(of_key, kms.ca_key) == DS_OK && memcmp(of_ca, of_key, 65) == 0);
    CHECK(ds_json_member(a->json.root, "is_dev")->boolean);
    CHECK(!ds_json_member(a->json.root, "allow_any_upgrade")->boolean);
    static const char *const null[] = {"bootstrap_info", "gateway_app_id", "kms_contract_address",
                                       "chain_id", "app_auth_implementation"};
    for (size_t i = 0; i < sizeof null / sizeof *null; i++)
        CHECK(ds_json_member(a->json.root, null[i])->type == DS_JSON_NULL);
}

static void check_signature(agent *a, const char *name, ds_env_key_claim claim)
{
    ds_builtin_kms kms;
    unsigned char sig[65], signer[33];
    ds_error err;
    CHECK(ds_builtin_kms_open(&kms) == DS_OK);
    CHECK(member_bytes(a, name, sig) == 65);
    CHECK(ds_env_key_verify(signer, &claim, ds_slice_of(sig, 65), ds_slice_of(kms.root, 33),
                            &err) == DS_OK);
}

static void test_env_key(agent *a, const char *path, const char *body)
{
    ds_builtin_kms kms;
    unsigned char app_id[20], secret[32], pub[32], wanted[32];
    CHECK(ds_builtin_kms_open(&kms) == DS_OK);
    test_bytes(app_id, APP_ID);
    CHECK(ds_kms_env_key(secret, kms.ca_key, ds_slice_of(app_id, 20)) == DS_OK);
    CHECK(ds_x25519_public_key(wanted, secret) == DS_OK);
    CHECK(post(a, path, body) == 200);
    CHECK(member_bytes(a, "public_key", pub) == 32 && memcmp(pub, wanted, 32) == 0);
    ds_env_key_claim claim = {.app_id = {app_id, 20}, .public_key = {pub, 32}};
    check_signature(a, "signature", claim);
    claim.has_timestamp = true;
    CHECK(ds_json_u64(ds_json_member(a->json.root, "timestamp"), &claim.timestamp));
    check_signature(a, "signature_v1", claim);
}

static void test_refusals(agent *a)
{
    CHECK(post(a, "/prpc/GetAppEnvEncryptPubKey", "{\"app_id\":\"00\"}") == 400);
    CHECK(refused(a, "app_id must be 20 bytes"));
    CHECK(post(a, "/prpc/GetAppEnvEncryptPubKey", "") == 400);
    CHECK(post(a, "/prpc/GetKmsKey", "{}") == 404);
    CHECK(is_unknown(a, "GetKmsKey"));
    CHECK(post(a, "/prpc/Tappd.Version", "{}") == 404);
    CHECK(post(a, "/GetMeta", "{}") == 404);
    CHECK(ask(a, "prpc/GetMeta", "{}") == 404); /* the agent's listener */
}

/* Writes what is sealed to the identity's key. Out: path, of a file to be removed. */
static void seal_file(char *path, const agent *a, const char *json, bool hex)
{
    unsigned char pub[32];
    ds_buf blob, text;
    ds_error err;
    ds_buf_init(&blob, DS_ENV_BLOB_MAX);
    ds_buf_init(&text, 2 * DS_ENV_BLOB_MAX + 2);
    CHECK(ds_x25519_public_key(pub, a->identity.env_key) == DS_OK);
    CHECK(ds_env_seal(&blob, text_slice(json), pub, &err) == DS_OK);
    ds_buf_hex(&text, blob.data, blob.len);
    ds_buf_byte(&text, '\n');
    strcpy(path, "/tmp/dstack-env-XXXXXX");
    int fd = mkstemp(path);
    const ds_buf *content = hex ? &text : &blob;
    CHECK(fd >= 0 && write(fd, content->data, content->len) == (ssize_t)content->len);
    close(fd);
    ds_buf_free(&blob);
    ds_buf_free(&text);
}

/* Opens it as an identity whose compose file allows A and B. Returns whether it would boot, and
 * says the wanted text. */
static bool boots_with(agent *a, const char *compose, const char *json, bool hex,
                       const char *wanted)
{
    char path[64];
    ds_error err = {DS_OK, ""};
    seal_file(path, a, json, hex);
    a->identity.compose = text_slice(compose);
    ds_buf_clear(&a->notices);
    bool good = ds_environment_open(&a->notices, &a->identity, path, &err) == DS_OK;
    ds_buf_byte(&a->notices, '\0');
    remove(path);
    test_count(strstr(good ? (const char *)a->notices.data : err.text, wanted) != NULL, __FILE__,
               __LINE__, good ? (const char *)a->notices.data : err.text);
    return good;
}

static bool boots(agent *a, const char *json, bool hex, const char *wanted)
{
    return boots_with(a, "{\"name\":\"x\",\"kms_enabled\":true,\"allowed_envs\":[\"A\",\"B\"]}",
                      json, hex, wanted);
}

/* Guests have a key for it from a KMS only, and say nothing where there is none. */
static void test_providers(agent *a)
{
    static const char json[] = "{\"env\":[{\"key\":\"A\",\"value\":\"123\"}]}";
    static const char arrives[] = "encrypted environment: A, 3 bytes\n";
    static const struct {
        const char *compose, *wanted;
    } cases[] = {
        {"{\"key_provider\":\"kms\",\"allowed_envs\":[\"A\"]}", arrives},
        {"{\"key_provider\":null,\"kms_enabled\":true,\"allowed_envs\":[\"A\"]}", arrives},
        {"{\"key_provider\":\"tpm\",\"kms_enabled\":true}", "key provider is tpm, not kms"},
        {"{\"kms_enabled\":false,\"local_key_provider_enabled\":true}",
         "provider is local, not kms"},
        {"{\"allowed_envs\":[\"A\"]}", "provider is none, not kms: there is no key for it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK(boots_with(a, cases[i].compose, json, true, cases[i].wanted));
}

static void test_environment(const char *dir, const char *app_id)
{
    agent a, other;
    agent_start(&a, dir, app_id);
    agent_start(&other, NULL, "0000000000000000000000000000000000000001");
    CHECK(boots(&a, "{\"env\":[{\"key\":\"A\",\"value\":\"123\"}]}", false,
                "encrypted environment: A, 3 bytes\n"));
    CHECK(boots(&a, "{\"env\":[{\"key\":\"C\",\"value\":\"1\"}]}", true,
                "warning: encrypted environment: C is not in allowed_envs"));
    CHECK(boots(&a, "{\"env\":[{\"key\":\"s3cret!\",\"value\":\"1\"}]}", true,
                "warning: encrypted environment: a name is not in allowed_envs"));
    CHECK(boots(&a, "{\"env\":[{\"key\":\"B\",\"value\":\"1\\n2\"}]}", true,
                "warning: encrypted environment: B: a newline"));
    CHECK(
        !boots(&a, "{\"env\":[{\"key\":\"A\",\"value\":null}]}", true, "null instead of a string"));
    CHECK(!boots(&a, "[]", false, "no object with a list"));
    CHECK(boots(&a, "{\"env\":[]}", true, "encrypted environment: no variables: it clears"));
    CHECK(!boots(&a, "{\"env\":[],\"env\":[]}", true, "has `env` twice"));
    test_providers(&a);
    a.identity.compose = DS_LITERAL("{\"kms_enabled\":true}");
    memcpy(a.identity.env_key, other.identity.env_key, 32);
    char path[64];
    ds_error err;
    seal_file(path, &a, "{}", true);
    a.identity.env_key[3] ^= 1;
    CHECK(ds_environment_open(&a.notices, &a.identity, path, &err) == DS_INVALID &&
          strstr(err.text, "sealed to another key") != NULL);
    a.identity.has_env_key = false;
    ds_buf_clear(&a.notices);
    CHECK(ds_environment_open(&a.notices, &a.identity, path, &err) == DS_OK);
    ds_buf_byte(&a.notices, '\0');
    CHECK(agent_notes(&a, "without a KMS there is no key"));
    remove(path);
    agent_stop(&a);
    agent_stop(&other);
}

/* Keys from elsewhere change nothing about the built-in KMS. */
static void test_other_identity(void)
{
    unsigned char root[64];
    agent a;
    agent_start(&a, UPSTREAM_DIR, UPSTREAM_APP_ID);
    test_meta(&a);
    CHECK(member_bytes(&a, "k256_pubkey", root) == 33);
    CHECK(memcmp(root, a.identity.kms_root, 33) != 0);
    agent_stop(&a);
}

int main(void)
{
    agent a;
    agent_start(&a, NULL, NULL);
    test_derivation();
    test_issued();
    test_meta(&a);
    test_env_key(&a, "/prpc/GetAppEnvEncryptPubKey", "{\"app_id\":\"" APP_ID "\"}");
    test_env_key(&a, "/prpc/KMS.GetAppEnvEncryptPubKey", "{\"app_id\":\"0x" APP_ID "\"}");
    test_refusals(&a);
    agent_stop(&a);
    test_other_identity();
    test_environment(NULL, NULL);
    test_environment(UPSTREAM_DIR, UPSTREAM_APP_ID);
    return test_done();
}
