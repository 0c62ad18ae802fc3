/* The file in which lines typed at the prompt are kept: plain text, readable by its owner only,
 * shared by all conversations that go on at the same time. */
#ifndef DS_HOST_HISTORY_H
#define DS_HOST_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

/* Where the history is: DSTACK_LUA_HISTORY (empty: nowhere), else dstack-lua/history below
 * XDG_STATE_HOME, else below ~/.local/state. Missing directories of the latter two are made.
 * Returns false when there is no place for one. */
bool ds_history_path(char *path, size_t size);

/* Opens the file, makes it one of mode 0600, and cuts one that has grown long at its beginning.
 * Returns its descriptor, or -1 with errno. */
int ds_history_open(const char *path);

/* Calls hear with each line, oldest first. Returns false when the file cannot be read. */
bool ds_history_read(int fd, void (*hear)(void *context, const char *line), void *context);

/* Adds a line, in one write. A failure only loses the line. */
void ds_history_add(int fd, const char *line);

#endif
