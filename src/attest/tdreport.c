#include "attest/tdreport.h"

#define FIELD(name, member, offset) DS_REPORT_FIELD(ds_td_report, name, member, offset)

static const ds_report_field fields[] = {
    FIELD("tee_tcb_svn", tee_tcb_svn, 0),
    FIELD("mr_seam", mr_seam, 16),
    FIELD("mr_signer_seam", mr_signer_seam, 64),
    FIELD("seam_attributes", seam_attributes, 112),
    FIELD("td_attributes", td_attributes, 120),
    FIELD("xfam", xfam, 128),
    FIELD("mr_td", mr_td, 136),
    FIELD("mr_config_id", mr_config_id, 184),
    FIELD("mr_owner", mr_owner, 232),
    FIELD("mr_owner_config", mr_owner_config, 280),
    FIELD("rt_mr0", rt_mr[0], 328),
    FIELD("rt_mr1", rt_mr[1], 376),
    FIELD("rt_mr2", rt_mr[2], 424),
    FIELD("rt_mr3", rt_mr[3], 472),
    FIELD("report_data", report_data, 520),
    FIELD("tee_tcb_svn2", tee_tcb_svn2, 584),
    FIELD("mr_service_td", mr_service_td, 600),
};

/* What version 1.5 added stands last. */
#define FIELD_COUNT_15 (sizeof fields / sizeof fields[0])
#define FIELD_COUNT    (FIELD_COUNT_15 - 2)

const ds_report_field *ds_td_report_fields(const ds_td_report *report, size_t *count)
{
    *count = report->is_15 ? FIELD_COUNT_15 : FIELD_COUNT;
    return fields;
}

size_t ds_td_report_size(const ds_td_report *report)
{
    return report->is_15 ? DS_TD_REPORT_15_BYTES : DS_TD_REPORT_BYTES;
}

void ds_td_report_read(ds_td_report *report, const unsigned char *in, bool is_15)
{
    memset(report, 0, sizeof *report);
    report->is_15 = is_15;
    ds_report_read(report, in, fields, is_15 ? FIELD_COUNT_15 : FIELD_COUNT);
}

void ds_td_report_write(unsigned char *out, const ds_td_report *report)
{
    ds_report_write(out, report, fields, report->is_15 ? FIELD_COUNT_15 : FIELD_COUNT);
}
