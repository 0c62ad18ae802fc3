/* The public key infrastructure of a simulated platform: what Intel's is for a real one.
 *
 *   root CA -- PCK platform CA -- PCK certificate: signs the QE's report
 *           |- PCK processor CA, of other platforms
 *           \- TCB signer: signs TCB info and QE identity
 *
 * Keys are derived from a seed, and all else follows from them and from the time, so the same seed
 * gives the same bytes. Its names say that it is not Intel's; its keys protect nothing; nobody
 * believes its root who was not told to. */
#ifndef DS_SIMULATOR_PKI_H
#define DS_SIMULATOR_PKI_H

#include "base/arena.h"
#include "crypto/p256.h"
#include "simulator/flaw.h"
#include "simulator/sgx_extension.h"

#define DS_CRL_MAXBYTES 4096

/* Whom a CRL is of. */
typedef enum ds_crl_issuer { DS_CRL_OF_ROOT, DS_CRL_OF_PCK_CA, DS_CRL_OF_OTHER_CA } ds_crl_issuer;

typedef struct ds_pki_party {
    unsigned char key[DS_P256_KEYBYTES];
    unsigned char public_key[DS_P256_PUBLICBYTES];
    ds_slice certificate; /* PEM; none for the attestation key */
} ds_pki_party;

typedef struct ds_pki {
    ds_arena arena;  /* holds what the slices point to */
    ds_pck platform; /* as its certificate has it */
    ds_slice anchor; /* PEM: the root to believe, which is root's unless that is flawed */
    ds_pki_party root, pck_ca, pck, signer;
    ds_pki_party attestation; /* of the QE: signs quotes */
    ds_pki_party other;       /* the PCK processor CA */
    ds_pki_party forger;      /* who calls itself the PCK platform CA */
    ds_slice pck_chain;       /* PEM: PCK, PCK CA, root */
    ds_slice pck_ca_chain;    /* PCK CA, root */
    ds_slice other_ca_chain;  /* PCK processor CA, root */
    ds_slice signer_chain;    /* TCB signer, root */
} ds_pki;

/* Makes all keys and certificates. In: seed, empty for the one that is built in.
 * Out: *pki, to be freed; zeroed on failure. Fails with DS_MEMORY or DS_INTERNAL. */
ds_status ds_pki_make(ds_pki *pki, ds_slice seed, const ds_flaws *flaws,
                      ds_error *err) DS_MUST_CHECK;

/* Wipes and frees. A zeroed one is allowed. */
void ds_pki_free(ds_pki *pki);

/* Adds a CRL, DER. In: issued, Unix seconds; the root's holds for a year, a PCK CA's for a month.
 */
ds_status ds_pki_crl(ds_buf *der, const ds_pki *pki, ds_crl_issuer issuer, int64_t issued,
                     const ds_flaws *flaws, ds_error *err) DS_MUST_CHECK;

#endif
