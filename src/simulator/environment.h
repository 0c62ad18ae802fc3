/* An encrypted environment, opened as a guest does at its boot. */
#ifndef DS_SIMULATOR_ENVIRONMENT_H
#define DS_SIMULATOR_ENVIRONMENT_H

#include "simulator/identity.h"

/* Reads what a deployment would bring, bytes or hex, and takes the names that the compose file's
 * allowed_envs lists; nothing where its key provider is no KMS. In: path of the file.
 * Out: lines for people are added to notices: which variables arrive, which are left out and which
 * are damaged on the way; no values. Fails with DS_INVALID, saying why a guest would not boot, or
 * DS_MEMORY. */
ds_status ds_environment_open(ds_buf *notices, const ds_identity *identity, const char *path,
                              ds_error *err) DS_MUST_CHECK;

#endif
