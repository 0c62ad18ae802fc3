/* The collateral over HTTP: the paths, headers and encodings of Intel's Provisioning Certification
 * Service, API version 4, and of the caches (PCCS) that stand in for it. */
#ifndef DS_SIMULATOR_PCCS_H
#define DS_SIMULATOR_PCCS_H

#include "simulator/dispatch.h"

/* What it serves, as rows without members: pckcert, pckcrl, rootcacrl, tcb, identity. */
extern const ds_surface ds_pccs_served;

/* Answers a GET. Returns false when there is nothing at that path. */
bool ds_pccs_answer(ds_simulator_reply *reply, const ds_platform *platform,
                    const ds_simulator_request *request);

#endif
