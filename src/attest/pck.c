#include "attest/pck.h"

#include "crypto/der.h"

/* 1.2.840.113741.1.13.1; what its fields add to it are one or two numbers. */
static const unsigned char base_oid[] = {0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01};
#define SUFFIX_MAX 2

/* How a field's value is written. */
typedef enum form {
    OCTETS, /* OCTET STRING of just the size */
    SHORT,  /* INTEGER or ENUMERATED, content right-aligned in size bytes */
    BOOLEAN,
    FIELDS /* SEQUENCE of fields, whose numbers go on from this one's */
} form;

typedef struct field {
    const char *name;
    unsigned char suffix[SUFFIX_MAX]; /* numbers behind the base's */
    unsigned char suffix_len;
    form form;
    unsigned char tag;
    size_t size, offset;
    bool required;
} field;

#define AT(member) sizeof(((ds_pck *)NULL)->member), offsetof(ds_pck, member)
#define FLAG(name, number, member)                                                                 \
    {                                                                                              \
        name, {7, number}, 2, BOOLEAN, DS_DER_BOOLEAN, AT(member), false                           \
    }

static const field fields[] = {
    {"PPID", {1}, 1, OCTETS, DS_DER_OCTET_STRING, AT(ppid), true},
    {"TCB", {2}, 1, FIELDS, DS_DER_SEQUENCE, 0, 0, true},
    {"PCESVN", {2, 17}, 2, SHORT, DS_DER_INTEGER, AT(pce_svn), true},
    {"CPUSVN", {2, 18}, 2, OCTETS, DS_DER_OCTET_STRING, AT(cpu_svn), true},
    {"PCEID", {3}, 1, OCTETS, DS_DER_OCTET_STRING, AT(pce_id), true},
    {"FMSPC", {4}, 1, OCTETS, DS_DER_OCTET_STRING, AT(fmspc), true},
    {"SGX type", {5}, 1, SHORT, DS_DER_ENUMERATED, AT(sgx_type), true},
    {"platform instance id", {6}, 1, OCTETS, DS_DER_OCTET_STRING, AT(platform_instance), false},
    {"configuration", {7}, 1, FIELDS, DS_DER_SEQUENCE, 0, 0, false},
    FLAG("dynamicPlatform", 1, dynamic_platform),
    FLAG("cachedKeys", 2, cached_keys),
    FLAG("smtEnabled", 3, smt_enabled),
};

#define FIELD_COUNT    (sizeof fields / sizeof fields[0])
#define INSTANCE_FIELD (1ul << 7)
#define CONFIGURATION  (1ul << 8)

static ds_status wrong(ds_error *err, const char *name, const char *what)
{
    return ds_fail(err, DS_INVALID, "PCK certificate, SGX extension: %s %s", name, what);
}

/* Returns the numbers of an identifier behind the base's, or an empty slice. */
static ds_slice suffix_of(ds_slice oid)
{
    if (!ds_slice_starts(oid, ds_slice_of(base_oid, sizeof base_oid)))
        return ds_slice_of(NULL, 0);
    return ds_slice_of((const unsigned char *)oid.data + sizeof base_oid,
                       oid.len - sizeof base_oid);
}

static size_t find(ds_slice suffix)
{
    size_t i = 0;
    while (i < FIELD_COUNT &&
           !ds_slice_equal(suffix, ds_slice_of(fields[i].suffix, fields[i].suffix_len)))
        i++;
    return i;
}

/* An INTEGER of 128 and more is written with and without a zero in front. */
static bool store(unsigned char *at, const field *f, ds_slice content)
{
    const unsigned char *p = content.data;
    if (f->form == SHORT && (content.len == 0 || content.len > f->size))
        return false;
    if (f->form != SHORT && content.len != f->size)
        return false;
    if (f->form == BOOLEAN)
        *(bool *)at = p[0] != 0;
    else
        memcpy(at + f->size - content.len, p, content.len);
    return true;
}

/* The sixteen components are 2.1 to 2.16; whatever else no row knows is passed over. */
static bool store_component(ds_pck *pck, ds_slice suffix, ds_slice value)
{
    const unsigned char *p = suffix.data;
    uint32_t svn;
    if (suffix.len != 2 || p[0] != 2 || p[1] < 1 || p[1] > DS_PCK_COMPONENTS)
        return true;
    if (!ds_der_number(&value, UINT8_MAX, &svn))
        return false;
    pck->components[p[1] - 1] = (unsigned char)svn;
    return true;
}

static bool take_pair(ds_slice *from, ds_slice *oid, ds_slice *value)
{
    ds_slice pair;
    if (!ds_der_take(from, DS_DER_SEQUENCE, &pair, NULL) ||
        !ds_der_take(&pair, DS_DER_OID, oid, NULL))
        return false;
    *value = pair;
    return true;
}

static ds_status read_fields(ds_pck *pck, ds_slice from, unsigned long *seen, bool inner,
                             ds_error *err);

static ds_status read_field(ds_pck *pck, const field *f, ds_slice value, unsigned long *seen,
                            bool inner, ds_error *err)
{
    ds_slice content;
    if (!ds_der_take(&value, f->tag, &content, NULL) || value.len > 0)
        return wrong(err, f->name, "is of another type");
    if (f->form == FIELDS)
        return inner ? wrong(err, f->name, "is inside another")
                     : read_fields(pck, content, seen, true, err);
    if (!store((unsigned char *)pck + f->offset, f, content))
        return wrong(err, f->name, "has another length");
    return DS_OK;
}

static ds_status read_fields(ds_pck *pck, ds_slice from, unsigned long *seen, bool inner,
                             ds_error *err)
{
    ds_slice oid, value;
    while (from.len > 0) {
        if (!take_pair(&from, &oid, &value))
            return wrong(err, "a field", "is no identifier with a value");
        ds_slice suffix = suffix_of(oid);
        size_t i = find(suffix);
        if (i == FIELD_COUNT) {
            if (!store_component(pck, suffix, value))
                return wrong(err, "a TCB component", "is no number of one byte");
            continue;
        }
        if ((*seen >> i & 1) != 0)
            return wrong(err, fields[i].name, "is there twice");
        *seen |= 1ul << i;
        ds_status status = read_field(pck, &fields[i], value, seen, inner, err);
        if (status != DS_OK)
            return status;
    }
    return DS_OK;
}

static ds_status read_extension(ds_pck *pck, ds_slice value, ds_error *err)
{
    unsigned long seen = 0;
    ds_slice content;
    if (!ds_der_take(&value, DS_DER_SEQUENCE, &content, NULL) || value.len > 0)
        return wrong(err, "it", "is no sequence");
    ds_status status = read_fields(pck, content, &seen, false, err);
    for (size_t i = 0; status == DS_OK && i < FIELD_COUNT; i++)
        if (fields[i].required && (seen >> i & 1) == 0)
            status = wrong(err, fields[i].name, "is missing");
    pck->has_instance = (seen & INSTANCE_FIELD) != 0;
    pck->has_configuration = (seen & CONFIGURATION) != 0;
    return status;
}

/* There is one of that name at most: the reader of certificates refuses doubles. */
static bool find_extension(const ds_x509_cert *cert, ds_x509_entry *entry)
{
    ds_slice rest = cert->extensions;
    while (ds_x509_next_extension(&rest, entry))
        if (ds_slice_equal(entry->oid, ds_slice_of(base_oid, sizeof base_oid)))
            return true;
    return false;
}

bool ds_pck_is(const ds_x509_cert *cert)
{
    ds_x509_entry entry;
    return find_extension(cert, &entry);
}

ds_status ds_pck_read(ds_pck *pck, const ds_x509_cert *cert, ds_error *err)
{
    ds_x509_entry entry;
    memset(pck, 0, sizeof *pck);
    if (!find_extension(cert, &entry))
        return ds_fail(err, DS_INVALID, "the PCK certificate has no SGX extension");
    ds_status status = read_extension(pck, entry.value, err);
    if (status != DS_OK)
        memset(pck, 0, sizeof *pck);
    return status;
}

uint32_t ds_pck_pce_svn(const ds_pck *pck)
{
    return (uint32_t)pck->pce_svn[0] << 8 | pck->pce_svn[1];
}
