#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

ds_status ds_library_load(const ds_library *library, void *table, ds_error *err)
{
    char *member = table;
    void *handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL)
        return ds_fail(err, DS_UNSUPPORTED, "%s is needed for %s: install %s (%s)", library->file,
                       library->purpose, library->package, dlerror());
    for (const char *const *symbol = library->symbols; *symbol != NULL; symbol++) {
        void *found = dlsym(handle, *symbol);
        if (found == NULL)
            return ds_fail(err, DS_UNSUPPORTED, "%s is too old for %s: it has no %s", library->file,
                           library->purpose, *symbol);
        /* ISO C has no cast from an object to a function pointer; their bytes are the same. */
        memcpy(member, &found, sizeof found);
        member += sizeof found;
    }
    return DS_OK;
}
