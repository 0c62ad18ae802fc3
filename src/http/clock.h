/* Waiting, by the clock of http1/clock.h. */
#ifndef DS_HTTP_CLOCK_H
#define DS_HTTP_CLOCK_H

#include "http1/clock.h"

/* Sleeps. Returns early when a signal came. In: seconds; what is no number above 0 is none at all,
 * and a long sleep ends after a minute: who wants more looks at the clock. */
void ds_http_sleep(double seconds);

/* Returns a wait in milliseconds for the system and libcurl, at least 1, as they take 0 for none at
 * all or for ever. Rounds up, so that nothing spins in the last millisecond. */
long ds_http_milliseconds(double seconds);

#endif
