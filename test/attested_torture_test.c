/* Memory runs out at every single allocation of reading an attestation: it fails and says so, and
 * nothing leaks. */
#include "attest/attested.h"
#include "attest/collateral_dates.h"
#include "attest/report_data.h"
#include "test.h"
#include "torture.h"
#include "vectors.h"

#define EVENTS 40

static ds_buf written[2];
static ds_slice collateral;

static ds_status read_one(const ds_buf *bytes, ds_error *err)
{
    ds_attested a;
    ds_buf log;
    ds_buf_init(&log, 1 << 16);
    ds_status status = ds_attested_read(&a, ds_buf_content(bytes), err);
    if (status == DS_OK)
        status = ds_attested_log(&log, &a);
    if (status == DS_OK)
        status = ds_attested_check(&a, err);
    ds_attested_free(&a);
    ds_buf_free(&log);
    return status;
}

static ds_app_data made;

/* Report data that are made of their payload, whatever the memory. */
static ds_status check_payload(ds_error *err)
{
    const ds_attested a = {.report_data = {made.report_data, sizeof made.report_data},
                           .has_payload = true,
                           .payload = DS_LITERAL("payload")};
    return ds_attested_check(&a, err);
}

static ds_status read_all(void)
{
    ds_error err;
    ds_collateral_dates dates;
    ds_status status = read_one(&written[0], &err);
    if (status == DS_OK)
        status = read_one(&written[1], &err);
    if (status == DS_OK)
        status = check_payload(&err);
    return status == DS_OK ? ds_collateral_dates_read(&dates, collateral, &err) : status;
}

/* libcrypto does without some of its memory, and does not say why it fails. */
static bool one_round(void *context)
{
    (void)context;
    ds_status status = read_all();
    bool fair = torture_disarm() ? status == DS_OK || status == DS_MEMORY || status == DS_INTERNAL
                                 : status == DS_OK;
    return fair && read_all() == DS_OK;
}

static void write_both(void)
{
    static ds_event events[EVENTS];
    ds_error err;
    for (size_t i = 0; i < EVENTS; i++)
        events[i] = (ds_event){.imr = 3,
                               .event_type = DS_RUNTIME_EVENT_TYPE,
                               .name = DS_LITERAL("name"),
                               .payload = DS_LITERAL("payload")};
    const ds_attestation a = {
        .quote = DS_LITERAL("quote"), .events = events, .event_count = EVENTS};
    for (int i = 0; i < 2; i++) {
        ds_buf_init(&written[i], 1 << 16);
        CHECK(ds_attestation_write(&written[i],
                                   i == 0 ? DS_ATTESTATION_SCALE : DS_ATTESTATION_MSGPACK, &a,
                                   false, &err) == DS_OK);
    }
}

int main(void)
{
    torture_begin();
    ds_json_doc doc = vectors_read("spec/vectors/dcap.json");
    collateral = vector_text(ds_json_member(doc.root, "cases")->first, "collateral");
    write_both();
    ds_error err;
    CHECK(ds_report_data_app(&made, DS_LITERAL("payload"), DS_LITERAL(""), DS_LITERAL(""), &err) ==
          DS_OK);
    CHECK(one_round(NULL));
    CHECK(torture_rounds(one_round, NULL) > 3);
    ds_buf_free(&written[0]);
    ds_buf_free(&written[1]);
    ds_json_free(&doc);
    return test_done();
}
