#include "simulator/mhd_api.h"

#include <dlfcn.h>
#include <string.h>

#define LIBRARY "libmicrohttpd.so.12"

ds_status ds_mhd_open(ds_mhd *mhd, ds_error *err)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return ds_fail(err, DS_UNSUPPORTED,
                       "the simulator needs libmicrohttpd: install the Debian package "
                       "libmicrohttpd12 (%s)",
                       dlerror());
    void *symbol;
    /* ISO C has no cast from an object to a function pointer; their bytes are the same. */
#define DS_MHD_LOAD(name)                                                                          \
    if ((symbol = dlsym(library, "MHD_" #name)) == NULL)                                           \
        return ds_fail(err, DS_UNSUPPORTED, LIBRARY " lacks MHD_" #name ": it is too old");        \
    memcpy(&mhd->name, &symbol, sizeof symbol);
    DS_MHD_LIST(DS_MHD_LOAD)
#undef DS_MHD_LOAD
    return DS_OK;
}
