#include "attest/report_data.h"

#include "crypto/hash.h"

ds_status ds_report_data_pad(unsigned char *out, ds_slice data)
{
    memset(out, 0, DS_REPORT_DATA_BYTES);
    if (data.len > DS_REPORT_DATA_BYTES)
        return DS_INVALID;
    if (data.len > 0)
        memcpy(out, data.data, data.len);
    return DS_OK;
}

ds_status ds_report_data_ratls(unsigned char *out, ds_slice spki)
{
    const ds_slice parts[] = {DS_LITERAL("ratls-cert:"), spki};
    return ds_hash(DS_SHA512, out, parts, 2);
}
