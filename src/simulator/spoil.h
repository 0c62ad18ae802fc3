/* Faults in what a reply says. When and how far it comes is held.h's part. */
#ifndef DS_SIMULATOR_SPOIL_H
#define DS_SIMULATOR_SPOIL_H

#include "simulator/dispatch.h"
#include "simulator/fault.h"

/* Changes status, content type or body as a fault of those kinds asks for; a fault of another kind,
 * and one in a member that the reply does not have, such as a refusal, change nothing. In: reply,
 * of a method (its row is set); fault, or NULL. Fails with DS_MEMORY, DS_TOO_LARGE. */
ds_status ds_spoil(ds_simulator_reply *reply, const ds_fault *fault) DS_MUST_CHECK;

#endif
