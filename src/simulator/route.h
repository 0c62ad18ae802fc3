/* Where a path leads: listeners answer at several prefixes, each of which is a surface's. */
#ifndef DS_SIMULATOR_ROUTE_H
#define DS_SIMULATOR_ROUTE_H

#include "simulator/release.h"

/* No method has a longer name; longer ones are shown cut off. */
#define DS_ROUTE_METHOD_MAX 256

typedef struct ds_route {
    const ds_surface *surface;
    ds_slice method; /* as the surface's rows would have it; in room */
    unsigned char room[DS_ROUTE_METHOD_MAX];
} ds_route;

/* In: serves, what the listener answers, as in ds_address; path, as in the request line.
 * Returns false for a path at which this release has no surface. */
bool ds_route_find(ds_route *route, const ds_release *release, unsigned serves, ds_slice path);

#endif
