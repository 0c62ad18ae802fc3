#include "guest/endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* Order and names as in all of upstream's SDKs. */
static const ds_service services[] = {
    {"dstack",
     "DSTACK_SIMULATOR_ENDPOINT",
     {"/var/run/dstack.sock", "/run/dstack.sock", "/var/run/dstack/dstack.sock",
      "/run/dstack/dstack.sock"},
     "DstackClient"},
    {"tappd",
     "TAPPD_SIMULATOR_ENDPOINT",
     {"/var/run/tappd.sock", "/run/tappd.sock", "/var/run/dstack/tappd.sock",
      "/run/dstack/tappd.sock"},
     "TappdClient"},
};

const ds_service *ds_service_by_name(const char *name)
{
    for (size_t i = 0; i < sizeof services / sizeof *services; i++)
        if (strcmp(services[i].name, name) == 0)
            return &services[i];
    return NULL;
}

bool ds_service_present(const ds_service *service)
{
    struct stat st;
    for (int i = 0; i < DS_ENDPOINT_PATHS; i++)
        if (stat(service->paths[i], &st) == 0)
            return true;
    return false;
}

/* In: what follows "http://". The port, where there is one, ends at a '/'; an IPv6 host is in
 * brackets. */
static bool port_fits(ds_slice authority)
{
    const char *p = authority.data, *end = p + authority.len;
    const char *slash = memchr(p, '/', authority.len);
    unsigned long port = 0;
    if (slash != NULL)
        end = slash;
    const char *at = *p == '[' ? memchr(p, ']', (size_t)(end - p)) : p;
    if (at == NULL)
        return false;
    const char *colon = memchr(at, ':', (size_t)(end - at));
    if (colon == NULL)
        return true;
    for (const char *digit = colon + 1; digit < end; digit++) {
        if (*digit < '0' || *digit > '9' || port > 6553)
            return false;
        port = 10 * port + (unsigned long)(*digit - '0');
    }
    return colon + 1 < end && port <= 65535;
}

static ds_status read_url(ds_slice *address, ds_slice text, size_t scheme, ds_error *err)
{
    const char *p = text.data;
    while (text.len > scheme && p[text.len - 1] == '/')
        text.len--;
    if (text.len == scheme || p[scheme] == '/' || p[scheme] == ':')
        return ds_fail(err, DS_INVALID, "endpoint: a URL without a host");
    for (size_t i = 0; i < text.len; i++) {
        if (p[i] == '?' || p[i] == '#' || p[i] == '@' || p[i] == ' ')
            return ds_fail(err, DS_INVALID, "endpoint: '%c' has no place in the URL", p[i]);
    }
    if (!port_fits(ds_slice_of(p + scheme, text.len - scheme)))
        return ds_fail(err, DS_INVALID, "endpoint: the port is not a number up to 65535");
    *address = text;
    return DS_OK;
}

/* "localhost:8090" and "tcp://..." are no names that anybody gives a socket. */
static bool looks_like_host(ds_slice text)
{
    const char *p = text.data;
    size_t digits = text.len;
    if (text.len == 0 || memchr(p, '/', text.len) != NULL)
        return false;
    while (digits > 0 && p[digits - 1] >= '0' && p[digits - 1] <= '9')
        digits--;
    return digits > 1 && digits < text.len && p[digits - 1] == ':';
}

static bool has_scheme(ds_slice text)
{
    const char *p = text.data;
    for (size_t i = 0; i + 3 <= text.len; i++)
        if (memcmp(p + i, "://", 3) == 0)
            return true;
    return false;
}

/* What stands before an @ may be a password. */
static const char *show(char *out, size_t size, ds_slice text)
{
    const char *p = text.data;
    size_t from = text.len;
    while (from > 0 && p[from - 1] != '@')
        from--;
    ds_slice tail = ds_slice_behind(text, from > 0 ? from - 1 : 0);
    return ds_excerpt(out, size, tail.data, tail.len);
}

static ds_status read_path(ds_slice *address, ds_slice text, ds_error *err)
{
    char shown[128];
    if (ds_slice_starts(text, DS_LITERAL("unix:")))
        text = ds_slice_behind(text, 5);
    else if (has_scheme(text) || looks_like_host(text))
        return ds_fail(err, DS_INVALID,
                       "endpoint: '%s' is neither the path of a socket nor an http or https URL%s",
                       show(shown, sizeof shown, text),
                       has_scheme(text) ? "" : "; is http:// missing in front of it?");
    if (text.len == 0)
        return ds_fail(err, DS_INVALID, "endpoint: empty");
    if (text.len > DS_ENDPOINT_PATH_MAX)
        return ds_fail(err, DS_INVALID,
                       "endpoint: a socket path of %lu bytes; the system takes at most %d",
                       (unsigned long)text.len, DS_ENDPOINT_PATH_MAX);
    *address = text;
    return DS_OK;
}

ds_status ds_endpoint_read(ds_endpoint_kind *kind, ds_slice *address, ds_slice text, ds_error *err)
{
    const unsigned char *p = text.data;
    if (text.len > 2048)
        return ds_fail(err, DS_INVALID, "endpoint: longer than 2048 bytes");
    for (size_t i = 0; i < text.len; i++)
        if (p[i] < 0x20 || p[i] == 0x7f)
            return ds_fail(err, DS_INVALID, "endpoint: it contains a control character (byte %d)",
                           p[i]);
    *kind = DS_ENDPOINT_URL;
    if (ds_slice_starts(text, DS_LITERAL("http://")))
        return read_url(address, text, 7, err);
    if (ds_slice_starts(text, DS_LITERAL("https://")))
        return read_url(address, text, 8, err);
    *kind = DS_ENDPOINT_UNIX;
    return read_path(address, text, err);
}

#define LARGEST_ERRNO 200

int ds_endpoint_errno(const char *text)
{
    for (int number = 1; number <= LARGEST_ERRNO; number++)
        if (strcasecmp(strerror(number), text) == 0)
            return number;
    return 0;
}

/* The directory that may not be entered is the last one on the way that can be looked at. */
static void explain_directory(char *text, size_t text_size, const char *path)
{
    char place[DS_ENDPOINT_PATH_MAX + 1];
    struct stat st;
    snprintf(place, sizeof place, "%s", path);
    for (char *slash; (slash = strrchr(place, '/')) != NULL && slash > place;) {
        *slash = '\0';
        if (stat(place, &st) == 0)
            break;
    }
    if (stat(place, &st) != 0)
        snprintf(text, text_size, "permission denied: uid %lu may not enter its directory",
                 (unsigned long)geteuid());
    else
        snprintf(text, text_size,
                 "permission denied: the directory %s belongs to uid %lu and has mode %04o, this "
                 "process runs as uid %lu",
                 place, (unsigned long)st.st_uid, (unsigned)st.st_mode & 07777,
                 (unsigned long)geteuid());
}

void ds_endpoint_explain(char *text, size_t text_size, const char *path, int os_error)
{
    struct stat st;
    bool known = stat(path, &st) == 0;
    if (os_error == EACCES && known)
        snprintf(text, text_size,
                 "permission denied: it belongs to uid %lu and has mode %04o, this process runs as "
                 "uid %lu",
                 (unsigned long)st.st_uid, (unsigned)st.st_mode & 07777, (unsigned long)geteuid());
    else if (os_error == EACCES)
        explain_directory(text, text_size, path);
    else if (os_error == ECONNREFUSED && known && !S_ISSOCK(st.st_mode))
        snprintf(text, text_size, "not a socket");
    else if (os_error == ECONNREFUSED)
        snprintf(text, text_size, "connection refused: nobody listens there any more");
    else if (os_error == ENOENT)
        snprintf(text, text_size, "no such file");
    else
        snprintf(text, text_size, "%s", strerror(os_error));
}
