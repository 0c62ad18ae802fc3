#include "http/failure.h"

#include "http1/reader.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define TEXT_BYTES 320

/* Newer than some of the headers this builds with. */
#define CODE_TOO_LARGE 100

const char *ds_failure_errno(int number, char *room, size_t size)
{
    static const struct {
        int number;
        const char *text;
    } known[] = {
        {ECONNREFUSED, "connection refused"},
        {ENOENT, "no such file or directory"},
        {EACCES, "permission denied"},
        {EPERM, "operation not permitted"},
        {ENOTDIR, "a part of the path is not a directory"},
        {ENOTSOCK, "not a socket"},
        {EPROTOTYPE, "the socket is of another type"},
        {EAGAIN, "its queue of waiting connections is full"},
        {ECONNRESET, "connection reset by peer"},
        {ECONNABORTED, "connection aborted"},
        {EPIPE, "broken pipe"},
        {ETIMEDOUT, "the host did not answer"},
        {EHOSTUNREACH, "no route to the host"},
        {ENETUNREACH, "network is unreachable"},
        {EMFILE, "too many open files in this process"},
        {ENFILE, "too many open files in the system"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].number == number)
            return known[i].text;
    snprintf(room, size, "system error %d", number);
    return room;
}

/* libcurl's sentence, parts of which may come from the peer. */
static const char *sentence(const ds_failure *f, char room[TEXT_BYTES])
{
    ds_excerpt(room, TEXT_BYTES, f->text, strlen(f->text));
    if (room[0] >= 'A' && room[0] <= 'Z' && room[1] >= 'a' && room[1] <= 'z')
        room[0] = (char)(room[0] - 'A' + 'a');
    return room;
}

/* libcurl begins some of these sentences with what is said already. */
static ds_status bad_certificate(const ds_failure *f, ds_error *err)
{
    static const char *const openings[] = {"SSL certificate problem: ", "SSL: "};
    char room[TEXT_BYTES];
    const char *text = sentence(f, room);
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
        if (strncmp(text, openings[i], strlen(openings[i])) == 0)
            text += strlen(openings[i]);
    return ds_fail(err, DS_CONNECT, "certificate problem: %s", text);
}

/* OpenSSL's words for versions that do not meet. */
static bool is_version(const ds_failure *f)
{
    return f->code == CURLE_SSL_CONNECT_ERROR && (strstr(f->text, "protocol version") != NULL ||
                                                  strstr(f->text, "unsupported protocol") != NULL);
}

static ds_status not_connected(const ds_failure *f, ds_error *err)
{
    char room[TEXT_BYTES];
    if (is_version(f))
        return ds_fail(err, DS_CONNECT,
                       "%s: the server has no version of TLS that will do (TLS 1.2 is the least, "
                       "with a pinned certificate alone TLS 1.3, as for RA-TLS)",
                       sentence(f, room));
    if (f->code == CURLE_COULDNT_CONNECT && f->os_errno != 0)
        return ds_fail(err, DS_CONNECT, "%s", ds_failure_errno(f->os_errno, room, sizeof room));
    if (f->code == CURLE_SSL_PINNEDPUBKEYNOTMATCH)
        return ds_fail(err, DS_CONNECT,
                       "certificate problem: the server's key is not the pinned one: it is another "
                       "server, or its key was changed (a pin is of the server's own certificate, "
                       "not of its CA's)");
    if (f->code == CURLE_PEER_FAILED_VERIFICATION)
        return bad_certificate(f, err);
    if (f->code == CURLE_SSL_CERTPROBLEM)
        return ds_fail(err, DS_INVALID, "the certificate of this end, or its key: %s",
                       sentence(f, room));
    return ds_fail(err, DS_CONNECT, "%s", sentence(f, room));
}

ds_status ds_failure_closed(const ds_failure *f, ds_error *err)
{
    char room[TEXT_BYTES] = "";
    char why[TEXT_BYTES + 4] = "";
    if (f->os_errno != 0)
        snprintf(why, sizeof why, " (%s)", ds_failure_errno(f->os_errno, room, sizeof room));
    return ds_reader_closed(f->head, f->body_len, why, err);
}

/* libcurl gives up on a header line over 100 kB as if memory had run out; the line is the likelier
 * reason. */
static ds_status out_of_memory(const ds_failure *f, ds_error *err)
{
    if (f->heard && !f->head->complete)
        return ds_fail(
            err, DS_TOO_LARGE,
            "the head of the reply is longer than %u bytes, or there was no memory for it",
            DS_HEAD_MAX_BYTES);
    return ds_fail_memory(err);
}

static ds_status in_transfer(const ds_failure *f, ds_error *err)
{
    char room[TEXT_BYTES];
    switch ((int)f->code) {
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return ds_failure_closed(f, err);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
        return ds_fail(err, DS_HTTP, "the reply breaks HTTP: %s", sentence(f, room));
    case CODE_TOO_LARGE:
        return ds_fail(err, DS_TOO_LARGE, "the reply is too large: %s", sentence(f, room));
    default:
        return ds_fail(err, DS_INTERNAL, "%s", sentence(f, room));
    }
}

ds_status ds_failure_explain(const ds_failure *f, ds_error *err)
{
    char room[TEXT_BYTES];
    if (f->code == CURLE_OPERATION_TIMEDOUT)
        return ds_reader_late(f->connected ? f->head : NULL, f->seconds, err);
    if (f->code == CURLE_OUT_OF_MEMORY)
        return out_of_memory(f, err);
    if (f->code == CURLE_URL_MALFORMAT)
        return ds_fail(err, DS_INVALID, "%s", sentence(f, room));
    return f->connected ? in_transfer(f, err) : not_connected(f, err);
}
