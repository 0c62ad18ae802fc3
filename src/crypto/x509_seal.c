#include "crypto/x509_seal.h"

#include "crypto/der_write.h"
#include "crypto/ecdsa.h"
#include "crypto/p256.h"

/* AlgorithmIdentifier of ecdsa-with-SHA256, RFC 5758. */
static const unsigned char algorithm[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                          0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};

ds_status ds_x509_seal(ds_buf *der, ds_slice tbs, const unsigned char scalar[32])
{
    unsigned char raw[DS_P256_SIGNATUREBYTES], sig[DS_ECDSA_DERBYTES];
    size_t from = der->len;
    ds_status status = ds_p256_sign_rfc6979(raw, tbs.data, tbs.len, scalar);
    if (status != DS_OK)
        return status;
    ds_buf_slice(der, tbs);
    ds_buf_add(der, algorithm, sizeof algorithm);
    size_t string = der->len;
    ds_buf_byte(der, 0); /* no unused bits */
    ds_buf_add(der, sig, ds_ecdsa_to_der(sig, raw, sizeof raw / 2));
    ds_der_wrap(der, string, DS_DER_BIT_STRING);
    return ds_der_wrap(der, from, DS_DER_SEQUENCE);
}
