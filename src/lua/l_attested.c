/* Attestations and certificates taken apart, and what event logs say about a machine. */
#include "attest/attested.h"
#include "attest/attested_certificate.h"
#include "attest/measure.h"
#include "attest/quote.h"
#include "lua/binding.h"

static int release_attested(lua_State *L)
{
    ds_attested_free(lua_touserdata(L, 1));
    return 0;
}

static int release_log(lua_State *L)
{
    ds_eventlog_free(lua_touserdata(L, 1));
    return 0;
}

static const luaL_Reg no_methods[] = {{NULL, NULL}};
static const ds_type_info attested_type = {"dstack.attested", no_methods, release_attested};
static const ds_type_info log_type = {"dstack.judged_log", no_methods, release_log};

/* A contradiction within: see ds_attested_check. */
static void set_problem(lua_State *L, const ds_attested *a)
{
    ds_error err;
    if (ds_attested_check(a, &err) != DS_OK)
        ds_set_text(L, "problem", err.text);
}

static void push_attested(lua_State *L, const ds_attested *a, const ds_buf *log)
{
    static const char *const forms[] = {"scale", "msgpack"};
    lua_createtable(L, 0, 7);
    ds_set_text(L, "form", forms[a->form]);
    ds_set_slice(L, "quote", a->quote);
    ds_set_slice(L, "event_log", ds_buf_content(log));
    ds_set_slice(L, "report_data", a->report_data);
    ds_set_slice(L, "config", a->config);
    if (a->has_payload)
        ds_set_slice(L, "report_data_payload", a->payload);
    set_problem(L, a);
}

/* read_attestation(bytes) -> {form = "scale" | "msgpack", quote =, event_log = JSON text of the
 * boot's events and those of the stack, report_data =, config =, report_data_payload =, problem =
 * where it contradicts itself}, all bytes | nil, message, code */
static int l_read_attestation(lua_State *L)
{
    ds_error err;
    ds_slice bytes = ds_check_slice(L, 1);
    ds_attested *a = ds_box_new(L, &attested_type, sizeof *a);
    ds_buf *log = ds_box_buf(L, 4 * (size_t)DS_ATTESTATION_MAXBYTES);
    if (ds_attested_read(a, bytes, &err) != DS_OK)
        return ds_push_failure(L, &err);
    ds_status status = ds_attested_log(log, a);
    if (status != DS_OK)
        return ds_push_status(L, status, "attestation: its event log");
    push_attested(L, a, log);
    return 1;
}

static void set_evidence(lua_State *L, const ds_certified *c)
{
    if (c->attestation.len > 0) {
        ds_set_slice(L, "attestation", c->attestation);
    } else {
        ds_set_slice(L, "quote", c->quote);
        ds_set_slice(L, "event_log", c->event_log);
    }
    ds_set_slice(L, "report_data", ds_slice_of(c->report_data, sizeof c->report_data));
}

static void push_hashes(lua_State *L, const ds_slice *hashes, size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        ds_push_hex(L, hashes[i].data, hashes[i].len);
        lua_rawseti(L, -2, (int)i + 1);
    }
}

static void set_info(lua_State *L, const ds_app_info *info)
{
    lua_createtable(L, 0, 9);
    ds_set_hex(L, "app_id", info->app_id);
    ds_set_hex(L, "compose_hash", info->compose_hash);
    ds_set_hex(L, "instance_id", info->instance_id);
    ds_set_hex(L, "device_id", info->device_id);
    ds_set_hex(L, "mr_system", info->mr_system);
    ds_set_hex(L, "mr_aggregated", info->mr_aggregated);
    ds_set_hex(L, "os_image_hash", info->os_image_hash);
    ds_set_hex(L, "key_provider_info", info->key_provider_info);
    if (info->has_init_scripts) {
        push_hashes(L, info->init_script_hashes, info->init_script_count);
        lua_setfield(L, -2, "init_script_hashes");
    }
    lua_setfield(L, -2, "app_info");
}

/* What the certificate says, as a table on top of the stack. */
static void push_claims(lua_State *L, const ds_certified *c)
{
    lua_createtable(L, 0, 6);
    ds_set_hex(L, "key", c->key);
    ds_set_integer(L, "not_before", c->not_before);
    ds_set_integer(L, "not_after", c->not_after);
    if (c->app_id.len > 0)
        ds_set_hex(L, "app_id", c->app_id);
    if (c->usage.len > 0)
        ds_set_slice(L, "usage", c->usage);
    if (c->has_info)
        set_info(L, &c->info);
}

/* read_certificate(DER) -> {attestation = | quote =, event_log =, report_data = what its key asks
 * for}, all bytes, {key = SubjectPublicKeyInfo, not_before =, not_after = Unix seconds, app_id =,
 * usage = text, app_info = {...}}, as the extensions have it, bytes as hex | nil, message, code */
static int l_read_certificate(lua_State *L)
{
    ds_certified c;
    ds_error err;
    if (ds_certified_read(&c, ds_check_slice(L, 1), &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_createtable(L, 0, 4);
    set_evidence(L, &c);
    push_claims(L, &c);
    return 2;
}

/* Pushes a box with the parsed log. Returns NULL after a failure. */
static const ds_eventlog *parse_log(lua_State *L, ds_error *err)
{
    ds_slice text = ds_check_slice(L, 1);
    ds_eventlog *log = ds_box_new(L, &log_type, sizeof *log);
    return ds_eventlog_parse(log, text, err) == DS_OK ? log : NULL;
}

/* log_registers(text) -> {[0] = {value = hex, extent = "none" | "part" | "whole"}, ...} | nil,
 * message, code */
static int l_log_registers(lua_State *L)
{
    static const char *const words[] = {"none", "part", "whole"};
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES];
    ds_log_extent extent[DS_RTMR_COUNT];
    ds_error err;
    const ds_eventlog *log = parse_log(L, &err);
    if (log == NULL || ds_eventlog_registers(rtmr, extent, log, &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_createtable(L, DS_RTMR_COUNT, 1);
    for (int i = 0; i < DS_RTMR_COUNT; i++) {
        lua_createtable(L, 0, 2);
        ds_push_hex(L, rtmr[i], DS_MR_BYTES);
        lua_setfield(L, -2, "value");
        ds_set_text(L, "extent", words[extent[i]]);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* The payloads of all system events of that name, as a list. */
static void push_payloads(lua_State *L, const ds_eventlog *log, ds_slice name)
{
    int n = 0;
    lua_newtable(L);
    for (const ds_event *event = ds_eventlog_find(log, name); event != NULL;
         event = ds_eventlog_find_next(log, name, event)) {
        ds_push_slice(L, event->payload);
        lua_rawseti(L, -2, ++n);
    }
}

/* log_system(text) -> {["app-id"] = payload, ...}: bytes, those that are there; likewise a list,
 * of all "init-script-hash" | nil, message, code */
static int l_log_system(lua_State *L)
{
    const ds_event *found[DS_SYSTEM_EVENT_COUNT];
    ds_error err;
    const ds_eventlog *log = parse_log(L, &err);
    if (log == NULL || ds_eventlog_system(found, log, &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_createtable(L, 0, DS_SYSTEM_EVENT_COUNT);
    for (int i = 0; i < DS_SYSTEM_EVENT_COUNT; i++)
        if (found[i] != NULL)
            ds_set_slice(L, ds_system_event_name((ds_system_event)i), found[i]->payload);
    push_payloads(L, log, DS_LITERAL("init-script-hash"));
    return 2;
}

/* measurements(quote, key provider's payload) -> mr_system, mr_aggregated: hex | nil, message, code
 */
static int l_measurements(lua_State *L)
{
    unsigned char system[DS_MR_SUM_BYTES], aggregated[DS_MR_SUM_BYTES];
    ds_quote_header header;
    ds_td_report report;
    ds_error err;
    ds_slice quote = ds_check_slice(L, 1), provider = ds_check_slice(L, 2);
    if (ds_quote_report(&header, &report, quote, &err) != DS_OK)
        return ds_push_failure(L, &err);
    ds_status status = ds_mr_system(system, &report, provider);
    if (status == DS_OK)
        status = ds_mr_aggregated(aggregated, &report, report.rt_mr[DS_RUNTIME_EVENT_IMR]);
    if (status != DS_OK)
        return ds_push_status(L, status, "measurements");
    ds_push_hex(L, system, sizeof system);
    ds_push_hex(L, aggregated, sizeof aggregated);
    return 2;
}

static int push_config_id(lua_State *L, const unsigned char *id, ds_status status)
{
    if (status != DS_OK)
        return ds_push_status(L, status, "mr_config_id");
    ds_push_hex(L, id, DS_MR_BYTES);
    return 1;
}

/* mr_config_id_v1(compose hash) -> hex | nil, message, code; bytes, as in the next two */
static int l_mr_config_id_v1(lua_State *L)
{
    unsigned char id[DS_MR_BYTES];
    ds_slice compose_hash = ds_check_slice(L, 1);
    if (compose_hash.len != DS_COMPOSE_HASH_BYTES)
        return ds_push_status(L, DS_INVALID, "mr_config_id: compose hash");
    ds_mr_config_id_v1(id, compose_hash.data);
    return push_config_id(L, id, DS_OK);
}

/* mr_config_id_v2(compose hash, app id, provider 0 to 3, provider's id) -> hex | nil, message, code
 */
static int l_mr_config_id_v2(lua_State *L)
{
    unsigned char id[DS_MR_BYTES];
    ds_slice compose_hash = ds_check_slice(L, 1), app_id = ds_check_slice(L, 2);
    unsigned char provider = (unsigned char)luaL_checkinteger(L, 3);
    return push_config_id(
        L, id, ds_mr_config_id_v2(id, compose_hash, app_id, provider, ds_check_slice(L, 4)));
}

/* mr_config_id_v3(document) -> hex | nil, message, code */
static int l_mr_config_id_v3(lua_State *L)
{
    unsigned char id[DS_MR_BYTES];
    return push_config_id(L, id, ds_mr_config_id_v3(id, ds_check_slice(L, 1)));
}

static const luaL_Reg functions[] = {
    {"log_registers", l_log_registers},
    {"log_system", l_log_system},
    {"mr_config_id_v1", l_mr_config_id_v1},
    {"mr_config_id_v2", l_mr_config_id_v2},
    {"mr_config_id_v3", l_mr_config_id_v3},
    {"measurements", l_measurements},
    {"read_attestation", l_read_attestation},
    {"read_certificate", l_read_certificate},
    {NULL, NULL},
};

void ds_open_attested(lua_State *L)
{
    ds_box_define(L, &attested_type);
    ds_box_define(L, &log_type);
    luaL_setfuncs(L, functions, 0);
}
