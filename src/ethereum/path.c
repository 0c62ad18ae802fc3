#include "ethereum/path.h"

#include <stdarg.h>
#include <stdio.h>

#define PATH_BYTES 256
#define STEP_BYTES 64

ds_path ds_path_down(const ds_path *up, ds_slice name, size_t index)
{
    return (ds_path){up, name, index};
}

static size_t write_step(char out[STEP_BYTES + 8], const ds_path *path)
{
    char name[STEP_BYTES];
    int n;
    if (path->name.len == 0)
        n = snprintf(out, STEP_BYTES + 8, "[%lu]", (unsigned long)path->index);
    else
        n = snprintf(out, STEP_BYTES + 8, "%s%s", path->up == NULL ? "" : ".",
                     ds_excerpt(name, sizeof name, path->name.data, path->name.len));
    return (size_t)n;
}

/* Written from its end, so that what is cut is the beginning. Returns where it begins. */
static const char *write_path(char out[PATH_BYTES], const ds_path *path)
{
    char step[STEP_BYTES + 8];
    char *at = out + PATH_BYTES - 1;
    *at = '\0';
    for (; path != NULL; path = path->up) {
        size_t n = write_step(step, path);
        if ((size_t)(at - out) < n + 3) {
            at -= 3;
            memcpy(at, "...", 3);
            break;
        }
        at -= n;
        memcpy(at, step, n);
    }
    return at;
}

ds_status ds_path_say(const ds_path *path, ds_error *err)
{
    char text[PATH_BYTES], words[DS_ERROR_BYTES];
    memcpy(words, err->text, sizeof words);
    return ds_fail(err, err->status, "%s: %s", write_path(text, path), words);
}

ds_status ds_path_fail(const ds_path *path, ds_error *err, ds_status status, const char *format,
                       ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    err->status = status;
    return ds_path_say(path, err);
}
