#include "simulator/timers.h"

#include <limits.h>
#include <stddef.h>
#include <time.h>

int64_t ds_timers_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void ds_timers_add(ds_timers *timers, ds_timer *timer, int64_t due)
{
    ds_timer *before = timers->last;
    while (before != NULL && before->due > due)
        before = before->before;
    ds_timer *after = before == NULL ? timers->first : before->after;
    *timer = (ds_timer){due, before, after};
    *(before == NULL ? &timers->first : &before->after) = timer;
    *(after == NULL ? &timers->last : &after->before) = timer;
}

ds_timer *ds_timers_take(ds_timers *timers, int64_t by)
{
    ds_timer *timer = timers->first;
    if (timer == NULL || timer->due > by)
        return NULL;
    timers->first = timer->after;
    *(timer->after == NULL ? &timers->last : &timer->after->before) = NULL;
    return timer;
}

int ds_timers_wait(const ds_timers *timers, int64_t now)
{
    if (timers->first == NULL)
        return -1;
    int64_t wait = timers->first->due - now;
    return wait < 0 ? 0 : wait > INT_MAX ? INT_MAX : (int)wait;
}
