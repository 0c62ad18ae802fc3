/* SGX and TDX quotes with an ECDSA P-256 attestation key: versions 3 (SGX), 4 (TDX) and 5 (either).
 *
 *   header 48 | version 5: u16 body type, u32 body size | report | u32 section length | section |
 *   padding
 *   section, version 3:    signature 64 | attestation key 64 | QE certification data
 *   section, versions 4, 5: signature 64 | attestation key 64 | u16 6 | u32 length |
 *                          QE certification data
 *   QE certification data: QE report 384 | its signature 64 | u16 length | QE authentication data |
 *                          u16 type | u32 length | certification data
 *
 * Integers are little endian, signatures r | s, keys x | y. Source: Intel SGX ECDSA
 * QuoteLibReference DCAP API and Intel TDX DCAP Quoting Library API, appendices "Quote Format".
 * Parsing says how a quote is built, not whether it is genuine; even the QE vendor id is left to
 * the verifier, verify.h. */
#ifndef DS_ATTEST_QUOTE_H
#define DS_ATTEST_QUOTE_H

#include "attest/sgx_report.h"
#include "base/buf.h"

#define DS_QUOTE_VERSION        4 /* of a TDX quote with a TD report 1.0 */
#define DS_QUOTE_VERSION_SGX    3
#define DS_QUOTE_VERSION_5      5
#define DS_QUOTE_KEY_ECDSA_P256 2
#define DS_TEE_SGX              0x00000000u
#define DS_TEE_TDX              0x00000081u

#define DS_QUOTE_HEADER_BYTES     48
#define DS_QUOTE_DESCRIPTOR_BYTES 6
#define DS_QUOTE_SIGNED_BYTES     (DS_QUOTE_HEADER_BYTES + DS_TD_REPORT_BYTES) /* of version 4 */
#define DS_QUOTE_VENDOR_BYTES     16
#define DS_QUOTE_USER_BYTES       20
#define DS_QUOTE_SIGNATURE_BYTES  64
#define DS_QUOTE_KEY_BYTES        64

/* The QE vendor id of Intel's quoting enclaves. */
extern const unsigned char ds_quote_intel_vendor[DS_QUOTE_VENDOR_BYTES];

/* More than any certification data in use, and what other verifiers take at most. */
#define DS_QUOTE_SECTION_MAXBYTES (1u << 20)

/* What a quote's body is; the numbers of version 5's descriptor. */
typedef enum ds_quote_body { DS_BODY_SGX = 1, DS_BODY_TD_10 = 2, DS_BODY_TD_15 = 3 } ds_quote_body;

/* Kinds of certification data. QE_REPORT is the outer one and never an inner one. */
#define DS_CERTIFICATION_PPID_PLAIN        1
#define DS_CERTIFICATION_PPID_RSA2048      2
#define DS_CERTIFICATION_PPID_RSA3072      3
#define DS_CERTIFICATION_PCK_CERTIFICATE   4
#define DS_CERTIFICATION_PCK_CHAIN         5
#define DS_CERTIFICATION_QE_REPORT         6
#define DS_CERTIFICATION_PLATFORM_MANIFEST 7

typedef struct ds_quote_header {
    uint16_t version;
    uint16_t key_type;
    uint32_t tee_type;
    uint16_t qe_svn; /* this and the next: reserved since version 4 */
    uint16_t pce_svn;
    unsigned char qe_vendor_id[DS_QUOTE_VENDOR_BYTES];
    unsigned char user_data[DS_QUOTE_USER_BYTES]; /* the first 16 bytes are the QE id */
} ds_quote_header;

/* The slices of a parsed quote point into the bytes it was parsed from. */
typedef struct ds_quote {
    ds_quote_header header;
    ds_quote_body body;
    uint32_t body_size;       /* as version 5's descriptor says, which is not believed; else 0 */
    ds_td_report report;      /* where the body is a TD report, and */
    ds_sgx_report sgx;        /* where it is an enclave's; the other one is zero */
    ds_slice signed_range;    /* header, descriptor and report */
    ds_slice signature;       /* DS_QUOTE_SIGNATURE_BYTES, over signed_range */
    ds_slice attestation_key; /* DS_QUOTE_KEY_BYTES */
    uint16_t outer_type;      /* DS_CERTIFICATION_QE_REPORT; 0 in version 3, which has none */
    ds_slice qe_report;       /* DS_SGX_REPORT_BYTES */
    ds_slice qe_report_signature;
    ds_slice qe_auth_data;
    uint16_t inner_type; /* 1 to 5, or 7 */
    ds_slice certification_data;
} ds_quote;

/* Certification data of the types 1 to 3: which platform this is, for who looks up its PCK
 * certificate. */
typedef struct ds_platform_id {
    ds_slice ppid; /* 16 bytes in type 1; encrypted to Intel, 256 or 384 bytes, in 2 and 3 */
    ds_slice cpu_svn;
    ds_slice pce_svn; /* 2 bytes, little endian */
    ds_slice pce_id;  /* 2 bytes, little endian */
} ds_platform_id;

/* Reads a whole quote. Every part has to be there. What follows it is ignored, as the verifiers in
 * use do: platforms pad their quotes, and some the parts of the section. The type of the outer
 * certification data and the size in version 5's descriptor are read and not judged, for the same
 * reason: neither changes what is read.
 * Out: *out, zeroed on failure. Fails with DS_UNSUPPORTED for another version, TEE, body or key
 * type, with DS_INVALID for anything else; a quote that ends too early is told how many bytes it
 * lacks. */
ds_status ds_quote_parse(ds_quote *out, ds_slice bytes, ds_error *err) DS_MUST_CHECK;

/* Reads header and TD report only, for who wants registers and report data and leaves the signature
 * section to the verifier: that may be cut off or nonsense. Judges nothing but the length and what
 * the layout depends on, the version and, in version 5, the body's type: not even the TEE type.
 * Out: *header and *report, zeroed on failure. Fails as ds_quote_parse does, with DS_UNSUPPORTED
 * where the body is no TD report. */
ds_status ds_quote_report(ds_quote_header *header, ds_td_report *report, ds_slice bytes,
                          ds_error *err) DS_MUST_CHECK;

/* Reads certification data of the types 1 to 3. Out: *id, slices into the quote. Returns DS_OK, or
 * DS_INVALID for another type or length. */
ds_status ds_quote_platform(ds_platform_id *id, const ds_quote *quote) DS_MUST_CHECK;

/* Out: a TDX quote of version 4 with the header's constants (Intel's QE) and all else zero. */
void ds_quote_init(ds_quote *quote);

/* Building a quote takes two steps, as its signature covers the first part. This adds header,
 * descriptor and the report that quote->body names: what is signed. In: a version and a body that
 * go together; of a TD report, is_15 as the body says. */
ds_status ds_quote_write_signed(ds_buf *out, const ds_quote *quote);

/* Adds the signature section. In: all slices but signed_range; outer_type is always written as
 * DS_CERTIFICATION_QE_REPORT. Fails with DS_INVALID when a slice has a length, or inner_type a
 * value, that ds_quote_parse would refuse. */
ds_status ds_quote_write_section(ds_buf *out, const ds_quote *quote) DS_MUST_CHECK;

#endif
