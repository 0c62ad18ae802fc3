/* Event digests; event logs, good and bad, and their replay. */
#include "attest/eventlog.h"
#include "test.h"

#define ZERO48                                                                                     \
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" \
    "0000"
#define ONES47                                                                                     \
    "11111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111" \
    "11"

/* Two runtime events named app-id: version 1 with payload deadbeef, version 2 with "fixture". */
#define V1_DIGEST                                                                                  \
    "67b4be4efed0893cfa2bb1d35dca209ad8348b4c97f980807bcde8b9a0f26398dd0923d6eccb5aa2096d98046da8" \
    "740f"
#define V2_DIGEST                                                                                  \
    "eaff61bf3c9aaebf9fd46cab13fc3962d79307ceca32daf68fe9cc4094802172ae89fb86092acce417e44bd40a94" \
    "b10c"
#define V2_PREIMAGE                                                                                \
    "7b226e616d65223a226170702d6964222c227061796c6f6164223a223636363937383734373537323635222c2274" \
    "79"                                                                                           \
    "7065223a3133343231373732397d"

#define ENTRY(imr, type, digest, name, payload, more)                                              \
    "{\"imr\":" imr ",\"event_type\":" type ",\"digest\":\"" digest "\",\"event\":\"" name         \
    "\",\"event_payload\":\"" payload "\"" more "}"
#define RUNTIME(digest, payload, more) ENTRY("3", "134217729", digest, "app-id", payload, more)
#define V2(digest, preimage)                                                                       \
    RUNTIME(digest, "66697874757265", ",\"version\":2,\"preimage\":\"" preimage "\"")
#define ACPI(digest) ENTRY("0", "10", digest, "acpi-loader", "414350492044415441", "")

static ds_slice text(const char *s)
{
    return ds_slice_of(s, strlen(s));
}

static const struct {
    unsigned version;
    const char *name, *payload, *preimage, *digest;
} digests[] = {
    {1, "app-id", "deadbeef", "010000083a6170702d69643adeadbeef",
     "67b4be4efed0893cfa2bb1d35dca209ad8348b4c97f980807bcde8b9a0f26398dd0923d6eccb5aa2096d98046da87"
     "40f"},
    {1, "system-preparing", "", "010000083a73797374656d2d707265706172696e673a",
     "f9974020ef507068183313d0ca808e0d1ca9b2d1ad0c61f5784e7157c362c06536f5ddacdad4451693f48fcc72fff"
     "624"},
    {1, "compose-hash", "abcd", "010000083a636f6d706f73652d686173683aabcd",
     "e910bac274d132c3c6c23ac10103947a0a07783a277d9aab6bb12db5749cdb296275a888328c43479a8be40268a72"
     "a62"},
    {2, "", "",
     "7b226e616d65223a22222c227061796c6f6164223a22222c2274797065223a3133343231373732397d",
     "7d65b81202e4e4a23a637731e0a701ff5cb75d0bba75a94a8761fbb036eb5b46ff988258a81cf9c783edbe720c162"
     "cc7"},
    {2, "event\"with\\special\nchars", "ff",
     "7b226e616d65223a226576656e745c22776974685c5c7370656369616c5c6e6368617273222c227061796c6f61642"
     "23a226666222c2274797065223a3133343231373732397d",
     "c3c6aaab21738411752bfe0d7164921c00a3b0975904f3ea4f092cbab63898af9ffa0b6713f15f1192a68b923155a"
     "9d9"},
    {2, "\346\265\213\350\257\225-emoji-\360\237\246\200", "",
     "7b226e616d65223a22e6b58be8af952d656d6f6a692df09fa680222c227061796c6f6164223a22222c22747970652"
     "23a3133343231373732397d",
     "39d2d72cca60a45ecff2b5f77a928664c850b90f85bbbb5b0a2ac2efff4608f6526f8eabeeabafd6b78e329dd5f8f"
     "c23"},
    {1, "app-id", "66697874757265", "010000083a6170702d69643a66697874757265",
     "a23fb615c3b080616732b16694629d464824dc25a82590e0af2bbbb2b93a4411aa2f37cd36f990c64e65858a7f312"
     "7f6"},
    {2, "app-id", "66697874757265",
     "7b226e616d65223a226170702d6964222c227061796c6f6164223a223636363937383734373537323635222c22747"
     "97065223a3133343231373732397d",
     "eaff61bf3c9aaebf9fd46cab13fc3962d79307ceca32daf68fe9cc4094802172ae89fb86092acce417e44bd40a94b"
     "10c"},
    {2, "compose-hash", "abcd",
     "7b226e616d65223a22636f6d706f73652d68617368222c227061796c6f6164223a2261626364222c2274797065223"
     "a3133343231373732397d",
     "9dde1673f544faa94b921825209593ddde08d0baf9cd6990175dffaf3081f1bb10311d56de189491feb33842a050a"
     "d7b"},
    {1, "", "", "010000083a3a",
     "ff43e849def880489a769ce417c0d0f1a6453a39f2058090d2037cc38648dd9f7e9fd61b554110201dd2d1bd06939"
     "9fc"},
    {1, "event\"with\\special\nchars", "ff",
     "010000083a6576656e7422776974685c7370656369616c0a63686172733aff",
     "001526baf1a264bb6c48ca15c4074850bbf104b974210da21ad163b2d9bfe274f77a5992717dbcbb0e4b71f1cff6e"
     "0ac"},
    {1, "ctl\010\011\n\014\015\001\037\177/", "", "010000083a63746c08090a0c0d011f7f2f3a",
     "fff2b67531af4589971402c9602b566677a6bd3ef3fdadbd09d5a4e5064efa3495f294d2caadf6cc36994cc8ccaf1"
     "e35"},
    {2, "ctl\010\011\n\014\015\001\037\177/", "",
     "7b226e616d65223a2263746c5c625c745c6e5c665c725c75303030315c75303031667f2f222c227061796c6f61642"
     "23a22222c2274797065223a3133343231373732397d",
     "e3bb8c991874f2c49a23e9d84bcb9db4af1e0c5e5501bdc22dfdaeea545dacb64250f2874d51854e35f242e972d7a"
     "dfb"},
    {2, "\346\265\213\350\257\225-\360\237\246\200", "00",
     "7b226e616d65223a22e6b58be8af952df09fa680222c227061796c6f6164223a223030222c2274797065223a31333"
     "43231373732397d",
     "95adc1b7d9f7874c09d31aa5b83c35d14eebde77ee62aceb02fd987e82262a7d0841bac05acca8e7b81e5d69fb3a1"
     "0ce"},
    {1, "system-ready", "", "010000083a73797374656d2d72656164793a",
     "1a76b2a80a0be71eae59f80945d876351a7a3fb8e9fd1ff1cede5734aa84ea11fd72b4edfbb6f04e5a85edd114c75"
     "1bd"},
    {2, "system-ready", "",
     "7b226e616d65223a2273797374656d2d7265616479222c227061796c6f6164223a22222c2274797065223a3133343"
     "231373732397d",
     "8c748e7cf5aa7ef37f036bd15cb78308279511a408bcd2aab352802cccd79cf07d7d5e4d174c5b311f2d98f35f53c"
     "cd6"},
};

static void test_digests(void)
{
    unsigned char payload[64], digest[DS_EVENT_DIGEST_BYTES];
    ds_buf preimage;
    ds_buf_init(&preimage, 4096);
    for (size_t i = 0; i < sizeof digests / sizeof digests[0]; i++) {
        ds_slice bytes = ds_slice_of(payload, test_bytes(payload, digests[i].payload));
        ds_slice name = text(digests[i].name);
        ds_buf_clear(&preimage);
        CHECK(ds_event_preimage(&preimage, digests[i].version, name, bytes) == DS_OK);
        CHECK(test_hex(preimage.data, preimage.len, digests[i].preimage));
        CHECK(ds_event_digest(digest, digests[i].version, name, bytes) == DS_OK);
        CHECK(test_hex(digest, sizeof digest, digests[i].digest));
    }
    ds_buf_free(&preimage);
}

static void test_digest_refusals(void)
{
    unsigned char digest[DS_EVENT_DIGEST_BYTES];
    ds_slice none = {NULL, 0}, broken = DS_LITERAL("\xff");
    memset(digest, 0xaa, sizeof digest);
    CHECK(ds_event_digest(digest, 0, none, none) == DS_INVALID);
    CHECK(test_hex(digest, sizeof digest, ZERO48));
    CHECK(ds_event_digest(digest, 3, none, none) == DS_INVALID);
    CHECK(ds_event_digest(digest, 2, broken, none) == DS_INVALID);
    CHECK(ds_event_digest(digest, 1, broken, none) == DS_OK);
}

typedef enum step { PARSE, REPLAY, GOOD } step;

/* How far each log gets, and what the message must say. The Q numbers are those of the suite of
 * malformed replies. */
static const struct {
    const char *log;
    step fails;
    ds_status status;
    const char *says;
} logs[] = {
    /* Q01, Q05, Q12 to Q22 */
    {"[" ACPI(ONES47 "11") "," RUNTIME(V1_DIGEST, "deadbeef", "") "]", GOOD, DS_OK, ""},
    {"{}", PARSE, DS_INVALID, "must be an array, not an object"},
    {"[" RUNTIME(ZERO48, "deadbeef", "") "]", REPLAY, DS_VERIFY,
     "entry 1 (imr 3, event 'app-id'): digest is not"},
    {"[" V2(V2_DIGEST, V2_PREIMAGE) "]", GOOD, DS_OK, ""},
    {"[" RUNTIME(V2_DIGEST, "66697874757265", ",\"version\":2") "]", REPLAY, DS_VERIFY,
     "needs its preimage"},
    {"[" V2("", V2_PREIMAGE) "]", GOOD, DS_OK, ""},
    {"[" RUNTIME(V2_DIGEST, "66697874757265", ",\"version\":3") "]", REPLAY, DS_INVALID, "version"},
    {"[" ENTRY("4", "134217729", V1_DIGEST, "app-id", "deadbeef", "") "]", REPLAY, DS_INVALID,
     "imr must be"},
    {"[" ENTRY("3", "4294967296", V1_DIGEST, "app-id", "deadbeef", "") "]", PARSE, DS_INVALID,
     "'event_type' must be an integer"},
    {"[" ENTRY("3", "134217729.0", V1_DIGEST, "app-id", "deadbeef", "") "]", PARSE, DS_INVALID,
     "'event_type' must be an integer"},
    {"[" ACPI(ONES47) "]", REPLAY, DS_INVALID, "digest must have 48 bytes"},

    /* Preimages that hash to the digest given and are not the canonical text of the event: members
     * in another order, another payload in upper case, another name; and a digest of nothing. */
    {"[" V2(
         "5e2697efda293f0a14902fba4dfe68a6a9930e1a7f1d93196c2cd2eaab66edad260f988a644fbe7660fbb14"
         "041a0ca40",
         "7b2274797065223a3133343231373732392c226e616d65223a226170702d6964222c227061796c6f6164223"
         "a223636363937383734373537323635227d") "]",
     REPLAY, DS_VERIFY, "preimage is not"},
    {"[" V2(
         "558dd35bfe7cd3781c60473153e1ba1184ba36c787c795b2013fe9d4966e6a45d43e49f19c1be8950d4fb74"
         "a49e45785",
         "7b226e616d65223a226170702d6964222c227061796c6f6164223a22363636393738373437353732364122"
         "2c2274797065223a3133343231373732397d") "]",
     REPLAY, DS_VERIFY, "preimage is not"},
    {"[" V2(
         "6b3a80589ede7e06f605d5241ec8c1cefe50a9c60730b69552e204a2730983ddf47931d19813b134366d7bb"
         "52be9862b",
         "7b226e616d65223a226170702d6965222c227061796c6f6164223a2236363639373837343735373236"
         "35222c2274797065223a3133343231373732397d") "]",
     REPLAY, DS_VERIFY, "preimage is not"},
    {"[" V2(ZERO48, V2_PREIMAGE) "]", REPLAY, DS_VERIFY, "digest is not"},
    {"[" V2(V2_DIGEST, "") "]", REPLAY, DS_VERIFY, "preimage is not"},
    {"[" V2(V1_DIGEST, V2_PREIMAGE) "]", REPLAY, DS_VERIFY, "digest is not"},

    /* Version 1: said or not, a preimage is not needed but must be right. */
    {"[" RUNTIME(V1_DIGEST, "DEADBEEF", ",\"version\":1") "]", GOOD, DS_OK, ""},
    {"[" RUNTIME("", "deadbeef", ",\"preimage\":\"010000083a6170702d69643adeadbeef\"") "]", GOOD,
     DS_OK, ""},
    {"[" RUNTIME("", "deadbeef", ",\"preimage\":\"" V2_PREIMAGE "\"") "]", REPLAY, DS_VERIFY,
     "preimage is not"},
    {"[" RUNTIME("", "66697874757265", ",\"version\":0") "]", PARSE, DS_INVALID, "'version'"},
    {"[" RUNTIME("", "66697874757265", ",\"version\":2.0") "]", PARSE, DS_INVALID, "'version'"},

    /* Only register 3 and the type together make a runtime event, which may lack its digest. */
    {"[" ENTRY("2", "134217729", "", "app-id", "deadbeef", "") "]", REPLAY, DS_INVALID,
     "needs its digest"},
    {"[" ENTRY("3", "134217728", "", "app-id", "deadbeef", "") "]", REPLAY, DS_INVALID,
     "needs its digest"},
    {"[" ENTRY("3", "13", ZERO48, "app-id", "deadbeef", "") "]", GOOD, DS_OK, ""},
    {"[" ACPI(ONES47 "11") "," ACPI(ONES47 "1111") "]", REPLAY, DS_INVALID, "entry 2 (imr 0"},

    /* Form */
    {"", PARSE, DS_INVALID, "event log: json"},
    {"[] ", GOOD, DS_OK, ""},
    {"[]]", PARSE, DS_INVALID, "trailing"},
    {"[{\"event\":\"\xff\"}]", PARSE, DS_INVALID, "utf8"},
    {"[[]]", PARSE, DS_INVALID, "entry 1 must be an object, not an array"},
    {"[" ACPI(ONES47 "11") ",null]", PARSE, DS_INVALID, "entry 2 must be an object, not null"},
    {"[{}]", PARSE, DS_INVALID, "'imr' is missing"},
    {"[{\"imr\":3}]", PARSE, DS_INVALID, "'event_type' is missing"},
    {"[{\"imr\":3,\"event_type\":1}]", PARSE, DS_INVALID, "'event' is missing"},
    {"[{\"imr\":3,\"event_type\":1,\"event\":\"\"}]", PARSE, DS_INVALID,
     "'event_payload' is missing"},
    {"[{\"imr\":3,\"event_type\":134217729,\"event\":\"\",\"event_payload\":\"\"}]", GOOD, DS_OK,
     ""},
    {"[{\"imr\":3,\"imr\":3}]", PARSE, DS_INVALID, "entry 1: member 'imr' is there twice"},
    {"[{\"imr\":-1}]", PARSE, DS_INVALID, "'imr' must be an integer"},
    {"[{\"imr\":1e0}]", PARSE, DS_INVALID, "'imr' must be an integer"},
    {"[{\"imr\":\"3\"}]", PARSE, DS_INVALID, "not a string"},
    {"[{\"imr\":null}]", PARSE, DS_INVALID, "not null"},
    {"[{\"digest\":null}]", PARSE, DS_INVALID, "'digest' must be a string of hex"},
    {"[{\"digest\":[]}]", PARSE, DS_INVALID, "not an array"},
    {"[{\"digest\":\"0x00\"}]", PARSE, DS_INVALID, "'digest'"},
    {"[{\"event_payload\":\"abc\"}]", PARSE, DS_INVALID, "'event_payload'"},
    {"[{\"event_payload\":\"\\u0000a\"}]", PARSE, DS_INVALID, "'event_payload'"},
    {"[{\"event\":7}]", PARSE, DS_INVALID, "'event' must be a string, not a number"},
    {"[{\"version\":null}]", PARSE, DS_INVALID, "'version'"},
    {"[{\"version\":\"2\"}]", PARSE, DS_INVALID, "'version'"},
    {"[{\"preimage\":\"zz\"}]", PARSE, DS_INVALID, "'preimage'"},
    {"[{\"x\":null,\"x\":{},\"imr\":true}]", PARSE, DS_INVALID, "'imr'"},
    {"[" RUNTIME("", "", ",\"x\":null,\"x\":[{}]") "]", GOOD, DS_OK, ""},
};

static void test_logs(void)
{
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES];
    for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++) {
        ds_eventlog log;
        ds_error err = {DS_OK, ""};
        step reached = PARSE;
        ds_status status = ds_eventlog_parse(&log, text(logs[i].log), &err);
        if (status == DS_OK) {
            reached = REPLAY;
            memset(rtmr, 0xaa, sizeof rtmr);
            status = ds_eventlog_replay(rtmr, &log, &err);
            if (status == DS_OK)
                reached = GOOD;
            else
                CHECK(rtmr[0][0] == 0 && memcmp(rtmr[0], rtmr[0] + 1, sizeof rtmr - 1) == 0);
        } else {
            CHECK(log.events == NULL && log.count == 0 && log.memory == NULL);
        }
        bool good = reached == logs[i].fails && status == logs[i].status &&
                    err.status == logs[i].status && strstr(err.text, logs[i].says) != NULL;
        CHECK(good);
        if (!good)
            printf("# log %u: step %d, %s: %s\n", (unsigned)i, (int)reached, ds_status_word(status),
                   err.text);
        ds_eventlog_free(&log);
    }
}

static bool replay(unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES], ds_slice json)
{
    ds_eventlog log;
    ds_error err;
    bool good = ds_eventlog_parse(&log, json, &err) == DS_OK &&
                ds_eventlog_replay(rtmr, &log, &err) == DS_OK;
    ds_eventlog_free(&log);
    return good;
}

static void test_registers(void)
{
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES], other[DS_RTMR_COUNT][DS_MR_BYTES];
    memset(rtmr, 0xaa, sizeof rtmr);
    CHECK(replay(rtmr, DS_LITERAL("[]")));
    for (int i = 0; i < DS_RTMR_COUNT; i++)
        CHECK_HEX(rtmr[i], DS_MR_BYTES, ZERO48);
    CHECK(replay(rtmr, DS_LITERAL("[{\"imr\":3,\"event_type\":134217729,\"event\":"
                                  "\"system-preparing\",\"event_payload\":\"\"}]")));
    CHECK_HEX(rtmr[3], DS_MR_BYTES,
              "6a9a63f48733aba50d6892c873d838f97351040ddb0b497dcbdb0571ad78d0c1f1b8b3e87a97197066"
              "04b6cc5faedee0");
    CHECK_HEX(rtmr[0], DS_MR_BYTES, ZERO48);
    CHECK(replay(rtmr, DS_LITERAL("[" V2(V2_DIGEST, V2_PREIMAGE) "]")));
    CHECK(replay(other, DS_LITERAL("[" V2("", V2_PREIMAGE) "]")));
    CHECK(memcmp(rtmr, other, sizeof rtmr) == 0);
    CHECK(replay(other, DS_LITERAL("[" RUNTIME("", "66697874757265", "") "]")));
    CHECK(memcmp(rtmr[3], other[3], DS_MR_BYTES) != 0);
}

static void test_values(void)
{
    ds_eventlog log;
    ds_error err;
    CHECK(
        ds_eventlog_parse(&log,
                          DS_LITERAL("[{\"preimage\":\"\",\"version\":2,\"event_payload\":\"0aFf\","
                                     "\"event\":\"a\\u0000\\u00fcb\",\"event_type\":4294967295,"
                                     "\"imr\":7}," ACPI("") "]"),
                          &err) == DS_OK);
    CHECK(log.count == 2);
    const ds_event *e = log.events;
    CHECK(e->imr == 7 && e->event_type == UINT32_MAX && e->version == 2 && e->has_preimage);
    CHECK(e->preimage.len == 0 && e->digest.len == 0);
    CHECK(ds_slice_equal(e->name, DS_LITERAL("a\0\xc3\xbc"
                                             "b")));
    CHECK(ds_slice_equal(e->payload, DS_LITERAL("\x0a\xff")));
    CHECK(!ds_event_is_acpi_data(e) && ds_event_is_acpi_data(e + 1));
    CHECK(e[1].version == 0 && !e[1].has_preimage);
    ds_eventlog_free(&log);
    ds_eventlog_free(&log);
}

/* Fills a log with count times "{}," or blanks. */
static void test_bounds(void)
{
    const size_t count = DS_EVENTLOG_MAXEVENTS + 1, size = DS_EVENTLOG_MAXBYTES + 1;
    ds_eventlog log;
    ds_error err;
    char *json = malloc(size);
    if (json == NULL)
        abort();
    memset(json, ' ', size);
    for (size_t i = 0; i < count; i++)
        memcpy(json + 3 * i, i == 0 ? "[{}" : ",{}", 3);
    json[3 * count] = ']';
    CHECK(ds_eventlog_parse(&log, ds_slice_of(json, 3 * count + 1), &err) == DS_TOO_LARGE);
    CHECK(strstr(err.text, "65537 entries") != NULL);
    memcpy(json + 3 * count - 3, "]  ", 3);
    json[3 * count] = ' ';
    CHECK(ds_eventlog_parse(&log, ds_slice_of(json, 3 * count), &err) == DS_INVALID);
    CHECK(ds_eventlog_parse(&log, ds_slice_of(json, size), &err) == DS_TOO_LARGE);
    CHECK(log.memory == NULL);
    free(json);
}

int main(void)
{
    test_digests();
    test_digest_refusals();
    test_logs();
    test_registers();
    test_values();
    test_bounds();
    return test_done();
}
