#include "http/clock.h"

#include <limits.h>
#include <time.h>

#define LONGEST_SLEEP 60.0

void ds_http_sleep(double seconds)
{
    if (!(seconds > 0))
        return;
    if (seconds > LONGEST_SLEEP)
        seconds = LONGEST_SLEEP;
    time_t whole = (time_t)seconds;
    struct timespec pause = {whole, (long)((seconds - (double)whole) * 1e9)};
    nanosleep(&pause, NULL);
}

long ds_http_milliseconds(double seconds)
{
    double ms = seconds * 1000.0 + 0.999;
    if (!(ms >= 1.0))
        return 1;
    return ms < (double)INT_MAX ? (long)ms : INT_MAX;
}
