/* JavaScript: what the document has stays, nulls and unknown members too; the order and the numbers
 * are the writer's work. */
#include "deploy/flavour.h"

static bool is_falsy(const ds_json *value)
{
    switch (value->type) {
    case DS_JSON_NULL:
        return true;
    case DS_JSON_BOOL:
        return !value->boolean;
    case DS_JSON_NUMBER:
        return ds_number_double(value->text) == 0;
    case DS_JSON_STRING:
        return value->text.len == 0;
    case DS_JSON_ARRAY:
    case DS_JSON_OBJECT:
        break;
    }
    return false;
}

const ds_json *ds_reshape_js(const ds_json *root, bool normalize, ds_arena *arena, ds_error *err)
{
    static const ds_slice script = {"pre_launch_script", 17};
    if (!normalize)
        return root;
    const ds_json *runner = ds_last_member(root, DS_LITERAL("runner"));
    const ds_json *hook = ds_last_member(root, script);
    bool hookless = hook != NULL && is_falsy(hook);
    ds_shape shape = ds_shape_begin(arena);
    for (const ds_json *item = root->first; item != NULL; item = item->next)
        if (!ds_is_unused(item->key, runner) && !(hookless && ds_slice_equal(item->key, script)))
            ds_shape_add(&shape, item->key, item);
    return ds_reshaped(&shape, err);
}
