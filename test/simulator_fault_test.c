/* Faults without a socket: reading them, choosing one, what they do to a reply; and timers. */
#include "simulator/spoil.h"
#include "simulator/timers.h"
#include "simulator/wire.h"
#include "simulator_support.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Reading ------------------------------------------------------------------------------------- */

static void good_faults(void)
{
    static const struct {
        const char *text, *method;
        ds_fault_kind kind;
        unsigned long number;
        const char *word;
    } cases[] = {
        {"GetKey=none", "GetKey", DS_FAULT_NONE, 0, NULL},
        {"*=delay:2", NULL, DS_FAULT_DELAY, 2000, NULL},
        {"Info=delay:0.25", "Info", DS_FAULT_DELAY, 250, NULL},
        {"Info=delay:86400", "Info", DS_FAULT_DELAY, 86400000, NULL},
        {"Info=drip", "Info", DS_FAULT_DRIP, 1000, NULL},
        {"Info=drip:0.001", "Info", DS_FAULT_DRIP, 1, NULL},
        {"Sign=cut", "Sign", DS_FAULT_CUT, DS_CUT_BEFORE, NULL},
        {"Sign=cut:before", "Sign", DS_FAULT_CUT, DS_CUT_BEFORE, NULL},
        {"Sign=cut:head", "Sign", DS_FAULT_CUT, DS_CUT_HEAD, NULL},
        {"Sign=cut:after-head", "Sign", DS_FAULT_CUT, DS_CUT_AFTER_HEAD, NULL},
        {"Sign=cut:body", "Sign", DS_FAULT_CUT, DS_CUT_BODY, NULL},
        {"GpuInfo=status:200", "GpuInfo", DS_FAULT_STATUS, 200, NULL},
        {"GpuInfo=status:599", "GpuInfo", DS_FAULT_STATUS, 599, NULL},
        {"Verify=content-type", "Verify", DS_FAULT_TYPE, 0, "text/plain"},
        {"Verify=content-type:a/b;c=d", "Verify", DS_FAULT_TYPE, 0, "a/b;c=d"},
        {"*=bad-json", NULL, DS_FAULT_BAD_JSON, 0, NULL},
        {"*=wrong-type", NULL, DS_FAULT_WRONG_TYPE, 0, NULL},
        {"EmitEvent=wrong-type", "EmitEvent", DS_FAULT_WRONG_TYPE, 0, NULL},
        {"Verify=wrong-type:valid", "Verify", DS_FAULT_WRONG_TYPE, 0, "valid"},
        {"*=odd-hex", NULL, DS_FAULT_ODD_HEX, 0, NULL},
        {"*=odd-hex:app_id", NULL, DS_FAULT_ODD_HEX, 0, "app_id"},
        {"*=oversize", NULL, DS_FAULT_OVERSIZE, 32 << 20, NULL},
        {"*=oversize:67108864", NULL, DS_FAULT_OVERSIZE, DS_SIMULATOR_REPLY_MAX, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ds_faults faults = {.count = 0};
        ds_error err = {DS_OK, ""};
        const ds_fault *got = faults.list;
        bool same = ds_faults_add(&faults, cases[i].text, &err) == DS_OK && faults.count == 1 &&
                    got->text == cases[i].text && got->kind == cases[i].kind &&
                    got->number == cases[i].number &&
                    is_text(text_slice(got->method), cases[i].method ? cases[i].method : "") &&
                    is_text(text_slice(got->word), cases[i].word ? cases[i].word : "");
        if (!same)
            printf("%s: %s\n", cases[i].text, err.text);
        CHECK(same);
    }
}

static void bad_faults(void)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "write it as METHOD=KIND[:ARG], such as GetKey=delay:2"},
        {"GetKey", "write it as METHOD=KIND[:ARG], such as GetKey=delay:2"},
        {"getkey=delay:1", "unknown method; there are: *, GetTlsKey, GetKey, GetQuote, Attest, "},
        {"**=none", "unknown method; "},
        {"=none", "unknown method; "},
        {"GetKey=", "unknown kind of fault; there are: none, delay:SECONDS, "},
        {"GetKey=del", "unknown kind of fault; "},
        {"GetKey=delay=1", "unknown kind of fault; "},
        {"GetKey=none:", "this kind takes nothing behind a colon"},
        {"GetKey=bad-json:1", "this kind takes nothing behind a colon"},
        {"GetKey=delay", "a number of seconds is missing, as in delay:2"},
        {"GetKey=delay:", "not a number of seconds from 0.001 to 86400"},
        {"GetKey=delay:0", "not a number of seconds"},
        {"GetKey=delay:86401", "not a number of seconds"},
        {"GetKey=delay:1e3", "not a number of seconds"},
        {"GetKey=delay:inf", "not a number of seconds"},
        {"GetKey=delay:1.2.3", "not a number of seconds"},
        {"GetKey=drip:-1", "not a number of seconds"},
        {"GetKey=status", "a status from 200 to 599 is needed, as in status:503"},
        {"GetKey=status:199", "a status from 200 to 599 is needed"},
        {"GetKey=status:600", "a status from 200 to 599 is needed"},
        {"GetKey=status:5O3", "a status from 200 to 599 is needed"},
        {"GetKey=cut:middle", "unknown place to cut at; there are: before, head, after-head, body"},
        {"GetKey=content-type:", "a content type is missing"},
        {"GetKey=content-type:a\r\nb", "a content type has no blanks and is plain ASCII"},
        {"GetKey=content-type:a\xc3\xa9", "a content type has no blanks and is plain ASCII"},
        {"GetKey=wrong-type:kye", "no such member in the reply; there are: key, signature_chain"},
        {"GetKey=wrong-type:", "no such member in the reply; "},
        {"GetQuote=odd-hex:event_log",
         "no such member in the reply; there are: quote, report_data"},
        {"EmitEvent=wrong-type:a", "the reply has no such members"},
        {"Version=odd-hex", "the reply has no such members"},
        {"*=wrong-type:kye", "no method's reply has such a member"},
        {"GetKey=oversize:0", "not a number of bytes up to 67108864"},
        {"GetKey=oversize:67108865", "not a number of bytes"},
        {"GetKey=oversize:99999999999999999999", "not a number of bytes"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ds_faults faults = {.count = 0};
        ds_error err = {DS_OK, ""};
        CHECK(ds_faults_add(&faults, cases[i].text, &err) == DS_INVALID && faults.count == 0);
        CHECK(strncmp(err.text, "fault: ", 7) == 0);
        if (strstr(err.text, cases[i].why) == NULL)
            printf("%s: %s\n", cases[i].text, err.text);
        CHECK(strstr(err.text, cases[i].why) != NULL);
        CHECK(strpbrk(err.text, "\r\n") == NULL);
    }
}

static void add(ds_faults *faults, const char *text)
{
    ds_error err;
    if (ds_faults_add(faults, text, &err) != DS_OK) {
        printf("%s\n", err.text);
        abort();
    }
}

static const char *found(const ds_faults *faults, const char *method)
{
    const ds_fault *fault = ds_faults_find(faults, method);
    return fault == NULL ? "" : fault->text;
}

/* The method's own goes before one of all methods, then the last one given. */
static void choosing(void)
{
    ds_faults faults = {.count = 0};
    ds_error err;
    CHECK(ds_faults_find(&faults, "Info") == NULL);
    add(&faults, "Info=cut");
    add(&faults, "*=bad-json");
    add(&faults, "*=delay:1");
    add(&faults, "Version=none");
    add(&faults, "GetKey=cut:head");
    add(&faults, "GetKey=cut:body");
    CHECK(strcmp(found(&faults, "Info"), "Info=cut") == 0);
    CHECK(strcmp(found(&faults, "Sign"), "*=delay:1") == 0);
    CHECK(strcmp(found(&faults, "GetKey"), "GetKey=cut:body") == 0);
    CHECK(strcmp(found(&faults, "Version"), "") == 0);
    add(&faults, "*=none");
    CHECK(strcmp(found(&faults, "Sign"), "") == 0 && *found(&faults, "Info") != '\0');
    while (faults.count < DS_FAULTS_MAX)
        add(&faults, "*=cut");
    CHECK(ds_faults_add(&faults, "*=cut", &err) == DS_INVALID);
    CHECK(strcmp(err.text, "fault: at most 64 faults") == 0 && faults.count == DS_FAULTS_MAX);
}

/* Replies ------------------------------------------------------------------------------------- */

/* Asks, and spoils the answer. Returns its status. */
static int spoiled(agent *a, const char *fault, const char *method, const char *body)
{
    ds_faults faults = {.count = 0};
    add(&faults, fault);
    ask(a, method, body);
    CHECK(a->reply.row != NULL && strcmp(a->reply.row->name, method) == 0);
    CHECK(ds_spoil(&a->reply, ds_faults_find(&faults, method)) == DS_OK);
    ds_json_free(&a->json);
    return a->reply.status;
}

static bool parses(agent *a)
{
    ds_error err;
    return ds_json_parse(&a->json, a->reply.body.data, a->reply.body.len, &err) == DS_OK;
}

/* Returns the type of a member of the spoiled reply. */
static ds_json_type type_of(agent *a, const char *name)
{
    if (!parses(a) || ds_json_member(a->json.root, name) == NULL)
        abort();
    return ds_json_member(a->json.root, name)->type;
}

static void spoiled_members(agent *a)
{
    static const char key[] = "{\"path\":\"test\"}";
    spoiled(a, "*=wrong-type", "GetKey", key);
    CHECK(type_of(a, "key") == DS_JSON_NUMBER && a->json.root->count == 2);
    CHECK(ds_json_member(a->json.root, "signature_chain")->count == 2);
    spoiled(a, "*=wrong-type:signature_chain", "GetKey", key);
    CHECK(type_of(a, "signature_chain") == DS_JSON_STRING && member(a, "key").len == 64);
    spoiled(a, "*=wrong-type:key", "Info", "{}");
    CHECK(type_of(a, "app_id") == DS_JSON_STRING);
    spoiled(a, "Info=wrong-type:cloud_product", "Info", "{}");
    CHECK(type_of(a, "cloud_product") == DS_JSON_NUMBER && a->json.root->count == 13);
    CHECK(is_text(member(a, "cloud_vendor"), "dstack-lua") && member(a, "tcb_info").len > 1000);
    spoiled(a, "*=odd-hex", "GetKey", key);
    CHECK(type_of(a, "key") == DS_JSON_STRING && member(a, "key").len == 65);
    spoiled(a, "*=odd-hex:signature_chain", "GetKey", key);
    CHECK(parses(a) && element(a, "signature_chain", 0).len == 131);
    CHECK(element(a, "signature_chain", 1).len == 130 && member(a, "key").len == 64);
    spoiled(a, "*=odd-hex", "Version", "{}");
    CHECK(body_is(a, "{\"version\":\"0.6.0\",\"rev\":\"unknown\"}"));
    spoiled(a, "*=wrong-type", "EmitEvent", "{\"event\":\"e\",\"payload\":\"\"}");
    CHECK(body_is(a, "\"1\""));
}

static void spoiled_replies(agent *a)
{
    static const char version[] = "{\"version\":\"0.6.0\",\"rev\":\"unknown\"}";
    CHECK(spoiled(a, "*=status:503", "Version", "{}") == 503);
    CHECK(strcmp(a->reply.content_type, "text/html; charset=utf-8") == 0 && !parses(a));
    CHECK(spoiled(a, "*=content-type", "Version", "{}") == 200 && body_is(a, version));
    CHECK(strcmp(a->reply.content_type, "text/plain") == 0);
    CHECK(spoiled(a, "*=bad-json", "Version", "{}") == 200 && !parses(a));
    CHECK(a->reply.body.len == strlen(version) - 1);
    CHECK(spoiled(a, "*=oversize:1000", "Version", "{}") == 200 && parses(a));
    CHECK(a->reply.body.len == 1000 && a->reply.body.data[999] == ' ');
    spoiled(a, "*=oversize:10", "Version", "{}");
    CHECK(body_is(a, version));
    spoiled(a, "*=oversize", "Version", "{}");
    CHECK(a->reply.body.len == 32 << 20);
    for (size_t i = 0; i < 3; i++) {
        static const char *const others[] = {"*=none", "*=delay:1", "*=cut:body"};
        spoiled(a, others[i], "Version", "{}");
        CHECK(body_is(a, version) && a->reply.status == 200);
    }
    CHECK(spoiled(a, "*=wrong-type", "GetQuote", "{\"report_data\":\"0\"}") == 400 && parses(a));
    CHECK(ask(a, "Nothing", "{}") == 404 && a->reply.row == NULL);
    CHECK(get(a, "/a/b", NULL) == 404 && a->reply.row == NULL);
}

static bool ends_with(const ds_buf *buf, const char *text)
{
    size_t n = strlen(text);
    return buf->len >= n && memcmp(buf->data + buf->len - n, text, n) == 0;
}

static void bytes_of_replies(agent *a)
{
    ds_buf out, part;
    ds_buf_init(&out, 4096);
    ds_buf_init(&part, 4096);
    ask(a, "Version", "{}");
    CHECK(ds_wire_whole(&out, &a->reply, false) == DS_OK);
    CHECK(memcmp(out.data, "HTTP/1.1 200 OK\r\n", 17) == 0);
    CHECK(ends_with(&out, "\r\n\r\n{\"version\":\"0.6.0\",\"rev\":\"unknown\"}"));
    CHECK(ds_wire_whole(&part, &a->reply, true) == DS_OK && part.len == out.len - 35);
    size_t head = part.len;
    static const ds_cut cuts[] = {DS_CUT_BEFORE, DS_CUT_HEAD, DS_CUT_AFTER_HEAD, DS_CUT_BODY};
    const size_t want[] = {0, head / 2, head, head + 17};
    for (size_t i = 0; i < COUNT(cuts); i++) {
        ds_buf_clear(&part);
        CHECK(ds_wire_cut(&part, &a->reply, cuts[i]) == DS_OK && part.len == want[i]);
        CHECK(part.len == 0 || memcmp(part.data, out.data, part.len) == 0);
    }
    CHECK(ends_with(&out, "interest-cohort=()\r\n\r\n{\"version\":\"0.6.0\",\"rev\":\"unknown\"}"));
    ds_buf_clear(&part);
    ask_at(a, DS_SERVES_EXTERNAL, "/prpc/Version", "{}");
    CHECK(ds_wire_whole(&part, &a->reply, true) == DS_OK);
    CHECK(ends_with(&part, "\r\nX-App-Version: v0.6.0 (unknown)\r\n\r\n"));
    ds_buf_free(&out);
    ds_buf_free(&part);
}

/* Timers -------------------------------------------------------------------------------------- */

static void timers(void)
{
    static const int64_t due[] = {50, 10, 30, 10, 70, 50, 20};
    static const size_t order[] = {1, 3, 6, 2, 0, 5, 4};
    ds_timer list[COUNT(due)];
    ds_timers queue = {.first = NULL};
    CHECK(ds_timers_wait(&queue, 0) == -1 && ds_timers_take(&queue, INT64_MAX) == NULL);
    for (size_t i = 0; i < COUNT(due); i++)
        ds_timers_add(&queue, &list[i], due[i]);
    CHECK(ds_timers_wait(&queue, 4) == 6 && ds_timers_wait(&queue, 11) == 0);
    CHECK(ds_timers_wait(&queue, -((int64_t)1 << 40)) == 0x7fffffff);
    CHECK(ds_timers_take(&queue, 9) == NULL);
    for (size_t i = 0; i < COUNT(order); i++)
        CHECK(ds_timers_take(&queue, due[order[i]]) == &list[order[i]]);
    CHECK(ds_timers_wait(&queue, 0) == -1 && queue.first == NULL && queue.last == NULL);
    ds_timers_add(&queue, &list[0], 5);
    CHECK(ds_timers_take(&queue, 5) == &list[0] && queue.last == NULL);
    int64_t now = ds_timers_now();
    CHECK(now > 0 && ds_timers_now() >= now);
}

int main(void)
{
    agent a;
    good_faults();
    bad_faults();
    choosing();
    agent_start(&a, NULL, NULL);
    spoiled_members(&a);
    spoiled_replies(&a);
    bytes_of_replies(&a);
    agent_stop(&a);
    timers();
    return test_done();
}
