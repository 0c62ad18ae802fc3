/* Who the simulated agent is: the built-in identity, and directories of files good and bad. */
#include "base/base64.h"
#include "base/wipe.h"
#include "guest/key.h"
#include "simulator/builtin.h"
#include "simulator_support.h"

#include <sys/stat.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* The development identity is the same for everybody, for ever. */
#define BUILTIN_ROOT   "0346deebfbcec061d21cc253af5dd870cc4503eace4f79941266cf738a52a5c301"
#define BUILTIN_APP_ID "9b03ddc97765307811009aa8f7948349e602ba31"

static ds_status verify_chain(agent *a, const unsigned char *app_id, const unsigned char *root,
                              ds_error *err)
{
    unsigned char app_root[DS_SECP256K1_PUBLICBYTES], links[2][DS_LINK_BYTES], key[DS_KEY_BYTES];
    ds_public_key public_key;
    CHECK(ask(a, "GetKey", "{\"path\":\"p\",\"purpose\":\"q\"}") == 200);
    CHECK(member_bytes(a, "key", key) == sizeof key);
    CHECK(ds_key_public(&public_key, DS_KEY_SECP256K1, key) == DS_OK);
    ds_slice slices[2];
    for (size_t i = 0; i < 2; i++) {
        ds_slice hex = element(a, "signature_chain", i);
        CHECK(hex.len <= 2 * DS_LINK_BYTES && ds_hex_decode(links[i], hex.data, hex.len));
        slices[i] = ds_slice_of(links[i], hex.len / 2);
    }
    const ds_chain_claim claim = {.purpose = DS_LITERAL("q"),
                                  .public_key = {public_key.bytes, public_key.len},
                                  .app_id = {app_id, DS_APP_ID_BYTES},
                                  .kms_root = {root, DS_SECP256K1_PUBLICBYTES}};
    return ds_chain_verify(app_root, &claim, slices, err);
}

static void check_consistent(agent *a)
{
    const ds_identity *id = &a->identity;
    unsigned char hash[DS_SHA256_BYTES];
    ds_error err;
    CHECK(ds_hash(DS_SHA256, hash, &id->compose, 1) == DS_OK);
    CHECK(memcmp(hash, id->compose_hash, sizeof hash) == 0);
    CHECK(verify_chain(a, id->app_id, id->kms_root, &err) == DS_OK);
    ds_eventlog log = {.events = id->events, .count = id->event_count};
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES];
    CHECK(ds_eventlog_replay(rtmr, &log, &err) == DS_OK);
    CHECK(memcmp(rtmr, id->report.rt_mr, sizeof rtmr) == 0);
    const ds_event *event = ds_eventlog_find(&log, DS_LITERAL("app-id"));
    CHECK(event != NULL &&
          ds_slice_equal(event->payload, ds_slice_of(id->app_id, DS_APP_ID_BYTES)));
    event = ds_eventlog_find(&log, DS_LITERAL("compose-hash"));
    CHECK(event != NULL && ds_slice_equal(event->payload, ds_slice_of(hash, sizeof hash)));
}

/* The image's hash is that of the list of its files, which is in the configuration. */
static void check_image(const ds_identity *id)
{
    static const char member[] = "\"checksum_file\":\"";
    unsigned char hash[DS_SHA256_BYTES];
    ds_error err;
    ds_buf list;
    ds_buf_init(&list, 1024);
    const char *text = strstr(id->vm_config.data, member);
    CHECK(text != NULL);
    text += sizeof member - 1;
    CHECK(ds_base64_decode(&list, ds_slice_of(text, strcspn(text, "\"")), DS_BASE64, &err) ==
          DS_OK);
    CHECK(ds_hash_one(DS_SHA256, hash, list.data, list.len) == DS_OK);
    CHECK(ds_slice_equal(id->os_image_hash, ds_slice_of(hash, sizeof hash)));
    ds_buf_free(&list);
}

static void built_in(void)
{
    static const char *const order[] = {"system-preparing", "app-id",       "compose-hash",
                                        "instance-id",      "boot-mr-done", "os-image-hash",
                                        "key-provider",     "storage-fs",   "system-ready"};
    agent a, b;
    size_t runtime = 0, acpi = 0;
    agent_start(&a, NULL, NULL);
    agent_start(&b, NULL, NULL);
    check_consistent(&a);
    const ds_identity *id = &a.identity;
    CHECK(id->issuer == DS_ISSUER_KNOWN && id->instance_id.len == DS_INSTANCE_ID_BYTES);
    CHECK(memcmp(id->app_id, id->compose_hash, DS_APP_ID_BYTES) == 0);
    CHECK_HEX(id->kms_root, sizeof id->kms_root, BUILTIN_ROOT);
    CHECK_HEX(id->app_id, sizeof id->app_id, BUILTIN_APP_ID);
    CHECK(ds_slice_equal(id->app_name, DS_LITERAL("dstack-lua-simulator")));
    CHECK(memcmp(id->app_root_key, b.identity.app_root_key, DS_KEY_BYTES) == 0);
    CHECK(memcmp(&id->report, &b.identity.report, sizeof id->report) == 0);
    CHECK(agent_notes(&a, "app-compose.json: built in\n"));
    check_image(id);
    for (size_t i = 0; i < id->event_count; i++) {
        acpi += ds_event_is_acpi_data(&id->events[i]);
        if (ds_event_is_runtime(&id->events[i]) && runtime < COUNT(order))
            CHECK(is_text(id->events[i].name, order[runtime++]));
    }
    CHECK(runtime == COUNT(order) && acpi == 3);
    agent_stop(&b);
    agent_stop(&a);
}

static void fixed_app_id(void)
{
    agent a;
    agent_start(&a, NULL, "00112233445566778899aabbccddeeff00112233");
    check_consistent(&a);
    CHECK_HEX(a.identity.app_id, DS_APP_ID_BYTES, "00112233445566778899aabbccddeeff00112233");
    CHECK_HEX(a.identity.kms_root, DS_SECP256K1_PUBLICBYTES, BUILTIN_ROOT);
    agent_stop(&a);
    ds_error err;
    CHECK(agent_try(&a, NULL, "0011", &err) == DS_INVALID);
    CHECK(strcmp(err.text, "app id: 2 bytes instead of 20") == 0);
    agent_stop(&a);
}

static void upstream(void)
{
    agent a;
    ds_error err;
    agent_start(&a, UPSTREAM_DIR, NULL);
    CHECK(agent_notes(&a,
                      "were issued for app id " UPSTREAM_APP_ID ", app-compose.json gives "
                      "65b4e574f16973956908b6359920593c3b7d9f36: signature chains do not verify "
                      "for it; --app-id " UPSTREAM_APP_ID " makes the chain verify"));
    CHECK(a.identity.issuer == DS_ISSUER_KNOWN);
    CHECK_HEX(a.identity.kms_root, DS_SECP256K1_PUBLICBYTES, UPSTREAM_ROOT);
    CHECK(verify_chain(&a, a.identity.app_id, a.identity.kms_root, &err) == DS_VERIFY);
    CHECK(is_text(a.identity.storage_fs, "ext4") && is_text(a.identity.app_name, "guest-agent"));
    CHECK(is_text(a.identity.vm_config,
                  "{\"os_image_hash\":\"64f0d1545cd510a8dfed7ad609d105b5d41f0cb2afcfdda8867ede00c88"
                  "add7a\",\"cpu_count\":1,\"memory_size\":2147483648}"));
    CHECK(is_text(
        a.identity.key_provider_info,
        "{\"name\":\"kms\",\"id\":\"3059301306072a8648ce3d020106082a8648ce3d0301070342000419"
        "b2457dd9b8aa6446d980f136fff7812ecd6c77740eeb0e28b10d56c0c00028a5b6e59dcea307d583bd1f"
        "70769e9c116df2bcfb1758a95d8613e7de1c8482c0\"}"));
    agent_stop(&a);
    agent_start(&a, UPSTREAM_DIR, UPSTREAM_APP_ID);
    check_consistent(&a);
    CHECK_HEX(a.identity.kms_root, DS_SECP256K1_PUBLICBYTES, UPSTREAM_ROOT);
    CHECK(!agent_notes(&a, "issued"));
    CHECK(agent_notes(&a, "appkeys.json: " UPSTREAM_DIR "/appkeys.json\n"));
    agent_stop(&a);
    agent_start(&a, UPSTREAM_DIR, "00112233445566778899aabbccddeeff00112233");
    CHECK(agent_notes(&a, "--app-id gives 00112233445566778899aabbccddeeff00112233"));
    CHECK_HEX(a.identity.kms_root, DS_SECP256K1_PUBLICBYTES, UPSTREAM_ROOT);
    agent_stop(&a);
}

/* A directory of our own */

static char directory[] = "/tmp/dstack-identity-XXXXXX";

static void put_file(const char *name, const char *content, size_t len)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    unlink(path);
    if (content == NULL)
        return;
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(content, 1, len, file) != len || fclose(file) != 0)
        abort();
}

static char *upstream_file(const char *name)
{
    static char content[8192];
    char path[256];
    snprintf(path, sizeof path, "%s/%s", UPSTREAM_DIR, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        abort();
    content[fread(content, 1, sizeof content - 1, file)] = '\0';
    fclose(file);
    return content;
}

/* Writes upstream's file with one piece of it replaced. */
static void put_changed(const char *name, const char *from, const char *to)
{
    char *content = upstream_file(name), changed[8192];
    const char *at = strstr(content, from);
    if (at == NULL)
        abort();
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - content), content, to,
             at + strlen(from));
    put_file(name, changed, strlen(changed));
}

static bool load_fails(const char *want)
{
    agent a;
    ds_error err;
    ds_status status = agent_try(&a, directory, NULL, &err);
    agent_stop(&a);
    if (status == DS_INVALID && strcmp(err.text, want) == 0)
        return true;
    printf("got: %s\n", status == DS_OK ? "success" : err.text);
    return false;
}

static void compose_only(void)
{
    static const char text[] = "{\"name\":\"mine\",\"no_instance_id\":true,\"storage_fs\":null,"
                               "\"public_tcbinfo\":false}";
    agent a;
    put_file("app-compose.json", text, strlen(text));
    agent_start(&a, directory, NULL);
    check_consistent(&a);
    CHECK(a.identity.instance_id.len == 0 && is_text(a.identity.storage_fs, "zfs"));
    CHECK(!a.identity.public_tcbinfo);
    CHECK_HEX(a.identity.kms_root, DS_SECP256K1_PUBLICBYTES, BUILTIN_ROOT);
    CHECK(agent_notes(&a, "appkeys.json: built in, there is none in /tmp/"));
    agent_stop(&a);
}

static void bad_compose(void)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", "app-compose.json: json: not a value at byte 0"},
        {"{} {}", "app-compose.json: trailing: text after the document at byte 3"},
        {"[]", "app-compose.json: not a JSON object"},
        {"{}", "app-compose.json: name: missing"},
        {"{\"name\":1}", "app-compose.json: name: a number instead of a string"},
        {"{\"name\":\"x\",\"storage_fs\":[]}",
         "app-compose.json: storage_fs: an array instead of a string"},
        {"{\"name\":\"x\",\"no_instance_id\":1}",
         "app-compose.json: no_instance_id: not a boolean"},
        {"{\"name\":\"x\",\"public_tcbinfo\":\"no\"}",
         "app-compose.json: public_tcbinfo: not a boolean"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        put_file("app-compose.json", cases[i].text, strlen(cases[i].text));
        CHECK(load_fails(cases[i].want));
    }
    size_t large = DS_SIMULATOR_BODY_MAX;
    char *blanks = malloc(large);
    memset(blanks, ' ', large);
    put_file("app-compose.json", blanks, large);
    free(blanks);
    CHECK(load_fails("app-compose.json: too large"));
    put_file("app-compose.json", NULL, 0);
    char path[256];
    snprintf(path, sizeof path, "%s/app-compose.json", directory);
    CHECK(mkdir(path, 0700) == 0);
    CHECK(load_fails("app-compose.json: not a regular file"));
    CHECK(rmdir(path) == 0);
}

static void bad_sys_config(void)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"{}", "sys-config.json: vm_config: missing: the member is not there"},
        {"{\"vm_config\":{}}", "sys-config.json: vm_config: type: an object instead of a string"},
        {"{\"vm_config\":\"x\"}", "sys-config.json: vm_config: json: not a value at byte 0"},
        {"{\"vm_config\":\"{\\\"os_image_hash\\\":\\\"00\\\"}\"}",
         "sys-config.json: vm_config: os_image_hash: length: 1 bytes instead of 32"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        put_file("sys-config.json", cases[i].text, strlen(cases[i].text));
        CHECK(load_fails(cases[i].want));
    }
    static const char no_hash[] = "{\"vm_config\":\"{}\"}";
    agent a;
    put_file("sys-config.json", no_hash, strlen(no_hash));
    agent_start(&a, directory, NULL);
    check_consistent(&a);
    ds_eventlog log = {.events = a.identity.events, .count = a.identity.event_count};
    CHECK(a.identity.os_image_hash.len == 0);
    CHECK(ds_eventlog_find(&log, DS_LITERAL("os-image-hash")) == NULL);
    agent_stop(&a);
    put_file("sys-config.json", NULL, 0);
}

#define KEY_HEX "d6e88992cdeeee35fe70b5db61ab66cdb191fb9b6ec9313757ef162dd7214d5d"

static void bad_app_keys(void)
{
    static const struct {
        const char *from, *to, *want;
    } cases[] = {
        {KEY_HEX, "00", "appkeys.json: k256_key: length: 1 bytes instead of 32"},
        {KEY_HEX, "0000000000000000000000000000000000000000000000000000000000000000",
         "appkeys.json: k256_key: not a secp256k1 private key"},
        {"\"k256_key\"", "\"k256\"", "appkeys.json: k256_key: missing: the member is not there"},
        {"c500\"", "c5\"", "appkeys.json: k256_signature: length: 64 bytes instead of 65"},
        {"\"None\"", "\"none\"",
         "appkeys.json: key_provider: one of None, Local, Tpm, Kms is needed"},
        {"\"None\": {", "\"Kms\":{},\"None\": {",
         "appkeys.json: key_provider: one of None, Local, Tpm, Kms is needed"},
        {"\"key\"", "\"kei\"",
         "appkeys.json: key_provider.None.key: missing: the member is not there"},
        {"\"None\"", "\"Local\"",
         "appkeys.json: key_provider.Local.mr: missing: the member is not there"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        put_changed("appkeys.json", cases[i].from, cases[i].to);
        CHECK(load_fails(cases[i].want));
    }
    static const char *const prefixed[][3] = {
        {"c500\"", "c504\"", "appkeys.json: k256_signature: "},
        {"-----BEGIN CERTIFICATE-----", "", "appkeys.json: ca_cert: "},
        {"-----BEGIN PRIVATE KEY-----", "", "appkeys.json: key_provider: key: "},
    };
    for (size_t i = 0; i < COUNT(prefixed); i++) {
        agent a;
        ds_error err = {DS_OK, ""};
        put_changed("appkeys.json", prefixed[i][0], prefixed[i][1]);
        CHECK(agent_try(&a, directory, NULL, &err) == DS_INVALID);
        CHECK(strncmp(err.text, prefixed[i][2], strlen(prefixed[i][2])) == 0);
        CHECK(strstr(err.text, "MIGH") == NULL && strstr(err.text, KEY_HEX) == NULL);
        agent_stop(&a);
    }
}

/* The CA of the built-in KMS with the key of upstream's. */
static void foreign_ca(void)
{
    agent a;
    char pem[4096] = "";
    agent_start(&a, NULL, NULL);
    const char *p = a.identity.ca_certificate.data;
    for (size_t i = 0, n = 0; i < a.identity.ca_certificate.len && n < sizeof pem - 3; i++) {
        if (p[i] == '\n')
            pem[n++] = '\\';
        pem[n++] = (char)(p[i] == '\n' ? 'n' : p[i]);
    }
    agent_stop(&a);
    char *content = upstream_file("appkeys.json"), changed[8192];
    char *begin = strstr(content, "-----BEGIN CERT"), *end = strstr(begin, "\"");
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(begin - content), content, pem, end);
    put_file("appkeys.json", changed, strlen(changed));
    CHECK(load_fails("appkeys.json: ca_cert: it is for another key than the one in key_provider"));
}

static void providers(void)
{
    agent a;
    put_changed("appkeys.json", "\"key_provider\": {",
                "\"key_provider\":{\"Kms\":{\"url\":\"u\"}},\"x\":{");
    agent_start(&a, directory, UPSTREAM_APP_ID);
    CHECK(agent_notes(&a, "the built-in CA takes its place"));
    check_consistent(&a);
    CHECK(ask(&a, "GetTlsKey", "{}") == 200);
    agent_stop(&a);
    put_changed("appkeys.json", "9e618603", "9e618604");
    agent_start(&a, directory, NULL);
    CHECK(a.identity.issuer == DS_ISSUER_ASSUMED && agent_notes(&a, "is not known"));
    check_consistent(&a);
    agent_stop(&a);
    put_changed("appkeys.json", UPSTREAM_LINK, "");
    agent_start(&a, directory, NULL);
    CHECK(a.identity.issuer == DS_ISSUER_NONE && agent_notes(&a, "no KMS signed the keys"));
    CHECK(is_text(a.identity.key_provider_info, "{\"name\":\"none\",\"id\":\"\"}"));
    ds_error err;
    CHECK(verify_chain(&a, a.identity.app_id, a.identity.app_root, &err) == DS_NO_KMS);
    CHECK(ask(&a, "Sign", "{\"algorithm\":\"ed25519\"}") == 200);
    CHECK(element(&a, "signature_chain", 2).len == 0);
    agent_stop(&a);
    put_file("appkeys.json", NULL, 0);
}

/* What the built-in KMS once issued is known again, and for which app. */
static void saved_keys(void)
{
    agent built_in, a;
    agent_start(&built_in, NULL, NULL);
    char key[65] = "", link[131] = "", changed[8192];
    ds_hex_encode(key, built_in.identity.app_root_key, 32);
    ds_hex_encode(link, built_in.identity.kms_link.data, 65);
    char *content = upstream_file("appkeys.json");
    memcpy(strstr(content, KEY_HEX), key, 64);
    memcpy(strstr(content, UPSTREAM_LINK), link, 130);
    snprintf(changed, sizeof changed, "%s", content);
    put_file("appkeys.json", changed, strlen(changed));
    agent_start(&a, directory, NULL);
    CHECK(a.identity.issuer == DS_ISSUER_KNOWN && !agent_notes(&a, "issued"));
    check_consistent(&a);
    agent_stop(&a);
    agent_start(&a, directory, UPSTREAM_APP_ID);
    CHECK(agent_notes(&a, "were issued for app id " BUILTIN_APP_ID
                          ", --app-id gives " UPSTREAM_APP_ID));
    agent_stop(&a);
    agent_stop(&built_in);
    put_file("appkeys.json", NULL, 0);
}

static void bad_directory(void)
{
    agent a;
    ds_error err;
    CHECK(agent_try(&a, "/nonexistent/dir", NULL, &err) == DS_INVALID);
    CHECK(strcmp(err.text, "folder: /nonexistent/dir: No such file or directory") == 0);
    agent_stop(&a);
    CHECK(agent_try(&a, "/dev/null", NULL, &err) == DS_INVALID);
    CHECK(strcmp(err.text, "folder: /dev/null: not a directory") == 0);
    agent_stop(&a);
}

int main(void)
{
    if (mkdtemp(directory) == NULL)
        abort();
    built_in();
    fixed_app_id();
    upstream();
    compose_only();
    bad_compose();
    bad_sys_config();
    bad_app_keys();
    foreign_ca();
    providers();
    saved_keys();
    bad_directory();
    rmdir(directory);
    return test_done();
}
