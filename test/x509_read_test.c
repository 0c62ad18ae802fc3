/* Certificates and revocation lists as bytes: what is read, and what is refused.
 *
 * They are written down here as text: pairs of hex digits, and TT(...) for an element of that tag.
 * Each edit replaces the first piece that is there by another. */
#include "crypto/der_write.h"
#include "crypto/x509_read.h"
#include "test.h"

#define ALG   "30(06082a8648ce3d040302)"
#define SIG   "03(00 30(020101 020102))"
#define NAME  "30(31(30(0603550403 0c0141)))"
#define BEGIN "170d3138303532313130343531305a"
#define END   "180f32303530303130313030303030305a"

static const char certificate[] =
    "30(30(a0(020102) 020107 " ALG " 30(31(30(0603550403 0c0142))) 30(" BEGIN END ") " NAME
    " 30(0500) a3(30("
    "30(0603551d13 0101ff 04(30(0101ff 020103)))"
    "30(0603551d0f 04(03020106))"
    "30(0603551d25 04(30(06032a0304 06082b06010505070301)))"
    "30(06032a0304 04(0500)))))" ALG SIG ")";

static const char list[] =
    "30(30(020101 " ALG NAME BEGIN END " 30(30(020107" BEGIN ")"
    "30(020109" BEGIN " 30(30(0603551d15 04(0a0101)) 30(0603551d18 04(180f))))) "
    "a0(30(30(0603551d14 04(020101)) 30(0603551d23 04(3000)) 30(06032a0304 04(0500)))))" ALG SIG
    ")";

/* Adds what the text says up to the closing parenthesis, or its end. Returns where that is. */
static const char *build(ds_buf *der, const char *text)
{
    while (*text != '\0' && *text != ')') {
        unsigned char byte;
        if (*text == ' ') {
            text++;
            continue;
        }
        if (!ds_hex_decode(&byte, text, 2))
            abort();
        text += 2;
        if (*text != '(') {
            ds_buf_byte(der, byte);
            continue;
        }
        size_t from = der->len;
        text = build(der, text + 1);
        if (*text++ != ')' || ds_der_wrap(der, from, byte) != DS_OK)
            abort();
    }
    return text;
}

typedef struct edit {
    const char *find, *put;
    bool good;
} edit;

static ds_slice edited(ds_buf *der, const char *text, const edit *e)
{
    static char changed[8192];
    const char *at = strstr(text, e->find);
    CHECK(at != NULL);
    if (at != NULL)
        snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, e->put,
                 at + strlen(e->find));
    ds_buf_clear(der);
    if (*build(der, changed) != '\0')
        abort();
    return ds_buf_content(der);
}

static const edit certificate_edits[] = {
    {"", "", true},
    {"a0(020102)", "", false},
    {"a0(020102)", "a0(020101)", false},
    {"a0(020102)", "a0(020103)", false},
    {"a0(020102)", "a0(020102 0500)", false},
    {"020107", "0200", false},
    {"020107", "02020007", false},
    {"020107", "020187", true},
    {"020107", "", false},
    {ALG, "30(06082a8648ce3d040303)", false},
    {ALG, "30(06082a8648ce3d040302 0500)", false},
    {"30(31(30(0603550403 0c0142)))", "31()", false},
    {BEGIN END, BEGIN, false},
    {BEGIN END, BEGIN END "0500", false},
    {BEGIN, "170b313830353231313034355a", false},
    {" a3(30(", " 810100 a3(30(", false},
    {" a3(30(", " a2(30(", false},
    {"04(0500)))))", "04(0500)))0500))", false},
    {"04(0500)))))", "04(0500))) ) 0500)", false},
    {"04(0500)))))", "04(0500) 0500))))", false},
    {"04(0500)))))", "04(0500)) 30(06032a0304 04(0500)))))", false},
    {"04(0500)))))", "04(0500)) 30(06032a0305 04(0500)))))", true},
    {"04(0500)))))", "0500))))", false},
    {"30(06032a0304 04(0500))", "30(04(0500))", false},
    {"06032a0304 04(0500)", "06032a0304 010100 04(0500)", true},
    {"06032a0304 04(0500)", "06032a0304 010101 04(0500)", false},
    {"30(0101ff 020103)", "30(0101ff)", true},
    {"30(0101ff 020103)", "30()", true},
    {"30(0101ff 020103)", "30(010101)", false},
    {"30(0101ff 020103)", "30(0101ff 020103 0500)", false},
    {"30(0101ff 020103)", "30(0101ff 020183)", false},
    {"30(0101ff 020103)", "30(0101ff) 0500", false},
    {"30(0101ff 020103)", "0500", false},
    {"04(03020106)", "04(03020706)", true},
    {"04(03020106)", "04(03020806)", false},
    {"04(03020106)", "04(030101)", false},
    {"04(03020106)", "04(03020106 0500)", false},
    {"04(03020106)", "04(0500)", false},
    {"06032a0304 06082b", "0500 06082b", false},
    {"04(30(06032a0304 06082b06010505070301))", "04(30() 0500)", false},
    {"04(30(06032a0304 06082b06010505070301))", "04(0500)", false},
    {"30(06032a0304 04(0500))", "30(0603561d13 04(0500))", true},
    {"30(06032a0304 04(0500))", "30(0604551d1304 04(0500))", true},
    {"03(00 30", "03(01 30", false},
    {SIG, "", false},
    {SIG, SIG "0500", false},
    {SIG ")", SIG ") 0500", false},
    {"30(30(a0", "31(30(a0", false},
    {"30(30(a0", "30(31(a0", false},
};

static const edit list_edits[] = {
    {"", "", true},
    {"020101", "020100", false},
    {"020101", "020102", false},
    {"020101", "", false},
    {ALG, "30(06082a8648ce3d040303)", false},
    {NAME, "0500", false},
    {BEGIN END, BEGIN, false},
    {BEGIN END, END, false},
    {BEGIN END, BEGIN "0500", false},
    {" 30(30(020107" BEGIN ")", " 30(30(020107" BEGIN "0500)", false},
    {" 30(30(020107" BEGIN ")", " 30(30(020107)", false},
    {" 30(30(020107" BEGIN ")", " 30(30(0200" BEGIN ")", false},
    {" 30(30(020107" BEGIN ")", " 30(0500", false},
    {"04(0a0101)", "04(0a0101) 0500", false},
    {"30(30(0603551d15", "0500 30(30(0603551d15", false},
    {"04(180f)))))", "04(180f))) 0500))", false},
    {"0603551d15", "0603551d1d", false},
    {"0603551d15 04", "0603551d15 0101ff 04", true},
    {"0603551d18 04", "0603551d18 0101ff 04", true},
    {"0603551d15 04", "06032a0305 0101ff 04", false},
    {"0603551d15 04", "06032a0305 04", true},
    {"0603551d14", "0603551d1b", false},
    {"0603551d14", "0603551d1c", false},
    {"0603551d14", "0603551d1d", false},
    {"0603551d14 04", "0603551d14 0101ff 04", true},
    {"0603551d23 04", "0603551d23 0101ff 04", true},
    {"06032a0304 04", "06032a0304 0101ff 04", false},
    {"06032a0304 04(0500)))))", "06032a0304 04(0500))) 0500))", false},
    {"06032a0304 04(0500)))))", "06032a0304 04(0500)))) 0500)", false},
    {"06032a0304 04(0500)))))", "06032a0304 04(0500)) 0500)))", false},
    {"a0(30(", "a1(30(", false},
    {"020101 020102", "020101", false},
    {SIG, SIG "0500", false},
    {SIG ")", SIG ") 0500", false},
};

static void check_edits(const char *text, const edit *edits, size_t count, bool is_list)
{
    ds_x509_cert cert;
    ds_x509_crl crl;
    ds_buf der;
    ds_buf_init(&der, 8192);
    for (size_t i = 0; i < count; i++) {
        ds_slice bytes = edited(&der, text, &edits[i]);
        ds_status status = is_list ? ds_x509_read_crl(&crl, bytes) : ds_x509_read(&cert, bytes);
        bool zeroed = is_list ? crl.tbs.data == NULL : cert.tbs.data == NULL;
        bool good = status == (edits[i].good ? DS_OK : DS_INVALID) && zeroed != edits[i].good;
        test_count(good, __FILE__, __LINE__, edits[i].put);
    }
    ds_buf_free(&der);
}

static void test_certificate(void)
{
    ds_x509_cert c;
    ds_buf der;
    ds_buf_init(&der, 8192);
    CHECK(ds_x509_read(&c, edited(&der, certificate, &certificate_edits[0])) == DS_OK);
    CHECK_HEX(c.serial.data, c.serial.len, "07");
    CHECK(ds_slice_equal(ds_x509_common_name(c.subject), DS_LITERAL("A")));
    CHECK(ds_slice_equal(ds_x509_common_name(c.issuer), DS_LITERAL("B")));
    CHECK(c.not_before == 1526899510 && c.not_after == 2524608000 && c.key.len == 4);
    CHECK(c.is_ca && c.has_path_length && c.path_length == 3 && c.has_key_usage);
    CHECK(c.key_usage == (DS_X509_KEY_CERT_SIGN | DS_X509_CRL_SIGN));
    CHECK(c.has_extended_usage && c.server_auth && !c.has_unknown_critical && c.is_p256_signed);
    CHECK(c.signature[31] == 1 && c.signature[63] == 2 && c.tbs.len < der.len);
    /* of another kind: read, but without a signature that can be used */
    const edit other = {"020101 020102", "020101", true};
    CHECK(ds_x509_read(&c, edited(&der, certificate, &other)) == DS_OK && !c.is_p256_signed);
    const edit both = {ALG SIG, "30(06082a8648ce3d040303)" SIG, false};
    CHECK(ds_x509_read(&c, edited(&der, certificate, &both)) == DS_INVALID);
    const edit critical = {"06032a0304 04(0500)", "06032a0304 0101ff 04(0500)", true};
    CHECK(ds_x509_read(&c, edited(&der, certificate, &critical)) == DS_OK);
    CHECK(c.has_unknown_critical);
    const edit names = {"06032a0304 04(0500)", "0603551d1e 04(0500)", true};
    CHECK(ds_x509_read(&c, edited(&der, certificate, &names)) == DS_OK && c.has_unknown_critical);
    ds_buf_free(&der);
}

/* A certificate whose both algorithms are another one. */
static void test_other_algorithm(void)
{
    char text[2048];
    size_t len = strlen(certificate);
    ds_x509_cert c;
    ds_buf der;
    memcpy(text, certificate, len + 1);
    for (char *at = text; (at = strstr(at, "3d040302")) != NULL; at++)
        at[7] = '3';
    ds_buf_init(&der, 8192);
    build(&der, text);
    CHECK(ds_x509_read(&c, ds_buf_content(&der)) == DS_OK && !c.is_p256_signed);
    ds_buf_free(&der);
}

static void test_list(void)
{
    ds_x509_crl l;
    ds_buf der;
    ds_buf_init(&der, 8192);
    CHECK(ds_x509_read_crl(&l, edited(&der, list, &list_edits[0])) == DS_OK);
    CHECK(l.next_update == 2524608000 && l.verified_by.len == 0 && l.signature[63] == 2);
    CHECK(ds_x509_crl_lists(&l, DS_LITERAL("\x07")) && ds_x509_crl_lists(&l, DS_LITERAL("\x09")));
    CHECK(!ds_x509_crl_lists(&l, DS_LITERAL("\x08")) && !ds_x509_crl_lists(&l, DS_LITERAL("")));
    const edit none = {" 30(30(020107" BEGIN ")", " 30(", true};
    CHECK(ds_x509_read_crl(&l, edited(&der, list, &none)) == DS_OK);
    CHECK(!ds_x509_crl_lists(&l, DS_LITERAL("\x07")));
    ds_buf_free(&der);
}

/* So many extensions, and no more. */
static void test_many(void)
{
    for (unsigned more = DS_X509_EXTENSIONS_MAX - 4; more <= DS_X509_EXTENSIONS_MAX - 3; more++) {
        char put[4096] = "04(0500))";
        ds_x509_cert cert;
        ds_buf der;
        for (unsigned i = 0; i < more; i++)
            snprintf(put + strlen(put), 40, "30(06032a09%02x 04(0500))", i);
        const edit e = {"04(0500))", put, true};
        ds_buf_init(&der, 8192);
        ds_status status = ds_x509_read(&cert, edited(&der, certificate, &e));
        CHECK(status == (more + 4 <= DS_X509_EXTENSIONS_MAX ? DS_OK : DS_INVALID));
        ds_buf_free(&der);
    }
}

static void test_truncated(void)
{
    const char *const texts[] = {certificate, list};
    ds_x509_cert cert;
    ds_x509_crl crl;
    ds_buf der;
    bool refused = true;
    ds_buf_init(&der, 8192);
    for (size_t i = 0; i < 2; i++) {
        ds_buf_clear(&der);
        build(&der, texts[i]);
        for (size_t n = 0; n < der.len; n++)
            refused = refused &&
                      (i == 0 ? ds_x509_read(&cert, ds_slice_of(der.data, n))
                              : ds_x509_read_crl(&crl, ds_slice_of(der.data, n))) == DS_INVALID;
    }
    CHECK(refused);
    ds_buf_free(&der);
}

/* Texts of several certificates. */
#define PEM_NOTHING "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"
#define PEM_EMPTY   "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"

static void test_chain(void)
{
    static const char three[] = PEM_EMPTY PEM_EMPTY PEM_EMPTY;
    char many[2048] = "";
    ds_x509_chain chain;
    ds_error err;
    CHECK(ds_x509_read_chain(&chain, DS_LITERAL(""), "it", &err) == DS_OK && chain.count == 0);
    ds_x509_chain_free(&chain);
    CHECK(ds_x509_read_chain(&chain, DS_LITERAL(" \r\n\t\0"), "it", &err) == DS_OK);
    CHECK(chain.count == 0);
    CHECK(ds_x509_read_chain(&chain, DS_LITERAL("x"), "it", &err) == DS_INVALID);
    CHECK(strstr(err.text, "it, certificate 1: PEM") != NULL && chain.count == 0);
    CHECK(ds_x509_read_chain(&chain, DS_LITERAL(PEM_NOTHING), "it", &err) == DS_INVALID);
    CHECK(strcmp(err.text, "it, certificate 1: it is empty") == 0);
    CHECK(ds_x509_read_chain(&chain, DS_LITERAL(three), "it", &err) == DS_INVALID);
    CHECK(strcmp(err.text, "it, certificate 1: it is not X.509 version 3 in DER") == 0);
    for (int i = 0; i <= DS_X509_CHAIN_MAX; i++)
        strcat(many, PEM_EMPTY);
    CHECK(ds_x509_read_chain(&chain, ds_slice_of(many, strlen(many)), "it", &err) == DS_TOO_LARGE);
    CHECK(strcmp(err.text, "it: more than 10 certificates") == 0);
}

int main(void)
{
    check_edits(certificate, certificate_edits,
                sizeof certificate_edits / sizeof certificate_edits[0], false);
    check_edits(list, list_edits, sizeof list_edits / sizeof list_edits[0], true);
    test_certificate();
    test_other_algorithm();
    test_list();
    test_many();
    test_truncated();
    test_chain();
    return test_done();
}
