#define _GNU_SOURCE /* POLLRDHUP */

#include "simulator/held.h"

#include <poll.h>

/* A suspended connection is not watched, so we look from time to time whether the client is still
 * there: those that run out of patience must not use up the descriptors. */
#define LOOK_MILLISECONDS 1000

static void arm(ds_held *held, ds_timers *timers, int64_t now)
{
    int64_t look = now + LOOK_MILLISECONDS;
    ds_timers_add(timers, &held->timer, held->due < look ? held->due : look);
}

static void suspend(ds_held *held, ds_timers *timers, const ds_mhd *mhd,
                    struct MHD_Connection *connection, unsigned long milliseconds)
{
    int64_t now = ds_timers_now();
    held->connection = connection;
    held->due = now + (int64_t)milliseconds;
    mhd->suspend_connection(connection);
    arm(held, timers, now);
}

void ds_held_delay(ds_held *held, ds_timers *timers, const ds_mhd *mhd,
                   struct MHD_Connection *connection, unsigned long milliseconds)
{
    suspend(held, timers, mhd, connection, milliseconds);
}

void ds_held_drip(ds_held *held, ds_timers *timers, const ds_mhd *mhd,
                  struct MHD_Connection *connection, ds_slice bytes, unsigned long milliseconds)
{
    held->pace = (int64_t)milliseconds;
    held->dripping = bytes;
    suspend(held, timers, mhd, connection, milliseconds);
}

static void resume(ds_held *held, const ds_mhd *mhd, bool lost)
{
    held->lost = lost;
    mhd->resume_connection(held->connection);
}

/* Bytes that wait to be read say nothing: TLS takes its leave with some. */
static bool is_gone(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLRDHUP};
    return poll(&one, 1, 0) > 0;
}

/* Returns false when that was the last byte. One that finds the socket full waits for its next
 * turn. */
static bool drip(ds_held *held, const ds_mhd *mhd)
{
    size_t n = ds_mhd_send(mhd, held->connection, held->dripping.data, 1);
    held->dripping = ds_slice_behind(held->dripping, n);
    return held->dripping.len > 0;
}

/* Returns whether the connection was resumed. */
static bool serve(ds_held *held, ds_timers *timers, const ds_mhd *mhd, int64_t now)
{
    bool due = now >= held->due;
    bool over = is_gone(ds_mhd_socket(mhd, held->connection)) ||
                (due && (held->pace == 0 || !drip(held, mhd)));
    if (over) {
        resume(held, mhd, !due || held->pace > 0);
    } else {
        held->due = due ? now + held->pace : held->due;
        arm(held, timers, now);
    }
    return over;
}

bool ds_held_run(ds_timers *timers, const ds_mhd *mhd)
{
    int64_t now = ds_timers_now();
    bool resumed = false;
    for (ds_timer *timer; (timer = ds_timers_take(timers, now)) != NULL;)
        resumed |= serve((ds_held *)timer, timers, mhd, now);
    return resumed;
}

void ds_held_end(ds_timers *timers, const ds_mhd *mhd)
{
    for (ds_timer *timer; (timer = ds_timers_take(timers, INT64_MAX)) != NULL;)
        resume((ds_held *)timer, mhd, true);
}
