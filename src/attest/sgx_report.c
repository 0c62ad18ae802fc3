#include "attest/sgx_report.h"

#include "attest/le.h"

#define FIELD(name, offset) DS_REPORT_FIELD(ds_sgx_report, #name, name, offset)

static const ds_report_field fields[] = {
    FIELD(cpu_svn, 0),       FIELD(misc_select, 16), FIELD(reserved1, 20),  FIELD(attributes, 48),
    FIELD(mr_enclave, 64),   FIELD(reserved2, 96),   FIELD(mr_signer, 128), FIELD(reserved3, 160),
    FIELD(isv_prod_id, 256), FIELD(isv_svn, 258),    FIELD(reserved4, 260), FIELD(report_data, 320),
};

#define FIELD_COUNT (sizeof fields / sizeof fields[0])

const ds_report_field *ds_sgx_report_fields(size_t *count)
{
    *count = FIELD_COUNT;
    return fields;
}

void ds_sgx_report_read(ds_sgx_report *report, const unsigned char *in)
{
    ds_report_read(report, in, fields, FIELD_COUNT);
}

void ds_sgx_report_write(unsigned char *out, const ds_sgx_report *report)
{
    ds_report_write(out, report, fields, FIELD_COUNT);
}

uint16_t ds_sgx_report_product(const ds_sgx_report *report)
{
    return ds_le16_read(report->isv_prod_id);
}

uint16_t ds_sgx_report_svn(const ds_sgx_report *report)
{
    return ds_le16_read(report->isv_svn);
}
