#include "simulator/quote.h"

ds_status ds_simulator_quote(ds_buf *out, const ds_identity *identity,
                             const unsigned char *report_data)
{
    return ds_platform_quote(out, &identity->platform, &identity->report, report_data);
}

ds_status ds_simulator_attestation(ds_buf *out, ds_attestation_form form,
                                   const ds_identity *identity, const unsigned char *report_data,
                                   bool certificate, ds_error *err)
{
    ds_buf quote;
    ds_attestation attestation = {
        .events = identity->events,
        .event_count = identity->event_count,
        .config = identity->vm_config,
    };
    ds_buf_init(&quote, DS_SIMULATOR_QUOTE_MAXBYTES);
    memcpy(attestation.report_data, report_data, DS_REPORT_DATA_BYTES);
    ds_flaws_bend(&identity->platform.flaws, DS_AT_STATED_DATA, attestation.report_data,
                  DS_REPORT_DATA_BYTES);
    ds_status status = ds_simulator_quote(&quote, identity, report_data);
    if (status != DS_OK)
        ds_fail(err, status, "the quote could not be made");
    attestation.quote = ds_buf_content(&quote);
    if (status == DS_OK)
        status = ds_attestation_write(out, form, &attestation, certificate, err);
    ds_buf_free(&quote);
    return status;
}
