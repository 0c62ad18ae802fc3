#include "simulator/load.h"

#include "base/wipe.h"
#include "crypto/x509.h"
#include "simulator/kms.h"

#define PEM_MAXBYTES ((size_t)1 << 16)

#define PROVIDER_KEY                                                                               \
    {                                                                                              \
        .name = "key", .type = DS_TEXT, .flags = DS_REQUIRED | DS_SECRET                           \
    }

static const ds_field none_fields[] = {PROVIDER_KEY, {.name = NULL}};

static const ds_field local_fields[] = {
    PROVIDER_KEY,
    {.name = "mr", .type = DS_BYTES, .flags = DS_REQUIRED},
    {.name = NULL},
};

static const ds_field kms_fields[] = {{.name = NULL}};

/* One of them is there: an enum as serde tags it. */
enum { PROVIDER_NONE, PROVIDER_LOCAL, PROVIDER_TPM, PROVIDER_KMS, PROVIDERS };

static const ds_field provider_fields[] = {
    [PROVIDER_NONE] = {.name = "None", .type = DS_MESSAGE, .fields = none_fields},
    [PROVIDER_LOCAL] = {.name = "Local", .type = DS_MESSAGE, .fields = local_fields},
    [PROVIDER_TPM] = {.name = "Tpm", .type = DS_MESSAGE, .fields = none_fields},
    [PROVIDER_KMS] = {.name = "Kms", .type = DS_MESSAGE, .fields = kms_fields},
    [PROVIDERS] = {.name = NULL},
};

static const ds_field app_keys_fields[] = {
    {.name = "k256_key",
     .type = DS_BYTES,
     .flags = DS_REQUIRED | DS_SECRET,
     .min = DS_KEY_BYTES,
     .max = DS_KEY_BYTES},
    {.name = "k256_signature",
     .type = DS_BYTES,
     .flags = DS_REQUIRED | DS_OR_EMPTY,
     .min = DS_LINK_BYTES,
     .max = DS_LINK_BYTES},
    {.name = "env_crypt_key",
     .type = DS_BYTES,
     .flags = DS_SECRET | DS_OR_EMPTY,
     .min = DS_X25519_SECRETBYTES,
     .max = DS_X25519_SECRETBYTES},
    {.name = "ca_cert", .type = DS_TEXT, .flags = DS_REQUIRED, .min = 1, .max = PEM_MAXBYTES},
    {.name = "key_provider", .type = DS_MESSAGE, .flags = DS_REQUIRED, .fields = provider_fields},
    {.name = NULL},
};

static ds_status use_builtin_ca(ds_load *load)
{
    ds_buf pem;
    ds_buf_init(&pem, PEM_MAXBYTES);
    memcpy(load->identity->ca_key, load->kms.ca_key, sizeof load->kms.ca_key);
    ds_status status = ds_builtin_ca_certificate(&pem, &load->kms, load->err);
    if (status == DS_OK)
        status = ds_load_copy(load, &load->identity->ca_certificate, ds_buf_content(&pem));
    ds_buf_free(&pem);
    return status;
}

/* As agents do: a CA certificate for another key is refused at start. */
static ds_status use_ca(ds_load *load, ds_slice key, ds_slice certificate)
{
    ds_identity *identity = load->identity;
    unsigned char from_key[DS_P256_PUBLICBYTES], from_certificate[DS_P256_PUBLICBYTES];
    ds_error why;
    if (ds_p256_key_from_pem(identity->ca_key, key, &why) != DS_OK)
        return ds_fail(load->err, DS_INVALID, DS_FILE_APP_KEYS ": key_provider: key: %.500s",
                       why.text);
    if (ds_x509_public_key(from_certificate, certificate, &why) != DS_OK)
        return ds_fail(load->err, DS_INVALID, DS_FILE_APP_KEYS ": ca_cert: %.500s", why.text);
    if (ds_p256_public_key(from_key, identity->ca_key) != DS_OK ||
        !ds_equal(from_key, from_certificate, sizeof from_key))
        return ds_load_malformed(load, DS_FILE_APP_KEYS,
                                 "ca_cert: it is for another key than the one in key_provider");
    return ds_load_copy(load, &identity->ca_certificate, certificate);
}

/* Out: the JSON text an agent shows for a provider other than a KMS. */
static ds_status name_provider(ds_load *load, size_t which, const ds_value *provider)
{
    ds_buf text;
    ds_buf_init(&text, DS_FILE_MAXBYTES);
    ds_buf_printf(&text, "{\"name\":\"%s\",\"id\":\"",
                  which == PROVIDER_LOCAL ? "local-sgx"
                  : which == PROVIDER_TPM ? "tpm"
                                          : "none");
    if (which == PROVIDER_LOCAL)
        ds_buf_hex(&text, provider->items[1].bytes.data, provider->items[1].bytes.len);
    ds_buf_text(&text, "\"}");
    ds_status status = ds_buf_status(&text) == DS_OK
                           ? ds_load_copy(load, &load->key_provider, ds_buf_content(&text))
                           : ds_fail_memory(load->err);
    ds_buf_free(&text);
    return status;
}

static ds_status use_provider(ds_load *load, const ds_message *keys)
{
    const ds_value *providers = ds_message_at(keys, "key_provider")->items;
    size_t which = PROVIDERS, count = 0;
    for (size_t i = 0; i < PROVIDERS; i++) {
        count += providers[i].present;
        which = providers[i].present ? i : which;
    }
    if (count != 1)
        return ds_load_malformed(load, DS_FILE_APP_KEYS,
                                 "key_provider: one of None, Local, Tpm, Kms is needed");
    if (which == PROVIDER_KMS) {
        ds_load_note(load,
                     "%s: a KMS issues this application's certificates and keeps the CA key: the "
                     "built-in CA takes its place",
                     DS_FILE_APP_KEYS);
        return use_builtin_ca(load);
    }
    ds_status status = name_provider(load, which, &providers[which]);
    if (status == DS_OK)
        status = use_ca(load, providers[which].items[0].bytes, ds_message_bytes(keys, "ca_cert"));
    return status;
}

static ds_status use_app_keys(ds_load *load, const ds_message *keys, bool overridden)
{
    ds_identity *identity = load->identity;
    ds_slice env_key = ds_message_bytes(keys, "env_crypt_key");
    memcpy(identity->app_root_key, ds_message_bytes(keys, "k256_key").data, DS_KEY_BYTES);
    identity->has_env_key = env_key.len > 0;
    if (identity->has_env_key)
        memcpy(identity->env_key, env_key.data, env_key.len);
    if (ds_secp256k1_public_key(identity->app_root, identity->app_root_key) != DS_OK)
        return ds_load_malformed(load, DS_FILE_APP_KEYS, "k256_key: not a secp256k1 private key");
    ds_status status =
        ds_load_copy(load, &identity->kms_link, ds_message_bytes(keys, "k256_signature"));
    if (status == DS_OK)
        status = use_provider(load, keys);
    if (status != DS_OK)
        return status;
    if (identity->kms_link.len > 0)
        return ds_load_issuer(load, overridden);
    ds_load_note(load,
                 "no KMS signed the keys in %s: signature chains end at the application's root key",
                 DS_FILE_APP_KEYS);
    return DS_OK;
}

static ds_status parse_app_keys(ds_load *load, ds_slice text, bool overridden)
{
    ds_message keys;
    ds_status status = ds_load_members(load, DS_FILE_APP_KEYS, &keys, app_keys_fields, text);
    if (status == DS_OK)
        status = use_app_keys(load, &keys, overridden);
    ds_message_free(&keys);
    return status;
}

static ds_status issue_app_keys(ds_load *load)
{
    ds_identity *identity = load->identity;
    unsigned char link[DS_LINK_BYTES];
    ds_status status = ds_builtin_issue_app(identity->app_root_key, link, &load->kms,
                                            ds_slice_of(identity->app_id, DS_APP_ID_BYTES));
    if (status == DS_OK)
        status = ds_secp256k1_public_key(identity->app_root, identity->app_root_key);
    if (status == DS_OK)
        status = ds_kms_env_key(identity->env_key, load->kms.ca_key,
                                ds_slice_of(identity->app_id, DS_APP_ID_BYTES));
    if (status != DS_OK)
        return ds_fail(load->err, status, "the built-in KMS failed");
    identity->has_env_key = true;
    identity->issuer = DS_ISSUER_KNOWN;
    memcpy(identity->kms_root, load->kms.root, sizeof load->kms.root);
    status = ds_load_copy(load, &identity->kms_link, ds_slice_of(link, sizeof link));
    return status == DS_OK ? use_builtin_ca(load) : status;
}

ds_status ds_load_keys(ds_load *load, ds_slice app_id)
{
    ds_identity *identity = load->identity;
    ds_buf content;
    bool found;
    memcpy(identity->app_id, app_id.len > 0 ? app_id.data : identity->compose_hash,
           DS_APP_ID_BYTES);
    ds_buf_init(&content, DS_FILE_MAXBYTES);
    ds_status status = ds_load_file(load, DS_FILE_APP_KEYS, &content, &found);
    if (status == DS_OK)
        status = found ? parse_app_keys(load, ds_buf_content(&content), app_id.len > 0)
                       : issue_app_keys(load);
    ds_buf_free(&content);
    return status;
}
