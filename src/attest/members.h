/* Members of a JSON object as rows: what they are called, what they hold, and where that goes.
 *
 * For documents whose writers may add members: those no row knows are passed over. A known member
 * of another type, out of its range, missing or there twice is an error. */
#ifndef DS_ATTEST_MEMBERS_H
#define DS_ATTEST_MEMBERS_H

#include "attest/tcb.h"
#include "base/json.h"

typedef enum ds_member_kind {
    DS_MEMBER_TEXT,   /* string: ds_slice */
    DS_MEMBER_DATE,   /* string, RFC 3339: int64_t, Unix seconds */
    DS_MEMBER_STATUS, /* string, a TCB status: ds_tcb_status */
    DS_MEMBER_BYTES,  /* string, 2 * size hex digits: size bytes */
    DS_MEMBER_NUMBER, /* number from 0 to size: uint32_t */
    DS_MEMBER_LIST,   /* array: const ds_json * */
    DS_MEMBER_OBJECT  /* object: const ds_json * */
} ds_member_kind;

typedef struct ds_member {
    const char *name;
    ds_member_kind kind;
    size_t size;
    size_t offset; /* in the struct */
    bool optional; /* absent: what was in the struct stays */
} ds_member;

/* Reads one object. In: what, which names the object in messages. Out: the struct's members, as far
 * as they were read. Returns DS_OK or DS_INVALID. */
ds_status ds_members_read(void *out, const ds_json *object, const ds_member *rows, size_t count,
                          const char *what, ds_error *err) DS_MUST_CHECK;

#endif
