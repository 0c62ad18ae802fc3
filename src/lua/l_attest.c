/* Quotes and event logs. */
#include "lua/binding.h"

#include "attest/ccel.h"
#include "attest/eventlog.h"
#include "attest/quote.h"
#include "attest/report_data.h"

static int log_release(lua_State *L)
{
    ds_eventlog_free(lua_touserdata(L, 1));
    return 0;
}

static const luaL_Reg no_methods[] = {{NULL, NULL}};
static const ds_type_info log_type = {"dstack.eventlog", no_methods, log_release};

/* Pushes a box with the parsed log. Returns NULL after a failure. */
static ds_eventlog *parse_log(lua_State *L, ds_error *err)
{
    ds_slice text = ds_check_slice(L, 1);
    ds_eventlog *log = ds_box_new(L, &log_type, sizeof *log);
    return ds_eventlog_parse(log, text, err) == DS_OK ? log : NULL;
}

static void push_event(lua_State *L, const ds_event *event)
{
    lua_createtable(L, 0, 7);
    ds_set_integer(L, "imr", event->imr);
    ds_set_integer(L, "event_type", event->event_type);
    ds_set_slice(L, "event", event->name);
    ds_set_hex(L, "digest", event->digest);
    ds_set_hex(L, "event_payload", event->payload);
    if (event->version != 0)
        ds_set_integer(L, "version", event->version);
    if (event->has_preimage)
        ds_set_hex(L, "preimage", event->preimage);
}

static int push_events(lua_State *L, const ds_eventlog *log)
{
    lua_createtable(L, (int)log->count, 0);
    for (size_t i = 0; i < log->count; i++) {
        push_event(L, &log->events[i]);
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

/* event_log(text) -> list of events as on the wire | nil, message, code */
static int l_event_log(lua_State *L)
{
    ds_error err;
    const ds_eventlog *log = parse_log(L, &err);
    return log != NULL ? push_events(L, log) : ds_push_failure(L, &err);
}

/* Pushes the four registers, as replay_rtmrs has them. */
static int push_rtmrs(lua_State *L, unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES])
{
    lua_createtable(L, DS_RTMR_COUNT, 1);
    for (int i = 0; i < DS_RTMR_COUNT; i++) {
        ds_push_hex(L, rtmr[i], DS_MR_BYTES);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* replay_rtmrs(text) -> {[0] = hex, [1] =, [2] =, [3] =} | nil, message, code */
static int l_replay_rtmrs(lua_State *L)
{
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES];
    ds_error err;
    const ds_eventlog *log = parse_log(L, &err);
    if (log == NULL || ds_eventlog_replay(rtmr, log, &err) != DS_OK)
        return ds_push_failure(L, &err);
    return push_rtmrs(L, rtmr);
}

/* Pushes a box with the log. Returns NULL after a failure. */
static ds_eventlog *read_ccel(lua_State *L, ds_error *err)
{
    ds_slice bytes = ds_check_slice(L, 1);
    ds_eventlog *log = ds_box_new(L, &log_type, sizeof *log);
    return ds_ccel_read(log, bytes, err) == DS_OK ? log : NULL;
}

/* ccel_events(bytes of the firmware's log) -> list of events as event_log | nil, message, code */
static int l_ccel_events(lua_State *L)
{
    ds_error err;
    const ds_eventlog *log = read_ccel(L, &err);
    return log != NULL ? push_events(L, log) : ds_push_failure(L, &err);
}

/* ccel_replay(bytes of the firmware's log) -> {[0] = hex, ...} as replay_rtmrs | nil, message, code
 */
static int l_ccel_replay(lua_State *L)
{
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES];
    ds_error err;
    const ds_eventlog *log = read_ccel(L, &err);
    if (log == NULL || ds_eventlog_replay(rtmr, log, &err) != DS_OK)
        return ds_push_failure(L, &err);
    return push_rtmrs(L, rtmr);
}

/* td_report(quote bytes) -> {mr_td = hex, rt_mr0 = hex, report_data = hex, ...} | nil, ... */
static int l_td_report(lua_State *L)
{
    ds_quote_header header;
    ds_td_report report;
    ds_error err;
    size_t count;
    if (ds_quote_report(&header, &report, ds_check_slice(L, 1), &err) != DS_OK)
        return ds_push_failure(L, &err);
    const ds_report_field *fields = ds_td_report_fields(&report, &count);
    lua_createtable(L, 0, (int)count);
    for (size_t i = 0; i < count; i++) {
        ds_slice value = ds_report_value(&report, &fields[i]);
        ds_push_hex(L, value.data, value.len);
        lua_setfield(L, -2, fields[i].name);
    }
    return 1;
}

/* app_report_data(data, hash_algorithm, prefix) -> what Tappd's TdxQuote makes of these: 64 bytes,
 * and the names in force | nil, message, code */
static int l_app_report_data(lua_State *L)
{
    ds_app_data made;
    ds_error err;
    if (ds_report_data_app(&made, ds_check_slice(L, 1), ds_check_slice(L, 2), ds_check_slice(L, 3),
                           &err) != DS_OK)
        return ds_push_failure(L, &err);
    ds_push_slice(L, ds_slice_of(made.report_data, sizeof made.report_data));
    ds_push_slice(L, made.hash_algorithm);
    ds_push_slice(L, made.prefix);
    return 3;
}

static const luaL_Reg functions[] = {
    {"app_report_data", l_app_report_data},
    {"ccel_events", l_ccel_events},
    {"ccel_replay", l_ccel_replay},
    {"event_log", l_event_log},
    {"replay_rtmrs", l_replay_rtmrs},
    {"td_report", l_td_report},
    {NULL, NULL},
};

void ds_open_attest(lua_State *L)
{
    ds_box_define(L, &log_type);
    luaL_setfuncs(L, functions, 0);
}
