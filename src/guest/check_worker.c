/* GetAttestationForAppKey: the quote is about a key of the algorithm that was asked for. */
#include "guest/check.h"
#include "guest/dip1.h"

ds_status ds_check_app_key_attestation(const ds_message *request, const ds_message *reply,
                                       ds_error *err)
{
    ds_key_algorithm found;
    ds_public_key public_key;
    ds_error why;
    ds_slice asked = ds_message_bytes(request, "algorithm");
    ds_key_algorithm wanted =
        ds_slice_equal(asked, DS_LITERAL("ed25519")) ? DS_KEY_ED25519 : DS_KEY_SECP256K1;
    ds_slice report_data = ds_message_bytes(reply, "report_data");
    if (ds_dip1_read(&found, &public_key, report_data.data, &why) != DS_OK)
        return ds_fail(err, DS_REPLY, "report_data: format: %.200s", why.text);
    if (found != wanted)
        return ds_fail(err, DS_REPLY, "report_data: mismatch: it names a key of %s instead of %s",
                       ds_key_algorithm_name(found), ds_key_algorithm_name(wanted));
    return DS_OK;
}
