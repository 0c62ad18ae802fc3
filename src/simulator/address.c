#include "simulator/address.h"

#include <arpa/inet.h>
#include <string.h>

#define PORT_MAX 65535

static ds_status bad(const char *text, const char *why, ds_error *err)
{
    char shown[256];
    return ds_fail(err, DS_INVALID, "listen: %s: %s",
                   ds_excerpt(shown, sizeof shown, text, strlen(text)), why);
}

static ds_status read_path(ds_address *address, const char *text, const char *path, ds_error *err)
{
    size_t len = strlen(path);
    address->family = DS_ADDRESS_UNIX;
    if (len == 0)
        return bad(text, "no address", err);
    if (len > DS_ENDPOINT_PATH_MAX)
        return bad(text, "the path is too long for a socket, 107 bytes are the most", err);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)path[i] < 0x20 || path[i] == 0x7f)
            return bad(text, "control characters in the path", err);
    memcpy(address->path, path, len + 1);
    return DS_OK;
}

static ds_status read_port(ds_address *address, const char *text, const char *digits, ds_error *err)
{
    unsigned long port = 0;
    size_t n = strspn(digits, "0123456789");
    if (n == 0 || digits[n] != '\0' || n > 5)
        return bad(text, "not a port number", err);
    for (size_t i = 0; i < n; i++)
        port = 10 * port + (unsigned long)(digits[i] - '0');
    if (port > PORT_MAX)
        return bad(text, "not a port number", err);
    address->port = (uint16_t)port;
    return DS_OK;
}

static bool is_literal(const char *host)
{
    struct in_addr ignored;
    return *host == '[' || inet_pton(AF_INET, host, &ignored) == 1;
}

static ds_status read_host(ds_address *address, const char *text, const char *host, ds_error *err)
{
    static const struct {
        const char *prefix;
        ds_address_family family;
    } hosts[] = {{"127.0.0.1:", DS_ADDRESS_IPV4}, {"[::1]:", DS_ADDRESS_IPV6}};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        size_t len = strlen(hosts[i].prefix);
        if (strncmp(host, hosts[i].prefix, len) != 0)
            continue;
        address->family = hosts[i].family;
        return read_port(address, text, host + len, err);
    }
    return bad(text,
               "the simulator listens on unix sockets, 127.0.0.1:PORT and [::1]:PORT only, because "
               "whoever reaches it gets its keys",
               err);
}

static ds_status read_kind(ds_address *address, const char *text, size_t len, ds_error *err)
{
    static const struct {
        const char *name;
        unsigned serves;
    } kinds[] = {{"agent", DS_SERVES_AGENT},
                 {"tappd", DS_SERVES_TAPPD},
                 {"external", DS_SERVES_EXTERNAL},
                 {"kms", DS_SERVES_KMS},
                 {"pccs", DS_SERVES_PCCS}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].name) == len && memcmp(kinds[i].name, text, len) == 0) {
            address->kind = kinds[i].name;
            address->serves = kinds[i].serves;
            return DS_OK;
        }
    return bad(text, "unknown kind of listener; there are: agent, tappd, external, kms, pccs", err);
}

static ds_status read_where(ds_address *address, const char *text, const char *where, ds_error *err)
{
    if (strncmp(where, "unix:", strlen("unix:")) == 0)
        return read_path(address, text, where + strlen("unix:"), err);
    if (*where != '\0' && where[strspn(where, "0123456789")] == '\0')
        return bad(text, "a port alone: write 127.0.0.1:PORT, or ./NAME for a socket", err);
    if (strstr(where, "://") != NULL)
        return bad(text, "an address is a path, 127.0.0.1:PORT or [::1]:PORT, and not a URL", err);
    if (strchr(where, '/') == NULL && (strchr(where, ':') != NULL || is_literal(where)))
        return read_host(address, text, where, err);
    return read_path(address, text, where, err);
}

ds_status ds_address_read(ds_address *address, const char *text, ds_error *err)
{
    const char *equals = strchr(text, '=');
    *address = (ds_address){.port = 0};
    if (equals == NULL)
        return bad(text, "write it as agent=ADDRESS, such as agent=./dstack.sock", err);
    ds_status status = read_kind(address, text, (size_t)(equals - text), err);
    if (status == DS_OK)
        status = read_where(address, text, equals + 1, err);
    if (status == DS_OK && address->family != DS_ADDRESS_UNIX && address->serves == DS_SERVES_AGENT)
        address->serves |= DS_SERVES_TAPPD;
    return status;
}
