#include "attest/attested_forms.h"

#include "attest/msgpack_read.h"
#include "base/hex.h"

/* Named maps, whose keys may come in any order; keys nobody knows are passed over, a known one that
 * is there twice or missing is not. */
#define VERSION 1

typedef struct reader {
    ds_attested *a;
    ds_slice rest;
    ds_error *err;
} reader;

/* What a value is and where it goes. */
typedef enum value_kind {
    NUMBER,
    TEXT,
    BYTES,
    HEX,
    RUNTIME,
    LOG,
    PLATFORM,
    STACK,
    SKIP
} value_kind;

typedef struct field {
    const char *name;
    value_kind kind;
    bool required;
    size_t offset;
} field;

static ds_status refuse(const reader *r, const char *name, const char *what)
{
    return ds_fail(r->err, DS_INVALID, "attestation: %s %s", name, what);
}

static ds_status read_map(reader *r, void *out, const field *fields, size_t count,
                          const char *what);

/* Bytes as bin, or as an array of integers. */
static ds_status read_bytes(reader *r, ds_slice *out, const char *name)
{
    ds_msgpack_item item, byte;
    if (!ds_msgpack_next(&r->rest, &item) ||
        (item.kind != DS_MSGPACK_BIN && item.kind != DS_MSGPACK_ARRAY))
        return refuse(r, name, "must be bytes");
    *out = item.bytes;
    if (item.kind == DS_MSGPACK_BIN)
        return DS_OK;
    unsigned char *bytes = ds_arena_alloc(&r->a->arena, (size_t)item.n + 1);
    if (bytes == NULL)
        return ds_fail_memory(r->err);
    for (size_t i = 0; i < item.n; i++) {
        if (!ds_msgpack_next(&r->rest, &byte) || byte.kind != DS_MSGPACK_UINT || byte.n > 0xff)
            return refuse(r, name, "must be bytes");
        bytes[i] = (unsigned char)byte.n;
    }
    *out = ds_slice_of(bytes, item.n);
    return DS_OK;
}

static ds_status read_text(reader *r, ds_slice *out, const char *name)
{
    ds_msgpack_item item;
    if (!ds_msgpack_next(&r->rest, &item) || item.kind != DS_MSGPACK_TEXT)
        return refuse(r, name, "must be a string");
    *out = item.bytes;
    return DS_OK;
}

static ds_status read_hex(reader *r, ds_slice *out, const char *name)
{
    ds_slice digits = {NULL, 0};
    ds_status status = read_text(r, &digits, name);
    if (status != DS_OK)
        return status;
    unsigned char *bytes = ds_arena_alloc(&r->a->arena, digits.len / 2 + 1);
    if (bytes == NULL)
        return ds_fail_memory(r->err);
    if (!ds_hex_decode(bytes, digits.data, digits.len))
        return refuse(r, name, "must be hex digits, two for a byte");
    *out = ds_slice_of(bytes, digits.len / 2);
    return DS_OK;
}

static ds_status read_number(reader *r, uint32_t *out, const char *name)
{
    ds_msgpack_item item;
    if (!ds_msgpack_next(&r->rest, &item) || item.kind != DS_MSGPACK_UINT)
        return refuse(r, name, "must be a number");
    *out = item.n;
    return DS_OK;
}

static const field event_fields[] = {
    {"imr", NUMBER, true, offsetof(ds_event, imr)},
    {"event_type", NUMBER, true, offsetof(ds_event, event_type)},
    {"digest", BYTES, false, offsetof(ds_event, digest)},
    {"event", TEXT, true, offsetof(ds_event, name)},
    {"event_payload", BYTES, true, offsetof(ds_event, payload)},
    {"version", NUMBER, false, offsetof(ds_event, version)},
    {"preimage", HEX, false, offsetof(ds_event, preimage)},
};

static const field runtime_fields[] = {
    {"event", TEXT, true, offsetof(ds_event, name)},
    {"payload", BYTES, true, offsetof(ds_event, payload)},
    {"version", NUMBER, false, offsetof(ds_event, version)},
};

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static ds_status read_event(reader *r, ds_event *event, bool runtime)
{
    if (!runtime) {
        ds_status status =
            read_map(r, event, event_fields, COUNT(event_fields), "an entry of event_log");
        event->has_preimage = event->preimage.data != NULL;
        return status;
    }
    event->imr = DS_RUNTIME_EVENT_IMR;
    event->event_type = DS_RUNTIME_EVENT_TYPE;
    return read_map(r, event, runtime_fields, COUNT(runtime_fields), "a runtime event");
}

static ds_status read_events(reader *r, bool runtime, const char *name)
{
    ds_msgpack_item item;
    if (!ds_msgpack_next(&r->rest, &item) || item.kind != DS_MSGPACK_ARRAY)
        return refuse(r, name, "must be a list");
    ds_event *events = ds_attested_events(r->a, item.n, name, r->err);
    if (events == NULL)
        return r->err->status;
    for (size_t i = 0; i < item.n; i++) {
        ds_status status = read_event(r, &events[i], runtime);
        if (status != DS_OK)
            return status;
    }
    *(runtime ? &r->a->runtime : &r->a->log) = events;
    *(runtime ? &r->a->runtime_count : &r->a->log_count) = item.n;
    return DS_OK;
}

static const field platform_fields[] = {
    {"quote", BYTES, true, offsetof(ds_attested, quote)},
    {"event_log", LOG, true, 0},
};

static const field stack_fields[] = {
    {"report_data", BYTES, true, offsetof(ds_attested, report_data)},
    {"runtime_events", RUNTIME, true, 0},
    {"config", TEXT, true, offsetof(ds_attested, config)},
};

static const field pod_fields[] = {
    {"report_data", BYTES, true, offsetof(ds_attested, report_data)},
    {"runtime_events", RUNTIME, true, 0},
    {"config", TEXT, true, offsetof(ds_attested, config)},
    {"report_data_payload", TEXT, true, offsetof(ds_attested, payload)},
};

typedef struct tagged {
    ds_slice kind;
    ds_slice data; /* as it stands */
} tagged;

static const field tagged_fields[] = {
    {"kind", TEXT, true, offsetof(tagged, kind)},
    {"data", SKIP, true, offsetof(tagged, data)},
};

/* Reads what a tagged map has as its data, once its kind is known. */
static ds_status read_data(reader *r, ds_slice data, const field *fields, size_t count,
                           const char *name)
{
    reader inner = {r->a, data, r->err};
    return read_map(&inner, r->a, fields, count, name);
}

static ds_status read_platform(reader *r)
{
    char name[32];
    tagged found = {{NULL, 0}, {NULL, 0}};
    ds_status status = read_map(r, &found, tagged_fields, COUNT(tagged_fields), "platform");
    if (status != DS_OK)
        return status;
    if (!ds_slice_equal(found.kind, DS_LITERAL("tdx")))
        return ds_attested_platform(ds_excerpt(name, sizeof name, found.kind.data, found.kind.len),
                                    r->err);
    return read_data(r, found.data, platform_fields, COUNT(platform_fields), "platform");
}

static ds_status read_stack(reader *r)
{
    tagged found = {{NULL, 0}, {NULL, 0}};
    ds_status status = read_map(r, &found, tagged_fields, COUNT(tagged_fields), "stack");
    if (status != DS_OK)
        return status;
    r->a->has_payload = ds_slice_equal(found.kind, DS_LITERAL("dstack-pod"));
    if (r->a->has_payload)
        return read_data(r, found.data, pod_fields, COUNT(pod_fields), "stack");
    if (!ds_slice_equal(found.kind, DS_LITERAL("dstack")))
        return refuse(r, "stack", "is of no known kind");
    return read_data(r, found.data, stack_fields, COUNT(stack_fields), "stack");
}

/* Takes a value as it stands. */
static ds_status read_raw(reader *r, ds_slice *out, const char *name)
{
    *out = r->rest;
    if (!ds_msgpack_skip(&r->rest))
        return refuse(r, name, "is cut short or of an unknown form");
    out->len -= r->rest.len;
    return DS_OK;
}

static ds_status read_field(reader *r, void *out, const field *f)
{
    void *at = (unsigned char *)out + f->offset;
    switch (f->kind) {
    case NUMBER:
        return read_number(r, at, f->name);
    case TEXT:
        return read_text(r, at, f->name);
    case BYTES:
        return read_bytes(r, at, f->name);
    case HEX:
        return read_hex(r, at, f->name);
    case RUNTIME:
    case LOG:
        return read_events(r, f->kind == RUNTIME, f->name);
    case PLATFORM:
        return read_platform(r);
    case STACK:
        return read_stack(r);
    case SKIP:
        break;
    }
    return read_raw(r, at, f->name);
}

static size_t find(const field *fields, size_t count, ds_slice name)
{
    size_t i = 0;
    while (i < count && !ds_slice_equal(name, ds_slice_of(fields[i].name, strlen(fields[i].name))))
        i++;
    return i;
}

static ds_status read_pair(reader *r, void *out, const field *fields, size_t count, unsigned *seen)
{
    ds_slice name = {NULL, 0}, ignored;
    ds_status status = read_text(r, &name, "a key");
    if (status != DS_OK)
        return status;
    size_t i = find(fields, count, name);
    if (i == count)
        return read_raw(r, &ignored, "a member");
    if (*seen & 1u << i)
        return refuse(r, fields[i].name, "is there twice");
    *seen |= 1u << i;
    return read_field(r, out, &fields[i]);
}

static ds_status read_map(reader *r, void *out, const field *fields, size_t count, const char *what)
{
    ds_msgpack_item item;
    unsigned seen = 0;
    if (!ds_msgpack_next(&r->rest, &item) || item.kind != DS_MSGPACK_MAP)
        return refuse(r, what, "must be a map");
    for (uint32_t i = 0; i < item.n; i++) {
        ds_status status = read_pair(r, out, fields, count, &seen);
        if (status != DS_OK)
            return status;
    }
    for (size_t i = 0; i < count; i++)
        if (fields[i].required && !(seen & 1u << i))
            return ds_fail(r->err, DS_INVALID, "attestation: %s lacks %s", what, fields[i].name);
    return DS_OK;
}

typedef struct envelope {
    uint32_t version;
} envelope;

static const field envelope_fields[] = {
    {"version", NUMBER, true, offsetof(envelope, version)},
    {"platform", PLATFORM, true, 0},
    {"stack", STACK, true, 0},
};

ds_status ds_attested_take_msgpack(ds_attested *a, ds_slice bytes, ds_error *err)
{
    reader r = {a, bytes, err};
    envelope e = {0};
    a->form = DS_ATTESTATION_MSGPACK;
    ds_status status = read_map(&r, &e, envelope_fields, COUNT(envelope_fields), "it");
    if (status != DS_OK)
        return status;
    if (e.version != VERSION)
        return ds_fail(err, DS_UNSUPPORTED, "attestation: version %lu; only %d is known",
                       (unsigned long)e.version, VERSION);
    if (r.rest.len > 0)
        return ds_fail(err, DS_INVALID, "attestation: %lu bytes follow behind its end",
                       (unsigned long)r.rest.len);
    return DS_OK;
}
