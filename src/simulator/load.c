#include "simulator/load.h"

#include "base/wipe.h"
#include "rpc/codec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOTE_BYTES 1024

void ds_load_note(ds_load *load, const char *format, ...)
{
    char text[NOTE_BYTES], line[NOTE_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ds_buf_text(load->notices, ds_excerpt(line, sizeof line, text, strlen(text)));
    ds_buf_byte(load->notices, '\n');
}

ds_status ds_load_malformed(ds_load *load, const char *name, const char *why)
{
    char text[DS_EXCERPT_BYTES];
    return ds_fail(load->err, DS_INVALID, "%s: %s", name,
                   ds_excerpt(text, sizeof text, why, strlen(why)));
}

ds_status ds_load_copy(ds_load *load, ds_slice *copy, ds_slice from)
{
    if (!ds_arena_copy(&load->identity->arena, copy, from))
        return ds_fail_memory(load->err);
    return DS_OK;
}

static ds_status read_all(ds_load *load, const char *name, int fd, ds_buf *content)
{
    struct stat about;
    unsigned char part[4096];
    ssize_t n;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
        return ds_load_malformed(load, name, "not a regular file");
    while ((n = read(fd, part, sizeof part)) > 0 && ds_buf_add(content, part, (size_t)n) == DS_OK)
        continue;
    ds_wipe(part, sizeof part);
    if (n > 0)
        return ds_load_malformed(load, name, "too large");
    return n == 0 ? DS_OK : ds_load_malformed(load, name, strerror(errno));
}

ds_status ds_load_file(ds_load *load, const char *name, ds_buf *content, bool *found)
{
    char path[4096];
    *found = false;
    if (load->dir == NULL) {
        ds_load_note(load, "%s: built in", name);
        return DS_OK;
    }
    if (snprintf(path, sizeof path, "%s/%s", load->dir, name) >= (int)sizeof path)
        return ds_load_malformed(load, name, "the directory's name is too long");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ENOENT) {
        ds_load_note(load, "%s: built in, there is none in %s", name, load->dir);
        return DS_OK;
    }
    if (fd < 0)
        return ds_load_malformed(load, name, strerror(errno));
    ds_status status = read_all(load, name, fd, content);
    close(fd);
    *found = status == DS_OK;
    load->files += *found;
    if (*found)
        ds_load_note(load, "%s: %s", name, path);
    return status;
}

ds_status ds_load_members(ds_load *load, const char *name, ds_message *message,
                          const ds_field *fields, ds_slice text)
{
    ds_json_doc doc;
    ds_error why;
    ds_status status = ds_message_init(message, fields);
    if (status != DS_OK)
        return ds_fail_memory(load->err);
    status = ds_json_parse(&doc, text.data, text.len, &why);
    if (status == DS_OK)
        status = ds_codec_read(message, doc.root, DS_RULES_REPLY, &why);
    ds_json_free(&doc);
    return status == DS_OK ? DS_OK : ds_load_malformed(load, name, why.text);
}
