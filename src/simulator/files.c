#define _DEFAULT_SOURCE /* mkstemps */

#include "simulator/files.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX  ".pem"
#define UNNAMED ".XXXXXX"

static bool write_all(int fd, ds_slice bytes)
{
    const char *at = bytes.data;
    while (bytes.len > 0) {
        ssize_t n = write(fd, at, bytes.len);
        if (n < 0 && errno != EINTR)
            return false;
        at += n < 0 ? 0 : n;
        bytes.len -= n < 0 ? 0 : (size_t)n;
    }
    return true;
}

/* Writes and closes. Returns 0, or errno. */
static int finish(int fd, ds_slice content)
{
    errno = 0;
    bool good = write_all(fd, content) && fchmod(fd, 0644) == 0;
    int error = good ? 0 : errno;
    return close(fd) == 0 || error != 0 ? error : errno;
}

ds_status ds_files_temporary(char **path, const char *what, ds_slice content, ds_error *err)
{
    char name[PATH_MAX];
    const char *tmp = getenv("TMPDIR");
    *path = NULL;
    if (tmp == NULL || *tmp != '/')
        tmp = "/tmp";
    int n = snprintf(name, sizeof name, "%s/dstack-simulator-%s-XXXXXX" SUFFIX, tmp, what);
    if (n < 0 || (size_t)n >= sizeof name)
        return ds_fail(err, DS_INVALID, "TMPDIR is too long for a file's path");
    int fd = mkstemps(name, sizeof SUFFIX - 1);
    if (fd < 0)
        return ds_fail(err, DS_INVALID,
                       "dstack-simulator-%s-XXXXXX" SUFFIX ": it cannot be written to %s: %s", what,
                       tmp, strerror(errno));
    int error = finish(fd, content);
    if (error == 0 && (*path = strdup(name)) != NULL)
        return DS_OK;
    unlink(name);
    return error == 0 ? ds_fail_memory(err)
                      : ds_fail(err, DS_INTERNAL, "%s: %s: %s", what, name, strerror(error));
}

void ds_files_remove(char *path)
{
    if (path != NULL)
        unlink(path);
    free(path);
}

ds_status ds_files_replace(const char *path, ds_slice content, ds_error *err)
{
    char unnamed[PATH_MAX], shown[256];
    ds_excerpt(shown, sizeof shown, path, strlen(path));
    int n = snprintf(unnamed, sizeof unnamed, "%s" UNNAMED, path);
    if (n < 0 || (size_t)n >= sizeof unnamed)
        return ds_fail(err, DS_INVALID, "%s: the path is too long", shown);
    int fd = mkstemp(unnamed);
    if (fd < 0)
        return ds_fail(err, DS_INVALID, "%s: it cannot be written: %s", shown, strerror(errno));
    int error = finish(fd, content);
    if (error == 0 && rename(unnamed, path) != 0)
        error = errno;
    if (error == 0)
        return DS_OK;
    unlink(unnamed);
    return ds_fail(err, DS_INVALID, "%s: it cannot be written: %s", shown, strerror(error));
}
