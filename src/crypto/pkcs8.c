/* Private keys as PKCS#8: PrivateKeyInfo (RFC 5208), ECPrivateKey (RFC 5915), CurvePrivateKey (RFC
 * 8410).
 *
 * OpenSSL's decoder frees copies of what it reads without wiping them. So keys on curves are taken
 * apart here, and OpenSSL gets their numbers. Its decoder is left what does not come in the one
 * form that is written today: RSA, explicit curves, attributes. */
#include "crypto/pkey.h"

#include <openssl/ec.h>
#include <openssl/x509.h>

#define INTEGER      0x02
#define BIT_STRING   0x03
#define OCTET_STRING 0x04
#define SEQUENCE     0x30
#define PUBLIC       0xa1 /* [1] in ECPrivateKey */

/* Cuts an element with this tag, shorter than 64 KiB, from *rest. Its length is written as DER
 * wants it, as shortly as can be. */
static bool take(ds_slice *content, ds_slice *rest, unsigned char tag)
{
    const unsigned char *p = rest->data;
    size_t head = 2;
    if (rest->len < head || p[0] != tag)
        return false;
    size_t len = p[1];
    if (len > 0x7f) {
        head += len & 0x7f;
        if (head < 3 || head > 4 || rest->len < head)
            return false;
        len = head == 3 ? p[2] : (size_t)p[2] << 8 | p[3];
        if (len < (head == 3 ? 0x80 : 0x100))
            return false;
    }
    if (len > rest->len - head)
        return false;
    *content = ds_slice_of(p + head, len);
    *rest = ds_slice_of(p + head + len, rest->len - head - len);
    return true;
}

/* Takes an element behind which there is nothing. */
static bool take_last(ds_slice *content, ds_slice rest, unsigned char tag)
{
    return take(content, &rest, tag) && rest.len == 0;
}

static bool take_version(ds_slice *rest, unsigned char version)
{
    ds_slice number;
    return take(&number, rest, INTEGER) && number.len == 1 &&
           *(const unsigned char *)number.data == version;
}

/* Takes the AlgorithmIdentifier. Out: the kind of key and its curve, as OpenSSL numbers them; no
 * curve where there are no parameters. */
static bool take_algorithm(int *kind, int *curve, ds_slice *rest)
{
    const ASN1_OBJECT *name;
    const void *parameters;
    int type;
    const unsigned char *p = rest->data;
    X509_ALGOR *algorithm = d2i_X509_ALGOR(NULL, &p, (long)rest->len);
    if (algorithm == NULL)
        return false;
    X509_ALGOR_get0(&name, &type, &parameters, algorithm);
    *kind = OBJ_obj2nid(name);
    *curve = type == V_ASN1_OBJECT ? OBJ_obj2nid(parameters) : NID_undef;
    bool known = type == V_ASN1_OBJECT || type == V_ASN1_UNDEF;
    X509_ALGOR_free(algorithm);
    size_t used = (size_t)(p - (const unsigned char *)rest->data);
    *rest = ds_slice_of(p, rest->len - used);
    return known;
}

/* Takes the public part at the end of ECPrivateKey. Out: *point, empty where there is none. */
static bool take_point(ds_slice *point, ds_slice rest)
{
    ds_slice tagged, bits;
    *point = ds_slice_of(NULL, 0);
    if (rest.len == 0)
        return true;
    if (!take_last(&tagged, rest, PUBLIC) || !take_last(&bits, tagged, BIT_STRING) || bits.len < 2)
        return false;
    const unsigned char *p = bits.data;
    *point = ds_slice_of(p + 1, bits.len - 1);
    return p[0] == 0; /* no bits unused */
}

/* In: ECPrivateKey. Returns the key, or NULL. */
static EVP_PKEY *curve_key(int curve, ds_slice inner)
{
    unsigned char computed[DS_PKEY_POINTBYTES];
    ds_slice body, scalar, point;
    if (curve == NID_undef || !take_last(&body, inner, SEQUENCE) || !take_version(&body, 1) ||
        !take(&scalar, &body, OCTET_STRING) || !take_point(&point, body))
        return NULL;
    const char *name = OBJ_nid2sn(curve);
    if (point.len == 0)
        point = ds_slice_of(computed, ds_pkey_ec_point(computed, sizeof computed, name, scalar));
    return point.len == 0 ? NULL : ds_pkey_ec_pair(name, scalar, point);
}

/* In: CurvePrivateKey. Returns the key, or NULL. */
static EVP_PKEY *raw_key(int kind, ds_slice inner)
{
    ds_slice secret;
    if (!take_last(&secret, inner, OCTET_STRING))
        return NULL;
    return EVP_PKEY_new_raw_private_key(kind, NULL, secret.data, secret.len);
}

/* Returns the key, or NULL when the text is not in our form. */
static EVP_PKEY *take_apart(ds_slice der)
{
    ds_slice info, inner;
    int kind, curve;
    if (!take_last(&info, der, SEQUENCE) || !take_version(&info, 0) ||
        !take_algorithm(&kind, &curve, &info) || !take_last(&inner, info, OCTET_STRING))
        return NULL;
    if (kind == NID_X9_62_id_ecPublicKey)
        return curve_key(curve, inner);
    bool raw = kind == NID_ED25519 || kind == NID_X25519 || kind == NID_ED448 || kind == NID_X448;
    return raw && curve == NID_undef ? raw_key(kind, inner) : NULL;
}

static EVP_PKEY *decode(ds_slice der)
{
    const unsigned char *p = der.data;
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)der.len);
    bool whole = info != NULL && (size_t)(p - (const unsigned char *)der.data) == der.len;
    EVP_PKEY *key = whole ? EVP_PKCS82PKEY(info) : NULL;
    PKCS8_PRIV_KEY_INFO_free(info);
    return key;
}

EVP_PKEY *ds_pkey_from_pkcs8(ds_slice der)
{
    if (der.len == 0)
        return NULL;
    EVP_PKEY *key = take_apart(der);
    return key != NULL ? key : decode(der);
}
