/* Watching sockets in the way that systems without epoll have. The poller's tests are about the
 * other one. */
#define DS_WATCH_POLL
#define ds_watch_open  poll_watch_open
#define ds_watch_close poll_watch_close
#define ds_watch_set   poll_watch_set
#define ds_watch_wait  poll_watch_wait
#include "http/watch_poll.c"

#include "test.h"

#include <sys/socket.h>
#include <unistd.h>

#define PAIRS 40 /* more than there is room for at first */

static int pairs[PAIRS][2];

static void test_one(ds_watch *w)
{
    ds_watch_event e[4];
    CHECK(ds_watch_set(w, pairs[0][0], DS_HTTP_READ, 7));
    CHECK(ds_watch_wait(w, e, 4, 0) == 0);
    CHECK(write(pairs[0][1], "x", 1) == 1);
    CHECK(ds_watch_wait(w, e, 4, PATIENCE_MS) == 1);
    CHECK(e[0].tag == 7 && e[0].fd == pairs[0][0] && e[0].events == DS_HTTP_READ);
    CHECK(ds_watch_set(w, pairs[0][0], DS_HTTP_READ | DS_HTTP_WRITE, 8));
    CHECK(ds_watch_wait(w, e, 4, PATIENCE_MS) == 1 && e[0].tag == 8);
    CHECK(e[0].events == (DS_HTTP_READ | DS_HTTP_WRITE));
    CHECK(ds_watch_set(w, pairs[0][0], 0, 0) && ds_watch_set(w, pairs[0][0], 0, 0));
    CHECK(ds_watch_wait(w, e, 4, 0) == 0);
}

/* Each of many gets its turn, though there is room for one event only. */
static void test_many(ds_watch *w)
{
    ds_watch_event e;
    int seen[PAIRS] = {0}, least = PAIRS;
    for (size_t i = 0; i < PAIRS; i++)
        CHECK(ds_watch_set(w, pairs[i][0], DS_HTTP_WRITE, i));
    for (int n = 0; n < 3 * PAIRS; n++) {
        CHECK(ds_watch_wait(w, &e, 1, PATIENCE_MS) == 1 && e.tag < PAIRS &&
              e.fd == pairs[e.tag][0]);
        seen[e.tag]++;
    }
    for (size_t i = 0; i < PAIRS; i++)
        least = seen[i] < least ? seen[i] : least;
    CHECK(least == 3);
    for (size_t i = 0; i < PAIRS; i++)
        CHECK(ds_watch_set(w, pairs[i][0], DS_HTTP_READ, i));
    close(pairs[5][1]);
    CHECK(ds_watch_set(w, pairs[0][0], 0, 0)); /* there is still a byte in it */
    CHECK(ds_watch_wait(w, &e, 1, PATIENCE_MS) == 1 && e.tag == 5 &&
          (e.events & DS_HTTP_READ) != 0);
}

int main(void)
{
    ds_watch w;
    for (size_t i = 0; i < PAIRS; i++)
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]) != 0)
            abort();
    CHECK(ds_watch_open(&w));
    test_one(&w);
    test_many(&w);
    ds_watch_close(&w);
    return test_done();
}
