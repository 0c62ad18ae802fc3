#define _DEFAULT_SOURCE /* inet_aton */

#include "http/endpoint.h"

#include "base/wipe.h"
#include "http/sockets.h"
#include "http1/field.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define UNIX_BASE "http://localhost"

static char *copy(ds_slice text)
{
    char *out = malloc(text.len + 1);
    if (out == NULL)
        return NULL;
    memcpy(out, text.data, text.len);
    out[text.len] = '\0';
    return out;
}

/* The base may hold a password or an API key. */
void ds_endpoint_free(ds_endpoint *e)
{
    if (e->base != NULL)
        ds_wipe(e->base, strlen(e->base));
    free(e->base);
    free(e->path);
    *e = (ds_endpoint){0};
}

static ds_status check_path(ds_slice path, ds_error *err)
{
    if (path.len >= DS_SOCKET_PATH_BYTES)
        return ds_fail(err, DS_INVALID,
                       "the socket path has %zu bytes; the system allows at most %d", path.len,
                       DS_SOCKET_PATH_BYTES - 1);
    if (path.len > 0 && memchr(path.data, '\0', path.len) != NULL)
        return ds_fail(err, DS_INVALID, "the socket path contains a NUL byte");
    return DS_OK;
}

/* Returns the length of "http://" or "https://", or 0. */
static size_t scheme_length(ds_slice url)
{
    if (url.len > 7 && strncasecmp(url.data, "http://", 7) == 0)
        return 7;
    return url.len > 8 && strncasecmp(url.data, "https://", 8) == 0 ? 8 : 0;
}

static ds_status check_url(ds_slice url, ds_error *err)
{
    const char *p = url.data;
    size_t scheme = scheme_length(url);
    if (url.len > DS_ENDPOINT_URL_BYTES)
        return ds_fail(err, DS_INVALID, "the URL is longer than %d bytes", DS_ENDPOINT_URL_BYTES);
    size_t visible = ds_field_visible(p, url.len);
    if (visible < url.len)
        return ds_fail(err, DS_INVALID,
                       "the URL has a blank, control or non-ASCII character at byte %zu",
                       visible + 1);
    if (scheme == 0 || p[scheme] == '/')
        return ds_fail(err, DS_INVALID,
                       "the URL does not begin with http:// or https:// and a host");
    if (memchr(p, '?', url.len) != NULL || memchr(p, '#', url.len) != NULL)
        return ds_fail(err, DS_INVALID, "the base URL has a query or a fragment");
    return DS_OK;
}

/* The bare host of a checked URL: no user, no port, no brackets. */
static ds_slice host_of(ds_slice url)
{
    const char *p = (const char *)url.data + scheme_length(url);
    const char *end = (const char *)url.data + url.len;
    const char *slash = memchr(p, '/', (size_t)(end - p));
    end = slash != NULL ? slash : end;
    for (const char *at = p; at < end; at++)
        if (*at == '@')
            p = at + 1;
    bool bracket = p < end && *p == '[';
    p += bracket ? 1 : 0;
    const char *stop = memchr(p, bracket ? ']' : ':', (size_t)(end - p));
    return ds_slice_of(p, (size_t)((stop != NULL ? stop : end) - p));
}

/* In all spellings that the resolver understands: "127.1", "2130706433", "::ffff:127.0.0.1". */
static bool is_loopback(ds_slice host)
{
    char text[INET6_ADDRSTRLEN];
    struct in_addr v4;
    struct in6_addr v6;
    if (ds_field_is(host, "localhost") || ds_field_is(host, "localhost."))
        return true;
    if (host.len >= sizeof text)
        return false;
    memcpy(text, host.data, host.len);
    text[host.len] = '\0';
    if (inet_aton(text, &v4) != 0)
        return ntohl(v4.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, text, &v6) != 1)
        return false;
    bool mapped = IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127;
    return mapped || memcmp(&v6, &in6addr_loopback, sizeof v6) == 0;
}

ds_status ds_endpoint_init(ds_endpoint *e, ds_slice path, ds_slice base_url, ds_error *err)
{
    *e = (ds_endpoint){0};
    if (path.len > 0 && base_url.len == 0)
        base_url = DS_LITERAL(UNIX_BASE);
    ds_status ret = check_path(path, err);
    if (ret == DS_OK)
        ret = check_url(base_url, err);
    if (ret != DS_OK)
        return ret;
    e->tls = scheme_length(base_url) == 8;
    e->direct = path.len > 0 || is_loopback(host_of(base_url));
    while (((const char *)base_url.data)[base_url.len - 1] == '/')
        base_url.len--;
    e->base = copy(base_url);
    e->path = path.len > 0 ? copy(path) : NULL;
    if (e->base != NULL && (path.len == 0 || e->path != NULL))
        return DS_OK;
    ds_endpoint_free(e);
    return ds_fail_memory(err);
}
