/* The certificate "Intel SGX Root CA", DER, under which all of Intel's SGX and TDX platforms are.
 * Source: https://certificates.trustedservices.intel.com/IntelSGXRootCA.der ; SHA-256
 * 44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3. */
#ifndef DS_ATTEST_INTEL_ROOT_H
#define DS_ATTEST_INTEL_ROOT_H

#include "base/slice.h"

extern const ds_slice ds_intel_sgx_root;

#endif
