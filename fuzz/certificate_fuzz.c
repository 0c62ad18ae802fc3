/* What certificates say of machines. Input: a byte that says what follows: 0, a certificate, DER;
 * 1, the app info of one. */
#include "attest/attested_certificate.h"
#include "fuzz.h"

static void check_certificate(ds_slice der)
{
    ds_certified c;
    ds_error err;
    ds_status status = ds_certified_read(&c, der, &err);
    PROMISE(status == DS_OK || status == DS_INVALID || status == DS_VERIFY);
    if (status == DS_OK) {
        PROMISE((c.attestation.len > 0) != (c.quote.len > 0));
        PROMISE((c.quote.len > 0) == (c.event_log.len > 0));
        PROMISE(c.key.len > 0 && c.info.init_script_count <= DS_APP_INFO_MAXSCRIPTS);
        PROMISE(!c.info.has_init_scripts || c.info.init_script_hashes == c.scripts);
    } else {
        PROMISE(c.key.data == NULL && c.attestation.data == NULL && err.text[0] != '\0');
    }
}

/* What was read comes back from what is written of it. */
static void check_info(ds_slice bytes)
{
    ds_slice scripts[DS_APP_INFO_MAXSCRIPTS], again[DS_APP_INFO_MAXSCRIPTS];
    ds_app_info info, other;
    ds_error err;
    ds_buf out;
    if (ds_app_info_read(&info, scripts, bytes, &err) != DS_OK)
        return;
    ds_buf_init(&out, bytes.len + 64);
    PROMISE(ds_app_info_write(&out, &info) == DS_OK);
    PROMISE(ds_app_info_read(&other, again, ds_buf_content(&out), &err) == DS_OK);
    PROMISE(ds_slice_equal(info.app_id, other.app_id));
    PROMISE(ds_slice_equal(info.key_provider_info, other.key_provider_info));
    PROMISE(info.has_init_scripts == other.has_init_scripts);
    PROMISE(info.init_script_count == other.init_script_count);
    ds_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ds_slice input = {data, size};
    if (fuzz_byte(&input) & 1)
        check_info(input);
    else
        check_certificate(input);
    return 0;
}
