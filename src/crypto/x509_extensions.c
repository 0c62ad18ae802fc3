#include "crypto/x509_extensions.h"

#include "crypto/hash.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#define IPV4_BYTES 4
#define IPV6_BYTES 16
#define SKI_BYTES  20
#define EKU_BYTES  10

/* Fixed contents, as DER. */
static const unsigned char key_usage_leaf[] = {0x03, 0x02, 0x07, 0x80};
static const unsigned char key_usage_ca[] = {0x03, 0x02, 0x01, 0x86};
static const unsigned char ca_path_1[] = {0x30, 0x06, 0x01, 0x01, 0xff, 0x02, 0x01, 0x01};
static const unsigned char server_auth[EKU_BYTES] = {0x06, 0x08, 0x2b, 0x06, 0x01,
                                                     0x05, 0x05, 0x07, 0x03, 0x01};
static const unsigned char client_auth[EKU_BYTES] = {0x06, 0x08, 0x2b, 0x06, 0x01,
                                                     0x05, 0x05, 0x07, 0x03, 0x02};

X509_EXTENSION *ds_x509_extension_new(const char *oid, bool critical, ds_slice der)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    X509_EXTENSION *extension = NULL;
    if (object != NULL && value != NULL &&
        ASN1_OCTET_STRING_set(value, der.data, (int)der.len) == 1)
        extension = X509_EXTENSION_create_by_OBJ(NULL, object, critical, value);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(object);
    return extension;
}

static bool add(X509 *cert, const char *oid, bool critical, ds_slice der)
{
    X509_EXTENSION *extension = ds_x509_extension_new(oid, critical, der);
    bool good = extension != NULL && X509_add_ext(cert, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return good;
}

/* Returns the length of the address, or 0 when the text is none. */
static size_t parse_address(unsigned char out[IPV6_BYTES], ds_slice text)
{
    char copy[INET6_ADDRSTRLEN];
    if (text.len == 0 || text.len >= sizeof copy || memchr(text.data, 0, text.len) != NULL)
        return 0;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, out) == 1)
        return IPV4_BYTES;
    return inet_pton(AF_INET6, copy, out) == 1 ? IPV6_BYTES : 0;
}

static GENERAL_NAME *make_alt_name(ds_slice text)
{
    unsigned char address[IPV6_BYTES];
    size_t size = parse_address(address, text);
    ds_slice bytes = size == 0 ? text : ds_slice_of(address, size);
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_STRING *value = ASN1_STRING_type_new(size == 0 ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
    if (name == NULL || value == NULL ||
        ASN1_STRING_set(value, bytes.len == 0 ? "" : bytes.data, (int)bytes.len) != 1) {
        ASN1_STRING_free(value);
        GENERAL_NAME_free(name);
        return NULL;
    }
    GENERAL_NAME_set0_value(name, size == 0 ? GEN_DNS : GEN_IPADD, value);
    return name;
}

static bool add_alt_names(X509 *cert, const ds_x509_template *t)
{
    unsigned char *der = NULL;
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    bool good = names != NULL;
    for (size_t i = 0; good && i < t->alt_count; i++) {
        GENERAL_NAME *name = make_alt_name(t->alt_names[i]);
        good = name != NULL && OPENSSL_sk_push((OPENSSL_STACK *)names, name) > 0;
        if (!good)
            GENERAL_NAME_free(name);
    }
    int len = good ? i2d_GENERAL_NAMES(names, &der) : -1;
    good = len > 0 && add(cert, "2.5.29.17", false, ds_slice_of(der, (size_t)len));
    OPENSSL_free(der);
    GENERAL_NAMES_free(names);
    return good;
}

static bool add_extended_usage(X509 *cert, bool server, bool client)
{
    unsigned char der[2 + 2 * EKU_BYTES] = {0x30}, *p = der + 2;
    if (server) {
        memcpy(p, server_auth, EKU_BYTES);
        p += EKU_BYTES;
    }
    if (client) {
        memcpy(p, client_auth, EKU_BYTES);
        p += EKU_BYTES;
    }
    size_t len = (size_t)(p - der);
    der[1] = (unsigned char)(len - 2);
    return len == 2 || add(cert, "2.5.29.37", false, ds_slice_of(der, len));
}

/* The key's id: the first bytes of SHA-256 of its SubjectPublicKeyInfo, as RFC 7093 has it. */
static bool add_key_id(X509 *cert, const unsigned char pub[65])
{
    unsigned char spki[DS_P256_SPKIBYTES], digest[DS_SHA256_BYTES];
    unsigned char der[2 + SKI_BYTES] = {0x04, SKI_BYTES};
    if (ds_p256_spki(spki, pub) != DS_OK ||
        ds_hash_one(DS_SHA256, digest, spki, sizeof spki) != DS_OK)
        return false;
    memcpy(der + 2, digest, SKI_BYTES);
    return add(cert, "2.5.29.14", false, ds_slice_of(der, sizeof der));
}

bool ds_x509_authority(unsigned char der[DS_X509_AUTHORITYBYTES], const X509 *issuer)
{
    static const unsigned char head[] = {0x30, 2 + SKI_BYTES, 0x80, SKI_BYTES};
    ASN1_OCTET_STRING *id = X509_get_ext_d2i(issuer, NID_subject_key_identifier, NULL, NULL);
    bool good = id != NULL && ASN1_STRING_length(id) == SKI_BYTES;
    if (good) {
        memcpy(der, head, sizeof head);
        memcpy(der + sizeof head, ASN1_STRING_get0_data(id), SKI_BYTES);
    }
    ASN1_OCTET_STRING_free(id);
    return good;
}

/* In: issuer, NULL for a certificate that is its own. */
static bool add_key_ids(X509 *cert, const ds_x509_template *t, const unsigned char pub[65],
                        const X509 *issuer)
{
    unsigned char der[DS_X509_AUTHORITYBYTES];
    return (t->is_ca || add_key_id(cert, pub)) &&
           ds_x509_authority(der, issuer == NULL ? cert : issuer) &&
           add(cert, DS_X509_AUTHORITY_OID, false, ds_slice_of(der, sizeof der));
}

bool ds_x509_add_extensions(X509 *cert, const ds_x509_template *t, const unsigned char pub[65],
                            const X509 *issuer)
{
    ds_slice usage = t->is_ca ? ds_slice_of(key_usage_ca, sizeof key_usage_ca)
                              : ds_slice_of(key_usage_leaf, sizeof key_usage_leaf);
    if (t->alt_count > 0 && !add_alt_names(cert, t))
        return false;
    if (!add(cert, "2.5.29.15", true, usage) ||
        !add_extended_usage(cert, t->server_auth, t->client_auth))
        return false;
    if (t->is_ca && (!add_key_id(cert, pub) ||
                     !add(cert, "2.5.29.19", true, ds_slice_of(ca_path_1, sizeof ca_path_1))))
        return false;
    if (t->key_ids && !add_key_ids(cert, t, pub, issuer))
        return false;
    for (size_t i = 0; i < t->extra_count; i++)
        if (!add(cert, t->extra[i].oid, t->extra[i].critical, t->extra[i].der))
            return false;
    return true;
}
