/* The report of an SGX enclave, 384 bytes: the body of an SGX quote, and what a quoting enclave
 * says of itself in every quote.
 *
 * Source: Intel SGX ECDSA QuoteLibReference DCAP API, "Enclave Report Body"; field names are
 * Intel's. Values are bytes as they lie in the report, integers little endian. */
#ifndef DS_ATTEST_SGX_REPORT_H
#define DS_ATTEST_SGX_REPORT_H

#include "attest/tdreport.h"

#include <stdint.h>

#define DS_SGX_REPORT_BYTES     384
#define DS_SGX_MR_BYTES         32
#define DS_SGX_MISC_BYTES       4
#define DS_SGX_ATTRIBUTES_BYTES 16

/* In the first byte of the attributes: its memory is open to the host. */
#define DS_SGX_DEBUG 0x02

typedef struct ds_sgx_report {
    unsigned char cpu_svn[DS_TCB_SVN_BYTES];
    unsigned char misc_select[DS_SGX_MISC_BYTES];
    unsigned char reserved1[28];
    unsigned char attributes[DS_SGX_ATTRIBUTES_BYTES]; /* flags 8, XFRM 8 */
    unsigned char mr_enclave[DS_SGX_MR_BYTES];
    unsigned char reserved2[32];
    unsigned char mr_signer[DS_SGX_MR_BYTES];
    unsigned char reserved3[96];
    unsigned char isv_prod_id[2];
    unsigned char isv_svn[2];
    unsigned char reserved4[60];
    unsigned char report_data[DS_REPORT_DATA_BYTES];
} ds_sgx_report;

/* The fields in the order of the report, for ds_report_value. Out: *count, their number. */
const ds_report_field *ds_sgx_report_fields(size_t *count);

/* In: DS_SGX_REPORT_BYTES bytes. */
void ds_sgx_report_read(ds_sgx_report *report, const unsigned char *in);

/* Out: DS_SGX_REPORT_BYTES bytes. */
void ds_sgx_report_write(unsigned char *out, const ds_sgx_report *report);

uint16_t ds_sgx_report_product(const ds_sgx_report *report);
uint16_t ds_sgx_report_svn(const ds_sgx_report *report);

#endif
