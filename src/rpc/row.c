#include "rpc/row.h"

#include <string.h>

const ds_row *ds_surface_row(const ds_surface *surface, const char *name, size_t name_len)
{
    for (const ds_row *row = surface->rows; row->name != NULL; row++)
        if (strlen(row->name) == name_len && memcmp(row->name, name, name_len) == 0)
            return row;
    return NULL;
}
