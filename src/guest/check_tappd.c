/* Tappd's quotes. No reply shows what its quote holds, so the quote itself is looked at. */
#include "attest/quote.h"
#include "attest/report_data.h"
#include "crypto/hash.h"
#include "guest/check.h"

static ds_status asked(ds_app_data *out, const ds_message *request, ds_error *err)
{
    return ds_report_data_app(out, ds_message_bytes(request, "report_data"),
                              ds_message_bytes(request, "hash_algorithm"),
                              ds_message_bytes(request, "prefix"), err);
}

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
    ds_status status = asked(&ignored, request, err);
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

static ds_status check_echo(const ds_message *reply, const char *name, ds_slice want, ds_error *err)
{
    char shown[64];
    const ds_value *echo = ds_message_at(reply, name);
    if (!echo->present || ds_slice_equal(echo->bytes, want))
        return DS_OK;
    return ds_fail(err, DS_REPLY, "%s: mismatch: '%s' is not what was asked for", name,
                   ds_excerpt(shown, sizeof shown, echo->bytes.data, echo->bytes.len));
}

static ds_status check(const ds_app_data *want, const ds_message *reply, ds_error *err)
{
    ds_quote_header header;
    ds_td_report report;
    ds_error why;
    ds_status status = check_echo(reply, "hash_algorithm", want->hash_algorithm, err);
    if (status == DS_OK)
        status = check_echo(reply, "prefix", want->prefix, err);
    if (status != DS_OK)
        return status;
    if (ds_quote_report(&header, &report, ds_message_bytes(reply, "quote"), &why) != DS_OK)
        return ds_fail(err, DS_REPLY, "quote: format: %.200s", why.text);
    if (memcmp(report.report_data, want->report_data, sizeof report.report_data) != 0)
        return ds_fail(err, DS_REPLY,
                       "quote: mismatch: its report data are not what the request makes");
    return DS_OK;
}

ds_status ds_check_tdx_quote(const ds_message *request, const ds_message *reply, ds_error *err)
{
    ds_app_data want;
    ds_status status = asked(&want, request, err);
    return status == DS_OK ? check(&want, reply, err) : status;
}

ds_status ds_check_raw_quote(const ds_message *request, const ds_message *reply, ds_error *err)
{
    ds_app_data want;
    ds_status status = ds_report_data_app(&want, ds_message_bytes(request, "report_data"),
                                          DS_LITERAL(DS_APP_DATA_RAW), DS_LITERAL(""), err);
    return status == DS_OK ? check(&want, reply, err) : status;
}
