#include "attest/eventlog.h"

static const struct {
    const char *name;
    bool at_boot;
} rows[] = {
#define DS_SYSTEM_EVENT_ROW(name, word, at_boot) {word, at_boot},
    DS_SYSTEM_EVENT_LIST(DS_SYSTEM_EVENT_ROW)
#undef DS_SYSTEM_EVENT_ROW
};

const char *ds_system_event_name(ds_system_event event)
{
    return rows[event].name;
}

static bool is_named(const ds_event *event, const char *name)
{
    return ds_slice_equal(event->name, ds_slice_of(name, strlen(name)));
}

static int find_row(const ds_event *event)
{
    int i = 0;
    while (i < DS_SYSTEM_EVENT_COUNT && !is_named(event, rows[i].name))
        i++;
    return i;
}

static ds_status note(const ds_event *found[DS_SYSTEM_EVENT_COUNT], const ds_event *event,
                      size_t entry, ds_error *err)
{
    int i = find_row(event);
    if (i == DS_SYSTEM_EVENT_COUNT)
        return DS_OK;
    if (found[i] != NULL)
        return ds_fail(err, DS_VERIFY, "event log entry %lu: there is a second event '%s'",
                       (unsigned long)entry, rows[i].name);
    if (rows[i].at_boot && found[DS_SYSTEM_EVENT_BOOT_MR_DONE] != NULL)
        return ds_fail(err, DS_VERIFY, "event log entry %lu: '%s' follows behind 'boot-mr-done'",
                       (unsigned long)entry, rows[i].name);
    found[i] = event;
    return DS_OK;
}

ds_status ds_eventlog_system(const ds_event *found[DS_SYSTEM_EVENT_COUNT], const ds_eventlog *log,
                             ds_error *err)
{
    for (int i = 0; i < DS_SYSTEM_EVENT_COUNT; i++)
        found[i] = NULL;
    for (size_t i = 0; i < log->count; i++) {
        const ds_event *event = &log->events[i];
        if (!ds_event_is_runtime(event))
            continue;
        if (is_named(event, "system-ready"))
            break;
        ds_status status = note(found, event, i + 1, err);
        if (status != DS_OK)
            return status;
    }
    return DS_OK;
}
