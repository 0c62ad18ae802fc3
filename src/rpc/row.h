/* The wire facts of an RPC, as data.
 *
 * A method is a row: its name and the members of its request and reply. One codec (codec.h) walks
 * the rows: the client encodes requests and checks replies with them, the simulator decodes
 * requests and encodes replies with the same ones. A surface is a set of rows under one path
 * prefix. A new method is a new row. */
#ifndef DS_RPC_ROW_H
#define DS_RPC_ROW_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum ds_type {
    DS_TEXT,   /* JSON string; min..max count its bytes in UTF-8 */
    DS_BYTES,  /* JSON string of hex digits; min..max count the bytes they stand for */
    DS_BOOL,   /* JSON true or false */
    DS_U64,    /* JSON number: an integer from 0 to 2^64 - 1 */
    DS_MESSAGE /* JSON object with the members `fields` */
} ds_type;

enum ds_field_flags {
    DS_REQUIRED = 1, /* a reply without it breaks the contract; a request without it is INVALID */
    DS_LIST = 2,     /* JSON array of that type; min_count..max_count elements */
    DS_OR_EMPTY = 4, /* no bytes at all are right too, although min is more */
    DS_SECRET = 8,   /* key material: never printed */
    DS_CLIENT_FULL = 16, /* agents take it empty, our client refuses: it would mean nothing */
    DS_OR_NULL = 32      /* of replies: null is right too, and means that there is no value */
};

/* A list of fields ends with one whose name is NULL. A bound of 0 for max means no bound of its
 * own: the size of the whole body is bounded. */
typedef struct ds_field {
    const char *name;
    unsigned number; /* in the protobuf form */
    ds_type type;
    unsigned flags;
    size_t min, max;
    size_t min_count, max_count;
    const struct ds_field *fields; /* DS_MESSAGE */
    const char *cure;              /* added to the message when a bound is broken, or NULL */
    const char *alias;             /* what scripts call the member, NULL: as on the wire */
} ds_field;

enum ds_row_flags {
    DS_ONCE = 1, /* has an effect that must not happen twice: never sent again */
    DS_UNIT = 2, /* the reply is empty: `null` and any object will do */
    DS_READS = 4 /* an agent parses the request's body, although nothing can be in it */
};

struct ds_message;

/* What the members of a request owe to each other, beyond their own bounds. Returns DS_OK, or
 * DS_INVALID with a text of the form "member: detail; cure". */
typedef ds_status ds_request_check(const struct ds_message *request, ds_error *err);

/* What the members of a reply owe to each other and to the request, beyond types and bounds.
 * Returns DS_OK, or DS_REPLY with a text of the form "member: problem: detail". */
typedef ds_status ds_reply_check(const struct ds_message *request, const struct ds_message *reply,
                                 ds_error *err);

typedef struct ds_row {
    const char *name;
    const ds_field *request;
    const ds_field *reply;
    unsigned flags;
    ds_reply_check *check;           /* or NULL */
    ds_request_check *check_request; /* of a client's own request, or NULL */
} ds_row;

/* Who answers, in messages. */
typedef struct ds_peer {
    const char *name;     /* "agent" */
    const char *endpoint; /* what its endpoint is: "a guest agent's endpoint" */
} ds_peer;

typedef struct ds_surface {
    const char *name;   /* "v0" */
    const char *prefix; /* the request path is prefix + method name */
    const ds_row *rows; /* ends with one whose name is NULL */
    const ds_peer *peer;
} ds_surface;

/* Returns the row of that name, or NULL. */
const ds_row *ds_surface_row(const ds_surface *surface, const char *name, size_t name_len);

#endif
