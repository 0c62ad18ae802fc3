/* What a reply with a status other than 200 says, in every shape that agents and the HTTP
 * framework under them are known to use: a JSON object whose `error` is text, or an object with
 * code, reason and description; a protobuf message with one text; an HTML page; anything else. */
#ifndef DS_RPC_FAILURE_H
#define DS_RPC_FAILURE_H

#include "base/json.h"
#include "base/slice.h"
#include "rpc/row.h"

extern const ds_peer ds_peer_agent;

/* In: peer and method for the message; http_status is not 200; body as received,
 * untrusted. Out: *agent_spoke: true when the words are an agent's, false when they come from the
 * framework under it, a proxy or any other server. Returns DS_RPC (the agent refused),
 * DS_UNSUPPORTED (no such method or surface) or DS_HTTP, with one clear sentence that holds the
 * words found, made printable and cut. */
ds_status ds_failure_read(const ds_peer *peer, const char *method, int http_status, ds_slice body,
                          bool *agent_spoke, ds_error *err);

/* The `error` text of a JSON body turned into a status: DS_UNSUPPORTED when the dispatcher does not
 * know the method, else DS_RPC. */
ds_status ds_failure_words(const ds_peer *peer, const char *method, int http_status, ds_slice words,
                           ds_error *err);

#endif
