/* TCB info, QE identity and collateral as documents: what is read, what is refused and with which
 * words; the order of levels, and how verdicts merge. */
#include "attest/collateral.h"
#include "attest/statement.h"
#include "base/json_cut.h"
#include "base/time.h"
#include "test.h"

#define COMPONENTS_0                                                                               \
    "{\"svn\":1},{\"svn\":2,\"category\":\"BIOS\"},{\"svn\":3},{\"svn\":4},{\"svn\":5},"           \
    "{\"svn\":6},{\"svn\":7},{\"svn\":8},{\"svn\":9},{\"svn\":10},{\"svn\":11},{\"svn\":12},"      \
    "{\"svn\":13},{\"svn\":14},{\"svn\":15},{\"svn\":255}"

static const char tcb_info[] =
    "{\"id\":\"TDX\",\"version\":3,\"issueDate\":\"2026-01-01T00:00:00Z\","
    "\"nextUpdate\":\"2026-01-31T00:00:00Z\",\"fmspc\":\"B0c06f000000\",\"pceId\":\"0100\","
    "\"tcbType\":0,\"tcbEvaluationDataNumber\":17,\"unknown\":[1],"
    "\"tdxModule\":{\"mrsigner\":\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "202122232425262728292a2b2c2d2e2f\",\"attributes\":\"0102030405060708\","
    "\"attributesMask\":\"FFFFFFFFFFFFFFFF\"},"
    "\"tdxModuleIdentities\":[{\"id\":\"TDX_01\",\"mrsigner\":"
    "\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "202122232425262728292a2b2c2d2e2f\",\"attributes\":\"0102030405060708\","
    "\"attributesMask\":\"FFFFFFFFFFFFFFFF\",\"tcbLevels\":[{\"tcb\":{\"isvsvn\":5},"
    "\"tcbDate\":\"2025-03-01T00:00:00Z\",\"tcbStatus\":\"UpToDate\"}]}],"
    "\"tcbLevels\":[{\"tcb\":{\"sgxtcbcomponents\":[" COMPONENTS_0 "],\"pcesvn\":11,"
    "\"tdxtcbcomponents\":[{\"svn\":6},{\"svn\":1}]},\"tcbDate\":\"2025-01-02T00:00:00Z\","
    "\"tcbStatus\":\"OutOfDate\",\"advisoryIDs\":[\"INTEL-SA-00001\",\"INTEL-SA-00002\"]}]}";

static const char qe_identity[] =
    "{\"id\":\"TD_QE\",\"version\":2,\"issueDate\":\"2026-01-01T00:00:00Z\","
    "\"nextUpdate\":\"2026-01-31T00:00:00Z\",\"tcbEvaluationDataNumber\":17,"
    "\"miscselect\":\"01020304\",\"miscselectMask\":\"FFFFFFFF\","
    "\"attributes\":\"11000000000000000000000000000000\","
    "\"attributesMask\":\"FBFFFFFFFFFFFFFF0000000000000000\","
    "\"mrsigner\":\"DC9E2A7C6F948F17474E34A7FC43ED030F7C1563F1BABDDF6340C82E0E54A8C5\","
    "\"isvprodid\":2,\"tcbLevels\":[{\"tcb\":{\"isvsvn\":65535},"
    "\"tcbDate\":\"2024-03-13T00:00:00Z\",\"tcbStatus\":\"UpToDate\"},{\"tcb\":{\"isvsvn\":4},"
    "\"tcbDate\":\"2023-03-13T00:00:00Z\",\"tcbStatus\":\"Revoked\",\"advisoryIDs\":[]}]}";

/* A document with one piece replaced. */
static const char *edited(const char *text, const char *find, const char *put)
{
    static char out[8192];
    const char *at = strstr(text, find);
    CHECK(at != NULL);
    if (at == NULL)
        return text;
    snprintf(out, sizeof out, "%.*s%s%s", (int)(at - text), text, put, at + strlen(find));
    return out;
}

typedef struct reading {
    ds_json_doc doc;
    ds_arena arena;
    ds_tcb_info info;
    ds_qe_identity identity;
    ds_error err;
} reading;

static ds_status read_info(reading *r, const char *text)
{
    memset(r, 0, sizeof *r);
    CHECK(ds_json_parse(&r->doc, text, strlen(text), &r->err) == DS_OK);
    return ds_tcb_info_read(&r->info, r->doc.root, &r->arena, &r->err);
}

static ds_status read_identity(reading *r, const char *text)
{
    memset(r, 0, sizeof *r);
    CHECK(ds_json_parse(&r->doc, text, strlen(text), &r->err) == DS_OK);
    return ds_qe_identity_read(&r->identity, r->doc.root, &r->arena, &r->err);
}

static void forget(reading *r)
{
    ds_json_free(&r->doc);
    ds_arena_free(&r->arena);
}

static void test_tcb_info(void)
{
    reading r;
    CHECK(read_info(&r, tcb_info) == DS_OK);
    const ds_tcb_info *i = &r.info;
    CHECK(ds_slice_equal(i->head.id, DS_LITERAL("TDX")) && i->head.version == 3);
    CHECK(i->head.issued == 1767225600 && i->head.next_update == 1769817600);
    CHECK(i->head.evaluation_number == 17 && i->type == 0 && i->level_count == 1);
    CHECK_HEX(i->fmspc, sizeof i->fmspc, "b0c06f000000");
    CHECK_HEX(i->pce_id, sizeof i->pce_id, "0100");
    const ds_tcb_level *level = &i->levels[0];
    CHECK(level->sgx.len == 16 && level->tdx.len == 2 && level->pce_svn == 11);
    CHECK_HEX(level->sgx.data, 16, "0102030405060708090a0b0c0d0e0fff");
    CHECK_HEX(level->tdx.data, 2, "0601");
    CHECK(level->verdict.status == DS_TCB_OUT_OF_DATE && level->verdict.date == 1735776000);
    CHECK(level->verdict.advisory_count == 2);
    CHECK(ds_slice_equal(level->verdict.advisories[1], DS_LITERAL("INTEL-SA-00002")));
    CHECK(i->has_module && i->identity_count == 1 && i->module.id.len == 0);
    CHECK(i->module.mr_signer[47] == 0x2f && i->module.attributes[7] == 8);
    CHECK(i->module.mask[0] == 0xff && i->identities[0].levels.count == 1);
    CHECK(ds_slice_equal(i->identities[0].id, DS_LITERAL("TDX_01")));
    CHECK(i->identities[0].levels.list[0].isv_svn == 5);
    forget(&r);
}

static void test_qe_identity(void)
{
    reading r;
    CHECK(read_identity(&r, qe_identity) == DS_OK);
    const ds_qe_identity *q = &r.identity;
    CHECK(ds_slice_equal(q->head.id, DS_LITERAL("TD_QE")) && q->head.version == 2);
    CHECK_HEX(q->misc_select, 4, "01020304");
    CHECK_HEX(q->misc_mask, 4, "ffffffff");
    CHECK(q->attributes[0] == 0x11 && q->attributes_mask[0] == 0xfb && q->attributes_mask[8] == 0);
    CHECK(q->mr_signer[0] == 0xdc && q->mr_signer[31] == 0xc5 && q->product == 2);
    CHECK(q->levels.count == 2 && q->levels.list[0].isv_svn == 65535);
    CHECK(ds_isv_level_find(&q->levels, 65535) == &q->levels.list[0]);
    CHECK(ds_isv_level_find(&q->levels, 65534) == &q->levels.list[1]);
    CHECK(ds_isv_level_find(&q->levels, 4) == &q->levels.list[1]);
    CHECK(ds_isv_level_find(&q->levels, 3) == NULL);
    forget(&r);
}

/* Edits that are refused, with what is said; an empty text: they are taken. */
typedef struct edit {
    const char *find, *put, *says;
} edit;

static const edit info_edits[] = {
    {"\"id\":\"TDX\",", "", "tcb_info: member 'id' is missing"},
    {"\"id\":\"TDX\"", "\"id\":1", "tcb_info: member 'id' must be a string"},
    {"\"id\":\"TDX\"", "\"id\":\"TDX\",\"id\":\"TDX\"", "tcb_info: member 'id' is there twice"},
    {"\"version\":3", "\"version\":\"3\"", "member 'version' must be a number"},
    {"\"version\":3", "\"version\":256", "member 'version' is no whole number in its range"},
    {"\"version\":3", "\"version\":255", ""},
    {"\"version\":3", "\"version\":3.0", "is no whole number in its range"},
    {"\"version\":3", "\"version\":-1", "is no whole number in its range"},
    {"2026-01-01T00:00:00Z", "2026-01-01", "member 'issueDate' is no date of RFC 3339"},
    {"2026-01-31T00:00:00Z", "2026-02-30T00:00:00Z", "member 'nextUpdate' is no date"},
    {"2026-01-31T00:00:00Z", "2026-01-31T00:00:00.5+01:00", ""},
    {"\"B0c06f000000\"", "\"B0c06f00000\"", "member 'fmspc' is not hex of the right length"},
    {"\"B0c06f000000\"", "\"B0c06f00000g\"", "member 'fmspc' is not hex of the right length"},
    {"\"B0c06f000000\"", "\"B0c06f00000000\"", "member 'fmspc' is not hex of the right length"},
    {"\"pceId\":\"0100\",", "", "member 'pceId' is missing"},
    {"\"tcbType\":0,", "", "member 'tcbType' is missing"},
    {"\"tcbType\":0", "\"tcbType\":4294967296", "'tcbType' is no whole number in its range"},
    {"\"unknown\":[1],", "\"unknown\":1,\"unknown\":2,", ""},
    {"\"tdxModule\":{", "\"tdxModule\":null,\"x\":{", "'tdxModule' must be an object"},
    {"\"tdxModule\":{", "\"x\":{", ""},
    {"{\"mrsigner\":\"00", "{\"mrsigner\":\"0",
     "tcb_info: tdxModule: member 'mrsigner' is not hex"},
    {"\"attributesMask\":\"FF", "\"attributesMask\":\"F", "'attributesMask' is not hex"},
    {"\"tdxModuleIdentities\":[", "\"x\":[", ""},
    {"\"tdxModuleIdentities\":[{\"id\":\"TDX_01\",", "\"tdxModuleIdentities\":[{",
     "TDX module identity: member 'id' is missing"},
    {"\"tdxModuleIdentities\":[", "\"tdxModuleIdentities\":[1,", "must be an object, is a number"},
    {"\"isvsvn\":5", "\"isvsvn\":256", "'isvsvn' is no whole number in its range"},
    {"\"isvsvn\":5", "\"isvsvn\":255", ""},
    {"\"sgxtcbcomponents\":[", "\"sgxtcbcomponents\":[1,", "component: must be an object"},
    {"{\"svn\":6},{\"svn\":1}]", "{\"svn\":6},{}]", "component: member 'svn' is missing"},
    {"{\"svn\":255}", "{\"svn\":256}", "component: member 'svn' is no whole number"},
    {"\"pcesvn\":11", "\"pcesvn\":65536", "TCB level: member 'pcesvn' is no whole number"},
    {"\"pcesvn\":11,", "", "TCB level: member 'pcesvn' is missing"},
    {"\"sgxtcbcomponents\"", "\"sgxtcbcomp01svn\"", "member 'sgxtcbcomponents' is missing"},
    {"\"tdxtcbcomponents\"", "\"x\"", ""},
    {"\"OutOfDate\"", "\"outOfDate\"", "TCB level: member 'tcbStatus' is no TCB status"},
    {"\"OutOfDate\"", "\"\"", "TCB level: member 'tcbStatus' is no TCB status"},
    {"\"OutOfDate\"", "\"Revoked\"", ""},
    {"\"tcbDate\":\"2025-01-02T00:00:00Z\",", "", "TCB level: member 'tcbDate' is missing"},
    {"\"INTEL-SA-00002\"", "2", "TCB level: an advisory id must be a string"},
    {",\"advisoryIDs\":[\"INTEL-SA-00001\",\"INTEL-SA-00002\"]", "", ""},
    {"\"tcbLevels\":[{\"tcb\":{\"sgx", "\"tcbLevels\":[{\"tcb\":1,\"x\":{\"sgx",
     "member 'tcb' must be an object"},
};

static const edit identity_edits[] = {
    {"\"miscselect\":\"01020304\",", "", "qe_identity: member 'miscselect' is missing"},
    {"\"01020304\"", "\"0102030405\"", "member 'miscselect' is not hex of the right length"},
    {"\"miscselectMask\"", "\"mask\"", "member 'miscselectMask' is missing"},
    {"\"attributes\"", "\"a\"", "member 'attributes' is missing"},
    {"\"attributesMask\"", "\"a\"", "member 'attributesMask' is missing"},
    {"DC9E", "DC9", "member 'mrsigner' is not hex of the right length"},
    {"\"isvprodid\":2", "\"isvprodid\":65536", "member 'isvprodid' is no whole number"},
    {"\"isvsvn\":65535", "\"isvsvn\":65536", "TCB level: member 'isvsvn' is no whole number"},
    {"\"tcbLevels\":[", "\"tcbLevels\":[[],", "TCB level: must be an object, is an array"},
    {"\"UpToDate\"", "\"Unknown\"", "member 'tcbStatus' is no TCB status"},
    {"\"advisoryIDs\":[]", "\"advisoryIDs\":{}", "member 'advisoryIDs' must be an array"},
};

static void check_edit(const char *text, const edit *e, ds_status (*read)(reading *, const char *))
{
    reading r;
    ds_status status = read(&r, edited(text, e->find, e->put));
    bool good = e->says[0] == '\0' ? status == DS_OK
                                   : status == DS_INVALID && strstr(r.err.text, e->says) != NULL;
    test_count(good, __FILE__, __LINE__, e->put);
    if (!good)
        printf("# %s: %s\n", e->put, status == DS_OK ? "taken" : r.err.text);
    forget(&r);
}

static void test_edits(void)
{
    for (size_t i = 0; i < sizeof info_edits / sizeof info_edits[0]; i++)
        check_edit(tcb_info, &info_edits[i], read_info);
    for (size_t i = 0; i < sizeof identity_edits / sizeof identity_edits[0]; i++)
        check_edit(qe_identity, &identity_edits[i], read_identity);
    check_edit("[]", &(edit){"[]", "[]", "tcb_info: must be an object, is an array"}, read_info);
}

/* A list of as many advisories as are taken, and one more. */
static void test_long_list(void)
{
    for (int count = DS_STATEMENT_LISTMAX; count <= DS_STATEMENT_LISTMAX + 1; count++) {
        reading r;
        ds_buf text;
        const char *end = strstr(qe_identity, "]}]}");
        ds_buf_init(&text, 1u << 16);
        ds_buf_add(&text, qe_identity, (size_t)(end - qe_identity));
        for (int i = 0; i < count; i++)
            ds_buf_text(&text, i == 0 ? "\"a\"" : ",\"a\"");
        ds_buf_text(&text, end);
        CHECK(ds_buf_byte(&text, '\0') == DS_OK);
        ds_status status = read_identity(&r, (char *)text.data);
        CHECK(status == (count > DS_STATEMENT_LISTMAX ? DS_TOO_LARGE : DS_OK));
        forget(&r);
        ds_buf_free(&text);
    }
}

/* Best first: by SGX components, then the PCE, then TDX components where they count; of equals the
 * first stays first. */
/* Every other list, with as many items as are taken in front of its own. */
static void test_long_lists(void)
{
    static const struct {
        const char *text, *list;
        ds_status (*read)(reading *, const char *);
    } lists[] = {
        {tcb_info, "\"tdxModuleIdentities\":[", read_info},
        {tcb_info, "FF\",\"tcbLevels\":[", read_info},
        {tcb_info, "}],\"tcbLevels\":[", read_info},
        {tcb_info, "\"sgxtcbcomponents\":[", read_info},
        {tcb_info, "\"tdxtcbcomponents\":[", read_info},
        {qe_identity, "\"tcbLevels\":[", read_identity},
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        reading r;
        ds_buf text;
        const char *at = strstr(lists[i].text, lists[i].list) + strlen(lists[i].list);
        ds_buf_init(&text, 1u << 16);
        ds_buf_add(&text, lists[i].text, (size_t)(at - lists[i].text));
        for (int n = 0; n < DS_STATEMENT_LISTMAX; n++)
            ds_buf_text(&text, "1,");
        ds_buf_text(&text, at);
        CHECK(ds_buf_byte(&text, '\0') == DS_OK);
        CHECK(lists[i].read(&r, (char *)text.data) == DS_TOO_LARGE);
        CHECK(strstr(r.err.text, "a list of 4") != NULL);
        forget(&r);
        ds_buf_free(&text);
    }
}

static void test_sort(void)
{
    ds_tcb_level levels[] = {
        {DS_LITERAL("\1\1"), DS_LITERAL("\5"), 1, 0, {0}},
        {DS_LITERAL("\1\1"), DS_LITERAL("\6"), 1, 1, {0}},
        {DS_LITERAL("\1\2"), DS_LITERAL("\0"), 0, 2, {0}},
        {DS_LITERAL("\1\1"), DS_LITERAL("\5"), 2, 3, {0}},
        {DS_LITERAL("\1\1"), DS_LITERAL("\6"), 1, 4, {0}},
        {DS_LITERAL("\1"), DS_LITERAL("\7"), 9, 5, {0}},
        {DS_LITERAL("\2"), DS_LITERAL("\0"), 0, 6, {0}},
        {DS_LITERAL(""), DS_LITERAL(""), 0, 7, {0}},
    };
    static const size_t tdx[] = {6, 2, 3, 1, 4, 0, 5, 7}, sgx[] = {6, 2, 3, 0, 1, 4, 5, 7};
    ds_tcb_info info = {.head = {.id = DS_LITERAL("TDX"), .version = 3}};
    info.levels = levels;
    info.level_count = sizeof levels / sizeof levels[0];
    ds_tcb_info_sort(&info);
    for (size_t i = 0; i < info.level_count; i++)
        CHECK(levels[i].position == tdx[i]);
    info.head.id = DS_LITERAL("SGX");
    ds_tcb_info_sort(&info);
    for (size_t i = 0; i < info.level_count; i++)
        CHECK(levels[i].position == sgx[i]);
    info.head = (ds_statement){.id = DS_LITERAL("TDX"), .version = 2};
    ds_tcb_info_sort(&info);
    for (size_t i = 0; i < info.level_count; i++)
        CHECK(levels[i].position == sgx[i]);
    info.level_count = 0;
    ds_tcb_info_sort(&info);
}

static void test_merge(void)
{
    const ds_slice a[] = {DS_LITERAL("1"), DS_LITERAL("2")};
    const ds_slice b[] = {DS_LITERAL("3"), DS_LITERAL("2"), DS_LITERAL("3")};
    ds_arena arena = {NULL};
    for (int x = 0; x < DS_TCB_STATUS_COUNT; x++)
        for (int y = 0; y < DS_TCB_STATUS_COUNT; y++) {
            ds_tcb_verdict left = {(ds_tcb_status)x, 10, a, 2}, right = {(ds_tcb_status)y, 9, b, 3};
            CHECK(ds_tcb_merge(&left, &left, &right, &arena) == DS_OK);
            CHECK((int)left.status == (x > y ? x : y) && left.date == 9);
            CHECK(left.advisory_count == 3 && ds_slice_equal(left.advisories[0], a[0]));
            CHECK(ds_slice_equal(left.advisories[1], a[1]) &&
                  ds_slice_equal(left.advisories[2], b[0]));
        }
    ds_tcb_verdict none = {DS_TCB_UP_TO_DATE, 5, NULL, 0};
    CHECK(ds_tcb_merge(&none, &none, &none, &arena) == DS_OK && none.advisory_count == 0);
    ds_arena_free(&arena);
}

static const char document[] =
    "{\"pck_crl_issuer_chain\":\"a\",\"root_ca_crl\":\"3001\",\"pck_crl\":\"AbCd\","
    "\"tcb_info_issuer_chain\":\"b\",\"tcb_info\":\"{\\\"a\\\":1}\",\"tcb_info_signature\":\""
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000001\",\"qe_identity_issuer_chain\":\"c\",\"qe_identity\":"
    "\"\\u00e9\",\"qe_identity_signature\":\""
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000002\",\"more\":1}";

static const edit document_edits[] = {
    {"\"root_ca_crl\":\"3001\",", "", "member 'root_ca_crl' is missing"},
    {"\"root_ca_crl\"", "\"root_ca_crl\":\"\",\"root_ca_crl\"", "'root_ca_crl' is there twice"},
    {"\"3001\"", "\"300\"", "'root_ca_crl' is not hex"},
    {"\"3001\"", "\"0x3001\"", "'root_ca_crl' is not hex"},
    {"\"3001\"", "[48,1]", "'root_ca_crl' must be a string"},
    {"\"3001\"", "\"\"", ""},
    {"\"000000", "\"0000", "has another length than a signature's 64 bytes"},
    {"\"000000", "\"00000000", "has another length than a signature's 64 bytes"},
    {"\"more\":1", "\"pck_certificate_chain\":null", ""},
    {"\"more\":1", "\"pck_certificate_chain\":\"d\"", ""},
    {"\"more\":1", "\"pck_certificate_chain\":1", "'pck_certificate_chain' must be a string"},
    {"\"tcb_info\":\"", "\"tcb_info\":{},\"x\":\"", "member 'tcb_info' must be a string"},
    {"\"more\":1}", "\"more\":1", "it is no JSON: json"},
    {"{\"pck_crl_issuer", "[{\"pck_crl_issuer", "it is no JSON: json"},
};

static void test_document(void)
{
    ds_collateral c;
    ds_error err;
    ds_buf out;
    for (size_t i = 0; i < sizeof document_edits / sizeof document_edits[0]; i++) {
        const edit *e = &document_edits[i];
        const char *text = edited(document, e->find, e->put);
        ds_status status = ds_collateral_parse(&c, ds_slice_of(text, strlen(text)), &err);
        test_count(e->says[0] == '\0' ? status == DS_OK
                                      : status == DS_INVALID && strstr(err.text, e->says) != NULL &&
                                            c.tcb_info.data == NULL,
                   __FILE__, __LINE__, e->put);
        ds_collateral_free(&c);
    }
    CHECK(ds_collateral_parse(&c, DS_LITERAL("[]"), &err) == DS_INVALID);
    CHECK(strcmp(err.text, "it must be a JSON object") == 0);
    CHECK(ds_collateral_parse(&c, ds_slice_of(document, strlen(document)), &err) == DS_OK);
    CHECK(ds_slice_equal(c.tcb_info, DS_LITERAL("{\"a\":1}")));
    CHECK(ds_slice_equal(c.pck_crl, DS_LITERAL("\xab\xcd")) && c.pck_certificate_chain.len == 0);
    CHECK(c.tcb_info_signature.len == 64 &&
          ((const unsigned char *)c.tcb_info_signature.data)[63] == 1);
    CHECK(ds_slice_equal(c.qe_identity, DS_LITERAL("\xc3\xa9")));
    ds_buf_init(&out, 4096);
    CHECK(ds_collateral_write(&out, &c, &err) == DS_OK);
    CHECK(out.len < sizeof document && memcmp(out.data, document, 60) == 0);
    c.tcb_info = DS_LITERAL("\xff");
    CHECK(ds_collateral_write(&out, &c, &err) == DS_INVALID);
    ds_buf_free(&out);
    ds_buf_init(&out, 10);
    c.tcb_info = DS_LITERAL("");
    CHECK(ds_collateral_write(&out, &c, &err) == DS_TOO_LARGE);
    ds_buf_free(&out);
    ds_collateral_free(&c);
}

static void test_cut(void)
{
    static const struct {
        const char *text, *value;
    } cuts[] = {
        {"{\"a\":{\"b\":[1,\"}\"]},\"c\":2}", "{\"b\":[1,\"}\"]}"},
        {" { \"x\" : \"a\" , \"a\" :\t[ 1 , {} ]\n} ", "[ 1 , {} ]"},
        {"{\"x\":{\"a\":1},\"a\":\"\\\"\"}", "\"\\\"\""},
        {"{\"\\\\\":\"\\\\\",\"a\":-1e3}", "-1e3"},
        {"{\"b\":1}", NULL},
        {"{\"a\":1,\"a\":1}", NULL},
        {"{\"x\":{\"a\":1}}", NULL},
        {"[\"a\",1]", NULL},
        {"{}", NULL},
        {"{\"a\":}", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        ds_slice value;
        ds_error err;
        ds_slice text = {cuts[i].text, strlen(cuts[i].text)};
        ds_status status = ds_json_cut(&value, text, "a", &err);
        if (cuts[i].value == NULL)
            CHECK(status == DS_INVALID);
        else
            CHECK(status == DS_OK &&
                  ds_slice_equal(value, ds_slice_of(cuts[i].value, strlen(cuts[i].value))));
    }
}

static void test_dates(void)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } dates[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1969-12-31T23:59:59Z", -1},
        {"2018-05-21T10:45:10Z", 1526899510},
        {"2000-02-29T12:00:00Z", 951825600},
        {"9999-12-31T23:59:59Z", 253402300799},
        {"0001-01-01T00:00:00Z", -62135596800},
        {"2049-12-31t23:59:59z", 2524607999},
        {"2018-05-21T10:45:10.999999999Z", 1526899510},
        {"2018-05-21T12:45:10+02:00", 1526899510},
        {"2018-05-21T05:15:10-05:30", 1526899510},
    };
    static const char *const wrong[] = {
        "",
        "2018-05-21",
        "2018-05-21T10:45:10",
        "2018-05-21 10:45:10Z",
        "2018-13-01T00:00:00Z",
        "2018-00-01T00:00:00Z",
        "2018-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2018-04-31T00:00:00Z",
        "2018-04-00T00:00:00Z",
        "2018-04-01T24:00:00Z",
        "2018-04-01T00:60:00Z",
        "2018-04-01T00:00:60Z",
        "2018-04-01T00:00:00.Z",
        "2018-04-01T00:00:00+24:00",
        "2018-04-01T00:00:00+00:60",
        "2018-04-01T00:00:00+0000",
        "2018-04-01T00:00:0000:00",
        "2018-04-01T00:00:00Zx",
        "18-04-01T00:00:00Z",
        "+018-04-01T00:00:00Z",
    };
    char text[DS_TIME_BYTES];
    int64_t seconds;
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        CHECK(ds_time_from_rfc3339(&seconds, ds_slice_of(dates[i].text, strlen(dates[i].text))));
        CHECK(seconds == dates[i].seconds);
        ds_time_text(text, seconds);
        CHECK(ds_time_from_rfc3339(&seconds, ds_slice_of(text, strlen(text))));
        CHECK(seconds == dates[i].seconds);
    }
    CHECK(strcmp(ds_time_text(text, 1526899510), "2018-05-21T10:45:10Z") == 0);
    CHECK(strcmp(ds_time_text(text, INT64_MAX), "9999-12-31T23:59:59Z") == 0);
    CHECK(strcmp(ds_time_text(text, INT64_MIN), "0001-01-01T00:00:00Z") == 0);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        test_count(!ds_time_from_rfc3339(&seconds, ds_slice_of(wrong[i], strlen(wrong[i]))),
                   __FILE__, __LINE__, wrong[i]);
    unsigned year;
    ds_slice cut = DS_LITERAL("2018");
    cut.len = 3;
    CHECK(!ds_time_digits(&year, &cut, 4) && cut.len == 3);
    for (int64_t day = -800000; day < 2932000; day += 37) {
        ds_time_text(text, day * 86400 + 12345);
        if (!ds_time_from_rfc3339(&seconds, ds_slice_of(text, strlen(text))) ||
            (seconds != day * 86400 + 12345 && day > -719162))
            CHECK(false);
    }
}

int main(void)
{
    test_tcb_info();
    test_qe_identity();
    test_edits();
    test_long_list();
    test_long_lists();
    test_sort();
    test_merge();
    test_document();
    test_cut();
    test_dates();
    return test_done();
}
