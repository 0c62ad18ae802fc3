/* GetKey and AttestGpu of v1; the rest of it is what v0 has. Source: upstream's guest-api-v1.md. */
#include "base/wipe.h"
#include "simulator/handlers.h"

#define NONCE_BYTES 32

static ds_status read_algorithm(ds_key_algorithm *algorithm, ds_slice name, ds_error *err)
{
    char shown[DS_EXCERPT_BYTES];
    if (name.len == 0)
        return ds_fail(err, DS_INVALID, "algorithm is required, use `secp256k1` or `ed25519`");
    if (ds_key_algorithm_by_name_v1(algorithm, name))
        return DS_OK;
    return ds_fail(err, DS_INVALID, "unsupported algorithm `%s`, use `secp256k1` or `ed25519`",
                   ds_excerpt(shown, sizeof shown, name.data, name.len));
}

typedef struct derived {
    unsigned char key[DS_KEY_BYTES];
    ds_public_key public_key;
    unsigned char link[DS_LINK_BYTES];
} derived;

static ds_status derive(derived *out, const ds_identity *identity, ds_key_algorithm algorithm,
                        ds_slice domain, ds_error *err)
{
    ds_status status = ds_key_derive_v1(out->key, identity->app_root_key, algorithm, domain);
    if (status == DS_OK)
        status = ds_key_public(&out->public_key, algorithm, out->key);
    if (status != DS_OK)
        return ds_fail(err, status, "derived secp256k1 key is not a valid scalar");
    status = ds_chain_sign_key_v1(out->link, identity->app_root_key, algorithm, domain,
                                  &out->public_key);
    return status == DS_OK ? DS_OK : ds_fail(err, status, "Failed to sign the key");
}

static ds_status fill(ds_message *reply, const derived *d, ds_slice kms_link, ds_error *err)
{
    const ds_slice chain[] = {{d->link, sizeof d->link}, kms_link};
    ds_status status = ds_reply_bytes(reply, "key", ds_slice_of(d->key, sizeof d->key), err);
    if (status == DS_OK)
        status = ds_reply_bytes(reply, "public_key",
                                ds_slice_of(d->public_key.bytes, d->public_key.len), err);
    if (status == DS_OK)
        status = ds_reply_list(reply, "signature_chain", chain, 2, err);
    return status;
}

ds_status ds_handle_get_key_v1(ds_identity *identity, const ds_message *request, ds_message *reply,
                               ds_error *err)
{
    ds_key_algorithm algorithm;
    derived d;
    ds_status status = read_algorithm(&algorithm, ds_message_bytes(request, "algorithm"), err);
    if (status != DS_OK)
        return status;
    status = derive(&d, identity, algorithm, ds_message_bytes(request, "domain"), err);
    if (status == DS_OK)
        status = fill(reply, &d, identity->kms_link, err);
    ds_wipe(&d, sizeof d);
    return status;
}

/* The nonce is judged first, as by agents that have a GPU. */
ds_status ds_handle_attest_gpu(ds_identity *identity, const ds_message *request, ds_message *reply,
                               ds_error *err)
{
    size_t len = ds_message_bytes(request, "nonce").len;
    (void)identity, (void)reply;
    if (len != NONCE_BYTES)
        return ds_fail(err, DS_INVALID,
                       "GPU attestation failed: nonce must be exactly %d bytes, got %lu",
                       NONCE_BYTES, (unsigned long)len);
    return ds_fail(err, DS_UNSUPPORTED,
                   "GPU attestation failed: GPU attestation is not available in this image");
}
