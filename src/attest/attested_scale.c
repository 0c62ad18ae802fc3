#include "attest/attested_forms.h"

#include "attest/le.h"

/* The versions of the envelope, and the platforms, as numbers of enums. */
#define VERSION_0    0
#define PLATFORM_TDX 0

static const char *const platforms[] = {"tdx", "gcp-tdx", "nitro-enclave", "sev-snp",
                                        "aws-nitro-tpm"};

/* An event takes 11 bytes, a runtime event two: more than that cannot follow. */
#define EVENT_MINBYTES   11
#define RUNTIME_MINBYTES 2

static bool take_byte(ds_slice *from, unsigned char *out)
{
    ds_slice byte;
    if (!ds_slice_take(from, 1, &byte))
        return false;
    *out = *(const unsigned char *)byte.data;
    return true;
}

/* The low two bits tell how many bytes the number has; the form for numbers above 2^30 is that of
 * none that could follow here. The shortest form is not insisted on, as the codec does not. */
static bool take_compact(ds_slice *from, size_t *out)
{
    ds_slice rest;
    unsigned char first;
    unsigned char bytes[4] = {0};
    if (!take_byte(from, &first) || (first & 3) == 3)
        return false;
    size_t more = (size_t)(1 << (first & 3)) - 1;
    if (!ds_slice_take(from, more, &rest))
        return false;
    bytes[0] = first;
    if (more > 0)
        memcpy(bytes + 1, rest.data, more);
    *out = ds_le32_read(bytes) >> 2;
    return true;
}

static bool take_bytes(ds_slice *from, ds_slice *out)
{
    size_t len;
    return take_compact(from, &len) && ds_slice_take(from, len, out);
}

static bool take_event(ds_slice *from, ds_event *event)
{
    return ds_le32_take(from, &event->imr) && ds_le32_take(from, &event->event_type) &&
           take_bytes(from, &event->digest) && take_bytes(from, &event->name) &&
           take_bytes(from, &event->payload);
}

static bool take_runtime(ds_slice *from, ds_event *event)
{
    event->imr = DS_RUNTIME_EVENT_IMR;
    event->event_type = DS_RUNTIME_EVENT_TYPE;
    return take_bytes(from, &event->name) && take_bytes(from, &event->payload);
}

/* Takes a list of events of which each has at least that many bytes. */
static ds_status take_list(ds_attested *a, ds_slice *from, bool runtime, ds_error *err)
{
    size_t count;
    bool (*one)(ds_slice *, ds_event *) = runtime ? take_runtime : take_event;
    if (!take_compact(from, &count) ||
        count > from->len / (runtime ? RUNTIME_MINBYTES : EVENT_MINBYTES))
        return ds_attested_short(err);
    ds_event *events = ds_attested_events(a, count, runtime ? "runtime_events" : "event_log", err);
    if (events == NULL)
        return err->status;
    for (size_t i = 0; i < count; i++)
        if (!one(from, &events[i]))
            return ds_attested_short(err);
    *(runtime ? &a->runtime : &a->log) = events;
    *(runtime ? &a->runtime_count : &a->log_count) = count;
    return DS_OK;
}

static ds_status take_platform(ds_slice *from, ds_error *err)
{
    unsigned char version, kind;
    if (!take_byte(from, &version) || !take_byte(from, &kind))
        return ds_attested_short(err);
    if (kind == PLATFORM_TDX && version == VERSION_0)
        return DS_OK;
    if (kind < sizeof platforms / sizeof platforms[0])
        return ds_attested_platform(platforms[kind], err);
    return ds_fail(err, DS_INVALID, "attestation: there is no platform %u", kind);
}

ds_status ds_attested_take_scale(ds_attested *a, ds_slice bytes, ds_error *err)
{
    a->form = DS_ATTESTATION_SCALE;
    ds_status status = take_platform(&bytes, err);
    if (status == DS_OK && !take_bytes(&bytes, &a->quote))
        status = ds_attested_short(err);
    if (status == DS_OK)
        status = take_list(a, &bytes, false, err);
    if (status == DS_OK)
        status = take_list(a, &bytes, true, err);
    if (status != DS_OK)
        return status;
    if (!ds_slice_take(&bytes, DS_REPORT_DATA_BYTES, &a->report_data) ||
        !take_bytes(&bytes, &a->config))
        return ds_attested_short(err);
    if (bytes.len > 0)
        return ds_fail(err, DS_INVALID, "attestation: %lu bytes follow behind its end",
                       (unsigned long)bytes.len);
    return DS_OK;
}
