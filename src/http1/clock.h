/* Time for deadlines. */
#ifndef DS_HTTP1_CLOCK_H
#define DS_HTTP1_CLOCK_H

/* Returns seconds on a clock that is never set (CLOCK_MONOTONIC). */
double ds_http_now(void);

#endif
