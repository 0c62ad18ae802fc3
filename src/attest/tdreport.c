#include "attest/tdreport.h"

#define FIELD(name, member, offset)                                                                \
    {                                                                                              \
        name, offset, sizeof(((ds_td_report *)NULL)->member), offsetof(ds_td_report, member)       \
    }

static const ds_td_report_field fields[] = {
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
};

#define FIELD_COUNT (sizeof fields / sizeof fields[0])

const ds_td_report_field *ds_td_report_fields(size_t *count)
{
    *count = FIELD_COUNT;
    return fields;
}

ds_slice ds_td_report_value(const ds_td_report *report, const ds_td_report_field *field)
{
    return ds_slice_of((const unsigned char *)report + field->member, field->size);
}

void ds_td_report_read(ds_td_report *report, const unsigned char *in)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        memcpy((unsigned char *)report + fields[i].member, in + fields[i].offset, fields[i].size);
}

void ds_td_report_write(unsigned char *out, const ds_td_report *report)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        memcpy(out + fields[i].offset, (const unsigned char *)report + fields[i].member,
               fields[i].size);
}
