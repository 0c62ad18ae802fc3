#include "rpc/message.h"

#include <assert.h>
#include <stdint.h>

size_t ds_fields_count(const ds_field *fields)
{
    size_t n = 0;
    while (fields[n].name != NULL)
        n++;
    return n;
}

ds_status ds_message_init(ds_message *message, const ds_field *fields)
{
    *message = (ds_message){.fields = fields};
    message->values =
        ds_arena_alloc(&message->arena, (ds_fields_count(fields) + 1) * sizeof(ds_value));
    return message->values == NULL ? DS_MEMORY : DS_OK;
}

void ds_message_free(ds_message *message)
{
    ds_arena_free(&message->arena);
    *message = (ds_message){.fields = NULL};
}

/* Returns the place of a field that exists. */
static size_t find(const ds_field *fields, const char *name)
{
    size_t i = 0;
    while (fields[i].name != NULL && strcmp(fields[i].name, name) != 0)
        i++;
    assert(fields[i].name != NULL);
    return i;
}

ds_value *ds_message_at(const ds_message *message, const char *name)
{
    return &message->values[find(message->fields, name)];
}

ds_value *ds_value_at(const ds_value *value, const ds_field *fields, const char *name)
{
    return &value->items[find(fields, name)];
}

ds_slice ds_message_bytes(const ds_message *message, const char *name)
{
    return ds_message_at(message, name)->bytes;
}

uint64_t ds_message_number(const ds_message *message, const char *name)
{
    return ds_message_at(message, name)->number;
}

bool ds_value_set_bytes(ds_message *message, ds_value *value, ds_slice bytes)
{
    value->present = ds_arena_copy(&message->arena, &value->bytes, bytes);
    return value->present;
}

void ds_value_set_number(ds_value *value, uint64_t number)
{
    value->present = true;
    value->number = number;
}

bool ds_value_set_count(ds_message *message, ds_value *value, size_t count)
{
    if (count > SIZE_MAX / sizeof *value->items - 1)
        return false;
    value->items = ds_arena_alloc(&message->arena, (count + 1) * sizeof *value->items);
    value->present = value->items != NULL;
    value->count = value->present ? count : 0;
    return value->present;
}

bool ds_value_set_message(ds_message *message, ds_value *value, const ds_field *fields)
{
    value->items =
        ds_arena_alloc(&message->arena, (ds_fields_count(fields) + 1) * sizeof *value->items);
    value->present = value->items != NULL;
    return value->present;
}
