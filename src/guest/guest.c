#include "guest/guest.h"

#include <string.h>

const ds_surface *const ds_guest_surfaces[] = {
    &ds_guest_v0, &ds_guest_tappd, &ds_guest_v1, &ds_guest_worker_v0, &ds_guest_worker_v1, NULL,
};

const ds_surface *ds_guest_surface(const char *name)
{
    const ds_surface *const *at = ds_guest_surfaces;
    while (*at != NULL && strcmp((*at)->name, name) != 0)
        at++;
    return *at;
}
