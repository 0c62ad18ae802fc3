/* Whole attestations and the app info of certificates, read: what was written comes back, and
 * nothing that is cut, stretched or altered passes for it. The published cases are in spec/29. */
#include "attest/app_info.h"
#include "attest/attested.h"
#include "test.h"

static const ds_attestation_form forms[] = {DS_ATTESTATION_SCALE, DS_ATTESTATION_MSGPACK};

#define RUNTIME_DIGEST                                                                             \
    "67b4be4efed0893cfa2bb1d35dca209ad8348b4c97f980807bcde8b9a0f26398dd0923d6eccb5aa2096d98046da8" \
    "740f"

/* Writes an attestation with a boot event and a runtime event. */
static void write_toy(ds_buf *out, ds_attestation_form form, bool certificate)
{
    unsigned char digests[2][DS_EVENT_DIGEST_BYTES];
    ds_error err;
    memset(digests[0], 0x11, sizeof digests[0]);
    test_bytes(digests[1], RUNTIME_DIGEST);
    const ds_event events[] = {{.imr = 0,
                                .event_type = 4,
                                .digest = {digests[0], sizeof digests[0]},
                                .name = DS_LITERAL("separator"),
                                .payload = DS_LITERAL("boot")},
                               {.imr = 3,
                                .event_type = DS_RUNTIME_EVENT_TYPE,
                                .digest = {digests[1], sizeof digests[1]},
                                .name = DS_LITERAL("app-id"),
                                .payload = DS_LITERAL("\xde\xad\xbe\xef")}};
    const ds_attestation toy = {.quote = DS_LITERAL("a quote"),
                                .events = events,
                                .event_count = 2,
                                .report_data = "test",
                                .config = DS_LITERAL("{\"k\":1}")};
    if (ds_attestation_write(out, form, &toy, certificate, &err) != DS_OK)
        abort();
}

static void check_toy(const ds_attested *a, bool certificate)
{
    ds_error err;
    ds_buf log;
    ds_buf_init(&log, 4096);
    CHECK(ds_slice_equal(a->quote, DS_LITERAL("a quote")));
    CHECK(ds_slice_equal(a->config, DS_LITERAL("{\"k\":1}")));
    CHECK(a->report_data.len == 64 && memcmp(a->report_data.data, "test\0\0", 6) == 0);
    CHECK(a->log_count == (certificate ? 1 : 2) && a->runtime_count == 1 && !a->has_payload);
    CHECK(ds_slice_equal(a->runtime[0].name, DS_LITERAL("app-id")));
    CHECK(ds_attested_check(a, &err) == DS_OK);
    CHECK(ds_attested_log(&log, a) == DS_OK && ds_buf_byte(&log, 0) == DS_OK);
    CHECK((strstr((const char *)log.data, "separator") == NULL) == certificate);
    CHECK(strstr((const char *)log.data, "\"app-id\",\"event_payload\":\"deadbeef\"") != NULL);
    ds_buf_free(&log);
}

static void test_round_trips(void)
{
    for (size_t i = 0; i < 4; i++) {
        ds_attested a;
        ds_error err;
        ds_buf bytes;
        ds_buf_init(&bytes, 4096);
        write_toy(&bytes, forms[i & 1], i > 1);
        CHECK(ds_attested_read(&a, ds_buf_content(&bytes), &err) == DS_OK);
        CHECK(a.form == forms[i & 1]);
        check_toy(&a, i > 1);
        ds_attested_free(&a);
        ds_buf_free(&bytes);
    }
}

/* Reads bytes that lie in memory of exactly their size, so that ASan sees what is read beyond. */
static ds_status read_exactly(const void *bytes, size_t n, ds_error *err)
{
    ds_attested a;
    void *copy = malloc(n > 0 ? n : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, bytes, n);
    ds_status status = ds_attested_read(&a, ds_slice_of(copy, n), err);
    if (status == DS_OK)
        ds_attested_free(&a);
    else
        CHECK(a.quote.data == NULL && a.log == NULL && a.arena.chunks == NULL);
    free(copy);
    return status;
}

static void test_every_length(void)
{
    for (size_t i = 0; i < 2; i++) {
        ds_error err;
        ds_buf bytes;
        size_t taken = 0;
        ds_buf_init(&bytes, 4096);
        write_toy(&bytes, forms[i], false);
        for (size_t n = 0; n < bytes.len; n++)
            taken += read_exactly(bytes.data, n, &err) != DS_INVALID;
        CHECK(taken == 0);
        CHECK(ds_buf_byte(&bytes, 0) == DS_OK);
        CHECK(read_exactly(bytes.data, bytes.len, &err) == DS_INVALID);
        CHECK(strstr(err.text, "1 bytes follow behind its end") != NULL);
        ds_buf_free(&bytes);
    }
}

/* No byte can be altered so that reading crashes; what is still read is still whole. */
static void test_every_byte(void)
{
    for (size_t i = 0; i < 2; i++) {
        ds_error err;
        ds_buf bytes;
        size_t read = 0, refused = 0;
        ds_buf_init(&bytes, 4096);
        write_toy(&bytes, forms[i], false);
        for (size_t at = 0; at < bytes.len; at++)
            for (unsigned bit = 0; bit < 8; bit++) {
                bytes.data[at] ^= (unsigned char)(1u << bit);
                *(read_exactly(bytes.data, bytes.len, &err) == DS_OK ? &read : &refused) += 1;
                bytes.data[at] ^= (unsigned char)(1u << bit);
            }
        CHECK(read > 0 && refused > 0);
        ds_buf_free(&bytes);
    }
}

/* Refuses hex text with this status and these words. */
static bool refuses(const char *hex, ds_status status, const char *words)
{
    unsigned char bytes[512];
    ds_error err;
    size_t n = test_bytes(bytes, hex);
    return read_exactly(bytes, n, &err) == status && strstr(err.text, words) != NULL;
}

static void test_platforms(void)
{
    static const char *const names[] = {"gcp-tdx", "nitro-enclave", "sev-snp", "aws-nitro-tpm"};
    for (size_t i = 0; i < 4; i++) {
        char hex[16];
        snprintf(hex, sizeof hex, "00%02x00", (unsigned)i + 1);
        CHECK(refuses(hex, DS_UNSUPPORTED, names[i]));
    }
    CHECK(refuses("0005", DS_INVALID, "there is no platform 5"));
    CHECK(refuses("00", DS_INVALID, "ends before it is complete"));
    CHECK(refuses("81a8706c6174666f726d82a46b696e64a77365762d736e70a464617461c0", DS_UNSUPPORTED,
                  "platform sev-snp; only those of TDX"));
    CHECK(refuses("81a776657273696f6e02", DS_INVALID, "lacks platform"));
    CHECK(refuses("82a776657273696f6e01a776657273696f6e01", DS_INVALID, "version is there twice"));
    CHECK(refuses("81a776657273696f6ea131", DS_INVALID, "version must be a number"));
}

/* Lengths of SCALE that promise more than there is, in each of the sizes a length may have. */
static void test_promises(void)
{
    CHECK(refuses("0000fc", DS_INVALID, "ends before"));
    CHECK(refuses("0000fdff00", DS_INVALID, "ends before"));
    CHECK(refuses("0000feffffff00", DS_INVALID, "ends before"));
    CHECK(refuses("000003ffffffff", DS_INVALID, "ends before"));
    CHECK(refuses("000000feffffff", DS_INVALID, "ends before"));
    CHECK(refuses("00000000feffffff", DS_INVALID, "ends before"));
}

static void test_sizes(void)
{
    ds_attested a;
    ds_error err;
    unsigned char *big = calloc(1, (size_t)DS_ATTESTATION_MAXBYTES + 1);
    if (big == NULL)
        abort();
    CHECK(ds_attested_read(&a, ds_slice_of(big, 0), &err) == DS_INVALID);
    CHECK(strcmp(err.text, "attestation: it is empty") == 0);
    CHECK(ds_attested_read(&a, ds_slice_of(big, (size_t)DS_ATTESTATION_MAXBYTES + 1), &err) ==
          DS_TOO_LARGE);
    /* a log of 65537 runtime events, two bytes each */
    test_bytes(big, "0000000006000400");
    CHECK(ds_attested_read(&a, ds_slice_of(big, 200000), &err) == DS_TOO_LARGE);
    CHECK(strstr(err.text, "runtime_events has 65537 entries") != NULL);
    free(big);
}

/* App info */

static ds_status read_info(const char *hex, ds_app_info *info, ds_error *err)
{
    static unsigned char bytes[512];
    static ds_slice scripts[DS_APP_INFO_MAXSCRIPTS];
    size_t n = test_bytes(bytes, hex);
    return ds_app_info_read(info, scripts, ds_slice_of(bytes, n), err);
}

#define EMPTY8 "c400c400c400c400c400c400c400c400"
#define HASH   "c4201111111111111111111111111111111111111111111111111111111111111111"

static void test_app_info(void)
{
    static unsigned char hash[DS_APP_INFO_SCRIPT_BYTES];
    const ds_slice scripts[] = {{hash, sizeof hash}, {hash, sizeof hash}};
    const ds_app_info written = {.app_id = DS_LITERAL("id"),
                                 .key_provider_info = DS_LITERAL("{}"),
                                 .has_init_scripts = true,
                                 .init_script_hashes = scripts,
                                 .init_script_count = 2};
    ds_app_info info;
    ds_slice room[DS_APP_INFO_MAXSCRIPTS];
    ds_error err;
    ds_buf bytes;
    ds_buf_init(&bytes, 4096);
    CHECK(ds_app_info_write(&bytes, &written) == DS_OK);
    CHECK(ds_app_info_read(&info, room, ds_buf_content(&bytes), &err) == DS_OK);
    CHECK(ds_slice_equal(info.app_id, DS_LITERAL("id")) && info.compose_hash.len == 0);
    CHECK(ds_slice_equal(info.key_provider_info, DS_LITERAL("{}")));
    CHECK(info.has_init_scripts && info.init_script_count == 2);
    CHECK(info.init_script_hashes == room && ds_slice_equal(room[1], scripts[1]));
    for (size_t n = 0; n < bytes.len; n++)
        CHECK(ds_app_info_read(&info, room, ds_slice_of(bytes.data, n), &err) == DS_INVALID);
    size_t size = bytes.len;
    ds_buf_free(&bytes);
    ds_buf_init(&bytes, size - 1);
    CHECK(ds_app_info_write(&bytes, &written) == DS_TOO_LARGE);
    ds_buf_free(&bytes);
}

static void test_app_info_refusals(void)
{
    ds_app_info info;
    ds_error err;
    CHECK(read_info("99" EMPTY8 "c0", &info, &err) == DS_OK && !info.has_init_scripts);
    CHECK(read_info("99" EMPTY8 "90", &info, &err) == DS_OK && info.has_init_scripts);
    CHECK(read_info("99" EMPTY8 "91" HASH, &info, &err) == DS_OK && info.init_script_count == 1);
    CHECK(read_info("99" EMPTY8 "c000", &info, &err) == DS_INVALID);
    CHECK(read_info("99" EMPTY8 "91c40111", &info, &err) == DS_INVALID);
    CHECK(read_info("99" EMPTY8 "96" HASH HASH HASH HASH HASH HASH, &info, &err) == DS_INVALID);
    CHECK(read_info("98" EMPTY8, &info, &err) == DS_INVALID);
    CHECK(read_info("9a" EMPTY8 "c0", &info, &err) == DS_INVALID);
    CHECK(read_info("99a0c400c400c400c400c400c400c400c0", &info, &err) == DS_INVALID);
    CHECK(read_info("89" EMPTY8 "c0", &info, &err) == DS_INVALID);
    CHECK(read_info("09" EMPTY8 "c0", &info, &err) == DS_INVALID);
    CHECK(read_info("99" EMPTY8 "00", &info, &err) == DS_INVALID);
    CHECK(info.app_id.data == NULL && strstr(err.text, "app info") != NULL);
}

int main(void)
{
    test_round_trips();
    test_every_length();
    test_every_byte();
    test_platforms();
    test_promises();
    test_sizes();
    test_app_info();
    test_app_info_refusals();
    return test_done();
}
