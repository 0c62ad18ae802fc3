/* The extension by which a PCK certificate says which platform it is for: OID
 * 1.2.840.113741.1.13.1, Intel SGX PCK Certificate and CRL Specification, 1.3.5. */
#ifndef DS_SIMULATOR_SGX_EXTENSION_H
#define DS_SIMULATOR_SGX_EXTENSION_H

#include "attest/pck.h"
#include "base/buf.h"

#define DS_SGX_EXTENSION_OID "1.2.840.113741.1.13.1"

/* Adds the extension's content, what ds_pck_read reads: all fields, also those that are optional.
 * Returns ds_buf_status(der). */
ds_status ds_sgx_extension_write(ds_buf *der, const ds_pck *pck);

#endif
