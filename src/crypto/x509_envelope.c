#include "crypto/x509_envelope.h"

#include "crypto/der.h"
#include "crypto/ecdsa.h"

/* AlgorithmIdentifier of ecdsa-with-SHA256, content. */
static const unsigned char ecdsa_sha256[] = {0x06, 0x08, 0x2a, 0x86, 0x48,
                                             0xce, 0x3d, 0x04, 0x03, 0x02};

static const unsigned char id_ce[] = {0x55, 0x1d};

unsigned ds_x509_ce_number(ds_slice oid)
{
    const unsigned char *p = oid.data;
    return oid.len == sizeof id_ce + 1 && memcmp(p, id_ce, sizeof id_ce) == 0 ? p[2] : 0;
}

bool ds_x509_open(ds_x509_envelope *e, ds_slice der)
{
    ds_slice outer;
    return ds_der_take(&der, DS_DER_SEQUENCE, &outer, NULL) && der.len == 0 &&
           ds_der_take(&outer, DS_DER_SEQUENCE, &e->content, &e->tbs) &&
           ds_der_take(&outer, DS_DER_SEQUENCE, &e->algorithm, NULL) &&
           ds_der_bits(&outer, &e->signature) && outer.len == 0;
}

bool ds_x509_raw_signature(unsigned char raw[DS_X509_SIGNATURE_BYTES], const ds_x509_envelope *e)
{
    return ds_slice_equal(e->algorithm, ds_slice_of(ecdsa_sha256, sizeof ecdsa_sha256)) &&
           ds_ecdsa_from_der(raw, DS_X509_SIGNATURE_BYTES / 2, e->signature) == DS_OK;
}
