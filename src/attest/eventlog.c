#include "attest/eventlog.h"

#include "base/hex.h"
#include "base/json.h"

#include <stdlib.h>

typedef enum member_kind { INTEGER, HEX, TEXT } member_kind;

typedef struct member {
    const char *name;
    member_kind kind;
    bool required;
    size_t offset; /* in ds_event */
} member;

enum { IMR, EVENT_TYPE, DIGEST, EVENT, EVENT_PAYLOAD, VERSION, PREIMAGE, MEMBERS };

static const member members[MEMBERS] = {
    [IMR] = {"imr", INTEGER, true, offsetof(ds_event, imr)},
    [EVENT_TYPE] = {"event_type", INTEGER, true, offsetof(ds_event, event_type)},
    [DIGEST] = {"digest", HEX, false, offsetof(ds_event, digest)},
    [EVENT] = {"event", TEXT, true, offsetof(ds_event, name)},
    [EVENT_PAYLOAD] = {"event_payload", HEX, true, offsetof(ds_event, payload)},
    [VERSION] = {"version", INTEGER, false, offsetof(ds_event, version)},
    [PREIMAGE] = {"preimage", HEX, false, offsetof(ds_event, preimage)},
};

typedef struct parser {
    size_t entry;        /* from 1 */
    unsigned char *room; /* for the bytes of strings, which take less than the JSON text did */
    ds_error *err;
} parser;

static ds_status refuse(const parser *p, const member *m, const char *what)
{
    return ds_fail(p->err, DS_INVALID, "event log entry %lu: member '%s' %s",
                   (unsigned long)p->entry, m->name, what);
}

static ds_status refuse_value(const parser *p, const member *m, const ds_json *value)
{
    static const char *const wanted[] = {[INTEGER] = "an integer from 0 to 4294967295",
                                         [HEX] = "a string of hex digits, two for a byte",
                                         [TEXT] = "a string"};
    bool other = value->type != (m->kind == INTEGER ? DS_JSON_NUMBER : DS_JSON_STRING);
    return ds_fail(p->err, DS_INVALID, "event log entry %lu: member '%s' must be %s%s%s",
                   (unsigned long)p->entry, m->name, wanted[m->kind], other ? ", not " : "",
                   other ? ds_json_type_name(value->type) : "");
}

static bool read_integer(uint32_t *out, const ds_json *value)
{
    uint64_t n;
    if (!ds_json_u64(value, &n) || n > UINT32_MAX)
        return false;
    *out = (uint32_t)n;
    return true;
}

/* Copies a string's bytes, or what its hex digits say, out of the JSON document. */
static bool read_bytes(parser *p, ds_slice *out, const ds_json *value, bool hex)
{
    if (value->type != DS_JSON_STRING)
        return false;
    *out = ds_slice_of(p->room, hex ? value->text.len / 2 : value->text.len);
    if (hex && !ds_hex_decode(p->room, value->text.data, value->text.len))
        return false;
    if (!hex)
        memcpy(p->room, value->text.data, value->text.len);
    p->room += out->len;
    return true;
}

static ds_status read_member(parser *p, ds_event *event, const member *m, const ds_json *value)
{
    void *at = (unsigned char *)event + m->offset;
    bool good =
        m->kind == INTEGER ? read_integer(at, value) : read_bytes(p, at, value, m->kind == HEX);
    return good ? DS_OK : refuse_value(p, m, value);
}

static int find_member(ds_slice key)
{
    int i = 0;
    while (i < MEMBERS &&
           !ds_slice_equal(key, ds_slice_of(members[i].name, strlen(members[i].name))))
        i++;
    return i;
}

static ds_status parse_event(parser *p, ds_event *event, const ds_json *object)
{
    bool seen[MEMBERS] = {false};
    if (object->type != DS_JSON_OBJECT)
        return ds_fail(p->err, DS_INVALID, "event log entry %lu must be an object, not %s",
                       (unsigned long)p->entry, ds_json_type_name(object->type));
    for (const ds_json *item = object->first; item != NULL; item = item->next) {
        int i = find_member(item->key);
        if (i == MEMBERS)
            continue;
        if (seen[i])
            return refuse(p, &members[i], "is there twice");
        ds_status status = read_member(p, event, &members[i], item);
        if (status != DS_OK)
            return status;
        seen[i] = true;
    }
    for (int i = 0; i < MEMBERS; i++)
        if (members[i].required && !seen[i])
            return refuse(p, &members[i], "is missing");
    /* 0 is how we say that there is none. */
    if (seen[VERSION] && event->version == 0)
        return refuse(p, &members[VERSION], "must not be 0");
    event->has_preimage = seen[PREIMAGE];
    return DS_OK;
}

static ds_status parse_events(ds_eventlog *log, const ds_json *array, size_t text_len,
                              ds_error *err)
{
    if (array->type != DS_JSON_ARRAY)
        return ds_fail(err, DS_INVALID, "event log must be an array, not %s",
                       ds_json_type_name(array->type));
    if (array->count > DS_EVENTLOG_MAXEVENTS)
        return ds_fail(err, DS_TOO_LARGE, "event log has %lu entries, at most %d are taken",
                       (unsigned long)array->count, DS_EVENTLOG_MAXEVENTS);
    ds_event *events = calloc(1, array->count * sizeof *events + text_len);
    if (events == NULL)
        return ds_fail_memory(err);
    *log = (ds_eventlog){events, array->count, events};
    parser p = {0, (unsigned char *)(events + array->count), err};
    for (const ds_json *item = array->first; item != NULL; item = item->next) {
        p.entry++;
        ds_status status = parse_event(&p, &events[p.entry - 1], item);
        if (status != DS_OK)
            return status;
    }
    return DS_OK;
}

ds_status ds_eventlog_parse(ds_eventlog *log, ds_slice text, ds_error *err)
{
    ds_json_doc doc;
    ds_error json;
    *log = (ds_eventlog){NULL, 0, NULL};
    if (text.len > DS_EVENTLOG_MAXBYTES)
        return ds_fail(err, DS_TOO_LARGE, "event log has %lu bytes, at most %lu are taken",
                       (unsigned long)text.len, (unsigned long)DS_EVENTLOG_MAXBYTES);
    ds_status status = ds_json_parse(&doc, text.data, text.len, &json);
    if (status != DS_OK)
        return ds_fail(err, status, "event log: %.1024s", json.text);
    status = parse_events(log, doc.root, text.len, err);
    if (status != DS_OK)
        ds_eventlog_free(log);
    ds_json_free(&doc);
    return status;
}

void ds_eventlog_free(ds_eventlog *log)
{
    free(log->memory);
    *log = (ds_eventlog){NULL, 0, NULL};
}

bool ds_event_is_runtime(const ds_event *event)
{
    return event->imr == DS_RUNTIME_EVENT_IMR && event->event_type == DS_RUNTIME_EVENT_TYPE;
}

static const ds_event *find_from(const ds_eventlog *log, ds_slice name, size_t first)
{
    for (size_t i = first; i < log->count; i++) {
        const ds_event *event = &log->events[i];
        if (!ds_event_is_runtime(event))
            continue;
        if (ds_slice_equal(event->name, name))
            return event;
        if (ds_slice_equal(event->name, DS_LITERAL("system-ready")))
            break;
    }
    return NULL;
}

const ds_event *ds_eventlog_find(const ds_eventlog *log, ds_slice name)
{
    return find_from(log, name, 0);
}

const ds_event *ds_eventlog_find_next(const ds_eventlog *log, ds_slice name, const ds_event *found)
{
    return find_from(log, name, (size_t)(found - log->events) + 1);
}
