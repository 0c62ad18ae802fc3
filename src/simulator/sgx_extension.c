#include "simulator/sgx_extension.h"

#include "crypto/der_write.h"

/* The numbers behind the arc. */
enum { PPID = 1, TCB, PCE_ID, FMSPC, SGX_TYPE, INSTANCE_ID, CONFIGURATION };
enum { COMPONENT_1 = 1, PCE_SVN = 17, CPU_SVN = 18 };
enum { DYNAMIC_PLATFORM = 1, CACHED_KEYS, SMT_ENABLED };

#define SCALABLE_WITH_INTEGRITY "\2"
#define DER_TRUE                "\xff"

/* 1.2.840.113741.1.13.1 in DER, without tag and length. */
static const unsigned char arc[] = {0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01};

/* Begins SEQUENCE { OID, value }: the value is added behind it, then `from` is wrapped.
 * In: inner, the last number, or 0 for none. Returns from. */
static size_t begin(ds_buf *der, unsigned char number, unsigned char inner)
{
    size_t from = der->len;
    ds_buf_add(der, arc, sizeof arc);
    ds_buf_byte(der, number);
    if (inner != 0)
        ds_buf_byte(der, inner);
    ds_der_wrap(der, from, DS_DER_OID);
    return from;
}

static void put(ds_buf *der, unsigned char number, unsigned char inner, unsigned char tag,
                ds_slice value)
{
    size_t from = begin(der, number, inner);
    ds_der_put(der, tag, value);
    ds_der_wrap(der, from, DS_DER_SEQUENCE);
}

static void put_octets(ds_buf *der, unsigned char number, const unsigned char *bytes, size_t n)
{
    put(der, number, 0, DS_DER_OCTET_STRING, ds_slice_of(bytes, n));
}

static void put_svn(ds_buf *der, unsigned char inner, unsigned svn)
{
    size_t from = begin(der, TCB, inner);
    ds_der_number(der, svn);
    ds_der_wrap(der, from, DS_DER_SEQUENCE);
}

static void put_tcb(ds_buf *der, const ds_sgx_platform *platform)
{
    size_t from = begin(der, TCB, 0), list = der->len;
    for (unsigned char i = 0; i < DS_CPU_SVN_BYTES; i++)
        put_svn(der, (unsigned char)(COMPONENT_1 + i), platform->cpu_svn[i]);
    put_svn(der, PCE_SVN, platform->pce_svn);
    put(der, TCB, CPU_SVN, DS_DER_OCTET_STRING, ds_slice_of(platform->cpu_svn, DS_CPU_SVN_BYTES));
    ds_der_wrap(der, list, DS_DER_SEQUENCE);
    ds_der_wrap(der, from, DS_DER_SEQUENCE);
}

static void put_configuration(ds_buf *der)
{
    size_t from = begin(der, CONFIGURATION, 0), list = der->len;
    put(der, CONFIGURATION, DYNAMIC_PLATFORM, DS_DER_BOOLEAN, DS_LITERAL(DER_TRUE));
    put(der, CONFIGURATION, CACHED_KEYS, DS_DER_BOOLEAN, DS_LITERAL(DER_TRUE));
    put(der, CONFIGURATION, SMT_ENABLED, DS_DER_BOOLEAN, DS_LITERAL(DER_TRUE));
    ds_der_wrap(der, list, DS_DER_SEQUENCE);
    ds_der_wrap(der, from, DS_DER_SEQUENCE);
}

ds_status ds_sgx_extension_write(ds_buf *der, const ds_sgx_platform *platform)
{
    size_t from = der->len;
    put_octets(der, PPID, platform->ppid, sizeof platform->ppid);
    put_tcb(der, platform);
    put_octets(der, PCE_ID, platform->pce_id, sizeof platform->pce_id);
    put_octets(der, FMSPC, platform->fmspc, sizeof platform->fmspc);
    put(der, SGX_TYPE, 0, DS_DER_ENUMERATED, DS_LITERAL(SCALABLE_WITH_INTEGRITY));
    put_octets(der, INSTANCE_ID, platform->instance_id, sizeof platform->instance_id);
    put_configuration(der);
    return ds_der_wrap(der, from, DS_DER_SEQUENCE);
}
