#include "simulator/sgx_extension.h"

#include "crypto/der_write.h"

/* The numbers behind the arc. */
enum { PPID = 1, TCB, PCE_ID, FMSPC, SGX_TYPE, INSTANCE_ID, CONFIGURATION };
enum { COMPONENT_1 = 1, PCE_SVN = 17, CPU_SVN = 18 };
enum { DYNAMIC_PLATFORM = 1, CACHED_KEYS, SMT_ENABLED };

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

static void put_svn(ds_buf *der, unsigned char inner, uint32_t svn)
{
    size_t from = begin(der, TCB, inner);
    ds_der_put_number(der, svn);
    ds_der_wrap(der, from, DS_DER_SEQUENCE);
}

static void put_tcb(ds_buf *der, const ds_pck *pck)
{
    size_t from = begin(der, TCB, 0), list = der->len;
    for (unsigned char i = 0; i < DS_TCB_SVN_BYTES; i++)
        put_svn(der, (unsigned char)(COMPONENT_1 + i), pck->components[i]);
    put_svn(der, PCE_SVN, ds_pck_pce_svn(pck));
    put(der, TCB, CPU_SVN, DS_DER_OCTET_STRING, ds_slice_of(pck->cpu_svn, DS_TCB_SVN_BYTES));
    ds_der_wrap(der, list, DS_DER_SEQUENCE);
    ds_der_wrap(der, from, DS_DER_SEQUENCE);
}

static void put_flag(ds_buf *der, unsigned char inner, bool set)
{
    const unsigned char value = set ? 0xff : 0; /* X.690, 11.1 */
    put(der, CONFIGURATION, inner, DS_DER_BOOLEAN, ds_slice_of(&value, 1));
}

static void put_configuration(ds_buf *der, const ds_pck *pck)
{
    size_t from = begin(der, CONFIGURATION, 0), list = der->len;
    put_flag(der, DYNAMIC_PLATFORM, pck->dynamic_platform);
    put_flag(der, CACHED_KEYS, pck->cached_keys);
    put_flag(der, SMT_ENABLED, pck->smt_enabled);
    ds_der_wrap(der, list, DS_DER_SEQUENCE);
    ds_der_wrap(der, from, DS_DER_SEQUENCE);
}

ds_status ds_sgx_extension_write(ds_buf *der, const ds_pck *pck)
{
    size_t from = der->len;
    put_octets(der, PPID, pck->ppid, sizeof pck->ppid);
    put_tcb(der, pck);
    put_octets(der, PCE_ID, pck->pce_id, sizeof pck->pce_id);
    put_octets(der, FMSPC, pck->fmspc, sizeof pck->fmspc);
    put(der, SGX_TYPE, 0, DS_DER_ENUMERATED, ds_slice_of(&pck->sgx_type, 1));
    put_octets(der, INSTANCE_ID, pck->platform_instance, sizeof pck->platform_instance);
    put_configuration(der, pck);
    return ds_der_wrap(der, from, DS_DER_SEQUENCE);
}
