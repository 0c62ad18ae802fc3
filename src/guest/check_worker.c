/* GetAttestationForAppKey: the quote is about a key of the algorithm that was asked for. */
#include "guest/check.h"
#include "guest/dip1.h"

ds_status ds_check_app_key_attestation(const ds_message *request, const ds_message *reply,
                                       ds_error *err)
{
    ds_key_algorithm found;
    ds_public_key named;
    unsigned char point[DS_SECP256K1_PUBLICBYTES];
    ds_error why;
    ds_slice asked = ds_message_bytes(request, "algorithm");
    ds_key_algorithm wanted =
        ds_slice_equal(asked, DS_LITERAL("ed25519")) ? DS_KEY_ED25519 : DS_KEY_SECP256K1;
    ds_slice report_data = ds_message_bytes(reply, "report_data");
    if (ds_dip1_read(&found, &named, report_data.data, &why) != DS_OK)
        return ds_fail(err, DS_REPLY, "report_data: format: %.200s", why.text);
    if (found != wanted)
        return ds_fail(err, DS_REPLY, "report_data: mismatch: it names a key of %s instead of %s",
                       ds_key_algorithm_name(found), ds_key_algorithm_name(wanted));
    if (found == DS_KEY_SECP256K1 &&
        ds_secp256k1_public_parse(point, ds_slice_of(named.bytes, named.len)) != DS_OK)
        return ds_fail(err, DS_REPLY,
                       "report_data: point: it names a key that is not on secp256k1");
    return DS_OK;
}
