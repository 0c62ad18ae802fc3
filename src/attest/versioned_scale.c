#include "attest/versioned_forms.h"

#include "attest/le.h"

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

static void put_log(ds_buf *out, const ds_attestation *a, bool certificate)
{
    ds_event event;
    put_compact(out, ds_attestation_log_count(a, certificate));
    for (size_t i = 0; i < a->event_count; i++)
        if (ds_attestation_log_event(&event, a, i, certificate))
            put_event(out, &event);
}

static void put_runtime_events(ds_buf *out, const ds_attestation *a)
{
    put_compact(out, ds_attestation_runtime_count(a));
    for (size_t i = 0; i < a->event_count; i++) {
        if (!ds_event_is_runtime(&a->events[i]))
            continue;
        put_bytes(out, a->events[i].name);
        put_bytes(out, a->events[i].payload);
    }
}

void ds_attestation_put_scale(ds_buf *out, const ds_attestation *a, bool certificate)
{
    ds_buf_byte(out, VERSION_0);
    ds_buf_byte(out, PLATFORM_TDX);
    put_bytes(out, a->quote);
    put_log(out, a, certificate);
    put_runtime_events(out, a);
    ds_buf_add(out, a->report_data, sizeof a->report_data);
    put_bytes(out, a->config);
}
