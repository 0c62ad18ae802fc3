#include "simulator/builtin.h"

#include "base/wipe.h"
#include "crypto/hkdf.h"
#include "crypto/x509.h"

/* Changing a letter changes every key of the development identity. */
#define SEED DS_LITERAL("dstack-lua simulator, development identity 1, protects nothing")

/* 1975-01-01 as upstream's, and 2099-12-31 23:59:59, so that no leaf outlives its CA for long. */
#define CA_NOT_BEFORE 157766400
#define CA_NOT_AFTER  4102444799

ds_status ds_builtin_derive(unsigned char *out, size_t len, ds_slice seed, const char *label)
{
    ds_slice info = {label, strlen(label)};
    return ds_hkdf_sha256(out, len, DS_LITERAL("dstack-lua-simulator"), seed.len == 0 ? SEED : seed,
                          &info, 1);
}

static ds_status derive(unsigned char out[DS_KEY_BYTES], const char *label)
{
    return ds_builtin_derive(out, DS_KEY_BYTES, ds_slice_of(NULL, 0), label);
}

ds_status ds_builtin_kms_open(ds_builtin_kms *kms)
{
    ds_status status = derive(kms->root_key, "kms-root");
    if (status == DS_OK)
        status = ds_secp256k1_public_key(kms->root, kms->root_key);
    if (status == DS_OK)
        status = derive(kms->ca_key, "kms-ca");
    if (status != DS_OK)
        ds_wipe(kms, sizeof *kms);
    return status;
}

ds_status ds_builtin_issue_app(unsigned char app_root_key[DS_KEY_BYTES],
                               unsigned char link[DS_LINK_BYTES], const ds_builtin_kms *kms,
                               ds_slice app_id)
{
    unsigned char app_root[DS_SECP256K1_PUBLICBYTES];
    const ds_slice context[] = {app_id, DS_LITERAL("app-key")};
    memset(link, 0, DS_LINK_BYTES);
    ds_status status = ds_key_derive(app_root_key, kms->root_key, context, 2);
    if (status == DS_OK)
        status = ds_secp256k1_public_key(app_root, app_root_key);
    if (status == DS_OK)
        status = ds_chain_sign_app(link, kms->root_key, app_id, app_root);
    if (status != DS_OK)
        ds_wipe(app_root_key, DS_KEY_BYTES);
    return status;
}

ds_status ds_builtin_ca_certificate(ds_buf *pem, const ds_builtin_kms *kms, ds_error *err)
{
    unsigned char public_key[DS_P256_PUBLICBYTES];
    const ds_x509_template ca = {
        .subject_o = DS_LITERAL("Dstack"),
        .subject_cn = DS_LITERAL("Dstack KMS CA"),
        .not_before = CA_NOT_BEFORE,
        .not_after = CA_NOT_AFTER,
        .is_ca = true,
    };
    if (ds_p256_public_key(public_key, kms->ca_key) != DS_OK)
        return ds_fail(err, DS_INTERNAL, "the built-in CA key cannot be used");
    return ds_x509_issue(pem, &ca, public_key, ds_slice_of(NULL, 0), kms->ca_key, err);
}

ds_slice ds_builtin_compose(void)
{
    return DS_LITERAL(
        "{\"manifest_version\":2,\"name\":\"dstack-lua-simulator\",\"runner\":\"docker-compose\","
        "\"docker_compose_file\":\"services:\\n  app:\\n    image: debian:12-slim\\n"
        "    command: [sleep, infinity]\\n    volumes:\\n"
        "      - /var/run/dstack.sock:/var/run/dstack.sock\\n\","
        "\"kms_enabled\":true,\"gateway_enabled\":true,\"local_key_provider_enabled\":false,"
        "\"key_provider_id\":\"\",\"public_logs\":true,\"public_sysinfo\":true,"
        "\"public_tcbinfo\":true,\"allowed_envs\":[],\"no_instance_id\":false,"
        "\"secure_time\":false,\"storage_fs\":\"zfs\"}\n");
}
