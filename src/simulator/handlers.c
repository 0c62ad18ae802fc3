#include "simulator/handlers.h"

#include "deploy/kms.h"

ds_handler *ds_handler_by_name(const ds_surface *surface, const char *method)
{
    static const struct {
        const ds_surface *surface;
        const char *method;
        ds_handler *handler;
    } handlers[] = {
        {&ds_guest_v0, "GetKey", ds_handle_get_key},
        {&ds_guest_v0, "GetTlsKey", ds_handle_get_tls_key},
        {&ds_guest_v0, "GetQuote", ds_handle_get_quote},
        {&ds_guest_v0, "Attest", ds_handle_attest},
        {&ds_guest_v0, "EmitEvent", ds_handle_emit_event},
        {&ds_guest_v0, "Info", ds_handle_info},
        {&ds_guest_v0, "Sign", ds_handle_sign},
        {&ds_guest_v0, "Verify", ds_handle_verify},
        {&ds_guest_v0, "Version", ds_handle_version},
        {&ds_guest_tappd, "DeriveKey", ds_handle_derive_key},
        {&ds_guest_tappd, "DeriveK256Key", ds_handle_derive_k256_key},
        {&ds_guest_tappd, "TdxQuote", ds_handle_tdx_quote},
        {&ds_guest_tappd, "RawQuote", ds_handle_raw_quote},
        {&ds_guest_tappd, "Info", ds_handle_info},
        {&ds_guest_tappd, "Version", ds_handle_version},
        {&ds_guest_v1, "IssueCert", ds_handle_issue_cert},
        {&ds_guest_v1, "GetKey", ds_handle_get_key_v1},
        {&ds_guest_v1, "Attest", ds_handle_attest_v1},
        {&ds_guest_v1, "AttestGpu", ds_handle_attest_gpu},
        {&ds_guest_v1, "Info", ds_handle_info},
        {&ds_guest_v1, "Version", ds_handle_version},
        {&ds_guest_worker_v0, "Info", ds_handle_worker_info},
        {&ds_guest_worker_v0, "Version", ds_handle_version},
        {&ds_guest_worker_v0, "GetAttestationForAppKey", ds_handle_app_key_attestation},
        {&ds_guest_worker_v1, "Info", ds_handle_worker_info_v1},
        {&ds_guest_worker_v1, "Version", ds_handle_version},
        {&ds_guest_worker_v1, "Health", ds_handle_health},
        {&ds_kms_served, "GetMeta", ds_handle_kms_meta},
        {&ds_kms_served, "GetAppEnvEncryptPubKey", ds_handle_kms_env_key},
    };
    for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++)
        if (surface == handlers[i].surface && strcmp(method, handlers[i].method) == 0)
            return handlers[i].handler;
    return NULL;
}

ds_status ds_reply_bytes(ds_message *reply, const char *name, ds_slice bytes, ds_error *err)
{
    return ds_value_set_bytes(reply, ds_message_at(reply, name), bytes) ? DS_OK
                                                                        : ds_fail_memory(err);
}

ds_status ds_reply_list(ds_message *reply, const char *name, const ds_slice *items, size_t count,
                        ds_error *err)
{
    ds_value *list = ds_message_at(reply, name);
    if (!ds_value_set_count(reply, list, count))
        return ds_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        if (!ds_value_set_bytes(reply, &list->items[i], items[i]))
            return ds_fail_memory(err);
    return DS_OK;
}

ds_status ds_handle_version(ds_identity *identity, const ds_message *request, ds_message *reply,
                            ds_error *err)
{
    const char *version = identity->release->version;
    (void)request;
    ds_status status = ds_reply_bytes(reply, "version", ds_slice_of(version, strlen(version)), err);
    if (status == DS_OK)
        status = ds_reply_bytes(reply, "rev", DS_LITERAL(DS_RELEASE_REV), err);
    return status;
}
