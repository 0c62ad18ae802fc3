#include "guest/guest.h"

#include <string.h>

const ds_surface *const ds_guest_surfaces[] = {&ds_guest_v0, &ds_guest_tappd, NULL};

const ds_surface *ds_guest_surface(const char *name)
{
    const ds_surface *const *at = ds_guest_surfaces;
    while (*at != NULL && strcmp((*at)->name, name) != 0)
        at++;
    return *at;
}
