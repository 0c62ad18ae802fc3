/* The guest agent's services as rows: which methods, which members, which bounds. */
#ifndef DS_GUEST_GUEST_H
#define DS_GUEST_GUEST_H

#include "rpc/row.h"

#define DS_APP_ID_BYTES 20

/* DstackGuest as it was frozen at 0.5.11, at /<Method>. */
extern const ds_surface ds_guest_v0;

/* Tappd, the agent of dstack OS 0.3, which later ones keep, at /prpc/Tappd.<Method>. */
extern const ds_surface ds_guest_tappd;

/* All surfaces; ends with NULL. */
extern const ds_surface *const ds_guest_surfaces[];

/* Returns the surface of that name ("v0", "tappd"), or NULL. */
const ds_surface *ds_guest_surface(const char *name);

#endif
