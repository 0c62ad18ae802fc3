/* Writing DER (X.690) from the inside out: what an element holds is added to a buffer first, then
 * wrapped. */
#ifndef DS_CRYPTO_DER_WRITE_H
#define DS_CRYPTO_DER_WRITE_H

#include "base/buf.h"
#include "crypto/der.h"

/* Tag and length of an element whose length takes at most four bytes. */
#define DS_DER_HEADER_BYTES 6

/* Puts a tag and a length in front of what has been added since the buffer was `from` bytes long.
 * In: a tag of one byte. Returns ds_buf_status(der). */
ds_status ds_der_wrap(ds_buf *der, size_t from, unsigned char tag);

/* Adds an element. In: its content, as it is to stand there. Returns ds_buf_status(der). */
ds_status ds_der_put(ds_buf *der, unsigned char tag, ds_slice content);

/* Adds an INTEGER that is not negative, in its shortest form. */
ds_status ds_der_put_number(ds_buf *der, unsigned number);

#endif
