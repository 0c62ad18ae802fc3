#include "http/transfer.h"

#include "http/failure.h"
#include "http/rescue.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A quote in one read. libcurl allocates this for each exchange; from 64 KiB on malloc would give
 * the memory back to the system every time. */
#define READ_BYTES     (16 * 1024L)
#define KEEP_BODY_CAP  (1024u * 1024)
#define PROTOCOLS_TEXT "http,https"

void ds_transfer_init(ds_transfer *t, const ds_endpoint *endpoint, ds_sockets *sockets,
                      size_t max_body)
{
    *t = (ds_transfer){.endpoint = endpoint, .sockets = sockets};
    ds_wire_init(&t->wire, endpoint->base);
    ds_head_init(&t->head, max_body);
    ds_chunks_init(&t->chunks);
    ds_buf_init(&t->body, max_body);
}

void ds_transfer_free(ds_transfer *t)
{
    ds_wire_free(&t->wire);
    ds_head_free(&t->head);
    ds_chunks_free(&t->chunks);
    ds_buf_free(&t->body);
}

void ds_transfer_clear(ds_transfer *t)
{
    ds_head_reset(&t->head);
    ds_chunks_reset(&t->chunks);
    if (t->body.cap > KEEP_BODY_CAP)
        ds_buf_free(&t->body);
    else
        ds_buf_clear(&t->body);
    t->found.status = DS_OK;
    t->heard = false;
    t->text[0] = '\0';
}

/* What follows a head without a body, or a last chunk, is thrown away by libcurl, which goes on to
 * use the connection; our head's verdict may be stricter too. */
static void part_company(ds_transfer *t)
{
    t->api->easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 1L);
}

static size_t on_head(char *line, size_t size, size_t len, void *user)
{
    ds_transfer *t = user;
    if (ds_head_line(&t->head, line, size * len, &t->found) != DS_OK)
        return 0;
    if (!t->head.complete)
        return len;
    bool empty = t->head.framing == DS_BODY_NONE ||
                 (t->head.framing == DS_BODY_LENGTH && t->head.content_length == 0);
    if (empty || !t->head.keep_alive)
        part_company(t);
    /* libcurl would wait for the other protocol's bytes. */
    return t->head.status == 101 ? 0 : len;
}

static ds_status take_body(ds_transfer *t, const char *data, size_t len)
{
    if (!t->head.complete)
        return ds_fail(&t->found, DS_HTTP, "the reply has a body but no head");
    if (t->head.framing == DS_BODY_CHUNKED)
        return ds_chunks_feed(&t->chunks, &t->head, &t->body, data, len, &t->found);
    ds_status ret = ds_buf_add(&t->body, data, len);
    if (ret == DS_TOO_LARGE)
        ds_fail(&t->found, ret, "the reply is longer than the limit of %zu bytes", t->body.max);
    else if (ret != DS_OK)
        ds_fail_memory(&t->found);
    return ret;
}

static size_t on_body(char *data, size_t size, size_t len, void *user)
{
    ds_transfer *t = user;
    if (take_body(t, data, size * len) != DS_OK)
        return 0;
    if (t->chunks.excess)
        part_company(t);
    return len;
}

/* What libcurl wrote about a kept connection that has died is not about the new one. */
static curl_socket_t on_open(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    ds_transfer *t = user;
    (void)purpose;
    if (t->heard) {
        ds_fail(&t->found, DS_CLOSED, "the connection ended within the first line of the reply");
        return CURL_SOCKET_BAD;
    }
    t->text[0] = '\0';
    return ds_sockets_open(t->sockets, address->family, address->socktype, address->protocol, t);
}

/* A connection that this exchange opened has failed: perhaps with the reply in it. Not for a kept
 * one: there libcurl sends the request again. Nor for TLS, whose bytes only libcurl can read. */
static void rescue(ds_transfer *t, int fd)
{
    if (t->head.bytes == 0 && !t->endpoint->tls)
        ds_rescue(&t->head, &t->chunks, &t->body, fd);
}

static int on_close(void *user, curl_socket_t fd)
{
    ds_transfer *owner = ds_sockets_forget(user, fd);
    if (owner != NULL)
        rescue(owner, fd);
    return close(fd);
}

static ds_status refused(const ds_transfer *t, CURLcode code, ds_error *err)
{
    if (code == CURLE_OUT_OF_MEMORY)
        return ds_fail_memory(err);
    return ds_fail(err, DS_UNSUPPORTED, "libcurl refuses an option: %s",
                   t->api->easy_strerror(code));
}

#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (code == CURLE_OK)                                                                      \
            code = t->api->easy_setopt(t->easy, (option), (value));                                \
    } while (0)

/* Chunks are decoded by us (see http1/chunks.h), hence no transfer decoding. */
static CURLcode set_numbers(ds_transfer *t)
{
    static const struct {
        CURLoption option;
        long value;
    } fixed[] = {
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
        {CURLOPT_HTTP_TRANSFER_DECODING, 0},
        {CURLOPT_HTTP_CONTENT_DECODING, 0},
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_PATH_AS_IS, 1},
        {CURLOPT_NETRC, CURL_NETRC_IGNORED},
        {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
        {CURLOPT_TCP_NODELAY, 1},
        {CURLOPT_BUFFERSIZE, READ_BYTES},
#if LIBCURL_VERSION_NUM < 0x075500
        {CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS},
#endif
    };
    CURLcode code = CURLE_OK;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        SET(fixed[i].option, fixed[i].value);
    return code;
}

static CURLcode set_callbacks(ds_transfer *t)
{
    CURLcode code = CURLE_OK;
    SET(CURLOPT_HEADERFUNCTION, on_head);
    SET(CURLOPT_HEADERDATA, t);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_OPENSOCKETFUNCTION, on_open);
    SET(CURLOPT_OPENSOCKETDATA, t);
    SET(CURLOPT_CLOSESOCKETFUNCTION, on_close);
    SET(CURLOPT_CLOSESOCKETDATA, t->sockets);
    SET(CURLOPT_ERRORBUFFER, t->text);
    return code;
}

static CURLcode set_texts(ds_transfer *t, const char *user_agent)
{
    CURLcode code = CURLE_OK;
    SET(CURLOPT_HTTPHEADER, t->wire.nodes);
    SET(CURLOPT_USERAGENT, user_agent);
    if (t->endpoint->path != NULL)
        SET(CURLOPT_UNIX_SOCKET_PATH, t->endpoint->path);
    if (t->endpoint->direct)
        SET(CURLOPT_NOPROXY, "*");
    return code;
}

ds_status ds_transfer_open(ds_transfer *t, const ds_curl_api *api, const ds_trust *trust,
                           const char *user_agent, ds_error *err)
{
    t->api = api;
    t->easy = api->easy_init();
    if (t->easy == NULL)
        return ds_fail_memory(err);
    CURLcode code = set_numbers(t);
    if (code == CURLE_OK)
        code = set_callbacks(t);
    if (code == CURLE_OK)
        code = set_texts(t, user_agent);
    if (code == CURLE_OK)
        code = ds_trust_apply(trust, api, t->easy);
#if LIBCURL_VERSION_NUM >= 0x075500
    /* Only a second fence behind http/endpoint.h: an older library at run time lacks it. */
    if (code == CURLE_OK)
        api->easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, PROTOCOLS_TEXT);
#endif
    if (code == CURLE_OK)
        return DS_OK;
    api->easy_cleanup(t->easy);
    t->easy = NULL;
    return refused(t, code, err);
}

/* NOBODY=0 makes libcurl forget a method HEAD, so it comes first; POSTFIELDS implies POST. */
static CURLcode set_method(ds_transfer *t)
{
    static const char *const own_name[] = {"GET", "POST", "HEAD"};
    const ds_wire *w = &t->wire;
    CURLcode code = CURLE_OK;
    SET(CURLOPT_NOBODY, (long)(w->kind == DS_WIRE_HEAD));
    if (w->kind == DS_WIRE_FETCH)
        SET(CURLOPT_HTTPGET, 1L);
    if (w->kind == DS_WIRE_SEND) {
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)w->body.len);
        SET(CURLOPT_POSTFIELDS, w->body.len > 0 ? (const char *)w->body.data : "");
    }
    bool plain = strcmp(w->method, own_name[w->kind]) == 0;
    SET(CURLOPT_CUSTOMREQUEST, plain ? NULL : w->method);
    return code;
}

ds_status ds_transfer_begin(ds_transfer *t, bool fresh, ds_error *err)
{
    t->head.bodyless = t->wire.kind == DS_WIRE_HEAD;
    CURLcode code = set_method(t);
    SET(CURLOPT_URL, t->wire.url);
    SET(CURLOPT_FRESH_CONNECT, (long)fresh);
    SET(CURLOPT_FORBID_REUSE, 0L);
    return code == CURLE_OK ? DS_OK : refused(t, code, err);
}

ds_status ds_transfer_time(ds_transfer *t, long connect_ms, long total_ms, ds_error *err)
{
    CURLcode code = CURLE_OK;
    SET(CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
    SET(CURLOPT_TIMEOUT_MS, total_ms);
    return code == CURLE_OK ? DS_OK : refused(t, code, err);
}

static bool is_whole(const ds_transfer *t, CURLcode code)
{
    if (!t->head.complete || t->found.status != DS_OK)
        return false;
    switch (t->head.framing) {
    case DS_BODY_NONE:
        return true;
    case DS_BODY_LENGTH:
        return t->body.len == t->head.content_length;
    case DS_BODY_CHUNKED:
        return t->chunks.complete;
    default:
        return code == CURLE_OK;
    }
}

/* The connection to a unix socket whose listener has a full queue fails with EAGAIN, which libcurl
 * takes for a connection under way that then fails for no reason. */
static int find_errno(const ds_transfer *t, CURLcode code)
{
    long number = 0;
    if (code != CURLE_COULDNT_CONNECT && code != CURLE_SEND_ERROR && code != CURLE_RECV_ERROR)
        return 0;
    if (t->sockets->error != 0)
        return t->sockets->error;
    t->api->easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number);
    bool full = number == 0 || number == EINPROGRESS || number == ENOTCONN;
    if (full && code == CURLE_COULDNT_CONNECT && t->endpoint->path != NULL)
        return EAGAIN;
    return (int)number;
}

static bool has_time(const ds_transfer *t, CURLINFO which)
{
    curl_off_t microseconds = 0;
    t->api->easy_getinfo(t->easy, which, &microseconds);
    return microseconds > 0;
}

/* After some failures libcurl keeps the connection, to find out later that it is dead. */
static void drop_connection(ds_transfer *t)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    t->api->easy_getinfo(t->easy, CURLINFO_ACTIVESOCKET, &fd);
    if (fd == CURL_SOCKET_BAD)
        return;
    if (ds_sockets_owner(t->sockets, fd) == t)
        rescue(t, fd);
    shutdown(fd, SHUT_RDWR);
}

ds_status ds_transfer_end(ds_transfer *t, CURLcode code, double seconds, ds_error *err)
{
    long connects = 0;
    if (code != CURLE_OK)
        drop_connection(t);
    t->api->easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connects);
    t->connects = connects > 0 ? (size_t)connects : 0;
    if (is_whole(t, code))
        return DS_OK;
    if (t->found.status != DS_OK) {
        *err = t->found;
        return err->status;
    }
    t->os_errno = find_errno(t, code);
    ds_failure f = {.code = code, .os_errno = t->os_errno, .head = &t->head};
    f.text = t->text[0] != '\0' ? t->text : t->api->easy_strerror(code);
    /* The times may be those of a kept connection that died, which a new one was to replace. */
    f.connected = code != CURLE_COULDNT_CONNECT && (t->head.bytes > 0 || code == CURLE_SEND_ERROR ||
                                                    has_time(t, CURLINFO_PRETRANSFER_TIME_T));
    f.heard = has_time(t, CURLINFO_STARTTRANSFER_TIME_T);
    f.body_len = t->body.len;
    f.seconds = seconds;
    return code == CURLE_OK ? ds_failure_closed(&f, err) : ds_failure_explain(&f, err);
}
