/* The firmware's event log. That of a real machine is in spec/29, where the shared vectors are. */
#include "attest/ccel.h"
#include "attest/le.h"
#include "crypto/hash.h"
#include "test.h"

#define NO_ACTION 3
#define SEPARATOR 4

static void put32(ds_buf *out, uint32_t n)
{
    unsigned char bytes[4];
    ds_le32_write(bytes, n);
    CHECK(ds_buf_add(out, bytes, sizeof bytes) == DS_OK);
}

static void put_hex(ds_buf *out, const char *hex)
{
    unsigned char bytes[256];
    size_t n = test_bytes(bytes, hex);
    CHECK(ds_buf_add(out, bytes, n) == DS_OK);
}

/* Begins a log, SHA-1 and SHA-384, that ends in the given tail of its first record. */
static void begin(ds_buf *out, const char *algorithms)
{
    ds_buf_init(out, 1u << 23);
    put32(out, 1);
    put32(out, NO_ACTION);
    put_hex(out, "0000000000000000000000000000000000000000");
    put32(out, (uint32_t)(24 + strlen(algorithms) / 2));
    CHECK(ds_buf_text(out, "Spec ID Event03") == DS_OK);
    put_hex(out, "000000000000020002");
    put_hex(out, algorithms);
}

#define BOTH                                                                                       \
    "0200000004001400"                                                                             \
    "0c003000"                                                                                     \
    "00"

static void add_digest(ds_buf *out, const char *algorithm, unsigned char fill, size_t size)
{
    put_hex(out, algorithm);
    for (size_t i = 0; i < size; i++)
        CHECK(ds_buf_byte(out, fill) == DS_OK);
}

static void add(ds_buf *out, uint32_t imr, uint32_t type, unsigned char fill)
{
    put32(out, imr);
    put32(out, type);
    put32(out, 2);
    add_digest(out, "0400", 0x55, 20);
    add_digest(out, "0c00", fill, DS_EVENT_DIGEST_BYTES);
    put32(out, 3);
    CHECK(ds_buf_text(out, "abc") == DS_OK);
}

static void extend(unsigned char *mr, unsigned char fill)
{
    unsigned char digest[DS_EVENT_DIGEST_BYTES];
    memset(digest, fill, sizeof digest);
    const ds_slice parts[] = {{mr, DS_MR_BYTES}, {digest, sizeof digest}};
    unsigned char next[DS_MR_BYTES];
    CHECK(ds_hash(DS_SHA384, next, parts, 2) == DS_OK);
    memcpy(mr, next, sizeof next);
}

static void test_replay(void)
{
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES], want[DS_RTMR_COUNT][DS_MR_BYTES] = {{0}};
    ds_eventlog log;
    ds_error err;
    ds_buf out;
    begin(&out, BOTH);
    add(&out, 1, SEPARATOR, 0x11);
    add(&out, 4, SEPARATOR, 0x44);
    add(&out, 1, NO_ACTION, 0xee); /* extends nothing */
    add(&out, 0, SEPARATOR, 0xee); /* no register of TDX */
    add(&out, 1, SEPARATOR, 0x12);
    for (int i = 0; i < 9; i++)
        CHECK(ds_buf_byte(&out, 0xff) == DS_OK);
    CHECK(ds_ccel_read(&log, ds_buf_content(&out), &err) == DS_OK && log.count == 3);
    CHECK(log.events[1].imr == 3 && log.events[1].event_type == SEPARATOR);
    CHECK(ds_slice_equal(log.events[2].payload, DS_LITERAL("abc")) && log.events[2].name.len == 0);
    CHECK(ds_eventlog_replay(rtmr, &log, &err) == DS_OK);
    extend(want[0], 0x11);
    extend(want[0], 0x12);
    extend(want[3], 0x44);
    CHECK(memcmp(rtmr, want, sizeof want) == 0);
    ds_eventlog_free(&log);
    ds_buf_free(&out);
}

/* Reads a log in memory of exactly its size. Returns whether it is refused with these words. */
static bool refused(const ds_buf *out, size_t n, ds_status status, const char *words)
{
    ds_eventlog log;
    ds_error err;
    unsigned char *copy = malloc(n > 0 ? n : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, out->data, n);
    ds_status got = ds_ccel_read(&log, ds_slice_of(copy, n), &err);
    bool right = got == status && log.events == NULL && strstr(err.text, words) != NULL;
    if (!right)
        printf("   %s: %s\n", ds_status_word(got), got == DS_OK ? "" : err.text);
    ds_eventlog_free(&log);
    free(copy);
    return right;
}

static void test_every_length(void)
{
    ds_buf out;
    begin(&out, BOTH);
    size_t header = out.len;
    add(&out, 2, SEPARATOR, 0x22);
    for (size_t n = 0; n < out.len; n++)
        if (n != header) /* a log without a record is one */
            CHECK(refused(&out, n, DS_INVALID, n < header ? "record 1" : "record 2"));
    ds_buf_free(&out);
}

static void test_headers(void)
{
    static const char *const bad[] = {
        "0200000004001400"
        "0b002000"
        "00", /* no SHA-384 */
        "010000000c002f0000",
        "020000000c00300000",
        "ffffffff0c00300000",
        "010000000c00300001",
        "010000000c0030000000",
    };
    ds_buf out;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        begin(&out, bad[i]);
        CHECK(refused(&out, out.len, DS_INVALID, "its algorithms are malformed"));
        ds_buf_free(&out);
    }
    begin(&out, BOTH);
    out.data[32] = 's';
    CHECK(refused(&out, out.len, DS_INVALID, "not \"Spec ID Event03\""));
    out.data[32] = 'S';
    out.data[4] = SEPARATOR;
    CHECK(refused(&out, out.len, DS_INVALID, "not \"Spec ID Event03\""));
    memcpy(out.data, "CCEL", 4);
    CHECK(refused(&out, out.len, DS_INVALID, "ACPI's table, which says where the log lies"));
    ds_buf_free(&out);
}

/* Appends a record with this beginning and tail, and wants these words. */
static void refuse_record(const char *hex, const char *words)
{
    ds_buf out;
    begin(&out, BOTH);
    put_hex(&out, hex);
    CHECK(refused(&out, out.len, DS_INVALID, words));
    ds_buf_free(&out);
}

#define ONES   "11111111111111111111111111111111"
#define DIGEST "0c00" ONES ONES ONES

static void test_records(void)
{
    refuse_record("050000000400000001000000" DIGEST "00000000", "no such register");
    refuse_record("010000000400000000000000"
                  "00000000",
                  "no SHA-384 digest");
    refuse_record("010000000400000002000000" DIGEST DIGEST "00000000", "two SHA-384 digests");
    refuse_record("0100000004000000010000001200", "unknown algorithm");
    refuse_record("0100000004000000ffffffff" DIGEST "00000000", "digest is cut short");
    refuse_record("010000000400000001000000" DIGEST "01000100", "more than 65536 bytes");
    refuse_record("ffffffffff00ff", "something follows behind the log's end");
    refuse_record("ffffff", "it ends before it is complete");
}

/* Records with data of this size, which are there. */
static void add_records(ds_buf *out, int count, uint32_t size)
{
    static const unsigned char zeros[65537];
    ds_buf record;
    ds_status status = DS_OK;
    ds_buf_init(&record, 1u << 17);
    put32(&record, 1);
    put32(&record, SEPARATOR);
    put32(&record, 1);
    add_digest(&record, "0c00", 0x11, DS_EVENT_DIGEST_BYTES);
    put32(&record, size);
    CHECK(ds_buf_add(&record, zeros, size) == DS_OK);
    for (int i = 0; status == DS_OK && i < count; i++)
        status = ds_buf_slice(out, ds_buf_content(&record));
    CHECK(status == DS_OK);
    ds_buf_free(&record);
}

static void test_limits(void)
{
    ds_eventlog log;
    ds_error err;
    ds_buf out;
    begin(&out, BOTH);
    add_records(&out, 1, 65536);
    CHECK(ds_ccel_read(&log, ds_buf_content(&out), &err) == DS_OK && log.count == 1);
    ds_eventlog_free(&log);
    add_records(&out, 1, 65537);
    CHECK(refused(&out, out.len, DS_INVALID, "record 3: its data are cut short, or more than"));
    ds_buf_free(&out);
    begin(&out, BOTH);
    add_records(&out, DS_EVENTLOG_MAXEVENTS, 0);
    CHECK(ds_ccel_read(&log, ds_buf_content(&out), &err) == DS_OK);
    CHECK(log.count == DS_EVENTLOG_MAXEVENTS);
    ds_eventlog_free(&log);
    add_records(&out, 1, 0);
    CHECK(refused(&out, out.len, DS_TOO_LARGE, "more than 65536 events"));
    ds_buf_free(&out);
}

static void test_sizes(void)
{
    ds_eventlog log;
    ds_error err;
    void *big = calloc(1, (size_t)DS_EVENTLOG_MAXBYTES + 1);
    if (big == NULL)
        abort();
    CHECK(ds_ccel_read(&log, ds_slice_of(big, (size_t)DS_EVENTLOG_MAXBYTES + 1), &err) ==
          DS_TOO_LARGE);
    CHECK(log.events == NULL);
    free(big);
}

int main(void)
{
    test_replay();
    test_every_length();
    test_headers();
    test_records();
    test_limits();
    test_sizes();
    return test_done();
}
