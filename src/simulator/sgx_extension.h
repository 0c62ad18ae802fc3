/* The extension by which a PCK certificate says which platform it is for: OID
 * 1.2.840.113741.1.13.1, Intel SGX PCK Certificate and CRL Specification, 1.3.5. */
#ifndef DS_SIMULATOR_SGX_EXTENSION_H
#define DS_SIMULATOR_SGX_EXTENSION_H

#include "base/buf.h"

#define DS_SGX_EXTENSION_OID "1.2.840.113741.1.13.1"

#define DS_PPID_BYTES    16
#define DS_CPU_SVN_BYTES 16
#define DS_PCE_ID_BYTES  2
#define DS_FMSPC_BYTES   6

typedef struct ds_sgx_platform {
    unsigned char ppid[DS_PPID_BYTES];
    unsigned char instance_id[DS_PPID_BYTES];
    unsigned char cpu_svn[DS_CPU_SVN_BYTES]; /* also its 16 components */
    unsigned pce_svn;
    unsigned char pce_id[DS_PCE_ID_BYTES];
    unsigned char fmspc[DS_FMSPC_BYTES];
} ds_sgx_platform;

/* Adds the extension's content, of a scalable platform with integrity. Returns ds_buf_status. */
ds_status ds_sgx_extension_write(ds_buf *der, const ds_sgx_platform *platform);

#endif
