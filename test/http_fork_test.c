/* A transport on both sides of a fork: the child connects anew, the parent's connections go on. */
#include "http_client.h"

#include <fcntl.h>
#include <sys/wait.h>

#define RESULT_FD 100 /* out of the way of those the children close */

/* The next four run in the child and return whether all was right. */
static bool child_call(ds_http *http)
{
    bool first = gives(http, "{}") && !ds_http_reused(http);
    bool second = gives(http, "{}") && ds_http_reused(http);
    ds_http_free(http);
    return first && second;
}

static bool child_free(ds_http *http)
{
    ds_http_free(http);
    return true;
}

/* As daemons do: what is open under the connection's number now is not ours. */
static bool child_closed_all(ds_http *http)
{
    for (int fd = 3; fd < 40; fd++)
        close(fd);
    for (int fd = 3; fd < 40; fd++)
        if (socket(AF_UNIX, SOCK_STREAM, 0) != fd)
            return false;
    bool right = child_call(http);
    for (int fd = 3; fd < 40; fd++)
        right = right && fcntl(fd, F_GETFD) >= 0;
    return right;
}

static bool child_running(ds_http *http)
{
    ds_error err;
    bool done;
    return ds_http_step(http, PATIENCE, &done, &err) == DS_CLOSED && !done && child_call(http);
}

/* The result comes through a pipe: a leak checker may spoil the child's exit status, because what
 * was the parent's is left allocated on purpose. */
static bool in_child(bool (*what)(ds_http *), ds_http *http)
{
    int ends[2];
    char right = 0;
    fflush(stdout);
    if (pipe(ends) != 0)
        return false;
    dup2(ends[1], RESULT_FD);
    pid_t child = fork();
    if (child == 0) {
        right = what(http) ? 1 : 0;
        _exit(write(RESULT_FD, &right, 1) == 1 ? 0 : 1);
    }
    waitpid(child, NULL, 0);
    close(ends[1]);
    close(RESULT_FD);
    if (read(ends[0], &right, 1) != 1)
        right = 0;
    close(ends[0]);
    return right == 1;
}

static void test_fork(void)
{
    ds_error err;
    bool done = false;
    start(answer_ok);
    ds_http *http = client();
    CHECK(gives(http, "{}"));
    CHECK(in_child(child_call, http) && server_accepted() == 2);
    CHECK(gives(http, "{}") && ds_http_reused(http));
    CHECK(in_child(child_free, http));
    CHECK(gives(http, "{}") && ds_http_reused(http));
    CHECK(in_child(child_closed_all, http) && server_accepted() == 3);
    CHECK(gives(http, "{}") && ds_http_reused(http));

    ds_http_request request = post(PATIENCE);
    CHECK(ds_http_start(http, &request, &err) == DS_OK);
    CHECK(in_child(child_running, http) && server_accepted() == 4);
    while (!done && ds_http_step(http, 1, &done, &err) == DS_OK) {
    }
    CHECK(done && ds_http_reused(http));
    stop(http);
}

int main(void)
{
    begin();
    test_fork();
    return finish();
}
