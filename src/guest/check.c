#include "guest/check.h"

#include "attest/report_data.h"
#include "crypto/ed25519.h"
#include "crypto/pem.h"
#include "crypto/secp256k1.h"
#include "crypto/x509.h"
#include "guest/key.h"

static bool asked_for_ed25519(const ds_message *request)
{
    ds_key_algorithm algorithm;
    return ds_key_algorithm_by_name(&algorithm, ds_message_bytes(request, "algorithm")) &&
           algorithm == DS_KEY_ED25519;
}

/* Every 32 bytes are an ed25519 seed, but not every 32 bytes are a secp256k1 scalar. */
static ds_status check_key(const ds_message *request, const ds_message *reply, const char *member,
                           ds_error *err)
{
    if (!asked_for_ed25519(request) &&
        ds_secp256k1_key_check(ds_message_bytes(reply, member).data) != DS_OK)
        return ds_fail(err, DS_REPLY, "%s: scalar: not a secp256k1 private key", member);
    return DS_OK;
}

ds_status ds_check_get_key(const ds_message *request, const ds_message *reply, ds_error *err)
{
    return check_key(request, reply, "key", err);
}

ds_status ds_check_derive_k256_key(const ds_message *request, const ds_message *reply,
                                   ds_error *err)
{
    return check_key(request, reply, "k256_key", err);
}

/* An element of a chain may hold more than one certificate: TLS stacks read them all. */
static ds_status check_certificates(ds_slice text, ds_error *why)
{
    ds_slice block;
    ds_status status = DS_OK;
    if (text.len == 0)
        return ds_x509_check_pem(text, why);
    while (status == DS_OK && ds_pem_next(&block, &text))
        status = ds_x509_check_pem(block, why);
    return status;
}

ds_status ds_check_tls_key(const ds_message *request, const ds_message *reply, ds_error *err)
{
    const ds_value *chain = ds_message_at(reply, "certificate_chain");
    ds_slice key = ds_message_bytes(reply, "key"), leaf, first = chain->items[0].bytes;
    ds_error why;
    (void)request;
    for (size_t i = 0; i < chain->count; i++)
        if (check_certificates(chain->items[i].bytes, &why) != DS_OK)
            return ds_fail(err, DS_REPLY, "certificate_chain[%lu]: pem: %.200s", (unsigned long)i,
                           why.text);
    ds_pem_next(&leaf, &first);
    ds_status status = ds_x509_key_matches(key, leaf, &why);
    if (status == DS_VERIFY)
        return ds_fail(err, DS_REPLY, "key: mismatch: the certificate is for another key");
    if (status != DS_OK)
        return ds_fail(err, DS_REPLY, "key: pem: %.200s", why.text);
    return DS_OK;
}

/* The agent shows what the quote holds: what was asked for, with zeros behind it. */
ds_status ds_check_get_quote(const ds_message *request, const ds_message *reply, ds_error *err)
{
    unsigned char padded[DS_REPORT_DATA_BYTES];
    if (ds_report_data_pad(padded, ds_message_bytes(request, "report_data")) != DS_OK)
        return ds_fail(err, DS_INTERNAL, "report_data: too long");
    if (memcmp(padded, ds_message_bytes(reply, "report_data").data, sizeof padded) != 0)
        return ds_fail(err, DS_REPLY, "report_data: mismatch: not what was asked for");
    return DS_OK;
}

/* Links: the signature itself, the application's root, the KMS's root (or nothing). */
static ds_status check_sign_chain(const ds_message *reply, ds_error *err)
{
    const ds_value *links = ds_message_at(reply, "signature_chain")->items;
    static const size_t lengths[] = {64, DS_LINK_BYTES, DS_LINK_BYTES};
    if (!ds_slice_equal(links[0].bytes, ds_message_bytes(reply, "signature")))
        return ds_fail(err, DS_REPLY,
                       "signature_chain[0]: mismatch: it does not repeat the signature");
    for (int i = 1; i < 3; i++)
        if (links[i].bytes.len != lengths[i] && (i == 1 || links[i].bytes.len != 0))
            return ds_fail(err, DS_REPLY, "signature_chain[%d]: length: %lu bytes instead of %d", i,
                           (unsigned long)links[i].bytes.len, DS_LINK_BYTES);
    return DS_OK;
}

ds_status ds_check_sign(const ds_message *request, const ds_message *reply, ds_error *err)
{
    ds_slice public_key = ds_message_bytes(reply, "public_key");
    unsigned char point[DS_SECP256K1_PUBLICBYTES];
    size_t wanted = asked_for_ed25519(request) ? DS_ED25519_PUBLICBYTES : DS_SECP256K1_PUBLICBYTES;
    if (public_key.len != wanted)
        return ds_fail(err, DS_REPLY, "public_key: length: %lu bytes instead of %lu",
                       (unsigned long)public_key.len, (unsigned long)wanted);
    if (wanted == DS_SECP256K1_PUBLICBYTES && ds_secp256k1_public_parse(point, public_key) != DS_OK)
        return ds_fail(err, DS_REPLY, "public_key: point: not on secp256k1");
    return check_sign_chain(reply, err);
}
