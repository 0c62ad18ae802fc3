/* What is due when: a queue without memory of its own, for a loop that waits in poll. */
#ifndef DS_SIMULATOR_TIMERS_H
#define DS_SIMULATOR_TIMERS_H

#include <stdint.h>

/* Belongs to what is waited for, and stays in place while it is in a queue. */
typedef struct ds_timer {
    int64_t due;
    struct ds_timer *before, *after;
} ds_timer;

/* Zeroed: empty. The earliest comes first. */
typedef struct ds_timers {
    ds_timer *first, *last;
} ds_timers;

/* Returns milliseconds on a clock that is never set. */
int64_t ds_timers_now(void);

/* Adds a timer that is in no queue; behind those that are due at the same time. Quick where it is
 * due last, as those are that all wait equally long. */
void ds_timers_add(ds_timers *timers, ds_timer *timer, int64_t due);

/* Takes the first timer out of the queue and returns it, or NULL when none is due by then. */
ds_timer *ds_timers_take(ds_timers *timers, int64_t by);

/* Returns for how many milliseconds poll may wait, -1 for ever. */
int ds_timers_wait(const ds_timers *timers, int64_t now);

#endif
