/* Messages as JSON, both ways, for both sides. */
#ifndef DS_RPC_CODEC_H
#define DS_RPC_CODEC_H

#include "base/buf.h"
#include "base/json.h"
#include "rpc/message.h"

typedef enum ds_rules {
    /* A client reading a reply: required members are there, nothing known is null (unless it may
     * be) or repeated, hex is pure, lengths are within their bounds. */
    DS_RULES_REPLY,
    /* An agent reading a request, as upstream's does: all members optional, leading "0x" of hex
     * dropped, null allowed for u64 only. Bounds are the method's own business. */
    DS_RULES_REQUEST
} ds_rules;

/* Writes the present values as one compact JSON object, in the order of the fields; of the absent
 * ones those that may be null, as null.
 * Returns ds_buf_status(out). */
ds_status ds_codec_write(ds_buf *out, const ds_message *message);

/* Reads the members of a JSON object into a fresh message; unknown ones are left to the caller.
 * On failure the text has the form "member: problem: detail", the problem being one of: type,
 * null, missing, duplicate, hex, length, count; the status is DS_REPLY or (request) DS_INVALID. */
ds_status ds_codec_read(ds_message *message, const ds_json *object, ds_rules rules,
                        ds_error *err) DS_MUST_CHECK;

/* Checks the bounds of a request a client is about to send. DS_INVALID names the field, the bound
 * and the cure. */
ds_status ds_codec_check_request(const ds_message *message, ds_error *err) DS_MUST_CHECK;

/* Returns true when the field list has a field of that name. */
bool ds_fields_known(const ds_field *fields, ds_slice name);

#endif
