/* All flaws there are. Fields are those of attest/tdreport.c and attest/sgx_report.c; texts are
 * those that pcs.c writes. The masks turn the values that pki.c, platform_quote.c and
 * registers.c give into those that the helps speak of. */
#include "simulator/flaw.h"

#include "attest/quote.h"
#include "simulator/pcs.h"

/* A certificate of ours lives from 2018 to 2049: 40 years away it is not valid. What collateral
 * says holds for 30 days, its CRLs for up to a year. */
#define AGES   14610
#define MONTHS 60
#define YEARS  800

/* Where fields of a quote's header lie. */
#define QUOTE_KEY_TYPE 2
#define QUOTE_TEE      4
#define QUOTE_VENDOR   12

#define FLAG(flag)               .id = DS_FLAW_##flag
#define BIT(at, byte, m)         .place = DS_AT_##at, .offset = (byte), .mask = (m)
#define FIELD(at, name, byte, m) .field = (name), BIT(at, byte, m)
#define LAST(at)                 BIT(at, -1, 1)
#define MOVED(at, by)            .place = DS_AT_##at, .days = (by)
#define TEXT(at, old, new)       .place = DS_AT_##at, .find = (old), .put = (new)
#define TDX                      .needs = DS_NEEDS_TDX
#define TD15                     .needs = DS_NEEDS_TD15
#define SGX                      .needs = DS_NEEDS_SGX

#define CHAIN     "the certificate chain"
#define ROOT      "the root and its CRL"
#define QUOTE     "the quote's form"
#define TCB_INFO  "the TCB info"
#define IDENTITY  "the QE identity"
#define QE_SIGNED "the QE report's signature"
#define KEY_BOUND "the attestation key's binding"
#define QE_POLICY "the QE report against its identity"
#define SIGNED    "the quote's signature"
#define LEVEL     "the TCB level"
#define MODULE    "the TDX module"
#define STATUS    "the TCB status"
#define WORKLOAD  "the attributes of the workload"
#define EVENTS    "the event log"
#define DATA      "the report data"
#define RATLS     "the RA-TLS binding"
#define POLICY    "the policy"

const ds_flaw_row ds_flaw_rows[] = {
    /* who signed */
    {"other-root", "all is signed under another root of the same name", ROOT, FLAG(OTHER_ROOT)},
    {"root-revoked", "the root is in its own CRL", ROOT, FLAG(ROOT_REVOKED)},
    {"root-crl-expired", "the root's CRL has expired", ROOT, MOVED(ROOT_CRL, -YEARS)},
    {"root-crl-signature", "the root's CRL is not signed by the root", ROOT, LAST(ROOT_CRL)},
    {"pck-expired", "the PCK certificate has expired", CHAIN, MOVED(PCK, -AGES)},
    {"pck-not-yet-valid", "the PCK certificate is not valid yet", CHAIN, MOVED(PCK, AGES)},
    {"pck-revoked", "the PCK certificate is in its CA's CRL", CHAIN, FLAG(PCK_REVOKED)},
    {"pck-forged", "the PCK certificate is not signed by its CA", CHAIN, FLAG(PCK_FORGED)},
    {"pck-is-ca", "the PCK certificate is a CA's", CHAIN, FLAG(PCK_IS_CA)},
    {"pck-plain", "the PCK certificate lacks the SGX extension", CHAIN, FLAG(PCK_PLAIN)},
    {"pck-ca-expired", "the certificate of the PCK CA has expired", CHAIN, MOVED(PCK_CA, -AGES)},
    {"pck-ca-revoked", "the PCK CA is in the root's CRL", CHAIN, FLAG(PCK_CA_REVOKED)},
    {"pck-ca-is-leaf", "the PCK CA's certificate is no CA's", CHAIN, FLAG(PCK_CA_IS_LEAF)},
    {"pck-crl-expired", "the PCK CA's CRL has expired", CHAIN, MOVED(PCK_CRL, -YEARS)},
    {"pck-crl-signature", "the PCK CA's CRL is not signed by it", CHAIN, LAST(PCK_CRL)},
    {"pck-crl-other", "the CRL is that of another PCK CA", CHAIN, FLAG(PCK_CRL_OTHER)},
    {"pck-chain-gap", "the chain in the quote lacks the PCK CA", CHAIN, FLAG(CHAIN_WITHOUT_CA)},
    {"pck-chain-garbled", "the chain in the quote is no PEM", CHAIN, BIT(PCK_CHAIN, 0, 0x20)},
    {"no-pck-chain", "the quote has an encrypted PPID in the place of the chain", CHAIN,
     FLAG(NO_PCK_CHAIN)},

    /* the quote */
    {"quote-version", "the quote is of no known version", QUOTE, BIT(HEADER, 0, 0x40)},
    {"quote-key-type", "its attestation key is said to be of P-384", QUOTE,
     BIT(HEADER, QUOTE_KEY_TYPE, 1)},
    {"quote-tee-type", "it is of no known TEE", QUOTE, BIT(HEADER, QUOTE_TEE, 2)},
    {"quote-vendor", "the QE is not of Intel", QUOTE, BIT(HEADER, QUOTE_VENDOR, 0xff)},
    {"quote-truncated", "the quote lacks its last 100 bytes", QUOTE, FLAG(TRUNCATED)},
    {"quote-section", "the signature section is longer than the quote", QUOTE, BIT(SECTION, 2, 8)},
    {"quote-signature", "the quote's signature is wrong", SIGNED, LAST(SIGNATURE)},
    {"attestation-key", "another key than the QE vouched for signs the quote", KEY_BOUND,
     FLAG(OTHER_KEY)},
    {"qe-report-data", "the QE vouches for another key", KEY_BOUND,
     FIELD(QE_REPORT, "report_data", 0, 1)},
    {"qe-auth-size", "the QE's authentication data have 31 bytes", KEY_BOUND, FLAG(QE_AUTH_SIZE)},
    {"qe-report-signature", "the QE report's signature is wrong", QE_SIGNED, LAST(QE_SIGNATURE)},
    {"qe-mrsigner", "the QE is signed by somebody else", QE_POLICY,
     FIELD(QE_REPORT, "mr_signer", 0, 1)},
    {"qe-product", "the QE is another product", QE_POLICY, FIELD(QE_REPORT, "isv_prod_id", 0, 4)},
    {"qe-miscselect", "the QE has another MISCSELECT", QE_POLICY,
     FIELD(QE_REPORT, "misc_select", 0, 1)},
    {"qe-attributes", "the QE has other attributes", QE_POLICY,
     FIELD(QE_REPORT, "attributes", 0, 8)},
    {"qe-debug", "the QE is a debug enclave", QE_POLICY,
     FIELD(QE_REPORT, "attributes", 0, DS_SGX_DEBUG)},
    {"qe-svn-low", "the QE's SVN is below every level", QE_POLICY,
     FIELD(QE_REPORT, "isv_svn", 0, 9)},

    /* the workload */
    {"td-debug", "the TD can be debugged", WORKLOAD, FIELD(REPORT, "td_attributes", 0, 1), TDX},
    {"td-reserved", "the TD has a reserved attribute", WORKLOAD,
     FIELD(REPORT, "td_attributes", 0, 0x10), TDX},
    {"td-no-sept-ve-disable", "the TD lacks SEPT_VE_DISABLE", WORKLOAD,
     FIELD(REPORT, "td_attributes", 3, 0x10), TDX},
    {"td-perfmon", "the TD uses performance monitoring", WORKLOAD,
     FIELD(REPORT, "td_attributes", 7, 0x80), TDX},
    {"td-service", "a service TD is bound to the TD", WORKLOAD,
     FIELD(REPORT, "mr_service_td", 0, 1), TD15},
    {"sgx-debug", "the enclave can be debugged", WORKLOAD,
     FIELD(REPORT, "attributes", 0, DS_SGX_DEBUG), SGX},
    {"mr-td", "the firmware is another one", POLICY, FIELD(REPORT, "mr_td", 0, 1), TDX},
    {"mr-config-id", "the configuration is that of another compose file", POLICY,
     FIELD(REPORT, "mr_config_id", 1, 1), TDX},
    {"rtmr0", "register 0 is not what the log leads to", EVENTS, FIELD(REPORT, "rt_mr0", 0, 1),
     TDX},
    {"rtmr3", "register 3 is not what the log leads to", EVENTS, FIELD(REPORT, "rt_mr3", 0, 1),
     TDX},
    {"event-log", "the log tells of another compose hash than was measured", EVENTS,
     FLAG(EVENT_LOG), TDX},
    {"report-data", "the quote is for other report data", DATA, BIT(REPORT_DATA, 0, 1)},
    {"ratls-key", "a certificate's attestation is bound to another key", RATLS,
     BIT(RATLS_DATA, 0, 1)},
    {"ratls-app-info", "a certificate's app info has another app id than its log", RATLS,
     BIT(APP_INFO, 3, 1)},

    /* what the platform is */
    {"cpu-svn-low", "the processor's SVN is below every level", LEVEL, BIT(CPU_SVN, 0, 4)},
    {"tdx-svn-low", "the SEAM loader's SVN is below every level", LEVEL,
     FIELD(REPORT, "tee_tcb_svn", 2, 3), TDX},
    {"seam-signer", "the TDX module is signed by somebody else", MODULE,
     FIELD(REPORT, "mr_signer_seam", 0, 1), TDX},
    {"seam-attributes", "the TDX module has attributes", MODULE,
     FIELD(REPORT, "seam_attributes", 0, 1), TDX},
    {"module-unknown", "the TDX module is of an unknown version", MODULE,
     FIELD(REPORT, "tee_tcb_svn", 1, 8), TDX},
    {"module-svn-low", "the TDX module's SVN is below every level", MODULE,
     FIELD(REPORT, "tee_tcb_svn", 0, 7), TDX},

    /* collateral */
    {"tcb-status:STATUS", "the platform's TCB status", STATUS,
     TEXT(TCB_INFO, DS_PLATFORM_DATE DS_GOOD, DS_PLATFORM_DATE DS_SIMULATED)},
    {"module-status:STATUS", "the TDX module's", STATUS,
     TEXT(TCB_INFO, DS_MODULE_DATE DS_GOOD, DS_MODULE_DATE DS_SIMULATED), TDX},
    {"qe-status:STATUS", "the QE's", STATUS,
     TEXT(QE_IDENTITY, DS_QE_DATE DS_GOOD, DS_QE_DATE DS_SIMULATED)},
    {"tcb-status-unknown", "a status that there is not", TCB_INFO,
     TEXT(TCB_INFO, DS_PLATFORM_DATE DS_GOOD, DS_PLATFORM_DATE "\"tcbStatus\":\"Fine\"")},
    {"fmspc", "the TCB info is for other platforms", LEVEL,
     TEXT(TCB_INFO, "\"fmspc\":\"D", "\"fmspc\":\"E")},
    {"pceid", "the TCB info is for another PCE", LEVEL,
     TEXT(TCB_INFO, "\"pceId\":\"0000\"", "\"pceId\":\"0001\"")},
    {"tcb-info-id", "the TCB info is for the other TEE", LEVEL,
     TEXT(TCB_INFO, "\"id\":\"TDX\"", "\"id\":\"SGX\""), TDX},
    {"tcb-info-components", "the first level lacks a component", LEVEL,
     TEXT(TCB_INFO, "\"sgxtcbcomponents\":[{\"svn\":4},", "\"sgxtcbcomponents\":[")},
    {"tcb-info-module", "the TCB info says nothing of TDX modules", MODULE,
     TEXT(TCB_INFO, "\"tdxModule\":", "\"noModule\":"), TDX},
    {"tcb-info-expired", "the TCB info has expired", TCB_INFO, MOVED(TCB_INFO, -MONTHS)},
    {"tcb-info-future", "the TCB info is not valid yet", TCB_INFO, MOVED(TCB_INFO, MONTHS)},
    {"tcb-info-json", "the TCB info is no JSON", TCB_INFO,
     TEXT(TCB_INFO, "\"version\":3", "\"version\":")},
    {"tcb-info-signature", "the TCB info's signature is wrong", TCB_INFO, LAST(TCB_SIGNATURE)},
    {"tcb-info-chain", "the TCB info's signer has no certificate", TCB_INFO, FLAG(NO_TCB_CHAIN)},
    {"tcb-signer-expired", "the TCB signer's certificate has expired", TCB_INFO,
     MOVED(SIGNER, -AGES)},
    {"tcb-signer-revoked", "the TCB signer is in the root's CRL", TCB_INFO, FLAG(SIGNER_REVOKED)},
    {"tcb-signer-is-ca", "the TCB signer's certificate is a CA's", TCB_INFO, FLAG(SIGNER_IS_CA)},
    {"qe-identity-id", "the QE identity is for another enclave", IDENTITY,
     TEXT(QE_IDENTITY, "QE\",\"version\"", "QVE\",\"version\"")},
    {"qe-identity-levels", "the QE identity has no levels", QE_POLICY,
     TEXT(QE_IDENTITY, "\"tcbLevels\":[", "\"tcbLevels\":[],\"oldLevels\":[")},
    {"qe-identity-expired", "the QE identity has expired", IDENTITY, MOVED(QE_IDENTITY, -MONTHS)},
    {"qe-identity-future", "the QE identity is not valid yet", IDENTITY,
     MOVED(QE_IDENTITY, MONTHS)},
    {"qe-identity-json", "the QE identity is no JSON", IDENTITY,
     TEXT(QE_IDENTITY, "\"version\":2", "\"version\":")},
    {"qe-identity-signature", "the QE identity's signature is wrong", IDENTITY,
     LAST(QE_IDENTITY_SIGNATURE)},
    {"qe-identity-chain", "the QE identity's signer has no certificate", IDENTITY,
     FLAG(NO_QE_CHAIN)},
    {.form = NULL},
};
