/* What each SDK's helper makes of a document before it writes it. */
#ifndef DS_DEPLOY_FLAVOUR_H
#define DS_DEPLOY_FLAVOUR_H

#include "deploy/compose_hash.h"
#include "deploy/shape.h"

/* Returns the object to be written, in the arena. NULL and *err where the helper fails, or where
 * memory is short. */
typedef const ds_json *ds_reshape(const ds_json *root, bool normalize, ds_arena *arena,
                                  ds_error *err);

ds_reshape ds_reshape_js;
ds_reshape ds_reshape_python;
ds_reshape ds_reshape_go;

struct ds_flavour {
    ds_json_style style;
    ds_reshape *reshape;
};

/* Whether normalizing leaves out a member of this name. In: runner, the value that counts, or NULL.
 */
bool ds_is_unused(ds_slice name, const ds_json *runner);

/* The last step of a reshaping: the object, or NULL and *err. In: shape NULL where memory is short.
 */
const ds_json *ds_reshaped(const ds_shape *shape, ds_error *err);

#endif
