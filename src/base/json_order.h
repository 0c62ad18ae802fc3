/* The order of an object's members. */
#ifndef DS_BASE_JSON_ORDER_H
#define DS_BASE_JSON_ORDER_H

#include "base/json_write.h"

typedef struct ds_json_entry {
    const ds_json *member;
    size_t position; /* where the first member of that name stood */
    uint32_t index;  /* the array index that the name is in JavaScript */
    bool is_index;
} ds_json_entry;

/* Puts an object's members into order; of those with one name the last stays, at the first's place.
 * Out: *entries, to be freed by free(), NULL when there are none; *count; *twice, a name that more
 * than one member has, or NULL. Returns DS_OK or DS_MEMORY. */
ds_status ds_json_entries(const ds_json *object, ds_json_order order, ds_json_entry **entries,
                          size_t *count, const ds_json **twice) DS_MUST_CHECK;

/* Whether no object in a value, however deep, has two members of one name: readers differ on which
 * of them counts. Fails with DS_INVALID and a text that begins with "duplicate", DS_MEMORY. */
ds_status ds_json_distinct(const ds_json *value, ds_error *err) DS_MUST_CHECK;

#endif
