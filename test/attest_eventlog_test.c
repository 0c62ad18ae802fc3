/* Event logs: looking up, writing, and the whole log of a machine, sound and damaged. */
#include "attest/eventlog.h"
#include "test.h"

#define SIMULATOR_LOG "spec/vectors/eventlog-simulator.json"

static bool replay(unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES], ds_slice json)
{
    ds_eventlog log;
    ds_error err;
    bool good = ds_eventlog_parse(&log, json, &err) == DS_OK &&
                ds_eventlog_replay(rtmr, &log, &err) == DS_OK;
    ds_eventlog_free(&log);
    return good;
}

static ds_event event(uint32_t imr, uint32_t type, const char *name)
{
    return (ds_event){.imr = imr, .event_type = type, .name = {name, strlen(name)}};
}

static void test_find(void)
{
    const ds_event events[] = {
        event(0, DS_RUNTIME_EVENT_TYPE, "app-id"),       event(3, 4, "app-id"),
        event(3, DS_RUNTIME_EVENT_TYPE, "app-id"),       event(3, DS_RUNTIME_EVENT_TYPE, "app-id"),
        event(3, DS_RUNTIME_EVENT_TYPE, "system-ready"), event(3, 4, "storage-fs"),
        event(3, DS_RUNTIME_EVENT_TYPE, "key-provider"),
    };
    const ds_eventlog log = {events, sizeof events / sizeof events[0], NULL};
    const ds_eventlog empty = {NULL, 0, NULL};
    CHECK(ds_eventlog_find(&log, DS_LITERAL("app-id")) == events + 2);
    CHECK(ds_eventlog_find_next(&log, DS_LITERAL("app-id"), events + 2) == events + 3);
    CHECK(ds_eventlog_find_next(&log, DS_LITERAL("app-id"), events + 3) == NULL);
    CHECK(ds_eventlog_find(&log, DS_LITERAL("system-ready")) == events + 4);
    CHECK(ds_eventlog_find(&log, DS_LITERAL("key-provider")) == NULL);
    CHECK(ds_eventlog_find(&log, DS_LITERAL("app-i")) == NULL);
    CHECK(ds_eventlog_find(&log, DS_LITERAL("app-id\0")) == NULL);
    CHECK(ds_eventlog_find(&empty, DS_LITERAL("app-id")) == NULL);
}

static bool writes(const ds_event *events, size_t count, ds_eventlog_form form, const char *json)
{
    ds_buf out;
    ds_buf_init(&out, 1u << 20);
    bool good = ds_eventlog_write(&out, events, count, form) == DS_OK &&
                ds_slice_equal(ds_buf_content(&out), ds_slice_of(json, strlen(json)));
    if (!good)
        printf("# %.*s\n", (int)out.len, (const char *)out.data);
    ds_buf_free(&out);
    return good;
}

static void test_write_boot(void)
{
    ds_event e = event(0, 10, "acpi-loader");
    e.digest = DS_LITERAL("\x0a\xbc");
    e.payload = DS_LITERAL("ACPI DATA");
    static const char acpi[] =
        "[{\"imr\":0,\"event_type\":10,\"digest\":\"0abc\",\"event\":\"acpi-loader\","
        "\"event_payload\":\"414350492044415441\"}]";
    CHECK(writes(&e, 1, DS_EVENTLOG_FULL, acpi));
    CHECK(writes(&e, 1, DS_EVENTLOG_STRIPPED, acpi));
    e.imr = 1;
    e.name = DS_LITERAL("\"\n");
    CHECK(writes(&e, 1, DS_EVENTLOG_FULL,
                 "[{\"imr\":1,\"event_type\":10,\"digest\":\"0abc\",\"event\":\"\\\"\\n\","
                 "\"event_payload\":\"414350492044415441\"}]"));
    CHECK(writes(&e, 1, DS_EVENTLOG_STRIPPED,
                 "[{\"imr\":1,\"event_type\":10,\"digest\":\"0abc\",\"event\":\"\\\"\\n\","
                 "\"event_payload\":\"\"}]"));
    const ds_event two[] = {event(0, 4294967295u, ""), event(3, 13, "")};
    CHECK(writes(two, 2, DS_EVENTLOG_STRIPPED,
                 "[{\"imr\":0,\"event_type\":4294967295,\"digest\":\"\",\"event\":\"\","
                 "\"event_payload\":\"\"},{\"imr\":3,\"event_type\":13,\"digest\":\"\","
                 "\"event\":\"\",\"event_payload\":\"\"}]"));
    CHECK(writes(NULL, 0, DS_EVENTLOG_STRIPPED, "[]"));
}

static void test_write_runtime(void)
{
    ds_event e = event(DS_RUNTIME_EVENT_IMR, DS_RUNTIME_EVENT_TYPE, "app-id");
    e.digest = DS_LITERAL("\x0a");
    e.payload = DS_LITERAL("fixture");
    static const char stripped[] =
        "[{\"imr\":3,\"event_type\":134217729,\"digest\":\"\",\"event\":\"app-id\","
        "\"event_payload\":\"66697874757265\"}]";
    CHECK(writes(&e, 1, DS_EVENTLOG_STRIPPED, stripped));
    e.version = 1;
    CHECK(writes(&e, 1, DS_EVENTLOG_STRIPPED, stripped));
    e.version = 2;
    CHECK(writes(&e, 1, DS_EVENTLOG_FULL,
                 "[{\"imr\":3,\"event_type\":134217729,\"digest\":\"0a\",\"event\":\"app-id\","
                 "\"event_payload\":\"66697874757265\",\"version\":2}]"));
    CHECK(writes(&e, 1, DS_EVENTLOG_STRIPPED,
                 "[{\"imr\":3,\"event_type\":134217729,\"digest\":\"\",\"event\":\"app-id\","
                 "\"event_payload\":\"66697874757265\",\"version\":2,\"preimage\":"
                 "\"7b226e616d65223a226170702d6964222c227061796c6f6164223a22363636393738373437353"
                 "7323635222c2274797065223a3133343231373732397d\"}]"));
    e.has_preimage = true;
    e.preimage = DS_LITERAL("p");
    CHECK(writes(&e, 1, DS_EVENTLOG_STRIPPED,
                 "[{\"imr\":3,\"event_type\":134217729,\"digest\":\"\",\"event\":\"app-id\","
                 "\"event_payload\":\"66697874757265\",\"version\":2,\"preimage\":\"70\"}]"));
}

static void test_write_refusals(void)
{
    ds_event e = event(3, DS_RUNTIME_EVENT_TYPE, "\xff");
    ds_buf out;
    ds_buf_init(&out, 64);
    CHECK(ds_eventlog_write(&out, &e, 1, DS_EVENTLOG_FULL) == DS_INVALID);
    CHECK(ds_eventlog_write(&out, &e, 1, DS_EVENTLOG_STRIPPED) == DS_INVALID);
    e = event(3, DS_RUNTIME_EVENT_TYPE, "app-id");
    CHECK(ds_eventlog_write(&out, &e, 1, DS_EVENTLOG_STRIPPED) == DS_TOO_LARGE);
    ds_buf_free(&out);
}

/* The log of the agents' own simulator, exactly as its GetQuote returns it. */
static size_t read_simulator_log(char *out, size_t size)
{
    FILE *file = fopen(SIMULATOR_LOG, "rb");
    if (file == NULL) {
        printf("# run me from the root of the repository: no " SIMULATOR_LOG "\n");
        return 0;
    }
    size_t n = fread(out, 1, size, file);
    fclose(file);
    return n;
}

static void check_simulator_registers(const ds_eventlog *log)
{
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES];
    ds_error err;
    CHECK(ds_eventlog_replay(rtmr, log, &err) == DS_OK);
    CHECK_HEX(rtmr[0], DS_MR_BYTES,
              "6203948b7c12a0c2e14ed9b11170d7b85345870a304bb0959d6c198224ce621fe944e4623af9631cd6"
              "4eeffdc0d7fa94");
    CHECK_HEX(rtmr[1], DS_MR_BYTES,
              "0ea1ad399114c5909c52c8b8c073f0c4e076b691495ca7d41f88c5bba6859e3911973ec95adce1503e"
              "b43f4670a2c306");
    CHECK_HEX(rtmr[2], DS_MR_BYTES,
              "1c9854088a35a1c44483d6ba5e88333cf6a7f5b5ec26713f722c80dfc2d2b337346d7fb52452eacda0"
              "a8a8fb6fd306f1");
    CHECK_HEX(rtmr[3], DS_MR_BYTES,
              "f28a1490ee924e9396c2ccf2d93ad536b83cbe159a1d45024d1fd7acdcc102145efcfcd0cfa2094164"
              "46c70226affadf");
}

static void check_simulator_boot(const ds_eventlog *log)
{
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES];
    ds_error err;
    const ds_event *done = ds_eventlog_find(log, DS_LITERAL("boot-mr-done"));
    CHECK(done == log->events + 28);
    ds_eventlog boot = {log->events, 29, NULL};
    CHECK(ds_eventlog_replay(rtmr, &boot, &err) == DS_OK);
    CHECK_HEX(rtmr[3], DS_MR_BYTES,
              "161d4d87fecefcad09ed96ba8f901e58eca0f422b8155e2829ef94ce084a757e88c7f4be29df017ed7"
              "2531e8efb643b7");
    const ds_event *app_id = ds_eventlog_find(log, DS_LITERAL("app-id"));
    CHECK(app_id != NULL && test_hex(app_id->payload.data, app_id->payload.len,
                                     "5bb4ff9a3837357f19dc176407a5709c62eb6c56"));
}

static void test_simulator(ds_slice json)
{
    ds_eventlog log, stripped;
    ds_error err;
    ds_buf out;
    ds_buf_init(&out, 1u << 20);
    CHECK(ds_eventlog_parse(&log, json, &err) == DS_OK && log.count == 33);
    check_simulator_registers(&log);
    check_simulator_boot(&log);
    CHECK(ds_eventlog_write(&out, log.events, log.count, DS_EVENTLOG_FULL) == DS_OK);
    CHECK(ds_slice_equal(ds_buf_content(&out), json));
    ds_buf_clear(&out);
    CHECK(ds_eventlog_write(&out, log.events, log.count, DS_EVENTLOG_STRIPPED) == DS_OK);
    CHECK(ds_eventlog_parse(&stripped, ds_buf_content(&out), &err) == DS_OK);
    check_simulator_registers(&stripped);
    size_t payloads = 0, runtime_digests = 0;
    for (size_t i = 0; i < stripped.count; i++) {
        if (!ds_event_is_runtime(&stripped.events[i]))
            payloads += stripped.events[i].payload.len > 0;
        else
            runtime_digests += stripped.events[i].digest.len > 0;
    }
    CHECK(payloads == 3 && runtime_digests == 0);
    ds_eventlog_free(&stripped);
    ds_eventlog_free(&log);
    ds_buf_free(&out);
}

/* Whatever becomes of a damaged log, nothing may be read or written beyond it. A log that still
 * replays with register 3 as it was is a log whose runtime events are as they were. */
static void test_damage(ds_slice json)
{
    static const char spice[] = "\"\\,:[]{}0f9-.e \xc3";
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES], want[DS_RTMR_COUNT][DS_MR_BYTES];
    unsigned seed = 1, parsed = 0, replayed = 0;
    bool sound = replay(want, json);
    char *copy = malloc(json.len);
    if (copy == NULL)
        abort();
    for (int i = 0; i < 2000; i++) {
        ds_eventlog log;
        ds_error err;
        memcpy(copy, json.data, json.len);
        seed = seed * 1103515245u + 12345u;
        size_t at = (seed >> 8) % json.len;
        int flipped = copy[at] ^ (1 << (i / 2 % 8));
        copy[at] = (char)(i % 2 ? flipped : spice[(unsigned)i / 2 % sizeof spice]);
        ds_status status = ds_eventlog_parse(&log, ds_slice_of(copy, json.len), &err);
        parsed += status == DS_OK;
        if (status == DS_OK && (status = ds_eventlog_replay(rtmr, &log, &err)) == DS_OK)
            replayed++;
        sound = sound && (status == DS_OK || err.status == status);
        ds_eventlog_free(&log);
    }
    CHECK(sound && parsed > 0 && parsed < 2000 && replayed > 0 && replayed < parsed);
    free(copy);
}

static void test_truncation(ds_slice json)
{
    bool refused = true;
    for (size_t n = 0; n < json.len; n += n < 400 ? 1 : 37) {
        ds_eventlog log;
        ds_error err;
        char *copy = malloc(n > 0 ? n : 1);
        if (copy == NULL)
            abort();
        memcpy(copy, json.data, n);
        refused = refused && ds_eventlog_parse(&log, ds_slice_of(copy, n), &err) == DS_INVALID;
        free(copy);
    }
    CHECK(refused);
}

int main(void)
{
    static char json[16384];
    ds_slice simulator = {json, read_simulator_log(json, sizeof json)};
    test_find();
    test_write_boot();
    test_write_runtime();
    test_write_refusals();
    CHECK(simulator.len == 8452);
    if (simulator.len > 0) {
        test_simulator(simulator);
        test_damage(simulator);
        test_truncation(simulator);
    }
    return test_done();
}
