/* The event log that comes with a quote: what was measured, in order.
 *
 * JSON text, an array of {"imr","event_type","digest","event","event_payload"[,"version":2]
 * [,"preimage"]}. Boot events carry the digest that the firmware extended. Runtime events (type
 * DS_RUNTIME_EVENT_TYPE in register 3) carry name and payload, from which the digest is computed;
 * the one in the log may be absent and is never trusted. Nothing in a log means anything before
 * its replay equals the registers of a verified quote. */
#ifndef DS_ATTEST_EVENTLOG_H
#define DS_ATTEST_EVENTLOG_H

#include "attest/event.h"
#include "attest/tdreport.h"

#include <stdbool.h>
#include <stdint.h>

#define DS_EVENTLOG_MAXBYTES  (16u << 20)
#define DS_EVENTLOG_MAXEVENTS 65536

typedef struct ds_event {
    uint32_t imr; /* the register, 0 to 3 */
    uint32_t event_type;
    ds_slice digest; /* bytes; empty when not given */
    ds_slice name;   /* UTF-8 */
    ds_slice payload;
    uint32_t version; /* 0: not given, which means 1 */
    bool has_preimage;
    ds_slice preimage;
} ds_event;

typedef struct ds_eventlog {
    const ds_event *events;
    size_t count;
    void *memory; /* holds all of the above */
} ds_eventlog;

/* Reads the JSON text. Members nobody knows are ignored; a known one that is missing, there
 * twice, null or of the wrong form is refused by name, with the number of its entry (the first is
 * 1). Digests, versions, registers and preimages are judged by ds_eventlog_replay.
 * Out: *log, to be freed; zeroed on failure. Fails with DS_INVALID, DS_TOO_LARGE or DS_MEMORY. */
ds_status ds_eventlog_parse(ds_eventlog *log, ds_slice text, ds_error *err) DS_MUST_CHECK;

/* A zeroed log is allowed. */
void ds_eventlog_free(ds_eventlog *log);

/* Extends four registers, zero at first, with every event: mr = SHA-384(mr | digest).
 * Out: rtmr, zeroed on failure. Fails with DS_INVALID for an entry of impossible form (register,
 * version, digest length) and DS_VERIFY for one that contradicts itself: a runtime event whose
 * digest or preimage is not that of its name and payload, or of version 2 without a preimage. The
 * message begins with the entry's number, register and event name. */
ds_status ds_eventlog_replay(unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES], const ds_eventlog *log,
                             ds_error *err) DS_MUST_CHECK;

/* Returns DS_VERIFY when a runtime event has a digest or a preimage that is not that of its name
 * and payload; what is left out is no matter, and boot events are none. In: entry, its number from
 * 1, for the message. */
ds_status ds_eventlog_check_entry(const ds_event *event, size_t entry, ds_error *err) DS_MUST_CHECK;

/* How much of what extended a register a log has. */
typedef enum ds_log_extent {
    DS_LOG_NONE,
    DS_LOG_PART, /* the "ACPI DATA" events alone, as in certificates: they cannot be replayed */
    DS_LOG_WHOLE /* events as if they were all */
} ds_log_extent;

/* As ds_eventlog_replay, for who verifies: of register 3 nothing but runtime events is admitted
 * (DS_VERIFY), since looking up names means nothing beside events that have none. */
ds_status ds_eventlog_registers(unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES],
                                ds_log_extent extent[DS_RTMR_COUNT], const ds_eventlog *log,
                                ds_error *err) DS_MUST_CHECK;

/* The events that dstack OS itself emits and that say whose machine it is. */
#define DS_SYSTEM_EVENT_LIST(X)                                                                    \
    X(APP_ID, "app-id", true)                                                                      \
    X(COMPOSE_HASH, "compose-hash", true)                                                          \
    X(INSTANCE_ID, "instance-id", true)                                                            \
    X(BOOT_MR_DONE, "boot-mr-done", true)                                                          \
    X(OS_IMAGE_HASH, "os-image-hash", false)                                                       \
    X(KEY_PROVIDER, "key-provider", false)

typedef enum ds_system_event {
#define DS_SYSTEM_EVENT_ENUM(name, word, at_boot) DS_SYSTEM_EVENT_##name,
    DS_SYSTEM_EVENT_LIST(DS_SYSTEM_EVENT_ENUM)
#undef DS_SYSTEM_EVENT_ENUM
        DS_SYSTEM_EVENT_COUNT
} ds_system_event;

/* Returns the event's name, such as "app-id". */
const char *ds_system_event_name(ds_system_event event);

/* Finds all of them, as ds_eventlog_find does. Out: each, or NULL where there is none. Returns
 * DS_OK, or DS_VERIFY for an event that is there twice before "system-ready", or one of the boot's
 * (the first three) behind "boot-mr-done". */
ds_status ds_eventlog_system(const ds_event *found[DS_SYSTEM_EVENT_COUNT], const ds_eventlog *log,
                             ds_error *err) DS_MUST_CHECK;

/* Returns the first runtime event of that name, or NULL. The search ends with "system-ready",
 * because all that follows was emitted by the application. */
const ds_event *ds_eventlog_find(const ds_eventlog *log, ds_slice name);

/* Likewise, the next one behind an event that was found; NULL behind the last. */
const ds_event *ds_eventlog_find_next(const ds_eventlog *log, ds_slice name, const ds_event *found);

/* What a written log leaves out. */
typedef enum ds_eventlog_form {
    DS_EVENTLOG_FULL,
    /* As GetQuote since dstack OS 0.6: no digests of runtime events, no payloads of boot events but
     * "ACPI DATA". */
    DS_EVENTLOG_STRIPPED,
    DS_EVENTLOG_BARE /* as GetQuote from 0.5.6 to 0.5.11: not even that payload */
} ds_eventlog_form;

/* Adds the JSON text of a log, compact and in the agents' member order. A form that leaves out
 * digests adds the preimages of version 2.
 * Fails with DS_INVALID when a name is not UTF-8, or as ds_buf and ds_event_preimage do. */
ds_status ds_eventlog_write(ds_buf *out, const ds_event *events, size_t count,
                            ds_eventlog_form form) DS_MUST_CHECK;

bool ds_event_is_runtime(const ds_event *event);

/* The three events of register 0 (type 10, payload "ACPI DATA") that image verification needs. */
bool ds_event_is_acpi_data(const ds_event *event);

/* Whether certificates carry it: those, and all of register 3. */
bool ds_event_in_certificate(const ds_event *event);

/* Returns the event as agents hand it out: without the part that the other parts stand for. */
ds_event ds_event_strip(const ds_event *event);

#endif
