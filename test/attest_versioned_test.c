/* Whole attestations in SCALE, and the app info of certificates. */
#include "attest/app_info.h"
#include "attest/versioned.h"
#include "test.h"

/* The published toy attestation: a quote of 16 bytes and a log of two events. */
typedef struct toy {
    unsigned char quote[16], digests[2][DS_EVENT_DIGEST_BYTES];
    ds_event events[2];
    ds_attestation attestation;
} toy;

static void toy_init(toy *t)
{
    memset(t, 0, sizeof *t);
    test_bytes(t->quote, "c8c9cacbcccdcecfd0d1d2d3d4d5d6d7");
    memset(t->digests[0], 0x11, sizeof t->digests[0]);
    test_bytes(t->digests[1], "67b4be4efed0893cfa2bb1d35dca209ad8348b4c97f980807bcde8b9a0f26398dd09"
                              "23d6eccb5aa2096d98046da8740f");
    t->events[0] = (ds_event){.imr = 0,
                              .event_type = 10,
                              .digest = {t->digests[0], DS_EVENT_DIGEST_BYTES},
                              .name = DS_LITERAL("acpi-loader"),
                              .payload = DS_LITERAL("ACPI DATA")};
    t->events[1] = (ds_event){.imr = 3,
                              .event_type = DS_RUNTIME_EVENT_TYPE,
                              .digest = {t->digests[1], DS_EVENT_DIGEST_BYTES},
                              .name = DS_LITERAL("app-id"),
                              .payload = DS_LITERAL("\xde\xad\xbe\xef")};
    t->attestation = (ds_attestation){.quote = {t->quote, sizeof t->quote},
                                      .events = t->events,
                                      .event_count = 2,
                                      .report_data = "test",
                                      .config = DS_LITERAL("{\"k\":1}")};
}

static void test_toy(void)
{
    toy t;
    ds_error err;
    ds_buf out;
    ds_buf_init(&out, 4096);
    toy_init(&t);
    CHECK(ds_attestation_write(&out, DS_ATTESTATION_SCALE, &t.attestation, false, &err) == DS_OK);
    CHECK_HEX(
        out.data, out.len,
        "000040c8c9cacbcccdcecfd0d1d2d3d4d5d6d708000000000a000000c011111111111111111111111111111111"
        "11111111111111111111111111111111111111111111111111111111111111112c616370692d6c6f6164657224"
        "4143504920444154410300000001000008c067b4be4efed0893cfa2bb1d35dca209ad8348b4c97f980807bcde8"
        "b9a0f26398dd0923d6eccb5aa2096d98046da8740f186170702d696410deadbeef04186170702d696410deadbe"
        "ef7465737400000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "00000000000000000000000000000000000000001c7b226b223a317d");
    ds_buf_clear(&out);
    CHECK(ds_attestation_write(&out, DS_ATTESTATION_SCALE, &t.attestation, true, &err) == DS_OK);
    CHECK_HEX(out.data, out.len,
              "000040c8c9cacbcccdcecfd0d1d2d3d4d5d6d708000000000a000000c011111111111111111111111111"
              "11111111111111111111111111111111111111111111111111111111111111111111112c616370692d6c"
              "6f6164657224414350492044415441030000000100000800186170702d696410deadbeef04186170702d"
              "696410deadbeef7465737400000000000000000000000000000000000000000000000000000000000000"
              "00000000000000000000000000000000000000000000000000000000001c7b226b223a317d");
    ds_buf_free(&out);
}

/* A boot event that certificates leave out, and one of register 3 that is no runtime event. */
static void test_reduction(void)
{
    toy t;
    ds_error err;
    ds_buf out;
    ds_buf_init(&out, 4096);
    toy_init(&t);
    t.attestation.quote.len = 0;
    t.attestation.config.len = 0;
    t.events[0].payload = DS_LITERAL("ACPI DATa");
    t.events[1].event_type = 4;
    t.events[1].digest.len = 2;
    CHECK(ds_attestation_write(&out, DS_ATTESTATION_SCALE, &t.attestation, true, &err) == DS_OK);
    CHECK_HEX(out.data, 27,
              "000000"
              "04"
              "03000000"
              "04000000"
              "0867b4"
              "186170702d6964"
              "00"
              "00"
              "746573");
    CHECK(out.len == 3 + 1 + 8 + 3 + 7 + 1 + 1 + 64 + 1);
    ds_buf_free(&out);
}

static void test_compact(void)
{
    static const struct {
        size_t n;
        const char *length;
    } sizes[] = {{0, "00"},       {63, "fc"},          {64, "0101"},
                 {16383, "fdff"}, {16384, "02000100"}, {100000, "821a0600"}};
    static char text[100000];
    toy t;
    ds_error err;
    ds_buf out;
    ds_buf_init(&out, 1u << 20);
    memset(text, ' ', sizeof text);
    toy_init(&t);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t size = strlen(sizes[i].length) / 2;
        ds_buf_clear(&out);
        t.attestation.config = ds_slice_of(text, sizes[i].n);
        CHECK(ds_attestation_write(&out, DS_ATTESTATION_SCALE, &t.attestation, false, &err) ==
              DS_OK);
        CHECK(test_hex(out.data + out.len - sizes[i].n - size, size, sizes[i].length));
    }
    ds_buf_free(&out);
}

/* MessagePack */

#define TOY_MSGPACK                                                                                \
    "83a776657273696f6e01a8706c6174666f726d82a46b696e64a3746478a46461746182a571756f7465dc0010"     \
    "ccc8ccc9cccacccbcccccccdcccecccfccd0ccd1ccd2ccd3ccd4ccd5ccd6ccd7a96576656e745f6c6f679285"     \
    "a3696d7200aa6576656e745f747970650aa6646967657374c430111111111111111111111111111111111111"     \
    "111111111111111111111111111111111111111111111111111111111111a56576656e74ab616370692d6c6f"     \
    "61646572ad6576656e745f7061796c6f6164c40941435049204441544185a3696d7203aa6576656e745f7479"     \
    "7065ce08000001a6646967657374c43067b4be4efed0893cfa2bb1d35dca209ad8348b4c97f980807bcde8b9"     \
    "a0f26398dd0923d6eccb5aa2096d98046da8740fa56576656e74a66170702d6964ad6576656e745f7061796c"     \
    "6f6164c404deadbeefa5737461636b82a46b696e64a664737461636ba46461746183ab7265706f72745f6461"     \
    "7461dc0040746573740000000000000000000000000000000000000000000000000000000000000000000000"     \
    "00000000000000000000000000000000000000000000000000ae72756e74696d655f6576656e74739182a565"     \
    "76656e74a66170702d6964a77061796c6f6164c404deadbeefa6636f6e666967a77b226b223a317d"

static void test_toy_msgpack(void)
{
    toy t;
    ds_error err;
    ds_buf out;
    ds_buf_init(&out, 4096);
    toy_init(&t);
    CHECK(ds_attestation_write(&out, DS_ATTESTATION_MSGPACK, &t.attestation, false, &err) == DS_OK);
    CHECK_HEX(out.data, out.len, TOY_MSGPACK);
    ds_buf_clear(&out);
    t.events[0].event_type = 11; /* no longer for certificates */
    CHECK(ds_attestation_write(&out, DS_ATTESTATION_MSGPACK, &t.attestation, true, &err) == DS_OK);
    CHECK_HEX(
        out.data, out.len,
        "83a776657273696f6e01a8706c6174666f726d82a46b696e64a3746478a46461746182a571756f7465dc0010"
        "ccc8ccc9cccacccbcccccccdcccecccfccd0ccd1ccd2ccd3ccd4ccd5ccd6ccd7a96576656e745f6c6f679185"
        "a3696d7203aa6576656e745f74797065ce08000001a6646967657374c400a56576656e74a66170702d6964ad"
        "6576656e745f7061796c6f6164c404deadbeefa5737461636b82a46b696e64a664737461636ba46461746183"
        "ab7265706f72745f64617461dc00407465737400000000000000000000000000000000000000000000000000"
        "0000000000000000000000000000000000000000000000000000000000000000000000ae72756e74696d655f"
        "6576656e74739182a56576656e74a66170702d6964a77061796c6f6164c404deadbeefa6636f6e666967a77b"
        "226b223a317d");
    ds_buf_free(&out);
}

/* What SCALE cannot tell: an event of version 2, with its preimage. */
static void test_toy_version_2(void)
{
    static const char preimage[] = "{\"name\":\"app-id\",\"payload\":\"66697874757265\","
                                   "\"type\":134217729}";
    toy t;
    ds_error err;
    ds_buf out;
    ds_buf_init(&out, 4096);
    toy_init(&t);
    test_bytes(t.digests[1], "eaff61bf3c9aaebf9fd46cab13fc3962d79307ceca32daf68fe9cc4094802172ae"
                             "89fb86092acce417e44bd40a94b10c");
    t.events[1].payload = DS_LITERAL("fixture");
    t.events[1].version = 2;
    t.events[1].has_preimage = true;
    t.events[1].preimage = DS_LITERAL(preimage);
    t.attestation.events = &t.events[1];
    t.attestation.event_count = 1;
    CHECK(ds_attestation_write(&out, DS_ATTESTATION_MSGPACK, &t.attestation, false, &err) == DS_OK);
    CHECK_HEX(
        out.data, out.len,
        "83a776657273696f6e01a8706c6174666f726d82a46b696e64a3746478a46461746182a571756f7465dc0010"
        "ccc8ccc9cccacccbcccccccdcccecccfccd0ccd1ccd2ccd3ccd4ccd5ccd6ccd7a96576656e745f6c6f679187"
        "a3696d7203aa6576656e745f74797065ce08000001a6646967657374c430eaff61bf3c9aaebf9fd46cab13fc"
        "3962d79307ceca32daf68fe9cc4094802172ae89fb86092acce417e44bd40a94b10ca56576656e74a6617070"
        "2d6964ad6576656e745f7061796c6f6164c40766697874757265a776657273696f6e02a8707265696d616765"
        "d97a376232323665363136643635323233613232363137303730326436393634323232633232373036313739"
        "3663366636313634323233613232333633363336333933373338333733343337333533373332333633353232"
        "326332323734373937303635323233613331333333343332333133373337333233393764a5737461636b82a4"
        "6b696e64a664737461636ba46461746183ab7265706f72745f64617461dc0040746573740000000000000000"
        "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "0000000000000000ae72756e74696d655f6576656e74739183a56576656e74a66170702d6964a77061796c6f"
        "6164c40766697874757265a776657273696f6e02a6636f6e666967a77b226b223a317d");
    ds_buf_free(&out);
}

static void test_refusals(void)
{
    toy t;
    ds_error err;
    ds_buf out;
    ds_buf_init(&out, DS_ATTESTATION_MAXBYTES + 4096);
    toy_init(&t);
    t.events[1].version = 2;
    CHECK(ds_attestation_write(&out, DS_ATTESTATION_SCALE, &t.attestation, false, &err) ==
          DS_UNSUPPORTED);
    CHECK(strstr(err.text, "event 2 has version 2") != NULL && out.len == 0);
    t.events[1].version = 1;
    CHECK(ds_attestation_write(&out, DS_ATTESTATION_SCALE, &t.attestation, false, &err) == DS_OK);
    t.events[1].name = DS_LITERAL("\xc3");
    CHECK(ds_attestation_write(&out, DS_ATTESTATION_SCALE, &t.attestation, false, &err) ==
          DS_INVALID);
    toy_init(&t);
    t.attestation.config = DS_LITERAL("\xed\xa0\x80");
    CHECK(ds_attestation_write(&out, DS_ATTESTATION_SCALE, &t.attestation, false, &err) ==
          DS_INVALID);
    toy_init(&t);
    void *big = calloc(1, DS_ATTESTATION_MAXBYTES);
    if (big == NULL)
        abort();
    ds_buf_clear(&out);
    t.attestation.quote = ds_slice_of(big, DS_ATTESTATION_MAXBYTES);
    CHECK(ds_attestation_write(&out, DS_ATTESTATION_SCALE, &t.attestation, false, &err) ==
          DS_TOO_LARGE);
    free(big);
    ds_buf_free(&out);
    ds_buf_init(&out, 100);
    toy_init(&t);
    CHECK(ds_attestation_write(&out, DS_ATTESTATION_SCALE, &t.attestation, false, &err) ==
          DS_TOO_LARGE);
    CHECK(err.status == DS_TOO_LARGE);
    ds_buf_free(&out);
}

static const char key_provider[] =
    "{\"name\":\"kms\",\"id\":"
    "\"3059301306072a8648ce3d020106082a8648ce3d0301070342000419b2457dd9b8aa6446d980f136fff7812ecd6c"
    "77740eeb0e28b10d56c0c00028a5b6e59dcea307d583bd1f70769e9c116df2bcfb1758a95d8613e7de1c8482c0\"}";

static void test_app_info_simulator(void)
{
    unsigned char bytes[8][32];
    ds_buf out;
    ds_buf_init(&out, 1024);
    const ds_app_info info = {
        .app_id = {bytes[0], test_bytes(bytes[0], "5bb4ff9a3837357f19dc176407a5709c62eb6c56")},
        .compose_hash = {bytes[1],
                         test_bytes(
                             bytes[1],
                             "c143116fef3940e7f776bfc0919c256232ae5338a6e948c96b711e0b2383483a")},
        .instance_id = {bytes[2], test_bytes(bytes[2], "1691ed1b47506cad7d08834668691d88246f5b1f")},
        .device_id = {bytes[3],
                      test_bytes(
                          bytes[3],
                          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")},
        .mr_system = {bytes[4],
                      test_bytes(
                          bytes[4],
                          "51ea38f8eee6dc72dbae9b74531ae6d6204295d265dabb4e6c34621a2a1a1197")},
        .mr_aggregated = {bytes[5],
                          test_bytes(
                              bytes[5],
                              "85334a62c97d0f8bf82d0245d31b539d17a2d7c258e2a13efc928aaea0e107cb")},
        .os_image_hash = {bytes[6],
                          test_bytes(
                              bytes[6],
                              "e61be43dd1cc6a6f5edefd7c51b608983780839b0000ce60dd99737dcffe09b9")},
        .key_provider_info = {key_provider, strlen(key_provider)},
        .has_init_scripts = true,
    };
    CHECK(ds_app_info_write(&out, &info) == DS_OK && out.len == 422);
    CHECK_HEX(
        out.data, out.len,
        "99c4145bb4ff9a3837357f19dc176407a5709c62eb6c56c420c143116fef3940e7f776bfc0919c256232ae5338"
        "a6e948c96b711e0b2383483ac4141691ed1b47506cad7d08834668691d88246f5b1fc420e3b0c44298fc1c149a"
        "fbf4c8996fb92427ae41e4649b934ca495991b7852b855c42051ea38f8eee6dc72dbae9b74531ae6d6204295d2"
        "65dabb4e6c34621a2a1a1197c42085334a62c97d0f8bf82d0245d31b539d17a2d7c258e2a13efc928aaea0e107"
        "cbc420e61be43dd1cc6a6f5edefd7c51b608983780839b0000ce60dd99737dcffe09b9c4cc7b226e616d65223a"
        "226b6d73222c226964223a22333035393330313330363037326138363438636533643032303130363038326138"
        "363438636533643033303130373033343230303034313962323435376464396238616136343436643938306631"
        "333666666637383132656364366337373734306565623065323862313064353663306330303032386135623665"
        "353964636561333037643538336264316637303736396539633131366466326263666231373538613935643836"
        "3133653764653163383438326330227d90");
    ds_buf_free(&out);
}

static void test_app_info_forms(void)
{
    static const unsigned char zeros[70000];
    const ds_slice scripts[6] = {{zeros, 1}, {zeros, 2}, {zeros, 0},
                                 {zeros, 0}, {zeros, 0}, {zeros, 0}};
    ds_app_info info = {.init_script_hashes = scripts};
    ds_buf out;
    ds_buf_init(&out, 100000);
    CHECK(ds_app_info_write(&out, &info) == DS_OK);
    CHECK_HEX(out.data, out.len, "99c400c400c400c400c400c400c400c400c0");
    info.has_init_scripts = true;
    info.init_script_count = 5;
    ds_buf_clear(&out);
    CHECK(ds_app_info_write(&out, &info) == DS_OK);
    CHECK_HEX(out.data + 17, out.len - 17, "95c40100c4020000c400c400c400");
    info.init_script_count = 6;
    CHECK(ds_app_info_write(&out, &info) == DS_INVALID);
    info.init_script_count = 0;
    info.app_id = ds_slice_of(zeros, 256);
    info.compose_hash = ds_slice_of(zeros, sizeof zeros);
    ds_buf_clear(&out);
    CHECK(ds_app_info_write(&out, &info) == DS_OK);
    CHECK_HEX(out.data, 5, "99c5010000");
    CHECK_HEX(out.data + 4 + 256, 6, "c60001117000");
    ds_buf_free(&out);
}

int main(void)
{
    test_toy();
    test_reduction();
    test_compact();
    test_toy_msgpack();
    test_toy_version_2();
    test_refusals();
    test_app_info_simulator();
    test_app_info_forms();
    return test_done();
}
