/* PEM, the strict textual encoding of RFC 7468. */
#ifndef DS_CRYPTO_PEM_H
#define DS_CRYPTO_PEM_H

#include "base/buf.h"

/* Decodes a text that is one block and nothing else: no text around it, no second block, no
 * header lines, no blanks. Lines end in LF or CRLF and may have any length; the last line may go
 * without its end.
 * In: label, such as "CERTIFICATE".
 * Out: the bytes are added to *der, whose maximum bounds them; its content is as before on
 * failure, whatever was added having been wiped.
 * Returns DS_OK, DS_INVALID, DS_TOO_LARGE or DS_MEMORY. */
ds_status ds_pem_decode(ds_buf *der, ds_slice text, const char *label, ds_error *err) DS_MUST_CHECK;

/* Cuts the first block of a text that holds several, its END line included, from *rest; what lacks
 * such a line is one block to the end. Nothing else is judged. Returns false when nothing is left.
 */
bool ds_pem_next(ds_slice *block, ds_slice *rest);

/* Adds a block with lines of 64 characters, each one ended by LF.
 * Returns ds_buf_status(out). */
ds_status ds_pem_encode(ds_buf *out, const char *label, ds_slice der) DS_MUST_CHECK;

#endif
