/* The command line, taken apart before there is a Lua state. */
#ifndef DS_HOST_OPTIONS_H
#define DS_HOST_OPTIONS_H

#include "simulator/fault.h"

#include <stdbool.h>

/* As many of one kind as the line may have. */
#define DS_HOST_FAULTS_MAX DS_FAULTS_MAX

typedef struct ds_host_options {
    int script;             /* index in argv of the script or command; argc when there is none */
    bool version;           /* -v, --version, also with -i */
    bool interactive;       /* -i */
    bool no_environment;    /* -E */
    bool runs;              /* -e: no script is no reason to read one from elsewhere */
    bool dashes;            /* --: what follows is a file's name, whatever it looks like */
    bool help;              /* -h, --help */
    bool simulator;         /* --simulator[=DIR] */
    const char *directory;  /* DIR, or NULL */
    const char *app_id;     /* --app-id=HEX, for the simulator, or NULL */
    const char *os_version; /* --os-version=VERSION, likewise */
    const char *quote;      /* --quote=FORM, likewise */
    const char *faults[DS_HOST_FAULTS_MAX]; /* METHOD=KIND[:ARG] of each --fault=, likewise */
    size_t fault_count;
    const char *attest_faults[DS_HOST_FAULTS_MAX]; /* of each --attest-fault=NAME, likewise */
    size_t attest_fault_count;
    const char *needs_simulator; /* the first of these that is there, or NULL */
    const char *bad;             /* the argument that makes no sense, or NULL */
    const char *why;             /* what is wrong with it */
} ds_host_options;

/* Reads argv up to the script; a NULL ends it. Options are those of `lua` 5.4, taken and refused in
 * the same forms (-e and -l with their argument behind the letter or in the next word, which begins
 * with no dash); and -h, --help, --version, --simulator[=DIR], and, their value behind = or in the
 * next word, --app-id HEX, --os-version VERSION, --quote FORM, --fault METHOD=KIND[:ARG],
 * --attest-fault NAME[:STATUS]. */
ds_host_options ds_host_read_options(int argc, char **argv);

/* Returns the argument of the -e or -l at argv[*index] and moves *index to the last word it took.
 */
char *ds_host_argument(char **argv, int *index);

#endif
