/* What the simulated agent answers: keys, signatures, encodings, errors. */
#include "simulator_support.h"
#include "simulator_vectors.h"

static void put_arguments(ds_buf *body, const char *const (*pairs)[2], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ds_buf_byte(body, i == 0 ? '{' : ',');
        ds_json_put_string(body, text_slice(pairs[i][0]));
        ds_buf_byte(body, ':');
        ds_json_put_string(body, text_slice(pairs[i][1]));
    }
    ds_buf_add(body, "}", 2);
}

static int call(agent *a, const char *method, const char *const (*pairs)[2], size_t count)
{
    ds_buf body;
    ds_buf_init(&body, 1 << 20);
    put_arguments(&body, pairs, count);
    int status = ask(a, method, (const char *)body.data);
    ds_buf_free(&body);
    return status;
}

static void check_keys(agent *a, const key_vector *v, size_t count, const char *kms_link)
{
    for (; count > 0; v++, count--) {
        const char *const arguments[][2] = {
            {"path", v->path}, {"purpose", v->purpose}, {"algorithm", v->algorithm}};
        CHECK(call(a, "GetKey", arguments, 3) == 200);
        CHECK(member_is(a, "key", v->key));
        CHECK(is_text(element(a, "signature_chain", 0), v->link));
        CHECK(is_text(element(a, "signature_chain", 1), kms_link));
        CHECK(ds_json_member(a->json.root, "signature_chain")->count == 2);
    }
}

static void check_signatures(agent *a, const sign_vector *v, size_t count, const char *kms_link)
{
    for (; count > 0; v++, count--) {
        const char *const arguments[][2] = {{"algorithm", v->algorithm}, {"data", v->data}};
        CHECK(call(a, "Sign", arguments, 2) == 200);
        CHECK(member_is(a, "signature", v->signature));
        CHECK(is_text(element(a, "signature_chain", 0), v->signature));
        CHECK(is_text(element(a, "signature_chain", 1), v->link));
        CHECK(is_text(element(a, "signature_chain", 2), kms_link));
        CHECK(member_is(a, "public_key", v->public_key));
        const char *const again[][2] = {{"algorithm", v->algorithm},
                                        {"data", v->data},
                                        {"signature", v->signature},
                                        {"public_key", v->public_key}};
        CHECK(call(a, "Verify", again, 4) == 200 && body_is(a, "{\"valid\":true}"));
    }
}

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void known_answers(agent *a)
{
    unsigned char link[DS_LINK_BYTES], keep_key[DS_KEY_BYTES];
    ds_slice keep_link = a->identity.kms_link;
    check_keys(a, simulator_keys, COUNT(simulator_keys), UPSTREAM_LINK);
    check_signatures(a, simulator_signatures, COUNT(simulator_signatures), UPSTREAM_LINK);

    memcpy(keep_key, a->identity.app_root_key, sizeof keep_key);
    test_bytes(a->identity.app_root_key, TEST_KEY_A);
    a->identity.kms_link = ds_slice_of(NULL, 0);
    check_keys(a, a_keys, COUNT(a_keys), "");
    test_bytes(a->identity.app_root_key, HIERARCHY_APP_ROOT);
    a->identity.kms_link = ds_slice_of(link, test_bytes(link, HIERARCHY_KMS_LINK));
    check_signatures(a, hierarchy_signatures, COUNT(hierarchy_signatures), HIERARCHY_KMS_LINK);
    memcpy(a->identity.app_root_key, keep_key, sizeof keep_key);
    a->identity.kms_link = keep_link;
}

static void verifying(agent *a)
{
    for (size_t i = 0; i < COUNT(verifications); i++) {
        const verify_vector *v = &verifications[i];
        const char *const arguments[][2] = {{"algorithm", v->algorithm},
                                            {"data", v->data},
                                            {"signature", v->signature},
                                            {"public_key", v->public_key}};
        CHECK(call(a, "Verify", arguments, 4) == (v->valid < 0 ? 400 : 200));
        if (v->valid >= 0)
            CHECK(body_is(a, v->valid ? "{\"valid\":true}" : "{\"valid\":false}"));
    }
}

/* RFC 8032, 7.1, test 1. */
#define ED_PUBLIC "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define ED_SIGNATURE                                                                               \
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9" \
    "b46bd25bf5f0595bbe24655141438e7a100b"
/* y = 2 belongs to no point. */
#define ED_Y2 "0200000000000000000000000000000000000000000000000000000000000000"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static int verify(agent *a, const char *algorithm, const char *data, const char *signature,
                  const char *public_key)
{
    const char *const arguments[][2] = {{"algorithm", algorithm},
                                        {"data", data},
                                        {"signature", signature},
                                        {"public_key", public_key}};
    return call(a, "Verify", arguments, 4);
}

/* The second vector with s replaced by n - s: it parses, and is refused without an error. */
#define HIGH_S                                                                                     \
    "4753cea786fe882ec17a1f75199d15f43e864286ddf1d599a901e503db787dc2a37da37585da6583da902408a18b" \
    "4"                                                                                            \
    "28b9287a4f66f845641d9aa95d78f94df4d"

static void verify_rules(agent *a)
{
    const verify_vector *good = &verifications[1];
    CHECK(verify(a, "ed25519", "", ED_SIGNATURE, ED_PUBLIC) == 200 &&
          body_is(a, "{\"valid\":true}"));
    CHECK(verify(a, "ed25519", "00", ED_SIGNATURE, ED_PUBLIC) == 200 &&
          body_is(a, "{\"valid\":false}"));
    verify(a, "ed25519", "", ED_SIGNATURE, ED_PUBLIC "00");
    CHECK(refused(a, "invalid public key"));
    verify(a, "ed25519", "", ED_SIGNATURE, ED_Y2);
    CHECK(refused(a, "signature error: Cannot decompress Edwards point"));
    verify(a, "ed25519", "", ED_SIGNATURE "00", ED_PUBLIC);
    CHECK(refused(a, "signature error"));
    CHECK(verify(a, "ed25519", "", ED_SIGNATURE, ZEROS) == 200 && body_is(a, "{\"valid\":false}"));
    verify(a, "secp256k1", "", "", "");
    CHECK(refused(a, "signature error"));
    verify(a, "", "", "", "");
    CHECK(refused(a, "Unsupported algorithm"));
    verify(a, "rsa", "", "", "");
    CHECK(refused(a, "Unsupported algorithm"));
    CHECK(verify(a, "secp256k1_prehashed", "111111111111111111111111111111", good->signature,
                 good->public_key) == 200 &&
          body_is(a, "{\"valid\":false}"));
    CHECK(verify(a, "secp256k1", good->data, HIGH_S, good->public_key) == 200 &&
          body_is(a, "{\"valid\":false}"));
}

#define PAD64(hex)                                                                                 \
    hex "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" \
        "00"                                                                                       \
        "000000000000000000000000000000000000"

static void reading_json(agent *a)
{
    static const struct {
        const char *body, *want; /* report data without its zeros, or NULL for 400 */
    } cases[] = {
        {"{\"report_data\":\"\"}", ""},
        {"{\"report_data\":\"00\"}", ""},
        {"{\"report_data\":\"0x01\"}", "01"},
        {"{\"report_data\":\"0x0x01\"}", "01"},
        {"{\"report_data\":\"0x\"}", ""},
        {"{\"report_data\":\"AaFf\"}", "aaff"},
        {"{\"report_data\":\"74657374\"}", "74657374"},
        {"", ""},
        {"{}", ""},
        {"{\"other\":[null,{}],\"report_data\":\"01\"}", "01"},
        {"{\"report_data\":\"0X01\"}", NULL},
        {"{\"report_data\":\"0g\"}", NULL},
        {"{\"report_data\":\" 00\"}", NULL},
        {"{\"report_data\":\"00 \"}", NULL},
        {"{\"report_data\":\"0\"}", NULL},
        {"{\"report_data\":null}", NULL},
        {"{\"report_data\":1}", NULL},
        {"{\"report_data\":\"00\",\"report_data\":\"00\"}", NULL},
        {"{\"report_data\":\"00\"} x", NULL},
        {"\xef\xbb\xbf{}", NULL},
        {"[\"00\"]", NULL},
        {"null", NULL},
        {"{", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char want[129] = "";
        int status = ask(a, "GetQuote", cases[i].body);
        CHECK(status == (cases[i].want == NULL ? 400 : 200));
        if (cases[i].want == NULL) {
            CHECK(member(a, "error").len > 0);
            continue;
        }
        memset(want, '0', sizeof want - 1);
        memcpy(want, cases[i].want, strlen(cases[i].want));
        CHECK(member_is(a, "report_data", want));
    }
}

static void encodings(agent *a)
{
    ds_simulator_request r = {.verb = DS_LITERAL("POST"),
                              .path = DS_LITERAL("/GetKey"),
                              .body = DS_LITERAL("{\"path\":\"test\",\"purpose\":\"test\"}")};
    static const char *const json_types[] = {"application/json", "Application/JSON",
                                             "application/json; charset=utf-8",
                                             "application/json;charset=utf-8"};
    for (size_t i = 0; i < COUNT(json_types); i++) {
        r.content_type = text_slice(json_types[i]);
        CHECK(agent_request(a, &r) == 200 && member_is(a, "key", simulator_keys[0].key));
    }
    static const char *const queries[] = {"json", "json=", "json=1", "json=true",
                                          "a=b&json&json=0"};
    for (size_t i = 0; i < COUNT(queries); i++) {
        r.content_type = ds_slice_of(NULL, 0);
        r.query = text_slice(queries[i]);
        CHECK(agent_request(a, &r) == 200 && member_is(a, "key", simulator_keys[0].key));
    }
    static const char *const others[] = {"", "json=0", "json=false&json=1", "jsonx", "x=json"};
    for (size_t i = 0; i < COUNT(others); i++) {
        r.content_type = DS_LITERAL("application/octet-stream");
        r.query = text_slice(others[i]);
        agent_request(a, &r);
        CHECK(refused(a, "this simulator speaks JSON only, not protobuf: send the header "
                         "Content-Type: application/json (or add ?json to the path)"));
    }
    r.content_type = DS_LITERAL("application/jsonx");
    CHECK(agent_request(a, &r) == 400);
}

static void query_arguments(agent *a)
{
    CHECK(get(a, "/GetKey", "path=test&purpose=test&json=1&unknown[0]=2") == 200);
    CHECK(member_is(a, "key", simulator_keys[0].key));
    CHECK(get(a, "/Get%4bey", "p%61th=%2Ftest&purpose=p&algorithm=ed25519") == 200);
    CHECK(member_is(a, "key", simulator_keys[6].key));
    CHECK(is_text(element(a, "signature_chain", 0), simulator_keys[7].link));
    CHECK(get(a, "/GetQuote", "report_data=0xAB") == 200);
    CHECK(member_is(a, "report_data", PAD64("ab")));
    get(a, "/GetKey", "path=a&path=b");
    CHECK(refused(a, "path: duplicate: the argument appears twice"));
    get(a, "/GetKey", "path=%ff");
    CHECK(refused(a, "query: not UTF-8 text"));
    get(a, "/GetQuote", "report_data=xx");
    CHECK(refused(a, "report_data: hex: a character that is no hex digit"));
    get(a, "/GetTlsKey", "usage_server_auth=yes");
    CHECK(refused(a, "usage_server_auth: type: a string instead of a boolean"));
    get(a, "/GetTlsKey", "not_before=-1");
    CHECK(refused(a, "not_before: type: a string instead of an integer from 0 to 2^64-1"));
    get(a, "/GetTlsKey", "alt_names=a");
    CHECK(refused(a, "alt_names: type: a string instead of an array"));
    get(a, "/GetTlsKey", "alt_names[1]=a&alt_names[1]=b");
    CHECK(refused(a, "alt_names: duplicate: the same element twice"));
    CHECK(get(a, "/GetTlsKey",
              "subject=a+b%2Bc&alt_names[1]=b.example&alt_names%5B0%5D=a.example&alt_names[9]=::1"
              "&usage_server_auth=true&not_before=0&not_after=4102444799") == 200);
    CHECK(get(a, "/Info", "&&=x&%") == 200 && get(a, "/Version", NULL) == 200);
    CHECK(get(a, "/Version", "") == 200);
}

static int send_verb(agent *a, const char *verb, const char *path, const char *accept)
{
    return agent_request(a, &(ds_simulator_request){.verb = text_slice(verb),
                                                    .path = text_slice(path),
                                                    .content_type = DS_LITERAL("application/json"),
                                                    .accept = text_slice(accept)});
}

static void routes(agent *a)
{
    static const char *const nowhere[] = {"/",  "",       "/GetKey/", "/v1/GetKey/",
                                          "//", "GetKey", "/a/b/c"};
    for (size_t i = 0; i < COUNT(nowhere); i++) {
        CHECK(send_verb(a, "POST", nowhere[i], NULL) == 404);
        CHECK(strcmp(a->reply.content_type, "text/html; charset=utf-8") == 0);
        CHECK(memcmp(a->reply.body.data, "<!DOCTYPE html>", 15) == 0);
    }
    static const char *const verbs[] = {"PUT", "DELETE", "OPTIONS", "PATCH", "get", ""};
    for (size_t i = 0; i < COUNT(verbs); i++)
        CHECK(send_verb(a, verbs[i], "/Version", "*/*") == 404);
    CHECK(send_verb(a, "HEAD", "/Version", NULL) == 200);
    CHECK(body_is(a, "{\"version\":\"0.6.0\",\"rev\":\"unknown\"}"));
    static const struct {
        const char *accept;
        bool json;
    } accepts[] = {{"application/json", true},
                   {"text/html;q=0.9, application/json", true},
                   {"text/html, application/json", false},
                   {"*/*", false},
                   {" text/html ; q=0.2 ,Application/Json;q=0.25", true},
                   {"application/json;q=0", false},
                   {",;,q=", false}};
    for (size_t i = 0; i < COUNT(accepts); i++) {
        CHECK(send_verb(a, "POST", "/a/b", accepts[i].accept) == 404);
        CHECK((a->json.root != NULL) == accepts[i].json);
    }
    send_verb(a, "POST", "/a/b", "application/json");
    CHECK(body_is(a,
                  "{\n  \"error\": {\n    \"code\": 404,\n    \"reason\": \"Not Found\",\n"
                  "    \"description\": \"The requested resource could not be found.\"\n  }\n}"));
}

/* A message with the text, of 38 bytes, as field 1. */
#define TOO_LARGE_PROTOBUF                                                                         \
    "\x0a\x26"                                                                                     \
    "failed to read data: payload too large"

static void methods(agent *a)
{
    static const char *const unknown[][2] = {
        {"/GpuInfo", "GpuInfo"}, {"/v1", "v1"},        {"/DstackGuest.Info", "DstackGuest.Info"},
        {"/getkey", "getkey"},   {"/%1b%22a", ".\"a"},
    };
    for (size_t i = 0; i < COUNT(unknown); i++) {
        send_verb(a, "POST", unknown[i][0], NULL);
        CHECK(is_unknown(a, unknown[i][1]));
    }
    ask(a, "None", "{}");
    CHECK(body_is(a, "{\n  \"error\": \"Service not found: None\"\n}"));
    char longest[2000] = "/";
    memset(longest + 1, 'x', sizeof longest - 2);
    longest[sizeof longest - 1] = '\0';
    CHECK(send_verb(a, "POST", longest, NULL) == 404);
    CHECK(ask(a, "Version", "[1") == 200 && ask(a, "Info", "\xff") == 200);
    CHECK(ask(a, "GetKey", "[1") == 400);
    agent_request(a, &(ds_simulator_request){.verb = DS_LITERAL("POST"),
                                             .path = DS_LITERAL("/GetKey"),
                                             .content_type = DS_LITERAL("application/json"),
                                             .body_too_large = true});
    CHECK(a->reply.status == 413 && body_is(a, TOO_LARGE_PROTOBUF));
    CHECK(strcmp(a->reply.content_type, "application/octet-stream") == 0);
    agent_request(a, &(ds_simulator_request){.verb = DS_LITERAL("POST"),
                                             .path = DS_LITERAL("/GetKey"),
                                             .query = DS_LITERAL("json"),
                                             .body_too_large = true});
    CHECK(refused_with(a, 413, "failed to read data: payload too large"));
}

static void error_texts(agent *a)
{
    char body[160] = "{\"report_data\":\"";
    memset(body + strlen(body), 'a', 130);
    strcat(body, "\"}");
    ask(a, "GetKey", "{\"algorithm\":\"secp256k1_prehashed\"}");
    CHECK(refused(a, "Unsupported algorithm"));
    ask(a, "GetKey", "{\"algorithm\":\"Secp256k1\"}");
    CHECK(refused(a, "Unsupported algorithm"));
    CHECK(ask(a, "GetKey", "{\"algorithm\":\"k256\",\"path\":\"test\",\"purpose\":\"test\"}") ==
          200);
    CHECK(is_text(element(a, "signature_chain", 0), simulator_keys[0].link));
    ask(a, "Sign", "{}");
    CHECK(refused(a, "Unsupported algorithm"));
    ask(a, "Sign", "{\"algorithm\":\"secp256k1_prehashed\",\"data\":\"0011\"}");
    CHECK(refused(a, "Pre-hashed signing requires a 32-byte digest, but received 2 bytes"));
    ask(a, "GetQuote", body);
    CHECK(refused(a, "Report data is too long"));
    ask(a, "Attest", body);
    CHECK(refused(a, "Report data is too long"));
    ask(a, "GetTlsKey", "{\"not_before\":5,\"not_after\":5}");
    CHECK(refused(a, "not_before must be earlier than not_after"));
    ask(a, "GetTlsKey", "{\"not_after\":253402300800}");
    CHECK(refused(a, "not_after: no certificate can be valid after the year 9999"));
    ask(a, "GetTlsKey", "{\"not_before\":18446744073709551615}");
    CHECK(refused(a, "not_before: no certificate can be valid after the year 9999"));
    CHECK(ask(a, "GetTlsKey", "{\"not_before\":null,\"not_after\":253402300799}") == 200);
    ask(a, "GetTlsKey", "{\"not_before\":1.0}");
    CHECK(refused(a, "not_before: type: a number instead of an integer from 0 to 2^64-1"));
    ask(a, "GetTlsKey", "{\"alt_names\":[\"ok\",\"\xc3\xa9.example\"]}");
    CHECK(refused(a, "Failed to sign the CSR: Failed to sign certificate: Failed to sign "
                     "certificate: Invalid IA5String: '\xc3\xa9.example'"));
    ask(a, "EmitEvent", "{\"event\":1}");
    CHECK(refused(a, "event: type: a number instead of a string"));
}

static void nul_is_data(agent *a)
{
    ds_slice with = DS_LITERAL("a\0b");
    unsigned char key[DS_KEY_BYTES];
    char hex[2 * DS_KEY_BYTES + 1] = "";
    CHECK(ask(a, "GetKey", "{\"path\":\"a\\u0000b\"}") == 200);
    CHECK(ds_key_derive(key, a->identity.app_root_key, &with, 1) == DS_OK);
    ds_hex_encode(hex, key, sizeof key);
    CHECK(member_is(a, "key", hex));
    CHECK(get(a, "/GetKey", "path=a%00b") == 200 && member_is(a, "key", hex));
}

int main(void)
{
    agent a;
    agent_start(&a, UPSTREAM_DIR, NULL);
    known_answers(&a);
    verifying(&a);
    verify_rules(&a);
    reading_json(&a);
    encodings(&a);
    query_arguments(&a);
    routes(&a);
    methods(&a);
    error_texts(&a);
    nul_is_data(&a);
    agent_stop(&a);
    return test_done();
}
