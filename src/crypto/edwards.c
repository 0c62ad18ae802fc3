#include "crypto/edwards.h"

#include <openssl/bn.h>
#include <string.h>

#define POINT_BYTES 32

/* The field's prime 2^255 - 19, and the curve's constant d = -121665/121666. */
static const char prime[] = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed";
static const char constant[] = "52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3";

typedef struct field {
    BN_CTX *context;
    BIGNUM *p, *d, *y, *u, *v;
} field;

static int start(field *f)
{
    f->context = BN_CTX_new();
    if (f->context == NULL)
        return 0;
    BN_CTX_start(f->context);
    f->p = BN_CTX_get(f->context);
    f->d = BN_CTX_get(f->context);
    f->y = BN_CTX_get(f->context);
    f->u = BN_CTX_get(f->context);
    f->v = BN_CTX_get(f->context);
    return f->v != NULL && BN_hex2bn(&f->p, prime) != 0 && BN_hex2bn(&f->d, constant) != 0;
}

/* Out: v = u * v of the definition, which is a square when u / v is one. v itself is never 0, as d
 * is no square. */
static int product(field *f, const unsigned char *key)
{
    unsigned char y[POINT_BYTES];
    memcpy(y, key, sizeof y);
    y[POINT_BYTES - 1] &= 0x7f;
    return BN_lebin2bn(y, sizeof y, f->y) != NULL && BN_mod_sqr(f->y, f->y, f->p, f->context) &&
           BN_mod_mul(f->v, f->d, f->y, f->p, f->context) && BN_add_word(f->v, 1) &&
           BN_copy(f->u, f->y) != NULL && BN_sub_word(f->u, 1) &&
           BN_mod_mul(f->v, f->u, f->v, f->p, f->context);
}

ds_status ds_edwards_point_check(const unsigned char *key)
{
    field f;
    ds_status status = DS_MEMORY;
    if (start(&f) && product(&f, key)) {
        int symbol = BN_kronecker(f.v, f.p, f.context);
        status = symbol == -2 ? DS_MEMORY : symbol < 0 ? DS_INVALID : DS_OK;
    }
    if (f.context != NULL)
        BN_CTX_end(f.context);
    BN_CTX_free(f.context);
    return status;
}
