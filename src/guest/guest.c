#include "guest/guest.h"

#include <string.h>

const ds_surface *ds_guest_surface(const char *name)
{
    static const ds_surface *const surfaces[] = {&ds_guest_v0, &ds_guest_tappd};
    for (size_t i = 0; i < sizeof surfaces / sizeof *surfaces; i++)
        if (strcmp(surfaces[i]->name, name) == 0)
            return surfaces[i];
    return NULL;
}
