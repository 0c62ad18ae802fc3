/* Attestations, certificates, event logs, image measurements. Input: a byte that says which, then
 * the bytes. What is read has to come out in a form that is read again. */
#include "attest/attested.h"
#include "attest/attested_certificate.h"
#include "attest/tdx_lite.h"
#include "fuzz.h"

static void judge_log(ds_slice text)
{
    const ds_event *found[DS_SYSTEM_EVENT_COUNT];
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES];
    ds_log_extent extent[DS_RTMR_COUNT];
    ds_eventlog log;
    ds_error err;
    if (ds_eventlog_parse(&log, text, &err) != DS_OK)
        return;
    if (ds_eventlog_registers(rtmr, extent, &log, &err) == DS_OK)
        for (size_t i = 0; i < log.count; i++)
            PROMISE(log.events[i].imr != DS_RUNTIME_EVENT_IMR ||
                    ds_event_is_runtime(&log.events[i]));
    if (ds_eventlog_system(found, &log, &err) == DS_OK)
        for (int i = 0; i < DS_SYSTEM_EVENT_COUNT; i++) {
            const char *name = ds_system_event_name((ds_system_event)i);
            PROMISE(found[i] == ds_eventlog_find(&log, ds_slice_of(name, strlen(name))));
        }
    ds_eventlog_free(&log);
}

static void judge_attestation(ds_slice bytes)
{
    ds_attested a;
    ds_error err;
    ds_buf log;
    ds_buf_init(&log, 4 * (size_t)DS_ATTESTATION_MAXBYTES);
    if (ds_attested_read(&a, bytes, &err) == DS_OK) {
        PROMISE(a.report_data.len == DS_REPORT_DATA_BYTES);
        (void)!ds_attested_check(&a, &err);
        if (ds_attested_log(&log, &a) == DS_OK)
            judge_log(ds_buf_content(&log));
        ds_attested_free(&a);
    } else {
        PROMISE(a.quote.data == NULL && a.log == NULL && a.arena.chunks == NULL);
    }
    ds_buf_free(&log);
}

static void judge_certificate(ds_slice der)
{
    ds_certified c;
    ds_error err;
    if (ds_certified_read(&c, der, &err) != DS_OK)
        return;
    PROMISE(c.attestation.len > 0 || (c.quote.len > 0 && c.event_log.len > 0));
    if (c.attestation.len > 0)
        judge_attestation(c.attestation);
    else
        judge_log(c.event_log);
}

/* In front of the measurement: the machine's memory, in units of 256 MiB. */
static void judge_image(ds_slice input)
{
    static const unsigned char acpi[DS_MR_BYTES];
    unsigned char mr_td[DS_MR_BYTES], rtmr[3][DS_MR_BYTES];
    ds_error err;
    uint64_t memory = (uint64_t)fuzz_byte(&input) << 28;
    ds_tdx_lite in = {.measurement = input, .memory = memory};
    for (int i = 0; i < DS_TDX_LITE_ACPI; i++)
        in.acpi[i] = ds_slice_of(acpi, sizeof acpi);
    if (ds_tdx_lite_measure(mr_td, rtmr, &in, &err) != DS_OK)
        PROMISE(mr_td[0] == 0 && rtmr[0][0] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const judges[])(ds_slice) = {judge_attestation, judge_certificate, judge_log,
                                               judge_image};
    ds_slice input = {data, size};
    judges[fuzz_byte(&input) % 4](input);
    return 0;
}
