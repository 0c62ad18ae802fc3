#include "simulator/kms.h"

#include "base/wipe.h"
#include "crypto/hash.h"
#include "guest/key.h"

ds_status ds_kms_env_key(unsigned char secret[DS_X25519_SECRETBYTES],
                         const unsigned char ca_key[DS_P256_KEYBYTES], ds_slice app_id)
{
    unsigned char scalar[DS_P256_KEYBYTES], der[DS_P256_PKCS8BYTES];
    const ds_slice context[] = {app_id, DS_LITERAL("env-encrypt-key")};
    memset(secret, 0, DS_X25519_SECRETBYTES);
    ds_status status = ds_key_derive(scalar, ca_key, context, 2);
    if (status == DS_OK)
        status = ds_p256_pkcs8(der, scalar);
    if (status == DS_OK)
        status = ds_hash_one(DS_SHA256, secret, der, sizeof der);
    ds_wipe(scalar, sizeof scalar);
    ds_wipe(der, sizeof der);
    return status == DS_OK ? DS_OK : DS_INTERNAL;
}
