#include "simulator/tls.h"

#include "base/wipe.h"
#include "crypto/pem.h"
#include "crypto/pin.h"
#include "simulator/certificate.h"
#include "simulator/files.h"

#include <time.h>

#define KEY_PEM_MAXBYTES 1024

/* The listener attests itself: its certificate is one for RA-TLS. */
static ds_status issue(ds_tls *tls, const ds_identity *identity,
                       const unsigned char key[DS_P256_KEYBYTES], ds_error *err)
{
    static const ds_slice names[] = {DS_LITERAL("localhost"), DS_LITERAL("127.0.0.1"),
                                     DS_LITERAL("::1")};
    const ds_certificate_order order = {
        .subject = DS_LITERAL("dstack simulator"),
        .alt_names = names,
        .alt_count = sizeof names / sizeof *names,
        .ra_tls = identity->release->ratls,
        .server_auth = true,
        .not_before = DS_CERTIFICATE_NOT_BEFORE,
        .not_after = (int64_t)time(NULL) + DS_CERTIFICATE_LIFETIME,
    };
    ds_status status = ds_certificate_issue(&tls->chain, identity, &order, key, err);
    if (status == DS_OK)
        status = ds_pin_from_pem(&tls->pin, ds_buf_content(&tls->chain), err);
    if (status != DS_OK)
        return status;
    ds_buf_slice(&tls->chain, identity->ca_certificate);
    return ds_buf_byte(&tls->chain, '\0') == DS_OK ? DS_OK : ds_fail_memory(err);
}

static ds_status write_key(ds_buf *pem, const unsigned char key[DS_P256_KEYBYTES])
{
    unsigned char der[DS_P256_PKCS8BYTES];
    ds_status status = ds_p256_pkcs8(der, key);
    if (status == DS_OK)
        status = ds_pem_encode(pem, "PRIVATE KEY", ds_slice_of(der, sizeof der));
    if (status == DS_OK)
        status = ds_buf_byte(pem, '\0');
    ds_wipe(der, sizeof der);
    return status;
}

static ds_status make_key_and_certificate(ds_tls *tls, const ds_identity *identity, ds_error *err)
{
    unsigned char key[DS_P256_KEYBYTES];
    const ds_slice context = DS_LITERAL("simulator-tls");
    ds_status status = ds_key_derive(key, identity->ca_key, &context, 1);
    if (status == DS_OK)
        status = write_key(&tls->key, key);
    status = status == DS_OK ? issue(tls, identity, key, err)
                             : ds_fail(err, status, "tls: no key could be made");
    ds_wipe(key, sizeof key);
    return status;
}

ds_status ds_tls_make(ds_tls *tls, const ds_identity *identity, ds_error *err)
{
    *tls = (ds_tls){.ca_file = NULL};
    ds_buf_init(&tls->key, KEY_PEM_MAXBYTES);
    ds_buf_init(&tls->chain, 2 * DS_CERTIFICATE_MAXBYTES);
    ds_buf_init(&tls->pin, DS_PIN_MAXBYTES);
    ds_status status = make_key_and_certificate(tls, identity, err);
    if (status == DS_OK)
        status = ds_files_temporary(&tls->ca_file, "ca", identity->ca_certificate, err);
    if (status != DS_OK)
        ds_tls_free(tls);
    return status;
}

void ds_tls_free(ds_tls *tls)
{
    ds_files_remove(tls->ca_file);
    ds_buf_free(&tls->key);
    ds_buf_free(&tls->chain);
    ds_buf_free(&tls->pin);
    *tls = (ds_tls){.ca_file = NULL};
}
