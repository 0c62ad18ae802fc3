#include "crypto/pem.h"
#include "crypto/x509_read.h"

/* What quotes and services put between and behind certificates. */
static bool is_blank(unsigned char c)
{
    return c == '\n' || c == '\r' || c == ' ' || c == '\t' || c == '\0';
}

static ds_slice trim(ds_slice text)
{
    const unsigned char *p = text.data;
    size_t begin = 0, end = text.len;
    while (begin < end && is_blank(p[begin]))
        begin++;
    while (begin < end && is_blank(p[end - 1]))
        end--;
    return ds_slice_of(begin < end ? p + begin : p, end - begin);
}

/* Out: ends, where each certificate ends in the buffer. The buffer may move as it grows, so nothing
 * points into it yet. */
static ds_status decode(ds_x509_chain *chain, size_t *ends, ds_slice pem, const char *what,
                        ds_error *err)
{
    ds_slice block;
    ds_error inner;
    for (ds_slice rest = trim(pem); ds_pem_next(&block, &rest); rest = trim(rest)) {
        if (chain->count == DS_X509_CHAIN_MAX)
            return ds_fail(err, DS_TOO_LARGE, "%s: more than %d certificates", what,
                           DS_X509_CHAIN_MAX);
        ds_status status = ds_pem_decode(&chain->der, block, "CERTIFICATE", &inner);
        if (status != DS_OK)
            return ds_fail(err, status, "%s, certificate %u: %s", what, (unsigned)chain->count + 1,
                           inner.text);
        if (chain->der.len == (chain->count > 0 ? ends[chain->count - 1] : 0))
            return ds_fail(err, DS_INVALID, "%s, certificate %u: it is empty", what,
                           (unsigned)chain->count + 1);
        ends[chain->count++] = chain->der.len;
    }
    return DS_OK;
}

ds_status ds_x509_read_chain(ds_x509_chain *chain, ds_slice pem, const char *what, ds_error *err)
{
    size_t ends[DS_X509_CHAIN_MAX], begin = 0;
    chain->count = 0;
    ds_buf_init(&chain->der, pem.len);
    ds_status status = decode(chain, ends, pem, what, err);
    for (size_t i = 0; status == DS_OK && i < chain->count; i++) {
        ds_slice der = ds_slice_of(chain->der.data + begin, ends[i] - begin);
        status = ds_x509_read(&chain->certs[i], der);
        if (status != DS_OK)
            ds_fail(err, status, "%s, certificate %u: it is not X.509 version 3 in DER", what,
                    (unsigned)i + 1);
        begin = ends[i];
    }
    if (status != DS_OK)
        ds_x509_chain_free(chain);
    return status;
}

void ds_x509_chain_free(ds_x509_chain *chain)
{
    ds_buf_free(&chain->der);
    chain->count = 0;
}
