/* GetTlsKey (on v1: IssueCert), and Tappd's DeriveKey: the same with a key that may be derived. */
#include "base/wipe.h"
#include "crypto/pem.h"
#include "crypto/random.h"
#include "simulator/certificate.h"
#include "simulator/handlers.h"

#include <time.h>

#define KEY_PEM_MAXBYTES 1024

/* Out: the time in seconds; left alone where none was asked for. */
static ds_status read_time(int64_t *out, const ds_message *request, const char *name, ds_error *err)
{
    const ds_value *value = ds_message_at(request, name);
    if (!value->present)
        return DS_OK;
    if (value->number > DS_CERTIFICATE_LATEST)
        return ds_fail(err, DS_INVALID, "%s: no certificate can be valid after the year 9999",
                       name);
    *out = (int64_t)value->number;
    return DS_OK;
}

static ds_status read_times(ds_certificate_order *order, const ds_message *request,
                            const ds_release *release, ds_error *err)
{
    ds_status status = read_time(&order->not_before, request, "not_before", err);
    if (status == DS_OK)
        status = read_time(&order->not_after, request, "not_after", err);
    if (status == DS_OK && release->ordered_validity &&
        ds_message_at(request, "not_before")->present &&
        ds_message_at(request, "not_after")->present && order->not_before >= order->not_after)
        status = ds_fail(err, DS_INVALID, "not_before must be earlier than not_after");
    return status;
}

/* What all of them take. In: form, of an attestation where one is asked for. Out: names, in the
 * memory of reply. */
static ds_status read_order(ds_certificate_order *order, const ds_message *request,
                            ds_ratls_form form, ds_message *reply, ds_error *err)
{
    const ds_value *names = ds_message_at(request, "alt_names");
    ds_slice *alt_names = ds_arena_alloc(&reply->arena, (names->count + 1) * sizeof *alt_names);
    if (alt_names == NULL)
        return ds_fail_memory(err);
    for (size_t i = 0; i < names->count; i++)
        alt_names[i] = names->items[i].bytes;
    *order = (ds_certificate_order){
        .subject = ds_message_bytes(request, "subject"),
        .alt_names = alt_names,
        .alt_count = names->count,
        .ra_tls = ds_message_number(request, "usage_ra_tls") != 0 ? form : DS_RATLS_NONE,
        .server_auth = ds_message_number(request, "usage_server_auth") != 0,
        .client_auth = ds_message_number(request, "usage_client_auth") != 0,
        .not_before = DS_CERTIFICATE_NOT_BEFORE,
        .not_after = (int64_t)time(NULL) + DS_CERTIFICATE_LIFETIME,
    };
    return DS_OK;
}

static ds_status fill_key(ds_message *reply, const unsigned char *key, ds_error *err)
{
    unsigned char der[DS_P256_PKCS8BYTES];
    ds_buf pem;
    ds_buf_init(&pem, KEY_PEM_MAXBYTES);
    ds_status status = ds_p256_pkcs8(der, key);
    if (status == DS_OK)
        status = ds_pem_encode(&pem, "PRIVATE KEY", ds_slice_of(der, sizeof der));
    status = status == DS_OK ? ds_reply_bytes(reply, "key", ds_buf_content(&pem), err)
                             : ds_fail(err, status, "the key could not be written");
    ds_wipe(der, sizeof der);
    ds_buf_free(&pem);
    return status;
}

static ds_status fill_chain(ds_message *reply, const ds_identity *identity,
                            const ds_certificate_order *order, const unsigned char *key,
                            ds_error *err)
{
    ds_buf leaf;
    ds_buf_init(&leaf, DS_CERTIFICATE_MAXBYTES);
    ds_status status = ds_certificate_issue(&leaf, identity, order, key, err);
    const ds_slice chain[] = {ds_buf_content(&leaf), identity->ca_certificate};
    if (status == DS_OK)
        status = ds_reply_list(reply, "certificate_chain", chain, 2, err);
    ds_buf_free(&leaf);
    return status;
}

static ds_status fill(ds_message *reply, const ds_identity *identity,
                      const ds_certificate_order *order, const unsigned char *key, ds_error *err)
{
    ds_status status = fill_key(reply, key, err);
    return status == DS_OK ? fill_chain(reply, identity, order, key, err) : status;
}

static ds_status issue(ds_identity *identity, const ds_message *request, ds_ratls_form form,
                       ds_message *reply, ds_error *err)
{
    unsigned char key[DS_P256_KEYBYTES];
    ds_certificate_order order;
    ds_status status = read_order(&order, request, form, reply, err);
    if (status == DS_OK)
        status = read_times(&order, request, identity->release, err);
    order.app_info = ds_message_number(request, "with_app_info") != 0;
    if (status == DS_OK)
        status = ds_certificate_new_key(key, err);
    if (status == DS_OK)
        status = fill(reply, identity, &order, key, err);
    ds_wipe(key, sizeof key);
    return status;
}

ds_status ds_handle_get_tls_key(ds_identity *identity, const ds_message *request, ds_message *reply,
                                ds_error *err)
{
    return issue(identity, request, identity->release->ratls, reply, err);
}

ds_status ds_handle_issue_cert(ds_identity *identity, const ds_message *request, ds_message *reply,
                               ds_error *err)
{
    return issue(identity, request, DS_RATLS_MSGPACK, reply, err);
}

/* The same bytes as GetKey's for this path, but on another curve; from a random seed on request. */
static ds_status derive(unsigned char key[DS_P256_KEYBYTES], const ds_identity *identity,
                        const ds_message *request, ds_error *err)
{
    unsigned char seed[DS_KEY_BYTES];
    ds_slice path = ds_message_bytes(request, "path");
    ds_status status = DS_OK;
    if (ds_message_number(request, "random_seed") != 0)
        status = ds_random(seed, sizeof seed);
    else
        memcpy(seed, identity->app_root_key, sizeof seed);
    if (status == DS_OK)
        status = ds_key_derive(key, seed, &path, 1);
    ds_wipe(seed, sizeof seed);
    return status == DS_OK ? DS_OK : ds_fail(err, status, "no key could be derived");
}

ds_status ds_handle_derive_key(ds_identity *identity, const ds_message *request, ds_message *reply,
                               ds_error *err)
{
    unsigned char key[DS_P256_KEYBYTES];
    ds_certificate_order order;
    ds_status status = read_order(&order, request, identity->release->ratls, reply, err);
    if (status == DS_OK)
        status = derive(key, identity, request, err);
    if (status == DS_OK)
        status = fill(reply, identity, &order, key, err);
    ds_wipe(key, sizeof key);
    return status;
}
