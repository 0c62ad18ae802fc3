/* Reads lines from the standard input: with libedit when both ends are a terminal and the library
 * is there, else plainly. */
#ifndef DS_HOST_EDITOR_H
#define DS_HOST_EDITOR_H

#include "host/libedit.h"

#include <stdbool.h>

/* What the text before the cursor can become. Both live until the next call. */
typedef struct ds_completion {
    const char *insert;  /* goes in at the cursor; "" when nothing is certain */
    const char *listing; /* lines to show below, or NULL */
} ds_completion;

/* Returns false when nothing is known to complete the text. */
typedef bool ds_complete(void *context, const char *text, size_t len, ds_completion *out);

typedef struct ds_editor {
    bool terminal; /* the standard input is one */
    ds_libedit api;
    EditLine *edit; /* NULL: plain lines */
    History *history;
    int history_fd; /* -1: no file */
    const char *prompt;
    ds_complete *complete;
    void *context;
    bool interrupted;
    char *line; /* the last one read, in size bytes */
    size_t size;
} ds_editor;

typedef enum ds_line { DS_LINE, DS_LINE_END, DS_LINE_INTERRUPTED } ds_line;

/* Makes an editor. In: complete, which is called with context when a line is to be completed; keep,
 * whether lines are kept in the history file. Trouble with the file is reported on stderr. */
void ds_editor_open(ds_editor *e, ds_complete *complete, void *context, bool keep);

/* Reads one line. Out: *line, without its end, valid until the next call. */
ds_line ds_editor_read(ds_editor *e, const char *prompt, const char **line);

/* Puts a line into the history, but for empty ones and those that begin with a blank. */
void ds_editor_remember(ds_editor *e, const char *line);

void ds_editor_close(ds_editor *e);

#endif
