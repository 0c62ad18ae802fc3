#include "host/history.h"

#include "base/wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file of more than MOST bytes is cut to its last KEPT ones. */
enum { KEPT = 128 * 1024, MOST = 2 * KEPT };

#define NAME "/dstack-lua/history"

/* Makes the directories on the way to a file, for its owner only. */
static bool make_way(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made)
            return false;
    }
    return true;
}

bool ds_history_path(char *path, size_t size)
{
    const char *named = getenv("DSTACK_LUA_HISTORY");
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int n = -1;
    if (named != NULL)
        n = *named == '\0' ? -1 : snprintf(path, size, "%s", named);
    else if (state != NULL && *state == '/')
        n = snprintf(path, size, "%s" NAME, state);
    else if (home != NULL && *home == '/')
        n = snprintf(path, size, "%s/.local/state" NAME, home);
    return n >= 0 && (size_t)n < size && (named != NULL || make_way(path));
}

/* Reads from an offset to the end, at most MOST bytes, with a NUL behind them.
 * Returns what the caller wipes and frees, or NULL. */
static char *read_from(int fd, off_t offset, size_t *len)
{
    char *text = malloc(MOST + 1);
    ssize_t got = 0;
    if (text == NULL)
        return NULL;
    for (*len = 0; *len < MOST; *len += (size_t)got) {
        got = pread(fd, text + *len, MOST - *len, offset + (off_t)*len);
        if (got <= 0)
            break;
    }
    text[*len] = '\0';
    return text;
}

static void release(char *text)
{
    if (text != NULL)
        ds_wipe(text, MOST);
    free(text);
}

/* Leaves the lines that are whole within the last KEPT bytes. */
static bool cut(int fd, off_t size)
{
    size_t len;
    char *text = read_from(fd, size - KEPT, &len);
    const char *line = text == NULL ? NULL : strchr(text, '\n');
    bool good = line != NULL && ftruncate(fd, 0) == 0;
    if (good) {
        size_t rest = len - (size_t)(line + 1 - text);
        good = write(fd, line + 1, rest) == (ssize_t)rest;
    }
    release(text);
    return good;
}

int ds_history_open(const char *path)
{
    struct stat is;
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0 || fstat(fd, &is) != 0 || !S_ISREG(is.st_mode))
        return fd; /* a device, such as /dev/null, is left as it is */
    if (fchmod(fd, 0600) == 0 && (is.st_size <= MOST || cut(fd, is.st_size)))
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

bool ds_history_read(int fd, void (*hear)(void *context, const char *line), void *context)
{
    size_t len;
    char *text = read_from(fd, 0, &len);
    if (text == NULL)
        return false;
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        hear(context, line);
    }
    release(text);
    return true;
}

void ds_history_add(int fd, const char *line)
{
    size_t len = strlen(line);
    char *text = malloc(len + 1);
    if (text == NULL)
        return;
    memcpy(text, line, len);
    text[len] = '\n';
    ssize_t written = write(fd, text, len + 1);
    (void)written;
    ds_wipe(text, len);
    free(text);
}
