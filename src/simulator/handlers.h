/* The methods of the simulated agent, by name. What a request or reply holds is in the rows of
 * src/guest and src/deploy; a handler reads the one and fills the other. */
#ifndef DS_SIMULATOR_HANDLERS_H
#define DS_SIMULATOR_HANDLERS_H

#include "attest/report_data.h"
#include "rpc/message.h"
#include "simulator/identity.h"

/* In: request, decoded. Out: every member of reply, which is fresh; not to be looked at on failure.
 * A failure's text is the agent's error text; DS_UNSUPPORTED is what this machine has not got. */
typedef ds_status ds_handler(ds_identity *identity, const ds_message *request, ds_message *reply,
                             ds_error *err);

/* Returns the handler of a surface's method, or NULL for one that is not served. */
ds_handler *ds_handler_by_name(const ds_surface *surface, const char *method);

ds_handler ds_handle_get_tls_key;
ds_handler ds_handle_get_key;
ds_handler ds_handle_get_quote;
ds_handler ds_handle_attest;
ds_handler ds_handle_emit_event;
ds_handler ds_handle_info;
ds_handler ds_handle_sign;
ds_handler ds_handle_verify;
ds_handler ds_handle_version;

ds_handler ds_handle_derive_key;
ds_handler ds_handle_derive_k256_key;
ds_handler ds_handle_tdx_quote;
ds_handler ds_handle_raw_quote;

ds_handler ds_handle_issue_cert;
ds_handler ds_handle_get_key_v1;
ds_handler ds_handle_attest_v1;
ds_handler ds_handle_attest_gpu;

ds_handler ds_handle_worker_info;
ds_handler ds_handle_worker_info_v1;
ds_handler ds_handle_health;
ds_handler ds_handle_app_key_attestation;

ds_handler ds_handle_kms_meta;
ds_handler ds_handle_kms_env_key;

/* Where the key lies that Sign signs with. */
#define DS_SIGNING_PATH DS_LITERAL("vms")

/* Shorthands for filling replies; a list is made with its length first. */
ds_status ds_reply_bytes(ds_message *reply, const char *name, ds_slice bytes,
                         ds_error *err) DS_MUST_CHECK;
ds_status ds_reply_list(ds_message *reply, const char *name, const ds_slice *items, size_t count,
                        ds_error *err) DS_MUST_CHECK;

/* Fills a reply that is GetQuote's. */
ds_status ds_reply_quote(ds_message *reply, const ds_identity *identity,
                         const unsigned char data[DS_REPORT_DATA_BYTES],
                         ds_error *err) DS_MUST_CHECK;

#endif
