/* The characters and words of types and signatures: what their two parsers share. */
#ifndef DS_ETHEREUM_ABI_SCAN_H
#define DS_ETHEREUM_ABI_SCAN_H

#include "ethereum/abi_parse.h"

typedef struct ds_scan {
    const char *begin, *at, *end;
    ds_arena *arena;
    ds_abi_lookup
        *lookup; /* NULL where types are Solidity's own; else blanks are not passed over */
    const void *structs;
    ds_error *err;
} ds_scan;

/* Out: *p, at the first character. Returns DS_OK, or DS_INVALID when the text is too long. */
ds_status ds_scan_begin(ds_scan *p, ds_slice text, ds_arena *arena, ds_error *err) DS_MUST_CHECK;

/* Fails with DS_INVALID, naming the character. */
ds_status ds_scan_bad(const ds_scan *p, const char *at, const char *why);

/* Puts the character in front of what a failure said. Returns status. */
ds_status ds_scan_say(const ds_scan *p, const char *at, ds_status status);

bool ds_scan_digit(char c);

void ds_scan_blanks(ds_scan *p);

/* Whether that character is next, behind blanks; and the same, taking it. */
bool ds_scan_at(ds_scan *p, char c);
bool ds_scan_take(ds_scan *p, char c);

/* Returns the word that is next, maybe empty, without taking it; blanks in front are taken. */
ds_slice ds_scan_peek(ds_scan *p);

/* Takes the word if it is the one that is next. Returns whether it was. */
bool ds_scan_word(ds_scan *p, const char *text);

bool ds_scan_is(ds_slice word, const char *text);
bool ds_scan_is_any(ds_slice word, const char *const *texts); /* NULL ends the list */

/* Takes members, each a type and maybe a name, up to the closing character and with it; up to the
 * end where that is NUL. In: depth, of tuples around. Out: *tuple. */
ds_status ds_scan_members(ds_scan *p, ds_abi_type *tuple, unsigned depth, char close) DS_MUST_CHECK;

#endif
