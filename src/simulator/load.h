/* The parts of loading an identity: one function for each file. Not for use outside. */
#ifndef DS_SIMULATOR_LOAD_H
#define DS_SIMULATOR_LOAD_H

#include "base/json.h"
#include "rpc/message.h"
#include "simulator/builtin.h"
#include "simulator/identity.h"

#define DS_FILE_APP_KEYS   "appkeys.json"
#define DS_FILE_COMPOSE    "app-compose.json"
#define DS_FILE_SYS_CONFIG "sys-config.json"

#define DS_FILE_MAXBYTES ((size_t)1 << 20)

typedef struct ds_load {
    ds_identity *identity; /* filled step by step */
    const char *dir;       /* or NULL */
    ds_builtin_kms kms;
    size_t files; /* how many were there */
    bool no_instance_id;
    ds_slice key_provider; /* from appkeys.json: the JSON text to show where no KMS signed */
    ds_buf *notices;
    ds_error *err;
} ds_load;

/* Out: app-compose.json's bytes, their hash, and what is read from it. */
ds_status ds_load_compose(ds_load *load) DS_MUST_CHECK;

/* Out: vm_config and the hash of the OS image in it. */
ds_status ds_load_sys_config(ds_load *load) DS_MUST_CHECK;

/* Out: keys, CA, app id, issuer. In: compose_hash, and app_id to take instead, or empty. */
ds_status ds_load_keys(ds_load *load, ds_slice app_id) DS_MUST_CHECK;

/* Finds out who signed the application's root key, and says so where that is not the KMS of this
 * app id. In: app_root, kms_link and app_id; overridden: whether the app id was given. Out: issuer,
 * kms_root. */
ds_status ds_load_issuer(ds_load *load, bool overridden) DS_MUST_CHECK;

/* Reads a file of the directory. Out: content, initialised by the caller with a bound; *found is
 * false when there is no such file. Says in the notices where the content comes from. */
ds_status ds_load_file(ds_load *load, const char *name, ds_buf *content, bool *found) DS_MUST_CHECK;

/* Adds a line for people. */
void ds_load_note(ds_load *load, const char *format, ...) DS_PRINTF(2, 3);

/* Fails with "NAME: why". */
ds_status ds_load_malformed(ds_load *load, const char *name, const char *why);

/* Reads a JSON object by the rules for replies. Out: *message, to be freed, also after a failure.
 */
ds_status ds_load_members(ds_load *load, const char *name, ds_message *message,
                          const ds_field *fields, ds_slice text) DS_MUST_CHECK;

/* Copies into the identity's memory. */
ds_status ds_load_copy(ds_load *load, ds_slice *copy, ds_slice from) DS_MUST_CHECK;

#endif
