/* TD reports and quotes: layout, building, parsing, truncation; what is derived from them. */
#include "attest/measure.h"
#include "attest/quote.h"
#include "attest/report_data.h"
#include "test.h"

/* A quote of our own: the report's bytes are all different from their neighbours. */
typedef struct sample {
    unsigned char report[DS_TD_REPORT_BYTES];
    unsigned char qe_report[DS_SGX_REPORT_BYTES];
    unsigned char signature[64], key[64], qe_signature[64], auth[32];
    ds_quote quote;
    ds_buf bytes;
} sample;

#define CERTIFICATION "-----BEGIN CERTIFICATE-----"
#define SECTION_BYTES (64 + 64 + 2 + 4 + 384 + 64 + 2 + 32 + 2 + 4 + 27)
#define QUOTE_BYTES   (48 + 584 + 4 + SECTION_BYTES)

/* Where the lengths and types of that quote lie. */
#define AT_SECTION    632
#define AT_OUTER_TYPE (636 + 128)
#define AT_OUTER      (AT_OUTER_TYPE + 2)
#define AT_AUTH       (AT_OUTER + 4 + 384 + 64)
#define AT_INNER_TYPE (AT_AUTH + 2 + 32)
#define AT_INNER      (AT_INNER_TYPE + 2)

static void sample_init(sample *s)
{
    for (size_t i = 0; i < sizeof s->report; i++)
        s->report[i] = (unsigned char)(i * 7 + i / 256);
    memset(s->qe_report, 0x11, sizeof s->qe_report);
    memset(s->signature, 0x22, sizeof s->signature);
    memset(s->key, 0x33, sizeof s->key);
    memset(s->qe_signature, 0x44, sizeof s->qe_signature);
    memset(s->auth, 0x55, sizeof s->auth);
    ds_quote_init(&s->quote);
    ds_td_report_read(&s->quote.report, s->report, false);
    s->quote.header.user_data[19] = 0xee;
    s->quote.signature = ds_slice_of(s->signature, sizeof s->signature);
    s->quote.attestation_key = ds_slice_of(s->key, sizeof s->key);
    s->quote.qe_report = ds_slice_of(s->qe_report, sizeof s->qe_report);
    s->quote.qe_report_signature = ds_slice_of(s->qe_signature, sizeof s->qe_signature);
    s->quote.qe_auth_data = ds_slice_of(s->auth, sizeof s->auth);
    s->quote.inner_type = DS_CERTIFICATION_PCK_CHAIN;
    s->quote.certification_data = DS_LITERAL(CERTIFICATION);
    ds_buf_init(&s->bytes, 4096);
    CHECK(ds_quote_write_signed(&s->bytes, &s->quote) == DS_OK);
    CHECK(s->bytes.len == DS_QUOTE_SIGNED_BYTES);
    CHECK(ds_quote_write_section(&s->bytes, &s->quote) == DS_OK);
    CHECK(s->bytes.len == QUOTE_BYTES);
}

/* Intel's layout, counted from the start of a version 4 quote. */
static const struct {
    const char *name;
    size_t offset, size;
} layout[] = {
    {"tee_tcb_svn", 48, 16},      {"mr_seam", 64, 48},       {"mr_signer_seam", 112, 48},
    {"seam_attributes", 160, 8},  {"td_attributes", 168, 8}, {"xfam", 176, 8},
    {"mr_td", 184, 48},           {"mr_config_id", 232, 48}, {"mr_owner", 280, 48},
    {"mr_owner_config", 328, 48}, {"rt_mr0", 376, 48},       {"rt_mr1", 424, 48},
    {"rt_mr2", 472, 48},          {"rt_mr3", 520, 48},       {"report_data", 568, 64},
};

static void test_report(const sample *s)
{
    size_t count;
    const ds_td_report *r = &s->quote.report;
    const ds_report_field *fields = ds_td_report_fields(r, &count);
    CHECK(count == sizeof layout / sizeof layout[0]);
    for (size_t i = 0; i < count; i++) {
        ds_slice value = ds_report_value(r, &fields[i]);
        CHECK(strcmp(fields[i].name, layout[i].name) == 0 && fields[i].size == layout[i].size);
        CHECK(ds_slice_equal(value, ds_slice_of(s->bytes.data + layout[i].offset, layout[i].size)));
    }
    const unsigned char *p = s->report;
    CHECK(memcmp(r->tee_tcb_svn, p, 16) == 0 && memcmp(r->mr_seam, p + 16, 48) == 0);
    CHECK(memcmp(r->mr_signer_seam, p + 64, 48) == 0 && memcmp(r->xfam, p + 128, 8) == 0);
    CHECK(memcmp(r->seam_attributes, p + 112, 8) == 0 && memcmp(r->td_attributes, p + 120, 8) == 0);
    CHECK(memcmp(r->mr_td, p + 136, 48) == 0 && memcmp(r->mr_config_id, p + 184, 48) == 0);
    CHECK(memcmp(r->mr_owner, p + 232, 48) == 0 && memcmp(r->mr_owner_config, p + 280, 48) == 0);
    CHECK(memcmp(r->rt_mr, p + 328, 192) == 0 && memcmp(r->report_data, p + 520, 64) == 0);
    CHECK(memcmp(s->bytes.data + 48, p, sizeof s->report) == 0);
}

static void test_layout(const sample *s)
{
    const unsigned char *p = s->bytes.data;
    CHECK_HEX(p, 48,
              "040002008100000000000000939a7233f79c4ca9940a0db3957f06070000000000000000000000000000"
              "0000000000ee");
    CHECK_HEX(p + AT_SECTION, 4, "89020000");
    CHECK_HEX(p + AT_OUTER_TYPE, 6, "060003020000");
    CHECK_HEX(p + AT_AUTH, 2, "2000");
    CHECK_HEX(p + AT_INNER_TYPE, 6, "05001b000000");
    CHECK(memcmp(p + QUOTE_BYTES - 27, CERTIFICATION, 27) == 0);
}

static void test_parse(const sample *s)
{
    ds_quote q;
    ds_error err;
    ds_slice bytes = ds_buf_content(&s->bytes);
    CHECK(ds_quote_parse(&q, bytes, &err) == DS_OK);
    CHECK(memcmp(&q.report, &s->quote.report, sizeof q.report) == 0);
    CHECK(q.header.version == 4 && q.header.key_type == 2 && q.header.tee_type == DS_TEE_TDX);
    CHECK(q.header.user_data[19] == 0xee && q.header.qe_svn == 0 && q.header.pce_svn == 0);
    CHECK(q.signed_range.data == s->bytes.data && q.signed_range.len == 632);
    CHECK(ds_slice_equal(q.signature, s->quote.signature));
    CHECK(ds_slice_equal(q.attestation_key, s->quote.attestation_key));
    CHECK(q.outer_type == DS_CERTIFICATION_QE_REPORT);
    CHECK(ds_slice_equal(q.qe_report, s->quote.qe_report));
    CHECK(ds_slice_equal(q.qe_report_signature, s->quote.qe_report_signature));
    CHECK(ds_slice_equal(q.qe_auth_data, s->quote.qe_auth_data));
    CHECK(q.inner_type == DS_CERTIFICATION_PCK_CHAIN);
    CHECK(ds_slice_equal(q.certification_data, DS_LITERAL(CERTIFICATION)));
}

/* Parses a copy that has exactly n bytes and memory, so that a sanitizer sees every step beyond. */
static ds_status parse_copy(const void *data, size_t n, ds_error *err)
{
    ds_quote q;
    unsigned char *copy = malloc(n > 0 ? n : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, data, n);
    ds_status status = ds_quote_parse(&q, ds_slice_of(copy, n), err);
    free(copy);
    return status;
}

static void test_truncation(const sample *s)
{
    bool refused = true, counted = true;
    ds_error err;
    for (size_t n = 0; n < QUOTE_BYTES; n++) {
        char missing[64];
        size_t end = n < 2 ? 2 : n < 632 ? 632 : n < 636 ? 636 : QUOTE_BYTES;
        snprintf(missing, sizeof missing, "has %u bytes and lacks at least %u more", (unsigned)n,
                 (unsigned)(end - n));
        refused = refused && parse_copy(s->bytes.data, n, &err) == DS_INVALID;
        counted = counted && strstr(err.text, missing) != NULL;
    }
    CHECK(refused && counted);
}

/* Quotes that differ from the good one by one patch. */
static const struct {
    size_t at, n;
    const char *bytes;
    ds_status status;
    const char *says;
} patches[] = {
    {0, 2, "\x04\x00", DS_OK, ""},
    {0, 2, "\x03\x00", DS_UNSUPPORTED, "version 3 for TDX with the report of an enclave"},
    {0, 2, "\x02\x00", DS_UNSUPPORTED, "version 2"},
    {0, 2, "\x06\x00", DS_UNSUPPORTED, "version 6"},
    {0, 2, "\x05\x00", DS_UNSUPPORTED, "body type"},
    {0, 2, "\x04\x01", DS_UNSUPPORTED, "version 260"},
    {2, 2, "\x03\x00", DS_UNSUPPORTED, "key type 3"},
    {2, 2, "\x00\x00", DS_UNSUPPORTED, "key type 0"},
    {4, 4, "\x00\x00\x00\x00", DS_UNSUPPORTED, "SGX"},
    {4, 4, "\x82\x00\x00\x00", DS_UNSUPPORTED, "TEE type 0x00000082"},
    {4, 4, "\x81\x00\x00\x80", DS_UNSUPPORTED, "TEE type 0x80000081"},
    {8, 4, "\x01\x02\x03\x04", DS_OK, ""},
    {AT_SECTION, 4, "\x00\x00\x00\x00", DS_INVALID, "signature section is too short"},
    {AT_SECTION, 4, "\x85\x00\x00\x00", DS_INVALID, "signature section is too short"},
    {AT_SECTION, 4, "\x86\x00\x00\x00", DS_INVALID, "QE certification data is said"},
    {AT_SECTION, 4, "\x88\x02\x00\x00", DS_INVALID, "QE certification data is said"},
    {AT_SECTION, 4, "\x00\x00\x10\x00", DS_INVALID, "lacks at least"},
    {AT_SECTION, 4, "\x01\x00\x10\x00", DS_INVALID, "1048577 bytes is over"},
    {AT_SECTION, 4, "\xff\xff\xff\xff", DS_INVALID, "4294967295 bytes is over"},
    {AT_OUTER_TYPE, 2, "\x05\x00", DS_OK, ""},
    {AT_OUTER, 4, "\x00\x00\x00\x00", DS_INVALID, "QE certification data is too short"},
    {AT_OUTER, 4, "\xff\xff\xff\xff", DS_INVALID, "QE certification data is said"},
    {AT_AUTH, 2, "\x00\x00", DS_INVALID, "type 21845"},
    {AT_AUTH, 2, "\x3c\x00", DS_INVALID, "QE certification data is too short"},
    {AT_AUTH, 2, "\xff\xff", DS_INVALID, "QE certification data is too short"},
    {AT_INNER_TYPE, 2, "\x00\x00", DS_INVALID, "type 0, must be 1 to 5, or 7"},
    {AT_INNER_TYPE, 2, "\x06\x00", DS_INVALID, "type 6, must be 1 to 5, or 7"},
    {AT_INNER_TYPE, 2, "\x01\x00", DS_OK, ""},
    {AT_INNER, 4, "\x1a\x00\x00\x00", DS_OK, ""},
    {AT_INNER, 4, "\x1c\x00\x00\x00", DS_INVALID, "certification data is said to have 28"},
    {AT_INNER, 4, "\xff\xff\xff\xff", DS_INVALID, "there is room for 27"},
};

static void test_patches(const sample *s)
{
    unsigned char bytes[QUOTE_BYTES];
    for (size_t i = 0; i < sizeof patches / sizeof patches[0]; i++) {
        ds_error err = {DS_OK, ""};
        memcpy(bytes, s->bytes.data, sizeof bytes);
        memcpy(bytes + patches[i].at, patches[i].bytes, patches[i].n);
        bool good = parse_copy(bytes, sizeof bytes, &err) == patches[i].status &&
                    err.status == patches[i].status && strstr(err.text, patches[i].says) != NULL;
        CHECK(good);
        if (!good)
            printf("# patch %u: %s\n", (unsigned)i, err.text);
    }
}

/* Bytes after a whole section, the same bytes inside it, and a section cut short. */
static void test_padding(sample *s)
{
    ds_error err;
    ds_quote q;
    ds_buf_add(&s->bytes, "\0\0\xff", 3);
    CHECK(ds_quote_parse(&q, ds_buf_content(&s->bytes), &err) == DS_OK);
    CHECK(q.certification_data.len == 27);
    s->bytes.data[AT_SECTION] += 3;
    CHECK(ds_quote_parse(&q, ds_buf_content(&s->bytes), &err) == DS_OK);
    CHECK(q.certification_data.len == 27);
    s->bytes.data[AT_SECTION] -= 3;
    s->bytes.len = QUOTE_BYTES;
    memset(&q, 0xaa, sizeof q);
    CHECK(ds_quote_parse(&q, ds_slice_of(s->bytes.data, 700), &err) == DS_INVALID);
    CHECK(q.header.version == 0 && q.signed_range.data == NULL && q.report.mr_td[0] == 0);
    CHECK(ds_quote_parse(&q, ds_slice_of("\x06", 2), &err) == DS_UNSUPPORTED);
}

static void test_damage(const sample *s)
{
    unsigned char bytes[QUOTE_BYTES];
    unsigned seed = 1, parsed = 0;
    ds_error err;
    for (int i = 0; i < 20000; i++) {
        memcpy(bytes, s->bytes.data, sizeof bytes);
        for (int flips = 0; flips < 1 + i % 3; flips++) {
            seed = seed * 1103515245u + 12345u;
            bytes[(seed >> 8) % sizeof bytes] ^= (unsigned char)(1 << (seed >> 5) % 8);
        }
        parsed += parse_copy(bytes, sizeof bytes, &err) == DS_OK;
    }
    CHECK(parsed > 10000 && parsed < 20000);
}

static void test_write_refusals(const sample *s)
{
    static const unsigned char big[65536];
    ds_buf out;
    ds_quote q = s->quote;
    ds_buf_init(&out, 1u << 22);
    q.signature.len = 63;
    CHECK(ds_quote_write_section(&out, &q) == DS_INVALID);
    q = s->quote;
    q.attestation_key.len = 65;
    CHECK(ds_quote_write_section(&out, &q) == DS_INVALID);
    q = s->quote;
    q.qe_report.len = 0;
    CHECK(ds_quote_write_section(&out, &q) == DS_INVALID);
    q = s->quote;
    q.qe_report_signature.len = 0;
    CHECK(ds_quote_write_section(&out, &q) == DS_INVALID);
    q = s->quote;
    q.inner_type = DS_CERTIFICATION_QE_REPORT;
    CHECK(ds_quote_write_section(&out, &q) == DS_INVALID);
    q = s->quote;
    q.certification_data.len = DS_QUOTE_SECTION_MAXBYTES;
    CHECK(ds_quote_write_section(&out, &q) == DS_INVALID);
    q = s->quote;
    q.qe_auth_data = ds_slice_of(big, sizeof big);
    CHECK(ds_quote_write_section(&out, &q) == DS_INVALID);
    CHECK(out.len == 0);
    q.qe_auth_data.len--;
    CHECK(ds_quote_write_section(&out, &q) == DS_OK && out.len == 4 + SECTION_BYTES - 32 + 65535);
    ds_buf_free(&out);
    ds_buf_init(&out, 700);
    CHECK(ds_quote_write_signed(&out, &q) == DS_OK);
    CHECK(ds_quote_write_section(&out, &s->quote) == DS_TOO_LARGE);
    CHECK(ds_quote_write_signed(&out, &q) == DS_TOO_LARGE);
    ds_buf_free(&out);
}

/* The other kinds of quotes, each built, read again, and read cut short. */
static const struct {
    uint16_t version;
    uint32_t tee;
    ds_quote_body body;
    size_t report_at, report_size;
} kinds[] = {
    {3, DS_TEE_SGX, DS_BODY_SGX, 48, 384},   {4, DS_TEE_TDX, DS_BODY_TD_10, 48, 584},
    {5, DS_TEE_SGX, DS_BODY_SGX, 54, 384},   {5, DS_TEE_TDX, DS_BODY_TD_10, 54, 584},
    {5, DS_TEE_TDX, DS_BODY_TD_15, 54, 648},
};

static void test_kind(const sample *s, size_t kind)
{
    unsigned char body[DS_TD_REPORT_15_BYTES];
    ds_quote q = s->quote, again;
    ds_error err;
    ds_buf out;
    bool refused = true;
    for (size_t i = 0; i < sizeof body; i++)
        body[i] = (unsigned char)(i * 5 + i / 256);
    q.header.version = kinds[kind].version;
    q.header.tee_type = kinds[kind].tee;
    q.body = kinds[kind].body;
    ds_td_report_read(&q.report, body, q.body == DS_BODY_TD_15);
    ds_sgx_report_read(&q.sgx, body);
    ds_buf_init(&out, 4096);
    CHECK(ds_quote_write_signed(&out, &q) == DS_OK);
    CHECK(out.len == kinds[kind].report_at + kinds[kind].report_size);
    CHECK(memcmp(out.data + kinds[kind].report_at, body, kinds[kind].report_size) == 0);
    CHECK(ds_quote_write_section(&out, &q) == DS_OK);
    CHECK(ds_quote_parse(&again, ds_buf_content(&out), &err) == DS_OK);
    CHECK(again.body == q.body &&
          again.signed_range.len == kinds[kind].report_at + kinds[kind].report_size);
    CHECK(again.body_size == (again.header.version == 5 ? kinds[kind].report_size : 0));
    CHECK(again.outer_type == (again.header.version == 3 ? 0 : 6));
    CHECK(q.body == DS_BODY_SGX ? memcmp(&again.sgx, &q.sgx, sizeof q.sgx) == 0
                                : memcmp(&again.report, &q.report, sizeof q.report) == 0);
    CHECK(ds_slice_equal(again.certification_data, q.certification_data));
    for (size_t n = 0; n < out.len; n++)
        refused = refused && parse_copy(out.data, n, &err) == DS_INVALID;
    CHECK(refused);
    ds_buf_free(&out);
}

/* Fields that only some reports have. */
static void test_fields(void)
{
    unsigned char body[DS_TD_REPORT_15_BYTES];
    ds_td_report report;
    ds_sgx_report sgx;
    size_t count;
    for (size_t i = 0; i < sizeof body; i++)
        body[i] = (unsigned char)(i * 5 + i / 256);
    ds_td_report_read(&report, body, true);
    const ds_report_field *fields = ds_td_report_fields(&report, &count);
    CHECK(count == 17 && strcmp(fields[16].name, "mr_service_td") == 0);
    CHECK(memcmp(report.tee_tcb_svn2, body + 584, 16) == 0);
    CHECK(memcmp(report.mr_service_td, body + 600, 48) == 0);
    ds_sgx_report_read(&sgx, body);
    CHECK(memcmp(sgx.attributes, body + 48, 16) == 0 && memcmp(sgx.mr_enclave, body + 64, 32) == 0);
    CHECK(memcmp(sgx.mr_signer, body + 128, 32) == 0 && memcmp(sgx.misc_select, body + 16, 4) == 0);
    CHECK(ds_sgx_report_product(&sgx) == (body[256] | body[257] << 8));
    CHECK(ds_sgx_report_svn(&sgx) == (body[258] | body[259] << 8));
    CHECK(memcmp(sgx.report_data, body + 320, 64) == 0 && memcmp(sgx.cpu_svn, body, 16) == 0);
}

/* Certification data that says which platform it is. */
static void test_platform(void)
{
    static const size_t sizes[] = {0, 36, 276, 404};
    unsigned char data[404];
    ds_platform_id id;
    ds_quote q;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (unsigned char)(i + i / 256);
    ds_quote_init(&q);
    for (uint16_t type = 1; type <= 3; type++) {
        size_t ppid = sizes[type] - 20;
        q.inner_type = type;
        q.certification_data = ds_slice_of(data, sizes[type]);
        CHECK(ds_quote_platform(&id, &q) == DS_OK);
        CHECK(ds_slice_equal(id.ppid, ds_slice_of(data, ppid)));
        CHECK(ds_slice_equal(id.cpu_svn, ds_slice_of(data + ppid, 16)));
        CHECK(ds_slice_equal(id.pce_svn, ds_slice_of(data + ppid + 16, 2)));
        CHECK(ds_slice_equal(id.pce_id, ds_slice_of(data + ppid + 18, 2)));
        q.certification_data.len--;
        CHECK(ds_quote_platform(&id, &q) == DS_INVALID && id.ppid.len == 0);
    }
    q.certification_data = ds_slice_of(data, 37);
    q.inner_type = 1;
    CHECK(ds_quote_platform(&id, &q) == DS_INVALID);
    q.inner_type = DS_CERTIFICATION_PCK_CHAIN;
    CHECK(ds_quote_platform(&id, &q) == DS_INVALID);
}

/* The quotes of test replies: 652 bytes, all zero but version, key type and report data. */
static void test_report_only(void)
{
    unsigned char bytes[652] = {4, 0, 2};
    ds_quote_header header;
    ds_td_report report;
    ds_quote q;
    ds_error err;
    memcpy(bytes + 568, "test", 4);
    CHECK(ds_quote_report(&header, &report, ds_slice_of(bytes, sizeof bytes), &err) == DS_OK);
    CHECK(header.version == 4 && header.key_type == 2 && header.tee_type == DS_TEE_SGX);
    CHECK(memcmp(report.report_data, "test\0\0", 6) == 0 && report.mr_td[0] == 0);
    CHECK(ds_quote_report(&header, &report, ds_slice_of(bytes, 632), &err) == DS_OK);
    CHECK(ds_quote_report(&header, &report, ds_slice_of(bytes, 631), &err) == DS_INVALID);
    CHECK(strstr(err.text, "lacks at least 1 more") != NULL && report.report_data[0] == 0);
    CHECK(ds_quote_report(&header, &report, (ds_slice){NULL, 0}, &err) == DS_INVALID);
    CHECK(ds_quote_parse(&q, ds_slice_of(bytes, sizeof bytes), &err) == DS_UNSUPPORTED);
    bytes[0] = 5;
    CHECK(ds_quote_report(&header, &report, ds_slice_of(bytes, 652), &err) == DS_UNSUPPORTED);
    CHECK(header.version == 0);
    bytes[0] = 3;
    CHECK(ds_quote_report(&header, &report, ds_slice_of(bytes, 652), &err) == DS_UNSUPPORTED);
    CHECK(strstr(err.text, "SGX enclave") != NULL);
}

static const char key_provider[] =
    "{\"name\":\"kms\",\"id\":"
    "\"3059301306072a8648ce3d020106082a8648ce3d0301070342000419b2457dd9b8aa6446d980f136fff7812ecd6c"
    "77740eeb0e28b10d56c0c00028a5b6e59dcea307d583bd1f70769e9c116df2bcfb1758a95d8613e7de1c8482c0\"}";

/* The registers of the agents' own simulator; mr_config_id has the compose hash. */
static void test_measure(void)
{
    unsigned char compose_hash[32], out[DS_MR_SUM_BYTES];
    ds_td_report r;
    memset(&r, 0, sizeof r);
    test_bytes(r.mr_td, "e53236d44a074bc78e784cdfa1a2c858a5f6b53afc1b60d8f079662314978b64241b646d84"
                        "98dd767d5ea48e1e115822");
    test_bytes(r.rt_mr[0], "6203948b7c12a0c2e14ed9b11170d7b85345870a304bb0959d6c198224ce621fe944e46"
                           "23af9631cd64eeffdc0d7fa94");
    test_bytes(r.rt_mr[1], "0ea1ad399114c5909c52c8b8c073f0c4e076b691495ca7d41f88c5bba6859e3911973ec"
                           "95adce1503eb43f4670a2c306");
    test_bytes(r.rt_mr[2], "1c9854088a35a1c44483d6ba5e88333cf6a7f5b5ec26713f722c80dfc2d2b337346d7fb"
                           "52452eacda0a8a8fb6fd306f1");
    test_bytes(r.rt_mr[3], "f28a1490ee924e9396c2ccf2d93ad536b83cbe159a1d45024d1fd7acdcc102145efcfcd"
                           "0cfa209416446c70226affadf");
    test_bytes(compose_hash, "c143116fef3940e7f776bfc0919c256232ae5338a6e948c96b711e0b2383483a");
    CHECK(ds_mr_aggregated(out, &r, r.rt_mr[3]) == DS_OK);
    CHECK_HEX(out, sizeof out, "9218777cbf9d7539e34576d42e6b6097ba324a8ad7794452614957e8bc170535");
    ds_mr_config_id_v1(r.mr_config_id, compose_hash);
    CHECK_HEX(r.mr_config_id, DS_MR_BYTES,
              "01c143116fef3940e7f776bfc0919c256232ae5338a6e948c96b711e0b2383483a"
              "000000000000000000000000000000");
    CHECK(ds_mr_aggregated(out, &r, r.rt_mr[3]) == DS_OK);
    CHECK_HEX(out, sizeof out, "85334a62c97d0f8bf82d0245d31b539d17a2d7c258e2a13efc928aaea0e107cb");
    CHECK(ds_mr_aggregated(out, &r, r.rt_mr[2]) == DS_OK);
    CHECK_HEX(out, sizeof out, "8cc78f8fa052862d1372da3399785ed90ed8c194f56e4bea96be180ebe8cf939");
    memset(r.mr_config_id, 0, sizeof r.mr_config_id);
    r.mr_owner_config[47] = 1;
    CHECK(ds_mr_aggregated(out, &r, r.rt_mr[3]) == DS_OK);
    CHECK_HEX(out, sizeof out, "3ead097172ce14b95c2e3dada8268aa36afe68e5786d3e9e9e166e531e59da5b");
    CHECK(ds_mr_system(out, &r, ds_slice_of(key_provider, strlen(key_provider))) == DS_OK);
    CHECK_HEX(out, sizeof out, "51ea38f8eee6dc72dbae9b74531ae6d6204295d265dabb4e6c34621a2a1a1197");
    CHECK(ds_mr_system(out, &r, (ds_slice){NULL, 0}) == DS_OK);
    CHECK_HEX(out, sizeof out, "ef6af583432288c877e412740aa7d8a844a18920ad98e9b1d95d42a07a3044c8");
    memset(compose_hash, 0x22, sizeof compose_hash);
    ds_mr_config_id_v1(r.mr_config_id, compose_hash);
    CHECK_HEX(r.mr_config_id, DS_MR_BYTES,
              "012222222222222222222222222222222222222222222222222222222222222222"
              "000000000000000000000000000000");
}

static void test_report_data(void)
{
    unsigned char in[65], out[DS_REPORT_DATA_BYTES], spki[128];
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (unsigned char)(i + 1);
    for (size_t n = 0; n <= 64; n++) {
        memset(out, 0xaa, sizeof out);
        bool good = ds_report_data_pad(out, ds_slice_of(in, n)) == DS_OK && memcmp(out, in, n) == 0;
        for (size_t i = n; i < 64; i++)
            good = good && out[i] == 0;
        CHECK(good);
    }
    CHECK(ds_report_data_pad(out, ds_slice_of(in, 65)) == DS_INVALID && out[0] == 0);
    CHECK(ds_report_data_pad(out, (ds_slice){NULL, 0}) == DS_OK);

    size_t n = test_bytes(spki, "3059301306072a8648ce3d020106082a8648ce3d0301070342000491f50522407c"
                                "e29dce3ed7d31a15d80c1c42f13a23552d2b33a0ce09ee11e47bce95936f3e7f80"
                                "d195f879e28e1b144ef37ac9ab8e36a690cbf930b775897b27");
    CHECK(ds_report_data_ratls(out, ds_slice_of(spki, n)) == DS_OK);
    CHECK_HEX(out, sizeof out,
              "d224180bddf1a335755b07626fdc80ce18090be1ff37e7d6e1b53e780e27da0d8fafe99fc41e90333fcb"
              "51949ae5a1fc95b7820e142e611256ff4a8dc8997506");
    n = test_bytes(spki, "3059301306072a8648ce3d020106082a8648ce3d030107034200040598c29f393f5e88fe5"
                         "8d8917d9f9292ea8bf9cd1b0273c3e2dd3dcfa74ec5968631ec9a6493f1bf71b57e78ec0a"
                         "396657e477c8e2625be5d3f88a472532371b");
    CHECK(ds_report_data_ratls(out, ds_slice_of(spki, n)) == DS_OK);
    CHECK_HEX(out, sizeof out,
              "ef39fd33436a822be7185ddb390ca5c811ece153531579cec39ecded511fbdbb1ab6f8660aa6361049c5"
              "89d501847f62d904442f80f43b3c8d581f33330b413e");
}

int main(void)
{
    static sample s;
    sample_init(&s);
    test_report(&s);
    test_layout(&s);
    test_parse(&s);
    test_truncation(&s);
    test_patches(&s);
    test_padding(&s);
    test_damage(&s);
    test_write_refusals(&s);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        test_kind(&s, i);
    test_fields();
    test_platform();
    test_report_only();
    test_measure();
    test_report_data();
    ds_buf_free(&s.bytes);
    return test_done();
}
