#include "crypto/x25519.h"

#include "base/wipe.h"
#include "crypto/pkey.h"

#include <openssl/err.h>
#include <openssl/evp.h>

ds_status ds_x25519_public_key(unsigned char out[32], const unsigned char secret[32])
{
    size_t size = DS_X25519_PUBLICBYTES;
    ERR_set_mark();
    EVP_PKEY *key =
        EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, secret, DS_X25519_SECRETBYTES);
    bool good = key != NULL && EVP_PKEY_get_raw_public_key(key, out, &size) == 1;
    EVP_PKEY_free(key);
    ERR_pop_to_mark();
    if (!good)
        memset(out, 0, DS_X25519_PUBLICBYTES);
    return good ? DS_OK : DS_INTERNAL;
}

/* OpenSSL itself refuses to derive zeros, and has no other reason to fail at that step. Our own
 * public key has no part in it; the other one stands in, or OpenSSL would compute ours, which takes
 * as long as all the rest. */
ds_status ds_x25519_shared_secret(unsigned char out[32], const unsigned char secret[32],
                                  const unsigned char pub[32])
{
    size_t size = DS_X25519_SHAREDBYTES;
    ds_status status = DS_INTERNAL;
    ERR_set_mark();
    EVP_PKEY *ours = ds_pkey_raw_pair("X25519", secret, pub);
    EVP_PKEY *theirs =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, pub, DS_X25519_PUBLICBYTES);
    EVP_PKEY_CTX *ctx = ours == NULL ? NULL : EVP_PKEY_CTX_new(ours, NULL);
    if (ctx != NULL && theirs != NULL && EVP_PKEY_derive_init(ctx) == 1 &&
        EVP_PKEY_derive_set_peer(ctx, theirs) == 1)
        status = EVP_PKEY_derive(ctx, out, &size) == 1 ? DS_OK : DS_INVALID;
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(theirs);
    EVP_PKEY_free(ours);
    ERR_pop_to_mark();
    if (status != DS_OK)
        ds_wipe(out, DS_X25519_SHAREDBYTES);
    return status;
}
