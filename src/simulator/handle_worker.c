/* What only the external listener has: Health, and GetAttestationForAppKey. */
#include "base/wipe.h"
#include "guest/dip1.h"
#include "simulator/handlers.h"

/* No container runs here that could be unwell. */
ds_status ds_handle_health(ds_identity *identity, const ds_message *request, ds_message *reply,
                           ds_error *err)
{
    (void)identity, (void)request;
    ds_value_set_number(ds_message_at(reply, "healthy"), true);
    ds_status status = ds_reply_list(reply, "unhealthy", NULL, 0, err);
    return status == DS_OK ? ds_reply_bytes(reply, "error", DS_LITERAL(""), err) : status;
}

static ds_status signing_key(ds_public_key *out, const ds_identity *identity,
                             ds_key_algorithm algorithm, ds_error *err)
{
    unsigned char key[DS_KEY_BYTES];
    const ds_slice path = DS_SIGNING_PATH;
    ds_status status = ds_key_derive(key, identity->app_root_key, &path, 1);
    if (status == DS_OK)
        status = ds_key_public(out, algorithm, key);
    ds_wipe(key, sizeof key);
    return status == DS_OK ? DS_OK
                           : ds_fail(err, status, "Failed to parse k256 key: signature error");
}

/* Unlike in GetKey, no name is not a name. */
ds_status ds_handle_app_key_attestation(ds_identity *identity, const ds_message *request,
                                        ds_message *reply, ds_error *err)
{
    unsigned char data[DS_REPORT_DATA_BYTES];
    ds_slice name = ds_message_bytes(request, "algorithm");
    const ds_release *release = identity->release;
    ds_key_algorithm algorithm;
    ds_public_key key;
    if (name.len == 0 ||
        !ds_release_algorithm(release, &algorithm, name, release->prehashed_app_key))
        return ds_fail(err, DS_INVALID, "Unsupported algorithm");
    ds_status status = signing_key(&key, identity, algorithm, err);
    if (status != DS_OK)
        return status;
    if (ds_dip1_write(data, algorithm, &key) != DS_OK)
        return ds_fail_memory(err);
    return ds_reply_quote(reply, identity, data, err);
}
