/* What a PCK certificate says of its platform: Intel's SGX extension, 1.2.840.113741.1.13.1.
 *
 * Source: Intel SGX PCK Certificate and Certificate Revocation List Profile Specification. */
#ifndef DS_ATTEST_PCK_H
#define DS_ATTEST_PCK_H

#include "attest/statement.h"
#include "crypto/x509_read.h"

#define DS_PPID_BYTES              16
#define DS_PLATFORM_INSTANCE_BYTES 16
#define DS_PCK_COMPONENTS          16

typedef struct ds_pck {
    unsigned char ppid[DS_PPID_BYTES];
    unsigned char cpu_svn[DS_TCB_SVN_BYTES];
    unsigned char pce_svn[2]; /* big endian */
    unsigned char pce_id[DS_PCE_ID_BYTES];
    unsigned char fmspc[DS_FMSPC_BYTES];
    unsigned char sgx_type; /* 0 standard, 1 scalable, 2 scalable with integrity */
    unsigned char components[DS_PCK_COMPONENTS]; /* what cpu_svn stands for */
    bool has_instance; /* the next ones are there: a platform of more than one package */
    unsigned char platform_instance[DS_PLATFORM_INSTANCE_BYTES];
    bool has_configuration;
    bool dynamic_platform, cached_keys, smt_enabled;
} ds_pck;

/* Returns whether a certificate is a platform's: it has the extension, whatever that says. */
bool ds_pck_is(const ds_x509_cert *cert);

/* Reads the extension of a certificate. Out: *pck, zeroed on failure. Returns DS_OK, or DS_INVALID
 * when it is not there, or lacks a field, has one twice or in another form. */
ds_status ds_pck_read(ds_pck *pck, const ds_x509_cert *cert, ds_error *err) DS_MUST_CHECK;

/* Returns pce_svn as a number. */
uint32_t ds_pck_pce_svn(const ds_pck *pck);

#endif
