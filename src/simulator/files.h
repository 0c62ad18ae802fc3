/* The few files that the simulator writes. */
#ifndef DS_SIMULATOR_FILES_H
#define DS_SIMULATOR_FILES_H

#include "base/slice.h"
#include "base/status.h"

/* Makes a file that everybody may read, in $TMPDIR or /tmp: dstack-simulator-WHAT-XXXXXX.pem.
 * Out: *path, to be given to ds_files_remove; NULL on failure. Fails with DS_INVALID where there
 * can be no file, DS_INTERNAL when it cannot be written, DS_MEMORY. */
ds_status ds_files_temporary(char **path, const char *what, ds_slice content,
                             ds_error *err) DS_MUST_CHECK;

/* Removes such a file and frees its path; NULL is allowed. */
void ds_files_remove(char *path);

/* Writes a file that is there as a whole or not at all, in place of one of that name. Fails with
 * DS_INVALID, naming it. */
ds_status ds_files_replace(const char *path, ds_slice content, ds_error *err) DS_MUST_CHECK;

#endif
