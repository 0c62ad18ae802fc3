#include "crypto/signed.h"

#include "crypto/ecdsa.h"

ds_status ds_signed_by(ds_slice key, ds_slice text, const unsigned char signature[64])
{
    ds_status status = ds_ecdsa_verify(DS_CURVE_P256, DS_SHA256, signature, text, key);
    return status == DS_INVALID ? DS_VERIFY : status;
}
