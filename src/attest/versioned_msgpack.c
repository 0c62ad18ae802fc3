#include "attest/versioned_forms.h"

#include "attest/msgpack.h"

/* Named maps, keys in this order. Plain vectors of bytes are arrays of integers there; what has a
 * serde helper for bytes (digests and payloads) is bin. */
#define VERSION 1

/* Version 1 is not written. */
static bool has_version(const ds_event *event)
{
    return event->version > 1;
}

static void put_version(ds_buf *out, const ds_event *event)
{
    if (!has_version(event))
        return;
    ds_msgpack_key(out, "version");
    ds_msgpack_uint(out, event->version);
}

static void put_event(ds_buf *out, const ds_event *event)
{
    ds_msgpack_map(out, 5u + has_version(event) + event->has_preimage);
    ds_msgpack_key(out, "imr");
    ds_msgpack_uint(out, event->imr);
    ds_msgpack_key(out, "event_type");
    ds_msgpack_uint(out, event->event_type);
    ds_msgpack_key(out, "digest");
    ds_msgpack_bin(out, event->digest);
    ds_msgpack_key(out, "event");
    ds_msgpack_text(out, event->name);
    ds_msgpack_key(out, "event_payload");
    ds_msgpack_bin(out, event->payload);
    put_version(out, event);
    if (!event->has_preimage)
        return;
    ds_msgpack_key(out, "preimage");
    ds_msgpack_hex(out, event->preimage);
}

static void put_log(ds_buf *out, const ds_attestation *a, bool certificate)
{
    ds_event event;
    ds_msgpack_key(out, "event_log");
    ds_msgpack_array(out, ds_attestation_log_count(a, certificate));
    for (size_t i = 0; i < a->event_count; i++)
        if (ds_attestation_log_event(&event, a, i, certificate))
            put_event(out, &event);
}

static void put_runtime_events(ds_buf *out, const ds_attestation *a)
{
    ds_msgpack_key(out, "runtime_events");
    ds_msgpack_array(out, ds_attestation_runtime_count(a));
    for (size_t i = 0; i < a->event_count; i++) {
        const ds_event *event = &a->events[i];
        if (!ds_event_is_runtime(event))
            continue;
        ds_msgpack_map(out, 2u + has_version(event));
        ds_msgpack_key(out, "event");
        ds_msgpack_text(out, event->name);
        ds_msgpack_key(out, "payload");
        ds_msgpack_bin(out, event->payload);
        put_version(out, event);
    }
}

/* A tagged enum: which kind, and what it has. */
static void begin_kind(ds_buf *out, const char *name, const char *kind, size_t members)
{
    ds_msgpack_key(out, name);
    ds_msgpack_map(out, 2);
    ds_msgpack_key(out, "kind");
    ds_msgpack_key(out, kind);
    ds_msgpack_key(out, "data");
    ds_msgpack_map(out, members);
}

void ds_attestation_put_msgpack(ds_buf *out, const ds_attestation *a, bool certificate)
{
    ds_msgpack_map(out, 3);
    ds_msgpack_key(out, "version");
    ds_msgpack_uint(out, VERSION);
    begin_kind(out, "platform", "tdx", 2);
    ds_msgpack_key(out, "quote");
    ds_msgpack_integers(out, a->quote);
    put_log(out, a, certificate);
    begin_kind(out, "stack", "dstack", 3);
    ds_msgpack_key(out, "report_data");
    ds_msgpack_integers(out, ds_slice_of(a->report_data, sizeof a->report_data));
    put_runtime_events(out, a);
    ds_msgpack_key(out, "config");
    ds_msgpack_text(out, a->config);
}
