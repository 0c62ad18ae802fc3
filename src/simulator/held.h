/* Replies that are held back: their connections are suspended until they are due or, byte by byte,
 * out. They hold up nothing else, and each costs a timer. */
#ifndef DS_SIMULATOR_HELD_H
#define DS_SIMULATOR_HELD_H

#include "base/buf.h"
#include "simulator/mhd_api.h"
#include "simulator/timers.h"

#include <stdbool.h>

/* Part of the session of the connection. Zeroed: nothing is held back. */
typedef struct ds_held {
    ds_timer timer; /* stays the first member */
    struct MHD_Connection *connection;
    int64_t due;       /* the reply; of one that drips, its next byte */
    int64_t pace;      /* milliseconds a byte, 0: it does not drip */
    ds_slice dripping; /* the bytes that are still to go */
    bool lost;         /* nothing is left to say on this connection */
} ds_held;

/* Suspends the connection whose handler is running. It is resumed, and the handler called again,
 * after so many milliseconds. In: held, zeroed. */
void ds_held_delay(ds_held *held, ds_timers *timers, const ds_mhd *mhd,
                   struct MHD_Connection *connection, unsigned long milliseconds);

/* The same; it is resumed with lost set when all bytes, which stay the caller's, have been written,
 * so many milliseconds apart. */
void ds_held_drip(ds_held *held, ds_timers *timers, const ds_mhd *mhd,
                  struct MHD_Connection *connection, ds_slice bytes, unsigned long milliseconds);

/* Does what is due by now. A connection whose client has gone is resumed soon, with lost set.
 * Returns whether one was resumed: its daemon has to run then, and does not ask for it. */
bool ds_held_run(ds_timers *timers, const ds_mhd *mhd);

/* Resumes all connections, with lost set, as libmicrohttpd wants it before it stops. */
void ds_held_end(ds_timers *timers, const ds_mhd *mhd);

#endif
