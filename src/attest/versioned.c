#include "attest/versioned.h"

#include "attest/versioned_forms.h"
#include "base/utf8.h"

bool ds_attestation_log_event(ds_event *event, const ds_attestation *a, size_t i, bool certificate)
{
    *event = certificate ? ds_event_strip(&a->events[i]) : a->events[i];
    return !certificate || ds_event_in_certificate(&a->events[i]);
}

size_t ds_attestation_log_count(const ds_attestation *a, bool certificate)
{
    ds_event ignored;
    size_t count = 0;
    for (size_t i = 0; i < a->event_count; i++)
        count += ds_attestation_log_event(&ignored, a, i, certificate);
    return count;
}

size_t ds_attestation_runtime_count(const ds_attestation *a)
{
    size_t count = 0;
    for (size_t i = 0; i < a->event_count; i++)
        count += ds_event_is_runtime(&a->events[i]);
    return count;
}

static ds_status judge(const ds_attestation *a, ds_attestation_form form, ds_error *err)
{
    for (size_t i = 0; i < a->event_count; i++) {
        const ds_event *event = &a->events[i];
        if (!ds_utf8_valid(event->name.data, event->name.len))
            return ds_fail(err, DS_INVALID, "attestation: the name of event %lu is not UTF-8",
                           (unsigned long)i + 1);
        if (form == DS_ATTESTATION_SCALE && ds_event_is_runtime(event) && event->version > 1)
            return ds_fail(err, DS_UNSUPPORTED,
                           "attestation: event %lu has version %lu, the SCALE form has only 1",
                           (unsigned long)i + 1, (unsigned long)event->version);
    }
    if (!ds_utf8_valid(a->config.data, a->config.len))
        return ds_fail(err, DS_INVALID, "attestation: the config is not UTF-8");
    return DS_OK;
}

ds_status ds_attestation_write(ds_buf *out, ds_attestation_form form,
                               const ds_attestation *attestation, bool certificate, ds_error *err)
{
    size_t begin = out->len;
    ds_status status = judge(attestation, form, err);
    if (status != DS_OK)
        return status;
    if (form == DS_ATTESTATION_SCALE)
        ds_attestation_put_scale(out, attestation, certificate);
    else
        ds_attestation_put_msgpack(out, attestation, certificate);
    if ((status = ds_buf_status(out)) != DS_OK)
        return ds_fail(err, status, "attestation: %s", ds_status_meaning(status));
    if (out->len - begin > DS_ATTESTATION_MAXBYTES)
        return ds_fail(err, DS_TOO_LARGE, "attestation of %lu bytes, at most %lu are allowed",
                       (unsigned long)(out->len - begin), (unsigned long)DS_ATTESTATION_MAXBYTES);
    return DS_OK;
}
