/* Secrets: overwriting them for good, and comparing them without telling where they differ. */
#ifndef DS_BASE_WIPE_H
#define DS_BASE_WIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Overwrites n bytes with zeros. The empty asm tells the compiler that somebody reads them
 * afterwards, so the store is never optimised away. */
static inline void ds_wipe(void *p, size_t n)
{
    if (n == 0)
        return;
    memset(p, 0, n);
    __asm__ __volatile__("" : : "r"(p) : "memory");
}

/* Compares n bytes in a time that depends on n only. */
static inline bool ds_equal(const void *a, const void *b, size_t n)
{
    const unsigned char *x = a, *y = b;
    unsigned char differ = 0;
    for (size_t i = 0; i < n; i++)
        differ = (unsigned char)(differ | (x[i] ^ y[i]));
    return differ == 0;
}

#endif
