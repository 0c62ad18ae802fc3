/* The guest agent's services as rows: which methods, which members, which bounds. */
#ifndef DS_GUEST_GUEST_H
#define DS_GUEST_GUEST_H

#include "rpc/row.h"

#define DS_APP_ID_BYTES 20

/* DstackGuest as it was frozen at 0.5.11, at /<Method>. */
extern const ds_surface ds_guest_v0;

/* Tappd, the agent of dstack OS 0.3, which later ones keep, at /prpc/Tappd.<Method>. */
extern const ds_surface ds_guest_tappd;

/* The surface of dstack OS 0.6 and newer, at /v1/<Method>. */
extern const ds_surface ds_guest_v1;

/* What anyone outside the machine can ask, frozen: at /prpc/Worker.<Method>. */
extern const ds_surface ds_guest_worker_v0;

/* The same since 0.6, at /prpc/v1/<Method>. */
extern const ds_surface ds_guest_worker_v1;

/* All surfaces; ends with NULL. */
extern const ds_surface *const ds_guest_surfaces[];

/* Returns the surface of that name ("v0", "tappd", "v1", "worker-v0", "worker-v1"), or NULL. */
const ds_surface *ds_guest_surface(const char *name);

#endif
