#include "host/staged.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".XXXXXX"

/* Whether an error means that the path was ill chosen, rather than that the system failed. */
static bool is_bad_place(int error)
{
    static const int errors[] = {ENOENT, ENOTDIR, EACCES, EPERM, EROFS, ENAMETOOLONG, ELOOP};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i] == error)
            return true;
    return false;
}

static ds_status cannot(ds_error *err, const char *what, const char *path)
{
    int error = errno;
    return ds_fail(err, is_bad_place(error) ? DS_INVALID : DS_INTERNAL, "cannot %s %s: %s", what,
                   path, strerror(error));
}

/* To replace a device, a pipe or somebody's link would do more than was asked for. */
static ds_status check_place(const char *path, ds_error *err)
{
    struct stat st;
    if (lstat(path, &st) != 0 || S_ISREG(st.st_mode))
        return DS_OK; /* what is wrong with a path is found out when the file is made */
    return ds_fail(err, DS_INVALID, "cannot write %s: it is %s, not an ordinary file", path,
                   S_ISDIR(st.st_mode)   ? "a directory"
                   : S_ISLNK(st.st_mode) ? "a symbolic link"
                                         : "a device, pipe or socket");
}

static ds_status name(ds_staged *file, const char *path, ds_error *err)
{
    size_t size = strlen(path) + sizeof SUFFIX;
    file->path = strdup(path);
    file->temporary = malloc(size);
    if (file->path == NULL || file->temporary == NULL)
        return ds_fail_memory(err);
    snprintf(file->temporary, size, "%s" SUFFIX, path);
    return DS_OK;
}

static bool write_all(int fd, ds_slice bytes)
{
    const char *at = bytes.data;
    size_t left = bytes.len;
    while (left > 0) {
        ssize_t n = write(fd, at, left);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            at += n;
            left -= (size_t)n;
        }
    }
    return true;
}

/* What is left of a mode when the user's mask has been heeded, which can only be read by setting
 * it. */
static mode_t masked(mode_t mode)
{
    mode_t mask = umask(0);
    (void)umask(mask);
    return mode & ~mask;
}

/* Fills the new file and closes it. */
static ds_status fill(int fd, const char *path, ds_slice bytes, mode_t mode, ds_error *err)
{
    ds_status status = DS_OK;
    if (!write_all(fd, bytes) || fchmod(fd, masked(mode)) != 0 || fsync(fd) != 0)
        status = cannot(err, "write", path);
    if (close(fd) != 0 && status == DS_OK)
        status = cannot(err, "write", path);
    return status;
}

static void clear(ds_staged *file)
{
    free(file->path);
    free(file->temporary);
    *file = (ds_staged){NULL, NULL};
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* Looks at the directory that a path's last part lies in. */
static bool look_at_directory(struct stat *about, const char *path)
{
    char *directory = strdup(path);
    if (directory == NULL)
        return false;
    size_t len = (size_t)(base_of(path) - path);
    directory[len] = '\0';
    bool there = stat(len == 0 ? "." : directory, about) == 0;
    free(directory);
    return there;
}

bool ds_staged_same_place(const char *a, const char *b)
{
    struct stat of_a, of_b;
    return strcmp(base_of(a), base_of(b)) == 0 && look_at_directory(&of_a, a) &&
           look_at_directory(&of_b, b) && of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

ds_status ds_staged_write(ds_staged *file, const char *path, ds_slice bytes, mode_t mode,
                          ds_error *err)
{
    int fd = -1; /* mkstemp makes it for the owner only, and so it stays until all is written */
    ds_status status = check_place(path, err);
    if (status == DS_OK)
        status = name(file, path, err);
    if (status == DS_OK && (fd = mkstemp(file->temporary)) < 0)
        status = cannot(err, "write", path);
    if (status == DS_OK)
        status = fill(fd, path, bytes, mode, err);
    if (status != DS_OK && fd >= 0)
        unlink(file->temporary);
    if (status != DS_OK)
        clear(file);
    return status;
}

ds_status ds_staged_commit(ds_staged *file, ds_error *err)
{
    if (rename(file->temporary, file->path) == 0) {
        clear(file);
        return DS_OK;
    }
    ds_status status = cannot(err, "replace", file->path);
    ds_staged_drop(file);
    return status;
}

void ds_staged_drop(ds_staged *file)
{
    if (file->temporary != NULL)
        unlink(file->temporary);
    clear(file);
}
