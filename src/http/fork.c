#include "http/fork.h"

#include <pthread.h>

/* Written once in each child, before it runs anything else. */
static unsigned generation;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void in_child(void)
{
    generation++;
}

static void watch(void)
{
    pthread_atfork(NULL, NULL, in_child);
}

unsigned ds_fork_generation(void)
{
    pthread_once(&once, watch);
    return generation;
}
