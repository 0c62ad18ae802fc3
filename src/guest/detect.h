/* Whether an agent has the surface of dstack OS 0.6, by what it answers to that surface's Version.
 * Never asked at /v1 itself: that is v0's path of a method called v1. */
#ifndef DS_GUEST_DETECT_H
#define DS_GUEST_DETECT_H

#include "base/slice.h"
#include "base/status.h"

#include <stdbool.h>

typedef enum ds_detection {
    DS_DETECT_UNKNOWN, /* a failure that says nothing about the surface; never "an old agent" */
    DS_DETECT_ABSENT,  /* no v1 */
    DS_DETECT_PRESENT
} ds_detection;

/* In: what ds_call_finish made of the answer (outcome, agent_spoke), and the answer itself. */
ds_detection ds_detect_v1(ds_status outcome, bool agent_spoke, int http_status, ds_slice body);

#endif
