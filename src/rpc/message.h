/* The values of one request or reply, in the order of its row's fields. */
#ifndef DS_RPC_MESSAGE_H
#define DS_RPC_MESSAGE_H

#include "base/arena.h"
#include "rpc/row.h"

#include <stdint.h>

typedef struct ds_value {
    bool present;           /* false: absent, all else is zero */
    uint64_t number;        /* DS_U64; DS_BOOL: 0 or 1 */
    ds_slice bytes;         /* DS_TEXT, DS_BYTES (as bytes, not as hex) */
    struct ds_value *items; /* DS_LIST: its elements; DS_MESSAGE: one value a field */
    size_t count;           /* DS_LIST: how many */
} ds_value;

typedef struct ds_message {
    const ds_field *fields;
    ds_value *values;
    ds_arena arena; /* owns values and everything they point to */
} ds_message;

/* Out: a message with all values absent, to be freed. */
ds_status ds_message_init(ds_message *message, const ds_field *fields) DS_MUST_CHECK;

/* Wipes and frees; a zeroed message is allowed. */
void ds_message_free(ds_message *message);

/* Returns the value of a field that exists; a wrong name is a programming error (assert). */
ds_value *ds_message_at(const ds_message *message, const char *name);

/* Shorthands for reading: what an absent value reads as is empty, 0, false. */
ds_slice ds_message_bytes(const ds_message *message, const char *name);
uint64_t ds_message_number(const ds_message *message, const char *name);

/* Setters copy into the message. They return false when memory is short. */
bool ds_value_set_bytes(ds_message *message, ds_value *value, ds_slice bytes);
void ds_value_set_number(ds_value *value, uint64_t number);
bool ds_value_set_count(ds_message *message, ds_value *value, size_t count);

/* Makes the value of a DS_MESSAGE field, all of its own values absent. */
bool ds_value_set_message(ds_message *message, ds_value *value, const ds_field *fields);

/* Returns the value of a field inside a message's field; a wrong name is a programming error. */
ds_value *ds_value_at(const ds_value *value, const ds_field *fields, const char *name);

/* Counts the fields of a list of fields. */
size_t ds_fields_count(const ds_field *fields);

#endif
