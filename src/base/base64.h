/* Base64 and base64url (RFC 4648, sections 4 and 5), strictly: every run of bytes has one text, and
 * nothing but that text is read. Base64 is padded with '=' to a multiple of four characters;
 * base64url, as in JOSE (RFC 7515), is not padded. No blanks, no line ends, and the bits behind the
 * last byte are zero. */
#ifndef DS_BASE_BASE64_H
#define DS_BASE_BASE64_H

#include "base/buf.h"

typedef enum ds_base64_kind {
    DS_BASE64,   /* '+', '/', padded */
    DS_BASE64URL /* '-', '_', not padded */
} ds_base64_kind;

/* Adds the text. Returns ds_buf_status(out). */
ds_status ds_base64_encode(ds_buf *out, ds_slice in, ds_base64_kind kind) DS_MUST_CHECK;

/* Adds the bytes; nothing on failure.
 * Returns DS_OK, DS_INVALID, or DS_TOO_LARGE and DS_MEMORY of the buffer. */
ds_status ds_base64_decode(ds_buf *out, ds_slice text, ds_base64_kind kind,
                           ds_error *err) DS_MUST_CHECK;

/* Two pieces for who reads base64 that is broken into lines. The value of a digit of base64, 0 to
 * 63, or -1. And n whole groups of four digits, no padding, as 3 * n bytes: returns false, leaving
 * out unspecified, when there is anything else. */
int ds_base64_value(unsigned char c);
bool ds_base64_groups(unsigned char *out, const unsigned char *in, size_t n) DS_MUST_CHECK;

#endif
