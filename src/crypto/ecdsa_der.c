#include "crypto/ecdsa.h"

#include <assert.h>

#define SEQUENCE 0x30
#define INTEGER  0x02

/* Takes one element with a length below 128, which is all there can be: two numbers of 48 bytes
 * fit. Returns false when the bytes are none. */
static bool take(ds_slice *from, unsigned char tag, ds_slice *content)
{
    const unsigned char *p = from->data;
    if (from->len < 2 || p[0] != tag || p[1] > 127 || p[1] > from->len - 2)
        return false;
    *content = ds_slice_of(p + 2, p[1]);
    *from = ds_slice_of(p + 2 + p[1], from->len - 2 - p[1]);
    return true;
}

/* Out: size bytes, which were zero before. */
static bool take_number(ds_slice *from, unsigned char *out, size_t size)
{
    ds_slice number;
    if (!take(from, INTEGER, &number) || number.len == 0)
        return false;
    const unsigned char *p = number.data;
    bool padded = p[0] == 0 && number.len > 1;
    if (p[0] > 127 || (padded && p[1] < 128))
        return false;
    size_t skip = padded ? 1 : 0, len = number.len - skip;
    if (len > size)
        return false;
    memcpy(out + size - len, p + skip, len);
    return true;
}

ds_status ds_ecdsa_from_der(unsigned char *sig, size_t size, ds_slice der)
{
    ds_slice numbers;
    assert(size <= DS_ECDSA_NUMBERBYTES);
    memset(sig, 0, 2 * size);
    if (take(&der, SEQUENCE, &numbers) && der.len == 0 && take_number(&numbers, sig, size) &&
        take_number(&numbers, sig + size, size) && numbers.len == 0)
        return DS_OK;
    memset(sig, 0, 2 * size);
    return DS_INVALID;
}

static unsigned char *put_number(unsigned char *at, const unsigned char *number, size_t size)
{
    while (size > 1 && number[0] == 0) {
        number++;
        size--;
    }
    size_t pad = number[0] > 127 ? 1 : 0;
    *at++ = INTEGER;
    *at++ = (unsigned char)(pad + size);
    if (pad > 0)
        *at++ = 0;
    memcpy(at, number, size);
    return at + size;
}

size_t ds_ecdsa_to_der(unsigned char der[DS_ECDSA_DERBYTES], const unsigned char *sig, size_t size)
{
    assert(size <= DS_ECDSA_NUMBERBYTES);
    unsigned char *end = put_number(der + 2, sig, size);
    end = put_number(end, sig + size, size);
    der[0] = SEQUENCE;
    der[1] = (unsigned char)(end - der - 2);
    return (size_t)(end - der);
}
