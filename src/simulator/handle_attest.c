/* GetQuote (in Tappd: TdxQuote and RawQuote), Attest on both surfaces, and EmitEvent. */
#include "attest/report_data.h"
#include "simulator/handlers.h"
#include "simulator/quote.h"
#include "simulator/registers.h"

/* In: refusal, the surface's words for data that are too long. */
static ds_status report_data(unsigned char out[DS_REPORT_DATA_BYTES], const ds_message *request,
                             const char *refusal, ds_error *err)
{
    if (ds_report_data_pad(out, ds_message_bytes(request, "report_data")) != DS_OK)
        return ds_fail(err, DS_INVALID, "%s", refusal);
    return DS_OK;
}

#define TOO_LONG    "Report data is too long"
#define TOO_LONG_V1 "report data is too long"

static ds_status fill_quote(ds_message *reply, const ds_identity *identity,
                            const unsigned char *data, ds_error *err)
{
    ds_buf quote;
    ds_buf_init(&quote, DS_SIMULATOR_QUOTE_MAXBYTES);
    ds_status status = ds_simulator_quote(&quote, identity, data);
    status = status == DS_OK ? ds_reply_bytes(reply, "quote", ds_buf_content(&quote), err)
                             : ds_fail(err, status, "Failed to get quote");
    ds_buf_free(&quote);
    return status;
}

/* The log as real agents hand it out: without what the rest of it stands for. */
static ds_status fill_log(ds_message *reply, const ds_identity *identity, ds_error *err)
{
    ds_buf log;
    ds_buf_init(&log, DS_EVENTLOG_MAXBYTES);
    ds_status status =
        ds_eventlog_write(&log, identity->events, identity->event_count, identity->release->log);
    status = status == DS_OK ? ds_reply_bytes(reply, "event_log", ds_buf_content(&log), err)
                             : ds_fail(err, status, "Failed to read event log");
    ds_buf_free(&log);
    return status;
}

ds_status ds_reply_quote(ds_message *reply, const ds_identity *identity,
                         const unsigned char data[DS_REPORT_DATA_BYTES], ds_error *err)
{
    ds_status status = fill_quote(reply, identity, data, err);
    if (status == DS_OK)
        status = fill_log(reply, identity, err);
    if (status == DS_OK)
        status = ds_reply_bytes(reply, "report_data", ds_slice_of(data, DS_REPORT_DATA_BYTES), err);
    if (status == DS_OK)
        status = ds_reply_bytes(reply, "vm_config", identity->vm_config, err);
    return status;
}

ds_status ds_handle_get_quote(ds_identity *identity, const ds_message *request, ds_message *reply,
                              ds_error *err)
{
    unsigned char data[DS_REPORT_DATA_BYTES];
    ds_status status = report_data(data, request, TOO_LONG, err);
    return status == DS_OK ? ds_reply_quote(reply, identity, data, err) : status;
}

static ds_status tdx_quote(const ds_identity *identity, ds_slice content, ds_slice hash_algorithm,
                           ds_slice prefix, ds_message *reply, ds_error *err)
{
    ds_app_data data;
    ds_status status = ds_report_data_app(&data, content, hash_algorithm, prefix, err);
    if (status == DS_OK)
        status = fill_quote(reply, identity, data.report_data, err);
    if (status == DS_OK)
        status = fill_log(reply, identity, err);
    if (status == DS_OK)
        status = ds_reply_bytes(reply, "hash_algorithm", data.hash_algorithm, err);
    if (status == DS_OK)
        status = ds_reply_bytes(reply, "prefix", data.prefix, err);
    return status;
}

ds_status ds_handle_tdx_quote(ds_identity *identity, const ds_message *request, ds_message *reply,
                              ds_error *err)
{
    return tdx_quote(identity, ds_message_bytes(request, "report_data"),
                     ds_message_bytes(request, "hash_algorithm"),
                     ds_message_bytes(request, "prefix"), reply, err);
}

ds_status ds_handle_raw_quote(ds_identity *identity, const ds_message *request, ds_message *reply,
                              ds_error *err)
{
    return tdx_quote(identity, ds_message_bytes(request, "report_data"),
                     DS_LITERAL(DS_APP_DATA_RAW), DS_LITERAL(""), reply, err);
}

static ds_status fill_attestation(ds_message *reply, ds_attestation_form form,
                                  const ds_identity *identity, const unsigned char *data,
                                  ds_error *err)
{
    ds_buf attestation;
    ds_buf_init(&attestation, DS_ATTESTATION_MAXBYTES);
    ds_status status = ds_simulator_attestation(&attestation, form, identity, data, false, err);
    if (status == DS_OK)
        status = ds_reply_bytes(reply, "attestation", ds_buf_content(&attestation), err);
    ds_buf_free(&attestation);
    return status;
}

ds_status ds_handle_attest(ds_identity *identity, const ds_message *request, ds_message *reply,
                           ds_error *err)
{
    unsigned char data[DS_REPORT_DATA_BYTES];
    ds_status status = report_data(data, request, TOO_LONG, err);
    if (status == DS_OK)
        status = fill_attestation(reply, DS_ATTESTATION_SCALE, identity, data, err);
    return status;
}

/* A machine without GPUs: whoever asks for what its boot recorded gets an empty list. */
ds_status ds_handle_attest_v1(ds_identity *identity, const ds_message *request, ds_message *reply,
                              ds_error *err)
{
    unsigned char data[DS_REPORT_DATA_BYTES];
    ds_status status = report_data(data, request, TOO_LONG_V1, err);
    if (status == DS_OK)
        status = fill_attestation(reply, DS_ATTESTATION_MSGPACK, identity, data, err);
    if (status == DS_OK)
        status = ds_reply_list(reply, "boottime_gpu_evidence", NULL, 0, err);
    return status;
}

ds_status ds_handle_emit_event(ds_identity *identity, const ds_message *request, ds_message *reply,
                               ds_error *err)
{
    const char *refusal = identity->release->emit_event;
    (void)reply;
    if (refusal != NULL)
        return ds_fail(err, DS_INVALID, "%s", refusal);
    return ds_identity_emit(identity, ds_message_bytes(request, "event"),
                            ds_message_bytes(request, "payload"), err);
}
