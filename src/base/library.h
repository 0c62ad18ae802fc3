/* Shared libraries that are loaded when they are first needed, since merely linking them would make
 * every start slower. What is loaded stays for the life of the process: libraries that bring TLS or
 * terminals along are not made for being unloaded. */
#ifndef DS_BASE_LIBRARY_H
#define DS_BASE_LIBRARY_H

#include "base/status.h"

typedef struct ds_library {
    const char *file;           /* "libcurl.so.4" */
    const char *purpose;        /* "network calls" */
    const char *package;        /* the Debian package to install: "libcurl4" */
    const char *const *symbols; /* names of functions, NULL behind the last */
} ds_library;

/* Loads a library and finds its functions.
 * Out: table, a struct of one function pointer per symbol, in the order of symbols; pointers that
 * were not reached are left alone on failure.
 * Fails with DS_UNSUPPORTED: there is no such library (names the package), or it is too old. */
ds_status ds_library_load(const ds_library *library, void *table, ds_error *err) DS_MUST_CHECK;

#endif
