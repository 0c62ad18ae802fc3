/* The simulator as a child process, for the life of one script (--simulator). */
#ifndef DS_HOST_CHILD_H
#define DS_HOST_CHILD_H

#include "simulator/simulator.h"

#include <sys/types.h>

typedef struct ds_child {
    pid_t pid;
    int life; /* the simulator ends when this end of a pipe closes, however that comes about */
} ds_child;

/* Forks a simulator that listens on private sockets, waits until it does, and sets
 * DSTACK_SIMULATOR_ENDPOINT, TAPPD_SIMULATOR_ENDPOINT, DSTACK_SIMULATOR_EXTERNAL (the Worker's),
 * DSTACK_KMS_ENDPOINT and DSTACK_SIMULATOR_KMS_ROOT; its warnings go to stderr. Must be called
 * before there is a Lua state, so that the two processes share nothing. In: options, those that are
 * about what it simulates; all else is ours. Fails with the simulator's own error. */
ds_status ds_child_start(ds_child *child, const ds_simulator_options *options,
                         ds_error *err) DS_MUST_CHECK;

/* Ends the simulator and waits until it has tidied up. */
void ds_child_stop(ds_child *child);

#endif
