/* The built-in KMS, asked over HTTP as an operator's tools ask one. It issues for every app id. */
#include "base/wipe.h"
#include "deploy/env_key.h"
#include "simulator/builtin.h"
#include "simulator/handlers.h"
#include "simulator/kms.h"

#include <time.h>

#define PEM_MAXBYTES ((size_t)1 << 16)

/* Signing anew gives another text, so the identity's own certificate is shown where it is ours. */
static ds_status reply_ca(ds_message *reply, const ds_identity *identity, const ds_builtin_kms *kms,
                          ds_error *err)
{
    ds_buf pem;
    if (ds_equal(identity->ca_key, kms->ca_key, sizeof kms->ca_key))
        return ds_reply_bytes(reply, "ca_cert", identity->ca_certificate, err);
    ds_buf_init(&pem, PEM_MAXBYTES);
    ds_status status = ds_builtin_ca_certificate(&pem, kms, err);
    if (status == DS_OK)
        status = ds_reply_bytes(reply, "ca_cert", ds_buf_content(&pem), err);
    ds_buf_free(&pem);
    return status;
}

ds_status ds_handle_kms_meta(ds_identity *identity, const ds_message *request, ds_message *reply,
                             ds_error *err)
{
    ds_builtin_kms kms;
    (void)request;
    if (ds_builtin_kms_open(&kms) != DS_OK)
        return ds_fail(err, DS_INTERNAL, "the built-in KMS failed");
    ds_value_set_number(ds_message_at(reply, "allow_any_upgrade"), false);
    ds_value_set_number(ds_message_at(reply, "is_dev"), true);
    ds_status status =
        ds_reply_bytes(reply, "k256_pubkey", ds_slice_of(kms.root, sizeof kms.root), err);
    if (status == DS_OK)
        status = reply_ca(reply, identity, &kms, err);
    ds_wipe(&kms, sizeof kms);
    return status;
}

/* Both forms: the older one, and the one that signs the time. */
static ds_status reply_signatures(ds_message *reply, ds_env_key_claim *claim,
                                  const ds_builtin_kms *kms, ds_error *err)
{
    static const char *const names[] = {"signature", "signature_v1"};
    unsigned char sig[DS_SECP256K1_RECOVERABLEBYTES];
    claim->timestamp = (uint64_t)time(NULL);
    ds_value_set_number(ds_message_at(reply, "timestamp"), claim->timestamp);
    for (int i = 0; i < 2; i++) {
        claim->has_timestamp = i == 1;
        if (ds_env_key_sign(sig, claim, kms->root_key) != DS_OK)
            return ds_fail(err, DS_INTERNAL, "signing failed");
        ds_status status = ds_reply_bytes(reply, names[i], ds_slice_of(sig, sizeof sig), err);
        if (status != DS_OK)
            return status;
    }
    return DS_OK;
}

ds_status ds_handle_kms_env_key(ds_identity *identity, const ds_message *request, ds_message *reply,
                                ds_error *err)
{
    ds_builtin_kms kms;
    unsigned char secret[DS_X25519_SECRETBYTES], public_key[DS_X25519_PUBLICBYTES];
    ds_env_key_claim claim = {.app_id = ds_message_bytes(request, "app_id"),
                              .public_key = {public_key, sizeof public_key}};
    (void)identity;
    if (claim.app_id.len != DS_APP_ID_BYTES)
        return ds_fail(err, DS_INVALID, "app_id must be 20 bytes");
    ds_status status = ds_builtin_kms_open(&kms);
    if (status == DS_OK)
        status = ds_kms_env_key(secret, kms.ca_key, claim.app_id);
    if (status == DS_OK)
        status = ds_x25519_public_key(public_key, secret);
    status = status == DS_OK ? ds_reply_bytes(reply, "public_key", claim.public_key, err)
                             : ds_fail(err, status, "the built-in KMS failed");
    if (status == DS_OK)
        status = reply_signatures(reply, &claim, &kms, err);
    ds_wipe(&kms, sizeof kms);
    ds_wipe(secret, sizeof secret);
    return status;
}
