/* Many exchanges at once, waited for by a poller: each ends once, as ds_http_step would end it. */
#include "http/poller.h"
#include "http_client.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define MANY_MOST  300
#define PER_CALL   4 /* descriptors: two of libcurl's, and both ends of the connection */
#define LONG_PAUSE 0.05

static ds_http *clients[MANY_MOST];
static size_t slots[MANY_MOST], many = MANY_MOST;
static int seen[MANY_MOST];

/* Takes what descriptors the process may have, and fewer exchanges where they are not enough. */
static void count_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        abort();
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        abort();
    if (limit.rlim_cur < PER_CALL * MANY_MOST + 100)
        many = (size_t)(limit.rlim_cur - 100) / PER_CALL;
}

static ds_poller *poller_new(void)
{
    ds_error err;
    ds_poller *poller;
    if (ds_poller_new(&poller, &err) != DS_OK) {
        printf("%s\n", err.text);
        abort();
    }
    return poller;
}

static ds_http *add(ds_poller *poller, size_t *slot)
{
    ds_error err;
    ds_http *http = client();
    if (ds_poller_add(poller, slot, http, &err) != DS_OK)
        abort();
    return http;
}

/* Starts an exchange and sends what can be sent. Returns whether it is under way. */
static bool begin_call(ds_http *http, double seconds)
{
    ds_error err;
    bool done = false;
    ds_http_request request = post(seconds);
    return ds_http_start(http, &request, &err) == DS_OK &&
           ds_http_step(http, PATIENCE, &done, &err) == DS_OK && !done;
}

/* Waits until one exchange is over. Returns its slot. */
static size_t wait_for_one(ds_poller *poller, double seconds, ds_status *outcome, ds_error *err)
{
    const double until = ds_http_now() + seconds;
    size_t slot = DS_POLLER_NONE;
    err->text[0] = '\0';
    while (slot == DS_POLLER_NONE && ds_http_now() < until)
        slot = ds_poller_wait(poller, until - ds_http_now(), outcome, err);
    return slot;
}

/* Answers late, and with the number in the path of the request where there is one. */
static bool answer_number(int fd, int connection, int request, const char *text)
{
    char reply[100], number[8] = "{}";
    (void)connection, (void)request;
    sscanf(text, "POST /%7[0-9]", number);
    poll(NULL, 0, 20);
    snprintf(reply, sizeof reply, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
             strlen(number), number);
    server_text(fd, reply);
    return true;
}

static bool begin_number(size_t i)
{
    char path[16];
    ds_error err;
    bool done = false;
    ds_http_request request = post(PATIENCE);
    request.path = ds_slice_of(path, (size_t)snprintf(path, sizeof path, "/%zu", i));
    return ds_http_start(clients[i], &request, &err) == DS_OK &&
           ds_http_step(clients[i], 0, &done, &err) == DS_OK && !done;
}

static bool has_number(size_t i)
{
    char number[16];
    size_t len = (size_t)snprintf(number, sizeof number, "%zu", i);
    return ds_slice_equal(ds_http_body(clients[i]), ds_slice_of(number, len));
}

static bool round_of_many(ds_poller *poller)
{
    bool good = true;
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < many; i++)
        good = begin_number(i) && good;
    for (size_t n = 0; n < many; n++) {
        ds_status outcome = DS_OK;
        ds_error err;
        size_t slot = wait_for_one(poller, PATIENCE, &outcome, &err), i = 0;
        while (i < many && slots[i] != slot)
            i++;
        good = good && i < many && outcome == DS_OK && ++seen[i] == 1 && has_number(i);
    }
    return good;
}

/* The server's queue is short, so that many find it full and come back. */
static void test_many(void)
{
    count_descriptors();
    start(answer_number);
    ds_poller *poller = poller_new();
    for (size_t i = 0; i < many; i++)
        clients[i] = add(poller, &slots[i]);
    CHECK(round_of_many(poller));
    CHECK(server_accepted() == (int)many);
    CHECK(round_of_many(poller)); /* on the same connections */
    CHECK(server_accepted() == (int)many);
    for (size_t i = 0; i < many; i++)
        CHECK(ds_http_reused(clients[i]));
    double began = ds_http_now();
    ds_status outcome;
    ds_error err;
    CHECK(ds_poller_wait(poller, 0.02, &outcome, &err) == DS_POLLER_NONE && outcome == DS_OK);
    CHECK(ds_http_now() - began >= 0.02);
    for (size_t i = 0; i < many; i++)
        ds_http_free(clients[i]);
    ds_poller_free(poller);
    server_stop();
}

static bool answer_never(int fd, int connection, int request, const char *text)
{
    (void)connection, (void)request, (void)text;
    server_hangup(fd, PATIENCE_MS);
    return false;
}

static bool ends(ds_poller *poller, size_t want, ds_status status, const char *says)
{
    ds_status outcome = DS_OK;
    ds_error err;
    size_t slot = wait_for_one(poller, PATIENCE, &outcome, &err);
    bool right = slot == want && outcome == status && strstr(err.text, says) != NULL;
    if (!right)
        printf("   slot %zu, %s: %s\n", slot, ds_status_word(outcome), err.text);
    return right;
}

static bool in_order_of_deadlines(void)
{
    static const char says[] = "waiting for the reply";
    size_t first, second, third;
    ds_poller *poller = poller_new();
    ds_http *a = add(poller, &first), *b = add(poller, &second), *c = add(poller, &third);
    double began = ds_http_now();
    bool good = begin_call(a, 0.09) && begin_call(b, 0.03) && begin_call(c, 0.06) &&
                ends(poller, second, DS_TIMEOUT, says) && ends(poller, third, DS_TIMEOUT, says) &&
                ends(poller, first, DS_TIMEOUT, says);
    double took = ds_http_now() - began;
    ds_http_free(a);
    ds_http_free(b);
    ds_http_free(c);
    ds_poller_free(poller);
    return good && took >= 0.09 && took < SOON;
}

static void test_deadlines(void)
{
    start(answer_never);
    CHECK_AGAIN(in_order_of_deadlines());
    server_stop();
}

#define QUEUED 20

/* Returns whether all of them time out, most because the queue is full, and nothing spins. */
static bool wait_in_queue(ds_poller *poller)
{
    int late = 0, waiting = 0;
    bool begun = true;
    for (size_t i = 0; i < QUEUED; i++)
        begun = begin_call(clients[i], 0.3) && begun;
    clock_t before = clock();
    for (size_t i = 0; begun && i < QUEUED; i++) {
        ds_status outcome = DS_OK;
        ds_error err;
        size_t slot = wait_for_one(poller, PATIENCE, &outcome, &err);
        late += slot != DS_POLLER_NONE && outcome == DS_TIMEOUT;
        waiting += strstr(err.text, "queue of waiting connections is full") != NULL;
    }
    for (size_t i = 0; i < QUEUED; i++)
        ds_http_cancel(clients[i]);
    return late == QUEUED && waiting >= QUEUED * 3 / 4 &&
           (double)(clock() - before) / CLOCKS_PER_SEC < 0.2;
}

/* Nobody accepts: the queue stays full until the deadline. */
static void test_full_queue(void)
{
    server_listen(socket_path, 0);
    ds_poller *poller = poller_new();
    for (size_t i = 0; i < QUEUED; i++)
        clients[i] = add(poller, &slots[i]);
    CHECK_AGAIN(wait_in_queue(poller));
    for (size_t i = 0; i < QUEUED; i++)
        ds_http_free(clients[i]);
    ds_poller_free(poller);
    close(server.listener);
    unlink(socket_path);
}

/* Cancelled and freed in any order, also with events under way. */
static void test_leaving(void)
{
    size_t first, second, third;
    ds_status outcome;
    ds_error err;
    start(answer_number);
    ds_poller *poller = poller_new();
    ds_http *a = add(poller, &first), *b = add(poller, &second);
    CHECK(begin_call(a, PATIENCE) && begin_call(b, PATIENCE));
    poll(NULL, 0, 40);
    CHECK(ds_poller_wait(poller, PATIENCE, &outcome, &err) != DS_POLLER_NONE);
    ds_http_cancel(a);
    ds_http_cancel(b);
    CHECK(ds_poller_wait(poller, LONG_PAUSE, &outcome, &err) == DS_POLLER_NONE);
    CHECK(begin_call(a, PATIENCE) && begin_call(b, PATIENCE));
    poll(NULL, 0, 40);
    ds_http_free(a);
    CHECK(ends(poller, second, DS_OK, ""));
    ds_http *c = add(poller, &third);
    CHECK(third == first);
    CHECK(begin_call(c, PATIENCE));
    CHECK(ends(poller, third, DS_OK, ""));
    CHECK(begin_call(c, PATIENCE));
    ds_poller_free(poller);
    CHECK(gives(b, "{}") && gives(c, "{}")); /* on their own again */
    ds_http_free(b);
    stop(c);
}

/* An exchange that fails in the step that begins it keeps no other from its turn. */
static void test_failing_at_once(void)
{
    size_t slot, other;
    bool done;
    ds_error err;
    start(answer_number);
    ds_poller *poller = poller_new();
    ds_http *good = add(poller, &slot), *bad = client_of(at_path("/nowhere/sock"));
    CHECK(ds_poller_add(poller, &other, bad, &err) == DS_OK && other != slot);
    CHECK(begin_call(good, PATIENCE));
    ds_http_request request = post(PATIENCE);
    CHECK(ds_http_start(bad, &request, &err) == DS_OK);
    CHECK(ds_http_step(bad, 0, &done, &err) == DS_CONNECT && ds_http_os_errno(bad) == 2);
    CHECK(ends(poller, slot, DS_OK, ""));
    ds_http_free(good);
    ds_poller_free(poller);
    stop(bad);
}

/* In the child: what the parent had begun is over, what it begins itself goes on. */
static bool child_polls(ds_poller *poller, ds_http *running, size_t slot)
{
    bool closed = ends(poller, slot, DS_CLOSED, "before a fork");
    bool again = begin_call(running, PATIENCE) && ends(poller, slot, DS_OK, "");
    ds_http_free(running);
    ds_poller_free(poller);
    return closed && again;
}

static void test_fork(void)
{
    size_t slot;
    int ends_of[2];
    char right = 0;
    start(answer_number);
    ds_poller *poller = poller_new();
    ds_http *http = add(poller, &slot);
    CHECK(begin_call(http, PATIENCE));
    CHECK(pipe(ends_of) == 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        right = child_polls(poller, http, slot) ? 1 : 0;
        _exit(write(ends_of[1], &right, 1) == 1 ? 0 : 1);
    }
    CHECK(ends(poller, slot, DS_OK, "")); /* the child has taken nothing away */
    waitpid(child, NULL, 0);
    close(ends_of[1]);
    CHECK(read(ends_of[0], &right, 1) == 1 && right == 1);
    close(ends_of[0]);
    CHECK(begin_call(http, PATIENCE));
    CHECK(ends(poller, slot, DS_OK, ""));
    CHECK(ds_http_reused(http));
    ds_poller_free(poller);
    stop(http);
}

int main(void)
{
    begin();
    test_many();
    test_deadlines();
    test_full_queue();
    test_leaving();
    test_failing_at_once();
    test_fork();
    return finish();
}
