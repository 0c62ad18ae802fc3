#include "attest/eventlog.h"

#include "crypto/hash.h"

/* The most of an event's name that goes into a message. */
#define NAME_EXCERPT 64

typedef struct place {
    const ds_event *event;
    size_t entry; /* from 1 */
    ds_error *err;
} place;

static ds_status refuse(const place *at, ds_status status, const char *what)
{
    char name[NAME_EXCERPT];
    ds_excerpt(name, sizeof name, at->event->name.data, at->event->name.len);
    return ds_fail(at->err, status, "event log entry %lu (imr %lu, event '%s'): %s",
                   (unsigned long)at->entry, (unsigned long)at->event->imr, name, what);
}

static ds_status judge_form(const place *at)
{
    const ds_event *event = at->event;
    if (event->imr >= DS_RTMR_COUNT)
        return refuse(at, DS_INVALID, "imr must be 0 to 3");
    if (event->version > 2)
        return refuse(at, DS_INVALID, "version must be 1 or 2");
    if (event->digest.len == 0 && !ds_event_is_runtime(event))
        return refuse(at, DS_INVALID, "a boot event needs its digest");
    if (event->digest.len != 0 && event->digest.len != DS_EVENT_DIGEST_BYTES)
        return refuse(at, DS_INVALID, "digest must have 48 bytes");
    return DS_OK;
}

/* The digest is that of the canonical preimage, whatever the log says; what it says must agree.
 * In: lenient, whether a version 2 event may go without a preimage, as those in certificates do. */
static ds_status runtime_digest(unsigned char *digest, const place *at, bool lenient)
{
    const ds_event *event = at->event;
    ds_buf preimage;
    ds_buf_init(&preimage, DS_EVENT_MAXBYTES);
    ds_status status =
        ds_event_preimage(&preimage, event->version == 2 ? 2 : 1, event->name, event->payload);
    if (status == DS_OK)
        status = ds_hash_one(DS_SHA384, digest, preimage.data, preimage.len);
    if (status != DS_OK)
        refuse(at, status, "its digest cannot be computed");
    else if (event->version == 2 && !event->has_preimage && !lenient)
        status = refuse(at, DS_VERIFY, "a version 2 event needs its preimage");
    else if (event->has_preimage && !ds_slice_equal(event->preimage, ds_buf_content(&preimage)))
        status = refuse(at, DS_VERIFY, "preimage is not that of name and payload");
    else if (event->digest.len != 0 &&
             !ds_slice_equal(event->digest, ds_slice_of(digest, DS_EVENT_DIGEST_BYTES)))
        status = refuse(at, DS_VERIFY, "digest is not that of name and payload");
    ds_buf_free(&preimage);
    return status;
}

static ds_status extend(unsigned char *mr, const unsigned char *digest, const place *at)
{
    unsigned char next[DS_MR_BYTES];
    const ds_slice parts[] = {{mr, DS_MR_BYTES}, {digest, DS_EVENT_DIGEST_BYTES}};
    ds_status status = ds_hash(DS_SHA384, next, parts, 2);
    if (status != DS_OK)
        return refuse(at, status, "the register cannot be extended");
    memcpy(mr, next, DS_MR_BYTES);
    return DS_OK;
}

static ds_status replay_event(unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES], const place *at)
{
    unsigned char digest[DS_EVENT_DIGEST_BYTES];
    ds_status status = judge_form(at);
    if (status != DS_OK)
        return status;
    if (!ds_event_is_runtime(at->event))
        memcpy(digest, at->event->digest.data, sizeof digest);
    else if ((status = runtime_digest(digest, at, false)) != DS_OK)
        return status;
    return extend(rtmr[at->event->imr], digest, at);
}

ds_status ds_eventlog_replay(unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES], const ds_eventlog *log,
                             ds_error *err)
{
    memset(rtmr, 0, (size_t)DS_RTMR_COUNT * DS_MR_BYTES);
    for (size_t i = 0; i < log->count; i++) {
        const place at = {&log->events[i], i + 1, err};
        ds_status status = replay_event(rtmr, &at);
        if (status != DS_OK) {
            memset(rtmr, 0, (size_t)DS_RTMR_COUNT * DS_MR_BYTES);
            return status;
        }
    }
    return DS_OK;
}

ds_status ds_eventlog_check_entry(const ds_event *event, size_t entry, ds_error *err)
{
    unsigned char digest[DS_EVENT_DIGEST_BYTES];
    const place at = {event, entry, err};
    return ds_event_is_runtime(event) ? runtime_digest(digest, &at, true) : DS_OK;
}

/* Register 3 is dstack's own: what else would extend it is not what the log's names are about. */
static ds_status judge_registers(ds_log_extent extent[DS_RTMR_COUNT], const ds_eventlog *log,
                                 ds_error *err)
{
    for (int i = 0; i < DS_RTMR_COUNT; i++)
        extent[i] = DS_LOG_NONE;
    for (size_t i = 0; i < log->count; i++) {
        const ds_event *event = &log->events[i];
        const place at = {event, i + 1, err};
        if (event->imr >= DS_RTMR_COUNT)
            continue; /* the replay refuses it */
        if (event->imr == DS_RUNTIME_EVENT_IMR && !ds_event_is_runtime(event))
            return refuse(&at, DS_VERIFY, "register 3 takes runtime events only");
        if (!ds_event_is_acpi_data(event))
            extent[event->imr] = DS_LOG_WHOLE;
        else if (extent[event->imr] == DS_LOG_NONE)
            extent[event->imr] = DS_LOG_PART;
    }
    return DS_OK;
}

ds_status ds_eventlog_registers(unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES],
                                ds_log_extent extent[DS_RTMR_COUNT], const ds_eventlog *log,
                                ds_error *err)
{
    ds_status status = judge_registers(extent, log, err);
    if (status != DS_OK) {
        memset(rtmr, 0, (size_t)DS_RTMR_COUNT * DS_MR_BYTES);
        return status;
    }
    return ds_eventlog_replay(rtmr, log, err);
}
