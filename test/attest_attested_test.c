/* Attestations read: what is written comes back, and what was never written is refused. Event logs
 * as a verifier judges them, mr_config_id, the dates of collateral. */
#include "attest/attested.h"
#include "attest/attested_certificate.h"
#include "attest/collateral_dates.h"
#include "attest/measure.h"
#include "attest/msgpack_read.h"
#include "test.h"
#include "vectors.h"

#define TOY_EVENTS 3

static unsigned char boot_digest[DS_EVENT_DIGEST_BYTES] = {0x11};

static const ds_event toy_events[TOY_EVENTS] = {
    {.imr = 0,
     .event_type = 10,
     .digest = {boot_digest, DS_EVENT_DIGEST_BYTES},
     .name = {"acpi-loader", 11},
     .payload = {"ACPI DATA", 9}},
    {.imr = 3, .event_type = DS_RUNTIME_EVENT_TYPE, .name = {"app-id", 6}, .payload = {"\1\2", 2}},
    {.imr = 3, .event_type = DS_RUNTIME_EVENT_TYPE, .name = {"system-ready", 12}},
};

static const ds_attestation toy = {
    .quote = {"quote", 5},
    .events = toy_events,
    .event_count = TOY_EVENTS,
    .report_data = "test",
    .config = {"{}", 2},
};

static void write_toy(ds_buf *out, ds_attestation_form form, bool certificate)
{
    ds_error err;
    ds_buf_init(out, 1 << 16);
    CHECK(ds_attestation_write(out, form, &toy, certificate, &err) == DS_OK);
}

static ds_status read_bytes(ds_slice bytes, ds_error *err)
{
    ds_attested a;
    ds_status status = ds_attested_read(&a, bytes, err);
    CHECK(status == DS_OK || a.quote.data == NULL);
    ds_attested_free(&a);
    return status;
}

static bool same_event(const ds_event *a, const ds_event *b)
{
    return a->imr == b->imr && a->event_type == b->event_type && ds_slice_equal(a->name, b->name) &&
           ds_slice_equal(a->payload, b->payload) && ds_slice_equal(a->digest, b->digest);
}

static void test_round_trip(ds_attestation_form form)
{
    ds_buf bytes;
    ds_attested a;
    ds_error err;
    write_toy(&bytes, form, false);
    CHECK(ds_attested_read(&a, ds_buf_content(&bytes), &err) == DS_OK);
    CHECK(a.form == form && ds_slice_equal(a.quote, toy.quote));
    CHECK(ds_slice_equal(a.config, toy.config) && !a.has_payload);
    CHECK(ds_slice_equal(a.report_data, ds_slice_of(toy.report_data, DS_REPORT_DATA_BYTES)));
    CHECK(a.log_count == TOY_EVENTS && a.runtime_count == TOY_EVENTS - 1);
    for (size_t i = 0; i < a.log_count; i++)
        CHECK(same_event(&a.log[i], &toy_events[i]));
    for (size_t i = 0; i < a.runtime_count; i++)
        CHECK(same_event(&a.runtime[i], &toy_events[i + 1]));
    CHECK(ds_attested_check(&a, &err) == DS_OK);
    ds_attested_free(&a);
    ds_buf_free(&bytes);
}

/* No piece of one is one, and nothing may follow. */
static void test_lengths(ds_attestation_form form, bool certificate)
{
    ds_buf bytes;
    ds_error err;
    write_toy(&bytes, form, certificate);
    CHECK(read_bytes(ds_buf_content(&bytes), &err) == DS_OK);
    for (size_t n = 0; n < bytes.len; n++)
        CHECK(read_bytes(ds_slice_of(bytes.data, n), &err) == DS_INVALID);
    ds_buf_byte(&bytes, 0);
    CHECK(read_bytes(ds_buf_content(&bytes), &err) == DS_INVALID);
    CHECK(strstr(err.text, "1 bytes follow") != NULL);
    ds_buf_free(&bytes);
}

static ds_status read_hex(const char *hex, ds_error *err)
{
    unsigned char bytes[512];
    return read_bytes(ds_slice_of(bytes, test_bytes(bytes, hex)), err);
}

static void test_refused(void)
{
    ds_error err;
    CHECK(read_hex("", &err) == DS_INVALID);
    CHECK(read_hex("01", &err) == DS_INVALID && strstr(err.text, "01") != NULL);
    CHECK(read_hex("000004", &err) == DS_INVALID);
    CHECK(read_hex("0003", &err) == DS_UNSUPPORTED && strstr(err.text, "sev-snp") != NULL);
    CHECK(read_hex("0005", &err) == DS_INVALID);
    /* lengths beyond all that follows: of the quote in each form, of a list */
    CHECK(read_hex("0000fcffffff", &err) == DS_INVALID);
    CHECK(read_hex("000003ffffffff", &err) == DS_INVALID);
    CHECK(read_hex("000000feffffff", &err) == DS_INVALID);
    CHECK(read_hex("80", &err) == DS_INVALID && strstr(err.text, "lacks version") != NULL);
    CHECK(read_hex("81a776657273696f6e", &err) == DS_INVALID);
    CHECK(read_hex("82a776657273696f6e01a776657273696f6e01", &err) == DS_INVALID);
    CHECK(strstr(err.text, "version is there twice") != NULL);
    CHECK(read_hex("81a8706c6174666f726d82a46b696e64a76e6974726f2d78a46461746180", &err) ==
          DS_UNSUPPORTED);
    CHECK(strstr(err.text, "nitro-x") != NULL);
    CHECK(read_hex("81a8706c6174666f726d82a46b696e64a3746478a46461746181a571756f7465a161", &err) ==
          DS_INVALID);
    CHECK(strstr(err.text, "quote must be bytes") != NULL);
    static unsigned char large[DS_ATTESTATION_MAXBYTES + 1];
    CHECK(read_bytes(ds_slice_of(large, sizeof large), &err) == DS_TOO_LARGE);
    /* as many events as could be, of two bytes each, in a list that may not be so long */
    large[2] = 0;
    large[3] = 0;
    memcpy(large + 4, "\2\0\20\0", 4);
    CHECK(read_bytes(ds_slice_of(large, 1 << 20), &err) == DS_TOO_LARGE);
}

/* In: from, which is there once. Reads the toy with it replaced. */
static ds_status read_edited(const char *from, const char *to, ds_error *err)
{
    ds_buf bytes, edited;
    size_t n = strlen(from), at = 0;
    write_toy(&bytes, DS_ATTESTATION_MSGPACK, false);
    ds_buf_init(&edited, 1 << 16);
    while (at + n < bytes.len && memcmp((const char *)bytes.data + at, from, n) != 0)
        at++;
    CHECK(at + n < bytes.len);
    ds_buf_slice(&edited, ds_slice_of(bytes.data, at));
    ds_buf_slice(&edited, ds_slice_of(to, strlen(to)));
    ds_buf_slice(&edited, ds_slice_of(bytes.data + at + n, bytes.len - at - n));
    ds_status status = read_bytes(ds_buf_content(&edited), err);
    ds_buf_free(&bytes);
    ds_buf_free(&edited);
    return status;
}

static void test_kinds(void)
{
    ds_error err;
    CHECK(read_edited("version\1", "version\1", &err) == DS_OK);
    CHECK(read_edited("version\1", "version\2", &err) == DS_UNSUPPORTED);
    CHECK(strstr(err.text, "version 2; only 1 is known") != NULL);
    CHECK(read_edited("\xa6"
                      "dstack",
                      "\xa6"
                      "dstock",
                      &err) == DS_INVALID);
    CHECK(strstr(err.text, "stack is of no known kind") != NULL);
    CHECK(read_edited("\xa6"
                      "dstack",
                      "\xaa"
                      "dstack-pod",
                      &err) == DS_INVALID);
    CHECK(strstr(err.text, "stack lacks report_data_payload") != NULL);
}

/* Runtime events count as the stack has them; what the log has of them must not contradict itself.
 */
static void test_check(void)
{
    ds_event events[TOY_EVENTS];
    unsigned char digest[DS_EVENT_DIGEST_BYTES];
    ds_error err;
    memcpy(events, toy_events, sizeof events);
    CHECK(ds_event_digest(digest, 1, events[1].name, events[1].payload) == DS_OK);
    events[1].digest = ds_slice_of(digest, sizeof digest);
    ds_attested a = {.log = events, .log_count = TOY_EVENTS};
    CHECK(ds_attested_check(&a, &err) == DS_OK);
    events[1].version = 2;
    CHECK(ds_attested_check(&a, &err) == DS_VERIFY);
    events[1].digest.len = 0;
    CHECK(ds_attested_check(&a, &err) == DS_OK);
    events[1].has_preimage = true;
    CHECK(ds_attested_check(&a, &err) == DS_VERIFY && strstr(err.text, "entry 2") != NULL);
    events[1].has_preimage = false;
    a.has_payload = true;
    a.report_data = ds_slice_of(toy.report_data, DS_REPORT_DATA_BYTES);
    CHECK(ds_attested_check(&a, &err) == DS_VERIFY);
}

static ds_status registers(const ds_event *events, size_t count, ds_log_extent *extent)
{
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES];
    ds_error err;
    const ds_eventlog log = {events, count, NULL};
    return ds_eventlog_registers(rtmr, extent, &log, &err);
}

static void test_registers(void)
{
    ds_log_extent extent[DS_RTMR_COUNT];
    ds_event events[TOY_EVENTS + 1];
    memcpy(events, toy_events, sizeof toy_events);
    CHECK(registers(events, TOY_EVENTS, extent) == DS_OK);
    CHECK(extent[0] == DS_LOG_PART && extent[1] == DS_LOG_NONE && extent[3] == DS_LOG_WHOLE);
    events[3] = events[0];
    events[3].payload.len = 0;
    CHECK(registers(events, TOY_EVENTS + 1, extent) == DS_OK && extent[0] == DS_LOG_WHOLE);
    events[3].imr = 3;
    CHECK(registers(events, TOY_EVENTS + 1, extent) == DS_VERIFY);
    events[3].imr = 4;
    CHECK(registers(events, TOY_EVENTS + 1, extent) == DS_INVALID);
}

static ds_event runtime(const char *name)
{
    return (ds_event){.imr = 3, .event_type = DS_RUNTIME_EVENT_TYPE, .name = {name, strlen(name)}};
}

static ds_status find_system(const char *const *names, const ds_event **found, ds_error *err)
{
    ds_event events[8];
    size_t count = 0;
    for (; names[count] != NULL; count++)
        events[count] = runtime(names[count]);
    const ds_eventlog log = {events, count, NULL};
    return ds_eventlog_system(found, &log, err);
}

static void test_system(void)
{
    const ds_event *found[DS_SYSTEM_EVENT_COUNT];
    ds_error err;
    const char *const good[] = {"system-preparing", "app-id", "boot-mr-done", "key-provider",
                                "system-ready",     "app-id", "compose-hash", NULL};
    const char *const twice[] = {"app-id", "mine", "app-id", NULL};
    const char *const late[] = {"boot-mr-done", "compose-hash", NULL};
    CHECK(find_system(good, found, &err) == DS_OK);
    CHECK(found[DS_SYSTEM_EVENT_APP_ID] != NULL && found[DS_SYSTEM_EVENT_KEY_PROVIDER] != NULL);
    CHECK(found[DS_SYSTEM_EVENT_COMPOSE_HASH] == NULL);
    CHECK(find_system(twice, found, &err) == DS_VERIFY && strstr(err.text, "'app-id'") != NULL);
    CHECK(find_system(late, found, &err) == DS_VERIFY && strstr(err.text, "entry 2") != NULL);
}

/* The published values. */
static void test_config_id(void)
{
    unsigned char id[DS_MR_BYTES], compose_hash[32], app_id[20], provider[32];
    memset(compose_hash, 0x22, sizeof compose_hash);
    memset(app_id, 0x11, sizeof app_id);
    memset(provider, 0x33, sizeof provider);
    const ds_slice hash = {compose_hash, sizeof compose_hash}, app = {app_id, sizeof app_id};
    CHECK(ds_mr_config_id_v2(id, hash, app, 2, ds_slice_of(provider, sizeof provider)) == DS_OK);
    CHECK_HEX(id, sizeof id,
              "027f2ca741da9d356026ab20ca640abf06198829a128817b091bbc9aec1ed97b60"
              "000000000000000000000000000000");
    CHECK(ds_mr_config_id_v2(id, hash, app, 0, DS_LITERAL("")) == DS_OK);
    CHECK_HEX(id, sizeof id,
              "022b90c730130d4ba9f7669253e5a0fb289b5688914f8e1f81efdf97e6d1142a81"
              "000000000000000000000000000000");
    CHECK(ds_mr_config_id_v3(id, DS_LITERAL("{}")) == DS_OK && id[0] == 3 && id[33] == 0);
}

static void test_msgpack(void)
{
    ds_msgpack_item item;
    unsigned char deep[4096];
    memset(deep, 0x91, sizeof deep); /* lists of one list each */
    deep[sizeof deep - 1] = 0xc0;
    ds_slice from = {deep, sizeof deep};
    CHECK(ds_msgpack_skip(&from) && from.len == 0);
    from = ds_slice_of(deep, sizeof deep - 1);
    CHECK(!ds_msgpack_skip(&from));
    from = DS_LITERAL("\xdd\xff\xff\xff\xff");
    CHECK(!ds_msgpack_next(&from, &item));
    from = DS_LITERAL("\xcb........");
    CHECK(!ds_msgpack_next(&from, &item));
    from = DS_LITERAL("\xcd\x01\x02");
    CHECK(ds_msgpack_next(&from, &item) && item.kind == DS_MSGPACK_UINT && item.n == 0x102);
}

static void test_dates(void)
{
    ds_collateral_dates dates;
    ds_error err;
    ds_json_doc doc = vectors_read("spec/vectors/dcap.json");
    ds_slice json = vector_text(ds_json_member(doc.root, "cases")->first, "collateral");
    CHECK(ds_collateral_dates_read(&dates, json, &err) == DS_OK);
    CHECK(dates.issued < 1800000000 && dates.next_update > 1800000000);
    CHECK(ds_collateral_dates_read(&dates, DS_LITERAL("{}"), &err) == DS_INVALID);
    ds_json_free(&doc);
}

static void test_certificate(void)
{
    ds_certified c;
    ds_error err;
    CHECK(ds_certified_read(&c, DS_LITERAL("0\0"), &err) == DS_INVALID);
    CHECK(ds_certified_read(&c, DS_LITERAL(""), &err) == DS_INVALID);
}

int main(void)
{
    test_round_trip(DS_ATTESTATION_SCALE);
    test_round_trip(DS_ATTESTATION_MSGPACK);
    test_lengths(DS_ATTESTATION_SCALE, false);
    test_lengths(DS_ATTESTATION_SCALE, true);
    test_lengths(DS_ATTESTATION_MSGPACK, false);
    test_lengths(DS_ATTESTATION_MSGPACK, true);
    test_refused();
    test_kinds();
    test_check();
    test_registers();
    test_system();
    test_config_id();
    test_msgpack();
    test_dates();
    test_certificate();
    return test_done();
}
