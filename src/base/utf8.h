/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef DS_BASE_UTF8_H
#define DS_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Returns how many bytes the character at p takes (1 to 4), or 0 when p does not begin a
 * well-formed one within len bytes. */
size_t ds_utf8_size(const unsigned char *p, size_t len);

/* Returns true when all len bytes are well-formed UTF-8. */
bool ds_utf8_valid(const void *data, size_t len);

/* Writes a code point; In: code <= 0x10FFFF and no surrogate. Out: up to 4 bytes. Returns how
 * many were written. */
size_t ds_utf8_put(unsigned char *out, unsigned code);

#endif
