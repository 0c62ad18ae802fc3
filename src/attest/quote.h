/* TDX quotes: version 4 with an ECDSA P-256 attestation key.
 *
 *   header 48 | TD report 584 | u32 section length | signature section | padding
 *   section:  signature 64 | attestation key 64 | u16 6 | u32 length | QE certification data
 *   QE certification data: QE report 384 | its signature 64 | u16 length | QE authentication data |
 *                          u16 type | u32 length | certification data
 *
 * Integers are little endian, signatures r | s, keys x | y. Source: Intel TDX DCAP Quoting Library
 * API, appendix "Quote Format". Parsing says how a quote is built, not whether it is genuine; even
 * the QE vendor id is left to a verifier. */
#ifndef DS_ATTEST_QUOTE_H
#define DS_ATTEST_QUOTE_H

#include "attest/tdreport.h"
#include "base/buf.h"

#include <stdint.h>

#define DS_QUOTE_VERSION        4
#define DS_QUOTE_KEY_ECDSA_P256 2
#define DS_TEE_SGX              0x00000000u
#define DS_TEE_TDX              0x00000081u

#define DS_QUOTE_HEADER_BYTES    48
#define DS_QUOTE_SIGNED_BYTES    (DS_QUOTE_HEADER_BYTES + DS_TD_REPORT_BYTES)
#define DS_QUOTE_VENDOR_BYTES    16
#define DS_QUOTE_USER_BYTES      20
#define DS_QUOTE_SIGNATURE_BYTES 64
#define DS_QUOTE_KEY_BYTES       64
#define DS_SGX_REPORT_BYTES      384

/* More than any certification data in use, and what other verifiers take at most. */
#define DS_QUOTE_SECTION_MAXBYTES (1u << 20)

/* Kinds of certification data. QE_REPORT is the outer one and never an inner one. */
#define DS_CERTIFICATION_PPID_PLAIN      1
#define DS_CERTIFICATION_PPID_RSA2048    2
#define DS_CERTIFICATION_PPID_RSA3072    3
#define DS_CERTIFICATION_PCK_CERTIFICATE 4
#define DS_CERTIFICATION_PCK_CHAIN       5
#define DS_CERTIFICATION_QE_REPORT       6

typedef struct ds_quote_header {
    uint16_t version;
    uint16_t key_type;
    uint32_t tee_type;
    uint16_t qe_svn; /* this and the next: reserved in version 4 */
    uint16_t pce_svn;
    unsigned char qe_vendor_id[DS_QUOTE_VENDOR_BYTES];
    unsigned char user_data[DS_QUOTE_USER_BYTES]; /* the first 16 bytes are the QE id */
} ds_quote_header;

/* The slices of a parsed quote point into the bytes it was parsed from. */
typedef struct ds_quote {
    ds_quote_header header;
    ds_td_report report;
    ds_slice signed_range;    /* DS_QUOTE_SIGNED_BYTES: header and report */
    ds_slice signature;       /* DS_QUOTE_SIGNATURE_BYTES, over signed_range */
    ds_slice attestation_key; /* DS_QUOTE_KEY_BYTES */
    uint16_t outer_type;      /* DS_CERTIFICATION_QE_REPORT */
    ds_slice qe_report;       /* DS_SGX_REPORT_BYTES */
    ds_slice qe_report_signature;
    ds_slice qe_auth_data;
    uint16_t inner_type; /* 1 to 5 */
    ds_slice certification_data;
} ds_quote;

/* Reads a whole quote. Inside the signature section every length must fit exactly; bytes after
 * the section are ignored, because platforms pad their quotes.
 * Out: *out, zeroed on failure. Fails with DS_UNSUPPORTED for another version, TEE or key type,
 * with DS_INVALID for anything else; a quote that ends too early is told how many bytes it lacks.
 */
ds_status ds_quote_parse(ds_quote *out, ds_slice bytes, ds_error *err) DS_MUST_CHECK;

/* Reads header and report only, for who wants registers and report data and leaves the signature
 * section to a verifier: that may be cut off or nonsense. Judges nothing but the length (at least
 * DS_QUOTE_SIGNED_BYTES) and the version, on which the layout depends: not even the TEE type.
 * Out: *header and *report, zeroed on failure. Fails as ds_quote_parse does. */
ds_status ds_quote_report(ds_quote_header *header, ds_td_report *report, ds_slice bytes,
                          ds_error *err) DS_MUST_CHECK;

/* Out: a quote with the header's constants (Intel's QE) and all else zero. */
void ds_quote_init(ds_quote *quote);

/* Building a quote takes two steps, as its signature covers the first part. This adds header and
 * report, DS_QUOTE_SIGNED_BYTES in all. */
ds_status ds_quote_write_signed(ds_buf *out, const ds_quote *quote);

/* Adds the signature section. In: all slices but signed_range; outer_type is always written as
 * DS_CERTIFICATION_QE_REPORT. Fails with DS_INVALID when a slice has a length, or inner_type a
 * value, that ds_quote_parse would refuse. */
ds_status ds_quote_write_section(ds_buf *out, const ds_quote *quote) DS_MUST_CHECK;

#endif
