#include "attest/report_data.h"
#include "crypto/hash.h"
#include "guest/check.h"

static ds_status unknown_algorithm(ds_slice name, ds_error *err)
{
    char shown[64], names[128] = DS_APP_DATA_RAW;
    for (ds_hash_id id = 0; id < DS_HASH_COUNT; id++)
        strcat(strcat(names, ", "), ds_hash_name(id));
    return ds_fail(err, DS_INVALID, "hash_algorithm: no '%s'; there are: %s",
                   ds_excerpt(shown, sizeof shown, name.data, name.len), names);
}

ds_status ds_check_tdx_quote_request(const ds_message *request, ds_error *err)
{
    ds_app_data ignored;
    ds_slice algorithm = ds_message_bytes(request, "hash_algorithm");
    ds_status status = ds_report_data_app(&ignored, ds_message_bytes(request, "report_data"),
                                          algorithm, ds_message_bytes(request, "prefix"), err);
    if (status != DS_INVALID)
        return status;
    if (!ds_slice_equal(algorithm, DS_LITERAL(DS_APP_DATA_RAW)))
        return unknown_algorithm(algorithm, err);
    return ds_fail(err, DS_INVALID,
                   "report_data: %lu bytes, and " DS_APP_DATA_RAW
                   " takes exactly %d; longer data need one of the hash algorithms",
                   (unsigned long)ds_message_bytes(request, "report_data").len,
                   DS_REPORT_DATA_BYTES);
}
