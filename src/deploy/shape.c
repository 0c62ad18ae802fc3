#include "deploy/shape.h"

#include "base/json_order.h"

#include <stdlib.h>

ds_shape ds_shape_begin(ds_arena *arena)
{
    ds_shape shape = {arena, ds_arena_alloc(arena, sizeof *shape.object), NULL};
    if (shape.object != NULL)
        shape.object->type = DS_JSON_OBJECT;
    return shape;
}

void ds_shape_add(ds_shape *shape, ds_slice name, const ds_json *value)
{
    ds_json *member = shape->object == NULL ? NULL : ds_arena_alloc(shape->arena, sizeof *member);
    if (member == NULL) {
        shape->object = NULL;
        return;
    }
    *member = *value;
    member->key = name;
    member->next = NULL;
    if (shape->last == NULL)
        shape->object->first = member;
    else
        shape->last->next = member;
    shape->last = member;
    shape->object->count++;
}

const ds_json *ds_shape_end(const ds_shape *shape)
{
    return shape->object;
}

const ds_json *ds_shape_distinct(const ds_json *object, ds_arena *arena)
{
    ds_json_entry *entries;
    const ds_json *twice;
    size_t count;
    ds_shape shape = ds_shape_begin(arena);
    if (ds_json_entries(object, DS_ORDER_KEPT, &entries, &count, &twice) != DS_OK)
        return NULL;
    for (size_t i = 0; i < count; i++)
        ds_shape_add(&shape, entries[i].member->key, entries[i].member);
    free(entries);
    return ds_shape_end(&shape);
}

ds_json ds_shape_string(ds_slice text)
{
    return (ds_json){.type = DS_JSON_STRING, .text = text};
}

const ds_json *ds_last_member(const ds_json *object, ds_slice name)
{
    const ds_json *found = NULL;
    for (const ds_json *item = object->first; item != NULL; item = item->next)
        if (ds_slice_equal(item->key, name))
            found = item;
    return found;
}

bool ds_is_text(const ds_json *value, const char *text)
{
    return value != NULL && value->type == DS_JSON_STRING &&
           ds_slice_equal(value->text, ds_slice_of(text, strlen(text)));
}
