/* Finding out what a 0.5.x agent can do before relying on it.
 *
 * Agents up to 0.5.5 ignore members they do not know, so asking them for an ed25519 key quietly
 * gives another chain, and TLS options quietly vanish. Version tells (0.5.7 and newer); an agent
 * without it is asked an empty Verify: does it not know that either, it is 0.5.5 or older, refuses
 * it in any other way, it is 0.5.6, which has both features. Tappd has no Verify to ask: there
 * 0.5.6 counts as older. A state machine, so that whoever does the I/O only asks what it says and
 * reports what came back. */
#ifndef DS_GUEST_GATE_H
#define DS_GUEST_GATE_H

#include "rpc/call.h"

typedef enum ds_gate {
    DS_GATE_ASK_VERSION, /* the initial state: call Version with an empty request */
    DS_GATE_ASK_VERIFY,  /* call Verify with everything empty */
    DS_GATE_OPEN,        /* the agent has the features */
    DS_GATE_SHUT         /* it has not, or will not tell */
} ds_gate;

/* Returns the state after a question on that surface came back with that status. A failure that
 * says nothing about the agent leaves the state as it is: connect, timeout and the like, and a 404
 * that is not the agent's own (agent_spoke as in ds_call). */
ds_gate ds_gate_next(const ds_surface *surface, ds_gate state, ds_status outcome, bool agent_spoke);

/* Returns the method to call in a state, or NULL when there is nothing left to ask. */
const char *ds_gate_question(ds_gate state);

/* Returns what in this request an agent up to 0.5.5 would ignore, such as "with_app_info", or NULL
 * when it would ignore nothing. */
const char *ds_gate_feature(const ds_call *call);

#endif
