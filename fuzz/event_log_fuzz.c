/* Event logs: read, replayed as one who verifies does, system events looked up, written again.
 * Input: a byte that says what follows: 0, JSON; 1, the firmware's log, CCEL. */
#include "attest/ccel.h"
#include "fuzz.h"

static const unsigned char zero[DS_RTMR_COUNT][DS_MR_BYTES];

static void check_replay(const ds_eventlog *log)
{
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES], plain[DS_RTMR_COUNT][DS_MR_BYTES];
    ds_log_extent extent[DS_RTMR_COUNT];
    ds_error err;
    ds_status status = ds_eventlog_registers(rtmr, extent, log, &err);
    ds_status other = ds_eventlog_replay(plain, log, &err);
    PROMISE(status == DS_OK || status == DS_INVALID || status == DS_VERIFY);
    PROMISE(status != DS_OK || (other == DS_OK && memcmp(rtmr, plain, sizeof rtmr) == 0));
    PROMISE(status == DS_OK || memcmp(rtmr, zero, sizeof rtmr) == 0);
    for (int i = 0; status == DS_OK && i < DS_RTMR_COUNT; i++)
        PROMISE(extent[i] != DS_LOG_NONE || memcmp(rtmr[i], zero[i], DS_MR_BYTES) == 0);
}

static void check_system(const ds_eventlog *log)
{
    const ds_event *found[DS_SYSTEM_EVENT_COUNT];
    ds_error err;
    if (ds_eventlog_system(found, log, &err) != DS_OK)
        return;
    for (int i = 0; i < DS_SYSTEM_EVENT_COUNT; i++)
        PROMISE(found[i] == NULL || ds_event_is_runtime(found[i]));
}

static void check_again(const ds_eventlog *log)
{
    ds_eventlog again;
    ds_error err;
    ds_buf json;
    ds_buf_init(&json, 4 * (size_t)DS_EVENTLOG_MAXBYTES);
    if (ds_eventlog_write(&json, log->events, log->count, DS_EVENTLOG_FULL) == DS_OK) {
        PROMISE(ds_eventlog_parse(&again, ds_buf_content(&json), &err) == DS_OK);
        PROMISE(again.count == log->count);
        ds_eventlog_free(&again);
    }
    ds_buf_free(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ds_slice input = {data, size};
    ds_eventlog log;
    ds_error err;
    bool firmware = fuzz_byte(&input) & 1;
    ds_status status =
        firmware ? ds_ccel_read(&log, input, &err) : ds_eventlog_parse(&log, input, &err);
    if (status != DS_OK) {
        PROMISE(log.events == NULL && log.memory == NULL);
        return 0;
    }
    PROMISE(log.count <= DS_EVENTLOG_MAXEVENTS);
    check_replay(&log);
    check_system(&log);
    check_again(&log);
    ds_eventlog_free(&log);
    return 0;
}
