/* Objects made of other objects' members. */
#ifndef DS_DEPLOY_SHAPE_H
#define DS_DEPLOY_SHAPE_H

#include "base/arena.h"
#include "base/json.h"

typedef struct ds_shape {
    ds_arena *arena;
    ds_json *object; /* NULL when memory is short */
    ds_json *last;
} ds_shape;

/* Begins an object without members. It lives as long as the arena, and as the documents whose
 * values are added. */
ds_shape ds_shape_begin(ds_arena *arena);

/* Adds a member: the value under that name, what is in it shared. Does nothing once memory was
 * short. */
void ds_shape_add(ds_shape *shape, ds_slice name, const ds_json *value);

/* Returns the object; NULL when memory was short. */
const ds_json *ds_shape_end(const ds_shape *shape);

/* Returns the same object with one member a name, the last of each; NULL when memory is short. */
const ds_json *ds_shape_distinct(const ds_json *object, ds_arena *arena);

/* A string of that text. */
ds_json ds_shape_string(ds_slice text);

/* Returns the last member of that name, as parsers that take the last have it, or NULL. */
const ds_json *ds_last_member(const ds_json *object, ds_slice name);

/* Whether a value is a string of that text; NULL is none. */
bool ds_is_text(const ds_json *value, const char *text);

#endif
