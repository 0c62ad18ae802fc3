/* The forms of a versioned attestation, each in a file of its own. Not for use outside: versioned.c
 * judges before and after. */
#ifndef DS_ATTEST_VERSIONED_FORMS_H
#define DS_ATTEST_VERSIONED_FORMS_H

#include "attest/versioned.h"

/* The event at i as the log has it: whole, or in a certificate stripped. Out: *event, pointing into
 * the attestation. Returns false when the log leaves it out. */
bool ds_attestation_log_event(ds_event *event, const ds_attestation *a, size_t i, bool certificate);

/* How many events the form has: of the log, and of the list of runtime events. */
size_t ds_attestation_log_count(const ds_attestation *a, bool certificate);
size_t ds_attestation_runtime_count(const ds_attestation *a);

/* In: an attestation whose texts are UTF-8 and, for SCALE, whose events are all of version 1. A
 * failure shows in the buffer. */
void ds_attestation_put_scale(ds_buf *out, const ds_attestation *a, bool certificate);
void ds_attestation_put_msgpack(ds_buf *out, const ds_attestation *a, bool certificate);

#endif
