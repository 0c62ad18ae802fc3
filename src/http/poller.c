#include "http/poller.h"

#include "http/failure.h"
#include "http/fork.h"
#include "http/watch.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define EVENTS      32 /* taken from the system at once */
#define FIRST_SLOTS 16
#define NOWHERE     ((size_t)-1)

typedef struct entry {
    ds_poller *poller;
    ds_http *http;
    size_t slot;
    double due;
    size_t at; /* its place in the heap, or NOWHERE */
    int lost;  /* the errno with which a socket of its could not be watched, or 0 */
} entry;

struct ds_poller {
    ds_watch watch;
    unsigned generation; /* of the process that opened it */

    entry **slots; /* by slot; NULL where one is free */
    entry **heap;  /* those that are due at some time, the first one first; as much room */
    size_t capacity, timers;

    ds_watch_event events[EVENTS];
    int count, next; /* events that have come, the next one to be looked at */
    double round;    /* when they were asked for: what has become due since waits its turn */
};

/* The heap ---------------------------------------------------------------------------------------
 *
 * A binary heap in an array (Williams, 1964), whose entries know their places. */

static void place(ds_poller *p, entry *e, size_t at)
{
    p->heap[at] = e;
    e->at = at;
}

static void rise(ds_poller *p, entry *e, size_t at)
{
    for (size_t up; at > 0 && p->heap[up = (at - 1) / 2]->due > e->due; at = up)
        place(p, p->heap[up], at);
    place(p, e, at);
}

static void sink(ds_poller *p, entry *e, size_t at)
{
    for (size_t down; (down = 2 * at + 1) < p->timers; at = down) {
        if (down + 1 < p->timers && p->heap[down + 1]->due < p->heap[down]->due)
            down++;
        if (!(p->heap[down]->due < e->due))
            break;
        place(p, p->heap[down], at);
    }
    place(p, e, at);
}

static void take_out(ds_poller *p, entry *e)
{
    size_t at = e->at;
    if (at == NOWHERE)
        return;
    e->at = NOWHERE;
    entry *last = p->heap[--p->timers];
    if (last == e)
        return;
    rise(p, last, at);
    sink(p, last, last->at);
}

static void set_due(entry *e, double when)
{
    ds_poller *p = e->poller;
    if (e->due == when && e->at != NOWHERE)
        return;
    take_out(p, e);
    e->due = when;
    if (when < INFINITY)
        rise(p, e, p->timers++);
}

/* What a transport tells ------------------------------------------------------------------------
 */

/* What a parent has asked the system for is not ours to change. */
static bool renew(ds_poller *p)
{
    if (p->generation == ds_fork_generation())
        return true;
    ds_watch_close(&p->watch);
    p->count = p->next = 0;
    p->generation = ds_fork_generation();
    for (size_t i = 0; i < p->capacity; i++)
        if (p->slots[i] != NULL && p->slots[i]->at != NOWHERE)
            set_due(p->slots[i], 0);
    return ds_watch_open(&p->watch);
}

/* Events that have been taken from the system and not yet been looked at. In: fd, or -1 for all. */
static void forget_events(ds_poller *p, size_t slot, int fd)
{
    for (int i = p->next; i < p->count; i++)
        if (p->events[i].tag == slot && (fd < 0 || p->events[i].fd == fd))
            p->events[i].events = 0;
}

static void on_want(void *user, int fd, unsigned events)
{
    entry *e = user;
    ds_poller *p = e->poller;
    bool good = renew(p) && ds_watch_set(&p->watch, fd, events, e->slot);
    if (events == 0) {
        forget_events(p, e->slot, fd);
    } else if (!good) {
        e->lost = errno;
        set_due(e, 0);
    }
}

/* An exchange whose socket cannot be watched is ended at once, by the clock. */
static void on_due(void *user, double when)
{
    entry *e = user;
    if (when == INFINITY)
        e->lost = 0;
    set_due(e, e->lost != 0 ? 0 : when);
}

static void on_gone(void *user)
{
    entry *e = user;
    take_out(e->poller, e);
    forget_events(e->poller, e->slot, -1);
    e->poller->slots[e->slot] = NULL;
    free(e);
}

/* Making -----------------------------------------------------------------------------------------
 */

ds_status ds_poller_new(ds_poller **out, ds_error *err)
{
    char room[64];
    *out = NULL;
    ds_poller *p = calloc(1, sizeof *p);
    if (p == NULL)
        return ds_fail_memory(err);
    p->generation = ds_fork_generation();
    if (!ds_watch_open(&p->watch)) {
        ds_fail(err, DS_INTERNAL, "the system gives no means to wait for several connections: %s",
                ds_failure_errno(errno, room, sizeof room));
        free(p);
        return err->status;
    }
    *out = p;
    return DS_OK;
}

void ds_poller_free(ds_poller *poller)
{
    if (poller == NULL)
        return;
    renew(poller);
    for (size_t i = 0; i < poller->capacity; i++)
        if (poller->slots[i] != NULL) {
            ds_http_watch(poller->slots[i]->http, NULL);
            free(poller->slots[i]);
        }
    ds_watch_close(&poller->watch);
    free(poller->slots);
    free(poller->heap);
    free(poller);
}

static ds_status grow(ds_poller *p, ds_error *err)
{
    size_t wanted = p->capacity == 0 ? FIRST_SLOTS : 2 * p->capacity;
    entry **heap = realloc(p->heap, wanted * sizeof(entry *));
    if (heap == NULL)
        return ds_fail_memory(err);
    p->heap = heap;
    entry **slots = realloc(p->slots, wanted * sizeof(entry *));
    if (slots == NULL)
        return ds_fail_memory(err);
    p->slots = slots;
    while (p->capacity < wanted)
        slots[p->capacity++] = NULL;
    return DS_OK;
}

static size_t free_slot(const ds_poller *p)
{
    size_t slot = 0;
    while (slot < p->capacity && p->slots[slot] != NULL)
        slot++;
    return slot;
}

ds_status ds_poller_add(ds_poller *poller, size_t *slot, ds_http *http, ds_error *err)
{
    *slot = free_slot(poller);
    if (*slot == poller->capacity && grow(poller, err) != DS_OK)
        return err->status;
    entry *e = calloc(1, sizeof *e);
    if (e == NULL)
        return ds_fail_memory(err);
    *e = (entry){.poller = poller, .http = http, .slot = *slot, .due = INFINITY, .at = NOWHERE};
    poller->slots[*slot] = e;
    const ds_http_watcher watcher = {.want = on_want, .due = on_due, .gone = on_gone, .user = e};
    ds_http_watch(http, &watcher);
    return DS_OK;
}

/* Waiting ----------------------------------------------------------------------------------------
 */

/* Returns false when a signal came or the system failed; errno says which. */
static bool look(ds_poller *p, double until)
{
    double now = ds_http_now(), wake = until;
    if (p->timers > 0 && p->heap[0]->due < wake)
        wake = p->heap[0]->due;
    int ms = wake > now ? (int)ds_http_milliseconds(wake - now) : 0;
    p->next = 0;
    p->count = ds_watch_wait(&p->watch, p->events, EVENTS, ms);
    p->round = ds_http_now();
    if (p->count >= 0)
        return true;
    p->count = 0;
    return false;
}

static ds_status fail_lost(entry *e, ds_error *err)
{
    char room[64];
    ds_status ret = ds_fail(err, DS_INTERNAL, "the system cannot watch the connection: %s",
                            ds_failure_errno(e->lost, room, sizeof room));
    ds_http_cancel(e->http);
    return ret;
}

static ds_status step(entry *e, bool *done, ds_error *err)
{
    set_due(e, INFINITY);
    return e->lost != 0 ? fail_lost(e, err) : ds_http_step(e->http, 0, done, err);
}

/* Carries on the exchange whose turn it is. Returns NULL when none's is. */
static entry *act(ds_poller *p, bool *done, ds_status *outcome, ds_error *err)
{
    entry *e = NULL;
    while (p->next < p->count && p->events[p->next].events == 0)
        p->next++;
    if (p->next < p->count) {
        ds_watch_event event = p->events[p->next++];
        e = p->slots[event.tag];
        *outcome = ds_http_ready(e->http, event.fd, event.events, done, err);
    } else if (p->timers > 0 && p->heap[0]->due <= p->round) {
        e = p->heap[0];
        *outcome = step(e, done, err);
    }
    return e;
}

size_t ds_poller_wait(ds_poller *poller, double seconds, ds_status *outcome, ds_error *err)
{
    const double until = ds_http_now() + seconds;
    bool looked = false;
    *outcome = DS_OK;
    if (!renew(poller))
        *outcome = ds_fail(err, DS_INTERNAL, "after a fork: no descriptor to wait with");
    while (*outcome == DS_OK) {
        bool done = false;
        entry *e = act(poller, &done, outcome, err);
        if (e != NULL && (done || *outcome != DS_OK))
            return e->slot;
        if (e != NULL)
            continue;
        if ((looked && poller->round >= until) || !look(poller, until))
            break;
        looked = true;
    }
    return DS_POLLER_NONE;
}
