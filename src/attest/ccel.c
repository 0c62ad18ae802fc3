#include "attest/ccel.h"

#include "attest/le.h"

#include <stdlib.h>

#define NO_ACTION     3
#define END           UINT32_MAX
#define SHA1_BYTES    20
#define ALG_SHA384    0x0c
#define PART_MAXBYTES 65536 /* of a count or size in a record */

/* A record that counts has at least two numbers, one digest with two more, and a size. */
#define RECORD_MINBYTES (4 + 4 + 4 + 2 + DS_EVENT_DIGEST_BYTES + 4)

/* What the first record begins with, and where its list of algorithms is. */
#define SIGNATURE       "Spec ID Event03"
#define ALGORITHMS_FROM 24

typedef struct reader {
    ds_slice rest;
    size_t record; /* from 1 */
    ds_error *err;
} reader;

static ds_status refuse(const reader *r, const char *what)
{
    return ds_fail(r->err, DS_INVALID, "CCEL: record %lu: %s", (unsigned long)r->record, what);
}

/* Takes bytes behind their number. */
static bool take_data(ds_slice *from, ds_slice *out)
{
    uint32_t size;
    return ds_le32_take(from, &size) && size <= PART_MAXBYTES && ds_slice_take(from, size, out);
}

/* Returns the size of an algorithm's digests, or 0 for one that is not known. */
static size_t digest_size(uint16_t algorithm)
{
    static const struct {
        uint16_t algorithm;
        uint16_t size;
    } known[] = {{0x04, SHA1_BYTES}, {0x0b, 32}, {ALG_SHA384, DS_EVENT_DIGEST_BYTES}, {0x0d, 64}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].algorithm == algorithm)
            return known[i].size;
    return 0;
}

/* The list of algorithms must agree with what is known of them: records go by it. */
static bool good_algorithms(ds_slice data)
{
    ds_slice start, vendor;
    uint32_t count;
    uint16_t algorithm, size;
    bool has_sha384 = false;
    if (!ds_slice_take(&data, ALGORITHMS_FROM, &start) || !ds_le32_take(&data, &count))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!ds_le16_take(&data, &algorithm) || !ds_le16_take(&data, &size) ||
            (digest_size(algorithm) != 0 && digest_size(algorithm) != size))
            return false;
        has_sha384 = has_sha384 || algorithm == ALG_SHA384;
    }
    return has_sha384 && ds_slice_take(&data, 1, &vendor) &&
           data.len == *(const unsigned char *)vendor.data;
}

/* The first record, of the older form, says how the others are. */
static ds_status take_header(reader *r)
{
    ds_slice digest, data;
    uint32_t index, type;
    if (!ds_le32_take(&r->rest, &index) || !ds_le32_take(&r->rest, &type) ||
        !ds_slice_take(&r->rest, SHA1_BYTES, &digest) || !take_data(&r->rest, &data))
        return refuse(r, "it ends before it is complete");
    if (type != NO_ACTION || !ds_slice_starts(data, ds_slice_of(SIGNATURE, sizeof SIGNATURE)))
        return refuse(r, "it is not \"" SIGNATURE "\", so this is no log of TCG's newer form");
    return good_algorithms(data) ? DS_OK
                                 : refuse(r, "its algorithms are malformed, or without SHA-384");
}

/* Takes the digests of one record. Out: the SHA-384 one; empty where there is none. */
static ds_status take_digests(reader *r, ds_slice *sha384)
{
    uint32_t count;
    uint16_t algorithm;
    *sha384 = ds_slice_of(NULL, 0);
    if (!ds_le32_take(&r->rest, &count))
        return refuse(r, "it ends before it is complete");
    for (uint32_t i = 0; i < count; i++) {
        ds_slice digest;
        if (!ds_le16_take(&r->rest, &algorithm))
            return refuse(r, "it ends before it is complete");
        size_t size = digest_size(algorithm);
        if (size == 0 || !ds_slice_take(&r->rest, size, &digest))
            return refuse(r, "a digest is cut short, or of an unknown algorithm");
        if (algorithm == ALG_SHA384 && sha384->data != NULL)
            return refuse(r, "it has two SHA-384 digests");
        if (algorithm == ALG_SHA384)
            *sha384 = digest;
    }
    return DS_OK;
}

/* Takes one record. Out: *event; *counts, whether it extended a register of ours. */
static ds_status take_record(reader *r, ds_event *event, bool *counts)
{
    uint32_t imr, type;
    if (!ds_le32_take(&r->rest, &imr) || !ds_le32_take(&r->rest, &type))
        return refuse(r, "it ends before it is complete");
    *event = (ds_event){.imr = imr - 1, .event_type = type, .name = DS_LITERAL("")};
    ds_status status = take_digests(r, &event->digest);
    if (status != DS_OK)
        return status;
    if (!take_data(&r->rest, &event->payload))
        return refuse(r, "its data are cut short, or more than 65536 bytes");
    *counts = imr != 0 && type != NO_ACTION;
    if (*counts && imr > DS_RTMR_COUNT)
        return refuse(r, "there is no such register");
    if (*counts && event->digest.len == 0)
        return refuse(r, "it has no SHA-384 digest");
    return DS_OK;
}

static bool at_end(const reader *r)
{
    return r->rest.len == 0 || (r->rest.len >= 4 && ds_le32_read(r->rest.data) == END);
}

static ds_status check_padding(reader *r)
{
    const unsigned char *p = r->rest.data;
    for (size_t i = 0; i < r->rest.len; i++)
        if (p[i] != 0xff)
            return refuse(r, "something follows behind the log's end");
    return DS_OK;
}

static ds_status read_records(reader *r, ds_event *events, size_t room, size_t *count)
{
    ds_event event;
    bool counts = false;
    for (r->record = 2; !at_end(r); r->record++) {
        ds_status status = take_record(r, &event, &counts);
        if (status != DS_OK)
            return status;
        if (!counts)
            continue;
        if (*count == room)
            return ds_fail(r->err, DS_TOO_LARGE, "CCEL: more than %lu events", (unsigned long)room);
        events[(*count)++] = event;
    }
    return check_padding(r);
}

/* Linux shows the table of that name in a file of that name too. */
static bool is_acpi_table(ds_slice bytes)
{
    return ds_slice_starts(bytes, DS_LITERAL("CCEL"));
}

ds_status ds_ccel_read(ds_eventlog *log, ds_slice bytes, ds_error *err)
{
    reader r = {.rest = bytes, .record = 1, .err = err};
    size_t room = bytes.len / RECORD_MINBYTES;
    *log = (ds_eventlog){NULL, 0, NULL};
    if (bytes.len > DS_EVENTLOG_MAXBYTES)
        return ds_fail(err, DS_TOO_LARGE, "CCEL: %lu bytes, at most %lu are taken",
                       (unsigned long)bytes.len, (unsigned long)DS_EVENTLOG_MAXBYTES);
    if (is_acpi_table(bytes))
        return ds_fail(err, DS_INVALID,
                       "CCEL: this is ACPI's table, which says where the log lies; Linux shows the "
                       "log in /sys/firmware/acpi/tables/data/CCEL");
    ds_status status = take_header(&r);
    if (status != DS_OK)
        return status;
    room = room < DS_EVENTLOG_MAXEVENTS ? room : DS_EVENTLOG_MAXEVENTS;
    ds_event *events = calloc(room + 1, sizeof *events);
    if (events == NULL)
        return ds_fail_memory(err);
    log->events = log->memory = events;
    status = read_records(&r, events, room, &log->count);
    if (status != DS_OK)
        ds_eventlog_free(log);
    return status;
}
