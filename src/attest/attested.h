/* Reading what versioned.h writes: a whole attestation in one piece. TDX only.
 *
 * Runtime events are there twice: in the platform's log, and in a list of the stack's. The list is
 * what the machine's registers are compared with; what the log has of them counts for nothing, but
 * must not contradict itself. Source: dstack's versioned attestation; SCALE is the codec of
 * Substrate, MessagePack has a specification. */
#ifndef DS_ATTEST_ATTESTED_H
#define DS_ATTEST_ATTESTED_H

#include "attest/versioned.h"
#include "base/arena.h"

/* Who has to know an attestation's form. */
typedef struct ds_attested {
    ds_attestation_form form;
    ds_slice quote;
    const ds_event *log; /* the platform's */
    size_t log_count;
    const ds_event *runtime; /* the stack's */
    size_t runtime_count;
    ds_slice report_data; /* DS_REPORT_DATA_BYTES */
    ds_slice config;      /* JSON text, as it came */
    bool has_payload;     /* a pod's: what its report data were made of */
    ds_slice payload;
    ds_arena arena; /* holds what does not lie in the input */
} ds_attested;

/* Reads either form, to its last byte. In: bytes, which have to outlive it. Out: *a, to be freed;
 * zeroed on failure. Returns DS_OK, DS_INVALID, DS_TOO_LARGE (DS_ATTESTATION_MAXBYTES,
 * DS_EVENTLOG_MAXEVENTS), DS_UNSUPPORTED for another platform, or DS_MEMORY. */
ds_status ds_attested_read(ds_attested *a, ds_slice bytes, ds_error *err) DS_MUST_CHECK;

/* A zeroed one is allowed. */
void ds_attested_free(ds_attested *a);

/* Adds the JSON text of the log that counts: the platform's boot events, then the stack's runtime
 * events. Returns as ds_eventlog_write does. */
ds_status ds_attested_log(ds_buf *json, const ds_attested *a) DS_MUST_CHECK;

/* Looks for contradictions: a runtime event of the platform's log whose digest or preimage is not
 * that of its name and payload, report data of a pod that are not made of its payload. What a
 * certificate's log leaves out is no contradiction. Returns DS_OK, DS_VERIFY, or DS_MEMORY. */
ds_status ds_attested_check(const ds_attested *a, ds_error *err) DS_MUST_CHECK;

#endif
