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

/* What has to find it: a step of attest/verify.h, or, behind all of them, what uses the quote. */
#define STEP(name)  .step = DS_STEP_##name
#define AFTER(what) .step = DS_STEP_COUNT, .after = (what)

const ds_flaw_row ds_flaw_rows[] = {
    /* who signed */
    {"other-root", "all is signed under another root of the same name", STEP(ROOT),
     FLAG(OTHER_ROOT)},
    {"root-revoked", "the root is in its own CRL", STEP(ROOT), FLAG(ROOT_REVOKED)},
    {"root-crl-expired", "the root's CRL has expired", STEP(ROOT), MOVED(ROOT_CRL, -YEARS)},
    {"root-crl-signature", "the root's CRL is not signed by the root", STEP(ROOT), LAST(ROOT_CRL)},
    {"root-crl-garbled", "the root's CRL is no DER", STEP(CRLS), BIT(ROOT_CRL, 0, 1)},
    {"pck-expired", "the PCK certificate has expired", STEP(PCK_CHAIN), MOVED(PCK, -AGES)},
    {"pck-not-yet-valid", "the PCK certificate is not valid yet", STEP(PCK_CHAIN),
     MOVED(PCK, AGES)},
    {"pck-revoked", "the PCK certificate is in its CA's CRL", STEP(PCK_CHAIN), FLAG(PCK_REVOKED)},
    {"pck-forged", "the PCK certificate is not signed by its CA", STEP(PCK_CHAIN),
     FLAG(PCK_FORGED)},
    {"pck-is-ca", "the PCK certificate is a CA's", STEP(PCK_CHAIN), FLAG(PCK_IS_CA)},
    {"pck-plain", "the PCK certificate lacks the SGX extension", STEP(PCK_EXTENSION),
     FLAG(PCK_PLAIN)},
    {"pck-ca-expired", "the certificate of the PCK CA has expired", STEP(PCK_CHAIN),
     MOVED(PCK_CA, -AGES)},
    {"pck-ca-revoked", "the PCK CA is in the root's CRL", STEP(PCK_CHAIN), FLAG(PCK_CA_REVOKED)},
    {"pck-ca-is-leaf", "the PCK CA's certificate is no CA's", STEP(PCK_CHAIN),
     FLAG(PCK_CA_IS_LEAF)},
    {"pck-crl-expired", "the PCK CA's CRL has expired", STEP(PCK_CHAIN), MOVED(PCK_CRL, -YEARS)},
    {"pck-crl-signature", "the PCK CA's CRL is not signed by it", STEP(PCK_CHAIN), LAST(PCK_CRL)},
    {"pck-crl-other", "the CRL is that of another PCK CA", STEP(PCK_CHAIN), FLAG(PCK_CRL_OTHER)},
    {"pck-chain-gap", "the chain in the quote lacks the PCK CA", STEP(PCK_CHAIN),
     FLAG(CHAIN_WITHOUT_CA)},
    {"pck-chain-garbled", "the chain in the quote is no PEM", STEP(PCK_CHAIN),
     BIT(PCK_CHAIN, 40, 0x80)},
    {"no-pck-chain", "the quote has an encrypted PPID in the place of the chain", STEP(PCK_CHAIN),
     FLAG(NO_PCK_CHAIN)},

    /* the quote */
    {"quote-version", "the quote is of no known version", STEP(QUOTE), BIT(HEADER, 0, 0x40)},
    {"quote-key-type", "its attestation key is said to be of P-384", STEP(QUOTE),
     BIT(HEADER, QUOTE_KEY_TYPE, 1)},
    {"quote-tee-type", "it is of no known TEE", STEP(QUOTE), BIT(HEADER, QUOTE_TEE, 2)},
    {"quote-vendor", "the QE is not of Intel", STEP(QUOTE), BIT(HEADER, QUOTE_VENDOR, 0xff)},
    {"quote-truncated", "the quote lacks its last 100 bytes", STEP(QUOTE), FLAG(TRUNCATED)},
    {"quote-section", "the signature section is longer than the quote", STEP(QUOTE),
     BIT(SECTION, 2, 8)},
    {"quote-signature", "the quote's signature is wrong", STEP(QUOTE_SIGNATURE), LAST(SIGNATURE)},
    {"attestation-key", "another key than the QE vouched for signs the quote",
     STEP(ATTESTATION_KEY), FLAG(OTHER_KEY)},
    {"qe-report-data", "the QE vouches for another key", STEP(ATTESTATION_KEY),
     FIELD(QE_REPORT, "report_data", 0, 1)},
    {"qe-auth-size", "the QE's authentication data have 31 bytes", STEP(ATTESTATION_KEY),
     FLAG(QE_AUTH_SIZE)},
    {"qe-report-signature", "the QE report's signature is wrong", STEP(QE_REPORT_SIGNATURE),
     LAST(QE_SIGNATURE)},
    {"qe-mrsigner", "the QE is signed by somebody else", STEP(QE_REPORT),
     FIELD(QE_REPORT, "mr_signer", 0, 1)},
    {"qe-product", "the QE is another product", STEP(QE_REPORT),
     FIELD(QE_REPORT, "isv_prod_id", 0, 4)},
    {"qe-miscselect", "the QE has another MISCSELECT", STEP(QE_REPORT),
     FIELD(QE_REPORT, "misc_select", 0, 1)},
    {"qe-attributes", "the QE has other attributes", STEP(QE_REPORT),
     FIELD(QE_REPORT, "attributes", 0, 8)},
    {"qe-debug", "the QE is a debug enclave", STEP(QE_REPORT),
     FIELD(QE_REPORT, "attributes", 0, DS_SGX_DEBUG)},
    {"qe-svn-low", "the QE's SVN is below every level", STEP(QE_TCB),
     FIELD(QE_REPORT, "isv_svn", 0, 9)},

    /* the workload */
    {"td-debug", "the TD can be debugged", STEP(ATTRIBUTES), FIELD(REPORT, "td_attributes", 0, 1),
     TDX},
    {"td-reserved", "the TD has a reserved attribute", STEP(ATTRIBUTES),
     FIELD(REPORT, "td_attributes", 0, 0x10), TDX},
    {"td-no-sept-ve-disable", "the TD lacks SEPT_VE_DISABLE", STEP(ATTRIBUTES),
     FIELD(REPORT, "td_attributes", 3, 0x10), TDX},
    {"td-perfmon", "the TD uses performance monitoring", STEP(ATTRIBUTES),
     FIELD(REPORT, "td_attributes", 7, 0x80), TDX},
    {"td-service", "a service TD is bound to the TD", STEP(ATTRIBUTES),
     FIELD(REPORT, "mr_service_td", 0, 1), TD15},
    {"sgx-debug", "the enclave can be debugged", STEP(ATTRIBUTES),
     FIELD(REPORT, "attributes", 0, DS_SGX_DEBUG), SGX},
    {"mr-td", "the firmware is another one", AFTER("image"), FIELD(REPORT, "mr_td", 0, 1), TDX},
    {"image", "the built-in configuration is that of another image", AFTER("image"),
     TEXT(CONFIG, "\"checksum_file\":\"", "\"checksum_file\":\"AAAA"), TDX},
    {"mr-config-id", "the configuration is that of another compose file", AFTER("mr_config_id"),
     FIELD(REPORT, "mr_config_id", 1, 1), TDX},
    {"rtmr0", "register 0 is not what the log leads to", AFTER("event_log"),
     FIELD(REPORT, "rt_mr0", 0, 1), TDX},
    {"rtmr3", "register 3 is not what the log leads to", AFTER("event_log"),
     FIELD(REPORT, "rt_mr3", 0, 1), TDX},
    {"event-log", "the log tells of another compose hash than was measured", AFTER("event_log"),
     FLAG(EVENT_LOG), TDX},
    {"event-order", "instance-id was emitted behind boot-mr-done", AFTER("system_events"),
     FLAG(EVENT_ORDER), TDX},
    {"event-twice", "key-provider was emitted twice before system-ready", AFTER("system_events"),
     FLAG(EVENT_TWICE), TDX},
    {"report-data", "the quote is for other report data", AFTER("report_data"),
     BIT(REPORT_DATA, 0, 1)},
    {"attestation", "attestations say other report data than their quotes", AFTER("attestation"),
     BIT(STATED_DATA, 0, 1)},
    {"key-chain", "the KMS's signature in the chains of keys is wrong", AFTER("key_chain"),
     BIT(KMS_LINK, 0, 1)},
    {"ratls-key", "a certificate's attestation is bound to another key", AFTER("ra_tls"),
     BIT(RATLS_DATA, 0, 1)},
    {"ratls-app-info", "a certificate's app info has another app id than its log",
     AFTER("issuer_claims"), BIT(APP_INFO, 3, 1)},

    /* what the platform is */
    {"cpu-svn-low", "the processor's SVN is below every level", STEP(TCB_LEVEL),
     BIT(CPU_SVN, 0, 4)},
    {"tdx-svn-low", "the SEAM loader's SVN is below every level", STEP(TCB_LEVEL),
     FIELD(REPORT, "tee_tcb_svn", 2, 3), TDX},
    {"seam-signer", "the TDX module is signed by somebody else", STEP(TDX_MODULE),
     FIELD(REPORT, "mr_signer_seam", 0, 1), TDX},
    {"seam-attributes", "the TDX module has attributes", STEP(TDX_MODULE),
     FIELD(REPORT, "seam_attributes", 0, 1), TDX},
    {"module-unknown", "the TDX module is of an unknown version", STEP(TDX_MODULE),
     FIELD(REPORT, "tee_tcb_svn", 1, 8), TDX},
    {"module-svn-low", "the TDX module's SVN is below every level", STEP(TDX_MODULE),
     FIELD(REPORT, "tee_tcb_svn", 0, 7), TDX},

    /* collateral */
    {"tcb-status:STATUS", "the platform's TCB status; Revoked: tcb_status", AFTER("policy"),
     TEXT(TCB_INFO, DS_PLATFORM_DATE DS_GOOD, DS_PLATFORM_DATE DS_SIMULATED)},
    {"module-status:STATUS", "the TDX module's", AFTER("policy"),
     TEXT(TCB_INFO, DS_MODULE_DATE DS_GOOD, DS_MODULE_DATE DS_SIMULATED), TDX},
    {"qe-status:STATUS", "the QE's", AFTER("policy"),
     TEXT(QE_IDENTITY, DS_QE_DATE DS_GOOD, DS_QE_DATE DS_SIMULATED)},
    {"tcb-status-unknown", "a status that there is not", STEP(TCB_INFO),
     TEXT(TCB_INFO, DS_PLATFORM_DATE DS_GOOD, DS_PLATFORM_DATE "\"tcbStatus\":\"Fine\"")},
    {"fmspc", "the TCB info is for other platforms", STEP(PLATFORM),
     TEXT(TCB_INFO, "\"fmspc\":\"D", "\"fmspc\":\"E")},
    {"pceid", "the TCB info is for another PCE, which Intel's library alone minds", AFTER("nobody"),
     TEXT(TCB_INFO, "\"pceId\":\"0000\"", "\"pceId\":\"0001\"")},
    {"tcb-info-id", "the TCB info is for the other TEE", STEP(PLATFORM),
     TEXT(TCB_INFO, "\"id\":\"TDX\"", "\"id\":\"SGX\""), TDX},
    {"tcb-info-components", "the first level lacks a component", STEP(TCB_LEVEL),
     TEXT(TCB_INFO, "\"sgxtcbcomponents\":[{\"svn\":4},", "\"sgxtcbcomponents\":[")},
    {"tcb-info-module", "the TCB info says nothing of TDX modules", STEP(TDX_MODULE),
     TEXT(TCB_INFO, "\"tdxModule\":", "\"noModule\":"), TDX},
    {"tcb-info-expired", "the TCB info has expired", STEP(TCB_INFO_DATES),
     MOVED(TCB_INFO, -MONTHS)},
    {"tcb-info-future", "the TCB info is not valid yet", STEP(TCB_INFO_DATES),
     MOVED(TCB_INFO, MONTHS)},
    {"tcb-info-json", "the TCB info is no JSON", STEP(TCB_INFO),
     TEXT(TCB_INFO, "\"version\":3", "\"version\":")},
    {"tcb-info-signature", "the TCB info's signature is wrong", STEP(TCB_INFO_SIGNATURE),
     LAST(TCB_SIGNATURE)},
    {"tcb-info-chain", "the TCB info's signer has no certificate", STEP(TCB_INFO_CHAIN),
     FLAG(NO_TCB_CHAIN)},
    {"tcb-signer-expired", "the TCB signer's certificate has expired", STEP(TCB_INFO_CHAIN),
     MOVED(SIGNER, -AGES)},
    {"tcb-signer-revoked", "the TCB signer is in the root's CRL", STEP(TCB_INFO_CHAIN),
     FLAG(SIGNER_REVOKED)},
    {"tcb-signer-is-ca", "the TCB signer's certificate is a CA's", STEP(TCB_INFO_CHAIN),
     FLAG(SIGNER_IS_CA)},
    {"qe-identity-id", "the QE identity is for another enclave", STEP(QE_IDENTITY_KIND),
     TEXT(QE_IDENTITY, "QE\",\"version\"", "QVE\",\"version\"")},
    {"qe-identity-levels", "the QE identity has no levels", STEP(QE_TCB),
     TEXT(QE_IDENTITY, "\"tcbLevels\":[", "\"tcbLevels\":[],\"oldLevels\":[")},
    {"qe-identity-expired", "the QE identity has expired", STEP(QE_IDENTITY_DATES),
     MOVED(QE_IDENTITY, -MONTHS)},
    {"qe-identity-future", "the QE identity is not valid yet", STEP(QE_IDENTITY_DATES),
     MOVED(QE_IDENTITY, MONTHS)},
    {"qe-identity-json", "the QE identity is no JSON", STEP(QE_IDENTITY),
     TEXT(QE_IDENTITY, "\"version\":2", "\"version\":")},
    {"qe-identity-signature", "the QE identity's signature is wrong", STEP(QE_IDENTITY_SIGNATURE),
     LAST(QE_IDENTITY_SIGNATURE)},
    {"qe-identity-chain", "the QE identity's signer has no certificate", STEP(QE_IDENTITY_CHAIN),
     FLAG(NO_QE_CHAIN)},
    {"collateral-garbled", "the file with the collateral is no JSON", STEP(COLLATERAL),
     BIT(COLLATERAL, 0, 1)},
    {.form = NULL},
};
