#include "attest/attested.h"

#include "attest/attested_forms.h"
#include "attest/report_data.h"

#define FIRST_SCALE 0x00

static bool is_map(unsigned char first)
{
    return (first & 0xf0) == 0x80 || first == 0xde || first == 0xdf;
}

ds_status ds_attested_short(ds_error *err)
{
    return ds_fail(err, DS_INVALID, "attestation: it ends before it is complete");
}

ds_status ds_attested_platform(const char *name, ds_error *err)
{
    return ds_fail(err, DS_UNSUPPORTED,
                   "attestation: it is of the platform %s; only those of TDX are read here", name);
}

ds_event *ds_attested_events(ds_attested *a, size_t count, const char *what, ds_error *err)
{
    if (count > DS_EVENTLOG_MAXEVENTS) {
        ds_fail(err, DS_TOO_LARGE, "attestation: %s has %lu entries, at most %d are taken", what,
                (unsigned long)count, DS_EVENTLOG_MAXEVENTS);
        return NULL;
    }
    ds_event *events = ds_arena_alloc(&a->arena, (count + 1) * sizeof *events);
    if (events == NULL)
        ds_fail_memory(err);
    return events;
}

static ds_status take(ds_attested *a, ds_slice bytes, ds_error *err)
{
    if (bytes.len == 0)
        return ds_fail(err, DS_INVALID, "attestation: it is empty");
    if (bytes.len > DS_ATTESTATION_MAXBYTES)
        return ds_fail(err, DS_TOO_LARGE, "attestation of %lu bytes, at most %lu are taken",
                       (unsigned long)bytes.len, (unsigned long)DS_ATTESTATION_MAXBYTES);
    unsigned char first = *(const unsigned char *)bytes.data;
    if (first == FIRST_SCALE)
        return ds_attested_take_scale(a, bytes, err);
    if (is_map(first))
        return ds_attested_take_msgpack(a, bytes, err);
    return ds_fail(err, DS_INVALID,
                   "attestation: its first byte is %02x, which begins neither of the two forms",
                   first);
}

ds_status ds_attested_read(ds_attested *a, ds_slice bytes, ds_error *err)
{
    memset(a, 0, sizeof *a);
    ds_status status = take(a, bytes, err);
    if (status == DS_OK && a->report_data.len != DS_REPORT_DATA_BYTES)
        status = ds_fail(err, DS_INVALID, "attestation: report_data must have %d bytes, not %lu",
                         DS_REPORT_DATA_BYTES, (unsigned long)a->report_data.len);
    if (status != DS_OK)
        ds_attested_free(a);
    return status;
}

void ds_attested_free(ds_attested *a)
{
    ds_arena_free(&a->arena);
    memset(a, 0, sizeof *a);
}

ds_status ds_attested_log(ds_buf *json, const ds_attested *a)
{
    size_t count = 0;
    ds_arena arena = {NULL};
    ds_event *events =
        ds_arena_alloc(&arena, (a->log_count + a->runtime_count + 1) * sizeof *events);
    if (events == NULL)
        return DS_MEMORY;
    for (size_t i = 0; i < a->log_count; i++)
        if (!ds_event_is_runtime(&a->log[i]))
            events[count++] = a->log[i];
    for (size_t i = 0; i < a->runtime_count; i++)
        events[count++] = a->runtime[i];
    ds_status status = ds_eventlog_write(json, events, count, DS_EVENTLOG_STRIPPED);
    ds_arena_free(&arena);
    return status;
}

static ds_status check_payload(const ds_attested *a, ds_error *err)
{
    ds_app_data made;
    if (!a->has_payload)
        return DS_OK;
    ds_status status = ds_report_data_app(&made, a->payload, DS_LITERAL(""), DS_LITERAL(""), err);
    if (status != DS_OK)
        return status;
    if (ds_slice_equal(a->report_data, ds_slice_of(made.report_data, sizeof made.report_data)))
        return DS_OK;
    return ds_fail(err, DS_VERIFY, "the report data are not made of report_data_payload");
}

ds_status ds_attested_check(const ds_attested *a, ds_error *err)
{
    for (size_t i = 0; i < a->log_count; i++) {
        ds_status status = ds_eventlog_check_entry(&a->log[i], i + 1, err);
        if (status != DS_OK)
            return status;
    }
    return check_payload(a, err);
}
