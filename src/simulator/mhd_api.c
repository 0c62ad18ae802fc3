#include "simulator/mhd_api.h"

#include "base/library.h"

#define DS_MHD_SYMBOL(name) "MHD_" #name,
static const char *const symbols[] = {DS_MHD_LIST(DS_MHD_SYMBOL) NULL};

static const ds_library library = {"libmicrohttpd.so.12", "the simulator", "libmicrohttpd12",
                                   symbols};

ds_status ds_mhd_open(ds_mhd *mhd, ds_error *err)
{
    return ds_library_load(&library, mhd, err);
}
