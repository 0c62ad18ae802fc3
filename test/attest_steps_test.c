/* Single steps of a verification, where the whole of it cannot tell which of two checks has seen
 * something, and what PCK certificates say. */
#include "attest/verify_steps.h"
#include "crypto/der.h"
#include "crypto/hash.h"
#include "test.h"

/* A verifier in the middle of its work, about a quote that is all right. */
typedef struct scene {
    ds_dcap_options options;
    ds_dcap_result result;
    ds_verifier v;
    ds_tdx_module identity;
    ds_isv_level module_level, qe_level;
    ds_tcb_level level;
    unsigned char components[16];
} scene;

static void set(scene *s)
{
    memset(s, 0, sizeof *s);
    s->v = (ds_verifier){.options = &s->options, .result = &s->result, .err = &s->result.error};
    ds_quote *q = &s->result.quote;
    q->header.tee_type = DS_TEE_TDX;
    q->body = DS_BODY_TD_10;
    q->report.td_attributes[3] = 0x10;
    q->report.tee_tcb_svn[0] = 5;
    q->report.tee_tcb_svn[1] = 1;
    s->module_level.isv_svn = s->qe_level.isv_svn = 5;
    s->identity = (ds_tdx_module){.id = DS_LITERAL("TDX_01"), .levels = {&s->module_level, 1}};
    memset(s->identity.mask, 0xff, sizeof s->identity.mask);
    s->level.sgx = s->level.tdx = ds_slice_of(s->components, sizeof s->components);
    s->v.tcb_info = (ds_tcb_info){.head = {.id = DS_LITERAL("TDX"), .version = 3},
                                  .levels = &s->level,
                                  .level_count = 1,
                                  .has_module = true,
                                  .identities = &s->identity,
                                  .identity_count = 1};
    s->v.qe_identity.head = (ds_statement){.id = DS_LITERAL("TD_QE"), .version = 2};
    s->v.qe_identity.levels = (ds_isv_levels){&s->qe_level, 1};
    memset(s->v.qe_identity.misc_mask, 0xff, DS_SGX_MISC_BYTES);
    memset(s->v.qe_identity.attributes_mask, 0xff, DS_SGX_ATTRIBUTES_BYTES);
    s->v.qe_report.isv_svn[0] = 5;
}

/* Counts whether a step ends so, and starts anew. */
static void expect(scene *s, ds_step_function *step, const char *says, int line)
{
    ds_status status = step(&s->v);
    bool good = says == NULL ? status == DS_OK
                             : status != DS_OK && strstr(s->result.error.text, says) != NULL;
    test_count(good, __FILE__, line, says == NULL ? "passes" : says);
    if (!good)
        printf("# %s\n", status == DS_OK ? "passed" : s->result.error.text);
    ds_arena_free(&s->result.arena);
    set(s);
}

#define EXPECT(s, step, says) expect((s), ds_step_##step, (says), __LINE__)

static void test_qe(scene *s)
{
    EXPECT(s, QE_REPORT, NULL);
    s->v.qe_report.attributes[0] = s->v.qe_identity.attributes[0] = DS_SGX_DEBUG;
    EXPECT(s, QE_REPORT, "the QE runs in debug mode");
    s->v.qe_report.attributes[0] = s->v.qe_identity.attributes[0] = 0xfd;
    EXPECT(s, QE_REPORT, NULL);
    s->v.qe_report.attributes[15] = 1;
    EXPECT(s, QE_REPORT, "ATTRIBUTES");
    s->v.qe_report.attributes[15] = 1;
    s->v.qe_identity.attributes_mask[15] = 0xfe;
    EXPECT(s, QE_REPORT, NULL);
    s->v.qe_report.misc_select[3] = 0x80;
    EXPECT(s, QE_REPORT, "MISCSELECT");
    s->v.qe_report.misc_select[3] = 0x80;
    s->v.qe_identity.misc_mask[3] = 0x7f;
    EXPECT(s, QE_REPORT, NULL);
    s->v.qe_report.mr_signer[31] = 1;
    EXPECT(s, QE_REPORT, "MRSIGNER");
    s->v.qe_report.isv_prod_id[1] = 1;
    EXPECT(s, QE_REPORT, "ISVPRODID is 256, in the QE identity 0");
    EXPECT(s, QE_TCB, NULL);
    s->v.qe_report.isv_svn[0] = 4;
    EXPECT(s, QE_TCB, "ISVSVN 4 is below the least one, 5");
    s->v.qe_identity.levels.count = 0;
    EXPECT(s, QE_TCB, "no TCB levels");
}

/* New TCB info does not hide that the QE identity beside it is an old one. */
static void test_evaluation(scene *s)
{
    static const char identity[] =
        "{\"id\":\"TD_QE\",\"version\":2,\"issueDate\":\"2026-01-01T00:00:00Z\","
        "\"nextUpdate\":\"2026-01-31T00:00:00Z\",\"tcbEvaluationDataNumber\":17,"
        "\"miscselect\":\"00000000\",\"miscselectMask\":\"00000000\","
        "\"attributes\":\"00000000000000000000000000000000\","
        "\"attributesMask\":\"00000000000000000000000000000000\","
        "\"mrsigner\":\"0000000000000000000000000000000000000000000000000000000000000000\","
        "\"isvprodid\":2,\"tcbLevels\":[]}";
    for (uint32_t n = 16; n <= 18; n++) {
        s->result.tcb_evaluation_number = n;
        s->result.collateral.qe_identity = DS_LITERAL(identity);
        CHECK(ds_step_QE_IDENTITY(&s->v) == DS_OK);
        CHECK(s->result.tcb_evaluation_number == (n < 17 ? n : 17));
        ds_json_free(&s->result.documents[1]);
        ds_arena_free(&s->result.arena);
        set(s);
    }
}

static void test_kind(scene *s)
{
    static const struct {
        uint32_t tee;
        ds_slice id;
        uint32_t version;
        bool good;
    } kinds[] = {
        {DS_TEE_TDX, DS_LITERAL("TD_QE"), 1, false}, {DS_TEE_TDX, DS_LITERAL("TD_QE"), 2, true},
        {DS_TEE_TDX, DS_LITERAL("TD_QE"), 3, true},  {DS_TEE_TDX, DS_LITERAL("TD_QE"), 4, false},
        {DS_TEE_TDX, DS_LITERAL("QE"), 2, false},    {DS_TEE_SGX, DS_LITERAL("QE"), 2, true},
        {DS_TEE_SGX, DS_LITERAL("QE"), 3, false},    {DS_TEE_SGX, DS_LITERAL("TD_QE"), 2, false},
        {DS_TEE_SGX, DS_LITERAL("QE"), 1, false},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        s->result.quote.header.tee_type = kinds[i].tee;
        s->v.qe_identity.head = (ds_statement){.id = kinds[i].id, .version = kinds[i].version};
        EXPECT(s, QE_IDENTITY_KIND, kinds[i].good ? NULL : "is not for");
    }
}

static void test_platform(scene *s)
{
    static const struct {
        uint32_t tee;
        ds_slice id;
        uint32_t version;
        bool good;
    } kinds[] = {
        {DS_TEE_TDX, DS_LITERAL("TDX"), 3, true},  {DS_TEE_TDX, DS_LITERAL("TDX"), 2, false},
        {DS_TEE_TDX, DS_LITERAL("SGX"), 3, false}, {DS_TEE_SGX, DS_LITERAL("SGX"), 2, true},
        {DS_TEE_SGX, DS_LITERAL("SGX"), 3, true},  {DS_TEE_SGX, DS_LITERAL("SGX"), 1, false},
        {DS_TEE_SGX, DS_LITERAL("TDX"), 3, false}, {DS_TEE_TDX, DS_LITERAL("tdx"), 3, false},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        s->result.quote.header.tee_type = kinds[i].tee;
        s->v.tcb_info.head = (ds_statement){.id = kinds[i].id, .version = kinds[i].version};
        EXPECT(s, PLATFORM, kinds[i].good ? NULL : "is not for");
    }
    s->result.pck.fmspc[5] = 1;
    EXPECT(s, PLATFORM, "another FMSPC");
}

static void test_level(scene *s)
{
    EXPECT(s, TCB_LEVEL, NULL);
    for (size_t i = 0; i < 16; i++) {
        memset(s->result.pck.cpu_svn, 1, 16);
        s->components[i] = 1;
        s->result.quote.report.tee_tcb_svn[i] = 1;
        EXPECT(s, TCB_LEVEL, NULL);
        s->components[i] = 1;
        s->result.quote.report.tee_tcb_svn[i] = 1;
        EXPECT(s, TCB_LEVEL, "no TCB level");
        memset(s->result.pck.cpu_svn, 1, 16);
        s->result.quote.report.tee_tcb_svn[i] = 0;
        s->components[i] = 1;
        EXPECT(s, TCB_LEVEL, "no TCB level");
        memset(s->result.pck.cpu_svn, 1, 16);
        s->result.quote.header.tee_type = DS_TEE_SGX;
        s->components[i] = 1;
        EXPECT(s, TCB_LEVEL, NULL);
    }
    s->level.pce_svn = 0x0101;
    s->result.pck.pce_svn[0] = 1;
    EXPECT(s, TCB_LEVEL, "no TCB level");
    s->level.pce_svn = 0x0101;
    s->result.pck.pce_svn[0] = s->result.pck.pce_svn[1] = 1;
    EXPECT(s, TCB_LEVEL, NULL);
    s->level.sgx.len = 15;
    EXPECT(s, TCB_LEVEL, "15 SGX components");
    s->level.tdx.len = 0;
    EXPECT(s, TCB_LEVEL, "0 TDX components");
    s->level.tdx.len = 0;
    s->result.quote.header.tee_type = DS_TEE_SGX;
    EXPECT(s, TCB_LEVEL, NULL);
    s->level.sgx.len = 15; /* but the PCE rules the level out before */
    s->level.pce_svn = 1;
    EXPECT(s, TCB_LEVEL, "no TCB level");
    s->v.tcb_info.level_count = 0;
    EXPECT(s, TCB_LEVEL, "no TCB level");
}

static void test_module(scene *s)
{
    static const ds_slice ids[] = {DS_LITERAL("TDX_1"),  DS_LITERAL("TDX_011"),
                                   DS_LITERAL("TDX_02"), DS_LITERAL("TDX_01\0"),
                                   DS_LITERAL(""),       DS_LITERAL("TDX_")};
    EXPECT(s, TDX_MODULE, NULL);
    s->identity.id = DS_LITERAL("tdx_01");
    EXPECT(s, TDX_MODULE, NULL);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        s->identity.id = ids[i];
        EXPECT(s, TDX_MODULE, "no TDX module identity TDX_01");
    }
    s->result.quote.report.tee_tcb_svn[1] = 0xab;
    s->identity.id = DS_LITERAL("TDX_aB");
    EXPECT(s, TDX_MODULE, NULL);
    s->result.quote.report.tee_tcb_svn[0] = 4;
    EXPECT(s, TDX_MODULE, "ISVSVN 4 is below");
    s->result.quote.report.tee_tcb_svn[0] = 4;
    s->result.quote.report.tee_tcb_svn[1] = 0; /* no identity is asked */
    EXPECT(s, TDX_MODULE, NULL);
    s->result.quote.report.tee_tcb_svn[0] = 4;
    s->v.tcb_info.identity_count = 0;
    EXPECT(s, TDX_MODULE, NULL);
    s->v.tcb_info.has_module = false;
    EXPECT(s, TDX_MODULE, "no tdxModule");
    s->result.quote.report.mr_signer_seam[47] = 1;
    EXPECT(s, TDX_MODULE, "signer");
    s->identity.attributes[7] = 0x80;
    EXPECT(s, TDX_MODULE, "byte 7 of the SEAM attributes is not");
    s->identity.attributes[7] = 0x80;
    s->identity.mask[7] = 0x7f;
    EXPECT(s, TDX_MODULE, NULL);
    s->result.quote.report.seam_attributes[3] = 0x01;
    s->identity.mask[3] = 0xfe;
    EXPECT(s, TDX_MODULE, "byte 3 of the SEAM attributes has bits outside");
    s->result.quote.header.tee_type = DS_TEE_SGX;
    s->v.tcb_info.has_module = false;
    EXPECT(s, TDX_MODULE, NULL);
}

/* All bits of a TD's attributes, each on its own. */
static void test_attributes(scene *s)
{
    for (unsigned bit = 0; bit < 64; bit++) {
        bool may = bit == 28 || bit == 30 || bit == 31 || bit == 39;
        const char *says = may ? NULL : bit == 0 ? "debug mode" : "reserved bits";
        s->result.quote.report.td_attributes[bit / 8] |= (unsigned char)(1u << bit % 8);
        EXPECT(s, ATTRIBUTES, says);
        s->options.allow_debug = s->options.allow_service_td = true;
        s->result.quote.report.td_attributes[bit / 8] |= (unsigned char)(1u << bit % 8);
        EXPECT(s, ATTRIBUTES, bit == 0 ? NULL : says);
    }
    s->result.quote.report.td_attributes[3] = 0;
    EXPECT(s, ATTRIBUTES, "SEPT_VE_DISABLE");
    s->result.quote.report.mr_service_td[47] = 1;
    s->options.allow_debug = true;
    EXPECT(s, ATTRIBUTES, "service TD");
    for (unsigned bit = 0; bit < 8; bit++) {
        s->result.quote.header.tee_type = DS_TEE_SGX;
        s->result.quote.sgx.attributes[0] = (unsigned char)(1u << bit);
        EXPECT(s, ATTRIBUTES, bit == 1 ? "the enclave runs in debug mode" : NULL);
    }
}

static void test_status(scene *s)
{
    for (int status = 0; status < DS_TCB_STATUS_COUNT; status++) {
        const char *says = status == DS_TCB_REVOKED ? "Revoked" : NULL;
        s->result.qe.status = (ds_tcb_status)status;
        EXPECT(s, TCB_STATUS, says);
        s->result.platform.status = (ds_tcb_status)status;
        EXPECT(s, TCB_STATUS, says);
    }
}

static void test_dates(scene *s)
{
    static const struct {
        int64_t now, issued, next;
        const char *says;
    } times[] = {
        {100, 100, 200, NULL},
        {200, 100, 200, NULL},
        {99, 100, 200, "in the future"},
        {201, 100, 200, "expired at 1970-01-01T00:03:20Z"},
    };
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        s->options.now = times[i].now;
        s->v.tcb_info.head.issued = times[i].issued;
        s->v.tcb_info.head.next_update = times[i].next;
        EXPECT(s, TCB_INFO_DATES, times[i].says);
        s->options.now = times[i].now;
        s->v.qe_identity.head.issued = times[i].issued;
        s->v.qe_identity.head.next_update = times[i].next;
        EXPECT(s, QE_IDENTITY_DATES, times[i].says);
    }
}

static void test_key(scene *s)
{
    static const unsigned char key[64] = {1}, auth[33] = {2};
    const ds_slice parts[] = {{key, 64}, {auth, 32}};
    for (size_t size = 31; size <= 33; size++) {
        s->result.quote.attestation_key = parts[0];
        s->result.quote.qe_auth_data = ds_slice_of(auth, size);
        CHECK(ds_hash(DS_SHA256, s->v.qe_report.report_data, parts, 2) == DS_OK);
        EXPECT(s, ATTESTATION_KEY, size == 32 ? NULL : "the QE authentication data");
    }
    s->result.quote.attestation_key = parts[0];
    s->result.quote.qe_auth_data = parts[1];
    EXPECT(s, ATTESTATION_KEY, "not about the attestation key");
}

static void test_chain(scene *s)
{
    for (uint16_t type = 1; type <= 7; type++) {
        s->result.quote.inner_type = type;
        s->result.quote.certification_data = DS_LITERAL("-----BEGIN CERTIFICATE-----\nx");
        EXPECT(s, PCK_CHAIN, type == 5 ? "certificate 1: PEM" : "certification data of type");
    }
    s->result.quote.inner_type = DS_CERTIFICATION_PCK_CHAIN;
    s->result.quote.certification_data = DS_LITERAL("\n\0");
    EXPECT(s, PCK_CHAIN, "there is no certificate");
    s->result.collateral.pck_certificate_chain = DS_LITERAL("x");
    EXPECT(s, PCK_CHAIN, "pck_certificate_chain, certificate 1");
}

/* Whole quotes, of nobody's signature. */
static void test_quote(scene *s)
{
    static const struct {
        uint16_t version;
        uint32_t tee;
        ds_quote_body body;
        unsigned char vendor;
        const char *says;
    } quotes[] = {
        {3, DS_TEE_SGX, DS_BODY_SGX, 0x93, NULL},
        {4, DS_TEE_TDX, DS_BODY_TD_10, 0x93, NULL},
        {5, DS_TEE_TDX, DS_BODY_TD_15, 0x93, NULL},
        {5, DS_TEE_SGX, DS_BODY_SGX, 0x93, "an SGX quote has to be of version 3, not 5"},
        {4, DS_TEE_TDX, DS_BODY_TD_10, 0x94, "vendor id"},
    };
    static const unsigned char zeros[DS_SGX_REPORT_BYTES];
    for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++) {
        ds_quote q;
        ds_buf out;
        ds_buf_init(&out, 4096);
        ds_quote_init(&q);
        q.header.version = quotes[i].version;
        q.header.tee_type = quotes[i].tee;
        q.header.qe_vendor_id[0] = quotes[i].vendor;
        q.body = quotes[i].body;
        q.report.is_15 = q.body == DS_BODY_TD_15;
        q.signature = q.attestation_key = q.qe_report_signature = ds_slice_of(zeros, 64);
        q.qe_report = ds_slice_of(zeros, DS_SGX_REPORT_BYTES);
        q.inner_type = DS_CERTIFICATION_PCK_CHAIN;
        CHECK(ds_quote_write_signed(&out, &q) == DS_OK &&
              ds_quote_write_section(&out, &q) == DS_OK);
        s->v.quote_bytes = ds_buf_content(&out);
        EXPECT(s, QUOTE, quotes[i].says);
        ds_buf_free(&out);
    }
}

/* The SGX extension, as bytes --------------------------------------------------------------------
 */

#define OID "2a864886f84d010d01"

/* SEQUENCE {OID, value} of a field; lengths are short. */
static void put_field(ds_buf *out, const char *suffix, const char *value)
{
    unsigned char bytes[64];
    char hex[160];
    const char *base = suffix[0] == '!' ? "2a864886f84d010d02" : OID; /* one that is nobody's */
    suffix += suffix[0] == '!' ? 1 : 0;
    snprintf(hex, sizeof hex, "06%02x%s%s%s", (unsigned)(9 + strlen(suffix) / 2), base, suffix,
             value);
    size_t len = test_bytes(bytes, hex);
    ds_buf_byte(out, DS_DER_SEQUENCE);
    ds_buf_byte(out, (unsigned char)len);
    ds_buf_add(out, bytes, len);
}

static void wrap(ds_buf *out, unsigned char tag, const ds_buf *content)
{
    ds_buf_byte(out, tag);
    if (content->len > 127)
        ds_buf_byte(out, content->len > 255 ? 0x82 : 0x81);
    if (content->len > 255)
        ds_buf_byte(out, (unsigned char)(content->len >> 8));
    ds_buf_byte(out, (unsigned char)content->len);
    ds_buf_slice(out, ds_buf_content(content));
}

typedef struct field {
    const char *suffix, *value;
} field;

static const field outer_fields[] = {
    {"01", "0410000102030405060708090a0b0c0d0e0f"},
    {"03", "04020100"},
    {"04", "0406b0c06f000000"},
    {"!04", "0406ffffffffffff"},
    {"05", "0a0101"},
    {"06", "0410ff0102030405060708090a0b0c0d0e0f"},
    {"0b", "0500"},
};
static const field tcb_fields[] = {
    {"0201", "020103"},
    {"0202", "020200ff"},
    {"0211", "02020080"},
    {"0212", "041003ff0000000000000000000000000000"},
};

/* Reads an extension in which one field, by its suffix, has another value; NULL: is not there. */
static ds_status read_with(ds_pck *pck, const char *suffix, const char *value, const char *twice,
                           ds_error *err)
{
    ds_buf tcb, all, inner, extension;
    ds_buf *bufs[] = {&tcb, &all, &inner, &extension};
    for (size_t i = 0; i < 4; i++)
        ds_buf_init(bufs[i], 2048);
    for (size_t i = 0; i < sizeof tcb_fields / sizeof tcb_fields[0]; i++) {
        const char *is = strcmp(tcb_fields[i].suffix, suffix) == 0 ? value : tcb_fields[i].value;
        if (is != NULL)
            put_field(&tcb, tcb_fields[i].suffix, is);
    }
    wrap(&inner, DS_DER_SEQUENCE, &tcb);
    for (size_t i = 0; i < sizeof outer_fields / sizeof outer_fields[0]; i++) {
        const char *is =
            strcmp(outer_fields[i].suffix, suffix) == 0 ? value : outer_fields[i].value;
        if (is != NULL)
            put_field(&all, outer_fields[i].suffix, is);
        if (twice != NULL && strcmp(outer_fields[i].suffix, twice) == 0)
            put_field(&all, twice, outer_fields[i].value);
    }
    if (strcmp(suffix, "02") != 0) {
        ds_buf_clear(&tcb);
        char oid[64];
        unsigned char bytes[32];
        snprintf(oid, sizeof oid, "060a%s02", OID);
        ds_buf_add(&tcb, bytes, test_bytes(bytes, oid));
        ds_buf_slice(&tcb, ds_buf_content(&inner));
        wrap(&all, DS_DER_SEQUENCE, &tcb);
    }
    ds_buf_clear(&inner);
    wrap(&inner, DS_DER_SEQUENCE, &all);
    ds_buf_clear(&all);
    wrap(&all, DS_DER_OCTET_STRING, &inner);
    ds_buf_clear(&inner);
    unsigned char oid[16];
    ds_buf_add(&inner, (const char[]){DS_DER_OID, 9}, 2);
    ds_buf_add(&inner, oid, test_bytes(oid, OID));
    ds_buf_slice(&inner, ds_buf_content(&all));
    wrap(&extension, DS_DER_SEQUENCE, &inner);
    ds_x509_cert cert = {.extensions = ds_buf_content(&extension)};
    ds_status status = ds_pck_read(pck, &cert, err);
    for (size_t i = 0; i < 4; i++)
        ds_buf_free(bufs[i]);
    return status;
}

static void test_pck(void)
{
    static const struct {
        const char *suffix, *value, *says;
    } edits[] = {
        {"01", NULL, "PPID is missing"},
        {"01", "040f000102030405060708090a0b0c0d0e", "PPID has another length"},
        {"01", "020100", "PPID is of another type"},
        {"01", "0410000102030405060708090a0b0c0d0e0f0500", "PPID is of another type"},
        {"02", NULL, "TCB is missing"},
        {"03", NULL, "PCEID is missing"},
        {"03", "0403000102", "PCEID has another length"},
        {"04", NULL, "FMSPC is missing"},
        {"04", "0405b0c06f0000", "FMSPC has another length"},
        {"05", NULL, "SGX type is missing"},
        {"05", "0a020001", "SGX type has another length"},
        {"05", "020101", "SGX type is of another type"},
        {"06", "0400", "platform instance id has another length"},
        {"0211", NULL, "PCESVN is missing"},
        {"0211", "0203000080", "PCESVN has another length"},
        {"0211", "0200", "PCESVN has another length"},
        {"0212", NULL, "CPUSVN is missing"},
        {"0212", "0401ff", "CPUSVN has another length"},
        {"0201", "02020100", "a TCB component is no number"},
        {"0201", "0201ff", "a TCB component is no number"},
    };
    ds_pck pck;
    ds_error err;
    CHECK(read_with(&pck, "", NULL, NULL, &err) == DS_OK);
    CHECK(pck.ppid[15] == 15 && pck.cpu_svn[1] == 0xff && ds_pck_pce_svn(&pck) == 128);
    CHECK_HEX(pck.fmspc, 6, "b0c06f000000");
    CHECK_HEX(pck.pce_id, 2, "0100");
    CHECK(pck.sgx_type == 1 && pck.components[0] == 3 && pck.components[1] == 255);
    CHECK(pck.has_instance && pck.platform_instance[0] == 0xff && !pck.has_configuration);
    CHECK(read_with(&pck, "0211", "020180", NULL, &err) == DS_OK && ds_pck_pce_svn(&pck) == 128);
    CHECK(read_with(&pck, "0211", "02020101", NULL, &err) == DS_OK && ds_pck_pce_svn(&pck) == 257);
    CHECK(read_with(&pck, "06", NULL, NULL, &err) == DS_OK && !pck.has_instance);
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        bool good = read_with(&pck, edits[i].suffix, edits[i].value, NULL, &err) == DS_INVALID &&
                    strstr(err.text, edits[i].says) != NULL && pck.ppid[15] == 0;
        test_count(good, __FILE__, __LINE__, edits[i].says);
    }
    CHECK(read_with(&pck, "", NULL, "04", &err) == DS_INVALID);
    CHECK(strstr(err.text, "FMSPC is there twice") != NULL);
    static const unsigned char behind[] = {0x30, 0x11, 0x06, 0x09, 0x2a, 0x86, 0x48,
                                           0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01, 0x04,
                                           0x04, 0x30, 0x00, 0x05, 0x00};
    ds_x509_cert more = {.extensions = ds_slice_of(behind, sizeof behind)};
    CHECK(ds_pck_read(&pck, &more, &err) == DS_INVALID && strstr(err.text, "no sequence") != NULL);
    ds_x509_cert none = {.extensions = DS_LITERAL("")};
    CHECK(ds_pck_read(&pck, &none, &err) == DS_INVALID);
}

/* DER --------------------------------------------------------------------------------------------
 */

static ds_slice hex(const char *text)
{
    static unsigned char bytes[512];
    return ds_slice_of(bytes, test_bytes(bytes, text));
}

static void test_der(void)
{
    static const char *const wrong[] = {"",
                                        "30",
                                        "3001",
                                        "308000",
                                        "308100",
                                        "30817f",
                                        "3082007f",
                                        "3085010000000000",
                                        "3084ffffffff",
                                        "3003ffff"};
    ds_slice content, whole, from;
    uint32_t n;
    bool flag;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        from = hex(wrong[i]);
        size_t before = from.len;
        CHECK(!ds_der_take(&from, DS_DER_SEQUENCE, &content, NULL) && from.len == before);
    }
    /* lengths that would do, in a longer form than they need; behind them is enough */
    unsigned char padded[300] = {0x30, 0x81, 0x01};
    from = ds_slice_of(padded, sizeof padded);
    CHECK(!ds_der_take(&from, DS_DER_SEQUENCE, &content, NULL));
    memcpy(padded, "\x30\x82\x00\x80", 4);
    CHECK(!ds_der_take(&from, DS_DER_SEQUENCE, &content, NULL));
    memcpy(padded, "\x30\x80\x00\x00", 4);
    CHECK(!ds_der_take(&from, DS_DER_SEQUENCE, &content, NULL));
    memcpy(padded, "\x30\x89\x01\x00\x00\x00\x00\x00\x00\x00\x80", 11);
    CHECK(!ds_der_take(&from, DS_DER_SEQUENCE, &content, NULL));
    memcpy(padded, "\x30\x81\x80", 3);
    from.len = 2; /* the length is cut off */
    CHECK(!ds_der_take(&from, DS_DER_SEQUENCE, &content, NULL));
    from.len = sizeof padded;
    CHECK(ds_der_take(&from, DS_DER_SEQUENCE, &content, NULL) && content.len == 128);
    unsigned char tag;
    from = ds_slice_of("\x1f\x01\x00", 3); /* a tag of more than one byte */
    CHECK(!ds_der_any(&from, &tag, &content) && from.len == 3);
    from.len = 0;
    CHECK(!ds_der_any(&from, &tag, &content));
    from = hex("3001aa0500");
    CHECK(ds_der_take(&from, DS_DER_SEQUENCE, &content, &whole) && content.len == 1);
    CHECK(whole.len == 3 && from.len == 2 && !ds_der_is(from, DS_DER_SEQUENCE));
    static const struct {
        const char *text;
        bool good;
        uint32_t value;
    } numbers[] = {{"020100", true, 0},
                   {"02017f", true, 127},
                   {"02020080", true, 128},
                   {"020180", false, 0},
                   {"02020001", false, 0},
                   {"0200", false, 0},
                   {"0202ff80", false, 0},
                   {"020300ffff", true, 65535},
                   {"0203010000", false, 0},
                   {"0207000000000000ff", false, 0},
                   {"0209010000000000000000", false, 0}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        from = hex(numbers[i].text);
        CHECK(ds_der_number(&from, 65535, &n) == numbers[i].good);
        CHECK(!numbers[i].good || n == numbers[i].value);
    }
    from = hex("0101ff");
    CHECK(ds_der_boolean(&from, &flag) && flag);
    from = hex("010100");
    CHECK(ds_der_boolean(&from, &flag) && !flag);
    from = hex("010101");
    CHECK(!ds_der_boolean(&from, &flag));
    from = hex("01020000");
    CHECK(!ds_der_boolean(&from, &flag));
    from = hex("030200aa");
    CHECK(ds_der_bits(&from, &content) && content.len == 1);
    from = hex("030201aa");
    CHECK(!ds_der_bits(&from, &content));
    from = hex("0300");
    CHECK(!ds_der_bits(&from, &content));
    from = hex("030000");
    CHECK(!ds_der_bits(&from, &content));
}

static void test_der_times(void)
{
    static const struct {
        const char *tag, *text;
        bool good;
        int64_t seconds;
    } times[] = {
        {"\x17\x0d", "180521104510Z", true, 1526899510},
        {"\x17\x0d", "491231235959Z", true, 2524607999},
        {"\x17\x0d", "500101000000Z", true, -631152000},
        {"\x18\x0f", "20500101000000Z", true, 2524608000},
        {"\x17\x0b", "1805211045Z", false, 0},
        {"\x17\x0c", "180521104510", false, 0},
        {"\x17\x11", "180521104510+0000", false, 0},
        {"\x18\x0d", "180521104510Z", false, 0},
        {"\x18\x11", "20180521104510.5Z", false, 0},
        {"\x17\x0d", "181321104510Z", false, 0},
        {"\x16\x0d", "180521104510Z", false, 0},
    };
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        char bytes[64];
        int64_t seconds;
        size_t len = strlen(times[i].text);
        memcpy(bytes, times[i].tag, 2);
        memcpy(bytes + 2, times[i].text, len);
        ds_slice from = {bytes, len + 2};
        bool good = ds_der_time(&from, &seconds);
        test_count(good == times[i].good && (!good || seconds == times[i].seconds), __FILE__,
                   __LINE__, times[i].text);
    }
}

int main(void)
{
    static scene s;
    set(&s);
    test_qe(&s);
    test_evaluation(&s);
    test_kind(&s);
    test_platform(&s);
    test_level(&s);
    test_module(&s);
    test_attributes(&s);
    test_status(&s);
    test_dates(&s);
    test_key(&s);
    test_chain(&s);
    test_quote(&s);
    test_pck();
    test_der();
    test_der_times();
    return test_done();
}
