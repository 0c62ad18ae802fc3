/* Encrypted environments: variables that one application can read and nobody else.
 *
 * What is sealed is JSON, {"env":[{"key":"K","value":"V"},...]}; env_seal.h seals it. The guest
 * opens it at boot and takes only the names that the compose file's allowed_envs lists. */
#ifndef DS_DEPLOY_ENV_H
#define DS_DEPLOY_ENV_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"

/* What a guest refuses to boot with more of; a name and a value in bytes, the total in bytes of
 * both, of all variables. */
#define DS_ENV_COUNT_MAX 1024
#define DS_ENV_KEY_MAX   255
#define DS_ENV_VALUE_MAX 131072
#define DS_ENV_TOTAL_MAX 1048576

typedef struct ds_env_var {
    ds_slice key, value;
    size_t line; /* in the file it came from, or 0 */
} ds_env_var;

/* Variables in order. A zeroed set is an empty one. */
typedef struct ds_env_set {
    ds_env_var *vars;
    size_t count, room;
    ds_arena arena;  /* what slices may point into */
    ds_json_doc doc; /* likewise, after ds_env_read */
} ds_env_set;

/* Wipes and frees; a zeroed set is allowed, and what is left is one. */
void ds_env_free(ds_env_set *set);

/* Adds a variable, whose bytes stay where they are. Returns DS_OK or DS_MEMORY. */
ds_status ds_env_add(ds_env_set *set, const ds_env_var *var) DS_MUST_CHECK;

/* Returns true for a name that guests take: letters, digits and _, no digit first. */
bool ds_env_name_valid(ds_slice name) DS_MUST_CHECK;

enum ds_env_flags {
    DS_ENV_ALLOW_EMPTY = 1,     /* no variable at all, which clears an environment */
    DS_ENV_ALLOW_DUPLICATES = 2 /* a name twice: guests take the later value */
};

/* Checks what is about to be sealed: what a guest would refuse, or no environment can hold.
 * Variables are named by their line, or by their number; texts that are no valid names are not
 * shown, since a value may have got there. Returns DS_OK, DS_INVALID or DS_MEMORY. */
ds_status ds_env_check(const ds_env_set *set, unsigned flags, ds_error *err) DS_MUST_CHECK;

/* Writes the JSON, spelled as JavaScript does. In: a checked set. Returns ds_buf_status(out). */
ds_status ds_env_write(ds_buf *out, const ds_env_set *set);

/* Reads the JSON, in any spelling, as a guest does: members it does not know are passed over, all
 * else must be right. Out: *set, empty on entry, to be freed.
 * Returns DS_OK, DS_INVALID, saying what would stop a guest's boot, DS_TOO_LARGE or DS_MEMORY. */
ds_status ds_env_read(ds_env_set *set, ds_slice json, ds_error *err) DS_MUST_CHECK;

/* Does what a guest does with what it has read: drops names that are not allowed, checks the rest,
 * lets later duplicates win. Out: *taken, empty on entry, to be freed, sorted by name; its bytes
 * are those of `read`. Returns DS_OK, DS_INVALID, saying what would stop a guest's boot, or
 * DS_MEMORY. */
ds_status ds_env_admit(ds_env_set *taken, const ds_env_set *read, const ds_slice *allowed,
                       size_t allowed_count, ds_error *err) DS_MUST_CHECK;

/* Says what the guest's own environment file does to a value: how it differs when it arrives in a
 * container. That file is written with fewer escapes than its reader undoes. Returns NULL when the
 * value arrives as it is. */
const char *ds_env_damage(ds_slice value);

#endif
