/* The event log of a simulated boot, and the registers it leads to. */
#ifndef DS_SIMULATOR_REGISTERS_H
#define DS_SIMULATOR_REGISTERS_H

#include "simulator/identity.h"

/* How much emitted events may take in all: names as they are written, payloads, and
 * DS_EMIT_OVERHEAD bytes for each of them. Every quote's log, attestation and certificate repeats
 * them, the attestation twice and within DS_ATTESTATION_MAXBYTES: more would make those fail. */
#define DS_EMIT_MAXBYTES (4u << 20)
#define DS_EMIT_OVERHEAD 128

/* Fills events and report from the rest of the identity: the firmware's events, made up, in
 * registers 0 to 2; dstack's own, up to system-ready, in register 3. */
ds_status ds_registers_boot(ds_identity *identity, ds_error *err) DS_MUST_CHECK;

/* Makes the log wrong, if it is to be, and register 3 with it where that is to agree. */
ds_status ds_registers_bend(ds_identity *identity, const ds_flaws *flaws,
                            ds_error *err) DS_MUST_CHECK;

/* Adds an event of the application's and extends register 3 with it. In: name, UTF-8, may be empty.
 * Fails with DS_TOO_LARGE over DS_EMIT_MAXBYTES; the identity is as before on failure. */
ds_status ds_identity_emit(ds_identity *identity, ds_slice name, ds_slice payload,
                           ds_error *err) DS_MUST_CHECK;

#endif
