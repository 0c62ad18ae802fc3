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

static ds_slice or_else(ds_slice name, ds_slice otherwise)
{
    return name.len > 0 ? name : otherwise;
}

ds_status ds_report_data_app(ds_app_data *out, ds_slice data, ds_slice hash_algorithm,
                             ds_slice prefix, ds_error *err)
{
    ds_hash_id id;
    *out = (ds_app_data){.hash_algorithm = or_else(hash_algorithm, DS_LITERAL("sha512")),
                         .prefix = or_else(prefix, DS_LITERAL("app-data"))};
    if (ds_slice_equal(hash_algorithm, DS_LITERAL(DS_APP_DATA_RAW))) {
        out->prefix = DS_LITERAL("");
        if (data.len != DS_REPORT_DATA_BYTES)
            return ds_fail(err, DS_INVALID, "invalid content length");
        memcpy(out->report_data, data.data, data.len);
        return DS_OK;
    }
    if (!ds_hash_by_name(&id, out->hash_algorithm))
        return ds_fail(err, DS_INVALID, "invalid hash algorithm");
    const ds_slice parts[] = {out->prefix, DS_LITERAL(":"), data};
    ds_status status = ds_hash(id, out->report_data, parts, 3);
    return status == DS_OK ? DS_OK : ds_fail(err, status, "the report data could not be hashed");
}
