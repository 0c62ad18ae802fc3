/* Memory runs out at every single allocation of what event logs lead to: it fails and says so, and
 * no other registers come of it. */
#include "attest/ccel.h"
#include "attest/measure.h"
#include "test.h"
#include "torture.h"

#define LOG_MAXBYTES 65536

/* What is computed, all of it in one piece. */
typedef struct outcome {
    unsigned char log[DS_RTMR_COUNT][DS_MR_BYTES], ccel[DS_RTMR_COUNT][DS_MR_BYTES];
    unsigned char system[DS_MR_SUM_BYTES], aggregated[DS_MR_SUM_BYTES];
} outcome;

static char text[LOG_MAXBYTES];
static unsigned char firmware[LOG_MAXBYTES];
static size_t text_len, firmware_len;
static outcome known;

static size_t read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t n = file == NULL ? 0 : fread(text, 1, sizeof text, file);
    if (file != NULL)
        fclose(file);
    CHECK(n > 0 && n < sizeof text);
    return n;
}

static ds_status replay(unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES], ds_eventlog *log,
                        ds_status status, ds_error *err)
{
    if (status == DS_OK)
        status = ds_eventlog_replay(rtmr, log, err);
    ds_eventlog_free(log);
    return status;
}

static ds_status compute(outcome *out, ds_error *err)
{
    const ds_slice provider = DS_LITERAL("{\"name\":\"kms\"}");
    ds_eventlog log;
    ds_td_report report;
    memset(out, 0, sizeof *out);
    memset(&report, 1, sizeof report);
    ds_status status = ds_eventlog_parse(&log, ds_slice_of(text, text_len), err);
    status = replay(out->log, &log, status, err);
    if (status != DS_OK)
        return status;
    status = ds_ccel_read(&log, ds_slice_of(firmware, firmware_len), err);
    status = replay(out->ccel, &log, status, err);
    if (status == DS_OK)
        status = ds_mr_system(out->system, &report, provider);
    return status == DS_OK ? ds_mr_aggregated(out->aggregated, &report, report.rt_mr[3]) : status;
}

static ds_status work(ds_error *err)
{
    outcome found;
    ds_status status = compute(&found, err);
    if (status == DS_OK && memcmp(&found, &known, sizeof known) != 0)
        return ds_fail(err, DS_VERIFY, "other registers");
    return status;
}

static bool one_round(void *context)
{
    return torture_try(work, *(const ds_status *)context);
}

int main(void)
{
    static ds_status also = DS_MEMORY;
    ds_error err;
    torture_begin();
    size_t digits = read_file("spec/vectors/attest/ccel.hex") / 2 * 2;
    CHECK(ds_hex_decode(firmware, text, digits));
    firmware_len = digits / 2;
    text_len = read_file("spec/vectors/eventlog-simulator.json");
    CHECK(compute(&known, &err) == DS_OK);
    CHECK(torture_rounds(one_round, &also) > 3);
    return test_done();
}
