/* The body of a TDX quote: the TD report 1.0, 584 bytes.
 *
 * Source: Intel TDX DCAP Quoting Library API, "TD Quote Body"; field names are Intel's. The
 * values are bytes as they lie in the report; attributes and SVNs are little endian in it. */
#ifndef DS_ATTEST_TDREPORT_H
#define DS_ATTEST_TDREPORT_H

#include "base/slice.h"

#define DS_TD_REPORT_BYTES   584
#define DS_MR_BYTES          48 /* a measurement register: one SHA-384 */
#define DS_RTMR_COUNT        4
#define DS_TCB_SVN_BYTES     16
#define DS_ATTRIBUTE_BYTES   8
#define DS_REPORT_DATA_BYTES 64

typedef struct ds_td_report {
    unsigned char tee_tcb_svn[DS_TCB_SVN_BYTES];
    unsigned char mr_seam[DS_MR_BYTES];
    unsigned char mr_signer_seam[DS_MR_BYTES];
    unsigned char seam_attributes[DS_ATTRIBUTE_BYTES];
    unsigned char td_attributes[DS_ATTRIBUTE_BYTES];
    unsigned char xfam[DS_ATTRIBUTE_BYTES];
    unsigned char mr_td[DS_MR_BYTES];
    unsigned char mr_config_id[DS_MR_BYTES];
    unsigned char mr_owner[DS_MR_BYTES];
    unsigned char mr_owner_config[DS_MR_BYTES];
    unsigned char rt_mr[DS_RTMR_COUNT][DS_MR_BYTES];
    unsigned char report_data[DS_REPORT_DATA_BYTES];
} ds_td_report;

/* One field: where it lies in the report's bytes and in the struct. The four registers are
 * fields of their own, "rt_mr0" to "rt_mr3". */
typedef struct ds_td_report_field {
    const char *name;
    size_t offset; /* in the DS_TD_REPORT_BYTES bytes */
    size_t size;
    size_t member; /* in ds_td_report */
} ds_td_report_field;

/* Returns the table of all fields in the order of the report. Out: *count, their number. */
const ds_td_report_field *ds_td_report_fields(size_t *count);

/* Returns the bytes of one field; they belong to the report. */
ds_slice ds_td_report_value(const ds_td_report *report, const ds_td_report_field *field);

/* In: DS_TD_REPORT_BYTES bytes. */
void ds_td_report_read(ds_td_report *report, const unsigned char *in);

/* Out: DS_TD_REPORT_BYTES bytes. */
void ds_td_report_write(unsigned char *out, const ds_td_report *report);

#endif
