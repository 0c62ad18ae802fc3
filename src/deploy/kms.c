#include "deploy/kms.h"

#include "guest/guest.h"
#include "guest/rows.h"

#include <string.h>

/* Only the JSON form is spoken: there are no protobuf numbers. */
#define SECRET(n, lo, hi) BYTES(n, 0, DS_SECRET, lo, hi)

/* Members that a KMS may have no value for, which it writes as null. */
#define TEXT_OR_NULL(n) TEXT(n, 0, DS_OR_NULL)

static const ds_field bootstrap_info[] = {
    BYTES("ca_pubkey", 0, 0, 0, 0),
    BYTES("k256_pubkey", 0, 0, 0, 0),
    BYTES("attestation", 0, 0, 0, 0),
    END,
};

static const ds_field meta_reply[] = {
    TEXT("ca_cert", 0, DS_REQUIRED),
    FLAG("allow_any_upgrade", 0, 0),
    BYTES("k256_pubkey", 0, DS_REQUIRED, DS_SECP256K1_PUBLICBYTES, DS_SECP256K1_PUBLICBYTES),
    {.name = "bootstrap_info", .type = DS_MESSAGE, .flags = DS_OR_NULL, .fields = bootstrap_info},
    FLAG("is_dev", 0, 0),
    TEXT_OR_NULL("gateway_app_id"),
    TEXT_OR_NULL("kms_contract_address"),
    {.name = "chain_id", .type = DS_U64, .flags = DS_OR_NULL},
    TEXT_OR_NULL("app_auth_implementation"),
    END,
};

static const ds_field env_key_request[] = {
    BYTES("app_id", 0, DS_REQUIRED, DS_APP_ID_BYTES, DS_APP_ID_BYTES),
    END,
};

/* What signs the time, too, is there since 0.5.6; a newer VMM before an older KMS sends 0 and "".
 */
static const ds_field env_key_reply[] = {
    BYTES("public_key", 0, DS_REQUIRED, 32, 32),
    BYTES("signature", 0, DS_REQUIRED, DS_SECP256K1_RECOVERABLEBYTES,
          DS_SECP256K1_RECOVERABLEBYTES),
    TIME("timestamp", 0),
    BYTES("signature_v1", 0, DS_OR_EMPTY, DS_SECP256K1_RECOVERABLEBYTES,
          DS_SECP256K1_RECOVERABLEBYTES),
    END,
};

static const ds_field temp_ca_reply[] = {
    TEXT("temp_ca_cert", 0, DS_REQUIRED),
    TEXT("temp_ca_key", 0, DS_REQUIRED | DS_SECRET),
    TEXT("ca_cert", 0, DS_REQUIRED),
    END,
};

static const ds_field app_key_request[] = {
    {.name = "api_version", .type = DS_U64},
    TEXT("vm_config", 0, 0),
    END,
};

static const ds_field app_key_reply[] = {
    TEXT("ca_cert", 0, DS_REQUIRED),
    SECRET("disk_crypt_key", 32, 32),
    SECRET("env_crypt_key", 32, 32),
    SECRET("k256_key", 32, 32),
    BYTES("k256_signature", 0, 0, DS_SECP256K1_RECOVERABLEBYTES, DS_SECP256K1_RECOVERABLEBYTES),
    TEXT("tproxy_app_id", 0, 0),
    TEXT("gateway_app_id", 0, 0),
    BYTES("os_image_hash", 0, DS_OR_EMPTY, 32, 32),
    END,
};

static const ds_field kms_key_request[] = {
    TEXT("vm_config", 0, 0),
    END,
};

static const ds_field root_keys[] = {
    TEXT("ca_key", 0, DS_REQUIRED | DS_SECRET),
    SECRET("k256_key", 32, 32),
    END,
};

static const ds_field kms_key_reply[] = {
    TEXT("temp_ca_key", 0, DS_SECRET),
    {.name = "keys",
     .type = DS_MESSAGE,
     .flags = DS_REQUIRED | DS_LIST,
     .max_count = 16,
     .fields = root_keys},
    END,
};

static const ds_field sign_cert_request[] = {
    {.name = "api_version", .type = DS_U64, .flags = DS_REQUIRED},
    BYTES("csr", 0, DS_REQUIRED, 1, 0),
    BYTES("signature", 0, DS_REQUIRED, 1, 0),
    TEXT("vm_config", 0, 0),
    END,
};

static const ds_field sign_cert_reply[] = {
    {.name = "certificate_chain", .type = DS_TEXT, .flags = DS_REQUIRED | DS_LIST, .min_count = 1},
    END,
};

static const ds_field bootstrap_request[] = {
    TEXT("domain", 0, DS_REQUIRED),
    END,
};

static const ds_field bootstrap_reply[] = {
    BYTES("ca_pubkey", 0, DS_REQUIRED, 1, 0),
    BYTES("k256_pubkey", 0, DS_REQUIRED, DS_SECP256K1_PUBLICBYTES, DS_SECP256K1_PUBLICBYTES),
    BYTES("attestation", 0, 0, 0, 0),
    END,
};

static const ds_field onboard_request[] = {
    TEXT("source_url", 0, DS_REQUIRED),
    TEXT("domain", 0, DS_REQUIRED),
    END,
};

static const ds_field onboard_reply[] = {
    BYTES("k256_pubkey", 0, DS_REQUIRED, DS_SECP256K1_PUBLICBYTES, DS_SECP256K1_PUBLICBYTES),
    END,
};

/* Called attestation_mode until 0.5.11: that one is found among the members nobody knows. */
static const ds_field attestation_info_reply[] = {
    BYTES("device_id", 0, 0, 0, 0),
    BYTES("mr_aggregated", 0, 0, 0, 0),
    BYTES("os_image_hash", 0, 0, 0, 0),
    TEXT("tee_variant", 0, 0),
    TEXT("site_name", 0, 0),
    TEXT("eth_rpc_url", 0, 0),
    TEXT("kms_contract_address", 0, 0),
    BYTES("ppid", 0, 0, 0, 0),
    END,
};

static const ds_field clear_cache_request[] = {
    TEXT("image_hash", 0, 0),
    TEXT("config_hash", 0, 0),
    END,
};

static const ds_row rows[] = {
    {"GetMeta", ds_fields_none, meta_reply, 0, NULL, NULL},
    {"GetAppEnvEncryptPubKey", env_key_request, env_key_reply, 0, NULL, NULL},
    {"GetTempCaCert", ds_fields_none, temp_ca_reply, 0, NULL, NULL},
    {"GetAppKey", app_key_request, app_key_reply, 0, NULL, NULL},
    {"GetKmsKey", kms_key_request, kms_key_reply, 0, NULL, NULL},
    {"SignCert", sign_cert_request, sign_cert_reply, 0, NULL, NULL},
    {"Onboard.Bootstrap", bootstrap_request, bootstrap_reply, DS_ONCE, NULL, NULL},
    {"Onboard.Onboard", onboard_request, onboard_reply, DS_ONCE, NULL, NULL},
    {"Onboard.GetAttestationInfo", ds_fields_none, attestation_info_reply, 0, NULL, NULL},
    {"Onboard.Finish", ds_fields_none, ds_fields_none, DS_ONCE | DS_UNIT, NULL, NULL},
    {"Admin.ClearImageCache", clear_cache_request, ds_fields_none, DS_UNIT, NULL, NULL},
    END,
};

static const ds_peer peer = {"KMS", "the endpoint of a KMS"};

const ds_surface ds_kms = {"kms", "/prpc/", rows, &peer};
const ds_surface ds_kms_served = {"kms", "/prpc/KMS.", rows, &peer};

const ds_surface *ds_deploy_surface(const char *name)
{
    return strcmp(name, ds_kms.name) == 0 ? &ds_kms : NULL;
}
