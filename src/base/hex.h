/* Hex: lowercase out, either case in, and nothing but digits. */
#ifndef DS_BASE_HEX_H
#define DS_BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>

/* Out: 2 * n digits, no NUL. */
void ds_hex_encode(char *out, const void *in, size_t n);

/* In: len characters, an even number of hex digits, no prefix, no blanks.
 * Out: len / 2 bytes. Returns false, leaving out unspecified, when in is anything else. */
bool ds_hex_decode(unsigned char *out, const char *in, size_t len);

#endif
