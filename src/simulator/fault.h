/* Faults: what a simulated agent does wrong when it is told to, as the command line has it:
 * METHOD=KIND[:ARG]. */
#ifndef DS_SIMULATOR_FAULT_H
#define DS_SIMULATOR_FAULT_H

#include "base/status.h"

#include <stddef.h>

#define DS_FAULTS_MAX 64

typedef enum ds_fault_kind {
    DS_FAULT_NONE,
    DS_FAULT_DELAY,
    DS_FAULT_DRIP,
    DS_FAULT_CUT,
    DS_FAULT_STATUS,
    DS_FAULT_TYPE,
    DS_FAULT_BAD_JSON,
    DS_FAULT_WRONG_TYPE,
    DS_FAULT_ODD_HEX,
    DS_FAULT_OVERSIZE,
    DS_FAULT_COUNT
} ds_fault_kind;

typedef enum ds_cut {
    DS_CUT_BEFORE,     /* not a byte of the reply comes */
    DS_CUT_HEAD,       /* half of its head */
    DS_CUT_AFTER_HEAD, /* the head and nothing of the body */
    DS_CUT_BODY        /* the head and half of the body */
} ds_cut;

typedef struct ds_fault {
    const char *text;     /* as it was given */
    const char *method;   /* NULL: of all methods */
    ds_fault_kind kind;   /* COUNT is none of them */
    unsigned long number; /* DELAY: milliseconds; DRIP: those a byte; CUT: a ds_cut; STATUS;
                           * OVERSIZE: bytes */
    const char *word;     /* WRONG_TYPE, ODD_HEX: the member, NULL for the first one; TYPE: the
                           * content type */
} ds_fault;

/* Zeroed: no faults. */
typedef struct ds_faults {
    ds_fault list[DS_FAULTS_MAX];
    size_t count;
} ds_faults;

/* What a user is told about a kind. */
typedef struct ds_fault_help {
    const char *form; /* "delay:SECONDS" */
    const char *help; /* what the agent does then */
} ds_fault_help;

/* In: a kind that is not DS_FAULT_COUNT. */
ds_fault_help ds_fault_describe(ds_fault_kind kind);

/* Reads one fault into the table. In: text, which must live as long as the table.
 * Fails with DS_INVALID, saying which methods, kinds, members or values there are. */
ds_status ds_faults_add(ds_faults *faults, const char *text, ds_error *err) DS_MUST_CHECK;

/* Returns the fault of a method's reply, or NULL. One is chosen: that of the method goes before one
 * of all methods, and of those that are left the one given last. */
const ds_fault *ds_faults_find(const ds_faults *faults, const char *method);

#endif
