/* Where an agent is found: the argument, else the environment, else well-known socket paths. */
#ifndef DS_GUEST_ENDPOINT_H
#define DS_GUEST_ENDPOINT_H

#include "base/slice.h"
#include "base/status.h"

#define DS_ENDPOINT_PATHS 4

/* The longest socket path a sockaddr_un takes on Linux, without its NUL. */
#define DS_ENDPOINT_PATH_MAX 107

typedef struct ds_service {
    const char *name;                     /* "dstack", "tappd" */
    const char *variable;                 /* environment variable that overrides the paths */
    const char *paths[DS_ENDPOINT_PATHS]; /* tried in this order */
    const char *client;                   /* the class that speaks to it, for messages */
} ds_service;

/* Returns the service of that name, or NULL. */
const ds_service *ds_service_by_name(const char *name);

typedef enum ds_endpoint_kind { DS_ENDPOINT_UNIX, DS_ENDPOINT_URL } ds_endpoint_kind;

/* Reads an endpoint: text that begins with "http://" or "https://" is a URL (a path in it is kept,
 * a query or fragment refused), all else the path of a unix socket, with or without "unix:".
 * Out: *kind and *address, the latter within text: a URL without its final slashes, or the path.
 * DS_INVALID: empty, too long, with NUL or other control characters, or no URL after all. */
ds_status ds_endpoint_read(ds_endpoint_kind *kind, ds_slice *address, ds_slice text,
                           ds_error *err) DS_MUST_CHECK;

/* Says in words why connecting to a socket path failed, for people: owner and mode where permission
 * was refused, what the path is where it is no socket. Looks at the file system.
 * In: os_error as errno. Out: text, NUL-terminated. */
void ds_endpoint_explain(char *text, size_t text_size, const char *path, int os_error);

/* Returns the errno whose text this is, in any case of letters, or 0. Some who call the system for
 * us, such as nginx, tell its texts only. */
int ds_endpoint_errno(const char *text);

/* Returns true when one of the service's paths is there. Looks at the file system. */
bool ds_service_present(const ds_service *service);

#endif
