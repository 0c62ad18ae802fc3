/* The body of a TDX quote: the TD report 1.0, 584 bytes, or 1.5, which adds two fields: 648 bytes.
 *
 * Source: Intel TDX DCAP Quoting Library API, "TD Quote Body"; field names are Intel's. The
 * values are bytes as they lie in the report; attributes and SVNs are little endian in it. */
#ifndef DS_ATTEST_TDREPORT_H
#define DS_ATTEST_TDREPORT_H

#include "attest/report.h"

#define DS_TD_REPORT_BYTES    584
#define DS_TD_REPORT_15_BYTES 648
#define DS_MR_BYTES           48 /* a measurement register: one SHA-384 */
#define DS_RTMR_COUNT         4
#define DS_TCB_SVN_BYTES      16
#define DS_ATTRIBUTE_BYTES    8
#define DS_REPORT_DATA_BYTES  64

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
    bool is_15; /* the next two are there; else they are zero */
    unsigned char tee_tcb_svn2[DS_TCB_SVN_BYTES];
    unsigned char mr_service_td[DS_MR_BYTES];
} ds_td_report;

/* Returns the table of the fields that this report has, in the order of the report, for
 * ds_report_value. The four registers are fields of their own, "rt_mr0" to "rt_mr3". Out: *count,
 * their number. */
const ds_report_field *ds_td_report_fields(const ds_td_report *report, size_t *count);

/* Returns DS_TD_REPORT_BYTES or DS_TD_REPORT_15_BYTES. */
size_t ds_td_report_size(const ds_td_report *report);

/* In: DS_TD_REPORT_BYTES bytes, or DS_TD_REPORT_15_BYTES where is_15 says so. */
void ds_td_report_read(ds_td_report *report, const unsigned char *in, bool is_15);

/* Out: ds_td_report_size(report) bytes. */
void ds_td_report_write(unsigned char *out, const ds_td_report *report);

#endif
