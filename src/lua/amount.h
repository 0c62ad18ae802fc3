/* Amounts: numbers that may be larger than a Lua number can say. They come as decimal text, as 0x
 * and hex digits, or as numbers that are exact; they go out as numbers or as decimal text, as their
 * type says. */
#ifndef DS_LUA_AMOUNT_H
#define DS_LUA_AMOUNT_H

#include "ethereum/u256.h"
#include "lua/box.h"

/* The widest type whose values go out as numbers: below 2^53 in every Lua. */
#define DS_AMOUNT_NUMBERBITS 48

/* Takes the amount at index. Raises nothing: a value of another type is DS_INVALID too, for values
 * that are data and no arguments. Out: *out, zero on failure. The failure says what is wrong, and
 * wants the value's name in front. */
ds_status ds_amount_at(lua_State *L, int index, ds_u256 *out, ds_u256_range range,
                       ds_error *err) DS_MUST_CHECK;

/* Takes the argument at index; ds_raise when it is neither string nor number. Returns false with
 * *err, "call: name: what is wrong", for a value out of range, and for a number that is not exact.
 */
bool ds_named_amount(lua_State *L, int index, ds_u256 *out, ds_u256_range range, const char *call,
                     const char *name, ds_error *err) DS_MUST_CHECK;

/* Pushes an amount of that type: a number when the type has at most DS_AMOUNT_NUMBERBITS, decimal
 * text when it has more, whatever the value. */
void ds_push_amount(lua_State *L, const ds_u256 *word, ds_u256_range range);

#endif
