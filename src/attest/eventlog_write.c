#include "attest/eventlog.h"

#include "base/json.h"
#include "base/utf8.h"

/* TCG's EV_PLATFORM_CONFIG_FLAGS, as which the firmware measures the ACPI tables. */
#define ACPI_EVENT_TYPE 10

bool ds_event_is_acpi_data(const ds_event *event)
{
    return event->imr == 0 && event->event_type == ACPI_EVENT_TYPE &&
           ds_slice_equal(event->payload, DS_LITERAL("ACPI DATA"));
}

bool ds_event_in_certificate(const ds_event *event)
{
    return event->imr == DS_RUNTIME_EVENT_IMR || ds_event_is_acpi_data(event);
}

ds_event ds_event_strip(const ds_event *event)
{
    ds_event stripped = *event;
    if (ds_event_is_runtime(event))
        stripped.digest.len = 0;
    else if (!ds_event_is_acpi_data(event))
        stripped.payload.len = 0;
    return stripped;
}

static void put_hex(ds_buf *out, const char *member, ds_slice bytes)
{
    ds_buf_printf(out, ",\"%s\":\"", member);
    ds_buf_hex(out, bytes.data, bytes.len);
    ds_buf_byte(out, '"');
}

static ds_status put_event(ds_buf *out, const ds_event *event)
{
    if (!ds_utf8_valid(event->name.data, event->name.len))
        return DS_INVALID;
    ds_buf_printf(out, "{\"imr\":%lu,\"event_type\":%lu", (unsigned long)event->imr,
                  (unsigned long)event->event_type);
    put_hex(out, "digest", event->digest);
    ds_buf_text(out, ",\"event\":");
    ds_json_put_string(out, event->name);
    put_hex(out, "event_payload", event->payload);
    if (event->version > 1)
        ds_buf_printf(out, ",\"version\":%lu", (unsigned long)event->version);
    if (event->has_preimage)
        put_hex(out, "preimage", event->preimage);
    return ds_buf_byte(out, '}');
}

/* A version 2 event without a digest cannot be checked but by its preimage. */
static ds_status put_stripped(ds_buf *out, const ds_event *event, ds_eventlog_form form)
{
    ds_event stripped = ds_event_strip(event);
    if (form == DS_EVENTLOG_BARE && ds_event_is_acpi_data(event))
        stripped.payload.len = 0;
    ds_buf preimage;
    ds_buf_init(&preimage, DS_EVENT_MAXBYTES);
    ds_status status = DS_OK;
    if (ds_event_is_runtime(event) && event->version == 2 && !event->has_preimage) {
        status = ds_event_preimage(&preimage, event->version, event->name, event->payload);
        stripped.has_preimage = true;
        stripped.preimage = ds_buf_content(&preimage);
    }
    if (status == DS_OK)
        status = put_event(out, &stripped);
    ds_buf_free(&preimage);
    return status;
}

ds_status ds_eventlog_write(ds_buf *out, const ds_event *events, size_t count,
                            ds_eventlog_form form)
{
    ds_buf_byte(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            ds_buf_byte(out, ',');
        ds_status status = form == DS_EVENTLOG_FULL ? put_event(out, &events[i])
                                                    : put_stripped(out, &events[i], form);
        if (status != DS_OK)
            return status;
    }
    return ds_buf_byte(out, ']');
}
