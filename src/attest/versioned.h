/* A whole attestation in one piece, as agents return it and put it into certificates.
 *
 * The first byte tells the form: 00 is SCALE, a MessagePack map (80..8f, de, df) the later one.
 * Source: dstack's versioned attestation; SCALE is the codec of Substrate. */
#ifndef DS_ATTEST_VERSIONED_H
#define DS_ATTEST_VERSIONED_H

#include "attest/eventlog.h"

#define DS_ATTESTATION_MAXBYTES (10u << 20)

/* A TDX attestation. The stack's runtime events are those of the log. */
typedef struct ds_attestation {
    ds_slice quote;
    const ds_event *events;
    size_t event_count;
    unsigned char report_data[DS_REPORT_DATA_BYTES];
    ds_slice config; /* JSON text */
} ds_attestation;

/* SCALE has the version 0, MessagePack 1. */
typedef enum ds_attestation_form {
    DS_ATTESTATION_SCALE,
    DS_ATTESTATION_MSGPACK
} ds_attestation_form;

/* Adds one form of it, platform TDX.
 * In: certificate reduces the log to what certificates carry: the "ACPI DATA" events and register
 * 3, stripped. The list of runtime events is complete in both cases.
 * Fails with DS_UNSUPPORTED for a runtime event of version 2, which SCALE cannot tell, DS_INVALID
 * for text that is not UTF-8, DS_TOO_LARGE over DS_ATTESTATION_MAXBYTES. */
ds_status ds_attestation_write(ds_buf *out, ds_attestation_form form,
                               const ds_attestation *attestation, bool certificate,
                               ds_error *err) DS_MUST_CHECK;

#endif
