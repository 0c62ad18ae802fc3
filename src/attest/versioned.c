#include "attest/versioned.h"

#include "attest/le.h"
#include "base/utf8.h"

/* SCALE. The platform is an enum of which 0 is TDX. */
#define VERSION_0    0
#define PLATFORM_TDX 0

/* The low two bits of a compact integer tell its size. */
#define COMPACT_BYTES1_MAX ((1u << 6) - 1)
#define COMPACT_BYTES2_MAX ((1u << 14) - 1)

/* In: n < 2^30, as everything below DS_ATTESTATION_MAXBYTES is. */
static void put_compact(ds_buf *out, size_t n)
{
    unsigned char bytes[4];
    size_t size = n <= COMPACT_BYTES1_MAX ? 1 : n <= COMPACT_BYTES2_MAX ? 2 : 4;
    ds_le32_write(bytes, (uint32_t)(n << 2 | (size == 4 ? 2 : size - 1)));
    ds_buf_add(out, bytes, size);
}

static void put_bytes(ds_buf *out, ds_slice bytes)
{
    put_compact(out, bytes.len);
    ds_buf_slice(out, bytes);
}

static void put_u32(ds_buf *out, uint32_t n)
{
    unsigned char bytes[4];
    ds_le32_write(bytes, n);
    ds_buf_add(out, bytes, sizeof bytes);
}

static void put_event(ds_buf *out, const ds_event *event)
{
    put_u32(out, event->imr);
    put_u32(out, event->event_type);
    put_bytes(out, event->digest);
    put_bytes(out, event->name);
    put_bytes(out, event->payload);
}

static bool in_certificate(const ds_event *event)
{
    return event->imr == DS_RUNTIME_EVENT_IMR || ds_event_is_acpi_data(event);
}

static void put_log(ds_buf *out, const ds_attestation *a, bool certificate)
{
    size_t count = 0;
    for (size_t i = 0; i < a->event_count; i++)
        count += !certificate || in_certificate(&a->events[i]);
    put_compact(out, count);
    for (size_t i = 0; i < a->event_count; i++) {
        ds_event stripped = ds_event_strip(&a->events[i]);
        if (!certificate)
            put_event(out, &a->events[i]);
        else if (in_certificate(&a->events[i]))
            put_event(out, &stripped);
    }
}

static void put_runtime_events(ds_buf *out, const ds_attestation *a)
{
    size_t count = 0;
    for (size_t i = 0; i < a->event_count; i++)
        count += ds_event_is_runtime(&a->events[i]);
    put_compact(out, count);
    for (size_t i = 0; i < a->event_count; i++) {
        if (!ds_event_is_runtime(&a->events[i]))
            continue;
        put_bytes(out, a->events[i].name);
        put_bytes(out, a->events[i].payload);
    }
}

static ds_status judge(const ds_attestation *a, ds_error *err)
{
    for (size_t i = 0; i < a->event_count; i++) {
        const ds_event *event = &a->events[i];
        if (!ds_utf8_valid(event->name.data, event->name.len))
            return ds_fail(err, DS_INVALID, "attestation: the name of event %lu is not UTF-8",
                           (unsigned long)i + 1);
        if (ds_event_is_runtime(event) && event->version > 1)
            return ds_fail(err, DS_UNSUPPORTED,
                           "attestation: event %lu has version %lu, the SCALE form has only 1",
                           (unsigned long)i + 1, (unsigned long)event->version);
    }
    if (!ds_utf8_valid(a->config.data, a->config.len))
        return ds_fail(err, DS_INVALID, "attestation: the config is not UTF-8");
    return DS_OK;
}

ds_status ds_attestation_write_scale(ds_buf *out, const ds_attestation *attestation,
                                     bool certificate, ds_error *err)
{
    size_t begin = out->len;
    ds_status status = judge(attestation, err);
    if (status != DS_OK)
        return status;
    ds_buf_byte(out, VERSION_0);
    ds_buf_byte(out, PLATFORM_TDX);
    put_bytes(out, attestation->quote);
    put_log(out, attestation, certificate);
    put_runtime_events(out, attestation);
    ds_buf_add(out, attestation->report_data, sizeof attestation->report_data);
    put_bytes(out, attestation->config);
    if ((status = ds_buf_status(out)) != DS_OK)
        return ds_fail(err, status, "attestation: %s", ds_status_meaning(status));
    if (out->len - begin > DS_ATTESTATION_MAXBYTES)
        return ds_fail(err, DS_TOO_LARGE, "attestation of %lu bytes, at most %lu are allowed",
                       (unsigned long)(out->len - begin), (unsigned long)DS_ATTESTATION_MAXBYTES);
    return DS_OK;
}
