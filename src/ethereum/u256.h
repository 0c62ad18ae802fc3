/* Numbers of up to 256 bits, as Ethereum has them: read, printed, checked against a type's range.
 *
 * A number is the ABI's word: 32 bytes, big-endian, a negative one in two's complement (Solidity,
 * Contract ABI Specification, "Formal Specification of the Encoding"). There is no arithmetic here
 * beyond what texts need. Functions that read leave *out zero when they fail, and say why in words
 * that want the number's name in front; the number itself is in no message. */
#ifndef DS_ETHEREUM_U256_H
#define DS_ETHEREUM_U256_H

#include "base/buf.h"

#include <stdint.h>

#define DS_U256_BYTES       32
#define DS_U256_MAXDECIMALS 77 /* 10^77 is the largest power of ten below 2^256 */

typedef struct ds_u256 {
    unsigned char bytes[DS_U256_BYTES];
} ds_u256;

/* What a type can hold: uintN or intN. */
typedef struct ds_u256_range {
    unsigned bits; /* 1 to 256 */
    bool is_signed;
} ds_u256_range;

#define DS_UINT256 ((ds_u256_range){256, false})

ds_u256 ds_u256_of(uint64_t n);

/* Out: *n. Returns false, leaving *n alone, when the number (unsigned) has more than 64 bits. */
bool ds_u256_to_u64(uint64_t *n, const ds_u256 *value) DS_MUST_CHECK;

bool ds_u256_is_zero(const ds_u256 *value);

/* Returns minus value, modulo 2^256. */
ds_u256 ds_u256_negated(const ds_u256 *value);

/* Whether the word is one that a type of that range has: the bits above are all zero, or all the
 * sign's. */
bool ds_u256_fits(const ds_u256 *word, ds_u256_range range);

/* Takes a number given as sign and magnitude. Out: *word. Fails with DS_INVALID when it is out of
 * range. */
ds_status ds_u256_take(ds_u256 *word, const ds_u256 *magnitude, bool negative, ds_u256_range range,
                       ds_error *err) DS_MUST_CHECK;

/* Reads decimal digits, or 0x and hex digits of either case, with a minus in front where the range
 * is signed. Hex is the magnitude, never two's complement. No blanks, no plus, no exponent, no
 * point; zeros in front are allowed. Fails with DS_INVALID. */
ds_status ds_u256_read(ds_u256 *word, ds_slice text, ds_u256_range range,
                       ds_error *err) DS_MUST_CHECK;

/* Reads a non-negative number with a point ("1.5") in units of 10^decimals: digits, and digits
 * behind a point if there is one. In: decimals, at most DS_U256_MAXDECIMALS. Fails with DS_INVALID,
 * also when there are more digits behind the point than decimals, zeros or not: nothing is ever
 * rounded. */
ds_status ds_u256_read_scaled(ds_u256 *out, ds_slice text, unsigned decimals,
                              ds_error *err) DS_MUST_CHECK;

/* Adds the number in decimal digits. Returns ds_buf_status. */
ds_status ds_u256_print(ds_buf *out, const ds_u256 *word, bool is_signed);

/* Adds 0x and the fewest hex digits, "0x0" for zero, as JSON-RPC has quantities. The number is
 * taken for unsigned. Returns ds_buf_status. */
ds_status ds_u256_print_hex(ds_buf *out, const ds_u256 *value);

/* Adds the number (unsigned) in units of 10^decimals, without zeros at the end behind the point,
 * nor a point without digits. In: decimals, at most DS_U256_MAXDECIMALS. Returns ds_buf_status. */
ds_status ds_u256_print_scaled(ds_buf *out, const ds_u256 *value, unsigned decimals);

#endif
