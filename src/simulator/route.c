#include "simulator/route.h"

#include "deploy/kms.h"
#include "guest/guest.h"
#include "simulator/address.h"
#include "simulator/query.h"

/* A surface is mounted at a prefix up to its last '/'; the rest of that, such as "Tappd.", may
 * stand before a method, and more than once. The method is one segment that is not empty. */
static bool leads_to(ds_route *route, const char *prefix, ds_slice path)
{
    size_t mount = (size_t)(strrchr(prefix, '/') - prefix) + 1;
    ds_slice service = {prefix + mount, strlen(prefix + mount)};
    if (path.len <= mount || !ds_slice_starts(path, ds_slice_of(prefix, mount)))
        return false;
    ds_slice segment = ds_slice_behind(path, mount);
    if (memchr(segment.data, '/', segment.len) != NULL)
        return false;
    if (segment.len > DS_ROUTE_METHOD_MAX)
        segment.len = DS_ROUTE_METHOD_MAX;
    route->method = ds_slice_of(route->room, ds_percent_decode(route->room, segment, false));
    while (service.len > 0 && ds_slice_starts(route->method, service))
        route->method = ds_slice_behind(route->method, service.len);
    return true;
}

bool ds_route_find(ds_route *route, const ds_release *release, unsigned serves, ds_slice path)
{
    static const struct {
        unsigned serves;
        const ds_surface *surface;
        const char *prefix; /* NULL: the surface's own */
    } mounts[] = {
        {DS_SERVES_AGENT, &ds_guest_v0, NULL},
        {DS_SERVES_AGENT, &ds_guest_v0, "/v0/"},
        {DS_SERVES_AGENT, &ds_guest_v1, NULL},
        {DS_SERVES_TAPPD, &ds_guest_tappd, NULL},
        {DS_SERVES_EXTERNAL, &ds_guest_worker_v0, NULL},
        {DS_SERVES_EXTERNAL, &ds_guest_worker_v0, "/prpc/v0/Worker."},
        {DS_SERVES_EXTERNAL, &ds_guest_worker_v1, NULL},
        {DS_SERVES_KMS, &ds_kms_served, NULL},
    };
    for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++) {
        const char *prefix = mounts[i].prefix;
        route->surface = mounts[i].surface;
        if ((serves & mounts[i].serves) &&
            ds_release_has_surface(release, route->surface, prefix) &&
            leads_to(route, prefix == NULL ? route->surface->prefix : prefix, path))
            return true;
    }
    return false;
}
