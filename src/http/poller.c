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

/* What can be waited for; `it` is a ds_http or a ds_channel. */
typedef struct kind {
    void (*watch)(void *it, const ds_watcher *watcher);
    ds_status (*step)(void *it, bool *done, ds_error *err);
    ds_status (*ready)(void *it, int fd, unsigned events, bool *done, ds_error *err);
    void (*cancel)(void *it);
} kind;

typedef struct entry {
    ds_poller *poller;
    const kind *kind;
    void *it;
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

/* The kinds --------------------------------------------------------------------------------------
 */

static void watch_http(void *it, const ds_watcher *watcher)
{
    ds_http_watch(it, watcher);
}

static ds_status step_http(void *it, bool *done, ds_error *err)
{
    return ds_http_step(it, 0, done, err);
}

static ds_status ready_http(void *it, int fd, unsigned events, bool *done, ds_error *err)
{
    return ds_http_ready(it, fd, events, done, err);
}

static void cancel_http(void *it)
{
    ds_http_cancel(it);
}

static const kind exchanges = {watch_http, step_http, ready_http, cancel_http};

static void watch_channel(void *it, const ds_watcher *watcher)
{
    ds_channel_watch(it, watcher);
}

static ds_status step_channel(void *it, bool *done, ds_error *err)
{
    return ds_channel_step(it, 0, done, err);
}

static ds_status ready_channel(void *it, int fd, unsigned events, bool *done, ds_error *err)
{
    return ds_channel_ready(it, fd, events, done, err);
}

static void cancel_channel(void *it)
{
    ds_channel_cancel(it);
}

static const kind channels = {watch_channel, step_channel, ready_channel, cancel_channel};

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

/* What a watcher is told --------------------------------------------------------------------------
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

/* What has a socket that cannot be watched is ended at once, by the clock. */
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
            poller->slots[i]->kind->watch(poller->slots[i]->it, NULL);
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

static ds_status add(ds_poller *poller, size_t *slot, const kind *kind, void *it, ds_error *err)
{
    *slot = free_slot(poller);
    if (*slot == poller->capacity && grow(poller, err) != DS_OK)
        return err->status;
    entry *e = calloc(1, sizeof *e);
    if (e == NULL)
        return ds_fail_memory(err);
    *e = (entry){.poller = poller, .kind = kind, .it = it, .slot = *slot};
    e->due = INFINITY;
    e->at = NOWHERE;
    poller->slots[*slot] = e;
    const ds_watcher watcher = {.want = on_want, .due = on_due, .gone = on_gone, .user = e};
    kind->watch(it, &watcher);
    return DS_OK;
}

ds_status ds_poller_add(ds_poller *poller, size_t *slot, ds_http *http, ds_error *err)
{
    return add(poller, slot, &exchanges, http, err);
}

ds_status ds_poller_add_channel(ds_poller *poller, size_t *slot, ds_channel *channel, ds_error *err)
{
    return add(poller, slot, &channels, channel, err);
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
    e->kind->cancel(e->it);
    return ret;
}

static ds_status step(entry *e, bool *done, ds_error *err)
{
    set_due(e, INFINITY);
    return e->lost != 0 ? fail_lost(e, err) : e->kind->step(e->it, done, err);
}

/* Carries on the one whose turn it is. Returns NULL when none's is. */
static entry *act(ds_poller *p, bool *done, ds_status *outcome, ds_error *err)
{
    entry *e = NULL;
    while (p->next < p->count && p->events[p->next].events == 0)
        p->next++;
    if (p->next < p->count) {
        ds_watch_event event = p->events[p->next++];
        e = p->slots[event.tag];
        *outcome = e->kind->ready(e->it, event.fd, event.events, done, err);
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
