#include "simulator/pki.h"

#include "base/wipe.h"
#include "crypto/der_write.h"
#include "crypto/x509.h"
#include "simulator/builtin.h"

#define PEM_MAXBYTES       4096
#define EXTENSION_MAXBYTES 1024
#define EXTENSIONS_MAX     2

/* 2018-05-21 00:00:00 and 2049-12-31 23:59:59, about as Intel's. */
#define NOT_BEFORE 1526860800
#define NOT_AFTER  2524607999

#define PCK_CRL_SECONDS  (30 * INT64_C(86400))
#define ROOT_CRL_SECONDS (365 * INT64_C(86400))

#define OWNER DS_LITERAL("dstack simulator, not Intel")

/* Nobody has such a host (RFC 2606): CRLs come from the simulator, or with the collateral. */
#define CRL_POINT_OID  "2.5.29.31"
#define CRL_POINT_ROOT "https://dstack-simulator.invalid/SimulatedSGXRootCA.der"
#define CRL_POINT_PCK                                                                              \
    "https://dstack-simulator.invalid/sgx/certification/v4/pckcrl?ca=platform&encoding=der"

/* The platform as its certificate has it: scalable with integrity. The FMSPC is a word to be
 * recognised by: d57ac, dstack. */
static const ds_pck platform = {
    .cpu_svn = {4, 4, 2, 2, 4, 1, 0, 3},
    .components = {4, 4, 2, 2, 4, 1, 0, 3},
    .pce_svn = {0, 13},
    .fmspc = {0xd5, 0x7a, 0xc0, 0x00, 0x00, 0x01},
    .sgx_type = 2,
    .has_instance = true,
    .has_configuration = true,
    .dynamic_platform = true,
    .cached_keys = true,
    .smt_enabled = true,
};

/* A certificate to be issued. */
typedef struct order {
    const char *name;
    const char *crl_point; /* where the CRL is said to be that it may be in */
    ds_flaw_place place;
    bool is_ca;
    bool is_pck;
} order;

/* Keys ---------------------------------------------------------------------------------------- */

static ds_status make_party(ds_pki_party *party, ds_slice seed, const char *label)
{
    ds_status status = ds_builtin_derive(party->key, sizeof party->key, seed, label);
    return status == DS_OK ? ds_p256_public_key(party->public_key, party->key) : status;
}

/* The other root has a key of its own, and the name. */
static ds_status make_keys(ds_pki *pki, ds_slice seed)
{
    const struct {
        ds_pki_party *party;
        const char *label;
    } parties[] = {
        {&pki->root, "sgx-root"},     {&pki->pck_ca, "sgx-pck-ca"},
        {&pki->pck, "sgx-pck"},       {&pki->signer, "sgx-tcb-signer"},
        {&pki->other, "sgx-other"},   {&pki->attestation, "attestation-key"},
        {&pki->forger, "sgx-forger"},
    };
    pki->platform = platform;
    ds_status status = ds_builtin_derive(pki->platform.ppid, DS_PPID_BYTES, seed, "sgx-ppid");
    if (status == DS_OK)
        status =
            ds_builtin_derive(pki->platform.platform_instance, DS_PPID_BYTES, seed, "sgx-instance");
    for (size_t i = 0; status == DS_OK && i < sizeof parties / sizeof *parties; i++)
        status = make_party(parties[i].party, seed, parties[i].label);
    return status;
}

/* Certificates -------------------------------------------------------------------------------- */

/* A list of one distribution point with one URI: RFC 5280, 4.2.1.13. */
static void put_crl_point(ds_buf *der, const char *uri)
{
    size_t from = der->len;
    ds_der_put(der, 0x86, ds_slice_of(uri, strlen(uri))); /* GeneralName: [6] */
    ds_der_wrap(der, from, 0xa0);                         /* DistributionPointName: fullName [0] */
    ds_der_wrap(der, from, 0xa0);                         /* distributionPoint [0] */
    ds_der_wrap(der, from, DS_DER_SEQUENCE);
    ds_der_wrap(der, from, DS_DER_SEQUENCE);
}

static size_t put_extensions(ds_x509_extension list[EXTENSIONS_MAX], ds_buf *point, ds_buf *sgx,
                             const ds_pki *pki, const order *o, const ds_flaws *flaws)
{
    put_crl_point(point, o->crl_point);
    list[0] = (ds_x509_extension){CRL_POINT_OID, false, ds_buf_content(point)};
    if (!o->is_pck || ds_flaws_have(flaws, DS_FLAW_PCK_PLAIN))
        return 1;
    ds_pck pck = pki->platform;
    ds_flaws_bend(flaws, DS_AT_CPU_SVN, pck.cpu_svn, sizeof pck.cpu_svn);
    ds_sgx_extension_write(sgx, &pck);
    list[1] = (ds_x509_extension){DS_SGX_EXTENSION_OID, false, ds_buf_content(sgx)};
    return 2;
}

/* Out: *certificate, PEM, in the arena. */
static ds_status issue(ds_slice *certificate, ds_pki *pki, const order *o,
                       const ds_pki_party *subject, ds_slice issuer,
                       const unsigned char issuer_key[32], const ds_flaws *flaws, ds_error *err)
{
    ds_x509_extension extensions[EXTENSIONS_MAX];
    ds_buf point, sgx, pem;
    ds_buf_init(&point, EXTENSION_MAXBYTES);
    ds_buf_init(&sgx, EXTENSION_MAXBYTES);
    ds_buf_init(&pem, PEM_MAXBYTES);
    int64_t moved = ds_flaws_seconds(flaws, o->place);
    const ds_x509_template t = {
        .subject_o = OWNER,
        .subject_cn = {o->name, strlen(o->name)},
        .not_before = NOT_BEFORE + moved,
        .not_after = NOT_AFTER + moved,
        .is_ca = o->is_ca,
        .key_ids = true,
        .reproducible = true,
        .extra = extensions,
        .extra_count = put_extensions(extensions, &point, &sgx, pki, o, flaws),
    };
    ds_status status = ds_buf_status(&point) != DS_OK ? ds_buf_status(&point) : ds_buf_status(&sgx);
    status = status == DS_OK ? ds_x509_issue(&pem, &t, subject->public_key, issuer, issuer_key, err)
                             : ds_fail(err, status, "a certificate's extensions could not be made");
    if (status == DS_OK && !ds_arena_copy(&pki->arena, certificate, ds_buf_content(&pem)))
        status = ds_fail_memory(err);
    ds_buf_free(&point);
    ds_buf_free(&sgx);
    ds_buf_free(&pem);
    return status;
}

/* The root that is believed, and the one that signs: another one where that is the flaw. */
static ds_status issue_roots(ds_pki *pki, ds_slice seed, const ds_flaws *flaws, ds_error *err)
{
    static const order o = {"SGX Root CA of the dstack simulator", CRL_POINT_ROOT, DS_AT_NOTHING,
                            true, false};
    ds_status status =
        issue(&pki->anchor, pki, &o, &pki->root, ds_slice_of(NULL, 0), pki->root.key, flaws, err);
    pki->root.certificate = pki->anchor;
    if (status != DS_OK || !ds_flaws_have(flaws, DS_FLAW_OTHER_ROOT))
        return status;
    if ((status = make_party(&pki->root, seed, "sgx-other-root")) != DS_OK)
        return ds_fail(err, status, "another root's key could not be made");
    return issue(&pki->root.certificate, pki, &o, &pki->root, ds_slice_of(NULL, 0), pki->root.key,
                 flaws, err);
}

static ds_status issue_pck_cas(ds_pki *pki, const ds_flaws *flaws, ds_error *err)
{
    const order ca = {"SGX PCK Platform CA of the dstack simulator", CRL_POINT_ROOT, DS_AT_PCK_CA,
                      !ds_flaws_have(flaws, DS_FLAW_PCK_CA_IS_LEAF), false};
    const order other = {"SGX PCK Processor CA of the dstack simulator", CRL_POINT_ROOT,
                         DS_AT_NOTHING, true, false};
    const struct {
        ds_pki_party *ca;
        const order *o;
    } all[] = {{&pki->pck_ca, &ca}, {&pki->other, &other}, {&pki->forger, &ca}};
    ds_status status = DS_OK;
    for (size_t i = 0; status == DS_OK && i < sizeof all / sizeof *all; i++)
        status = issue(&all[i].ca->certificate, pki, all[i].o, all[i].ca, pki->root.certificate,
                       pki->root.key, flaws, err);
    return status;
}

/* Whoever forges a PCK certificate has a CA of the same name, which is not in the chain. */
static ds_status issue_pck(ds_pki *pki, const ds_flaws *flaws, ds_error *err)
{
    const order leaf = {"SGX PCK Certificate of the dstack simulator", CRL_POINT_PCK, DS_AT_PCK,
                        ds_flaws_have(flaws, DS_FLAW_PCK_IS_CA), true};
    const ds_pki_party *issuer =
        ds_flaws_have(flaws, DS_FLAW_PCK_FORGED) ? &pki->forger : &pki->pck_ca;
    ds_status status = issue_pck_cas(pki, flaws, err);
    return status == DS_OK ? issue(&pki->pck.certificate, pki, &leaf, &pki->pck,
                                   issuer->certificate, issuer->key, flaws, err)
                           : status;
}

static ds_status issue_signer(ds_pki *pki, const ds_flaws *flaws, ds_error *err)
{
    const order o = {"SGX TCB Signing of the dstack simulator", CRL_POINT_ROOT, DS_AT_SIGNER,
                     ds_flaws_have(flaws, DS_FLAW_SIGNER_IS_CA), false};
    return issue(&pki->signer.certificate, pki, &o, &pki->signer, pki->root.certificate,
                 pki->root.key, flaws, err);
}

/* Out: *chain, certificates one after the other. */
static ds_status link(ds_slice *chain, ds_pki *pki, const ds_slice *certificates, size_t count)
{
    ds_buf pem;
    ds_buf_init(&pem, count * PEM_MAXBYTES);
    for (size_t i = 0; i < count; i++)
        ds_buf_slice(&pem, certificates[i]);
    bool good =
        ds_buf_status(&pem) == DS_OK && ds_arena_copy(&pki->arena, chain, ds_buf_content(&pem));
    ds_buf_free(&pem);
    return good ? DS_OK : DS_MEMORY;
}

static ds_status link_chains(ds_pki *pki, const ds_flaws *flaws)
{
    const ds_slice pck[] = {pki->pck.certificate, pki->pck_ca.certificate, pki->root.certificate};
    const ds_slice gap[] = {pki->pck.certificate, pki->root.certificate};
    const ds_slice signer[] = {pki->signer.certificate, pki->root.certificate};
    const ds_slice other[] = {pki->other.certificate, pki->root.certificate};
    bool whole = !ds_flaws_have(flaws, DS_FLAW_CHAIN_WITHOUT_CA);
    ds_status status = link(&pki->pck_chain, pki, whole ? pck : gap, whole ? 3 : 2);
    if (status == DS_OK)
        status = link(&pki->pck_ca_chain, pki, pck + 1, 2);
    if (status == DS_OK)
        status = link(&pki->other_ca_chain, pki, other, 2);
    return status == DS_OK ? link(&pki->signer_chain, pki, signer, 2) : status;
}

ds_status ds_pki_make(ds_pki *pki, ds_slice seed, const ds_flaws *flaws, ds_error *err)
{
    memset(pki, 0, sizeof *pki);
    ds_status status = make_keys(pki, seed);
    if (status != DS_OK)
        ds_fail(err, status, "the keys of the simulated platform could not be made");
    if (status == DS_OK)
        status = issue_roots(pki, seed, flaws, err);
    if (status == DS_OK)
        status = issue_pck(pki, flaws, err);
    if (status == DS_OK)
        status = issue_signer(pki, flaws, err);
    if (status == DS_OK && (status = link_chains(pki, flaws)) != DS_OK)
        ds_fail(err, status, "the certificate chains could not be made");
    if (status != DS_OK)
        ds_pki_free(pki);
    return status;
}

void ds_pki_free(ds_pki *pki)
{
    ds_arena_free(&pki->arena);
    ds_wipe(pki, sizeof *pki);
}

/* CRLs ---------------------------------------------------------------------------------------- */

static size_t list_revoked(ds_slice revoked[3], const ds_pki *pki, ds_crl_issuer issuer,
                           const ds_flaws *flaws)
{
    const struct {
        ds_crl_issuer by;
        ds_flaw_id flaw;
        ds_slice certificate;
    } all[] = {
        {DS_CRL_OF_ROOT, DS_FLAW_ROOT_REVOKED, pki->anchor},
        {DS_CRL_OF_ROOT, DS_FLAW_PCK_CA_REVOKED, pki->pck_ca.certificate},
        {DS_CRL_OF_ROOT, DS_FLAW_SIGNER_REVOKED, pki->signer.certificate},
        {DS_CRL_OF_PCK_CA, DS_FLAW_PCK_REVOKED, pki->pck.certificate},
    };
    size_t count = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].by == issuer && ds_flaws_have(flaws, all[i].flaw))
            revoked[count++] = all[i].certificate;
    return count;
}

static const ds_pki_party *crl_signer(const ds_pki *pki, ds_crl_issuer issuer,
                                      const ds_flaws *flaws)
{
    if (issuer == DS_CRL_OF_ROOT)
        return &pki->root;
    bool other = issuer == DS_CRL_OF_OTHER_CA || ds_flaws_have(flaws, DS_FLAW_PCK_CRL_OTHER);
    return other ? &pki->other : &pki->pck_ca;
}

ds_status ds_pki_crl(ds_buf *der, const ds_pki *pki, ds_crl_issuer issuer, int64_t issued,
                     const ds_flaws *flaws, ds_error *err)
{
    ds_slice revoked[3];
    bool root = issuer == DS_CRL_OF_ROOT;
    size_t from = der->len;
    ds_flaw_place place = root                         ? DS_AT_ROOT_CRL
                          : issuer == DS_CRL_OF_PCK_CA ? DS_AT_PCK_CRL
                                                       : DS_AT_NOTHING;
    const ds_pki_party *ca = crl_signer(pki, issuer, flaws);
    issued += ds_flaws_seconds(flaws, place);
    const ds_x509_crl_template crl = {
        .this_update = issued,
        .next_update = issued + (root ? ROOT_CRL_SECONDS : PCK_CRL_SECONDS),
        .revoked = revoked,
        .revoked_count = list_revoked(revoked, pki, issuer, flaws),
    };
    ds_status status = ds_x509_issue_crl(der, &crl, ca->certificate, ca->key, err);
    if (status == DS_OK)
        ds_flaws_bend(flaws, place, der->data + from, der->len - from);
    return status;
}
